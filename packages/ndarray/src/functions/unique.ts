import { isComplex, isInteger } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { type ArraySource, readArray } from '../creation.ts';
import { composed } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { sort } from '../ops/ordering.ts';
import { NUMPY } from '../promotion.ts';
import { adoptPlain, arrayFrom } from './array-from.ts';
import { int64Array, numbersOf } from './int64.ts';
import { identityKeys, type Keys, keysOf, tableRange } from './keys.ts';

/** What {@link unique} gives besides the values. */
export interface UniqueOptions {
  /** Whether to give the first position of each value. */
  readonly returnIndex?: boolean;
  /** Whether to give for each element the position of its value in the result. */
  readonly returnInverse?: boolean;
  /** Whether to give how often each value stands in the array. */
  readonly returnCounts?: boolean;
  /** Axis whose slices are compared; default the elements of the flattened array. */
  readonly axis?: number | null;
  /** Whether NaN counts as one value; default true. Slices along an axis with NaN in them are never equal. */
  readonly equalNan?: boolean;
  /** Whether the values must be in order; they always are. */
  readonly sorted?: boolean;
}

/** Elements grouped by value: their order, and where in it each group begins. */
interface Groups {
  readonly order: ArrayLike<number>;
  readonly starts: Int32Array;
}

/** Sorts whole numbers of a small range by how often each occurs. */
function countingOrder(keys: Float64Array, [low, high]: readonly [number, number]): Int32Array {
  const next = new Int32Array(high - low + 2);
  for (let i = 0; i < keys.length; i++) next[keys[i]! - low + 1]!++;
  for (let v = 1; v < next.length; v++) next[v]! += next[v - 1]!;
  const order = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) order[next[keys[i]! - low]!++] = i;
  return order;
}

/** Positions that sort keys, equal ones in their order. */
export function stableOrder(keys: Keys): ArrayLike<number> {
  const range = keys instanceof Float64Array ? tableRange(keys, keys.length) : undefined;
  if (range !== undefined) return countingOrder(keys as Float64Array, range);
  return numbersOf(readArray(keys, {}, NUMPY, 'unique').argsort());
}

function startsOf(size: number, isNew: (k: number) => boolean): Int32Array {
  const starts = new Int32Array(size);
  let count = 0;
  for (let k = 0; k < size; k++) if (k === 0 || isNew(k)) starts[count++] = k;
  return starts.slice(0, count);
}

/** Where runs of equal numbers begin; NaN equals NaN where that is asked for. */
function numberStarts(sorted: Float64Array, equalNan: boolean): Int32Array {
  const starts = new Int32Array(sorted.length);
  let [count, before] = [0, 0];
  for (let k = 0; k < sorted.length; k++) {
    const key = sorted[k]!;
    const isSame = k > 0 && (key === before || (equalNan && key !== key && before !== before));
    if (!isSame) starts[count++] = k;
    before = key;
  }
  return starts.slice(0, count);
}

const isNaNKey = (key: number | bigint): boolean => key !== key;

/** Elements of a flat array by value. NaN that counts as one value is one group at the end. */
function groupElements(flat: NDArray, equalNan: boolean): Groups {
  const keys = identityKeys([flat])[0]!;
  const order = stableOrder(isComplex(flat.dtype) ? keysOf([flat])[0]! : keys);
  if (!(keys instanceof Float64Array))
    return { order, starts: startsOf(order.length, (k) => keys[order[k - 1]!] !== keys[order[k]!]) };
  const sorted = new Float64Array(order.length);
  for (let k = 0; k < sorted.length; k++) sorted[k] = keys[order[k]!]!;
  return { order, starts: numberStarts(sorted, equalNan) };
}

/** Rows of a matrix by value; those with NaN in them are groups of their own. */
function groupRows(matrix: NDArray): Groups {
  const [n, m] = matrix.shape as readonly [number, number];
  const flat = matrix.reshape([n * m]);
  const [keys, same] = [keysOf([flat])[0]!, identityKeys([flat])[0]!];
  const compare = (i: number, j: number): number => {
    for (let c = 0; c < m; c++) {
      const [a, b] = [keys[i * m + c]!, keys[j * m + c]!];
      if (a < b) return -1;
      if (a > b) return 1;
      const nans = Number(isNaNKey(a)) - Number(isNaNKey(b));
      if (nans !== 0) return nans;
    }
    return 0;
  };
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => compare(i, j) || i - j);
  const starts = startsOf(n, (k) => {
    for (let c = 0; c < m; c++) if (same[order[k - 1]! * m + c] !== same[order[k]! * m + c]) return true;
    return false;
  });
  return { order, starts };
}

