import { ShapeError } from '@isograd/device';
import type { As, Like, NDArray, NestedList } from '../array.ts';
import { axisOf, type Named, normalizeAxis } from '../axes.ts';
import { type ArraySource } from '../creation.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, ErrorSample, OpRecord, Sample } from '../op.ts';
import { type CastOptions, concatenate } from '../ops/joins.ts';
import { arrayFrom } from './array-from.ts';
import { threeAxes, twoAxes } from './shapes.ts';

/** Function that joins a list of arrays. */
export type StackOp = Composed<
  <T extends NDArray = NDArray>(arrays: readonly (T | NestedList)[], options?: CastOptions) => Like<T>
>;

const DOMAIN = [-2, 2] as const;

const SAMPLES: readonly Sample[] = [
  { inputs: [[], []] },
  { inputs: [[3], [3]] },
  {
    inputs: [
      [2, 3],
      [2, 3],
    ],
  },
  { inputs: [[0], [0]] },
  { inputs: [{ shape: [2], dtype: 'int64', values: [1, 2] }, [2]] },
];

const ERRORS: readonly ErrorSample[] = [
  { inputs: [[2, 3], [2]], throws: 'must match exactly' },
  { inputs: [], throws: 'need at least one array' },
];

const COLUMN_ERRORS: readonly ErrorSample[] = [
  { inputs: [[2, 3], [3]], throws: 'must match exactly' },
  { inputs: [], throws: 'need at least one array' },
];

function list(arrays: readonly (NDArray | NestedList)[], where: string, shape: (x: NDArray) => NDArray): NDArray[] {
  return [...arrays].map((x) => shape(arrayFrom(x, where)));
}

function record(name: string, errors: readonly ErrorSample[], parity: OpRecord['parity']): Omit<OpRecord, 'family'> {
  return { name, takesList: true, domain: DOMAIN, samples: SAMPLES, errors, parity };
}

/**
 * Arrays on top of each other, along the first axis; vectors are rows.
 *
 * @throws ShapeError where their rows differ in length.
 * @example
 * vstack([array([1, 2]), array([3, 4])]).tolist() // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export const vstack: StackOp = composed(
  record('vstack', ERRORS, {
    numpy: 'np.vstack(xs)',
    torch: 'torch.vstack(xs)',
    jax: 'jnp.vstack(xs)',
    tfjs: null,
    why: 'tfjs has concat and stack',
  }),
  <T extends NDArray>(arrays: readonly (T | NestedList)[], options?: CastOptions): T =>
    concatenate(list(arrays, 'vstack', twoAxes), 0, options) as T,
);

/**
 * Arrays side by side, along the second axis; vectors end to end.
 *
 * @throws ShapeError where they differ in another axis.
 * @example
 * hstack([array([1, 2]), array([3])]).tolist() // => [ 1, 2, 3 ]
 */
export const hstack: StackOp = composed(
  record('hstack', ERRORS, {
    numpy: 'np.hstack(xs)',
    torch: 'torch.hstack(xs)',
    jax: 'jnp.hstack(xs)',
    tfjs: null,
    why: 'tfjs has concat and stack',
  }),
  <T extends NDArray>(arrays: readonly (T | NestedList)[], options?: CastOptions): T => {
    const parts = list(arrays, 'hstack', (x) => (x.ndim === 0 ? x.reshape([1]) : x));
    return concatenate(parts, parts[0]?.ndim === 1 ? 0 : 1, options) as T;
  },
);

/**
 * Arrays behind each other, along the third axis; vectors of length n are [1, n, 1].
 *
 * @throws ShapeError where they differ in another axis.
 * @example
 * dstack([array([1, 2]), array([3, 4])]).tolist() // => [ [ [ 1, 3 ], [ 2, 4 ] ] ]
 */
export const dstack: Composed<<T extends NDArray = NDArray>(arrays: readonly (T | NestedList)[]) => Like<T>> = composed(
  record('dstack', ERRORS, {
    numpy: 'np.dstack(xs)',
    torch: 'torch.dstack(xs)',
    jax: 'jnp.dstack(xs)',
    tfjs: null,
    why: 'tfjs has concat and stack',
  }),
  <T extends NDArray>(arrays: readonly (T | NestedList)[]): T => concatenate(list(arrays, 'dstack', threeAxes), 2) as T,
);

