import { quotient, times, type Z } from './complex-number.ts';
import type { Schur } from './schur.ts';

/** Real and imaginary part of the vector that is being solved for. */
interface Solving {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly value: Z;
  /** What stands in for a pivot of 0. */
  readonly smallest: number;
}

const HUGE = 1e100;

/** T x over the columns from `from` to `to`, for one row. */
function rowTimes({ h, n }: Schur, { x, y }: Solving, i: number, [from, to]: readonly [number, number]): Z {
  let [re, im] = [0, 0];
  for (let j = from, at = i * n; j <= to; j++) {
    re += h[at + j]! * x[j]!;
    im += h[at + j]! * y[j]!;
  }
  return [re, im];
}

const sizeOf = ([re, im]: Z): number => Math.abs(re) + Math.abs(im);
const minus = ([a, b]: Z, [c, d]: Z): Z => [a - c, b - d];

/** Solves [[a, b], [c, d]] (u, v) = -(r, s) with b and c real, eliminating from the larger row. */
function solvePair([a, b, c, d]: readonly [Z, number, number, Z], r: Z, s: Z, smallest: number): readonly [Z, Z] {
  const swap = Math.abs(c) > sizeOf(a);
  const [p, q, t] = swap ? [[c, 0] as Z, d, s] : [a, [b, 0] as Z, r];
  const [p2, q2, t2] = swap ? [a, [b, 0] as Z, r] : [[c, 0] as Z, d, s];
  const factor = quotient(p2, nonZero(p, smallest));
  const v = quotient(minus(times(factor, t), t2), nonZero(minus(q2, times(factor, q)), smallest));
  const u = quotient(minus([-t[0], -t[1]], times(q, v)), nonZero(p, smallest));
  return [u, v];
}

const nonZero = (z: Z, smallest: number): Z => (sizeOf(z) < smallest ? [smallest, 0] : z);

function put({ x, y }: Solving, i: number, z: Z): void {
  [x[i], y[i]] = z;
}

/** Keeps a vector that grows inside the range of floats; looks at its two newest elements. */
function tame({ x, y }: Solving, i: number, last: number): void {
  const at = (k: number): number => Math.abs(x[k]!) + Math.abs(y[k]!);
  const size = i < last ? Math.max(at(i), at(i + 1)) : at(i);
  if (size <= HUGE) return;
  for (let j = i; j <= last; j++) {
    x[j]! /= size;
    y[j]! /= size;
  }
}

/** The last elements of a vector, which a single value or a pair of conjugate ones leaves free. */
function begin({ h, n }: Schur, s: Solving, last: number): number {
  s.x.fill(0);
  s.y.fill(0);
  if (s.value[1] === 0) {
    s.x[last] = 1;
    return last;
  }
  const i = last - 1;
  const [above, below] = [h[i * n + last]!, h[last * n + i]!];
  const from = (at: number): Z => minus(s.value, [h[at * (n + 1)]!, 0]);
  if (Math.abs(below) > Math.abs(above)) {
    s.x[last] = 1;
    put(s, i, quotient(from(last), [below, 0]));
  } else {
    s.x[i] = 1;
    put(s, last, quotient(from(i), [above, 0]));
  }
  return i;
}

function backSubstitute(t: Schur, s: Solving, last: number): void {
  const { h, n, im } = t;
  const shifted = (i: number): Z => [h[i * (n + 1)]! - s.value[0], -s.value[1]];
  for (let i = begin(t, s, last) - 1; i >= 0; i--) {
    const r = rowTimes(t, s, i, [i + 1, last]);
    if (im[i] === 0) {
      put(s, i, quotient([-r[0], -r[1]], nonZero(shifted(i), s.smallest)));
      tame(s, i, last);
      continue;
    }
    const above = rowTimes(t, s, i - 1, [i + 1, last]);
    const pair = [shifted(i - 1), h[(i - 1) * n + i]!, h[i * n + i - 1]!, shifted(i)] as const;
    const [u, v] = solvePair(pair, above, r, s.smallest);
    put(s, i - 1, u);
    put(s, i, v);
    tame(s, --i, last);
  }
}

/**
 * Eigenvectors of a matrix in real Schur form as rows [n, n]; a pair of conjugate values has real and imaginary part of the first one's
 * in its two rows (LAPACK's trevc).
 */
export function schurVectors(t: Schur): Float64Array {
  const { h, n, re, im } = t;
  let norm = 0;
  for (const v of h) norm = Math.max(norm, Math.abs(v));
  const out = new Float64Array(n * n);
  for (let last = n - 1; last >= 0; last--) {
    const value: Z = [re[last]!, Math.abs(im[last]!)];
    const s = {
      x: new Float64Array(n),
      y: new Float64Array(n),
      value,
      smallest: Math.max(norm * Number.EPSILON, 1e-300),
    };
    backSubstitute(t, s, last);
    if (value[1] === 0) out.set(s.x, last * n);
    else {
      out.set(s.x, (last - 1) * n);
      out.set(s.y, last * n);
      last--;
    }
  }
  return out;
}
