import { fma } from '../fma.ts';
import { scaled } from './exp.ts';

const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/**
 * `log(1 + x)` for x from -1 to 2^53, bit for bit as glibc's on x86-64.
 *
 * Source: the FreeBSD msun algorithm (s_log1p), with its polynomial summed in four parts.
 *
 * @example
 * log1pExact(-0.5) // => -0.6931471805599453
 */
export function log1pExact(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -54) return x;
  if (magnitude < 2 ** -29) return x - x * x * 0.5;
  cell[0] = x;
  const high = words[1]! | 0;
  if (high < 0x3fda827a && (x > 0 || high < (0xbfd2bec4 | 0))) return log1pSeries(x, 0, 0);

  const u = 1 + x;
  cell[0] = u;
  let k = (words[1]! >>> 20) - 1023;
  const correction = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
  const mantissa = words[1]! & 0xfffff;
  const above = mantissa >= 0x6a09e;
  words[1] = mantissa | (above ? 0x3fe00000 : 0x3ff00000);
  if (above) k++;
  const f = cell[0] - 1;
  const nearPower = above ? (0x100000 - mantissa) >> 2 === 0 : mantissa === 0;
  return nearPower ? log1pTiny(f, k, correction) : log1pSeries(f, k, correction);
}

function log1pTiny(f: number, k: number, correction: number): number {
  if (f === 0) return k === 0 ? 0 : fma(k, LN2_HIGH, fma(k, LN2_LOW, correction));
  const rest = fma(-f, 0.6666666666666666, 1) * (0.5 * f * f);
  if (k === 0) return f - rest;
  return fma(k, LN2_HIGH, -(rest - fma(k, LN2_LOW, correction) - f));
}

function log1pSeries(f: number, k: number, correction: number): number {
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const z4 = z2 * z2;
  let sum = fma(z, 0.6666666666666735, z2 * fma(z, 0.2857142874366239, 0.3999999999940942));
  sum = fma(z4, fma(z, 0.1818357216161805, 0.22222198432149784), sum);
  sum = fma(z2 * z4, fma(z, 0.14798198605116586, 0.15313837699209373), sum);
  const series = s * (half + sum);
  if (k === 0) return f - (half - series);
  return fma(k, LN2_HIGH, -(half - (fma(k, LN2_LOW, correction) + series) - f));
}

const INV_LN2 = 1.4426950408889634;
const Q1 = -0.03333333333333313;
const Q2 = 0.0015873015872548146;
const Q3 = -0.0000793650757867488;
const Q4 = 0.000004008217827329362;
const Q5 = -2.0109921818362437e-7;

/**
 * `exp(x) - 1`, bit for bit as glibc's on x86-64.
 *
 * Source: the FreeBSD msun algorithm (s_expm1), with its polynomial summed in three parts.
 *
 * @example
 * expm1Exact(1e-10) // => 1.00000000005e-10
 */
export function expm1Exact(x: number): number {
  if (!(Math.abs(x) < Infinity)) return x === -Infinity ? -1 : x;
  if (x > 709.782712893384) return Infinity;
  if (x < -38.816242111356935) return -1;
  if (Math.abs(x) < 2 ** -54) return x;
  if (Math.abs(x) <= 0.34657359027997264) return expm1Reduced(x, 0, 0);
  const k = Math.abs(x) < 1.0397207708399179 ? Math.sign(x) : Math.trunc(fma(INV_LN2, x, x < 0 ? -0.5 : 0.5));
  const high = fma(-k, LN2_HIGH, x);
  const low = k * LN2_LOW;
  const r = high - low;
  return expm1Reduced(r, high - r - low, k);
}

/** 2^k exp(x + c) - 1 for |x| below 0.35. */
function expm1Reduced(x: number, c: number, k: number): number {
  const half = 0.5 * x;
  const hxs = x * half;
  const h2 = hxs * hxs;
  const r1 = fma(h2 * h2, fma(hxs, Q5, Q4), fma(h2, fma(hxs, Q3, Q2), fma(hxs, Q1, 1)));
  const t = fma(-r1, half, 3);
  const e = hxs * ((r1 - t) / fma(-x, t, 6));
  if (k === 0) return x - fma(x, e, -hxs);
  const rest = fma(x, e - c, -c) - hxs;
  if (k === -1) return 0.5 * (x - rest) - 0.5;
  if (k === 1) return x < -0.25 ? -2 * (rest - (x + 0.5)) : 1 + 2 * (x - rest);
  if (k <= -2 || k > 56) return scaled(1 - (rest - x), k) - 1;
  if (k < 20) return scaled(1 - 2 ** -k - (rest - x), k);
  return scaled(x - (rest + 2 ** -k) + 1, k);
}
