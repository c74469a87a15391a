import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { epsilon } from '../config.ts';
import { aligned } from './loss.ts';

/** Mean along the last axis; of one element it is that element. */
export const lastMean = (x: Tensor): Tensor => (x.shape.at(-1) === 1 ? x.reshape(x.shape.slice(0, -1)) : x.mean(-1));

/** Mean of squared differences along the last axis: `[batch, ..., n]` → `[batch, ...]`. */
export function meanSquaredError(yTrue: NDArray, yPred: Tensor): Tensor {
  const d = yPred.sub(aligned(yTrue, yPred, 'meanSquaredError'));
  return lastMean(d.mul(d));
}

/** Mean of absolute differences along the last axis: `[batch, ..., n]` → `[batch, ...]`. */
export function meanAbsoluteError(yTrue: NDArray, yPred: Tensor): Tensor {
  return lastMean(yPred.sub(aligned(yTrue, yPred, 'meanAbsoluteError')).abs());
}

/**
 * Mean of absolute differences as a percentage of the label, along the last axis: `[batch, ..., n]` → `[batch, ...]`.
 *
 * Labels nearer to 0 than `config.epsilon()` are taken for that.
 */
export function meanAbsolutePercentageError(yTrue: NDArray, yPred: Tensor): Tensor {
  const y = aligned(yTrue, yPred, 'meanAbsolutePercentageError');
  return lastMean(y.sub(yPred).div(y.abs().maximum(epsilon())).abs()).mul(100);
}

/** Mean of squared differences of `log(1 + x)` along the last axis; numbers below `config.epsilon()` are taken for that: `[batch, ..., n]` → `[batch, ...]`. */
export function meanSquaredLogarithmicError(yTrue: NDArray, yPred: Tensor): Tensor {
  const log = (x: Tensor): Tensor => x.maximum(epsilon()).add(1).log();
  const d = log(yPred).sub(log(aligned(yTrue, yPred, 'meanSquaredLogarithmicError')));
  return lastMean(d.mul(d));
}

/** Vectors of length 1 along an axis; where the squares sum to less than 1e-12 they stay shorter, as in Keras. */
const unit = (x: Tensor, axis: number): Tensor => x.div(x.mul(x).sum(axis, { keepdims: true }).maximum(1e-12).sqrt());

/** The cosine of the angle between labels and predictions along an axis, from -1 to 1; 0 where one of them is 0. */
export function cosine(yTrue: NDArray, yPred: Tensor, axis: number): Tensor {
  return unit(aligned(yTrue, yPred, 'cosineSimilarity'), axis)
    .mul(unit(yPred, axis))
    .sum(axis);
}

/** Options of losses along one axis. */
export interface AxisOptions {
  /** Axis along which vectors are compared; default the last. */
  readonly axis?: number;
}

/** Minus the cosine of the angle between labels and predictions, so that less is better: `[batch, ..., n]` → `[batch, ...]`. */
export function cosineSimilarity(yTrue: NDArray, yPred: Tensor, { axis = -1 }: AxisOptions = {}): Tensor {
  return cosine(yTrue, yPred, axis).neg();
}

/** Options of {@link huber}. */
export interface HuberOptions {
  /** Where the loss goes from a square to a line, above 0; default 1. */
  readonly delta?: number;
}

/** Half the square of small differences, a line beyond `delta`; its mean along the last axis: `[batch, ..., n]` → `[batch, ...]`. */
export function huber(yTrue: NDArray, yPred: Tensor, { delta = 1 }: HuberOptions = {}): Tensor {
  const d = yPred.sub(aligned(yTrue, yPred, 'huber')).abs();
  // min(d, delta) (d - min(d, delta) / 2) is both branches in one.
  const near = d.minimum(delta);
  return lastMean(near.mul(d.sub(near.mul(0.5))));
}

/** Mean of `log cosh` of the differences along the last axis, without overflow: `[batch, ..., n]` → `[batch, ...]`. */
export function logCosh(yTrue: NDArray, yPred: Tensor): Tensor {
  const d = yPred.sub(aligned(yTrue, yPred, 'logCosh'));
  return lastMean(d.add(d.mul(-2).softplus()).sub(Math.LN2));
}

/** `Σ y log(y / p)` along the last axis, both kept between `config.epsilon()` and 1: `[batch, ..., n]` → `[batch, ...]`. */
export function klDivergence(yTrue: NDArray, yPred: Tensor): Tensor {
  const inside = (x: Tensor): Tensor => x.maximum(epsilon()).minimum(1);
  const y = inside(aligned(yTrue, yPred, 'klDivergence'));
  return y.mul(y.div(inside(yPred)).log()).sum(-1);
}

/** `p - y log p`, its mean along the last axis; `config.epsilon()` keeps the logarithm finite: `[batch, ..., n]` → `[batch, ...]`. */
export function poisson(yTrue: NDArray, yPred: Tensor): Tensor {
  const y = aligned(yTrue, yPred, 'poisson');
  return lastMean(yPred.sub(y.mul(yPred.add(epsilon()).log())));
}
