import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { DType } from '@isograd/device';
import { array, type NDArray } from '@isograd/ndarray';

/** An array as golden files keep it. */
export interface Frozen {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

/** Reads the cases of a golden file. */
export function readCases<T>(name: string): readonly T[] {
  const file = new URL(`../../../parity-tests/goldens/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly T[] }).cases;
}

/** A frozen array as an array. */
export function thaw({ dtype, shape, values }: Frozen): NDArray {
  return array(values.map(Number), { dtype, shape });
}

/** Python's names as ours: `from_logits` as `fromLogits`. */
export function camel<T>(options: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()), value]),
  );
}

/** Holds numbers against frozen ones: within `relative` of the larger of 1 and the value, unless told otherwise. */
export function expectClose(
  got: Iterable<number>,
  frozen: readonly (number | string)[],
  relative: number,
  label = '',
): void {
  const values = [...got];
  expect(values.length).toBe(frozen.length);
  values.forEach((x, i) => {
    const y = Number(frozen[i]);
    if (Number.isNaN(y)) expect(x).toBeNaN();
    else if (!Number.isFinite(y)) expect(x).toBe(y);
    else
      expect(Math.abs(x - y), `${label}[${i}]: ${x} against ${y}`).toBeLessThanOrEqual(
        relative * Math.max(1, Math.abs(y)),
      );
  });
}

/** Elements of a float array. */
export const numbers = (x: NDArray): number[] => Array.from(x.data as Float32Array, Number);
