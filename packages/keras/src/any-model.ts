import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import type { Graph } from './graph.ts';
import type { KerasShape } from './keras-tensor.ts';
import type { AnyLayer } from './layer.ts';
import type { Metric } from './metrics/index.ts';
import type { Optimizer } from './optimizers/index.ts';

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
}
