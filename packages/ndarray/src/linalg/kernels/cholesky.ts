import { block, subtractProduct, turned } from './gemm.ts';

const PANEL = 48;

/** Rows `from` to `to` of the factor in the columns from `start`, by inner products of rows; false where a pivot is not positive. */
function factorRows(a: Float64Array, n: number, start: number, [from, to]: readonly [number, number]): boolean {
  const end = Math.min(start + PANEL, n);
  for (let i = from; i < to; i++) {
    const row = i * n;
    for (let j = start; j < end && j <= i; j++) {
      const other = j * n;
      let sum = a[row + j]!;
      for (let k = start; k < j; k++) sum -= a[row + k]! * a[other + k]!;
      if (i === j) {
        if (sum <= 0) return false;
        a[row + i] = Math.sqrt(sum);
      } else a[row + j] = sum / a[other + j]!;
    }
  }
  return true;
}

/**
 * The lower triangle L with L Lᵀ = A, in place, from the lower triangle of A; what is above the diagonal becomes 0 (Golub & Van Loan, 4.2).
 *
 * @returns Whether the matrix is positive definite.
 */
export function choleskyInPlace(a: Float64Array, n: number): boolean {
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(start + PANEL, n);
    if (!factorRows(a, n, start, [start, n])) return false;
    if (end === n) break;
    const rest = n - end;
    const below = block(a, n, end, start);
    subtractProduct(block(a, n, end, end), below, turned(below), [rest, rest, end - start]);
  }
  for (let i = 0; i < n; i++) a.fill(0, i * n + i + 1, (i + 1) * n);
  return true;
}
