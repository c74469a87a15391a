// Functions of one number, in float64.

const SQRT_PI = Math.sqrt(Math.PI);

/** exp(-a²) for a above 0; the square of a float32 is exact, where a * a would lose its rounding error. */
function gaussian(a: number): number {
  const h = Math.fround(a);
  return Math.exp(-h * h) * Math.exp((h - a) * (h + a));
}

/** The error function from 0 to 1: a series of positive terms (DLMF 7.6.2). */
function smallErf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; term > 1e-18 * sum; n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / SQRT_PI) * gaussian(x) * sum;
}

/** The complementary error function: by the error function below 1, by its continued fraction above (DLMF 7.9.2). */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (!(x < 30)) return Number.isNaN(x) ? x : 0;
  if (x < 1) return 1 - smallErf(x);
  let fraction = 0;
  for (let k = Math.ceil(10 + 200 / (x * x)); k > 0; k--) fraction = k / 2 / (x + fraction);
  return gaussian(x) / (SQRT_PI * (x + fraction));
}

/** The number whose error function is given: Winitzki's approximation (2008), then Halley's steps on erfc. */
export function erfinv(x: number): number {
  const a = Math.abs(x);
  if (!(a < 1)) return a === 1 ? x * Infinity : NaN;
  if (a < 1e-9) return (x * SQRT_PI) / 2;
  const log = Math.log1p(-a * a);
  const half = 2 / (Math.PI * 0.147) + log / 2;
  let y = Math.sqrt(Math.sqrt(half * half - log / 0.147) - half);
  for (let step = 0; step < 3; step++) {
    const off = (a < 0.7 ? smallErf(y) - a : 1 - a - erfc(y)) / ((2 / SQRT_PI) * gaussian(y));
    y -= off / (1 + y * off);
  }
  return Math.sign(x) * y;
}

/** ζ(k) - 1 for k from 2 (DLMF 25.2). */
const ZETA = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8,
];
const ONE_LESS_EULER = 0.42278433509846713;

/** Bernoulli's numbers of even order from 2 (DLMF 24.2). */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];

/** The logarithm of the absolute value of the gamma function: a series about 2, where it is 0, and Stirling's above 12 (DLMF 5.7.3, 5.11.1). */
export function lgamma(x: number): number {
  if (Number.isNaN(x) || Math.abs(x) === Infinity) return Math.abs(x);
  if (x <= 0)
    return Number.isInteger(x) ? Infinity : Math.log(Math.PI / Math.abs(Math.sin(Math.PI * (x % 2)))) - lgamma(1 - x);
  if (x > 12) {
    const series = BERNOULLI.reduceRight((sum, b, k) => sum / (x * x) + b / ((2 * k + 2) * (2 * k + 1)), 0) / x;
    return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
  }
  let [steps, product, low] = [0, 1, 0];
  while (x + steps > 2.5) product *= x + --steps;
  // log1p keeps the digits near 1, where the function is 0, too.
  for (; x + steps < 1.5; steps++) low += x + steps < 0.5 ? Math.log(x + steps) : Math.log1p(x + steps - 1);
  const z = x - (2 - steps);
  const series = ZETA.reduceRight((sum, c, k) => (sum + c / (k + 2)) * -z, 0);
  return Math.log(product) - low + z * (ONE_LESS_EULER - series);
}

/** The derivative of {@link lgamma}, by recurrence and its asymptotic series (DLMF 5.5.2, 5.5.4, 5.11.2). */
export function digamma(x: number): number {
  if (x === 0) return -1 / x;
  if (x < 0) return Number.isInteger(x) ? NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x % 1));
  let [z, sum] = [x, 0];
  while (z < 12) sum -= 1 / z++;
  const square = z * z;
  const series = BERNOULLI.reduceRight((rest, b, k) => (rest + b / (2 * k + 2)) / square, 0);
  return z === Infinity ? z : sum + Math.log(z) - 0.5 / z - series;
}

/** Hurwitz's zeta function, the sum of (q + k) ** -s, for q > 0 (DLMF 25.11.5). */
function zeta(s: number, x: number): number {
  let [q, sum] = [x, 0];
  while (q < 15) sum += (q++) ** -s;
  sum += q ** (1 - s) / (s - 1) + q ** -s / 2;
  let term = s * q ** (-s - 1);
  BERNOULLI.forEach((b, j) => {
    const k = 2 * (j + 1);
    term /= j === 0 ? 2 : k * (k - 1);
    sum += b * term;
    term *= ((s + k - 1) * (s + k)) / (q * q);
  });
  return sum;
}

/** The derivative of order n ≥ 1 of {@link digamma}, by the sum of Hurwitz's zeta function (DLMF 5.15.1). */
export function polygamma(n: number, x: number): number {
  const s = n + 1;
  if (x <= 0 && Number.isInteger(x)) return n % 2 === 1 ? Infinity : NaN;
  if (x === -Infinity) return NaN;
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  const sign = n % 2 === 1 ? 1 : -1;
  if (x > 0 || Number.isNaN(x)) return sign * factorial * zeta(s, x);
  // The terms below 0 are those of a finite sum above it, which is the difference of two infinite ones: however far x is.
  const part = -x % 1;
  return sign * factorial * (sign * (zeta(s, part) - zeta(s, 1 - x)) + zeta(s, 1 - part));
}
