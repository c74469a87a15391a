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
