import { combineRows, dotRow, subtractFromRow } from './loops.ts';
import { type Reflectors, reflect, reflectorRows } from './reflectors.ts';

/** A square matrix as Q H Qᵀ with nothing below the first subdiagonal of H, which takes its place (Golub & Van Loan, algorithm 7.4.2). */
export function hessenberg(a: Float64Array, n: number): Reflectors {
  const h = reflectorRows(Math.max(n - 2, 0), n, 1);
  const inner = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    const v = h.v.subarray(k * n, (k + 1) * n);
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k]!;
      a[i * n + k] = 0;
    }
    a[(k + 1) * n + k] = reflect(h, k);
    const tau = h.tau[k]!;
    if (tau === 0) continue;
    fromLeft(a, v, { k, tau, inner });
    fromRight(a, v, k, tau);
  }
  return h;
}

interface Step {
  readonly k: number;
  readonly tau: number;
  readonly inner: Float64Array;
}

function fromLeft(a: Float64Array, v: Float64Array, { k, tau, inner }: Step): void {
  const n = v.length;
  combineRows(inner, a, v, { width: n, top: k + 1, bottom: n, from: k + 1, to: n });
  for (let i = k + 1; i < n; i++) subtractFromRow(a, inner, tau * v[i]!, { at: i * n, from: k + 1, to: n });
}

function fromRight(a: Float64Array, v: Float64Array, k: number, tau: number): void {
  const n = v.length;
  for (let i = 0; i < n; i++) {
    const part = { at: i * n, from: k + 1, to: n };
    subtractFromRow(a, v, tau * dotRow(a, v, part), part);
  }
}
