import type { NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';

/** An array and one of its axes; flattened for `null`, and a 0-d array counts as a vector where NumPy lets it. */
export function alongAxis(x: NDArray, axis: number | null, where: string): readonly [x: NDArray, axis: number] {
  if (axis === null) return [x.ndim === 1 ? x : x.reshape([x.size]), 0];
  if (x.ndim === 0 && (axis === 0 || axis === -1)) return [x.reshape([1]), 0];
  return [x, normalizeAxis(axis, x.ndim, where)];
}
