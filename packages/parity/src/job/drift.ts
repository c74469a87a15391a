import type { RefArray } from '../references/arrays.ts';

/** Pairs of loss curves whose runs differ by rounding alone: in the dtype, or in the last bit of the first weights. */
export type Drift = readonly (readonly [Float64Array, Float64Array])[];

/** Two float32 runs stand off the run without rounding by the same amount each, in different directions. */
export const DRIFT_FACTOR = 2;
/** Steps to both sides over which drift is taken: it passes through 0 where two curves cross. */
const WINDOW = 10;
/** Runs from weights one rounding apart that are made at most, on each side, before a difference counts. */
export const MOST_TWINS = 3;

/**
 * The largest distance of the two losses of a pair around a step, relative to the loss of the first.
 *
 * @example
 * driftAt([[Float64Array.of(2, 4), Float64Array.of(2, 5)]], 0) // => 0.25
 */
export function driftAt(drift: Drift, step: number): number {
  let most = 0;
  for (const [a, b] of drift) {
    const end = Math.min(step + WINDOW, a.length - 1);
    for (let s = Math.max(0, step - WINDOW); s <= end; s++)
      most = Math.max(most, Math.abs(a[s]! - b[s]!) / Math.abs(a[s]!));
  }
  return most;
}

/**
 * Weights that differ from the given ones by at most one rounding of float32 each: where a run from them ends elsewhere,
 * rounding alone decides where it ends.
 *
 * @param round - Which of many such weights, from 1.
 * @example
 * const [{ values }] = oneRoundingApart([{ dtype: 'float32', shape: [3], values: new Float32Array([1, 1, 1]) }], 1);
 * Array.from(values).map((x) => (x - 1) / 2 ** -23) // => [ 0, 1, -1 ]
 */
export function oneRoundingApart(weights: readonly RefArray[], round: number): RefArray[] {
  return weights.map((weight) => {
    const values = (weight.values as Float32Array).map(
      (x, i) => Math.fround(x) * (1 + ((((i + 1) * round) % 3) - 1) * 2 ** -23),
    );
    return { ...weight, values };
  });
}
