import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { lastMean } from './errors.ts';
import { aligned } from './loss.ts';

/** Labels as -1 and 1: if all are 0 or 1 they are taken for that, else they stay as they are. */
function signs(yTrue: NDArray, yPred: Tensor, where: string): Tensor {
  const y = aligned(yTrue, yPred, where);
  const binary = Array.from(y.data as Float32Array).every((v) => v === 0 || v === 1);
  return binary ? y.mul(2).sub(1) : y;
}

const margin = (yTrue: NDArray, yPred: Tensor, where: string): Tensor =>
  signs(yTrue, yPred, where).mul(yPred).rsub(1).maximum(0);

/** `max(1 - y p, 0)` for labels of -1 and 1, its mean along the last axis; labels of 0 and 1 are converted: `[batch, ..., n]` → `[batch, ...]`. */
export function hinge(yTrue: NDArray, yPred: Tensor): Tensor {
  return lastMean(margin(yTrue, yPred, 'hinge'));
}

/** The square of {@link hinge}'s `max(1 - y p, 0)`, its mean along the last axis: `[batch, ..., n]` → `[batch, ...]`. */
export function squaredHinge(yTrue: NDArray, yPred: Tensor): Tensor {
  const m = margin(yTrue, yPred, 'squaredHinge');
  return lastMean(m.mul(m));
}

/** `max(max((1 - y) p) - Σ y p + 1, 0)` along the last axis, for labels with a 1 at the class: `[batch, ..., classes]` → `[batch, ...]`. */
export function categoricalHinge(yTrue: NDArray, yPred: Tensor): Tensor {
  const y = aligned(yTrue, yPred, 'categoricalHinge');
  const right = y.mul(yPred).sum(-1);
  return y.rsub(1).mul(yPred).max(-1).sub(right).add(1).maximum(0);
}
