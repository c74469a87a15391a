import { halfToNumber, isBig, isComplex } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { numbersOf } from './int64.ts';

/** Elements as numbers or bigints that order as they do, NaN being behind all. */
export type Keys = Float64Array | BigInt64Array | BigUint64Array;

const SAFE = 2 ** 53;

function exact(numbers: Float64Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (Math.abs(numbers[i]!) >= SAFE) return false;
  return true;
}

function realKeys(x: NDArray): Float64Array {
  const { data } = x;
  if (x.dtype === 'float64') return data as Float64Array;
  if (isBig(x.dtype)) return numbersOf(x);
  const out = new Float64Array(x.size);
  if (x.dtype === 'float16') for (let i = 0; i < out.length; i++) out[i] = halfToNumber(Number(data[i]));
  else out.set(data as Float64Array);
  return out;
}

/** Numbers before NaN; where both are NaN neither is first. */
function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/**
 * Ranks of complex numbers in NumPy's order: by real, then imaginary part, those with NaN in a part behind the others.
 * Equal numbers have one rank.
 */
function complexRanks(pairs: readonly ArrayLike<number>[]): Float64Array[] {
  const total = pairs.reduce((n, p) => n + p.length / 2, 0);
  const [re, im] = [new Float64Array(total), new Float64Array(total)];
  let at = 0;
  for (const p of pairs) {
    for (let i = 0; i < p.length; i += 2, at++) {
      re[at] = p[i]!;
      im[at] = p[i + 1]!;
    }
  }
  const nans = (i: number): number => 2 * Number(Number.isNaN(re[i])) + Number(Number.isNaN(im[i]));
  const order = (i: number, j: number): number =>
    nans(i) - nans(j) || compare(re[i]!, re[j]!) || compare(im[i]!, im[j]!);
  const sorted = Uint32Array.from({ length: total }, (_, i) => i).sort(order);
  const ranks = new Float64Array(total);
  let rank = 0;
  sorted.forEach((i, k) => {
    if (k > 0 && order(sorted[k - 1]!, i) !== 0) rank = k;
    ranks[i] = rank;
  });
  let start = 0;
  return pairs.map((p) => ranks.subarray(start, (start += p.length / 2)));
}

/**
 * Keys of arrays of one dtype that may be compared with each other, in C order. Those of complex numbers are ranks, the ones
 * with NaN at the end.
 */
export function keysOf(arrays: readonly NDArray[]): Keys[] {
  const { dtype } = arrays[0]!;
  if (isComplex(dtype)) return complexRanks(arrays.map((x) => x.data as Float64Array));
  const keys = arrays.map(realKeys);
  if (!isBig(dtype) || keys.every(exact)) return keys;
  return arrays.map((x) => x.data as BigInt64Array);
}

/** Keys of arrays of one dtype of which two are equal exactly where the elements are: what has NaN in it has the key NaN. */
export function identityKeys(arrays: readonly NDArray[]): Keys[] {
  const keys = keysOf(arrays);
  if (!isComplex(arrays[0]!.dtype)) return keys;
  arrays.forEach((x, k) => {
    const { data } = x;
    for (let i = 0; i < x.size; i++) if (Number.isNaN(data[2 * i]) || Number.isNaN(data[2 * i + 1])) keys[k]![i] = NaN;
  });
  return keys;
}

/** Smallest and largest of whole numbers, when a table between them is worth its memory beside so many others. */
export function tableRange(keys: Float64Array, others: number): readonly [low: number, high: number] | undefined {
  if (keys.length === 0) return undefined;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (!Number.isInteger(key)) return undefined;
    if (key < low) low = key;
    if (key > high) high = key;
  }
  return high - low <= 6 * (keys.length + others) ? [low, high] : undefined;
}
