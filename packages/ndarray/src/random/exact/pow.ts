import { fma } from '../fma.ts';
import { expParts, expQuick } from './exp.ts';

const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

const LN2_HIGH = 0.6931471805598903;
const LN2_LOW = 5.497923018708371e-14;
const A0 = -0.5;
const A1 = -0.6666666666666679;
const A2 = 0.5000000000000007;
const A3 = 0.7999999995323976;
const A4 = -0.6666666663487739;
const A5 = -1.142909628459501;
const A6 = 1.0000415263675542;
const OFFSET = 0x3fe69555;

interface Intervals {
  readonly reciprocals: Float64Array;
  readonly logarithms: Float64Array;
  readonly tails: Float64Array;
}

let lazyIntervals: Intervals | undefined;

/** Minus the logarithm of `numerator / 512`, times 2^160. */
function negativeLogarithm(numerator: number): bigint {
  const one = 1n << 160n;
  const q = (BigInt(512 - numerator) * one) / BigInt(512 + numerator);
  const square = (q * q) / one;
  let sum = 0n;
  for (let term = q, n = 1n; term !== 0n; term = (term * square) / one, n += 2n) sum += term / n;
  return 2n * sum;
}

/** For each of 128 intervals a reciprocal of nine bits, and minus its logarithm in two parts. */
function intervals(): Intervals {
  if (lazyIntervals) return lazyIntervals;
  const reciprocals = new Float64Array(128);
  const logarithms = new Float64Array(128);
  const tails = new Float64Array(128);
  for (let i = 0; i < 128; i++) {
    words[1] = OFFSET + (i << 13) + (1 << 12);
    words[0] = 0;
    const step = cell[0]! > 1 ? 4 : 2;
    const numerator = step * Math.round(512 / cell[0]! / step);
    const logarithm = negativeLogarithm(numerator);
    const high = (logarithm + (1n << 116n)) >> 117n;
    reciprocals[i] = numerator / 512;
    logarithms[i] = Number(high) / 2 ** 43;
    tails[i] = Number(logarithm - (high << 117n)) / 2 ** 160;
  }
  return (lazyIntervals = { reciprocals, logarithms, tails });
}

const SPLIT = 2 ** 27 + 1;

/** What rounding took away from the product of `a` and `b`, exactly. */
function productError(a: number, b: number, product: number): number {
  let t = SPLIT * a;
  const aHigh = t - (t - a);
  const aLow = a - aHigh;
  t = SPLIT * b;
  const bHigh = t - (t - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** `x` to the power `y` for finite positive `x`, neither of which gives a result without calculation. */
function powFinite(x: number, y: number): number {
  let exponent = 0;
  let value = x;
  if (value < 2 ** -1022) {
    value *= 2 ** 52;
    exponent = -52;
  }
  const { reciprocals, logarithms, tails } = intervals();
  cell[0] = value;
  const offset = (words[1]! - OFFSET) | 0;
  const i = (offset >> 13) & 127;
  const k = offset >> 20;
  words[1] = words[1]! - (k << 20);
  const octaves = k + exponent;

  const reciprocal = reciprocals[i]!;
  const scaledDown = cell[0] * reciprocal;
  const r = scaledDown - 1 + productError(cell[0], reciprocal, scaledDown);
  const t1 = octaves * LN2_HIGH + logarithms[i]!;
  const t2 = t1 + r;
  const low2 = t1 - t2 + r;
  const ar = A0 * r;
  const ar2 = r * ar;
  const ar3 = r * ar2;
  const high = t2 + ar2;
  const low3 = productError(ar, r, ar2);
  const low4 = t2 - high + ar2;

  // the last terms are so small that their rounding errors are far below what decides the result
  const lowPlain = octaves * LN2_LOW + tails[i]! + low2 + low3 + low4;
  const polynomial = ar3 * (A1 + r * A2 + ar2 * (A3 + r * A4 + ar2 * (A5 + r * A6)));
  const near = high + (lowPlain + polynomial);
  const nearProduct = y * near;
  if (Math.abs(nearProduct) > 2 ** -54 && Math.abs(nearProduct) < 300) {
    const rest = high - near + (lowPlain + polynomial);
    const quick = expQuick(nearProduct, productError(y, near, nearProduct) + y * rest);
    if (!Number.isNaN(quick)) return quick;
  }

  const low1 = fma(octaves, LN2_LOW, tails[i]!);
  const p = ar3 * fma(ar2, fma(ar2, fma(r, A6, A5), fma(r, A4, A3)), fma(r, A2, A1));
  const low = low1 + low2 + low3 + low4 + p;
  const sum = high + low;
  const rest = high - sum + low;
  const product = y * sum;
  const productLow = fma(y, rest, fma(y, sum, -product));
  if (!(Math.abs(product) < 1024)) return product > 0 ? Infinity : 0;
  return Math.abs(product) < 2 ** -54 ? 1 + product : expParts(product, productLow);
}

/**
 * `x` to the power `y` for `x` not below zero, bit for bit as the C library's `pow` on x86-64 Linux (glibc 2.28 and later,
 * processor with FMA).
 *
 * Source: ARM Optimized Routines, `pow`.
 *
 * @example
 * powExact(2, 0.5) // => 1.4142135623730951
 * powExact(0, -1) // => Infinity
 */
export function powExact(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (!(x > 0 && x < Infinity) || !(Math.abs(y) < Infinity)) return x ** y;
  if (Math.abs(y) < 2 ** -65) return 1;
  if (Math.abs(y) >= 2 ** 63) return x > 1 === y > 0 ? Infinity : 0;
  return powFinite(x, y);
}
