import { ArgumentError } from '@isograd/device';
import type { NDArray, Shape } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { aligned } from '../losses/loss.ts';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  classNumbers,
  type CrossentropyOptions,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
} from '../losses/functions.ts';
import { lookUp } from '../named.ts';
import { MeanMetricWrapper, Metric, type MetricFunction, type MetricOptions } from './metric.ts';

export { MeanMetricWrapper, Metric, type MetricFunction, type MetricOptions, RunningMean } from './metric.ts';

/** Whether each prediction is on the side of the threshold on which its label (0 or 1) is. */
function binaryMatches(yTrue: NDArray, yPred: Tensor, threshold: number): NDArray {
  return aligned(yTrue, yPred, 'BinaryAccuracy').equal(yPred.gt(threshold).astype(yPred.dtype));
}

/** Share of predictions equal to their labels (`keras.metrics.Accuracy`). */
export class Accuracy extends MeanMetricWrapper {
  static override readonly name: string = 'Accuracy';

  constructor(options: MetricOptions = {}) {
    super((yTrue, yPred) => aligned(yTrue, yPred, 'Accuracy').equal(yPred), {
      name: 'accuracy',
      direction: 'up',
      ...options,
    });
  }
}

/** Share of predictions on their label's side of a threshold, 0.5 by default (`keras.metrics.BinaryAccuracy`). */
export class BinaryAccuracy extends MeanMetricWrapper {
  static override readonly name: string = 'BinaryAccuracy';

  constructor(options: MetricOptions & { readonly threshold?: number } = {}) {
    const { threshold = 0.5, ...rest } = options;
    super((yTrue, yPred) => binaryMatches(yTrue, yPred, threshold), {
      name: 'binary_accuracy',
      direction: 'up',
      ...rest,
    });
  }
}

/** Share of samples whose largest prediction is at the largest label (`keras.metrics.CategoricalAccuracy`). */
export class CategoricalAccuracy extends MeanMetricWrapper {
  static override readonly name: string = 'CategoricalAccuracy';

  constructor(options: MetricOptions = {}) {
    super((yTrue, yPred) => aligned(yTrue, yPred, 'CategoricalAccuracy').argmax(-1).equal(yPred.argmax(-1)), {
      name: 'categorical_accuracy',
      direction: 'up',
      ...options,
    });
  }
}

/** Share of samples whose largest prediction is at their class number (`keras.metrics.SparseCategoricalAccuracy`). */
export class SparseCategoricalAccuracy extends MeanMetricWrapper {
  static override readonly name: string = 'SparseCategoricalAccuracy';

  constructor(options: MetricOptions = {}) {
    super(
      (yTrue, yPred) => yPred.argmax(-1).equal(classNumbers(yTrue.plain(), yPred.shape, 'SparseCategoricalAccuracy')),
      { name: 'sparse_categorical_accuracy', direction: 'up', ...options },
    );
  }
}

/** Mean of squared differences (`keras.metrics.MeanSquaredError`). */
export class MeanSquaredError extends MeanMetricWrapper {
  static override readonly name: string = 'MeanSquaredError';

  constructor(options: MetricOptions = {}) {
    super(meanSquaredError, { name: 'mean_squared_error', direction: 'down', ...options });
  }
}

/** Mean of absolute differences (`keras.metrics.MeanAbsoluteError`). */
export class MeanAbsoluteError extends MeanMetricWrapper {
  static override readonly name: string = 'MeanAbsoluteError';

  constructor(options: MetricOptions = {}) {
    super(meanAbsoluteError, { name: 'mean_absolute_error', direction: 'down', ...options });
  }
}

/** Cross-entropy with labels of 0 and 1 (`keras.metrics.BinaryCrossentropy`). */
export class BinaryCrossentropy extends MeanMetricWrapper {
  static override readonly name: string = 'BinaryCrossentropy';

  constructor(options: MetricOptions & CrossentropyOptions = {}) {
    super((yTrue, yPred) => binaryCrossentropy(yTrue, yPred, options), {
      direction: 'down',
      name: options.name ?? 'binary_crossentropy',
    });
  }
}

