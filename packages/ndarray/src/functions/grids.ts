import { ArgumentError, checkDType, type DType } from '@isograd/device';
import type { NDArray, Shape } from '../array.ts';
import type { ArraySource } from '../creation.ts';
import { composed } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { stack } from '../ops/joins.ts';
import { arange } from '../ranges.ts';
import { checkShape } from '../shape-check.ts';
import { arrayFrom } from './array-from.ts';

/** Options of {@link meshgrid}. */
export interface MeshOptions {
  /** Whether the first array runs along the second axis (`xy`, as in a plot, the default) or along the first (`ij`). */
  readonly indexing?: 'xy' | 'ij';
  /** Whether to give arrays that are longer than 1 in one axis only; default false. */
  readonly sparse?: boolean;
  /** Whether to copy; without it the results are read-only views. Default true. */
  readonly copy?: boolean;
}

interface Mesh {
  <T extends NDArray>(...arrays: readonly T[]): T[];
  (...arrays: readonly (ArraySource | MeshOptions)[]): NDArray[];
}

const isOptions = (x: ArraySource | MeshOptions | undefined): x is MeshOptions =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;

/**
 * Vectors as the coordinates of all points of a grid, one array for each vector; options come last.
 *
 * @throws ArgumentError for an unknown indexing.
 * @example
 * meshgrid(array([1, 2, 3]), array([4, 5])).map((x) => x.tolist()) // => [ [ [ 1, 2, 3 ], [ 1, 2, 3 ] ], [ [ 4, 4, 4 ], [ 5, 5, 5 ] ] ]
 */
export const meshgrid: Composed<Mesh> = composed(
  {
    name: 'meshgrid',
    domain: [-2, 2],
    samples: [
      { inputs: [[3], [2]], attrs: { indexing: 'xy', sparse: false } },
      { inputs: [[3], [2], [2]], args: [{ indexing: 'ij' }], attrs: { indexing: 'ij', sparse: false } },
      {
        inputs: [[3], []],
        args: [{ sparse: true }],
        attrs: { indexing: 'xy', sparse: true },
        without: { torch: 'it has no sparse grids', jax: 'it takes vectors only' },
      },
      { inputs: [[3]], attrs: { indexing: 'xy', sparse: false } },
      { inputs: [[0], [2]], attrs: { indexing: 'xy', sparse: false } },
    ],
    errors: [
      { inputs: [[2], [3]], args: [{ indexing: 'xz' }], throws: "Valid values for `indexing` are 'xy' and 'ij'" },
    ],
    parity: {
      numpy: 'np.meshgrid(*xs, indexing=indexing, sparse=sparse)',
      torch: 'torch.meshgrid(*xs, indexing=indexing)',
      jax: 'jnp.meshgrid(*xs, indexing=indexing, sparse=sparse)',
      tfjs: null,
      why: 'tf.meshgrid takes two vectors',
    },
  },
  ((...given: readonly (ArraySource | MeshOptions)[]): NDArray[] => {
    const last = given.at(-1);
    const { indexing = 'xy', sparse = false, copy = true } = isOptions(last) ? last : {};
    if (indexing !== 'xy' && indexing !== 'ij')
      throw new ArgumentError({
        where: 'meshgrid',
        what: "Valid values for `indexing` are 'xy' and 'ij'",
        got: String(indexing),
        expected: 'xy or ij',
        hint: 'leave it out for xy',
      });
    const list = (isOptions(last) ? given.slice(0, -1) : given).map((x) => arrayFrom(x as ArraySource, 'meshgrid'));
    const swapped = indexing === 'xy' && list.length > 1;
    const place = (i: number): number => (swapped && i < 2 ? 1 - i : i);
    const shape = new Array<number>(list.length);
    list.forEach((x, i) => (shape[place(i)] = x.size));
    return list.map((x, i) => {
      const thin = x.reshape(list.map((_, d) => (d === place(i) ? x.size : 1)));
      if (sparse) return copy ? thin.copy() : thin;
      return copy ? thin.broadcastTo(shape).copy() : thin.broadcastTo(shape);
    });
  }) as never,
);

/** Options of {@link indices}. */
export interface IndicesOptions {
  /** Default int64. */
  readonly dtype?: DType;
  /** Whether to give a list of arrays that are longer than 1 in one axis only; default false. */
  readonly sparse?: boolean;
}

interface Indices {
  (dimensions: Shape, options?: IndicesOptions & { readonly sparse?: false }): NDArray;
  (dimensions: Shape, options: IndicesOptions): NDArray[];
}

/**
 * The position of every element of an array of a shape along each axis, [axes, ...shape].
 *
 * @throws ShapeError for what is not a shape.
 * @example
 * indices([2, 2]).tolist() // => [ [ [ 0, 0 ], [ 1, 1 ] ], [ [ 0, 1 ], [ 0, 1 ] ] ]
 */
export const indices: Composed<Indices> = composed(
  {
    name: 'indices',
    nonDifferentiable: 'the result is positions',
    domain: [-2, 2],
    samples: [
      { inputs: [], args: [[2, 3]], attrs: { dimensions: [2, 3], dtype: 'int64', sparse: false } },
      { inputs: [], args: [[2, 3], { sparse: true }], attrs: { dimensions: [2, 3], dtype: 'int64', sparse: true } },
      { inputs: [], args: [[2], { dtype: 'float32' }], attrs: { dimensions: [2], dtype: 'float32', sparse: false } },
      { inputs: [], args: [[0, 2]], attrs: { dimensions: [0, 2], dtype: 'int64', sparse: false } },
    ],
    errors: [{ inputs: [], args: [[-1]], throws: 'not a shape' }],
    parity: {
      numpy: 'np.indices(dimensions, dtype=dtype, sparse=sparse)',
      torch: null,
      jax: 'jnp.indices(dimensions, dtype=dtype, sparse=sparse)',
      tfjs: null,
      why: 'PyTorch and tfjs have none',
    },
  },
  ((dimensions: Shape, options: IndicesOptions = {}) => {
    const shape = checkShape(dimensions, 'indices');
    const dtype = checkDType(options.dtype ?? 'int64', 'indices');
    const axes = shape.map((n, d) =>
      arange(n)
        .astype(dtype)
        .reshape(shape.map((_, k) => (k === d ? n : 1))),
    );
    if (options.sparse) return axes;
    if (axes.length === 0) return arange(0).astype(dtype);
    return stack(axes.map((x) => x.broadcastTo(shape)));
  }) as never,
);

/**
 * An array whose elements are computed of their positions: the function gets one array of positions for each axis, float64 by default.
 *
 * @example
 * fromfunction((i, j) => i.add(j), [2, 2]).tolist() // => [ [ 0, 1 ], [ 1, 2 ] ]
 */
export function fromfunction<R>(
  f: (...positions: NDArray[]) => R,
  shape: Shape,
  options: { readonly dtype?: DType } = {},
): R {
  const all = indices(shape, { dtype: options.dtype ?? 'float64' }) as NDArray;
  return f(...shape.map((_, d) => all.at(d)));
}
