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

type NumberArray = Exclude<TypedArray, BigInt64Array>;

/** Where a loop and `subarray` with `set` cost the same, measured on Node 20: the latter takes about 90 ns whatever the length. */
const SHORT = 32;

function runNumbers(to: NumberArray, at: number, from: NumberArray, start: number, n: number): void {
  for (let i = 0; i < n; i++) to[at + i] = from[start + i]!;
}

// Apart from the numbers: V8 gives up on a loop that has seen more than four types of array (20 ns an element).
function runBigInts(to: BigInt64Array, at: number, from: BigInt64Array, start: number, n: number): void {
  for (let i = 0; i < n; i++) to[at + i] = from[start + i]!;
}

/** Copies `n` consecutive elements between arrays of one type. */
export function copyRun(to: TypedArray, at: number, from: TypedArray, start: number, n: number): void {
  if (to instanceof BigInt64Array) {
    if (n > SHORT) to.set(from.subarray(start, start + n) as BigInt64Array, at);
    else runBigInts(to, at, from as BigInt64Array, start, n);
  } else if (n > 8 && n === from.length) to.set(from as NumberArray, at);
  else if (n > SHORT) to.set(from.subarray(start, start + n) as NumberArray, at);
  else runNumbers(to, at, from as NumberArray, start, n);
}

function gridNumbers(to: Grid<NumberArray>, from: Grid<NumberArray>, rows: number, columns: number): void {
  const { array: target, column: toColumn } = to;
  const { array: source, column: fromColumn } = from;
  for (let r = 0; r < rows; r++) {
    let p = to.start + r * to.row;
    let q = from.start + r * from.row;
    for (let c = 0; c < columns; c++, p += toColumn, q += fromColumn) target[p] = source[q]!;
  }
}

function gridBigInts(to: Grid<BigInt64Array>, from: Grid<BigInt64Array>, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++) {
    let p = to.start + r * to.row;
    let q = from.start + r * from.row;
    for (let c = 0; c < columns; c++, p += to.column, q += from.column) to.array[p] = from.array[q]!;
  }
}

/** Side of the squares in which a transposing copy walks, so that both sides stay in the first cache. */
const SQUARE = 32;

/** Copies rows and columns between arrays of one type. */
export function copyGrid(to: Grid, from: Grid, rows: number, columns: number): void {
  if (to.column === 1 && from.column === 1) {
    if (to.row === columns && from.row === columns) return copyRun(to.array, to.start, from.array, from.start, rows * columns);
    if (columns > 8) {
      for (let r = 0; r < rows; r++) copyRun(to.array, to.start + r * to.row, from.array, from.start + r * from.row, columns);
      return;
    }
  }
  if (to.array instanceof BigInt64Array) return gridBigInts(to as Grid<BigInt64Array>, from as Grid<BigInt64Array>, rows, columns);
  if (rows * columns <= SQUARE * SQUARE || Math.abs(from.column) <= Math.abs(from.row)) return gridNumbers(to as Grid<NumberArray>, from as Grid<NumberArray>, rows, columns);
  for (let r = 0; r < rows; r += SQUARE) {
    for (let c = 0; c < columns; c += SQUARE) gridNumbers(shift(to, r, c), shift(from, r, c), Math.min(SQUARE, rows - r), Math.min(SQUARE, columns - c));
  }
}

function shift(grid: Grid, r: number, c: number): Grid<NumberArray> {
  return { array: grid.array as NumberArray, start: grid.start + r * grid.row + c * grid.column, row: grid.row, column: grid.column };
}
