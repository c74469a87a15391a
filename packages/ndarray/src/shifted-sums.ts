import { expr as e } from '@isograd/device';
import type { NDArray } from './array.ts';
import type { Promotion } from './promotion.ts';
import { averageType, reducer, type ReduceRun } from './reduction.ts';

/** The largest element over axes, as a float. */
export const largest: ReduceRun = reducer({ name: 'max', op: 'max', dtype: averageType });

/** `sum(exp(x - m))` over axes. */
export const exponentialSum: ReduceRun = reducer({
  name: 'sum',
  op: 'sum',
  dtype: averageType,
  pre: (x, m) => e.exp(e.sub(x, m!)),
});

/** What softmax and log-softmax share: the largest element along an axis, and the sum of exponentials shifted by it. */
export function shiftedSums(x: NDArray, axis: number, rule: Promotion): { readonly m: NDArray; readonly s: NDArray } {
  const kept = { axes: [axis], keepdims: true };
  // Over an axis of length 0 there is no largest element, and nothing to shift either.
  const m = x.shape[axis] === 0 ? exponentialSum([x, x], kept, rule) : largest([x], kept, rule);
  return { m, s: exponentialSum([x, m], kept, rule) };
}
