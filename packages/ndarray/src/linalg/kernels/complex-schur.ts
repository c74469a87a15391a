import { quotient, times, type Z } from './complex-number.ts';
import { hypot } from './vectors.ts';

const EPS = Number.EPSILON;
const SWEEPS = 60;

/** A complex Hessenberg matrix on its way to a triangle, and the adjoint of the basis, of which only the part in work is kept up to date without it. */
export interface ComplexSchur {
  readonly h: Float64Array;
  readonly n: number;
  readonly z: Float64Array | undefined;
}

const get = ({ h, n }: ComplexSchur, i: number, j: number): Z => [h[2 * (i * n + j)]!, h[2 * (i * n + j) + 1]!];
const sizeOf = ([re, im]: Z): number => Math.abs(re) + Math.abs(im);
const minus = ([a, b]: Z, [c, d]: Z): Z => [a - c, b - d];

function root([re, im]: Z): Z {
  const length = hypot(re, im);
  if (length === 0) return [0, 0];
  const r = Math.sqrt((length + Math.abs(re)) / 2);
  return re >= 0 ? [r, im / (2 * r)] : [Math.abs(im) / (2 * r), im < 0 ? -r : r];
}

/** Wilkinson's shift: the eigenvalue of the last block of two that is nearer to the last element. */
function shiftFor(x: ComplexSchur, [low, high]: readonly [number, number], sweep: number): Z {
  const d = get(x, high, high);
  if (sweep > 0 && sweep % 10 === 0) {
    const at = sweep % 20 === 0 ? get(x, low + 1, low) : get(x, high, high - 1);
    return [0.75 * sizeOf(at) + d[0], d[1]];
  }
  const a = get(x, high - 1, high - 1);
  const product = times(get(x, high - 1, high), get(x, high, high - 1));
  if (sizeOf(product) === 0) return d;
  const p: Z = [(a[0] - d[0]) / 2, (a[1] - d[1]) / 2];
  const square = times(p, p);
  const r = root([square[0] + product[0], square[1] + product[1]]);
  const far: Z = p[0] * r[0] + p[1] * r[1] < 0 ? [p[0] - r[0], p[1] - r[1]] : [p[0] + r[0], p[1] + r[1]];
  return minus(d, quotient(product, far));
}

/** First row of the block that ends in row `high`; the negligible element before it becomes 0. */
function blockStart(x: ComplexSchur, high: number, norm: number): number {
  const { h, n } = x;
  for (let l = high; l > 0; l--) {
    const size = sizeOf(get(x, l - 1, l - 1)) + sizeOf(get(x, l, l));
    if (sizeOf(get(x, l, l - 1)) <= EPS * (size === 0 ? norm : size)) {
      h.fill(0, 2 * (l * n + l - 1), 2 * (l * n + l));
      return l;
    }
  }
  return 0;
}

/**
 * QR steps with one shift: eigenvalues on the diagonal, and with `z` the Schur form, in place (Golub & Van Loan, 7.5).
 *
 * @returns Whether all were found.
 */
export function complexSchur(x: ComplexSchur): boolean {
  let norm = 0;
  for (const v of x.h) norm = Math.max(norm, Math.abs(v));
  for (let high = x.n - 1, sweep = 0; high >= 0;) {
    const low = blockStart(x, high, norm);
    if (low === high) {
      high--;
      sweep = 0;
      continue;
    }
    if (sweep === SWEEPS) return false;
    qrStep(x, [low, high], shiftFor(x, [low, high], sweep++));
  }
  return true;
}

/** The unitary [[c, s], [-conj(s), c]] that turns (f, g) into (r, 0). */
function rotation(f: Z, g: Z): { readonly c: number; readonly s: Z } {
  const [p, q] = [hypot(f[0], f[1]), hypot(g[0], g[1])];
  if (q === 0) return { c: 1, s: [0, 0] };
  if (p === 0) return { c: 0, s: [g[0] / q, -g[1] / q] };
  const d = hypot(p, q);
  return { c: p / d, s: times([f[0] / p, f[1] / p], [g[0] / d, -g[1] / d]) };
}

function qrStep(x: ComplexSchur, [low, high]: readonly [number, number], shift: Z): void {
  const { h, n, z } = x;
  const [first, last] = z ? [0, n] : [low, high + 1];
  for (let k = low; k < high; k++) {
    const turn =
      k === low
        ? rotation(minus(get(x, k, k), shift), get(x, k + 1, k))
        : rotation(get(x, k, k - 1), get(x, k + 1, k - 1));
    turnRows(h, n, [k, k > low ? k - 1 : k, last], turn);
    if (k > low) h.fill(0, 2 * ((k + 1) * n + k - 1), 2 * ((k + 1) * n + k));
    turnColumns(h, n, [k, first, Math.min(k + 2, high)], turn);
    if (z) turnRows(z, n, [k, 0, n], turn);
  }
}

type Turn = ReturnType<typeof rotation>;

function turnRows(a: Float64Array, n: number, [k, from, to]: readonly [number, number, number], { c, s }: Turn): void {
  const [sr, si] = s;
  for (let j = 2 * (k * n + from); j < 2 * (k * n + to); j += 2) {
    const [p, q, r, t] = [a[j]!, a[j + 1]!, a[j + 2 * n]!, a[j + 2 * n + 1]!];
    a[j] = c * p + sr * r - si * t;
    a[j + 1] = c * q + sr * t + si * r;
    a[j + 2 * n] = c * r - sr * p - si * q;
    a[j + 2 * n + 1] = c * t - sr * q + si * p;
  }
}

function turnColumns(
  a: Float64Array,
  n: number,
  [k, from, to]: readonly [number, number, number],
  { c, s }: Turn,
): void {
  const [sr, si] = s;
  for (let i = from; i <= to; i++) {
    const j = 2 * (i * n + k);
    const [p, q, r, t] = [a[j]!, a[j + 1]!, a[j + 2]!, a[j + 3]!];
    a[j] = c * p + sr * r + si * t;
    a[j + 1] = c * q + sr * t - si * r;
    a[j + 2] = c * r - sr * p + si * q;
    a[j + 3] = c * t - sr * q - si * p;
  }
}
