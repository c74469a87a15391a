import { ArgumentError, ShapeError, type TypedArray } from '@isograd/device';
import { NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { sameShape, show } from '../broadcast.ts';
import { array, type ArraySource, asarray } from '../creation.ts';
import { moveaxis } from '../ops/axis-order.ts';
import { take } from '../ops/gathering.ts';
import { allocate } from '../storage.ts';
import type { BitGenerator } from './bit-generator.ts';
import { randomInterval } from './integers.ts';

/** Options of `permuted`. */
export interface PermutedOptions {
  /** The axis whose lines are shuffled, each on its own; default all elements. */
  readonly axis?: number | null | undefined;
  /** An array of the same shape and dtype to write into. */
  readonly out?: NDArray | undefined;
}

/** The indices 0 to n - 1 in random order. */
export function randomOrder(bits: BitGenerator, n: number): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = n - 1; i > 0; i--) {
    const j = randomInterval(bits, i);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

/** Refuses what is no number of items. @throws ArgumentError */
export function checkCount(n: number, where: string): number {
  if (Number.isSafeInteger(n) && n >= 0) return n;
  throw new ArgumentError({
    where,
    what: 'not a number of items',
    got: String(n),
    expected: 'an integer, at least 0',
    hint: 'pass an array to take its items',
  });
}

function checkAxes(x: NDArray, where: string): void {
  if (x.ndim > 0) return;
  throw new ShapeError({
    where,
    what: 'a 0-d array has no axis to shuffle',
    got: 'shape []',
    expected: 'at least one axis',
    hint: 'random.permutation(n) takes a number',
  });
}

/** Puts the elements of one array into another in place, both walked in C order. */
function copyInto(from: NDArray, to: NDArray): void {
  const values = from.data.slice() as TypedArray & { [i: number]: number | bigint };
  const memory = to.memory as { [i: number]: number | bigint };
  const lanes = to.dtype.startsWith('complex') ? 2 : 1;
  let i = 0;
  to.forEachPlace((place) => {
    for (let lane = 0; lane < lanes; lane++) memory[lanes * place + lane] = values[i++]!;
  });
  to.touch();
}

/** Places on an axis, as an array for `take`. */
export function indexArray(order: ArrayLike<number>): NDArray {
  const storage = allocate('int64', order.length);
  const memory = storage.memory as BigInt64Array;
  for (let i = 0; i < order.length; i++) memory[i] = BigInt(order[i]!);
  return new NDArray(storage, 'int64', [order.length]);
}

/** Puts one axis of an array, or a list, in random order, in place. @throws ShapeError for a 0-d array or a broadcast view. */
export function shuffle(bits: BitGenerator, x: NDArray | unknown[], axis: number, where: string): void {
  if (Array.isArray(x)) {
    if (axis !== 0)
      throw new ArgumentError({
        where,
        what: 'Axis argument is only supported on ndarray objects',
        got: `axis ${axis}`,
        expected: 'axis 0 for a list',
        hint: 'make an array of it',
      });
    const before = x.slice();
    randomOrder(bits, x.length).forEach((from, to) => (x[to] = before[from]));
    return;
  }
  checkAxes(x, where);
  const along = normalizeAxis(axis, x.ndim, where);
  x.checkWritable(where);
  if (x.size === 0) return;
  copyInto(take(x, indexArray(randomOrder(bits, x.shape[along]!)), along), x);
}

/** The integers 0 to n - 1 in random order, or a copy of an array with one axis in random order. */
export function permutation(bits: BitGenerator, x: number | ArraySource, axis: number, where: string): NDArray {
  if (typeof x === 'number') return indexArray(randomOrder(bits, checkCount(x, where)));
  const items = array(x);
  checkAxes(items, where);
  const along = normalizeAxis(axis, items.ndim, where);
  return take(items, indexArray(randomOrder(bits, items.shape[along]!)), along);
}

/** The order of `n` elements after every line of `length` elements was shuffled on its own. */
function shuffledLines(bits: BitGenerator, n: number, length: number): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let start = 0; start < n; start += length)
    for (let i = length - 1; i > 0; i--) {
      const j = start + randomInterval(bits, i);
      const swapped = order[start + i]!;
      order[start + i] = order[j]!;
      order[j] = swapped;
    }
  return order;
}

/** Whether a copy that keeps the order of an array's memory is in Fortran order. */
function isFortran({ ndim, strides, contiguous }: NDArray): boolean {
  return ndim > 1 && !contiguous && strides.every((step, d) => d === 0 || Math.abs(step) >= Math.abs(strides[d - 1]!));
}

function checkOut(out: NDArray, x: NDArray): void {
  const where = 'random.permuted';
  if (!sameShape(out.shape, x.shape))
    throw new ShapeError({
      where,
      what: 'out must have the same shape as x',
      got: `out ${show(out.shape)}, x ${show(x.shape)}`,
      expected: 'equal shapes',
      hint: 'leave out out',
    });
  out.checkWritable(where);
}

/** A copy whose elements are shuffled, all of them or along each line of an axis. @throws ShapeError for `out` of another shape. */
export function permuted(bits: BitGenerator, x: ArraySource, options: PermutedOptions): NDArray {
  const where = 'random.permuted';
  const { axis, out } = options;
  const items = asarray(x);
  checkAxes(items, where);
  if (out) checkOut(out, items);
  const isWhole = axis === null || axis === undefined;
  const along = isWhole ? -1 : normalizeAxis(axis, items.ndim, where);
  // as NumPy, whose copy keeps the order of the memory and is shuffled in that order
  const layout = isWhole && isFortran(out ?? items) ? items.T : isWhole ? items : moveaxis(items, along, -1);
  const length = isWhole ? items.size : items.shape[along]!;
  const order = items.size === 0 ? new Int32Array(0) : shuffledLines(bits, items.size, length);
  const mixed = take(layout.reshape(-1), indexArray(order)).reshape(layout.shape);
  const placed = layout === items ? mixed : isWhole ? mixed.T : moveaxis(mixed, -1, along);
  if (!out) return placed.copy();
  copyInto(placed.astype(out.dtype), out);
  return out;
}
