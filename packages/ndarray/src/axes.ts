import { AxisError } from '@isograd/device';

/** One axis, several, or all (`null`); negative ones count from the last. */
export type Axis = number | readonly number[] | null;

/**
 * An axis as a number from 0.
 *
 * @throws AxisError when the array has no such axis.
 */
export function normalizeAxis(axis: number, ndim: number, where: string): number {
  if (Number.isInteger(axis) && axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
  throw new AxisError({ where, what: 'the array has no such axis', got: `axis ${String(axis)}, array of ${ndim} dimensions`, expected: ndim === 0 ? 'no axis, a 0-d array has none' : `an integer from ${-ndim} to ${ndim - 1}` });
}

/** Axes as sorted numbers from 0; `null` and `undefined` mean all. @throws AxisError for one that is missing or named twice. */
export function normalizeAxes(axis: Axis | undefined, ndim: number, where: string): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: ndim }, (_, d) => d);
  const list = (typeof axis === 'number' ? [axis] : axis).map((a) => normalizeAxis(a, ndim, where));
  if (new Set(list).size !== list.length) throw new AxisError({ where, what: 'an axis is named twice', got: JSON.stringify(axis) });
  return list.sort((a, b) => a - b);
}
