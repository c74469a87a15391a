import { fma } from '@isograd/ndarray';

// Sine, cosine and log1p equal to the C library's on x86-64 Linux (glibc, processor with FMA) bit for bit: PyTorch's
// normal streams go through them, and JavaScript's own differ in the last bit now and then.

const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

const TO_128THS = 1.5 * 2 ** 45;
const TO_INTEGER = 1.5 * 2 ** 52;
const SIN_3 = -0.16666666666666488;
const SIN_5 = 0.008333332142857223;
const COS_4 = -0.04166666666666644;
const COS_6 = 0.001388888740079376;
const PI_2 = 1.5707963267948966;
const PI_2_LOW = 6.123233995736766e-17;
const PI_2_PARTS = [
  1.5707963407039642, -1.3909067564377153e-8, -4.97899623147991e-17, -1.9034889620193266e-25,
] as const;

/** Sine and cosine of k / 128 for k below 128, each as a double and the rest that it leaves. */
function sinCosTable(): Float64Array {
  const values = new Float64Array(4 * 128);
  for (let k = 0; k < 128; k++) {
    const sums: [bigint, bigint] = [0n, 0n];
    let term = 1n << 200n;
    for (let n = 0; term !== 0n; n++) {
      sums[(n + 1) & 1]! += n & 2 ? -term : term;
      term = (term * BigInt(k)) / BigInt(128 * (n + 1));
    }
    sums.forEach((sum, j) => {
      const high = Number(sum) / 2 ** 200;
      values[4 * k + 2 * j] = high;
      values[4 * k + 2 * j + 1] = Number(sum - (BigInt(high * 2 ** 80) << 120n)) / 2 ** 200;
    });
  }
  return values;
}

let lazyTable: Float64Array | undefined;

/** Row of the table nearest to |x|, times four, and what is left of |x| beyond it. */
function nearestRow(x: number): [number, number] {
  const magnitude = Math.abs(x);
  const shifted = TO_128THS + magnitude;
  cell[0] = shifted;
  return [(words[0]! << 2) & 511, magnitude - (shifted - TO_128THS)];
}

/** Sine of `x + dx`, `dx` the part of the argument below its last bit, |x| < 0.86. */
function sinPart(x: number, dx: number): number {
  const square = x * x;
  if (Math.abs(x) < 0.126) {
    let p = fma(square, -2.5022014848318398e-8, 2.755729806860771e-6);
    p = fma(square, p, -0.00019841269834414642);
    p = fma(square, p, 0.008333333333332329);
    p = fma(square, p, -0.16666666666666666);
    return x + fma(fma(p, x, -0.5 * dx), square, dx);
  }
  const low = x <= 0 ? -dx : dx;
  const [k, r] = nearestRow(x);
  const [sn, ssn, cs, ccs] = rowOf(k);
  const rr = r * r;
  const s = r + fma(r * rr, fma(rr, SIN_5, SIN_3), low);
  const c = fma(r, low, rr * fma(rr, fma(rr, COS_6, COS_4), 0.5));
  const result = sn + fma(s, cs, fma(-c, sn, fma(s, ccs, ssn)));
  return x < 0 ? -result : result;
}

/** Cosine of `x + dx`, as {@link sinPart}. */
function cosPart(x: number, dx: number): number {
  const [k, rest] = nearestRow(x);
  const r = rest + (x < 0 ? -dx : dx);
  const [sn, ssn, cs, ccs] = rowOf(k);
  const rr = r * r;
  const s = fma(r * rr, fma(rr, SIN_5, SIN_3), r);
  const c = rr * fma(rr, fma(rr, COS_6, COS_4), 0.5);
  return cs + fma(-s, sn, fma(-c, cs, fma(-s, ssn, ccs)));
}

function rowOf(k: number): [number, number, number, number] {
  lazyTable ??= sinCosTable();
  return [lazyTable[k]!, lazyTable[k + 1]!, lazyTable[k + 2]!, lazyTable[k + 3]!];
}

/** Takes away multiples of pi / 2: the quadrant, what is left, and its part below the last bit. */
function reduce(x: number): [number, number, number] {
  const [p1, p2, p3, p4] = PI_2_PARTS;
  const shifted = fma(x, 2 / Math.PI, TO_INTEGER);
  const n = shifted - TO_INTEGER;
  const y = fma(-n, p2, fma(-n, p1, x));
  const first = fma(-n, p3, y);
  const rest = fma(-p3, n, y - first);
  const value = fma(-n, p4, first);
  return [n & 3, value, rest + fma(-n, p4, first - value)];
}

function quadrant(n: number, x: number, dx: number): number {
  const value = n & 1 ? cosPart(x, dx) : sinPart(x, dx);
  return n & 2 ? -value : value;
}

/**
 * Sine of an angle in radians, |x| below 1e8, bit for bit as glibc's on x86-64.
 *
 * @example
 * sinExact(1) // => 0.8414709848078965
 */
export function sinExact(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -26) return x;
  if (magnitude < 0.85546875) return sinPart(x, 0);
  if (magnitude < 2.4262638092041016) {
    const value = cosPart(PI_2 - magnitude, PI_2_LOW);
    return x < 0 ? -value : value;
  }
  return quadrant(...reduce(x));
}

/**
 * Cosine of an angle in radians, |x| below 1e8, bit for bit as glibc's on x86-64.
 *
 * @example
 * cosExact(1) // => 0.5403023058681398
 */
export function cosExact(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -27) return 1;
  if (magnitude < 0.85546875) return cosPart(x, 0);
  if (magnitude < 2.4262638092041016) {
    const y = PI_2 - magnitude;
    const value = y + PI_2_LOW;
    return sinPart(value, y - value + PI_2_LOW);
  }
  const [n, value, rest] = reduce(x);
  return quadrant(n + 1, value, rest);
}

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
