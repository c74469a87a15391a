import { sizeOf } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { type Axis, type Named, normalizeAxes } from '../axes.ts';
import { alignExamples } from '../batching.ts';
import { array, type ArraySource } from '../creation.ts';
import type { ReadingBatch } from '../op.ts';
import { isReduceOptions } from '../reduce-attrs.ts';
import { arrayFrom } from './array-from.ts';

interface Reducing {
  readonly axis?: Axis;
  readonly keepdims?: boolean;
  readonly weights?: never;
}

/** The examples with one axis each, all elements in C order. */
const flatExamples = (x: NDArray): NDArray => x.reshape([x.shape[0]!, sizeOf(x.shape.slice(1))]);

/** Options of a reduction, wherever they stand, with the axis among them. */
function reducingOf(args: readonly unknown[], at: number): Reducing {
  const axis = args[at] as Axis | Reducing | undefined;
  const last = args[at + 1] as Reducing | undefined;
  return isReduceOptions(axis) ? axis : { ...last, axis: axis ?? last?.axis ?? null };
}

/** Weights are one for each element, or along the reduced axis. */
function weightsOf(weights: unknown, x: NDArray): NDArray {
  const given = array(weights as number[]);
  return given.shape.join() === x.shape.slice(1).join() && x.ndim > 2 ? given.broadcastTo(x.shape) : given;
}

/** Reductions of axes of the first argument; the axis is argument `at`, options may stand there or behind. */
export const reducingBatch = (at = 1): ReadingBatch => ({
  run: (call, args) => {
    const x = args[0] as NDArray;
    const given = reducingOf(args, at);
    const axes = normalizeAxes(given.axis, x.ndim - 1, 'vmap').map((d) => d + 1);
    const weights = given.weights ? { weights: weightsOf(given.weights, x) } : {};
    const axis = axes.length === 1 ? axes[0] : axes;
    const y = call(x, ...args.slice(1, at), { ...given, ...weights, axis }) as NDArray;
    // The axes of quantiles stand before those of the array.
    const asked = at === 1 || typeof args[1] === 'number' ? 0 : array(args[1] as number[]).ndim;
    return asked === 0 ? y : y.moveaxis(asked, 0);
  },
});

/** Positions along an axis of the first argument, or in the whole array. */
export const positionBatch: ReadingBatch = {
  run: (call, args) => {
    const x = args[0] as NDArray;
    const { axis, keepdims = false } = reducingOf(args, 1) as Reducing & { readonly axis?: number | null };
    if (typeof axis === 'number') return call(x, { axis: axis < 0 ? axis : axis + 1, keepdims });
    const y = call(flatExamples(x), { axis: 1 }) as NDArray;
    return keepdims ? y.reshape(x.shape.map((n, d) => (d === 0 ? n : 1))) : y;
  },
};

/** What is done along an axis, or to all elements in C order where it is `null`; behind the first argument stand `before` others. */
export const alongAxisBatch = (before: number, usual: number | null): ReadingBatch => ({
  run: (call, args) => {
    const x = args[0] as NDArray;
    const given = args[before + 1] as Named<number | null> | undefined;
    const options = typeof given === 'object' && given !== null ? given : {};
    const { axis = usual } = typeof given === 'number' || given === null ? { axis: given } : options;
    const flat = axis === null || x.ndim === 1;
    const place = flat ? 1 : axis < 0 ? axis : axis + 1;
    return call(flat ? flatExamples(x) : x, ...args.slice(1, before + 1), { ...options, axis: place });
  },
});

/** What is done to each element of the first argument, which may be a list of arrays that broadcast; those named are the same for all. */
export const eachElementBatch = (shared: readonly number[] = []): ReadingBatch => ({
  shared,
  run: (call, [x, ...rest]) => call(Array.isArray(x) ? aligned(x as NDArray[], 0) : x, ...rest),
});

/** The same where a list of what all share broadcasts against the first argument. */
export const againstListBatch: ReadingBatch = {
  shared: [1],
  run: (call, [x, list, ...rest]) => {
    const ndim = Math.max(...(list as readonly ArraySource[]).map((item) => arrayFrom(item, 'vmap').ndim));
    return call(aligned([x as NDArray], ndim)[0], list, ...rest);
  },
};

/** Arrays of examples with as many axes each as the longest, and at least so many behind that of the examples. */
const aligned = (xs: readonly NDArray[], least: number): NDArray[] => {
  const ndim = Math.max(least, ...xs.map((x) => x.ndim - 1));
  return xs.map((x) => alignExamples(x, ndim));
};
