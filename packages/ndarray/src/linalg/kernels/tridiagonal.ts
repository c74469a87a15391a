import { type Reflectors, reflect, reflectorRows } from './reflectors.ts';
import { hypot, rotateRows } from './vectors.ts';

/** A real symmetric tridiagonal matrix: its diagonal, and `off[i]` between rows i and i + 1 (one element longer than needed). */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly off: Float64Array;
}

/** A symmetric matrix as Q T Qᵀ with T tridiagonal; reads and overwrites the lower triangle (Golub & Van Loan, algorithm 8.3.1). */
export function tridiagonalize(a: Float64Array, n: number): { readonly t: Tridiagonal; readonly h: Reflectors } {
  const t = { diagonal: new Float64Array(n), off: new Float64Array(n) };
  const h = reflectorRows(Math.max(n - 1, 0), n, 1);
  const w = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const at = k * n;
    for (let i = k + 1; i < n; i++) h.v[at + i] = a[i * n + k]!;
    t.off[k] = reflect(h, k);
    const tau = h.tau[k]!;
    if (tau !== 0) reflectBothSides(a, n, k + 1, { v: h.v.subarray(at, at + n), tau, w });
  }
  for (let i = 0; i < n; i++) t.diagonal[i] = a[i * n + i]!;
  return { t, h };
}

interface Reflector {
  readonly v: Float64Array;
  readonly tau: number;
  /** Memory to work in. */
  readonly w: Float64Array;
}

/** A - v wᵀ - w vᵀ on the lower triangle from row and column `start`, with w = tau (A v - (tau/2) (vᵀ A v) v). */
function reflectBothSides(a: Float64Array, n: number, start: number, { v, tau, w }: Reflector): void {
  w.fill(0);
  for (let i = start; i < n; i++) {
    const row = i * n;
    const x = v[i]!;
    let sum = 0;
    for (let j = start; j < i; j++) {
      const y = a[row + j]!;
      sum += y * v[j]!;
      w[j]! += y * x;
    }
    w[i]! += sum + a[row + i]! * x;
  }
  let inner = 0;
  for (let i = start; i < n; i++) inner += w[i]! * v[i]!;
  const share = (tau * inner) / 2;
  for (let i = start; i < n; i++) w[i] = tau * (w[i]! - share * v[i]!);
  for (let i = start; i < n; i++) {
    const row = i * n;
    const [x, y] = [v[i]!, w[i]!];
    for (let j = start; j <= i; j++) a[row + j]! -= x * w[j]! + y * v[j]!;
  }
}

const SWEEPS = 60;
const TINY = 1e-290;

/** Rows of numbers that are rotated along. */
export interface Rows {
  readonly memory: Float64Array;
  readonly width: number;
}

/**
 * Eigenvalues of a tridiagonal matrix into its diagonal by implicit QL steps with Wilkinson's shift; `z` holds the vectors as rows
 * (Golub & Van Loan, 8.3.3).
 *
 * @returns Whether all were found.
 */
export function diagonalize({ diagonal: d, off: e }: Tridiagonal, z: Rows | undefined): boolean {
  const n = d.length;
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > TINY + Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) m++;
      if (m < n - 1) e[m] = 0;
      if (m === l) break;
      if (sweep === SWEEPS) return false;
      qlStep(d, e, [l, m], z);
    }
  }
  return true;
}

function qlStep(d: Float64Array, e: Float64Array, [l, m]: readonly [number, number], z: Rows | undefined): void {
  const p0 = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = hypot(p0, 1);
  let g = d[m]! - d[l]! + e[l]! / (p0 + (p0 < 0 ? -root : root));
  let [c, s, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The matrix has come apart here; the rest starts afresh.
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
    if (z) rotateRows(z.memory, z.width, [i + 1, i], { c, s, r });
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}
