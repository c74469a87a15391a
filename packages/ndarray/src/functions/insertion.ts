import { DTypeError, IndexError, isInteger, ShapeError } from '@isograd/device';
import type { As, Like, NDArray, NestedList } from '../array.ts';
import { axisOf, type Named, normalizeAxis } from '../axes.ts';
import { commonShape, sameShape, show } from '../broadcast.ts';
import type { ArraySource } from '../creation.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { parseSlice, type Slice } from '../indexing/slice.ts';
import type { Composed, Sample } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { arrayFrom, positionsFrom } from './array-from.ts';
import { int64Array, numbersOf } from './int64.ts';
import { truePlaces } from './truth.ts';

/** Places along an axis: a position, a slice, several positions, or a mask of bools. */
export type Places = number | Slice | NDArray | readonly NestedList[];

function outOfBounds(name: string, at: number, axis: number, length: number): never {
  throw new IndexError({
    where: name,
    what: `index ${at} is out of bounds for axis ${axis} with size ${length}`,
    got: String(at),
    expected: `${-length} to ${name === 'insert' ? length : length - 1}`,
    hint: 'positions count from 0, negative ones from the end',
  });
}

function notIntegers(name: string, got: string): never {
  throw new IndexError({
    where: name,
    what: 'arrays used as indices must be of integer (or boolean) type',
    got,
    expected: 'positions, a slice or a mask',
    hint: "convert with x.astype('int64')",
  });
}

/** Positions as given, a slice or mask spelled out; whether it was one bare number. */
function positionsAt(places: Places, length: number, name: string): { at: Float64Array; mask: NDArray | undefined } {
  if (typeof places === 'number')
    return Number.isInteger(places)
      ? { at: Float64Array.of(places), mask: undefined }
      : notIntegers(name, String(places));
  if (typeof places === 'string') {
    const { start, step, count } = parseSlice(places, length, name);
    return { at: Float64Array.from({ length: count }, (_, i) => start + i * step), mask: undefined };
  }
  const given = positionsFrom(places, name).plain();
  if (given.dtype === 'bool') return { at: Float64Array.from(truePlaces(given)), mask: given };
  return isInteger(given.dtype) ? { at: numbersOf(given), mask: undefined } : notIntegers(name, given.dtype);
}

/** The array and its axis; flattened without one. */
function flatOr(x: NDArray, axis: number | null, name: string): readonly [NDArray, number] {
  return axis === null ? [x.ndim === 1 ? x : x.reshape([x.size]), 0] : [x, normalizeAxis(axis, x.ndim, name)];
}

/** What stands before and behind one slice. */
function withoutOne(x: NDArray, axis: number, at: number): NDArray {
  const lead = Array.from({ length: axis }, () => ':' as const);
  return concatenate([x.at(...lead, `:${at}`), x.at(...lead, `${at + 1}:`)], axis);
}

const DELETE_SAMPLES: readonly Sample[] = [
  { inputs: [[4]], args: [1], attrs: { obj: 1, axis: null } },
  { inputs: [[2, 3]], args: [[0, -1], 1], attrs: { obj: [0, -1], axis: 1 } },
  { inputs: [[2, 3]], args: [[]], attrs: { obj: [], axis: null } },
  { inputs: [[3]], args: [[true, false, true], 0], attrs: { obj: [true, false, true], axis: 0 } },
  { inputs: [[]], args: [0], attrs: { obj: 0, axis: null } },
];

/**
 * The array without the slices at some places along an axis; it is flattened without one. A copy.
 *
 * @throws IndexError for a position outside the axis; ShapeError for a mask of another length.
 * @example
 * import { delete as remove } from '@isograd/ndarray';
 * remove(array([1, 2, 3]), 1).tolist() // => [ 1, 3 ]
 */
const remove: Composed<<T extends ArrayLike>(x: T, obj: Places, axis?: Named<number | null>) => As<T>> = composed(
  {
    name: 'delete',
    domain: [-2, 2],
    samples: DELETE_SAMPLES,
    errors: [
      { inputs: [[3]], args: [3], throws: 'index 3 is out of bounds for axis 0 with size 3' },
      { inputs: [[3]], args: [0.5], throws: 'must be of integer (or boolean) type' },
      { inputs: [[3]], args: [[true]], throws: 'must be one dimensional and match the axis length' },
    ],
    parity: {
      numpy: 'np.delete(x1, list(obj) if isinstance(obj, tuple) else obj, axis=axis)',
      torch: null,
      jax: 'jnp.delete(x1, jnp.asarray(obj, dtype=None if obj != () else int), axis=axis)',
      tfjs: null,
      why: 'PyTorch and tfjs have no delete',
    },
  },
  <T extends NDArray>(x: T, obj: Places, axis?: Named<number | null>): T => {
    const [array, d] = flatOr(operand(x, 'delete'), axisOf(axis, null, 'delete'), 'delete');
    const length = array.shape[d]!;
    const { at, mask } = positionsAt(obj, length, 'delete');
    if (mask !== undefined && !sameShape(mask.shape, [length]))
      throw new ShapeError({
        where: 'delete',
        what: `boolean array argument obj to delete must be one dimensional and match the axis length of ${length}`,
        got: show(mask.shape),
        expected: show([length]),
        hint: 'make the mask of the array itself',
      });
    const keep = new Uint8Array(length).fill(1);
    for (const p of at) {
      if (p < -length || p >= length) outOfBounds('delete', p, d, length);
      keep[p < 0 ? p + length : p] = 0;
    }
    if (at.length === 1) return withoutOne(array, d, keep.indexOf(0)) as T;
    let count = 0;
    const rest = new Int32Array(length);
    for (let i = 0; i < length; i++) if (keep[i] === 1) rest[count++] = i;
    return array.take(int64Array(rest.subarray(0, count)), d) as T;
  },
);

