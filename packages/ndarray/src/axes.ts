import { ArgumentError, AxisError } from '@isograd/device';

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

/** An axis as an argument: by itself, or by its name in an object of options. */
export type Named<A, O = unknown> = A | (O & { readonly axis?: A });

/** The axis and the options of a call, when the axis may stand among the options. */
export function axisAndOptions<A, O extends object>(
  argument: Named<A, O> | undefined,
  options: O | undefined,
  usual: A,
): readonly [axis: A, options: O | undefined] {
  if (argument === undefined) return [usual, options];
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) return [argument as A, options];
  const named = argument as O & { readonly axis?: A };
  const { axis = usual, ...rest } = named;
  return [axis, rest as unknown as O];
}

/** The axis of a function that has no other options. @throws ArgumentError for another name. */
export function axisOf<A>(argument: Named<A> | undefined, usual: A, where: string): A {
  const [axis, rest] = axisAndOptions<A, object>(argument, undefined, usual);
  const [unknown] = Object.keys(rest ?? {});
  if (unknown === undefined) return axis;
  throw new ArgumentError({
    where,
    what: 'got an unexpected keyword argument',
    got: `'${unknown}'`,
    expected: 'axis',
    hint: 'options are one object, last: { axis: 1 }',
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
