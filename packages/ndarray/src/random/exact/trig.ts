import { fma } from '../fma.ts';

// Sine and cosine equal to the C library's on x86-64 Linux (glibc, processor with FMA) bit for bit: random
// streams go through them, and JavaScript's own differ in the last bit now and then.

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

/**
 * Sine and cosine of `k / 128`, each as a double and the rest that it leaves.
 *
 * @param k A whole number from 0 to 127.
 */
export function sinCosOf128th(k: number): readonly [sine: number, rest: number, cosine: number, rest: number] {
  return rowOf(4 * k);
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

/** What the cosine of `x` is above `w`, which is near it, to about eight bits more than a double of it; x from 0 to pi / 2. */
function cosineAbove(x: number, w: number): number {
  const isNear = x < 0.85546875;
  const y = isNear ? x : PI_2 - x;
  const dy = isNear ? 0 : PI_2_LOW;
  const [k, rest] = nearestRow(y);
  const r = rest + dy;
  const [sn, ssn, cs, ccs] = rowOf(k);
  const rr = r * r;
  const s = fma(r * rr, fma(rr, SIN_5, SIN_3), r);
  const c = rr * fma(rr, fma(rr, COS_6, COS_4), 0.5);
  return isNear
    ? cs - w + fma(-s, sn, fma(-c, cs, fma(-s, ssn, ccs)))
    : sn - w + fma(s, cs, fma(-c, sn, fma(s, ccs, ssn)));
}

/**
 * Angle whose cosine is `w`, from 0 to pi, rounded right but for about one value in a thousand near 1 and -1.
 *
 * @example
 * acosNear(0.5) // => 1.0471975511965979
 */
export function acosNear(w: number): number {
  const size = Math.abs(w);
  const angle = Math.acos(size);
  if (!(size < 0.97)) return Math.acos(w);
  const correction = cosineAbove(angle, size) / Math.sqrt(1 - size * size);
  if (w >= 0) return angle + correction;
  const high = Math.PI - angle;
  return high + (Math.PI - high - angle + (2 * PI_2_LOW - correction));
}
