import { ArgumentError, DTypeError, isComplex, ShapeError } from '@isograd/device';
import type { As, NDArray } from '../array.ts';
import { axisOf, type Named, normalizeAxis } from '../axes.ts';
import { sameShape, show } from '../broadcast.ts';
import type { ArraySource } from '../creation.ts';
import { type ArrayLike, composed } from '../dispatch.ts';
import type { Composed, ComposedSpec } from '../op.ts';
import { argsort, sort } from '../ops/ordering.ts';
import { adoptPlain, arrayFrom } from './array-from.ts';
import { int64Array } from './int64.ts';
import { type Keys, keysOf } from './keys.ts';
import { alongAxisBatch } from './reading-batches.ts';

/** Moves values so that the k-th smallest is at place k, smaller ones before, larger ones behind; none is NaN. */
function selectKth(values: Keys, k: number, from: number, to: number): void {
  let [low, high] = [from, to];
  while (low < high) {
    const pivot = middleOf(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (pivot < values[j]!) j--;
      if (i > j) break;
      const held = values[i]!;
      values[i] = values[j]!;
      values[j] = held;
      i++;
      j--;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

/** The same for positions of keys. */
function selectKthOf(order: Int32Array, keys: Keys, k: number, [from, to]: readonly [number, number]): void {
  let [low, high] = [from, to];
  while (low < high) {
    const pivot = middleOf(keys[order[low]!]!, keys[order[(low + high) >>> 1]!]!, keys[order[high]!]!);
    let [i, j] = [low, high];
    while (i <= j) {
      while (keys[order[i]!]! < pivot) i++;
      while (pivot < keys[order[j]!]!) j--;
      if (i > j) break;
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
      i++;
      j--;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

/** The middle one of the first, middle and last value: sorted and constant lines do not take longer. */
function middleOf<N extends number | bigint>(a: N, b: N, c: N): N {
  if (a < b) return b < c ? b : a < c ? c : a;
  return a < c ? a : b < c ? c : b;
}

function kthOf(kth: number | readonly number[], length: number, name: string): number[] {
  const list = [kth].flat().map((k) => {
    if (typeof k !== 'number' || !Number.isInteger(k))
      throw new DTypeError({
        where: name,
        what: 'Partition index must be integer',
        got: String(k),
        expected: 'whole numbers',
        hint: 'round it with Math.floor',
      });
    if (k < -length || k >= length)
      throw new ArgumentError({
        where: name,
        what: `kth(=${k}) out of bounds (${length})`,
        got: String(k),
        expected: `${-length} to ${length - 1}`,
        hint: 'places count from 0, negative ones from the end',
      });
    return k < 0 ? k + length : k;
  });
  return [...new Set(list)].sort((a, b) => a - b);
}

/** Positions that partition one line of keys at several places; NaN stands behind all. */
function partitionLine(keys: Keys, kth: readonly number[]): Int32Array {
  const order = new Int32Array(keys.length);
  let [front, back] = [0, keys.length];
  for (let i = 0; i < keys.length; i++) order[keys[i]! === keys[i]! ? front++ : --back] = i;
  let from = 0;
  for (const k of kth) {
    if (k < front) selectKthOf(order, keys, k, [from, front - 1]);
    from = k;
  }
  return order;
}

/** Partitions one line of values in place. */
function partitionValues(values: Float64Array, kth: readonly number[]): void {
  let numbers = values.length;
  for (let i = numbers - 1; i >= 0; i--) {
    const value = values[i]!;
    if (value === value) continue;
    values[i] = values[--numbers]!;
    values[numbers] = value;
  }
  let from = 0;
  for (const k of kth) {
    if (k < numbers) selectKth(values, k, from, numbers - 1);
    from = k;
  }
}

/** The partition of an array of float64 without history: no positions are needed. */
function partitioned(x: NDArray, kth: number | readonly number[], axis: number): NDArray {
  const lines = x.moveaxis(axis, -1).copy();
  const n = lines.shape.at(-1)!;
  const places = x.size === 0 ? [] : kthOf(kth, n, 'partition');
  const values = lines.data as Float64Array;
  for (let start = 0; start < values.length; start += n) partitionValues(values.subarray(start, start + n), places);
  return lines.moveaxis(-1, axis);
}

/** Positions along an axis that partition every line of an array. */
function partitionOrder(x: NDArray, kth: number | readonly number[], axis: number, name: string): NDArray {
  const lines = x.plain().moveaxis(axis, -1).copy();
  const n = lines.shape.at(-1)!;
  // An array without elements is never looked into.
  const places = x.size === 0 ? [] : kthOf(kth, n, name);
  const [keys] = keysOf([lines]);
  const order = new Int32Array(lines.size);
  for (let start = 0; start < order.length; start += n)
    order.set(partitionLine(keys!.subarray(start, start + n), places), start);
  return int64Array(order, lines.shape).moveaxis(-1, axis);
}

function record(name: string, spelled: string): Omit<ComposedSpec, 'family'> {
  return {
    name,
    batchReading: alongAxisBatch(1, -1),
    domain: [-2, 2],
    // Only places that are all named have one answer.
    samples: [
      { inputs: [[4]], args: [[0, 1, 2, 3]], attrs: { kth: [0, 1, 2, 3], axis: -1 } },
      { inputs: [[2, 3]], args: [[0, -1, 1], 1], attrs: { kth: [0, -1, 1], axis: 1 } },
      { inputs: [[3, 2]], args: [[0, 1, 2], 0], attrs: { kth: [0, 1, 2], axis: 0 } },
      { inputs: [[2]], args: [0, null], attrs: { kth: 0, axis: null } },
      {
        inputs: [{ shape: [3], values: [NaN, 1, 0], differentiable: false }],
        args: [[0, 1, 2]],
        attrs: { kth: [0, 1, 2], axis: -1 },
      },
      { inputs: [[0]], args: [0], attrs: { kth: 0, axis: -1 } },
    ],
    errors: [
      { inputs: [[3]], args: [3], throws: 'kth(=3) out of bounds (3)' },
      { inputs: [[3]], args: [0.5], throws: 'Partition index must be integer' },
      { inputs: [[3]], args: [0, 1], throws: 'axis 1 is out of bounds' },
    ],
    parity: {
      numpy: `np.${spelled}(x1, kth, axis=axis)`,
      torch: null,
      jax: null,
      tfjs: null,
      why: 'JAX takes one place only, PyTorch and tfjs have kthvalue and topk',
    },
  };
}

/** Function that partitions along an axis, the last by default, or the flattened array for `null`. */
export type PartitionOp = Composed<
  <T extends ArrayLike>(x: T, kth: number | readonly number[], axis?: Named<number | null>) => As<T>
>;

/**
 * The positions that partition an array along an axis: the k-th smallest element at place k, no larger ones before, no smaller ones behind.
 * The order in between is undefined, and is not NumPy's. NaN counts as largest; linear in time.
 *
 * @throws ArgumentError for a place outside the axis.
 * @example
 * const x = array([3, 1, 2]);
 * x.take(argpartition(x, 0)).get(0) // => 1
 */
export const argpartition: PartitionOp = composed(
  { ...record('argpartition', 'argpartition'), nonDifferentiable: 'the result is positions' },
  <T extends NDArray>(x: T, kth: number | readonly number[], place?: Named<number | null>): T => {
    const given = arrayFrom(x, 'argpartition');
    const axis = axisOf<number | null>(place, -1, 'argpartition');
    const array = axis === null ? given.reshape([given.size]) : given;
    const d = normalizeAxis(axis ?? 0, array.ndim, 'argpartition');
    return adoptPlain('argpartition', [given], [partitionOrder(array, kth, d, 'argpartition')])[0] as T;
  },
);

/**
 * A copy in which the k-th smallest element along an axis is at place k, no larger ones before, no smaller ones behind.
 * The order in between is undefined, and is not NumPy's. NaN counts as largest; linear in time.
 *
 * @throws ArgumentError for a place outside the axis.
 * @example
 * partition(array([3, 1, 2, 5]), 1).get(1) // => 2
 */
export const partition: PartitionOp = composed(
  record('partition', 'partition'),
  <T extends NDArray>(x: T, kth: number | readonly number[], place?: Named<number | null>): T => {
    const given = arrayFrom(x, 'partition');
    const axis = axisOf<number | null>(place, -1, 'partition');
    const array = axis === null ? given.reshape([given.size]) : given;
    const d = normalizeAxis(axis ?? 0, array.ndim, 'partition');
    if (array.dtype === 'float64' && !array.differentiable) return partitioned(array, kth, d) as T;
    return array.takeAlongAxis(partitionOrder(array, kth, d, 'partition'), d) as T;
  },
);

function keyList(keys: NDArray | readonly ArraySource[]): NDArray[] {
  const list = [...(keys as Iterable<ArraySource>)].map((x) => arrayFrom(x, 'lexsort').plain());
  if (list.length === 0)
    throw new ArgumentError({
      where: 'lexsort',
      what: 'need sequence of keys with len > 0 in lexsort',
      got: '[]',
      expected: 'a list of arrays',
      hint: 'the last one is the primary key',
    });
  const other = list.find((x) => !sameShape(x.shape, list[0]!.shape));
  if (other === undefined) return list;
  throw new ShapeError({
    where: 'lexsort',
    what: 'all keys need to be the same shape',
    got: `${show(list[0]!.shape)} and ${show(other.shape)}`,
    expected: 'equal shapes',
    hint: 'broadcastArrays makes them equal',
  });
}

/**
 * The positions that sort by several keys along an axis, the last key first, ties by the one before it, and so on; stable, int64.
 *
 * @throws ArgumentError without keys; ShapeError for keys of different shapes.
 * @example
 * lexsort([array([1, 0, 2]), array([5, 5, 3])]).tolist() // => [ 2, 1, 0 ]
 */
export const lexsort: Composed<(keys: NDArray | readonly ArraySource[], axis?: Named<number>) => NDArray> = composed(
  {
    name: 'lexsort',
    takesList: true,
    nonDifferentiable: 'the result is positions',
    domain: [-2, 2],
    samples: [
      {
        inputs: [
          { shape: [4], dtype: 'int64', values: [1, 0, 2, 0] },
          { shape: [4], dtype: 'int64', values: [5, 5, 3, 5] },
        ],
        attrs: { axis: -1 },
      },
      {
        inputs: [
          [3, 2],
          [3, 2],
        ],
        args: [0],
        attrs: { axis: 0 },
      },
      { inputs: [{ shape: [3], values: [NaN, 1, NaN] }], attrs: { axis: -1 } },
      { inputs: [[0]], attrs: { axis: -1 } },
    ],
    errors: [
      { inputs: [], throws: 'need sequence of keys' },
      { inputs: [[2], [3]], throws: 'all keys need to be the same shape' },
      { inputs: [[2]], args: [1], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.lexsort(xs, axis=axis)',
      torch: null,
      jax: 'jnp.lexsort(xs, axis=axis)',
      tfjs: null,
      why: 'PyTorch and tfjs sort by one key',
    },
  },
  (keys: NDArray | readonly ArraySource[], axis?: Named<number>): NDArray => {
    const [first, ...rest] = keyList(keys);
    if (first!.ndim === 0) return int64Array([0], []);
    const d = normalizeAxis(axisOf(axis, -1, 'lexsort'), first!.ndim, 'lexsort');
    const ranked = (x: NDArray): NDArray => (isComplex(x.dtype) ? ranksOf(x) : x);
    let order = argsort(ranked(first!), d);
    for (const key of rest) order = order.takeAlongAxis(argsort(ranked(key).takeAlongAxis(order, d), d), d);
    const owner = Array.isArray(keys)
      ? keys.filter((x): x is NDArray => typeof x === 'object' && 'dtype' in x)
      : [keys as NDArray];
    return adoptPlain('lexsort', owner, [order])[0]!;
  },
);

/** Complex numbers as ranks of the same order. */
function ranksOf(x: NDArray): NDArray {
  return arrayFrom(keysOf([x])[0]!, 'lexsort').reshape(x.shape);
}

/**
 * A copy sorted along the last axis, as complex numbers: by real, then imaginary part.
 *
 * @throws AxisError for a 0-d array.
 * @example
 * sortComplex(array([3, 1])).dtype // => complex128
 */
export const sortComplex: Composed<(x: ArraySource) => NDArray> = composed(
  {
    name: 'sortComplex',
    domain: [-2, 2],
    samples: [{ inputs: [[4]] }, { inputs: [{ shape: [3], dtype: 'uint8', values: [3, 1, 2] }] }, { inputs: [[2, 3]] }],
    errors: [{ inputs: [[]], throws: 'out of bounds' }],
    parity: {
      numpy: 'np.sort_complex(x1)',
      torch: null,
      jax: 'jnp.sort_complex(x1)',
      tfjs: null,
      why: 'the others have none',
    },
  },
  (x: ArraySource): NDArray => {
    const array = arrayFrom(x, 'sortComplex');
    const short = ['int8', 'uint8', 'int16', 'uint16', 'complex64'].includes(array.dtype);
    normalizeAxis(-1, array.ndim, 'sortComplex');
    if (!isComplex(array.dtype)) return sort(array).astype(short ? 'complex64' : 'complex128');
    return array.takeAlongAxis(argsort(ranksOf(array.plain())), -1);
  },
);
