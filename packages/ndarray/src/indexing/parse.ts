import { DTYPES, expr as e, IndexError, type View } from '@isograd/device';
import { NDArray, type NestedList, type Shape } from '../array.ts';
import { show } from '../broadcast.ts';
import { readArray } from '../creation.ts';
import { int64Array, numbersOf } from '../functions/int64.ts';
import { truePlaces } from '../functions/truth.ts';
import { kernelTable } from '../kernels.ts';
import { dispatch } from '../dispatch.ts';
import type { OpSpec } from '../op.ts';
import { NUMPY } from '../promotion.ts';
import { parseSlice, type Range, type Slice } from './slice.ts';

/**
 * One part of an index expression: a position, a slice, `'...'` for all axes that are not mentioned, `null` for a new axis,
 * positions as an array or list, or a mask of bools.
 */
export type Index = number | Slice | '...' | null | NDArray | readonly NestedList[];

/** Part of an index that gives a view, with its axis resolved. */
export type BasicItem =
  | { readonly kind: 'integer'; readonly at: number }
  | ({ readonly kind: 'slice' } & Range)
  | { readonly kind: 'newaxis' };

/** Positions along one axis; int64, not negative, in range. */
export interface ArrayItem {
  readonly kind: 'array';
  readonly positions: NDArray;
}

/** Part of an index with its axis resolved. */
export type Item = BasicItem | ArrayItem;

function invalid(got: string, where: string): IndexError {
  return new IndexError({
    where,
    what: 'not a valid index',
    got,
    expected: "integers, slices such as '1:5', '...', null and integer or boolean arrays",
    hint: 'round positions with Math.floor; make a mask with x.gt(0)',
  });
}

function outOfBounds(index: number | bigint, axis: number, length: number, where: string): IndexError {
  return new IndexError({
    where,
    what: `index ${index} is out of bounds for axis ${axis} with size ${length}`,
    got: `${index}`,
    expected: length === 0 ? 'nothing, the axis is empty' : `${-length} to ${length - 1}`,
    hint: 'positions count from 0, negative ones from the end',
  });
}

/** A position as a number from 0. @throws IndexError when it lies outside the axis. */
export function resolvePosition(index: number, axis: number, length: number, where: string): number {
  if (!Number.isInteger(index)) throw invalid(String(index), where);
  if (index < -length || index >= length) throw outOfBounds(index, axis, length, where);
  return index < 0 ? index + length : index;
}

/** From so many positions on the device looks at them first. */
const MANY = 128;
const largest = kernelTable((dtype) => ({
  kind: 'reduce',
  inputs: [dtype],
  scalars: [],
  pre: e.input(0, dtype),
  op: 'max',
}));
const found: View = { memory: new BigUint64Array(1), offset: 0, strides: [], contiguous: true };

/** Whether all positions count from the start of an axis, and lie on it: without their signs, negative ones are the largest. */
function allInside({ memory, offset, strides, shape, contiguous }: NDArray, length: number): boolean {
  const unsigned = new BigUint64Array(memory.buffer, memory.byteOffset, memory.length);
  largest('uint64').run([found, { memory: unsigned, offset, strides, contiguous }], shape, []);
  return found.memory[0]! < length;
}

/** Number in C order of the first of int64 positions that does not lie on an axis, counted from its start; -1 when all do. */
export function firstOutside(positions: NDArray, length: number): number {
  if (positions.size >= MANY && allInside(positions, length)) return -1;
  const data = positions.data as BigInt64Array;
  // The halves of an int64 are cheaper to look at than bigints: in range means a high half of 0.
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
  for (let i = 0; i < data.length; i++) {
    const low = halves[2 * i]!;
    if (halves[2 * i + 1] !== 0 || low < 0 || low >= length) return i;
  }
  return -1;
}

/** Positions along an axis as int64 from 0. @throws IndexError for other dtypes and for positions outside the axis. */
export function resolvePositions(indices: NDArray, axis: number, length: number, where: string): NDArray {
  if (!'iu'.includes(DTYPES[indices.dtype].kind)) {
    throw new IndexError({
      where,
      what: 'arrays used as indices must be of integer (or boolean) type',
      got: indices.dtype,
      expected: 'an integer dtype',
      hint: "convert with x.astype('int64')",
    });
  }
  if (!indices.readable) return dispatch(positionsSpec, [indices], { axis, length, where });
  const given = indices.plain();
  const positions = given.dtype === 'int64' ? given : given.astype('int64');
  const at = firstOutside(positions, length);
  if (at < 0) return positions;
  for (const value of (positions.data as BigInt64Array).subarray(at))
    if (value < -length || value >= length) throw outOfBounds(value, axis, length, where);
  const wrapped = numbersOf(positions).map((value) => (value < 0 ? value + length : value));
  return int64Array(wrapped, positions.shape);
}

