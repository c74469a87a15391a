import { rotateRows } from './vectors.ts';

/** A Hessenberg matrix on its way to Schur form, the vectors as rows, and the eigenvalues found. */
export interface Schur {
  readonly h: Float64Array;
  readonly n: number;
  /** Transposed basis; without it only the part that is still being worked on is kept up to date. */
  readonly z: Float64Array | undefined;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const EPS = Number.EPSILON;
const TINY = 1e-290;
const SWEEPS = 60;

/**
 * Francis' double shift QR: eigenvalues, and with `z` the real Schur form, in place (Golub & Van Loan, 7.5).
 *
 * @returns Whether all were found.
 */
export function schur(x: Schur): boolean {
  const { h, n, re, im } = x;
  let norm = 0;
  for (const v of h) norm = Math.max(norm, Math.abs(v));
  for (let high = n - 1, sweep = 0; high >= 0; sweep++) {
    const low = blockStart(h, n, high, norm);
    if (low === high) {
      re[high] = h[high * n + high]!;
      im[high] = 0;
    } else if (low === high - 1) splitPair(x, low);
    else {
      if (sweep === SWEEPS) return false;
      francisStep(x, low, high, shiftsFor(x, [low, high], sweep));
      continue;
    }
    high = low - 1;
    sweep = -1;
  }
  return true;
}

/** Whether the element before the diagonal in row `l` can become 0 (Ahues & Tisseur 1997, as LAPACK's lahqr). */
function isNegligible(h: Float64Array, n: number, l: number, norm: number): boolean {
  const below = Math.abs(h[l * n + l - 1]!);
  if (below <= TINY) return true;
  const [before, here] = [h[(l - 1) * (n + 1)]!, h[l * (n + 1)]!];
  const size = Math.abs(before) + Math.abs(here);
  if (below > EPS * (size === 0 ? norm : size)) return false;
  const above = Math.abs(h[(l - 1) * n + l]!);
  const [a, b] = [Math.max(below, above), Math.min(below, above)];
  const distance = Math.abs(before - here);
  const [c, d] = [Math.max(Math.abs(here), distance), Math.min(Math.abs(here), distance)];
  return b * (a / (a + c)) <= Math.max(TINY, EPS * (d * (c / (a + c))));
}

/** First row of the block that ends in row `high`; the negligible element before it becomes 0. */
function blockStart(h: Float64Array, n: number, high: number, norm: number): number {
  let l = high;
  while (l > 0 && !isNegligible(h, n, l, norm)) l--;
  if (l > 0) h[l * n + l - 1] = 0;
  return l;
}

/** Sum and product of two shifts as (x, y, w): they are the eigenvalues of [[y, .], [., x]] with w the product off the diagonal. */
type Shifts = readonly [x: number, y: number, w: number];

function shiftsFor({ h, n }: Schur, [low, high]: readonly [number, number], sweep: number): Shifts {
  // A block that does not converge is given shifts from outside, as in LAPACK's lahqr.
  if (sweep % 10 === 9) {
    const atTop = sweep % 20 === 9;
    const row = atTop ? low + 1 : high - 1;
    const s = Math.abs(h[row * n + row - 1]!) + Math.abs(h[(row + 1) * n + row]!);
    const x = 0.75 * s + h[(atTop ? low : high) * (n + 1)]!;
    return [x, x, -0.4375 * s * s];
  }
  const [y, x] = [h[(high - 1) * (n + 1)]!, h[high * (n + 1)]!];
  const [above, below] = [h[(high - 1) * n + high]!, h[high * n + high - 1]!];
  const scale = Math.abs(x) + Math.abs(y) + Math.abs(above) + Math.abs(below);
  const half = (y - x) / 2 / scale;
  const square = half * half + (above / scale) * (below / scale);
  if (square < 0) return [x, y, above * below];
  // Of two real shifts the one that is nearer to the last element, twice.
  const root = Math.sqrt(square) * scale;
  const middle = (x + y) / 2;
  const near = Math.abs(middle + root - x) <= Math.abs(middle - root - x) ? middle + root : middle - root;
  return [near, near, 0];
}

/** A block of two: turned into a triangle if its eigenvalues are real, else left as it is. */
function splitPair({ h, n, z, re, im }: Schur, i: number): void {
  const j = i + 1;
  const [a, b, c, d] = [h[i * n + i]!, h[i * n + j]!, h[j * n + i]!, h[j * n + j]!];
  const p = (a - d) / 2;
  const scale = Math.max(Math.abs(p), Math.sqrt(Math.abs(b)) * Math.sqrt(Math.abs(c)));
  // p² + b c without leaving the range of floats.
  const q = scale === 0 ? 0 : (p / scale) * (p / scale) + (b / scale) * (c / scale);
  const root = scale * Math.sqrt(Math.abs(q));
  if (q < 0) {
    [re[i], re[j], im[i], im[j]] = [d + p, d + p, root, -root];
    return;
  }
  const far = p + (p < 0 ? -root : root);
  re[i] = d + far;
  re[j] = far === 0 ? re[i]! : d - (b / far) * c;
  im[i] = im[j] = 0;
  if (!z || c === 0) return;
  // The eigenvector (far, c) of the first value turned onto the first axis.
  const size = Math.max(Math.abs(far), Math.abs(c));
  const r = Math.hypot(far / size, c / size);
  const turn = { c: far / size / r, s: c / size / r, r };
  rotateRows(h, n, [i, j], turn);
  for (let k = 0; k <= j; k++) {
    const [x, y] = [h[k * n + i]!, h[k * n + j]!];
    h[k * n + i] = turn.c * x + turn.s * y;
    h[k * n + j] = turn.c * y - turn.s * x;
  }
  h[j * n + i] = 0;
  rotateRows(z, n, [i, j], turn);
  [h[i * n + i], h[j * n + j]] = [re[i]!, re[j]!];
}

/** First column of the matrix of both shifts, up to a factor, at the lowest row where two small elements in a row let the sweep begin. */
function firstColumn(
  h: Float64Array,
  n: number,
  [low, high]: readonly [number, number],
  shifts: Shifts,
): {
  readonly start: number;
  readonly column: readonly [number, number, number];
} {
  const [x, y, w] = shifts;
  for (let m = high - 2; ; m--) {
    const z = h[m * n + m]!;
    const [r, s] = [x - z, y - z];
    let p = (r * s - w) / h[(m + 1) * n + m]! + h[m * n + m + 1]!;
    let q = h[(m + 1) * (n + 1)]! - z - r - s;
    let t = h[(m + 2) * n + m + 1]!;
    const size = Math.abs(p) + Math.abs(q) + Math.abs(t);
    [p, q, t] = [p / size, q / size, t / size];
    if (m === low) return { start: m, column: [p, q, t] };
    const before = Math.abs(h[m * n + m - 1]!) * (Math.abs(q) + Math.abs(t));
    const around = Math.abs(h[(m - 1) * (n + 1)]!) + Math.abs(z) + Math.abs(h[(m + 1) * (n + 1)]!);
    if (before <= EPS * Math.abs(p) * around) return { start: m, column: [p, q, t] };
  }
}

function francisStep(x: Schur, low: number, high: number, shifts: Shifts): void {
  const { h, n, z } = x;
  const { start, column } = firstColumn(h, n, [low, high], shifts);
  for (let i = start + 2; i <= high; i++) {
    h[i * n + i - 2] = 0;
    if (i > start + 2) h[i * n + i - 3] = 0;
  }
  const [first, last] = z ? [0, n] : [low, high + 1];
  for (let k = start; k < high; k++) {
    const three = k < high - 1;
    let [p, q, r] =
      k === start ? column : [h[k * n + k - 1]!, h[(k + 1) * n + k - 1]!, three ? h[(k + 2) * n + k - 1]! : 0];
    if (!three) r = 0;
    const size = Math.abs(p) + Math.abs(q) + Math.abs(r);
    if (size === 0) continue;
    [p, q, r] = [p / size, q / size, r / size];
    const length = Math.sqrt(p * p + q * q + r * r);
    const beta = p < 0 ? length : -length;
    if (k > start) {
      h[k * n + k - 1] = beta * size;
      h[(k + 1) * n + k - 1] = 0;
      if (three) h[(k + 2) * n + k - 1] = 0;
    } else if (start > low) h[k * n + k - 1]! *= 1 - (beta - p) / beta;
    const reflector: Reflector3 = { tau: (beta - p) / beta, v1: q / (p - beta), v2: r / (p - beta), three };
    reflectRows(h, k * n, [n, k, last], reflector);
    reflectColumns(h, n, k, [first, Math.min(high, k + 3), reflector]);
    if (z) reflectRows(z, k * n, [n, 0, n], reflector);
  }
}

/** I - tau (1, v1, v2)ᵀ (1, v1, v2) on three neighbouring rows or columns, or on two. */
interface Reflector3 {
  readonly tau: number;
  readonly v1: number;
  readonly v2: number;
  readonly three: boolean;
}

function reflectRows(
  a: Float64Array,
  at: number,
  [n, from, to]: readonly [number, number, number],
  { tau, v1, v2, three }: Reflector3,
): void {
  const [t1, t2] = [tau * v1, tau * v2];
  if (three) {
    for (let j = at + from; j < at + to; j++) {
      const sum = a[j]! + v1 * a[j + n]! + v2 * a[j + 2 * n]!;
      a[j]! -= tau * sum;
      a[j + n]! -= t1 * sum;
      a[j + 2 * n]! -= t2 * sum;
    }
    return;
  }
  for (let j = at + from; j < at + to; j++) {
    const sum = a[j]! + v1 * a[j + n]!;
    a[j]! -= tau * sum;
    a[j + n]! -= t1 * sum;
  }
}

function reflectColumns(
  a: Float64Array,
  n: number,
  k: number,
  [first, last, { tau, v1, v2, three }]: readonly [number, number, Reflector3],
): void {
  const [t1, t2] = [tau * v1, tau * v2];
  for (let i = first, j = first * n + k; i <= last; i++, j += n) {
    const sum = three ? a[j]! + v1 * a[j + 1]! + v2 * a[j + 2]! : a[j]! + v1 * a[j + 1]!;
    a[j]! -= tau * sum;
    a[j + 1]! -= t1 * sum;
    if (three) a[j + 2]! -= t2 * sum;
  }
}
