import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import {
  type AxisOptions,
  cosine,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
} from '../losses/errors.ts';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  type CrossentropyOptions,
  sparseCategoricalCrossentropy,
  type SparseCrossentropyOptions,
} from '../losses/functions.ts';
import { categoricalHinge, hinge, squaredHinge } from '../losses/hinge.ts';
import { concordanceCorrelation, pearsonCorrelation } from './correlations.ts';
import {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  checkK,
  sparseCategoricalAccuracy,
  type SparseTopKOptions,
  sparseTopKCategoricalAccuracy,
  type ThresholdOptions,
  topKCategoricalAccuracy,
  type TopKOptions,
} from './matches.ts';
import { type Direction, MeanMetricWrapper, type MetricOptions } from './metric.ts';

/** Class of a metric that is the mean of one function with options. */
export type MeanMetricClass<O extends object = object> = new (options?: MetricOptions & O) => MeanMetricWrapper;

/** What a metric that is the mean of a function has beside it. */
interface Traits<O> {
  /** Its name, unless a user gives one. */
  readonly named: string;
  readonly direction: Direction;
  /** Refuses options. */
  readonly options?: (options: O) => void;
}

/** The class of a metric that is the mean of what a function gives for each sample. */
function meanMetric<O extends object>(
  className: string,
  fn: (yTrue: NDArray, yPred: Tensor, options: O) => NDArray,
  { named, direction, options: check }: Traits<O>,
): MeanMetricClass<O> {
  return class extends MeanMetricWrapper {
    static override readonly name: string = className;

    constructor(options: MetricOptions & O = {} as O) {
      check?.(options);
      super((yTrue, yPred) => fn(yTrue, yPred, options), { name: options.name ?? named, direction });
    }
  };
}

const k =
  (where: string) =>
  ({ k: n = 5 }: TopKOptions) =>
    checkK(n, where);

/** Share of predictions equal to their labels (`keras.metrics.Accuracy`). */
export const Accuracy: MeanMetricClass = meanMetric('Accuracy', accuracy, { named: 'accuracy', direction: 'up' });

/** Share of predictions on their label's side of a threshold, 0.5 by default (`keras.metrics.BinaryAccuracy`). */
export const BinaryAccuracy: MeanMetricClass<ThresholdOptions> = meanMetric('BinaryAccuracy', binaryAccuracy, {
  named: 'binary_accuracy',
  direction: 'up',
});

/** Share of samples whose largest prediction is at the largest label (`keras.metrics.CategoricalAccuracy`). */
export const CategoricalAccuracy: MeanMetricClass = meanMetric('CategoricalAccuracy', categoricalAccuracy, {
  named: 'categorical_accuracy',
  direction: 'up',
});

/** Share of samples whose largest prediction is at their class number (`keras.metrics.SparseCategoricalAccuracy`). */
export const SparseCategoricalAccuracy: MeanMetricClass = meanMetric(
  'SparseCategoricalAccuracy',
  sparseCategoricalAccuracy,
  { named: 'sparse_categorical_accuracy', direction: 'up' },
);

/** Share of samples whose largest label is among the `k` largest predictions (`keras.metrics.TopKCategoricalAccuracy`). @throws DataError for a `k` below 1. */
export const TopKCategoricalAccuracy: MeanMetricClass<TopKOptions> = meanMetric(
  'TopKCategoricalAccuracy',
  topKCategoricalAccuracy,
  { named: 'top_k_categorical_accuracy', direction: 'up', options: k('TopKCategoricalAccuracy') },
);

/** Share of samples whose class number is among the `k` largest predictions (`keras.metrics.SparseTopKCategoricalAccuracy`). @throws DataError for a `k` below 1. */
export const SparseTopKCategoricalAccuracy: MeanMetricClass<SparseTopKOptions> = meanMetric(
  'SparseTopKCategoricalAccuracy',
  sparseTopKCategoricalAccuracy,
  { named: 'sparse_top_k_categorical_accuracy', direction: 'up', options: k('SparseTopKCategoricalAccuracy') },
);

/** Mean of squared differences (`keras.metrics.MeanSquaredError`). */
export const MeanSquaredError: MeanMetricClass = meanMetric('MeanSquaredError', meanSquaredError, {
  named: 'mean_squared_error',
  direction: 'down',
});

/** Mean of absolute differences (`keras.metrics.MeanAbsoluteError`). */
export const MeanAbsoluteError: MeanMetricClass = meanMetric('MeanAbsoluteError', meanAbsoluteError, {
  named: 'mean_absolute_error',
  direction: 'down',
});

