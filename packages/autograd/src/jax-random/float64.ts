import { fma, logExact } from '@isograd/ndarray';
import type { Elementary } from './elementary.ts';

// float64 functions as XLA compiles them for processors with FMA; its logarithm is the C library's.

/** A polynomial by Horner's rule, the highest power first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) sum = fma(sum, x, coefficients[i]!);
  return sum;
}

const NEAR = 0.41421356237309503;
const ABOVE = [
  4.52700008624452e-5, 0.49854102823193375, 6.578732594206104, 29.911919328553072, 60.94966798098779, 57.11296359058554,
  20.039553499201283,
];
const BELOW = [
  1, 15.062909083469192, 83.04756596796722, 221.76239823732857, 309.09872225312057, 216.42788614495947,
  60.11866049760384,
];

/** Logarithm of 1 + x. Source: Cephes `log1p` (Moshier): a rational function near 0. */
function log1p(x: number): number {
  if (!(Math.abs(x) < NEAR)) return logExact(1 + x);
  const square = x * x;
  const rest = x * square * (polynomial(x, ABOVE) / polynomial(x, BELOW));
  return x + fma(-0.5, square, rest);
}

const CENTRAL = [
  -3.64441206401782e-21, -1.6850591381820166e-19, 1.28584807152564e-18, 1.1157877678025181e-17, -1.333171662854621e-16,
  2.0972767875968562e-17, 6.637638134358324e-15, -4.054566272975207e-14, -8.151934197605472e-14, 2.6335093153082323e-12,
  -1.2975133253453532e-11, -5.415412054294628e-11, 1.0512122733215323e-9, -4.112633980346984e-9, -2.9070369957882005e-8,
  4.2347877827932404e-7, -1.3654692000834679e-6, -1.3882523362786469e-5, 0.00018673420803405714, -0.000740702534166267,
  -0.006033670871430149, 0.24015818242558962, 1.6536545626831027,
];
const OUTER = [
  2.2137376921775787e-9, 9.075656193888539e-8, -2.7517406297064545e-7, 1.8239629214389228e-8, 1.5027403968909828e-6,
  -4.013867526981546e-6, 2.9234449089955446e-6, 1.2475304481671779e-5, -4.7318229009055734e-5, 6.828485145957318e-5,
  2.4031110387097894e-5, -0.0003550375203628475, 0.0009532893797373805, -0.0016882755560235047, 0.002491442096107851,
  -0.003751208507569241, 0.005370914553590064, 1.0052589676941592, 3.0838856104922208,
];
const TAIL = [
  -2.7109920616438573e-11, -2.555641816996525e-10, 1.5076572693500548e-9, -3.789465440126737e-9, 7.61570120807834e-9,
  -1.496002662714924e-8, 2.914795345090108e-8, -6.771199775845234e-8, 2.2900482228026655e-7, -9.9298272942317e-7,
  4.526062597223154e-6, -1.968177810553167e-5, 7.599527703001776e-5, -0.00021503011930044477, -0.00013871931833623122,
  1.0103004648645344, 4.849906401408584,
];

/** Inverse of the error function. Source: Giles 2012, "Approximating the erfinv function". */
function erfInv(x: number): number {
  if (Math.abs(x) === 1) return x * Infinity;
  const logarithm = log1p(-x * x);
  if (logarithm > -6.25) return x * polynomial(-3.125 - logarithm, CENTRAL);
  const root = Math.sqrt(-logarithm);
  return x * (logarithm > -16 ? polynomial(root - 3.25, OUTER) : polynomial(root - 5, TAIL));
}

const BITS = 240n;
const ONE = 1n << BITS;
/** 2 / sqrt(pi). */
const SCALE = (11283791670955125738961589031215451716881012586579977136881714434n * ONE) / 10n ** 64n;

/** The error function, rounded right: the series with 240 bits. The C library's, which XLA calls, has the same bits for nearly all arguments. */
function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Math.sign(x);
  const argument = (BigInt(Math.round(x * 2 ** 52)) << BITS) >> 52n;
  const square = (argument * argument) >> BITS;
  let [power, sum] = [argument, 0n];
  for (let n = 0n; power !== 0n && power !== -1n; n++) {
    sum += power / (2n * n + 1n);
    power = -((power * square) >> BITS) / (n + 1n);
  }
  return Number((sum * SCALE) >> BITS) / 2 ** Number(BITS);
}

/** The functions in float64. */
export const FLOAT64: Elementary = {
  dtype: 'float64',
  round: (x) => x,
  fma,
  log: logExact,
  log1p,
  erf,
  erfInv,
  epsilon: 2 ** -52,
  tiny: 2 ** -1022,
};
