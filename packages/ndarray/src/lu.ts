import { DataError, DTYPES, ShapeError, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from './array.ts';
import { show } from './broadcast.ts';
import { logExact } from './random/log.ts';
import { Storage } from './storage.ts';

/** A matrix as the product of a permutation, a unit lower and an upper triangle, the last two in one square of memory. */
interface Factors {
  /** Rows of the triangles, [n, n] in C order. */
  readonly lu: Float64Array | Float32Array;
  /** Which row of the matrix each row of the triangles came from. */
  readonly rows: Int32Array;
  /** Sign of the permutation, or 0 where a pivot is 0. */
  readonly sign: number;
}

/** Refuses anything but square matrices, in stacks or alone. */
function checkSquare(x: NDArray, where: string): number {
  const n = x.shape.at(-1);
  if (x.ndim >= 2 && n === x.shape.at(-2)) return n!;
  throw new ShapeError({
    where,
    what:
      x.ndim < 2 ? 'the array must be at least two-dimensional' : 'the last 2 dimensions of the array must be square',
    got: show(x.shape),
    expected: '[..., n, n]',
    hint: 'stacks of matrices have them in their last two axes',
  });
}

/** Gaussian elimination with partial pivoting in the precision of the memory (LAPACK's getrf, Golub & Van Loan, algorithm 3.4.1). */
function factor(lu: Float64Array | Float32Array, n: number): Factors {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const round = lu instanceof Float32Array ? Math.fround : (x: number): number => x;
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k]!) > Math.abs(lu[p * n + k]!)) p = i;
    if (lu[p * n + k] === 0) {
      sign = 0;
      continue;
    }
    if (p !== k) {
      for (let j = 0; j < n; j++) [lu[p * n + j], lu[k * n + j]] = [lu[k * n + j]!, lu[p * n + j]!];
      [rows[p], rows[k]] = [rows[k]!, rows[p]!];
      sign = -sign;
    }
    const inverse = round(1 / lu[k * n + k]!);
    for (let i = k + 1; i < n; i++) {
      const l = (lu[i * n + k] = lu[i * n + k]! * inverse);
      for (let j = k + 1; j < n; j++) lu[i * n + j]! -= round(round(l) * lu[k * n + j]!);
    }
  }
  return { lu, rows, sign };
}

function factorAll(
  x: NDArray,
  dtype: FloatType,
  where: string,
): { readonly n: number; readonly factors: readonly Factors[] } {
  const n = checkSquare(x, where);
  const data = x.astype(dtype).data as Float64Array;
  const count = sizeOf(x.shape.slice(0, -2));
  return { n, factors: Array.from({ length: count }, (_, i) => factor(data.slice(i * n * n, (i + 1) * n * n), n)) };
}

/** The dtype in which matrices are factored: their float, or the default one. */
export type FloatType = 'float32' | 'float64';

function arrayOf(memory: Float64Array | Float32Array, dtype: FloatType, shape: Shape): NDArray {
  return new NDArray(new Storage(memory), dtype, shape);
}

/**
 * Determinants of square matrices, [..., n, n] → [...].
 *
 * @param viaLogarithm - Whether to add logarithms of the pivots, as NumPy does, or to multiply the pivots, as PyTorch does.
 */
export function determinants(x: NDArray, dtype: FloatType, viaLogarithm: boolean): NDArray {
  const { n, factors } = factorAll(x, dtype, 'det');
  const round = dtype === 'float32' ? Math.fround : (v: number): number => v;
  const values = new DTYPES[dtype].Array(factors.length) as Float64Array;
  factors.forEach(({ lu, sign }, i) => {
    let [product, direction, logarithm] = [sign, sign, 0];
    for (let k = 0; k < n && sign !== 0; k++) {
      const pivot = lu[k * n + k]!;
      product = round(product * pivot);
      direction *= Math.sign(pivot);
      logarithm = round(logarithm + round(logExact(Math.abs(pivot))));
    }
    values[i] = viaLogarithm && sign !== 0 ? direction * Math.exp(logarithm) : product;
  });
  return arrayOf(values, dtype, x.shape.slice(0, -2));
}

/** Inverses of square matrices. @throws DataError when one is singular. */
export function inverses(x: NDArray, dtype: FloatType): NDArray {
  const { n, factors } = factorAll(x, dtype, 'inv');
  const singular = factors.findIndex(({ sign }) => sign === 0);
  if (singular >= 0) {
    throw new DataError({
      where: 'inv',
      what: 'Singular matrix',
      got: factors.length > 1 ? `matrix ${singular} of ${factors.length} has no inverse` : 'a matrix of determinant 0',
      expected: 'matrices of full rank',
      hint: 'add a small multiple of identity(n)',
    });
  }
  const out = new DTYPES[dtype].Array(x.size) as Float64Array;
  factors.forEach((f, i) => solveIdentity(f, out.subarray(i * n * n, (i + 1) * n * n), n));
  return arrayOf(out, dtype, x.shape);
}

/** Solves for the identity: forward through the unit lower triangle, back through the upper one. */
function solveIdentity({ lu, rows }: Factors, y: Float64Array, n: number): void {
  rows.forEach((from, i) => (y[i * n + from] = 1));
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) for (let j = 0; j < n; j++) y[i * n + j]! -= lu[i * n + k]! * y[k * n + j]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) for (let j = 0; j < n; j++) y[i * n + j]! -= lu[i * n + k]! * y[k * n + j]!;
    for (let j = 0; j < n; j++) y[i * n + j]! /= lu[i * n + i]!;
  }
}
