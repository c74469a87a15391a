import { logExact } from '../log.ts';

const SERIES = [
  8.333333333333333e-2, -2.777777777777778e-3, 7.936507936507937e-4, -5.952380952380952e-4, 8.417508417508418e-4,
  -1.917526917526918e-3, 6.41025641025641e-3, -2.955065359477124e-2, 1.796443723688307e-1, -1.3924322169059,
];
const LOG_2PI = 1.8378770664093453;
const TABLED = 126;

/** Logarithm of the gamma function. Source: Zhang & Jin 1996, "Computation of Special Functions", `lgama`. */
export function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  const n = x < 7 ? Math.trunc(7 - x) : 0;
  let at = x + n;
  const inverse = (1 / at) * (1 / at);
  let sum = SERIES[9]!;
  for (let k = 8; k >= 0; k--) sum = sum * inverse + SERIES[k]!;
  let result = sum / at + 0.5 * LOG_2PI + (at - 0.5) * logExact(at) - at;
  for (let k = 1; k <= n; k++) {
    result -= logExact(at - 1);
    at -= 1;
  }
  return result;
}

let lazyTable: Float64Array | undefined;

/** Logarithms of the factorials of 0 to 125, rounded right, by the series of ln(k / (k - 1)) with 160 bits. */
function table(): Float64Array {
  if (lazyTable) return lazyTable;
  const values = new Float64Array(TABLED);
  let logarithm = 0n;
  let sum = 0n;
  for (let k = 2; k < TABLED; k++) {
    const odd = BigInt(2 * k - 1);
    for (let term = (2n << 160n) / odd, n = 1n; term > 0n; term /= odd * odd, n += 2n) logarithm += term / n;
    sum += logarithm;
    values[k] = Number(sum) / 2 ** 160;
  }
  return (lazyTable = values);
}

/** Logarithm of `k` factorial, `k` a whole number. */
export function logFactorial(k: number): number {
  if (k < TABLED) return table()[k]!;
  return (k + 0.5) * logExact(k) - k + (0.9189385332046728 + (1 / k) * (1 / 12 - 1 / (360 * k * k)));
}
