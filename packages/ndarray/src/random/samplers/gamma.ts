import type { BitGenerator } from '../bit-generator.ts';
import { expExact } from '../exact/exp.ts';
import { log1pExact } from '../exact/log1p.ts';
import { powExact } from '../exact/pow.ts';
import { logExact } from '../log.ts';
import type { Family, Source } from '../source.ts';
import { zigguratExponentialFloat, zigguratNormalFloat } from './ziggurat.ts';

const { fround } = Math;

/** A gamma value of scale 1. Source: Marsaglia & Tsang 2000, "A Simple Method for Generating Gamma Variables"; below 1 Ahrens & Dieter. */
export function standardGamma(source: Source, family: Family, shape: number): number {
  if (shape === 1) return family.exponential(source);
  if (shape === 0 || Number.isNaN(shape)) return shape;
  const { bits } = source;
  if (shape < 1) {
    for (;;) {
      const u = bits.nextDouble();
      const v = family.exponential(source);
      if (u <= 1 - shape) {
        const x = powExact(u, 1 / shape);
        if (x <= v) return x;
      } else {
        const y = -logExact((1 - u) / shape);
        const x = powExact(1 - shape + shape * y, 1 / shape);
        if (x <= v + y) return x;
      }
    }
  }
  const b = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * b);
  for (;;) {
    let x: number;
    let v: number;
    do {
      x = family.normal(source);
      v = 1 + c * x;
    } while (v <= 0);
    v = v * v * v;
    const u = bits.nextDouble();
    if (u < 1 - 0.0331 * (x * x) * (x * x)) return b * v;
    if (logExact(u) < 0.5 * x * x + b * (1 - v + logExact(v))) return b * v;
  }
}

/** {@link standardGamma} in single precision; its `powf` is rounded right, where the C library's now and then is not. */
export function standardGammaFloat(bits: BitGenerator, shape: number): number {
  if (shape === 1) return zigguratExponentialFloat(bits);
  if (shape === 0 || Number.isNaN(shape)) return shape;
  if (shape < 1) return smallGammaFloat(bits, shape);
  const b = fround(shape - fround(1 / 3));
  const c = fround(1 / fround(Math.sqrt(fround(9 * b))));
  for (;;) {
    let x: number;
    let v: number;
    do {
      x = zigguratNormalFloat(bits);
      v = fround(1 + fround(c * x));
    } while (v <= 0);
    v = fround(fround(v * v) * v);
    const u = bits.nextFloat();
    const x2 = fround(x * x);
    if (u < fround(1 - fround(fround(fround(0.0331) * x2) * x2))) return fround(b * v);
    const bound = fround(fround(fround(0.5 * x) * x) + fround(b * fround(fround(1 - v) + fround(logExact(v)))));
    if (fround(logExact(u)) < bound) return fround(b * v);
  }
}

function smallGammaFloat(bits: BitGenerator, shape: number): number {
  const rest = fround(1 - shape);
  const power = fround(1 / shape);
  for (;;) {
    const u = bits.nextFloat();
    const v = zigguratExponentialFloat(bits);
    if (u <= rest) {
      const x = fround(powExact(u, power));
      if (x <= v) return x;
    } else {
      const y = -fround(logExact(fround(fround(1 - u) / shape)));
      const x = fround(powExact(fround(rest + fround(shape * y)), power));
      if (x <= fround(v + y)) return x;
    }
  }
}

const TINY = 3e-103;

/** A beta value, by Johnk's method while both parameters are at most 1. */
export function beta(source: Source, family: Family, a: number, b: number): number {
  if (!(a <= 1 && b <= 1)) return ratioOfGammas(source, family, a, b);
  const { bits } = source;
  if (a < TINY && b < TINY) return Number((a + b) * bits.nextDouble() < a);
  for (;;) {
    const u = bits.nextDouble();
    const v = bits.nextDouble();
    const x = powExact(u, 1 / a);
    const y = powExact(v, 1 / b);
    if (x + y > 1 || u + v === 0) continue;
    if (x > 0 && y > 0) return x / (x + y);
    const delta = logExact(u) / a - logExact(v) / b;
    return delta > 0 ? expExact(-log1pExact(expExact(-delta))) : expExact(delta - log1pExact(expExact(delta)));
  }
}

/** {@link beta} as `RandomState` has it, with other arithmetic where powers underflow. */
export function legacyBeta(source: Source, family: Family, a: number, b: number): number {
  if (!(a <= 1 && b <= 1)) return ratioOfGammas(source, family, a, b);
  const { bits } = source;
  for (;;) {
    const u = bits.nextDouble();
    const v = bits.nextDouble();
    const x = powExact(u, 1 / a);
    const y = powExact(v, 1 / b);
    if (x + y > 1) continue;
    if (x + y > 0) return x / (x + y);
    const logX = logExact(u) / a;
    const logY = logExact(v) / b;
    const larger = logX > logY ? logX : logY;
    return expExact(logX - larger - logExact(expExact(logX - larger) + expExact(logY - larger)));
  }
}

function ratioOfGammas(source: Source, family: Family, a: number, b: number): number {
  const first = standardGamma(source, family, a);
  const second = standardGamma(source, family, b);
  return first / (first + second);
}
