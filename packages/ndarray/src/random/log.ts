import { fma } from './fma.ts';
import { FAR, LN2_HIGH, LN2_LOW, LOGARITHMS, NEAR, RECIPROCALS } from './log-table.ts';

const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);
const [A0, A1, A2, A3, A4] = FAR;
const [B0, B1, B2, B3, B4, B5, B6, B7, B8, B9, B10] = NEAR as readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const SPLIT = 2 ** 27 + 1;
const TWO_27 = 2 ** 27;

/**
 * Natural logarithm, bit for bit as the C library's on x86-64 Linux (glibc 2.28 and later, processor with FMA).
 *
 * `Math.log` differs from it in the last bit for some values, and a random stream must not. The error is below 0.52 units
 * in the last place. Source: ARM Optimized Routines, `log`, and the order of operations its glibc build has.
 *
 * @example
 * logExact(10) // => 2.302585092994046
 * logExact(0) // => -Infinity
 */
export function logExact(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x === Infinity ? x : NaN;
  if (x >= 0.9375 && x < 1.064697265625) return x === 1 ? 0 : nearOne(x - 1);
  let exponent = 0;
  let value = x;
  if (value < 2 ** -1022) {
    value *= 2 ** 52;
    exponent = -52;
  }
  // value = 2^k z with z in [0.6875, 1.375), found on the high word: the offset's low word is zero
  cell[0] = value;
  const offset = (words[1]! - 0x3fe60000) | 0;
  const i = (offset >> 13) & 127;
  const k = offset >> 20;
  words[1] = words[1]! - (k << 20);
  return far(cell[0], i, exponent + k);
}

function far(z: number, i: number, k: number): number {
  const reciprocal = RECIPROCALS[i]!;
  // fma(z, reciprocal, -1): the product is so near 1 that subtracting is exact
  const product = z * reciprocal;
  let t = SPLIT * z;
  const zHigh = t - (t - z);
  const zLow = z - zHigh;
  t = SPLIT * reciprocal;
  const rHigh = t - (t - reciprocal);
  const rLow = reciprocal - rHigh;
  const r = product - 1 + (zLow * rLow - (product - zHigh * rHigh - zLow * rHigh - zHigh * rLow));

  const w = k * LN2_HIGH + LOGARITHMS[i]!;
  const high = w + r;
  const r2 = r * r;
  const rest = w - high + r;

  // Rounding each product of the small terms moves their sum by less than `slack`: mostly the last sum does not see it.
  const plain = rest + k * LN2_LOW + r2 * A0 + r * r2 * (A1 + r * A2 + r2 * (A3 + r * A4));
  const slack = (Math.abs(rest) + Math.abs(k * LN2_LOW) + r2) * 2 ** -50;
  const lower = high + (plain - slack);
  if (lower === high + (plain + slack)) return lower;

  const low = fma(r2, A0, fma(k, LN2_LOW, rest));
  return fma(r * r2, fma(fma(r, A4, A3), r2, fma(r, A2, A1)), low) + high;
}

function nearOne(r: number): number {
  const r2 = r * r;
  const r3 = r * r2;
  const t1 = fma(r2, B3, fma(r, B2, B1));
  const t2 = fma(r2, B6, fma(r, B5, B4));
  const t3 = fma(r3, B10, fma(r2, B9, fma(r, B8, B7)));
  const polynomial = fma(fma(t3, r3, t2), r3, t1);
  const rHigh = r + r * TWO_27 - r * TWO_27;
  const square = rHigh * rHigh * B0;
  const high = r + square;
  const low = fma(B0 * (r - rHigh), r + rHigh, r - high + square);
  return high + fma(polynomial, r3, low);
}
