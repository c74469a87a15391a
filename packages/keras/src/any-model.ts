import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import type { Logs } from './callbacks/callback.ts';
import type { Graph } from './graph.ts';
import type { KerasShape } from './keras-tensor.ts';
import type { AnyLayer } from './layer.ts';
import type { Metric } from './metrics/index.ts';
import type { Optimizer } from './optimizers/index.ts';
import type { Batch } from './training/batches.ts';
import type { StepLogs } from './training/compiled.ts';

/** A model of whatever inputs and outputs, as callbacks and the loops of training see it. */
export interface AnyModel extends AnyLayer {
  /** Set it to end training after the step at hand. */
  stopTraining: boolean;
  readonly layers: readonly AnyLayer[];
  readonly graph: Graph | undefined;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  readonly compiled: boolean;
  /** Loss of the latest step on its batch. */
  readonly lastLoss: number | undefined;
  readonly outputShapes: readonly KerasShape[] | undefined;
  getWeights(): NDArray[];
  setWeights(values: readonly NDArray[]): void;
  forwardAll(x: readonly NDArray[], training: boolean): readonly Tensor[];
  ensureBuiltFor(x: readonly NDArray[]): void;
  readonly inputNames: readonly string[] | undefined;
  readonly outputNames: readonly string[] | undefined;
  clearLosses(): void;
  resetMetrics(): void;
  getMetricsResult(): Logs;
  /** The loss of a batch and its predictions. */
  lossOf(batch: Batch, predicted: readonly Tensor[], training: boolean): Tensor;
  /** Takes a batch into the metrics. */
  measure(batch: Batch, predicted: readonly Tensor[]): void;
  /** Steps of the model's own. */
  readonly ownTrainStep: ((batch: Batch) => StepLogs) | undefined;
  readonly ownTestStep: ((batch: Batch) => StepLogs) | undefined;
  readonly ownPredictStep: ((batch: Batch) => readonly Tensor[]) | undefined;
}