export { remove as delete };

/** Values to insert, as an array of the dtype of the array, broadcast to the slices that they become. */
function inserted(array: NDArray, given: NDArray, axis: number, count: number): NDArray {
  const shape = array.shape.map((n, d) => (d === axis ? count : n));
  // Axes of length 1 in front may be too many, as in every assignment.
  let extra = 0;
  while (given.ndim - extra > shape.length && given.shape[extra] === 1) extra++;
  const values = extra > 0 ? given.reshape(given.shape.slice(extra)) : given;
  const fits = values.ndim <= shape.length && sameShape(commonShape('insert', [values.shape, shape]), shape);
  if (fits) return values.astype(array.dtype).broadcastTo(shape);
  throw new ShapeError({
    where: 'insert',
    what: `shape mismatch: value array of shape ${show(values.shape)} could not be broadcast to indexing result of shape ${show(shape)}`,
    got: show(values.shape),
    expected: show(shape),
    hint: 'as many values as positions, or one',
  });
}

function checkKind(array: NDArray, values: NDArray): void {
  if (!(values.dtype.startsWith('complex') && !array.dtype.startsWith('complex'))) return;
  throw new DTypeError({
    where: 'insert',
    what: 'complex values cannot become real ones',
    got: `values ${values.dtype}, array ${array.dtype}`,
    expected: `values that become ${array.dtype}`,
    hint: 'take their real parts, or make the array complex',
  });
}

/** Inserts one slice at each position: the slices go behind the array, and are then taken where they belong. */
function insertEach(array: NDArray, axis: number, at: Float64Array, values: NDArray): NDArray {
  const length = array.shape[axis]!;
  const order = Int32Array.from(at, (_, i) => i).sort((a, b) => at[a]! - at[b]! || a - b);
  const picks = new Int32Array(length + at.length);
  let [next, k] = [0, 0];
  for (let i = 0; i < picks.length; i++) {
    const isNew = k < order.length && at[order[k]!]! <= next;
    picks[i] = isNew ? length + order[k++]! : next++;
  }
  return concatenate([array, inserted(array, values, axis, at.length)], axis).take(int64Array(picks), axis);
}

/**
 * The array with values before some positions along an axis; it is flattened without one. A copy of its dtype.
 *
 * One position takes all the values, several take one slice each.
 *
 * @throws IndexError for a position outside the axis; ShapeError for values that do not fit.
 * @example
 * insert(array([1, 2, 3]), 1, [8, 9]).tolist() // => [ 1, 8, 9, 2, 3 ]
 * insert(array([[1, 2], [3, 4]]), [1, 2], [5, 6], 1).tolist() // => [ [ 1, 5, 2, 6 ], [ 3, 5, 4, 6 ] ]
 */
export const insert: Composed<
  <T extends ArrayLike>(x: T, obj: Places, values: ArraySource, axis?: Named<number | null>) => Like<T>
> = composed(
  {
    name: 'insert',
    domain: [-2, 2],
    samples: [
      { inputs: [[4]], args: [1, [8, 9]], attrs: { obj: 1, values: [8, 9], axis: null } },
      {
        inputs: [[4]],
        args: [
          [3, 1],
          [8, 9],
        ],
        attrs: { obj: [3, 1], values: [8, 9], axis: null },
      },
      { inputs: [[2, 3]], args: [[0, 3], 7, 1], attrs: { obj: [0, 3], values: 7, axis: 1 } },
      { inputs: [[2, 3]], args: [-1, [1, 2, 3], 0], attrs: { obj: -1, values: [1, 2, 3], axis: 0 } },
      { inputs: [[2, 2]], args: [[], 1], attrs: { obj: [], values: 1, axis: null } },
    ],
    errors: [
      { inputs: [[3]], args: [4, 1], throws: 'index 4 is out of bounds for axis 0 with size 3' },
      {
        inputs: [[3]],
        args: [
          [0, 1],
          [1, 2, 3],
        ],
        throws: 'could not be broadcast',
      },
    ],
    parity: {
      numpy: 'np.insert(x1, obj, values, axis=axis)',
      torch: null,
      jax: 'jnp.insert(x1, jnp.asarray(obj, dtype=int), jnp.asarray(values), axis=axis)',
      tfjs: null,
      why: 'PyTorch and tfjs have no insert',
    },
  },
  <T extends NDArray>(x: T, obj: Places, values: ArraySource, axis?: Named<number | null>): T => {
    const [array, d] = flatOr(operand(x, 'insert'), axisOf(axis, null, 'insert'), 'insert');
    const length = array.shape[d]!;
    const { at } = positionsAt(obj, length, 'insert');
    const given = arrayFrom(values, 'insert');
    checkKind(array, given);
    for (const p of at) if (p < -length || p > length) outOfBounds('insert', p, d, length);
    const positions = at.map((p) => (p < 0 ? p + length : p));
    if (at.length !== 1) return insertEach(array, d, positions, given) as T;
    const isScalar = typeof obj === 'number' || (typeof obj === 'object' && 'ndim' in obj && obj.ndim === 0);
    const wide = given.reshape([
      ...Array.from({ length: Math.max(array.ndim - given.ndim, 0) }, () => 1),
      ...given.shape,
    ]);
    const run = isScalar ? wide.moveaxis(0, d) : wide;
    const added = inserted(array, run, d, run.shape[d]!);
    const lead = Array.from({ length: d }, () => ':' as const);
    const before = array.at(...lead, `:${positions[0]!}`);
    const behind = array.at(...lead, `${positions[0]!}:`);
    return concatenate([before, added, behind], d) as T;
  },
);