interface PositionsAttrs {
  readonly axis: number;
  readonly length: number;
  readonly where: string;
}

/** As an op, for positions that are looked at later and for many arrays at once. */
const positionsSpec: OpSpec<PositionsAttrs> = {
  name: 'positions',
  family: 'unary',
  forward: ([indices], { axis, length, where }) => resolvePositions(indices!, axis, length, where),
  vjp: { nonDifferentiable: 'the result is positions' },
  domain: [0, 1],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null, why: 'it is a part of indexing' },
};

/** An index given as a list or an array. */
function indexArray(index: NDArray | readonly NestedList[], where: string): NDArray {
  if (index instanceof NDArray) return index.plain();
  const empty = index.length === 0;
  return readArray(index, empty ? { dtype: 'int64' } : {}, NUMPY, where);
}

/** Positions of the true elements of a mask, one array for each of its axes. */
export function maskPositions(mask: NDArray): NDArray[] {
  const places = truePlaces(mask);
  if (mask.ndim === 1) return [int64Array(places)];
  let step = mask.size;
  return mask.shape.map((n) => {
    step /= n;
    const inner = step;
    return int64Array(places.map((i) => Math.floor(i / inner) % n));
  });
}

function maskItems(mask: NDArray, axis: number, shape: Shape, where: string): ArrayItem[] {
  const wrong = mask.shape.findIndex((n, d) => n !== shape[axis + d]);
  if (wrong >= 0) {
    throw new IndexError({
      where,
      what: `boolean index did not match indexed array along axis ${axis + wrong}; size of axis is ${shape[axis + wrong]} but size of corresponding boolean axis is ${mask.shape[wrong]}`,
      got: `mask ${show(mask.shape)}, array ${show(shape)}`,
      expected: 'equal lengths',
      hint: 'make the mask of the array itself: x.at(x.gt(0))',
    });
  }
  return maskPositions(mask).map((positions) => ({ kind: 'array', positions }));
}

const consumes = (index: Index | ArrayIndex): number =>
  index === null || index === '...' ? 0 : index instanceof NDArray && index.dtype === 'bool' ? index.ndim : 1;
type ArrayIndex = Exclude<Index, readonly NestedList[]>;

/**
 * Reads an index expression for an array of a shape: one item an axis, and `newaxis` items between them.
 *
 * @throws IndexError in NumPy's words.
 */
export function parseIndex(index: readonly Index[], shape: Shape, where: string): Item[] {
  const given = index.map((part) => (typeof part === 'object' && part !== null ? indexArray(part, where) : part));
  const used = given.reduce<number>((sum, part) => sum + consumes(part), 0);
  if (used > shape.length) {
    throw new IndexError({
      where,
      what: `too many indices for array: array is ${shape.length}-dimensional, but ${used} were indexed`,
      got: `${used} indices`,
      expected: `at most ${shape.length}`,
      hint: 'a list of positions belongs in brackets of its own: x.at([0, 1])',
    });
  }
  const ellipsis = given.indexOf('...');
  if (ellipsis !== given.lastIndexOf('...'))
    throw new IndexError({
      where,
      what: "an index can only have a single ellipsis ('...')",
      got: "two of '...'",
      expected: 'one',
      hint: "write ':' for the other axes",
    });
  // Beside an index array of no elements none of the positions is looked at, as in NumPy.
  const nothing = given.some((part) => part instanceof NDArray && part.size === 0);
  const positionsIn = (part: NDArray, d: number): NDArray =>
    nothing && part.size > 0
      ? resolvePositions(part.plain().multiply(0), d, 1, where)
      : resolvePositions(part, d, shape[d]!, where);
  const items: Item[] = [];
  let axis = 0;
  const passWhole = (count: number): void => {
    for (let i = 0; i < count; i++) items.push({ kind: 'slice', start: 0, step: 1, count: shape[axis++]! });
  };
  for (const part of given) {
    if (part === '...') passWhole(shape.length - used);
    else if (part === null) items.push({ kind: 'newaxis' });
    else if (typeof part === 'number')
      items.push({ kind: 'integer', at: resolvePosition(part, axis, shape[axis++]!, where) });
    else if (typeof part === 'string') items.push({ kind: 'slice', ...parseSlice(part, shape[axis++]!, where) });
    else if (!(part instanceof NDArray)) throw invalid(String(part), where);
    else if (part.dtype === 'bool') {
      if (part.ndim === 0) throw invalid('a 0-d array of bool', where);
      items.push(...maskItems(part, axis, shape, where));
      axis += part.ndim;
    } else items.push({ kind: 'array', positions: positionsIn(part, axis++) });
  }
  passWhole(shape.length - axis);
  return items;
}
