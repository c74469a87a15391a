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
  throw new AxisError({
    where,
    what: `axis ${String(axis)} is out of bounds for array of dimension ${ndim}`,
    got: `axis ${String(axis)}`,
    expected: ndim === 0 ? 'no axis, a 0-d array has none' : `an integer from ${-ndim} to ${ndim - 1}`,
    hint: 'negative axes count from the last one, -1',
  });
}

const ALL: readonly (readonly number[])[] = Array.from({ length: 9 }, (_, ndim) =>
  Array.from({ length: ndim }, (_x, d) => d),
);

/** Axes as sorted numbers from 0; `null` and `undefined` mean all. @throws AxisError for one that is missing or named twice. */
export function normalizeAxes(axis: Axis | undefined, ndim: number, where: string): readonly number[] {
  if (axis === null || axis === undefined) return ALL[ndim] ?? Array.from({ length: ndim }, (_, d) => d);
  if (typeof axis === 'number') return [normalizeAxis(axis, ndim, where)];
  const list = axis.map((a) => normalizeAxis(a, ndim, where));
  if (new Set(list).size === list.length) return list.sort((a, b) => a - b);
  throw new AxisError({
    where,
    what: 'an axis is named twice',
    got: JSON.stringify(axis),
    expected: 'each axis at most once',
    hint: 'remember that -1 is the last axis',
  });
}
