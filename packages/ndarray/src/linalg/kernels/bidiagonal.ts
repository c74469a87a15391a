import { combineRows, subtractFromRow } from './loops.ts';
import { type Reflectors, reflect, reflectorRows } from './reflectors.ts';

/** A real upper bidiagonal matrix: its diagonal, and `off[i]` between columns i and i + 1. */
export interface Bidiagonal {
  readonly diagonal: Float64Array;
  readonly off: Float64Array;
}

/** A matrix as U B Vᵀ with B bidiagonal. */
export interface Bidiagonalized {
  readonly b: Bidiagonal;
  readonly left: Reflectors;
  readonly right: Reflectors;
}

/** Golub and Kahan's reduction of a matrix [m, n] with m >= n, which it overwrites (Golub & Van Loan, algorithm 5.4.2). */
export function bidiagonalize(a: Float64Array, m: number, n: number): Bidiagonalized {
  const b = { diagonal: new Float64Array(n), off: new Float64Array(Math.max(n - 1, 0)) };
  const left = reflectorRows(n, m, 0);
  const right = reflectorRows(Math.max(n - 1, 0), n, 1);
  const inner = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const u = left.v.subarray(k * m, (k + 1) * m);
    for (let i = k; i < m; i++) u[i] = a[i * n + k]!;
    b.diagonal[k] = reflect(left, k);
    if (k === n - 1) break;
    combineRows(inner, a, u, { width: n, top: k, bottom: m, from: k + 1, to: n });
    const tau = left.tau[k]!;
    const row = k * n;
    const v = right.v.subarray(row, row + n);
    for (let j = k + 1; j < n; j++) v[j] = a[row + j]! - tau * inner[j]!;
    b.off[k] = reflect(right, k);
    reflectRows(a, { u, tau, v, rho: right.tau[k]!, k, inner });
  }
  return { b, left, right };
}

interface BothSides {
  readonly u: Float64Array;
  readonly tau: number;
  readonly v: Float64Array;
  readonly rho: number;
  readonly k: number;
  readonly inner: Float64Array;
}

/** Applies both reflectors of step `k` to the rows below it, each row read once. */
function reflectRows(a: Float64Array, { u, tau, v, rho, k, inner }: BothSides): void {
  const n = v.length;
  for (let i = k + 1; i < u.length; i++) {
    const at = i * n;
    const x = tau * u[i]!;
    let p = 0;
    let q = 0;
    let j = k + 1;
    for (; j + 1 < n; j += 2) {
      const y = a[at + j]! - x * inner[j]!;
      const z = a[at + j + 1]! - x * inner[j + 1]!;
      a[at + j] = y;
      a[at + j + 1] = z;
      p += y * v[j]!;
      q += z * v[j + 1]!;
    }
    if (j < n) p += (a[at + j]! -= x * inner[j]!) * v[j]!;
    subtractFromRow(a, v, rho * (p + q), { at, from: k + 1, to: n });
  }
}
