import { block, subtractProduct } from './gemm.ts';

/** A matrix as the product of a permutation, a unit lower and an upper triangle, the last two in one square of memory. */
export interface Factors {
  /** Rows of the triangles, [n, n] in C order; complex numbers interleaved. */
  readonly lu: Float64Array;
  /** Which row of the matrix each row of the triangles came from. */
  readonly rows: Int32Array;
  /** Sign of the permutation, or 0 where a pivot is 0. */
  readonly sign: number;
}

const PANEL = 32;

function swapRows(a: Float64Array, n: number, i: number, j: number): void {
  for (let k = 0, p = i * n, q = j * n; k < n; k++, p++, q++) {
    const t = a[p]!;
    a[p] = a[q]!;
    a[q] = t;
  }
}

/** Elimination of the columns from `start` to `end`, over all rows below, without touching the columns to the right. */
function eliminate(a: Float64Array, n: number, [start, end]: readonly [number, number], rows: Int32Array): number {
  let sign = 1;
  for (let k = start; k < end; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[p * n + k]!)) p = i;
    const pivot = a[p * n + k]!;
    if (pivot === 0) {
      sign = 0;
      continue;
    }
    if (p !== k) {
      swapRows(a, n, p, k);
      const t = rows[p]!;
      rows[p] = rows[k]!;
      rows[k] = t;
      sign = -sign;
    }
    const inverse = 1 / pivot;
    const exact = Number.isFinite(inverse);
    for (let i = k + 1; i < n; i++) {
      const at = i * n;
      const l = exact ? a[at + k]! * inverse : a[at + k]! / pivot;
      a[at + k] = l;
      if (l !== 0) for (let j = k + 1, from = k * n; j < end; j++) a[at + j]! -= l * a[from + j]!;
    }
  }
  return sign;
}

/**
 * Gaussian elimination with partial pivoting, in place, by blocks of columns (LAPACK's getrf; Golub & Van Loan, algorithm 3.4.1).
 */
export function factor(lu: Float64Array, n: number): Factors {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  const width = n <= 2 * PANEL ? Math.max(n, 1) : PANEL;
  for (let start = 0; start < n; start += width) {
    const end = Math.min(start + width, n);
    sign *= eliminate(lu, n, [start, end], rows);
    if (end === n) break;
    for (let i = start + 1; i < end; i++) {
      for (let k = start; k < i; k++) {
        const l = lu[i * n + k]!;
        for (let j = end; j < n; j++) lu[i * n + j]! -= l * lu[k * n + j]!;
      }
    }
    const rest = n - end;
    subtractProduct(block(lu, n, end, end), block(lu, n, end, start), block(lu, n, start, end), [
      rest,
      rest,
      end - start,
    ]);
  }
  return { lu, rows, sign };
}

/** Solves for `width` right sides at once, in place: `y` [n, width] comes with its rows in the order of the factors. */
export function solveFactored({ lu }: Factors, y: Float64Array, n: number, width: number): void {
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(start + PANEL, n);
    subtractProduct(block(y, width, start, 0), block(lu, n, start, 0), block(y, width, 0, 0), [
      end - start,
      width,
      start,
    ]);
    for (let i = start; i < end; i++) for (let k = start; k < i; k++) subtractRow(y, width, [i, k], lu[i * n + k]!);
  }
  for (let end = n; end > 0; end -= PANEL) {
    const start = Math.max(end - PANEL, 0);
    subtractProduct(block(y, width, start, 0), block(lu, n, start, end), block(y, width, end, 0), [
      end - start,
      width,
      n - end,
    ]);
    for (let i = end - 1; i >= start; i--) {
      for (let k = i + 1; k < end; k++) subtractRow(y, width, [i, k], lu[i * n + k]!);
      const pivot = lu[i * n + i]!;
      for (let j = 0; j < width; j++) y[i * width + j]! /= pivot;
    }
  }
}

function subtractRow(y: Float64Array, width: number, [i, k]: readonly [number, number], l: number): void {
  if (l === 0) return;
  for (let j = 0, to = i * width, from = k * width; j < width; j++) y[to + j]! -= l * y[from + j]!;
}