/** Cross-entropy with a probability for each class (`keras.metrics.CategoricalCrossentropy`). */
export class CategoricalCrossentropy extends MeanMetricWrapper {
  static override readonly name: string = 'CategoricalCrossentropy';

  constructor(options: MetricOptions & CrossentropyOptions = {}) {
    super((yTrue, yPred) => categoricalCrossentropy(yTrue, yPred, options), {
      direction: 'down',
      name: options.name ?? 'categorical_crossentropy',
    });
  }
}

/** Cross-entropy with class numbers (`keras.metrics.SparseCategoricalCrossentropy`). */
export class SparseCategoricalCrossentropy extends MeanMetricWrapper {
  static override readonly name: string = 'SparseCategoricalCrossentropy';

  constructor(options: MetricOptions & { readonly fromLogits?: boolean } = {}) {
    super((yTrue, yPred) => sparseCategoricalCrossentropy(yTrue, yPred, options), {
      direction: 'down',
      name: options.name ?? 'sparse_categorical_crossentropy',
    });
  }
}

/** Name of a metric; `accuracy` is the one that fits the shapes of labels and predictions. */
export type MetricName =
  | 'accuracy'
  | 'acc'
  | 'binaryAccuracy'
  | 'categoricalAccuracy'
  | 'sparseCategoricalAccuracy'
  | 'mse'
  | 'meanSquaredError'
  | 'mae'
  | 'meanAbsoluteError'
  | 'binaryCrossentropy'
  | 'categoricalCrossentropy'
  | 'sparseCategoricalCrossentropy';

/** A metric, a function of labels and predictions, or a name. */
export type MetricLike = Metric | MetricFunction | MetricName;

type Make = (options: MetricOptions) => Metric;

const TABLE: { readonly [N in Exclude<MetricName, 'accuracy' | 'acc'>]: Make } = {
  binaryAccuracy: (o) => new BinaryAccuracy(o),
  categoricalAccuracy: (o) => new CategoricalAccuracy(o),
  sparseCategoricalAccuracy: (o) => new SparseCategoricalAccuracy(o),
  mse: (o) => new MeanSquaredError(o),
  meanSquaredError: (o) => new MeanSquaredError(o),
  mae: (o) => new MeanAbsoluteError(o),
  meanAbsoluteError: (o) => new MeanAbsoluteError(o),
  binaryCrossentropy: (o) => new BinaryCrossentropy(o),
  categoricalCrossentropy: (o) => new CategoricalCrossentropy(o),
  sparseCategoricalCrossentropy: (o) => new SparseCategoricalCrossentropy(o),
};

/** The accuracy that fits: binary for one output, sparse for class numbers, else categorical. */
function fittingAccuracy(yTrue: Shape, yPred: Shape): Make {
  if (yPred.at(-1) === 1) return TABLE.binaryAccuracy;
  const sparse = yTrue.length < yPred.length || (yTrue.at(-1) === 1 && yPred.at(-1)! > 1);
  return sparse ? TABLE.sparseCategoricalAccuracy : TABLE.categoricalAccuracy;
}

/** Refuses what is no metric and no name of one. */
export function checkMetric(metric: MetricLike): void {
  if (metric instanceof Metric || typeof metric === 'function' || metric === 'accuracy' || metric === 'acc') return;
  if (typeof metric === 'string') lookUp(TABLE, metric, 'metrics');
  else
    throw new ArgumentError({
      where: 'metrics',
      what: 'not a metric',
      got: String(metric),
      expected: `a Metric, a function, or one of accuracy, ${Object.keys(TABLE).join(', ')}`,
    });
}

/**
 * The metric of a name for labels and predictions of given shapes, a function as a metric, or the metric that is given.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * get('accuracy', [8], [8, 3]).constructor.name // => SparseCategoricalAccuracy
 */
export function get(metric: MetricLike, yTrue: Shape, yPred: Shape): Metric {
  checkMetric(metric);
  if (metric instanceof Metric) return metric;
  if (typeof metric === 'function') return new MeanMetricWrapper(metric);
  const make = metric === 'accuracy' || metric === 'acc' ? fittingAccuracy(yTrue, yPred) : TABLE[metric];
  return make({ name: metric });
}
