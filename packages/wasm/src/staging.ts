/* oxlint-disable max-params -- the arguments of memcpy; objects for them would cost as much as a short copy */
import type { TypedArray } from '@isograd/device';

/** Elements of an array as rows and columns, any distance apart. */
export interface Grid<A = TypedArray> {
  readonly array: A;
  readonly start: number;
  /** Distance of two rows, in elements. */
  readonly row: number;
  /** Distance of two columns, in elements. */
  readonly column: number;
}

type BigArray = BigInt64Array | BigUint64Array;
type NumberArray = Exclude<TypedArray, BigArray>;
/** The types of array that most calls have. V8 gives up on a loop that has seen more than four (20 ns an element). */
type CommonArray = Float32Array | Float64Array | Int32Array | Uint8Array;
type Family = 'common' | 'rare' | 'big';

function familyOf(array: TypedArray): Family {
  if (array instanceof Float64Array || array instanceof Float32Array) return 'common';
  if (array instanceof Int32Array || array instanceof Uint8Array) return 'common';
  return array instanceof BigInt64Array || array instanceof BigUint64Array ? 'big' : 'rare';
}

/** Where a loop and `subarray` with `set` cost the same, measured on Node 20: the latter takes about 90 ns whatever the length. */
const SHORT = 32;

function runCommon(to: CommonArray, at: number, from: CommonArray, start: number, n: number): void {
  for (let i = 0; i < n; i++) to[at + i] = from[start + i]!;
}

function runRare(to: NumberArray, at: number, from: NumberArray, start: number, n: number): void {
  for (let i = 0; i < n; i++) to[at + i] = from[start + i]!;
}

function runBig(to: BigArray, at: number, from: BigArray, start: number, n: number): void {
  for (let i = 0; i < n; i++) to[at + i] = from[start + i]!;
}

/** Copies `n` consecutive elements between arrays of one type. */
export function copyRun(to: TypedArray, at: number, from: TypedArray, start: number, n: number): void {
  if (n > SHORT || (n > 8 && n === from.length)) {
    (to as Uint8Array).set((n === from.length ? from : from.subarray(start, start + n)) as Uint8Array, at);
    return;
  }
  const family = familyOf(to);
  if (family === 'common') runCommon(to as CommonArray, at, from as CommonArray, start, n);
  else if (family === 'rare') runRare(to as NumberArray, at, from as NumberArray, start, n);
  else runBig(to as BigArray, at, from as BigArray, start, n);
}

function gridCommon(to: Grid<CommonArray>, from: Grid<CommonArray>, rows: number, columns: number): void {
  const { array: target, column: toColumn } = to;
  const { array: source, column: fromColumn } = from;
  for (let r = 0; r < rows; r++) {
    let p = to.start + r * to.row;
    let q = from.start + r * from.row;
    for (let c = 0; c < columns; c++, p += toColumn, q += fromColumn) target[p] = source[q]!;
  }
}

function gridRare(to: Grid<NumberArray>, from: Grid<NumberArray>, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++) {
    let p = to.start + r * to.row;
    let q = from.start + r * from.row;
    for (let c = 0; c < columns; c++, p += to.column, q += from.column) to.array[p] = from.array[q]!;
  }
}

function gridBig(to: Grid<BigArray>, from: Grid<BigArray>, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++) {
    let p = to.start + r * to.row;
    let q = from.start + r * from.row;
    for (let c = 0; c < columns; c++, p += to.column, q += from.column) to.array[p] = from.array[q]!;
  }
}

type GridCopy = (to: Grid, from: Grid, rows: number, columns: number) => void;
const GRIDS = { common: gridCommon, rare: gridRare, big: gridBig } as { readonly [F in Family]: GridCopy };

/** Side of the squares in which a transposing copy walks, so that both sides stay in the first cache. */
const SQUARE = 32;

/** Copies rows and columns between arrays of one type. */
export function copyGrid(to: Grid, from: Grid, rows: number, columns: number): void {
  if (to.column === 1 && from.column === 1) {
    if (to.row === columns && from.row === columns)
      return copyRun(to.array, to.start, from.array, from.start, rows * columns);
    if (columns > 8) {
      for (let r = 0; r < rows; r++)
        copyRun(to.array, to.start + r * to.row, from.array, from.start + r * from.row, columns);
      return;
    }
  }
  const copy = GRIDS[familyOf(to.array)];
  if (rows * columns <= SQUARE * SQUARE || Math.abs(from.column) <= Math.abs(from.row))
    return copy(to, from, rows, columns);
  for (let r = 0; r < rows; r += SQUARE) {
    for (let c = 0; c < columns; c += SQUARE)
      copy(shift(to, r, c), shift(from, r, c), Math.min(SQUARE, rows - r), Math.min(SQUARE, columns - c));
  }
}

function shift({ array, start, row, column }: Grid, r: number, c: number): Grid {
  return { array, start: start + r * row + c * column, row, column };
}

/** Elements of an array with any number of axes. */
export interface Block {
  readonly array: TypedArray;
  readonly start: number;
  readonly strides: readonly number[];
}

/** Rows and columns of a block from an axis on; an axis that it lacks has length 1. */
function lastAxes({ array, start, strides }: Block, axis: number): Grid {
  const last = strides.length - 1;
  return { array, start, row: axis < last ? strides[axis]! : 0, column: axis <= last ? strides[last]! : 1 };
}

/** Copies a block of any shape between arrays of one type. */
export function copyBlock(to: Block, from: Block, shape: readonly number[], axis = 0): void {
  const last = shape.length - 1;
  if (axis >= last - 1) {
    const [rows, columns] = [axis < last ? shape[axis]! : 1, axis <= last ? shape[last]! : 1];
    return copyGrid(lastAxes(to, axis), lastAxes(from, axis), rows, columns);
  }
  for (let i = 0; i < shape[axis]!; i++) {
    const target = { array: to.array, start: to.start + i * to.strides[axis]!, strides: to.strides };
    const source = { array: from.array, start: from.start + i * from.strides[axis]!, strides: from.strides };
    copyBlock(target, source, shape, axis + 1);
  }
}

/** Strides of a C-ordered array. */
export function packedStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1]! * shape[d + 1]!;
  return strides;
}
