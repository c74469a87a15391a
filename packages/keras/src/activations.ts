import { ArgumentError } from '@isograd/device';
import { asTensor, type Tensor } from '@isograd/autograd';
import { sort, where } from '@isograd/ndarray';
import * as functional from '@isograd/nn/functional';
import { pythonName } from '@isograd/nn/python-text';
import { toCamel } from './json.ts';
import { lookUp } from './named.ts';

/** An element-wise function, or one along the last axis. */
export type Activation = (x: Tensor) => Tensor;

const LOGITS: unique symbol = Symbol('logits');

interface WithLogits {
  [LOGITS]?: { readonly kind: 'sigmoid' | 'softmax'; readonly x: Tensor };
}

// Losses compute from logits where they can, since log(softmax(x)) overflows; as Keras, which keeps them on the tensor.
// Not in a WeakMap: its table keeps a share of the steps alive until the next full collection.
function remember(y: Tensor & WithLogits, kind: 'sigmoid' | 'softmax', x: Tensor): Tensor {
  y[LOGITS] = { kind, x };
  return y;
}

/** What a tensor was before `sigmoid` or `softmax` gave it, if they did. */
export function logitsOf(y: Tensor & WithLogits, kind: 'sigmoid' | 'softmax'): Tensor | undefined {
  const found = y[LOGITS];
  return found?.kind === kind ? found.x : undefined;
}

/** Option of what is computed along an axis. */
export interface AxisOption {
  /** Default the last. */
  readonly axis?: number;
}

/** Option of {@link leakyRelu}. */
export interface SlopeOption {
  /** Factor of what is below 0; default 0.2. */
  readonly negativeSlope?: number;
}

/** Option of {@link elu} and {@link celu}. */
export interface AlphaOption {
  /** What is tended to below 0 is `-alpha`; default 1. */
  readonly alpha?: number;
}

/** Option of {@link hardShrink} and {@link softShrink}. */
export interface ShrinkOption {
  /** Size up to which values become 0; default 0.5. */
  readonly threshold?: number;
}

/** Options of {@link relu}. */
export interface ReluOptions {
  /** Factor of `x - threshold` below the threshold; default 0. */
  readonly negativeSlope?: number;
  /** Largest output; default none. */
  readonly maxValue?: number | null;
  /** Up to here `x` counts as below; default 0. */
  readonly threshold?: number;
}

/** `x`. */
export const linear: Activation = (x) => x;

/** `max(x, 0)`; with options a slope below the threshold, and a largest output (`keras.activations.relu`). */
export function relu(x: Tensor, options: ReluOptions = {}): Tensor {
  const { negativeSlope = 0, maxValue = null, threshold: limit = 0 } = options;
  if (negativeSlope !== 0 && maxValue === null && limit === 0) return functional.leakyRelu(x, negativeSlope);
  const above = limit === 0 ? x.relu() : functional.threshold(x, limit, 0);
  const positive = maxValue === null ? above : functional.hardtanh(above, 0, maxValue);
  return negativeSlope === 0 ? positive : positive.sub(x.rsub(limit).relu().mul(negativeSlope));
}

/** `x` above 0, else `negativeSlope x`. */
export const leakyRelu = (x: Tensor, { negativeSlope = 0.2 }: SlopeOption = {}): Tensor =>
  functional.leakyRelu(x, negativeSlope);

/** `min(max(x, 0), 6)`. */
export const relu6: Activation = (x) => functional.relu6(x);

/** `x` above 0, else `alpha (exp(x) - 1)` (Clevert et al. 2015). */
export const elu = (x: Tensor, { alpha = 1 }: AlphaOption = {}): Tensor => functional.elu(x, alpha);

/** `x` above 0, else `alpha (exp(x / alpha) - 1)` (Barron 2017). */
export const celu = (x: Tensor, { alpha = 1 }: AlphaOption = {}): Tensor => functional.celu(x, alpha);

