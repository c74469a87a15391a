import type { Bidiagonal } from './bidiagonal.ts';
import { type Rows, Rotations } from './rotations.ts';
import { maxAbs, rotationOf } from './vectors.ts';

/** Left and right singular vectors as rows, which are rotated along. */
export interface Vectors {
  readonly left: Rows;
  readonly right: Rows;
}

const EPS = Number.EPSILON / 2;
const SWEEPS = 75;

/** A part of a bidiagonal matrix between two of its rows, as it is swept: from the top down, or turned around from the bottom up. */
interface Sweep {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly from: number;
  readonly step: 1 | -1;
  /** Number of rotations on either side. */
  readonly count: number;
  /** What is rotated along on the left and on the right. */
  readonly sides: readonly [Rotations, Rotations] | undefined;
}

/** Smaller singular value of [[f, g], [0, h]] (as LAPACK's las2). */
function smallerOf(f: number, g: number, h: number): number {
  const [p, q, r] = [Math.abs(f), Math.abs(g), Math.abs(h)];
  const [low, high] = [Math.min(p, r), Math.max(p, r)];
  if (low === 0) return 0;
  if (q < high) {
    const sum = 1 + low / high;
    const difference = (high - low) / high;
    const ratio = (q / high) ** 2;
    return low * (2 / (Math.sqrt(sum * sum + ratio) + Math.sqrt(difference * difference + ratio)));
  }
  const scale = high / q;
  if (scale === 0) return (low * high) / q;
  const sum = 1 + low / high;
  const difference = (high - low) / high;
  const half = 1 / (Math.sqrt(1 + (sum * scale) ** 2) + Math.sqrt(1 + (difference * scale) ** 2));
  return 2 * low * half * scale;
}

/** One implicit QR step; a shift of 0 keeps the relative accuracy of small values (Demmel & Kahan 1990). */
function sweepOnce(sweep: Sweep, shift: number): void {
  sweep.sides?.forEach((side) => side.begin(sweep.step));
  if (shift === 0) unshifted(sweep);
  else shifted(sweep, shift);
}

function unshifted(sweep: Sweep): void {
  const { d, e, from, step, count } = sweep;
  const off = step === 1 ? from : from - 1;
  let [c, oldC, oldS] = [1, 1, 0];
  for (let i = 0; i < count; i++) {
    const [at, edge] = [from + i * step, off + i * step];
    const right = rotationOf(d[at]! * c, e[edge]!);
    if (i > 0) e[edge - step] = oldS * right.r;
    const left = rotationOf(oldC * right.r, d[at + step]! * right.s);
    d[at] = left.r;
    turn(sweep, at, right, left);
    c = right.c;
    oldC = left.c;
    oldS = left.s;
  }
  const last = from + count * step;
  const h = d[last]! * c;
  d[last] = h * oldC;
  e[off + (count - 1) * step] = h * oldS;
}

function shifted(sweep: Sweep, shift: number): void {
  const { d, e, from, step, count } = sweep;
  const off = step === 1 ? from : from - 1;
  const first = d[from]!;
  let f = (Math.abs(first) - shift) * (Math.sign(first) + shift / first);
  let g = e[off]!;
  for (let i = 0; i < count; i++) {
    const [at, edge] = [from + i * step, off + i * step];
    const right = rotationOf(f, g);
    if (i > 0) e[edge - step] = right.r;
    f = right.c * d[at]! + right.s * e[edge]!;
    e[edge] = right.c * e[edge]! - right.s * d[at]!;
    g = right.s * d[at + step]!;
    d[at + step]! *= right.c;
    const left = rotationOf(f, g);
    d[at] = left.r;
    f = left.c * e[edge]! + left.s * d[at + step]!;
    d[at + step] = left.c * d[at + step]! - left.s * e[edge]!;
    if (i < count - 1) {
      g = left.s * e[edge + step]!;
      e[edge + step]! *= left.c;
    }
    turn(sweep, at, right, left);
  }
  e[off + (count - 1) * step] = f;
}

type Turn = ReturnType<typeof rotationOf>;

function turn({ sides, step }: Sweep, at: number, right: Turn, left: Turn): void {
  if (!sides) return;
  if (step === 1) {
    sides[0].turn(at, left.c, left.s);
    sides[1].turn(at, right.c, right.s);
  } else {
    // Read from the bottom up the matrix is transposed, so its sides change places.
    sides[0].turn(at - 1, right.c, -right.s);
    sides[1].turn(at - 1, left.c, -left.s);
  }
}

function shiftFor(sweep: Sweep): number {
  const { d, e, from, step, count } = sweep;
  const last = from + count * step;
  for (let i = 0; i <= count; i++) if (d[from + i * step] === 0) return 0;
  const edge = step === 1 ? last - 1 : last;
  const shift = smallerOf(d[last - step]!, e[edge]!, d[last]!);
  return (shift / d[from]!) ** 2 < EPS ? 0 : shift;
}

/**
 * Singular values of a bidiagonal matrix into its diagonal, not sorted and of either sign, by implicit QR steps
 * (Demmel & Kahan 1990; Golub & Van Loan, 8.6).
 *
 * @returns Whether all were found.
 */
export function bidiagonalValues({ diagonal: d, off: e }: Bidiagonal, vectors: Vectors | undefined): boolean {
  const floor = (Math.max(maxAbs(d), maxAbs(e)) * EPS) / 1024;
  if (!Number.isFinite(floor)) return false;
  const sides = vectors && ([new Rotations(vectors.left), new Rotations(vectors.right)] as const);
  let high = d.length - 1;
  for (let left = SWEEPS * d.length; high > 0; left--) {
    if (left === 0) return false;
    for (let i = 0; i < high; i++)
      if (Math.abs(e[i]!) <= Math.max(EPS * (Math.abs(d[i]!) + Math.abs(d[i + 1]!)), floor)) e[i] = 0;
    if (e[high - 1] === 0) {
      high--;
      continue;
    }
    let low = high - 1;
    while (low > 0 && e[low - 1] !== 0) low--;
    const down = Math.abs(d[low]!) >= Math.abs(d[high]!);
    const sweep: Sweep = { d, e, from: down ? low : high, step: down ? 1 : -1, count: high - low, sides };
    sweepOnce(sweep, shiftFor(sweep));
  }
  sides?.forEach((side) => side.flush());
  return true;
}
