import type { Tensor } from '@isograd/autograd';
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

/** `x`. */
export const linear: Activation = (x) => x;

/** `max(x, 0)`. */
export const relu: Activation = (x) => x.relu();

/** `1 / (1 + exp(-x))`. */
export const sigmoid: Activation = (x) => remember(x.sigmoid(), 'sigmoid', x);

/** Hyperbolic tangent. */
export const tanh: Activation = (x) => x.tanh();

/** `exp(x) / Σ exp(x)` along the last axis. */
export const softmax: Activation = (x) => remember(x.softmax(-1), 'softmax', x);

/** `log(softmax(x))` along the last axis. */
export const logSoftmax: Activation = (x) => x.logSoftmax(-1);

/** `exp(x)`. */
export const exponential: Activation = (x) => x.exp();

/** Name of an activation. */
export type ActivationName = 'linear' | 'relu' | 'sigmoid' | 'tanh' | 'softmax' | 'logSoftmax' | 'exponential';

const TABLE: { readonly [N in ActivationName]: Activation } = {
  linear,
  relu,
  sigmoid,
  tanh,
  softmax,
  logSoftmax,
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
