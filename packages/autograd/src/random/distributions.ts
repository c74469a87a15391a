import { drawPoisson, expExact, fma, log1pExact, log1pFloat, logExact } from '@isograd/ndarray';
import type { Generator } from './generator.ts';
import { tangent } from './tangent.ts';

/** One value of a distribution at a time, in double precision, as PyTorch's CPU kernels draw them. */
export type Drawer = (generator: Generator) => number;

/** Exponential values of rate `lambd`, by inversion. */
export function exponential(lambd: number): Drawer {
  const scale = -1 / lambd;
  return (generator) => scale * log1pExact(-generator.nextDouble());
}

/** Cauchy values, by inversion. */
export function cauchy(median: number, sigma: number): Drawer {
  return (generator) => fma(sigma, tangent(Math.PI * (generator.nextDouble() - 0.5)), median);
}

/** Exponentials of normal values of a mean and standard deviation. */
export function logNormal(mean: number, std: number): Drawer {
  return (generator) => expExact(fma(generator.nextNormal(), std, mean));
}

/** Tries until the first success of probability `p`, by inversion. */
export function geometric(p: number): Drawer {
  const scale = log1pExact(-p);
  return (generator) => Math.ceil(logExact(generator.nextDouble()) / scale);
}

/** Poisson values of a mean. */
export function poisson(lambda: number): Drawer {
  return (generator) => drawPoisson({ bits: generator }, lambda);
}

/**
 * Successes among `count` tries of probability `p`.
 *
 * @param dtype That of the parameters, in which products of them are rounded.
 */
export function binomial(count: number, p: number, dtype: 'float32' | 'float64'): Drawer {
  if (count <= 0 || p <= 0) return () => 0;
  if (p >= 1) return () => count;
  if (Number.isNaN(p)) return () => NaN;
  const to = dtype === 'float32' ? Math.fround : (x: number): number => x;
  const q = p <= 0.5 ? p : to(1 - p);
  const logarithm = dtype === 'float32' ? log1pFloat(-q) : log1pExact(-q);
  const draw = to(count * q) >= 10 ? rejected(count, q, to) : inverted(count, logarithm);
  return p <= 0.5 ? draw : (generator) => to(count - draw(generator));
}

/** Sums geometric waiting times, `scale` the logarithm of a failure's probability, until they pass `count`. */
function inverted(count: number, scale: number): Drawer {
  return (generator) => {
    let successes = 0;
    for (let waited = 0; ; successes++) {
      waited += Math.ceil(logExact(generator.nextDouble()) / scale);
      if (waited > count) return successes;
    }
  };
}

// Source: Hoermann 1993, "The generation of binomial random variates", algorithm BTRS.
function rejected(count: number, p: number, to: (x: number) => number): Drawer {
  const stddev = to(Math.sqrt(to(to(count * p) * to(1 - p))));
  const b = 1.15 + 2.53 * stddev;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = to(count * p) + 0.5;
  const vr = 0.92 - 4.2 / b;
  const r = to(p / to(1 - p));
  const alpha = (2.83 + 5.1 / b) * stddev;
  const m = Math.floor(to(to(count + 1) * p));
  return (generator) => {
    for (;;) {
      const u = generator.nextDouble() - 0.5;
      const v = generator.nextDouble();
      const us = 0.5 - Math.abs(u);
      const k = Math.floor(((2 * a) / us + b) * u + c);
      if (k < 0 || k > count) continue;
      if (us >= 0.07 && v <= vr) return k;
      const bound =
        (m + 0.5) * logExact((m + 1) / (r * (count - m + 1))) +
        (count + 1) * logExact((count - m + 1) / (count - k + 1)) +
        (k + 0.5) * logExact((r * (count - k + 1)) / (k + 1)) +
        (stirlingRest(m) + stirlingRest(count - m) - stirlingRest(k) - stirlingRest(count - k));
      if (logExact((v * alpha) / (a / (us * us) + b)) <= bound) return k;
    }
  };
}

/** What Stirling's formula lacks of the logarithm of k factorial. */
function stirlingRest(k: number): number {
  if (k > 9) {
    const square = (k + 1) ** 2;
    return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
  }
  return STIRLING_RESTS[k]!;
}

const STIRLING_RESTS = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
];