/** The whole numbers of a small range that occur. */
function tableValues(keys: Float64Array, [low, high]: readonly [number, number]): NDArray {
  const table = new Uint8Array(high - low + 1);
  for (let i = 0; i < keys.length; i++) table[keys[i]! - low] = 1;
  const values: number[] = [];
  for (let v = 0; v < table.length; v++) if (table[v] === 1) values.push(low + v);
  return int64Array(values);
}

/** Values alone need no positions: a sorted copy is enough. */
function sortedValues(flat: NDArray, equalNan: boolean): NDArray {
  if (isInteger(flat.dtype)) {
    const [keys] = keysOf([flat]);
    const range = keys instanceof Float64Array ? tableRange(keys, keys.length) : undefined;
    if (range !== undefined) return tableValues(keys as Float64Array, range).astype(flat.dtype);
  }
  const sorted = sort(flat);
  const keys = keysOf([sorted])[0]!;
  const starts =
    keys instanceof Float64Array ? numberStarts(keys, equalNan) : startsOf(sorted.size, (k) => keys[k - 1] !== keys[k]);
  return starts.length === sorted.size ? sorted : sorted.take(int64Array(starts), 0);
}

/** Complex values alone: what stands for all NaN is the first of them, not the smallest. */
function complexValues(flat: NDArray, equalNan: boolean): NDArray {
  const { order, starts } = groupElements(flat, equalNan);
  const firsts = starts.map((k) => order[k]!);
  const nan = identityKeys([flat])[0]!.findIndex((key) => isNaNKey(key));
  if (equalNan && nan >= 0) firsts[firsts.length - 1] = nan;
  return flat.take(int64Array(firsts), 0);
}

function extras({ order, starts }: Groups, options: UniqueOptions, inverseShape: readonly number[]): NDArray[] {
  const { returnIndex, returnInverse, returnCounts } = options;
  const n = order.length;
  const results: NDArray[] = [];
  if (returnIndex) results.push(int64Array(starts.map((k) => order[k]!)));
  if (returnInverse) {
    const inverse = new Int32Array(n);
    for (let k = 0, group = -1; k < n; k++) {
      if (k === starts[group + 1]) group++;
      inverse[order[k]!] = group;
    }
    results.push(int64Array(inverse, inverseShape));
  }
  if (returnCounts) results.push(int64Array(starts.map((start, group) => (starts[group + 1] ?? n) - start)));
  return results;
}

function uniqueElements(array: NDArray, options: UniqueOptions): NDArray[] {
  const { equalNan = true } = options;
  const flat = array.reshape([array.size]);
  if (!(options.returnIndex || options.returnInverse || options.returnCounts))
    return [isComplex(flat.dtype) ? complexValues(flat, equalNan) : sortedValues(flat, equalNan)];
  const groups = groupElements(flat, equalNan);
  const firsts = int64Array(groups.starts.map((k) => groups.order[k]!));
  return [flat.take(firsts, 0), ...extras(groups, options, array.shape)];
}

function uniqueSlices(array: NDArray, axis: number, options: UniqueOptions): NDArray[] {
  const front = array.moveaxis(axis, 0);
  const [n = 0, ...rest] = front.shape;
  const groups = groupRows(front.reshape([n, rest.reduce((a, b) => a * b, 1)]));
  const firsts = int64Array(groups.starts.map((k) => groups.order[k]!));
  return [array.take(firsts, axis), ...extras(groups, options, [n])];
}

/** Finds values with everything that options ask for. */
export function uniqueParts(x: ArraySource, options: UniqueOptions, name: string): NDArray[] {
  const given = arrayFrom(x, name);
  const array = given.plain();
  const axis = options.axis ?? null;
  const d = axis === null ? 0 : normalizeAxis(axis, array.ndim, name);
  const results = axis === null || array.ndim === 1 ? uniqueElements(array, options) : uniqueSlices(array, d, options);
  return adoptPlain(name, [given], results);
}

/** The values alone, or a list where something else is asked for. */
interface UniqueFunction {
  (
    x: ArraySource,
    options?: UniqueOptions & { returnIndex?: false; returnInverse?: false; returnCounts?: false },
  ): NDArray;
  (x: ArraySource, options: UniqueOptions): NDArray[];
}