/** ELU with a factor and an alpha that keep mean and variance (Klambauer et al. 2017). */
export const selu: Activation = (x) => functional.selu(x);

/** `x Φ(x)` with the normal distribution function Φ, by a formula with `tanh` where `approximate` (Hendrycks & Gimpel 2016); default exact. */
export const gelu = (x: Tensor, { approximate = false }: { readonly approximate?: boolean } = {}): Tensor =>
  functional.gelu(x, approximate ? 'tanh' : 'none');

/** `a sigmoid(b)` of the halves of an axis (Dauphin et al. 2016). @throws ShapeError when its length is odd. */
export const glu = (x: Tensor, { axis = -1 }: AxisOption = {}): Tensor => functional.glu(x, axis);

/** `1 / (1 + exp(-x))`. */
export const sigmoid: Activation = (x) => remember(x.sigmoid(), 'sigmoid', x);

/** `log(sigmoid(x))`. */
export const logSigmoid: Activation = (x) => functional.logsigmoid(x);

/** `relu6(x + 3) / 6`. */
export const hardSigmoid: Activation = (x) => functional.hardsigmoid(x);

/** 0 up to -1, 1 from 1, a straight line between. */
export const sparseSigmoid: Activation = (x) => functional.hardtanh(x).add(1).mul(0.5);

/** `x sigmoid(x)`, also called swish (Ramachandran et al. 2017). */
export const silu: Activation = (x) => functional.silu(x);

/** Other name of {@link silu}. */
export const swish: Activation = silu;

/** `x hardSigmoid(x)` (Howard et al. 2019). */
export const hardSilu: Activation = (x) => functional.hardswish(x);

/** Other name of {@link hardSilu}. */
export const hardSwish: Activation = hardSilu;

/** `x tanh(softplus(x))` (Misra 2019). */
export const mish: Activation = (x) => functional.mish(x);

/** `log(1 + exp(x))`. */
export const softplus: Activation = (x) => functional.softplus(x, 1, Infinity);

/** 0 up to -1, `x` from 1, `(x + 1)² / 4` between. */
export const sparsePlus: Activation = (x) => functional.hardtanh(x).add(1).square().mul(0.25).add(x.sub(1).relu());

/** `(x + √(x² + b)) / 2` (Barron 2021); `b` is 4 by default. */
export const squareplus = (x: Tensor, { b = 4 }: { readonly b?: number } = {}): Tensor =>
  x.add(x.square().add(b).sqrt()).mul(0.5);

/** `x / (1 + |x|)`. */
export const softsign: Activation = (x) => functional.softsign(x);

/** Hyperbolic tangent. */
export const tanh: Activation = (x) => x.tanh();

/** `min(max(x, -1), 1)`. */
export const hardTanh: Activation = (x) => functional.hardtanh(x);

/** `x - tanh(x)`. */
export const tanhShrink: Activation = (x) => functional.tanhshrink(x);

/** `x` where it is farther from 0 than the threshold, else 0. */
export const hardShrink = (x: Tensor, { threshold: limit = 0.5 }: ShrinkOption = {}): Tensor =>
  functional.hardshrink(x, limit);

/** `x` moved towards 0 by the threshold, 0 within it. */
export const softShrink = (x: Tensor, { threshold: limit = 0.5 }: ShrinkOption = {}): Tensor =>
  functional.softshrink(x, limit);

/** `x` where it is above a limit, else `defaultValue`. */
export const threshold = (x: Tensor, limit: number, defaultValue: number): Tensor =>
  functional.threshold(x, limit, defaultValue);

/** `exp(x) / Σ exp(x)` along an axis. */
export const softmax = (x: Tensor, { axis = -1 }: AxisOption = {}): Tensor => {
  const y = x.softmax(axis);
  // Losses look along the last axis.
  return axis === -1 || axis === x.ndim - 1 ? remember(y, 'softmax', x) : y;
};

