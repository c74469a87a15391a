import { ArgumentError, DTypeError, isInteger, ShapeError } from '@isograd/device';
import type { As, NDArray } from '../array.ts';
import { type Axis, axisAndOptions, type Named, normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { canCast, resultType } from '../dtype-functions.ts';
import { isScalar } from '../elements.ts';
import type { Index } from '../indexing/parse.ts';
import type { Composed } from '../op.ts';
import { concatenate } from '../ops/joins.ts';

/** The part of an array between two places of an axis; a view. */
export function part(x: NDArray, axis: number, bounds: Index): NDArray {
  return x.at(...Array.from({ length: axis }, () => ':' as const), bounds);
}

/** What stands before and behind the elements whose differences are taken. */
export interface DiffOptions {
  /** A number, or an array that joins along the axis. */
  readonly prepend?: ArrayLike;
  /** A number, or an array that joins along the axis. */
  readonly append?: ArrayLike;
}

/** All that a call of {@link diff} may say, by name. */
export interface DiffNames extends DiffOptions {
  /** How often differences are taken; default 1. */
  readonly n?: number;
  /** Default the last. */
  readonly axis?: number;
}

/** An end as an array that joins along the axis. */
function endOf(end: ArrayLike, x: NDArray, axis: number): NDArray {
  const given = operand(end, 'diff');
  if (given.ndim > 0) return given;
  // A bare number keeps the dtype of the array where that holds it.
  return given
    .astype(resultType(x, isScalar(end) ? end : given))
    .broadcastTo(x.shape.map((n, d) => (d === axis ? 1 : n)));
}

function checkOrder(n: number): void {
  if (Number.isInteger(n) && n >= 0) return;
  throw new ArgumentError({
    where: 'diff',
    what: `order must be non-negative but got ${n}`,
    got: String(n),
    expected: 'a whole number from 0',
    hint: 'cumsum is the other direction',
  });
}

/**
 * Differences of neighbours along an axis, taken `n` times; of bools, whether they differ.
 *
 * @throws ArgumentError for a negative order; ShapeError for a 0-d array.
 * @example
 * diff(array([1, 2, 4, 7])).tolist() // => [ 1, 2, 3 ]
 * diff(array([1, 2, 4, 7]), 2).tolist() // => [ 1, 1 ]
 * diff(array([1, 3]), 1, -1, { prepend: 0 }).tolist() // => [ 1, 2 ]
 */
export const diff: Composed<
  <T extends ArrayLike>(x: T, n?: number | DiffNames, axis?: Named<number, DiffOptions>, options?: DiffOptions) => As<T>
> = composed(
  {
    name: 'diff',
    domain: [-2, 2],
    samples: [
      { inputs: [[5]], attrs: { n: 1, axis: -1 } },
      { inputs: [[2, 4]], args: [2], attrs: { n: 2, axis: -1 } },
      { inputs: [[3, 4]], args: [1, 0], attrs: { n: 1, axis: 0 } },
      { inputs: [[2]], args: [3], attrs: { n: 3, axis: -1 } },
      { inputs: [[2, 3]], args: [0], attrs: { n: 0, axis: -1 } },
      { inputs: [[0, 3]], attrs: { n: 1, axis: -1 } },
      { inputs: [{ shape: [4], dtype: 'bool' }], attrs: { n: 1, axis: -1 }, without: { torch: 'xors bools' } },
    ],
    errors: [
      { inputs: [[3]], args: [-1], throws: 'order must be non-negative but got -1' },
      { inputs: [[]], throws: 'at least one dimensional' },
      { inputs: [[3]], args: [1, 1], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.diff(x1, n=n, axis=axis)',
      torch: 'torch.diff(x1, n=n, dim=axis)',
      jax: 'jnp.diff(x1, n=n, axis=axis)',
      tfjs: null,
      why: 'tfjs has no diff',
    },
  },
  <T extends NDArray>(x: T, order?: number | DiffNames, place?: Named<number, DiffOptions>, last?: DiffOptions): T => {
    const { n = 1, ...named } = typeof order === 'object' ? order : { n: order };
    const [axis, options = {}] = axisAndOptions<number, DiffOptions>(
      typeof order === 'object' ? named : place,
      last,
      -1,
    );
    const given = operand(x, 'diff');
    checkOrder(n);
    if (n === 0) return given as T;
    if (given.ndim === 0)
      throw new ShapeError({
        where: 'diff',
        what: 'diff requires input that is at least one dimensional',
        got: 'shape []',
        expected: 'at least one axis',
        hint: 'x.reshape(1) gives it one',
      });
    const d = normalizeAxis(axis, given.ndim, 'diff');
    const ends = [options.prepend, options.append].map((end) => (end === undefined ? [] : [endOf(end, given, d)]));
    let y: NDArray = ends.flat().length === 0 ? given : concatenate([...ends[0]!, given, ...ends[1]!], d);
    for (let i = 0; i < n; i++) {
      const [after, before] = [part(y, d, '1:'), part(y, d, ':-1')];
      y = y.dtype === 'bool' ? after.notEqual(before) : after.subtract(before);
    }
    return y as T;
  },
);

/** What is put around the differences. */
export interface Ediff1dOptions {
  /** Numbers behind the differences. */
  readonly toEnd?: ArrayLike | null;
  /** Numbers before the differences. */
  readonly toBegin?: ArrayLike | null;
}

function addedEnd(end: ArrayLike | null | undefined, name: string, x: NDArray): NDArray[] {
  if (end === null || end === undefined) return [];
  const array = operand(end, 'ediff1d');
  if (canCast(array.dtype, x.dtype, 'same_kind')) return [array.ravel().astype(x.dtype)];
  throw new DTypeError({
    where: 'ediff1d',
    what: `dtype of \`${name}\` must be compatible with input \`ary\` under the \`same_kind\` rule`,
    got: array.dtype,
    expected: x.dtype,
    hint: 'convert one of the two with astype',
  });
}

/**
 * Differences of neighbours in the flattened array, with numbers around them where asked for.
 *
 * @throws DTypeError for numbers of a higher kind than the array's.
 * @example
 * ediff1d(array([1, 2, 4, 7])).tolist() // => [ 1, 2, 3 ]
 * ediff1d(array([1, 2, 4]), { toBegin: 0, toEnd: array([8, 9]) }).tolist() // => [ 0, 1, 2, 8, 9 ]
 */
export const ediff1d: Composed<<T extends ArrayLike>(x: T, options?: Ediff1dOptions) => As<T>> = composed(
  {
    name: 'ediff1d',
    domain: [-2, 2],
    samples: [
      { inputs: [[5]], attrs: { toEnd: null, toBegin: null } },
      { inputs: [[2, 3]], attrs: { toEnd: null, toBegin: null } },
      { inputs: [[4]], args: [{ toEnd: 9, toBegin: -1 }], attrs: { toEnd: 9, toBegin: -1 } },
      { inputs: [[]], attrs: { toEnd: null, toBegin: null } },
      { inputs: [[0]], args: [{ toEnd: 1 }], attrs: { toEnd: 1, toBegin: null } },
    ],
    errors: [
      { inputs: [{ shape: [3], dtype: 'int64' }], args: [{ toEnd: 0.5 }], throws: 'must be compatible' },
      {
        inputs: [{ shape: [3], values: [1, 2, 4], dtype: 'uint8' }],
        args: [{ toBegin: 1 }],
        throws: 'must be compatible',
      },
    ],
    parity: {
      numpy: 'np.ediff1d(x1, to_end=toEnd, to_begin=toBegin)',
      torch: null,
      jax: 'jnp.ediff1d(x1, to_end=toEnd, to_begin=toBegin)',
      tfjs: null,
      why: 'it is of NumPy',
    },
  },
  <T extends NDArray>(x: T, { toEnd, toBegin }: Ediff1dOptions = {}): T => {
    const flat = operand(x, 'ediff1d').ravel();
    const begin = addedEnd(toBegin, 'to_begin', flat);
    const end = addedEnd(toEnd, 'to_end', flat);
    const differences = flat.at('1:').subtract(flat.at(':-1'));
    return (begin.length + end.length === 0 ? differences : concatenate([...begin, differences, ...end])) as T;
  },
);

/** Options of {@link gradient}. */
export interface GradientOptions {
  /** Default all axes. */
  readonly axis?: Axis;
  /** Accuracy at the ends: one-sided differences of the first (default) or second order. */
  readonly edgeOrder?: 1 | 2;
}

/** The distance of the points along an axis: one number, or the places of all points. */
export type Spacing = number | NDArray;

function refuse(what: string, got: string, expected: string): never {
  throw new ShapeError({ where: 'gradient', what, got, expected, hint: 'gradient(f, [dx, dy]) has one entry an axis' });
}

/** A number, or the distances of neighbours. */
function distancesOf(spacing: Spacing, length: number): number | NDArray {
  if (typeof spacing === 'number') return spacing;
  if (spacing.ndim === 0) return Number(spacing.item());
  if (spacing.ndim !== 1) refuse('distances must be either scalars or 1d', show(spacing.shape), 'one axis');
  if (spacing.shape[0] !== length)
    refuse(
      'when 1d, distances must match the length of the corresponding dimension',
      show(spacing.shape),
      `[${length}]`,
    );
  const steps = diff(isInteger(spacing.dtype) ? spacing.astype('float64') : spacing);
  const [first] = steps.data;
  return steps.data.every((v: number | bigint) => v === first) && steps.size > 0 ? Number(first) : steps;
}

function spacingsOf(spacing: Spacing | readonly Spacing[], f: NDArray, axes: readonly number[]): (number | NDArray)[] {
  const list = Array.isArray(spacing) ? (spacing as readonly Spacing[]) : [spacing as Spacing];
  if (list.length === 1 && typeof list[0] === 'number') return axes.map(() => list[0] as number);
  if (list.length !== axes.length)
    throw new ArgumentError({
      where: 'gradient',
      what: 'invalid number of arguments',
      got: `${list.length} spacings, ${axes.length} axes`,
      expected: 'one number, or one spacing for each axis',
      hint: 'gradient(f, [dx, dy])',
    });
  return axes.map((d, i) => distancesOf(list[i]!, f.shape[d]!));
}

/** The slope inside: a parabola through three neighbours. */
function inner(f: NDArray, axis: number, dx: number | NDArray): NDArray {
  const [before, here, after] = [part(f, axis, ':-2'), part(f, axis, '1:-1'), part(f, axis, '2:')];
  if (typeof dx === 'number') return after.subtract(before).div(2 * dx);
  const shape = f.shape.map((_, d) => (d === axis ? -1 : 1));
  const [left, right] = [dx.at(':-1'), dx.at('1:')];
  const a = right
    .neg()
    .div(left.mul(left.add(right)))
    .reshape(shape);
  const b = right.subtract(left).div(left.mul(right)).reshape(shape);
  const c = left.div(right.mul(left.add(right))).reshape(shape);
  return a.mul(before).add(b.mul(here)).add(c.mul(after));
}

/** The slope at an end: from two points, or from a parabola through three; `end` is 0 or -1. */
function edge(f: NDArray, axis: number, dx: number | NDArray, { end, order }: { end: 0 | -1; order: 1 | 2 }): NDArray {
  const places = end === 0 ? (['0:1', '1:2', '2:3'] as const) : (['-1:', '-2:-1', '-3:-2'] as const);
  const [first, second, third] = places.map((place) => part(f, axis, place)) as [NDArray, NDArray, NDArray];
  const sign = end === 0 ? 1 : -1;
  const near = typeof dx === 'number' ? dx : Number(dx.at(end === 0 ? 0 : -1).item());
  if (order === 1) return (end === 0 ? second.subtract(first) : first.subtract(second)).div(near);
  if (typeof dx === 'number') {
    const [a, b, c] = [(-1.5 * sign) / dx, (2 * sign) / dx, (-0.5 * sign) / dx];
    return end === 0
      ? first.mul(a).add(second.mul(b)).add(third.mul(c))
      : third.mul(c).add(second.mul(b)).add(first.mul(a));
  }
  const far = Number(dx.at(end === 0 ? 1 : -2).item());
  const a = (-sign * (2 * near + far)) / (near * (near + far));
  const b = (sign * (near + far)) / (near * far);
  const c = (-sign * near) / (far * (near + far));
  return end === 0
    ? first.mul(a).add(second.mul(b)).add(third.mul(c))
    : third.mul(c).add(second.mul(b)).add(first.mul(a));
}

/**
 * Slopes by second-order differences, along each axis: central ones inside, one-sided ones at the ends. One array for one axis, else a list.
 *
 * `spacing` is the distance of the points (1 by default), their places, or a list with one of either for each axis.
 *
 * @throws ShapeError for too few points, or places that do not fit; ArgumentError for a wrong number of spacings.
 * @example
 * gradient(array([1, 2, 4, 7])).tolist() // => [ 1, 1.5, 2.5, 3 ]
 * gradient(array([1, 2, 4]), array([0, 1, 3])).tolist() // => [ 1, 1, 1 ]
 * gradient(array([[1, 2], [4, 8]])).map((slope) => slope.tolist()) // => [ [ [ 3, 6 ], [ 3, 6 ] ], [ [ 1, 1 ], [ 4, 4 ] ] ]
 */
export const gradient: Composed<
  <T extends ArrayLike>(f: T, spacing?: Spacing | readonly Spacing[], options?: GradientOptions) => As<T> | As<T>[]
> = composed(
  {
    name: 'gradient',
    domain: [-2, 2],
    samples: [
      { inputs: [[5]], attrs: { spacing: [], axis: null, edgeOrder: 1 } },
      { inputs: [[3, 4]], attrs: { spacing: [], axis: null, edgeOrder: 1 } },
      { inputs: [[3, 4]], args: [0.5, { axis: 1 }], attrs: { spacing: [0.5], axis: 1, edgeOrder: 1 } },
      {
        inputs: [[3, 5]],
        args: [[2, 0.25], { edgeOrder: 2 }],
        attrs: { spacing: [2, 0.25], axis: null, edgeOrder: 2 },
      },
    ],
    errors: [
      { inputs: [[1]], throws: 'Shape of array too small to calculate a numerical gradient' },
      { inputs: [[3, 4]], args: [[1, 1, 1]], throws: 'invalid number of arguments' },
      { inputs: [[3, 4]], args: [1, { axis: 2 }], throws: 'out of bounds' },
      { inputs: [[3, 4]], args: [1, { edgeOrder: 3 }], throws: "'edge_order' greater than 2 not supported" },
    ],
    parity: {
      numpy: 'np.gradient(x1, *spacing, axis=axis, edge_order=edgeOrder)',
      torch: null,
      jax: null,
      tfjs: null,
      why: 'the others have edges of the first order only, or none',
    },
  },
  <T extends NDArray>(
    f: T,
    spacing: Spacing | readonly Spacing[] = 1,
    { axis = null, edgeOrder = 1 }: GradientOptions = {},
  ): T | T[] => {
    const given = operand(f, 'gradient');
    const axes = (axis === null ? given.shape.map((_, d) => d) : [axis].flat()).map((d) =>
      normalizeAxis(d, given.ndim, 'gradient'),
    );
    const distances = spacingsOf(spacing, given, axes);
    if (edgeOrder > 2)
      throw new ArgumentError({
        where: 'gradient',
        what: "'edge_order' greater than 2 not supported",
        got: String(edgeOrder),
        expected: '1 or 2',
        hint: 'leave it out for 1',
      });
    if (axes.some((d) => given.shape[d]! < edgeOrder + 1))
      refuse(
        'Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required',
        show(given.shape),
        `lengths from ${edgeOrder + 1}`,
      );
    const x = isInteger(given.dtype) ? given.astype('float64') : given;
    const slopes = axes.map((d, i) => {
      const at = distances[i]!;
      const ends = ([0, -1] as const).map((end) => edge(x, d, at, { end, order: edgeOrder }));
      return concatenate([ends[0]!, inner(x, d, at), ends[1]!], d).astype(x.dtype);
    });
    return (slopes.length === 1 ? slopes[0] : slopes) as T | T[];
  },
);
