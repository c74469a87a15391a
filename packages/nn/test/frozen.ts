import { expect } from 'vitest';
import type { DType } from '@isograd/device';
import { type Tensor, tensor } from '@isograd/autograd';

/** A frozen array of the golden files. */
export interface Frozen {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

/** The numbers of `fill` in golden.py, float64. */
export function fill(shape: readonly number[], k: number): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const values = Float64Array.from(
    { length: n },
    (_, i) => Math.sin(1 + 0.7 * k + 1.3 * i) + 0.1 * Math.cos(0.37 * i ** 2),
  );
  return tensor(values, { dtype: 'float64', shape });
}

/** Holds a float64 or integer tensor against a frozen one, within what float64 sums lose. */
export function expectFrozen(got: Tensor, want: Frozen, what: string): void {
  expect(got.shape, what).toEqual(want.shape);
  expect(got.dtype, what).toBe(want.dtype);
  const values = want.values.map(Number);
  const scale = Math.max(1, ...values.map(Math.abs));
  Array.from(got.data as Float64Array, Number).forEach((x, i) =>
    expect(Math.abs(x - values[i]!), `${what} at ${i}: ${x} against ${values[i]}`).toBeLessThanOrEqual(1e-12 * scale),
  );
}