/** `log(softmax(x))` along an axis. */
export const logSoftmax = (x: Tensor, { axis = -1 }: AxisOption = {}): Tensor => x.logSoftmax(axis);

/** The point of the probability simplex that is nearest to `x` along an axis: many of its elements are 0 (Martins & Astudillo 2016). */
export function sparsemax(x: Tensor, { axis = -1 }: AxisOption = {}): Tensor {
  const values = x.plain();
  const kept = { keepdims: true } as const;
  const falling = sort(values.neg(), axis).neg();
  const ranks = falling.mul(0).add(1).cumsum(axis);
  const inside = falling.mul(ranks).add(1).greater(falling.cumsum(axis));
  const lowest = where(inside, falling, Infinity).min(axis, kept);
  const support = asTensor(values.greaterEqual(lowest).astype(x.dtype));
  const excess = x.mul(support).sum(axis, kept).sub(1).div(support.sum(axis, kept));
  return x.sub(excess).relu();
}

/** `exp(x)`. */
export const exponential: Activation = (x) => x.exp();

/** Name of an activation. */
export type ActivationName =
  | 'linear'
  | 'relu'
  | 'leakyRelu'
  | 'relu6'
  | 'elu'
  | 'celu'
  | 'selu'
  | 'gelu'
  | 'glu'
  | 'sigmoid'
  | 'logSigmoid'
  | 'hardSigmoid'
  | 'sparseSigmoid'
  | 'silu'
  | 'swish'
  | 'hardSilu'
  | 'hardSwish'
  | 'mish'
  | 'softplus'
  | 'sparsePlus'
  | 'squareplus'
  | 'softsign'
  | 'tanh'
  | 'hardTanh'
  | 'tanhShrink'
  | 'hardShrink'
  | 'softShrink'
  | 'softmax'
  | 'logSoftmax'
  | 'sparsemax'
  | 'exponential';

const TABLE: { readonly [N in ActivationName]: Activation } = {
  linear,
  relu,
  leakyRelu,
  relu6,
  elu,
  celu,
  selu,
  gelu,
  glu,
  sigmoid,
  logSigmoid,
  hardSigmoid,
  sparseSigmoid,
  silu,
  swish,
  hardSilu,
  hardSwish,
  mish,
  softplus,
  sparsePlus,
  squareplus,
  softsign,
  tanh,
  hardTanh,
  tanhShrink,
  hardShrink,
  softShrink,
  softmax,
  logSoftmax,
  sparsemax,
  exponential,
};

/** An activation, its name, or nothing for `linear`. */
export type ActivationLike = Activation | ActivationName | null | undefined;

/**
 * The activation of a name, or the one that is given.
 *
 * @throws ArgumentError for an unknown name.
 * @example
 * import { tensor } from '@isograd/autograd';
 * get('relu')(tensor([-1.5, 2])).tolist() // => [ 0, 2 ]
 */
export function get(activation: ActivationLike): Activation {
  if (activation === null || activation === undefined) return linear;
  return typeof activation === 'function' ? activation : lookUp<Activation>(TABLE, activation, 'activations');
}

/**
 * An activation as Keras writes it into files: by its name.
 *
 * @throws ArgumentError for a function of its own.
 * @example
 * serialize(logSoftmax) // => log_softmax
 */
export function serialize(activation: Activation): string {
  // Of two names for one function the first is the one that Keras writes.
  const found = Object.entries(TABLE).find(([, f]) => f === activation);
  if (found) return pythonName(found[0]);
  throw new ArgumentError({
    where: 'activations',
    what: 'a function of its own cannot be saved',
    got: activation.name || 'a function without a name',
    expected: 'an activation by its name',
    hint: "save the weights alone: model.saveWeights('x.weights.h5')",
  });
}

/** The activation of a name that {@link serialize} or Keras gave. @throws ArgumentError for an unknown name. */
export function deserialize(name: string): Activation {
  return get(toCamel(name) as ActivationName);
}
