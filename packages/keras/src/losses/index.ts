import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { lookUp } from '../named.ts';
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  MeanAbsoluteError,
  MeanSquaredError,
  SparseCategoricalCrossentropy,
} from './classes.ts';
import { Loss } from './loss.ts';

export * from './classes.ts';
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  type CrossentropyOptions,
  meanAbsoluteError,
  meanSquaredError,
  sparseCategoricalCrossentropy,
  type SparseCrossentropyOptions,
} from './functions.ts';
export { Loss, type LossOptions, type LossReduction } from './loss.ts';

/** Compares labels with predictions: one value a sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Name of a loss. */
export type LossName =
  | 'mse'
  | 'meanSquaredError'
  | 'mae'
  | 'meanAbsoluteError'
  | 'binaryCrossentropy'
  | 'categoricalCrossentropy'
  | 'sparseCategoricalCrossentropy';

/** A loss, a function, or a name. The loss stands here without its call, so that parameters of a function are inferred. */
export type LossLike = Pick<Loss, 'name' | 'reduction' | 'call' | 'check'> | LossFunction | LossName;

const TABLE: { readonly [N in LossName]: () => Loss } = {
  mse: () => new MeanSquaredError(),
  meanSquaredError: () => new MeanSquaredError(),
  mae: () => new MeanAbsoluteError(),
  meanAbsoluteError: () => new MeanAbsoluteError(),
  binaryCrossentropy: () => new BinaryCrossentropy(),
  categoricalCrossentropy: () => new CategoricalCrossentropy(),
  sparseCategoricalCrossentropy: () => new SparseCategoricalCrossentropy(),
};

/** A function as a loss. */
class FunctionLoss extends Loss {
  readonly #fn: LossFunction;

  constructor(fn: LossFunction) {
    super({ name: fn.name || 'loss' });
    this.#fn = fn;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.#fn(yTrue, yPred);
  }

  /** A function decides itself what it accepts. */
  override check(): void {}
}

/**
 * The loss of a name, a function as a loss, or the loss that is given.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * import { tensor } from '@isograd/autograd';
 * get('mse')(tensor([[1], [2]]), tensor([[1.5], [2.5]])).item() // => 0.25
 */
export function get(loss: LossLike): Loss {
  if (loss instanceof Loss) return loss;
  if (typeof loss === 'function') return new FunctionLoss(loss);
  if (typeof loss === 'string') return lookUp(TABLE, loss, 'losses')();
  throw new ArgumentError({
    where: 'losses',
    what: 'not a loss',
    got: typeof loss,
    expected: `a Loss, a function, or one of ${Object.keys(TABLE).join(', ')}`,
  });
}
