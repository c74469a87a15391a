import { fma32 } from '../random/float32.ts';
import type { Elementary } from './elementary.ts';

// float32 functions as XLA compiles them for processors with FMA: each product that is added to something is fused with it.

const f = Math.fround;
const cell = new Float32Array(1);
const word = new Int32Array(cell.buffer);

const SQRT_HALF = f(Math.SQRT1_2);
const LOG_A = [0.070376836, -0.1151461, 0.116769984].map(f);
const LOG_B = [-0.12420141, 0.14249323, -0.16668057].map(f);
const LOG_C = [0.20000714, -0.24999994, 0.3333333].map(f);
const LN2_LOW = f(-0.00021219444);
const LN2_HIGH = f(0.6933594);
const LEAST = 2 ** -126;

/** A polynomial by Horner's rule, the highest power first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) sum = fma32(sum, x, coefficients[i]!);
  return sum;
}

/** Natural logarithm. Source: Cephes `logf` (Moshier), its polynomial in three parts. */
function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  cell[0] = Math.max(x, LEAST);
  let exponent = (word[0]! >>> 23) - 126;
  word[0] = (word[0]! & 0x7fffff) | 0x3f000000;
  const m = cell[0];
  let r = f(m - 1);
  if (m < SQRT_HALF) {
    exponent -= 1;
    r = f(r + m);
  }
  const square = f(r * r);
  const cube = f(square * r);
  const sum = fma32(fma32(polynomial(r, LOG_A), cube, polynomial(r, LOG_B)), cube, polynomial(r, LOG_C));
  const low = fma32(sum, cube, f(exponent * LN2_LOW));
  return fma32(exponent, LN2_HIGH, f(fma32(-0.5, square, r) + low));
}

const NEAR = f(0.41421357);
const ABOVE = [0.00004527, 0.49854103, 6.5787325, 29.911919, 60.94967, 57.112965, 20.039553].map(f);
const BELOW = [1, 15.062909, 83.04757, 221.7624, 309.09872, 216.42789, 60.11866].map(f);

/** Logarithm of 1 + x. Source: Cephes `log1p` (Moshier): a rational function near 0. */
function log1p(x: number): number {
  if (!(Math.abs(x) < NEAR)) return log(f(1 + x));
  const square = f(x * x);
  const rest = f(f(x * square) * f(polynomial(x, ABOVE) / polynomial(x, BELOW)));
  return f(x + fma32(-0.5, square, rest));
}

const CENTRAL = [
  2.8102264e-8, 3.4327394e-7, -3.5233877e-6, -4.3915065e-6, 0.00021858087, -0.001253725, -0.0041776816, 0.24664073,
  1.5014094,
].map(f);
const TAIL = [
  -0.00020021426, 0.00010095056, 0.0013493432, -0.0036734284, 0.0057395077, -0.0076224613, 0.0094388705, 1.001674,
  2.8329768,
].map(f);

/** Inverse of the error function. Source: Giles 2012, "Approximating the erfinv function". */
function erfInv(x: number): number {
  if (Math.abs(x) === 1) return x * Infinity;
  const logarithm = log1p(f(-x * x));
  const isCentral = logarithm > -5;
  const w = isCentral ? f(-2.5 - logarithm) : f(f(Math.sqrt(-logarithm)) - 3);
  return f(x * polynomial(w, isCentral ? CENTRAL : TAIL));
}

const ERF_LIMIT = f(3.832507);
const ERF_ABOVE = [0.00022905065, 0.003408291, 0.050955694, 0.18520832, 1.1283791].map(f);
const ERF_BELOW = [-1.1791603e-7, 0.000023547966, 0.0010179626, 0.01407047, 0.11098505, 0.49746925, 1].map(f);

/** The error function, by a rational function. */
function erf(x: number): number {
  if (Math.abs(x) >= ERF_LIMIT) return Math.sign(x);
  const square = f(x * x);
  return f(f(x * polynomial(square, ERF_ABOVE)) / polynomial(square, ERF_BELOW));
}

/** The functions in float32. */
export const FLOAT32: Elementary = {
  dtype: 'float32',
  round: f,
  fma: fma32,
  log,
  log1p,
  erf,
  erfInv,
  epsilon: 2 ** -23,
  tiny: LEAST,
};
