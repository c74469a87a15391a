import { halfToNumber, numberToHalf } from '../half.ts';

export { halfToNumber, numberToHalf, roundHalf } from '../half.ts';

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
/** Coefficients of the Maclaurin series in x^2, `(-1)^n / (n! (2n + 1))`; below 1 twenty of them reach float64. */
const ERF_SERIES: readonly number[] = Array.from({ length: 20 }, (_, n) => (-1) ** n / (factorial(n) * (2 * n + 1)));

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** Error function in float64: its series below 1, the continued fraction of erfc above; within 2 ulp. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  if (a < 1) return x * (TWO_OVER_SQRT_PI * ERF_SERIES.reduceRight((sum, c) => sum * a * a + c, 0));
  let fraction = 0;
  for (let k = Math.ceil(10 + 200 / (a * a)); k > 0; k--) fraction = k / 2 / (a + fraction);
  // The square of a float32 is exact: exp(-a * a) would lose the rounding error of the square.
  const h = Math.fround(a);
  const erfc = (Math.exp(-h * h) * Math.exp((h - a) * (h + a))) / (Math.sqrt(Math.PI) * (a + fraction));
  return Math.sign(x) * (1 - erfc);
}

/** Nearest integer, ties to even. */
export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest < 0.5 || (rest === 0.5 && down % 2 === 0)) return down;
  return x !== x ? x : down + 1 || -0;
}

/** Quotient rounded down; the pair with {@link floorMod} satisfies `a = floorDiv * b + floorMod` as in Python. */
export function floorDiv(a: number, b: number): number {
  if (b === 0) return a / b;
  const m = a % b;
  const q = (a - m) / b;
  if (m !== 0 && m < 0 !== b < 0) return Math.round(q) - 1;
  return q === 0 ? (a / b < 0 || Object.is(a / b, -0) ? -0 : 0) : Math.round(q);
}

/** Remainder with the sign of the divisor. */
export function floorMod(a: number, b: number): number {
  const m = a % b;
  if (m === 0) return b < 0 || Object.is(b, -0) ? -0 : 0;
  return m < 0 !== b < 0 ? m + b : m;
}

/** Power as C and NumPy define it: unlike `**`, 1 to any power and -1 to an infinite one are 1. */
export function pow(a: number, b: number): number {
  return a === 1 || (a === -1 && (b === Infinity || b === -Infinity)) ? 1 : a ** b;
}

