import { ArgumentError } from '@isograd/device';
import type { Shape } from '@isograd/ndarray';
import { entryName, lookUp } from '../named.ts';
import { AUC } from './auc.ts';
import * as counted from './confusion-metrics.ts';
import { F1Score, FBetaScore } from './f-score.ts';
import { BinaryIoU } from './iou.ts';
import * as means from './means.ts';
import { MeanMetricWrapper, Metric, type MetricFunction, type MetricOptions } from './metric.ts';
import { R2Score, RootMeanSquaredError } from './regression.ts';

export { AUC, type AUCOptions } from './auc.ts';
export {
  type ConstraintOptions,
  type CountOptions,
  FalseNegatives,
  FalsePositives,
  Precision,
  PrecisionAtRecall,
  type PrecisionOptions,
  Recall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
  TrueNegatives,
  TruePositives,
} from './confusion-metrics.ts';
export { concordanceCorrelation, pearsonCorrelation } from './correlations.ts';
export { F1Score, type F1Options, FBetaScore, type FBetaOptions } from './f-score.ts';
export {
  BinaryIoU,
  type BinaryIoUOptions,
  IoU,
  type IoUOptions,
  MeanIoU,
  OneHotIoU,
  OneHotMeanIoU,
  type OneHotOptions,
} from './iou.ts';
export {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  type SparseTopKOptions,
  sparseTopKCategoricalAccuracy,
  type ThresholdOptions,
  topKCategoricalAccuracy,
  type TopKOptions,
} from './matches.ts';
export {
  huber,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
} from '../losses/errors.ts';
export { binaryFocalCrossentropy, categoricalFocalCrossentropy } from '../losses/focal.ts';
export { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from '../losses/functions.ts';
export { categoricalHinge, hinge, squaredHinge } from '../losses/hinge.ts';
export * from './means.ts';
export {
  type Direction,
  Mean,
  MeanMetricWrapper,
  Metric,
  type MetricFunction,
  type MetricOptions,
  RunningMean,
  Sum,
} from './metric.ts';
export { R2Score, type R2Options, RootMeanSquaredError } from './regression.ts';

type Short = 'mse' | 'mae' | 'mape' | 'msle' | 'bce' | 'auc' | 'f1Score' | 'r2Score';
type Counted =
  | 'binaryIoU'
  | 'falseNegatives'
  | 'falsePositives'
  | 'fBetaScore'
  | 'precision'
  | 'recall'
  | 'rootMeanSquaredError'
  | 'trueNegatives'
  | 'truePositives';

/** Name of a metric: that of its class with a small first letter, or one of Keras's short ones; `accuracy` is the one that fits the shapes of labels and predictions. */
export type MetricName =
  | 'accuracy'
  | 'acc'
  | Short
  | Counted
  | 'klDivergence'
  | Uncapitalize<Exclude<keyof typeof means, 'Accuracy' | 'KLDivergence'>>;

/** A metric, a function of labels and predictions, or a name. */
export type MetricLike = Metric | MetricFunction | MetricName;

type Make = new (options: MetricOptions) => Metric;

const { FalseNegatives, FalsePositives, Precision, Recall, TrueNegatives, TruePositives } = counted;
const OTHERS: Readonly<Record<Short | Counted, Make>> = {
  mse: means.MeanSquaredError,
  mae: means.MeanAbsoluteError,
  mape: means.MeanAbsolutePercentageError,
  msle: means.MeanSquaredLogarithmicError,
  bce: means.BinaryCrossentropy,
  auc: AUC,
  f1Score: F1Score,
  r2Score: R2Score,
  binaryIoU: BinaryIoU,
  falseNegatives: FalseNegatives,
  falsePositives: FalsePositives,
  fBetaScore: FBetaScore,
  precision: Precision,
  recall: Recall,
  rootMeanSquaredError: RootMeanSquaredError,
  trueNegatives: TrueNegatives,
  truePositives: TruePositives,
};

const TABLE: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(Object.entries(means).map(([name, made]) => [entryName(name), made as Make])),
  ...OTHERS,
};

/** The accuracy that fits: binary for one output, sparse for class numbers, else categorical. */
function fittingAccuracy(yTrue: Shape, yPred: Shape): Make {
  if (yPred.at(-1) === 1) return means.BinaryAccuracy;
  const sparse = yTrue.length < yPred.length || (yTrue.at(-1) === 1 && yPred.at(-1)! > 1);
  return sparse ? means.SparseCategoricalAccuracy : means.CategoricalAccuracy;
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
  const Made = metric === 'accuracy' || metric === 'acc' ? fittingAccuracy(yTrue, yPred) : TABLE[metric]!;
  return new Made({ name: metric });
}
