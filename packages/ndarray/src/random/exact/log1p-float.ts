const { fround } = Math;
const cell = new Float32Array(1);
const bits = new Uint32Array(cell.buffer);

const LN2_HIGH = fround(6.9313812256e-1);
const LN2_LOW = fround(9.0580006145e-6);
const TWO_THIRDS = fround(2 / 3);
const COEFFICIENTS = [
  6.6666668653e-1, 4.0000000596e-1, 2.8571429849e-1, 2.2222198546e-1, 1.818357259e-1, 1.5313838422e-1, 1.479819864e-1,
].map(fround);

/**
 * `log(1 + x)` in float32 for x from -1 to 0, bit for bit as glibc's `log1pf` on x86-64.
 *
 * Source: the FreeBSD msun algorithm (s_log1pf).
 */
export function log1pFloat(x: number): number {
  if (x <= -1) return x === -1 ? -Infinity : NaN;
  if (x > -(2 ** -29)) return x > -(2 ** -54) ? x : fround(x - x * x * 0.5);
  cell[0] = x;
  if (bits[0]! <= 0xbe95f61f) return series(x, 0, 0);
  cell[0] = 1 + x;
  const u = cell[0];
  let k = (bits[0]! >>> 23) - 127;
  const correction = fround(fround(k > 0 ? 1 - fround(u - x) : x - fround(u - 1)) / u);
  const mantissa = bits[0]! & 0x7fffff;
  const above = mantissa >= 0x3504f7;
  bits[0] = mantissa | (above ? 0x3f000000 : 0x3f800000);
  if (above) k++;
  const f = fround(cell[0] - 1);
  const nearPower = above ? (0x800000 - mantissa) >> 2 === 0 : mantissa === 0;
  return nearPower ? tiny(f, k, correction) : series(f, k, correction);
}

function tiny(f: number, k: number, correction: number): number {
  if (f === 0) return k === 0 ? 0 : fround(fround(k * LN2_HIGH) + fround(correction + fround(k * LN2_LOW)));
  const half = fround(0.5 * f * f);
  const rest = fround(half * fround(1 - fround(TWO_THIRDS * f)));
  if (k === 0) return fround(f - rest);
  const low = fround(fround(k * LN2_LOW) + correction);
  return fround(fround(k * LN2_HIGH) - fround(fround(rest - low) - f));
}

function series(f: number, k: number, correction: number): number {
  const half = fround(0.5 * f * f);
  const s = fround(f / fround(2 + f));
  const z = fround(s * s);
  let sum = 0;
  for (let i = COEFFICIENTS.length - 1; i >= 0; i--) sum = fround(z * fround(COEFFICIENTS[i]! + sum));
  const product = fround(s * fround(half + sum));
  if (k === 0) return fround(f - fround(half - product));
  const low = fround(fround(k * LN2_LOW) + correction);
  return fround(fround(k * LN2_HIGH) - fround(fround(half - fround(product + low)) - f));
}