/** Power of integers that wraps at 32 bits; `b` is not negative. */
export function powInt32(a: number, b: number): number {
  let result = 1;
  for (let base = a, e = b; e > 0; e = Math.floor(e / 2)) {
    if (e % 2 === 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

/** Power of integers that wraps at 64 bits; `b` is not negative. */
export function powInt64(a: bigint, b: bigint): bigint {
  let result = 1n;
  for (let base = a, e = b; e > 0n; e >>= 1n) {
    if (e & 1n) result = BigInt.asIntN(64, result * base);
    base = BigInt.asIntN(64, base * base);
  }
  return result;
}

/** Quotient rounded down, 0 when dividing by 0. */
export function floorDiv64(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : BigInt.asIntN(64, q);
}

/** Remainder with the sign of the divisor, 0 when dividing by 0. */
export function floorMod64(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const m = a % b;
  return m !== 0n && m < 0n !== b < 0n ? m + b : m;
}

/** Float to int64 towards zero; NaN and values out of range give the smallest int64, as x86 and NumPy do. */
export function toInt64(x: number): bigint {
  return x >= -9223372036854775808 && x < 9223372036854775808 ? BigInt(Math.trunc(x)) : -9223372036854775808n;
}

/** Float to int32 towards zero; NaN and values out of range give the smallest int32. */
export function toInt32(x: number): number {
  return x > -2147483649 && x < 2147483648 ? Math.trunc(x) | 0 : -2147483648;
}

/** Float to uint32: the low 32 bits of its whole part, 0 where no int64 holds it. */
export function toUint32(x: number): number {
  return Number(BigInt.asUintN(32, toInt64(x)));
}

/** Float to uint64 as x86 and NumPy do: negative numbers wrap around, NaN gives 2 ** 63, numbers from 2 ** 64 on give 0. */
export function toUint64(x: number): bigint {
  if (!(x >= 9223372036854775808)) return BigInt.asUintN(64, toInt64(x));
  return x < 18446744073709551616 ? BigInt(x) : 0n;
}

/** Remainder with the sign of the dividend, 0 when dividing by 0. */
export function fmod64(a: bigint, b: bigint): bigint {
  return b === 0n ? 0n : a % b;
}

/** Left shift of a 32-bit pattern; 0 when the shift is not within the width. */
export function shiftLeft(a: number, b: number, width: number): number {
  return b >= 0 && b < width ? a << b : 0;
}

/** Right shift of a signed or unsigned number; only its sign is left when the shift is not within the width. */
export function shiftRight(a: number, b: number, width: number): number {
  return b >= 0 && b < width ? Math.floor(a / 2 ** b) : a < 0 ? -1 : 0;
}

/** Left shift, 0 when the shift is not within 64 bits. */
export function shiftLeft64(a: bigint, b: bigint): bigint {
  return b >= 0n && b < 64n ? a << b : 0n;
}

/** Right shift; only the sign is left when the shift is not within 64 bits. */
export function shiftRight64(a: bigint, b: bigint): bigint {
  return b >= 0n && b < 64n ? a >> b : a < 0n ? -1n : 0n;
}

/** Number of bits set in the absolute value. */
export function popcount(x: number): number {
  let count = 0;
  for (let rest = Math.abs(x); rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** Number of bits set in the absolute value. */
export function popcount64(x: bigint): bigint {
  let count = 0n;
  for (let rest = x < 0n ? -x : x; rest > 0n; rest >>= 1n) count += rest & 1n;
  return count;
}

/** Greatest common divisor by Euclid's algorithm. */
export function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** Greatest common divisor by Euclid's algorithm. */
export function gcd64(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** `x` with the sign of `s`. */
export function copysign(x: number, s: number): number {
  const a = Math.abs(x);
  return s < 0 || Object.is(s, -0) ? -a : a;
}

/** 2 to the power `x`: exact for whole `x`, else within an ulp. */
export function exp2(x: number): number {
  return 2 ** x;
}

/** Length of a vector; scaled, so that squares neither overflow nor vanish. */
export function hypot(x: number, y: number): number {
  const [a, b] = [Math.abs(x), Math.abs(y)];
  if (a === Infinity || b === Infinity) return Infinity;
  if (a !== a || b !== b) return NaN;
  const [large, small] = a > b ? [a, b] : [b, a];
  if (small === 0 || large / small > 2 ** 54) return large + small;
  const scale = large > 2 ** 500 ? 2 ** 600 : small < 2 ** -460 ? 2 ** -600 : 1;
  return scale * rootOfSquares(large / scale, small / scale);
}

// One step of Newton on the rounded root, with the error of the squares: within an ulp.
function rootOfSquares(x: number, y: number): number {
  const h = Math.sqrt(x * x + y * y);
  const [hh, he] = squareExactly(h);
  const [xx, xe] = squareExactly(x);
  const [yy, ye] = squareExactly(y);
  return h - (hh - xx - yy + (he - xe - ye)) / (2 * h);
}

function squareExactly(x: number): readonly [number, number] {
  const split = 134217729 * x;
  const high = split - (split - x);
  const low = x - high;
  const square = x * x;
  return [square, high * high - square + 2 * high * low + low * low];
}

const words = new DataView(new ArrayBuffer(8));

/** The float64 beside `x` in the direction of `y`. */
export function nextafter64(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? 5e-324 : -5e-324;
  words.setFloat64(0, x);
  const bits = words.getBigInt64(0);
  words.setBigInt64(0, bits + (y > x === x > 0 ? 1n : -1n));
  return words.getFloat64(0);
}

/** The float32 beside `x` in the direction of `y`. */
export function nextafter32(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? 2 ** -149 : -(2 ** -149);
  words.setFloat32(0, x);
  words.setInt32(0, words.getInt32(0) + (y > x === x > 0 ? 1 : -1));
  return words.getFloat32(0);
}

/** The float16 beside `x` in the direction of `y`. */
export function nextafter16(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  // Of zeros NumPy gives the first one here, the second one in wider formats.
  if (x === y) return x;
  if (x === 0) return y > 0 ? 2 ** -24 : -(2 ** -24);
  return halfToNumber(numberToHalf(x) + (y > x === x > 0 ? 1 : -1));
}

/** `x * 2 ** n` rounded once, for float64 results. */
export function ldexp(x: number, n: number): number {
  if (x === 0 || !Number.isFinite(x) || n !== n) return n !== n ? NaN : x;
  const whole = Math.max(-2200, Math.min(2200, n));
  // Far from the subnormal range first, so that only the last product rounds.
  const e = exponent(x);
  if (e + whole > -1022) return scaleUp(x, whole);
  return scaleUp(x, -e) * 2 ** -1000 * scaleUp(1, Math.max(e + whole + 1000, -1074));
}

function scaleUp(x: number, n: number): number {
  let [y, left] = [x, n];
  for (; left > 1000; left -= 1000) y *= 2 ** 1000;
  for (; left < -1000; left += 1000) y *= 2 ** -1000;
  return y * 2 ** left;
}

/** The whole number `n` for which `|x| / 2 ** n` is in [0.5, 1); 0 for 0, NaN and infinities. */
export function exponent(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return 0;
  words.setFloat64(0, x);
  const power = (words.getUint16(0) >> 4) & 2047;
  if (power > 0) return power - 1022;
  return exponent(x * 2 ** 60) - 60;
}