/** Mean of absolute differences as a percentage of the label (`keras.metrics.MeanAbsolutePercentageError`). */
export const MeanAbsolutePercentageError: MeanMetricClass = meanMetric(
  'MeanAbsolutePercentageError',
  meanAbsolutePercentageError,
  { named: 'mean_absolute_percentage_error', direction: 'down' },
);

/** Mean of squared differences of `log(1 + x)` (`keras.metrics.MeanSquaredLogarithmicError`). */
export const MeanSquaredLogarithmicError: MeanMetricClass = meanMetric(
  'MeanSquaredLogarithmicError',
  meanSquaredLogarithmicError,
  { named: 'mean_squared_logarithmic_error', direction: 'down' },
);

/** Cosine of the angle between labels and predictions (`keras.metrics.CosineSimilarity`); the loss of that name is minus this. */
export const CosineSimilarity: MeanMetricClass<AxisOptions> = meanMetric(
  'CosineSimilarity',
  (yTrue: NDArray, yPred: Tensor, { axis = -1 }: AxisOptions) => cosine(yTrue, yPred, axis),
  { named: 'cosine_similarity', direction: 'up' },
);

/** Mean of `log cosh` of differences (`keras.metrics.LogCoshError`). */
export const LogCoshError: MeanMetricClass = meanMetric('LogCoshError', logCosh, {
  named: 'logcosh',
  direction: 'down',
});

/** `Σ y log(y / p)` (`keras.metrics.KLDivergence`). */
export const KLDivergence: MeanMetricClass = meanMetric('KLDivergence', klDivergence, {
  named: 'kl_divergence',
  direction: 'down',
});

/** `p - y log p` (`keras.metrics.Poisson`). */
export const Poisson: MeanMetricClass = meanMetric('Poisson', poisson, { named: 'poisson', direction: 'down' });

/** `max(1 - y p, 0)` for labels of -1 and 1 (`keras.metrics.Hinge`). */
export const Hinge: MeanMetricClass = meanMetric('Hinge', hinge, { named: 'hinge', direction: 'down' });

/** The square of `max(1 - y p, 0)` (`keras.metrics.SquaredHinge`). */
export const SquaredHinge: MeanMetricClass = meanMetric('SquaredHinge', squaredHinge, {
  named: 'squared_hinge',
  direction: 'down',
});

/** The margin between the right class and the best of the others (`keras.metrics.CategoricalHinge`). */
export const CategoricalHinge: MeanMetricClass = meanMetric('CategoricalHinge', categoricalHinge, {
  named: 'categorical_hinge',
  direction: 'down',
});

/** Cross-entropy with labels of 0 and 1 (`keras.metrics.BinaryCrossentropy`). */
export const BinaryCrossentropy: MeanMetricClass<CrossentropyOptions> = meanMetric(
  'BinaryCrossentropy',
  binaryCrossentropy,
  { named: 'binary_crossentropy', direction: 'down' },
);

/** Cross-entropy with a probability for each class (`keras.metrics.CategoricalCrossentropy`). */
export const CategoricalCrossentropy: MeanMetricClass<CrossentropyOptions> = meanMetric(
  'CategoricalCrossentropy',
  categoricalCrossentropy,
  { named: 'categorical_crossentropy', direction: 'down' },
);

/** Cross-entropy with class numbers (`keras.metrics.SparseCategoricalCrossentropy`). */
export const SparseCategoricalCrossentropy: MeanMetricClass<SparseCrossentropyOptions> = meanMetric(
  'SparseCategoricalCrossentropy',
  sparseCategoricalCrossentropy,
  { named: 'sparse_categorical_crossentropy', direction: 'down' },
);

/** Pearson's coefficient of labels and predictions (`keras.metrics.PearsonCorrelation`). */
export const PearsonCorrelation: MeanMetricClass<AxisOptions> = meanMetric('PearsonCorrelation', pearsonCorrelation, {
  named: 'pearson_correlation',
  direction: 'up',
});

/** Lin's concordance coefficient of labels and predictions (`keras.metrics.ConcordanceCorrelation`). */
export const ConcordanceCorrelation: MeanMetricClass<AxisOptions> = meanMetric(
  'ConcordanceCorrelation',
  concordanceCorrelation,
  { named: 'concordance_correlation', direction: 'up' },
);
