import { type DType, isFloat } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { array } from '../creation.ts';
import { argsort, sort } from '../ops/ordering.ts';
import { roundingOf } from './float-rounding.ts';

/** Where the outermost edges lie, and the dtype in which they are known. */
export interface Outer {
  readonly first: number;
  readonly last: number;
  /** Float dtype of edges that were found in the data; `undefined` for bare numbers. */
  readonly dtype: DType | undefined;
}

/** Real elements in C order as float64. */
export function doubles(x: NDArray): Float64Array {
  return x.astype('float64').data as Float64Array;
}

/** How often each element counts, and the dtype in which counts are kept. */
export interface Heavy {
  readonly values: Float64Array;
  readonly dtype: DType;
}

/** Finds the bin of a number among bins of one width, by NumPy's arithmetic; -1 outside. */
function finder(edges: Float64Array, { first, last, dtype }: Outer, type: DType): (v: number) => number {
  const count = edges.length - 1;
  // Edges found in the data are known in its precision; a given range meets it there, but is divided in double.
  const [round, precise] = [roundingOf(type), roundingOf(dtype)];
  const [low, high] = [round(first), round(last)];
  const width = precise(last - first);
  return (v) => {
    if (!(v >= low && v <= high)) return -1;
    let bin = Math.trunc(precise(precise(round(v - low) / width) * count));
    if (bin === count) bin--;
    if (v < edges[bin]!) return bin - 1;
    return v >= edges[bin + 1]! && bin !== count - 1 ? bin + 1 : bin;
  };
}

// NumPy counts so many elements at a time, and rounds their sums of weights to the dtype of the weights.
const BLOCK = 65536;

/** Sums of the weights of the elements in bins of one width. */
export function countEqual(
  x: NDArray,
  { edges, outer }: { readonly edges: NDArray; readonly outer: Outer },
  heavy: Heavy | undefined,
): number[] {
  const values = doubles(x);
  const find = finder(doubles(edges), outer, isFloat(x.dtype) ? x.dtype : 'float64');
  const total = new Array<number>(edges.size - 1).fill(0);
  const round = roundingOf(heavy?.dtype);
  for (let start = 0; start < values.length; start += BLOCK) {
    const sums = new Float64Array(total.length);
    const stop = Math.min(start + BLOCK, values.length);
    for (let i = start; i < stop; i++) {
      const bin = find(values[i]!);
      if (bin >= 0) sums[bin]! += heavy ? heavy.values[i]! : 1;
    }
    sums.forEach((sum, bin) => (total[bin] = round(total[bin]! + round(sum))));
  }
  return total;
}

/** Number of elements of an ascending list that are below a value, or not above it. */
function below(list: ArrayLike<number>, value: number, inclusive: boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const v = list[middle]!;
    // NaN is last in order.
    if (v < value || (inclusive && v === value) || (Number.isNaN(value) && (inclusive || !Number.isNaN(v))))
      low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sums of the weights of the elements between given edges; the last bin has both of its edges. */
export function countBetween(x: NDArray, edges: Float64Array, heavy: Heavy | undefined): number[] {
  const cumulated = new Array<number>(edges.length).fill(0);
  const round = roundingOf(heavy?.dtype);
  for (let start = 0; start < x.size; start += BLOCK) {
    const block = x.at(`${start}:${start + BLOCK}`);
    const sorted = doubles(sort(block, -1));
    const sums = heavy ? runningWeights(block, heavy, start) : undefined;
    edges.forEach((edge, i) => {
      const places = below(sorted, edge, i === edges.length - 1);
      cumulated[i] = round(cumulated[i]! + (sums ? sums[places]! : places));
    });
  }
  return cumulated.slice(1).map((v, i) => round(v - cumulated[i]!));
}

function runningWeights(block: NDArray, { values, dtype }: Heavy, start: number): Float64Array {
  const round = roundingOf(dtype);
  const sums = new Float64Array(block.size + 1);
  const order = argsort(block, -1).data as BigInt64Array;
  order.forEach((place, i) => (sums[i + 1] = round(sums[i]! + values[start + Number(place)]!)));
  return sums;
}

/** Counts as an array. */
export function counted(counts: readonly number[], heavy: Heavy | undefined): NDArray {
  if (heavy?.dtype === 'bool') return array(counts.map((c) => c !== 0));
  return array([...counts], { dtype: 'float64' }).astype(heavy?.dtype ?? 'int64');
}
