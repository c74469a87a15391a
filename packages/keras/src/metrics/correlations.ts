import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { epsilon } from '../config.ts';
import type { AxisOptions } from '../losses/errors.ts';
import { aligned } from '../losses/loss.ts';

/** Differences from the mean along an axis, in units of the standard deviation. */
function standardized(x: Tensor, axis: number): Tensor {
  const centred = x.sub(x.mean(axis, { keepdims: true }));
  return centred.div(centred.mul(centred).mean(axis, { keepdims: true }).sqrt());
}

/** Pearson's coefficient of labels and predictions along an axis, from -1 to 1: `[batch, n]` both → `[batch]`. */
export function pearsonCorrelation(yTrue: NDArray, yPred: Tensor, { axis = -1 }: AxisOptions = {}): Tensor {
  const y = aligned(yTrue, yPred, 'pearsonCorrelation');
  return standardized(y, axis).mul(standardized(yPred, axis)).mean(axis);
}

/** Lin's concordance coefficient of labels and predictions along an axis, from -1 to 1, as Keras computes it: `[batch, n]` both → `[batch]`. */
export function concordanceCorrelation(yTrue: NDArray, yPred: Tensor, { axis = -1 }: AxisOptions = {}): Tensor {
  const y = aligned(yTrue, yPred, 'concordanceCorrelation');
  const keep = { keepdims: true } as const;
  const [my, mp] = [y.mean(axis, keep), yPred.mean(axis, keep)];
  const variance = (x: Tensor, mean: Tensor): Tensor => x.sub(mean).pow(2).mean(axis, keep);
  const norm = variance(y, my).add(variance(yPred, mp)).add(my.sub(mp).pow(2));
  return y.sub(mp).mul(yPred.sub(mp)).mul(2).div(norm.add(epsilon())).mean(axis);
}