/**
 * Vectors as the columns of a matrix; matrices keep theirs.
 *
 * @throws ShapeError where columns differ in length.
 * @example
 * columnStack([array([1, 2]), array([3, 4])]).tolist() // => [ [ 1, 3 ], [ 2, 4 ] ]
 */
export const columnStack: Composed<<T extends NDArray = NDArray>(arrays: readonly (T | NestedList)[]) => Like<T>> =
  composed(
    record('columnStack', COLUMN_ERRORS, {
      numpy: 'np.column_stack(xs)',
      torch: 'torch.column_stack(xs)',
      jax: 'jnp.column_stack(xs)',
      tfjs: null,
      why: 'tfjs has concat and stack',
    }),
    <T extends NDArray>(arrays: readonly (T | NestedList)[]): T =>
      concatenate(
        list(arrays, 'columnStack', (x) => (x.ndim < 2 ? x.reshape([x.size, 1]) : x)),
        1,
      ) as T,
  );

/**
 * The slices of an array along an axis, without that axis; views.
 *
 * @throws ShapeError for a 0-d array.
 * @example
 * unstack(array([[1, 2], [3, 4]])).map((row) => row.tolist()) // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export const unstack: Composed<<T extends ArrayLike>(x: T, axis?: Named<number>) => As<T>[]> = composed(
  {
    name: 'unstack',
    domain: DOMAIN,
    samples: [
      { inputs: [[3]], attrs: { axis: 0 } },
      { inputs: [[2, 3]], args: [1], attrs: { axis: 1 } },
      { inputs: [[2, 3, 2]], args: [-1], attrs: { axis: -1 } },
    ],
    errors: [
      { inputs: [[]], throws: 'must be at least 1-d' },
      { inputs: [[2]], args: [1], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.unstack(x1, axis=axis)',
      torch: 'torch.unbind(x1, axis)',
      jax: 'jnp.unstack(x1, axis=axis)',
      tfjs: 'tf.unstack(x1, (axis + x1.rank) % x1.rank)',
    },
  },
  <T extends NDArray>(x: T, axis?: Named<number>): T[] => {
    const array = operand(x, 'unstack');
    if (array.ndim === 0)
      throw new ShapeError({
        where: 'unstack',
        what: 'Input array must be at least 1-d',
        got: 'shape []',
        expected: 'at least one axis',
        hint: 'x.item() reads the element of a 0-d array',
      });
    const d = normalizeAxis(axisOf(axis, 0, 'unstack'), array.ndim, 'unstack');
    const lead = Array.from({ length: d }, () => ':' as const);
    return Array.from({ length: array.shape[d]! }, (_, i) => array.at(...lead, i) as T);
  },
);

/**
 * The array with values behind its end along an axis; both are flattened without one. A copy.
 *
 * @throws ShapeError where the other axes differ.
 * @example
 * append(array([1, 2]), [[3], [4]]).tolist() // => [ 1, 2, 3, 4 ]
 */
export const append: Composed<
  <T extends ArrayLike>(x: T, values: ArraySource, axis?: Named<number | null>) => Like<T>
> = composed(
  {
    name: 'append',
    domain: DOMAIN,
    samples: [
      { inputs: [[2, 2], [3]], attrs: { axis: null } },
      { inputs: [[], []], attrs: { axis: null } },
      {
        inputs: [
          [2, 2],
          [1, 2],
        ],
        args: [0],
        attrs: { axis: 0 },
      },
      {
        inputs: [
          [2, 2],
          [2, 0],
        ],
        args: [-1],
        attrs: { axis: -1 },
      },
    ],
    errors: [
      { inputs: [[2, 2], [2]], args: [0], throws: 'must match exactly' },
      { inputs: [[2], [2]], args: [1], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.append(x1, x2, axis=axis)',
      torch: 'torch.cat([x1.ravel(), x2.ravel()]) if axis is None else torch.cat([x1, x2], axis)',
      jax: 'jnp.append(x1, x2, axis=axis)',
      tfjs: null,
      why: 'tfjs has concat',
    },
  },
  <T extends NDArray>(x: T, values: ArraySource, axis?: Named<number | null>): T =>
    concatenate([arrayFrom(x, 'append'), arrayFrom(values, 'append')], axisOf(axis, null, 'append')) as T,
);
