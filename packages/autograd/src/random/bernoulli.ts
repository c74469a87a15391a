import type { DType } from '@isograd/device';
import { checkProbability } from './checks.ts';
import type { FloatArray, Generator } from './generator.ts';
import { type Fill, inFloats } from './memory.ts';

/** Ones where a uniform value is below the probability: doubles for one probability and for float64, else 24 random bits. */
export function bernoulliFill(generator: Generator, dtype: DType, p: number | FloatArray): Fill {
  const next =
    typeof p === 'number' || p instanceof Float64Array ? () => generator.nextDouble() : () => generator.nextFloat();
  const at = typeof p === 'number' ? () => p : (i: number) => p[i]!;
  const fill: Fill = (out) => generator.fillEach(out, (i) => (next() < at(i) ? 1 : 0));
  return dtype === 'float16' ? inFloats(dtype, fill) : fill;
}

/** Checks probabilities, one or an array of them. */
export function checkProbabilities(p: number | FloatArray, where: string): void {
  if (typeof p === 'number') return checkProbability(p, where);
  for (let i = 0; i < p.length; i++) checkProbability(p[i]!, where);
}
