import { DataError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { array } from '../creation.ts';
import { takeAlongAxis } from '../ops/gathering.ts';
import { argsort } from '../ops/ordering.ts';
import { type Asked, type Caller, checkRows, markNaN } from './quantile-rows.ts';
import { withoutNaN } from './reduced-axes.ts';

/** Position of the first number of an ascending list that is not below `value`. */
function firstNotBelow(list: Float64Array, value: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The share of the whole weight that elements in this order have, up to and with each of them. */
function shares(weights: ArrayLike<number>, order: readonly number[], { round }: Asked, name: string): Float64Array {
  const cdf = new Float64Array(order.length);
  let total = 0;
  order.forEach((place, i) => (cdf[i] = total += weights[place]!));
  if (Number.isNaN(total / total)) {
    throw new DataError({
      where: name,
      what: 'Weights included NaN, inf or were all zero.',
      got: `a total weight of ${total}`,
      expected: 'finite weights, one of them above 0',
      hint: 'leave out what has no weight',
    });
  }
  // The quantile 0 is the first element that has a weight.
  for (let i = 0; i < cdf.length; i++) cdf[i] = cdf[i] === 0 ? -1 : round(cdf[i]! / total);
  return cdf;
}

/** Quantiles by method `inverted_cdf` of rows along the last axis, where each element counts with its weight; the axes of the quantiles come last. */
export function weightedQuantiles(rows: NDArray, weights: NDArray, asked: Asked, { name, skipNaN }: Caller): NDArray {
  const n = rows.shape.at(-1)!;
  checkRows(n, name);
  const order = Array.from(argsort(rows.plain(), -1).data, Number);
  const heavy = weights.astype('float64').data as Float64Array;
  const counts = withoutNaN(rows);
  const positions = counts.flatMap((count, row) => {
    const length = skipNaN ? count : n;
    if (length === 0) return asked.values.map(() => 0);
    const own = order.slice(row * n, row * n + length);
    const cdf = shares(heavy.subarray(row * n, (row + 1) * n), own, asked, name);
    return asked.values.map((q) => own[Math.min(firstNotBelow(cdf, q), length - 1)]!);
  });
  const outer = rows.shape.slice(0, -1);
  const index = array(positions, { dtype: 'int64', shape: [...outer, asked.values.length] });
  const y = takeAlongAxis(rows, index, -1).reshape([...outer, ...asked.shape]);
  if (skipNaN) return y;
  const last = array(
    counts.map((_, row) => order[(row + 1) * n - 1]!),
    { dtype: 'int64', shape: [...outer, 1] },
  );
  return markNaN(takeAlongAxis(rows, last, -1), y, asked.shape.length);
}
