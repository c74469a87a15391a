import type { NDArray } from './array.ts';

/** Tangents of the inputs of a call, `undefined` where an input does not change. */
export type Tangents = readonly (NDArray | undefined)[];

/** The sum of what is there. */
export function sumOf(terms: Tangents): NDArray | undefined {
  let sum: NDArray | undefined;
  for (const term of terms) if (term) sum = sum ? sum.add(term) : term;
  return sum;
}
