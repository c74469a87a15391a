import type { BitGenerator } from '../bit-generator.ts';
import { expExact } from '../exact/exp.ts';
import { expm1Exact, log1pExact } from '../exact/log1p.ts';
import { powExact } from '../exact/pow.ts';
import { logExact } from '../log.ts';
import type { Source } from '../source.ts';
import { logGamma } from './log-factorial.ts';
import { zigguratExponential } from './ziggurat.ts';

/** Where doubles in [0, 1) come from. */
export interface Doubles {
  readonly bits: Pick<BitGenerator, 'nextDouble'>;
}

/** A Poisson value of mean `lam`. Source: from 10 upwards Hoermann 1993, "The transformed rejection method", PTRS. */
export function poisson({ bits }: Doubles, lam: number): number {
  if (lam >= 10) return poissonRejected(bits, lam);
  if (lam === 0) return 0;
  const bound = expExact(-lam);
  let count = 0;
  for (let product = bits.nextDouble(); product > bound; product *= bits.nextDouble()) count++;
  return count;
}

function poissonRejected(bits: Doubles['bits'], lam: number): number {
  const logLam = logExact(lam);
  const b = 0.931 + 2.53 * Math.sqrt(lam);
  const a = -0.059 + 0.02483 * b;
  const invAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = bits.nextDouble() - 0.5;
    const v = bits.nextDouble();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + lam + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (logExact(v) + logExact(invAlpha) - logExact(a / (us * us) + b) <= -lam + k * logLam - logGamma(k + 1)) return k;
  }
}

function geometricSearch(bits: BitGenerator, p: number): number {
  let count = 1;
  let sum = p;
  let product = p;
  const q = 1 - p;
  const u = bits.nextDouble();
  while (u > sum) {
    product *= q;
    sum += product;
    count++;
  }
  return count;
}

/** A geometric value: tries until the first success, by search from p = 1/3 upwards, by inversion below. */
export function geometric({ bits }: Source, p: number): number {
  if (p >= 1 / 3) return geometricSearch(bits, p);
  return Math.ceil(-zigguratExponential(bits) / log1pExact(-p));
}

/** {@link geometric} as `RandomState` inverts it. */
export function legacyGeometric({ bits }: Source, p: number): number {
  if (p >= 1 / 3) return geometricSearch(bits, p);
  return Math.ceil(log1pExact(-bits.nextDouble()) / logExact(1 - p));
}

const LARGEST = 2 ** 63;

function zipfAccepts(x: number, v: number, am1: number, b: number): boolean {
  const t = powExact(1 + 1 / x, am1);
  return (v * x * (t - 1)) / (b - 1) <= t / b;
}

/** A Zipf value, by rejection. Source: Devroye 1986, "Non-Uniform Random Variate Generation", X.6.1. */
export function zipf({ bits }: Source, a: number): number {
  if (a >= 1025) return 1;
  const am1 = a - 1;
  const b = powExact(2, am1);
  const smallest = powExact(LARGEST, -am1);
  for (;;) {
    const u01 = bits.nextDouble();
    const u = u01 * smallest + (1 - u01);
    const v = bits.nextDouble();
    const x = Math.floor(powExact(u, -1 / am1));
    if (x <= LARGEST && x >= 1 && zipfAccepts(x, v, am1, b)) return x;
  }
}

/** {@link zipf} as `RandomState` draws it. */
export function legacyZipf({ bits }: Source, a: number): number {
  const am1 = a - 1;
  const b = powExact(2, am1);
  for (;;) {
    const u = 1 - bits.nextDouble();
    const v = bits.nextDouble();
    const x = Math.floor(powExact(u, -1 / am1));
    if (x <= LARGEST && x >= 1 && zipfAccepts(x, v, am1, b)) return x;
  }
}

/** A value of the logarithmic series. Source: Kemp 1981, "Efficient Generation of Logarithmically Distributed Variables". */
export function logseries({ bits }: Source, p: number): number {
  const r = log1pExact(-p);
  return seriesCount(bits, p, (u) => -expm1Exact(r * u));
}

/** {@link logseries} with the arithmetic of `RandomState`. */
export function legacyLogseries({ bits }: Source, p: number): number {
  const r = logExact(1 - p);
  return seriesCount(bits, p, (u) => 1 - expExact(r * u));
}

function seriesCount(bits: BitGenerator, p: number, quantile: (u: number) => number): number {
  for (;;) {
    const v = bits.nextDouble();
    if (v >= p) return 1;
    const q = quantile(bits.nextDouble());
    if (v <= q * q) {
      const count = Math.floor(1 + logExact(v) / logExact(q));
      if (count >= 1 && v !== 0) return count;
      continue;
    }
    return v >= q ? 1 : 2;
  }
}
