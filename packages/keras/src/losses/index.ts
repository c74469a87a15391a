import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { type Serialized, toCamel, unspelled } from '../json.ts';
import { entryName, lookUp } from '../named.ts';
import * as classes from './classes.ts';
import { Loss } from './loss.ts';

export { circle, type CircleOptions } from './circle.ts';
export * from './classes.ts';
export { ctc } from './ctc.ts';
export {
  type AxisOptions,
  cosineSimilarity,
  huber,
  type HuberOptions,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
} from './errors.ts';
export {
  binaryFocalCrossentropy,
  type BinaryFocalOptions,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  type FocalOptions,
  type GeneralizedOptions,
} from './focal.ts';
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  type CrossentropyOptions,
  sparseCategoricalCrossentropy,
  type SparseCrossentropyOptions,
} from './functions.ts';
export { categoricalHinge, hinge, squaredHinge } from './hinge.ts';
export { Loss, type LossOptions, type LossReduction } from './loss.ts';
export { dice, type DiceOptions, tversky, type TverskyOptions } from './overlap.ts';

/** Compares labels with predictions: one value a sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

type ShortName = 'mse' | 'mae' | 'mape' | 'msle' | 'bce' | 'kld' | 'klDivergence' | 'logcosh';

/** Name of a loss: that of its class with a small first letter, or one of Keras's short ones. */
export type LossName = Uncapitalize<Exclude<keyof typeof classes, 'KLDivergence'>> | ShortName;

/** A loss, a function, or a name. The loss stands here without its call, so that parameters of a function are inferred. */
export type LossLike = Pick<Loss, 'name' | 'reduction' | 'call' | 'check'> | LossFunction | LossName;

const SHORT: Readonly<Record<ShortName, new () => Loss>> = {
  mse: classes.MeanSquaredError,
  mae: classes.MeanAbsoluteError,
  mape: classes.MeanAbsolutePercentageError,
  msle: classes.MeanSquaredLogarithmicError,
  bce: classes.BinaryCrossentropy,
  kld: classes.KLDivergence,
  klDivergence: classes.KLDivergence,
  logcosh: classes.LogCosh,
};

const TABLE: Readonly<Record<string, new () => Loss>> = {
  ...Object.fromEntries(Object.entries(classes).map(([name, made]) => [entryName(name), made])),
  ...SHORT,
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

/** A loss as Keras writes it into files: its class and its options. @throws ArgumentError for a function or a class of its own. */
export function serialize(loss: Loss): Serialized {
  const { name } = loss.constructor;
  if (Object.hasOwn(classes, name))
    return { module: 'keras.losses', class_name: name, config: loss.getConfig(), registered_name: null };
  throw new ArgumentError({
    where: 'losses',
    what: 'a loss of its own cannot be saved',
    got: loss.name,
    expected: 'a loss of Keras',
  });
}

/**
 * The loss of a configuration that {@link serialize} or Keras gave, or of a name in Keras's spelling.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * deserialize(serialize(new Huber({ delta: 0.5 }))).getConfig().delta // => 0.5
 * deserialize('mean_squared_error') instanceof MeanSquaredError // => true
 */
export function deserialize(config: Serialized | string): Loss {
  if (typeof config === 'string') return get(toCamel(config) as LossName);
  const { dtype: _dtype, ...options } = config.config;
  const table = classes as unknown as Readonly<Record<string, new (options: object) => Loss>>;
  return new (lookUp(table, config.class_name, 'losses'))(unspelled(options));
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
  if (typeof loss === 'string') return new (lookUp(TABLE, loss, 'losses'))();
  throw new ArgumentError({
    where: 'losses',
    what: 'not a loss',
    got: typeof loss,
    expected: `a Loss, a function, or one of ${Object.keys(TABLE).join(', ')}`,
  });
}
