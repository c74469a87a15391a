import { dotRow } from './loops.ts';
import { type Reflectors, reflect, reflectorRows } from './reflectors.ts';
import { type Rows, Rotations } from './rotations.ts';
import { hypot } from './vectors.ts';

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
  timesSymmetric(a, v, w, start);
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

/** w = A v for the symmetric matrix in the lower triangle, two rows at a time. */
function timesSymmetric(a: Float64Array, v: Float64Array, w: Float64Array, start: number): void {
  const n = v.length;
  w.fill(0);
  let i = start;
  for (; i + 1 < n; i += 2) {
    const [row, next] = [i * n, (i + 1) * n];
    const [x, y] = [v[i]!, v[i + 1]!];
    let p = 0;
    let q = 0;
    let r = 0;
    let s = 0;
    let j = start;
    for (; j + 1 < i; j += 2) {
      const a0 = a[row + j]!;
      const b0 = a[next + j]!;
      const a1 = a[row + j + 1]!;
      const b1 = a[next + j + 1]!;
      const v0 = v[j]!;
      const v1 = v[j + 1]!;
      p += a0 * v0;
      q += b0 * v0;
      r += a1 * v1;
      s += b1 * v1;
      w[j]! += a0 * x + b0 * y;
      w[j + 1]! += a1 * x + b1 * y;
    }
    for (; j < i; j++) {
      p += a[row + j]! * v[j]!;
      q += a[next + j]! * v[j]!;
      w[j]! += a[row + j]! * x + a[next + j]! * y;
    }
    w[i]! += p + r + a[row + i]! * x + a[next + i]! * y;
    w[i + 1]! += q + s + a[next + i]! * x + a[next + i + 1]! * y;
  }
  if (i < n) {
    const row = i * n;
    const x = v[i]!;
    w[i]! += dotRow(a, v, { at: row, from: start, to: i }) + a[row + i]! * x;
    for (let j = start; j < i; j++) w[j]! += a[row + j]! * x;
  }
}

const SWEEPS = 60;
const TINY = 1e-290;

/**
 * Eigenvalues of a tridiagonal matrix into its diagonal by implicit QL steps with Wilkinson's shift; `z` holds the vectors as rows
 * (Golub & Van Loan, 8.3.3).
 *
 * @returns Whether all were found.
 */
export function diagonalize({ diagonal: d, off: e }: Tridiagonal, z: Rows | undefined): boolean {
  const n = d.length;
  const rotations = z && new Rotations(z);
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > TINY + Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) m++;
      if (m < n - 1) e[m] = 0;
      if (m === l) break;
      if (sweep === SWEEPS) return false;
      qlStep(d, e, [l, m], rotations);
    }
  }
  rotations?.flush();
  return true;
}

function qlStep(d: Float64Array, e: Float64Array, [l, m]: readonly [number, number], z: Rotations | undefined): void {
  z?.begin(-1);
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
    z?.turn(i, c, -s);
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}
