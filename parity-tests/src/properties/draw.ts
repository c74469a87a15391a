import { type DType, DTYPES, sizeOf } from '@isograd/device';
import fc from 'fast-check';
import type { ArraySpec } from './array-spec.ts';
import { type Magnitudes, memoryOf, type RawElement, rawElement } from './elements.ts';

/** All there is to make a case of: numbers that shrink to 0, from which a family makes its choices one after the other. */
export interface Raw {
  readonly shape: readonly number[];
  readonly pool: readonly RawElement[];
  readonly choices: readonly number[];
}

const length = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 6, max: 20 }) },
);

/** Draws what cases are made of. */
export const raw: fc.Arbitrary<Raw> = fc.record({
  shape: fc.array(length, { maxLength: 4 }),
  pool: fc.array(rawElement, { minLength: 1, maxLength: 9 }),
  choices: fc.array(fc.nat(2 ** 30), { minLength: 12, maxLength: 24 }),
});

/** All dtypes. */
export const ALL_DTYPES: readonly DType[] = Object.values(DTYPES).map((d) => d.name);
/** Those without complex ones. */
export const REAL_DTYPES: readonly DType[] = ALL_DTYPES.filter((d) => DTYPES[d].kind !== 'c');
/** Floating-point ones. */
export const FLOAT_DTYPES: readonly DType[] = ['float16', 'float32', 'float64'];

// More elements cost time and show nothing else; long rows are drawn where sums are tested.
const MOST = 200;

/** Makes choices from drawn numbers. */
export class Chooser {
  readonly #raw: Raw;
  #at = 0;
  #arrays = 0;

  constructor(drawn: Raw) {
    this.#raw = drawn;
  }

  /** A whole number from 0 to below `n`; 0 when shrunk. */
  below(n: number): number {
    const { choices } = this.#raw;
    return choices[this.#at++ % choices.length]! % n;
  }

  /** One of a list; the first when shrunk. */
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** True once in `n` times; false when shrunk. */
  once(n: number): boolean {
    return this.below(n) === n - 1;
  }

  /** A drawn shape with at most so many axes, and not too many elements. */
  shape(most = 4, least = 0): number[] {
    const shape = this.#raw.shape.slice(0, most);
    while (shape.length < least) shape.push(2);
    for (let d = 0; sizeOf(shape) > MOST; d++) shape[d % shape.length] = Math.min(shape[d % shape.length]!, 2);
    return shape;
  }

  /** A shape that broadcasts against another one: without some axes in front, with length 1 for others. */
  broadcastable(shape: readonly number[]): number[] {
    const missing = this.once(2) ? this.below(shape.length + 1) : 0;
    return shape.slice(missing).map((n) => (this.once(3) ? 1 : n));
  }

  /** An axis of an array, as users may spell it. */
  axis(ndim: number): number {
    return this.below(2 * ndim) - ndim < 0 ? this.below(ndim) : -1 - this.below(ndim);
  }

  /** No axis (`null`), one, or several different ones. */
  axes(ndim: number): number | number[] | null {
    const kind = this.below(4);
    if (ndim === 0 || kind === 0) return null;
    if (kind < 3) return this.axis(ndim);
    return this.permutation(ndim).slice(0, 1 + this.below(ndim));
  }

  /** Numbers from 0 to below `n` in some order; as they are when shrunk. */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + this.below(n - i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }

  /** An array of a shape: contiguous, transposed, reversed or with gaps. */
  array(dtype: DType, shape: readonly number[], magnitudes: Magnitudes = 'all'): ArraySpec {
    const { pool } = this.#raw;
    const own = pool.map((_, i) => pool[(i + this.#arrays * 3) % pool.length]!);
    this.#arrays++;
    const layout = this.below(5);
    if (layout < 2 || shape.length === 0)
      return { dtype, base: shape, memory: memoryOf(own, dtype, sizeOf(shape), magnitudes) };
    if (layout === 2) {
      const axes = this.permutation(shape.length);
      const base = shape.map(() => 0);
      axes.forEach((from, to) => (base[from] = shape[to]!));
      return { dtype, base, memory: memoryOf(own, dtype, sizeOf(base), magnitudes), axes };
    }
    const steps = shape.map(() => this.of(layout === 3 ? [1, -1] : [2, 1, -2, -1]));
    const base = shape.map((n, d) => (Math.abs(steps[d]!) === 2 ? Math.max(2 * n - this.below(2), 0) : n));
    return { dtype, base, memory: memoryOf(own, dtype, sizeOf(base), magnitudes), steps };
  }
}