/**
 * The values of an array in ascending order, each once; NaN last. With options also where each stands first, which one each element is, and how often each occurs.
 *
 * @throws AxisError for an axis that the array does not have.
 * @example
 * unique(array([3, 1, 3])).tolist() // => [ 1, 3 ]
 * unique(array([3, 1, 3]), { returnCounts: true }).map((y) => y.tolist()) // => [ [ 1, 3 ], [ 1, 2 ] ]
 */
export const unique: Composed<UniqueFunction> = composed(
  {
    name: 'unique',
    oneByOne: 'the shape depends on the values',
    nonDifferentiable: 'which elements are equal jumps',
    domain: [-2, 2],
    samples: [
      { inputs: [{ shape: [6], values: [3, NaN, -1, 3, NaN, 0] }], attrs: { options: {} } },
      { inputs: [{ shape: [2, 2], dtype: 'int64', values: [3, 1, 3, 0] }], attrs: { options: {} } },
      {
        inputs: [{ shape: [2, 3], dtype: 'int32', values: [3, 1, 3, 0, 1, 1] }],
        args: [{ returnIndex: true, returnInverse: true, returnCounts: true }],
        attrs: { options: { return_index: true, return_inverse: true, return_counts: true } },
      },
      {
        inputs: [{ shape: [3, 2], values: [3, 1, 0, 2, 3, 1] }],
        args: [{ axis: 0, returnInverse: true }],
        attrs: { options: { axis: 0, return_inverse: true } },
      },
      { inputs: [[]], attrs: { options: {} } },
      { inputs: [[0]], attrs: { options: {} } },
    ],
    errors: [{ inputs: [[3]], args: [{ axis: 1 }], throws: 'out of bounds' }],
    parity: {
      numpy: 'np.unique(x1, **options)',
      torch: null,
      jax: 'jnp.unique(x1, **options)',
      tfjs: null,
      why: "PyTorch's has other options, tfjs's takes no NaN",
    },
  },
  ((x: ArraySource, options: UniqueOptions = {}) => {
    const results = uniqueParts(x, options, 'unique');
    return results.length === 1 ? results[0]! : results;
  }) as never,
);

/** What {@link uniqueAll} gives. */
export interface UniqueAllResult {
  readonly values: NDArray;
  readonly indices: NDArray;
  readonly inverseIndices: NDArray;
  readonly counts: NDArray;
}

/**
 * The values of an array, where each stands first, which one each element is, and how often each occurs; every NaN is one of its own.
 *
 * @example
 * uniqueAll(array([3, 1, 3])).counts.tolist() // => [ 1, 2 ]
 */
export function uniqueAll(x: ArraySource): UniqueAllResult {
  const options = { returnIndex: true, returnInverse: true, returnCounts: true, equalNan: false };
  const [values, indices, inverseIndices, counts] = uniqueParts(x, options, 'uniqueAll');
  return { values: values!, indices: indices!, inverseIndices: inverseIndices!, counts: counts! };
}

/**
 * The values of an array and how often each occurs; every NaN is one of its own.
 *
 * @example
 * uniqueCounts(array([3, 1, 3])).counts.tolist() // => [ 1, 2 ]
 */
export function uniqueCounts(x: ArraySource): Pick<UniqueAllResult, 'values' | 'counts'> {
  const [values, counts] = uniqueParts(x, { returnCounts: true, equalNan: false }, 'uniqueCounts');
  return { values: values!, counts: counts! };
}

/**
 * The values of an array and which one each element is; every NaN is one of its own.
 *
 * @example
 * uniqueInverse(array([3, 1, 3])).inverseIndices.tolist() // => [ 1, 0, 1 ]
 */
export function uniqueInverse(x: ArraySource): Pick<UniqueAllResult, 'values' | 'inverseIndices'> {
  const [values, inverse] = uniqueParts(x, { returnInverse: true, equalNan: false }, 'uniqueInverse');
  return { values: values!, inverseIndices: inverse! };
}

/**
 * The values of an array in ascending order; every NaN is one of its own.
 *
 * @example
 * uniqueValues(array([3, 1, 3])).tolist() // => [ 1, 3 ]
 */
export function uniqueValues(x: ArraySource): NDArray {
  return uniqueParts(x, { equalNan: false }, 'uniqueValues')[0]!;
}
