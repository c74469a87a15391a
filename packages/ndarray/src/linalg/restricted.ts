import { type DType, ShapeError } from '@isograd/device';
import type { As, Like, NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { cross as crossOf } from '../functions/tensor-products.ts';
import type { Composed } from '../op.ts';
import { outer as outerOf } from '../ops/linalg.ts';

/** Options of `linalg.diagonal`. */
export interface DiagonalOptions {
  /** How far above the main diagonal; default 0. */
  readonly offset?: number;
}

/** Options of `linalg.trace`. */
export interface TraceOptions extends DiagonalOptions {
  /** Dtype in which the sum is taken; default that of `sum`. */
  readonly dtype?: DType;
}

/**
 * The diagonals of matrices, [..., m, n] → [..., k]; a view. (The method of arrays takes the first two axes by default, this the last two.)
 *
 * @throws AxisError with fewer than two axes.
 * @example
 * linalg.diagonal(array([[[1, 2], [3, 4]]])).tolist() // => [ [ 1, 4 ] ]
 */
export const diagonal: Composed<<T extends ArrayLike>(x: T, options?: DiagonalOptions) => As<T>> = composed(
  {
    name: 'linalg.diagonal',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3, 3]], attrs: { offset: 0 } },
      { inputs: [[2, 3]], args: [{ offset: 1 }], attrs: { offset: 1 } },
    ],
    errors: [{ inputs: [[3]], throws: 'out of bounds' }],
    parity: {
      numpy: 'np.linalg.diagonal(x1, offset=offset)',
      torch: 'torch.linalg.diagonal(x1, offset=offset)',
      jax: 'jnp.linalg.diagonal(x1, offset=offset)',
      tfjs: null,
      why: 'tfjs has no diagonal view',
    },
  },
  <T extends NDArray>(x: T, options: DiagonalOptions = {}): T =>
    operand(x, 'diagonal').diagonal(options.offset ?? 0, -2, -1) as T,
);

/**
 * The sums of the diagonals of matrices, [..., m, n] → [...].
 *
 * @throws AxisError with fewer than two axes.
 * @example
 * linalg.trace(array([[[1, 2], [3, 4]]])).tolist() // => [ 5 ]
 */
export const trace: Composed<<T extends ArrayLike>(x: T, options?: TraceOptions) => Like<T>> = composed(
  {
    name: 'linalg.trace',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3, 3]], attrs: { offset: 0, dtype: null } },
      { inputs: [[2, 3]], args: [{ offset: -1 }], attrs: { offset: -1, dtype: null } },
      {
        inputs: [{ shape: [2, 2], dtype: 'int32' }],
        args: [{ dtype: 'float32' }],
        attrs: { offset: 0, dtype: 'float32' },
      },
    ],
    errors: [{ inputs: [[3]], throws: 'out of bounds' }],
    parity: {
      numpy: 'np.linalg.trace(x1, offset=offset, dtype=dtype)',
      torch: null,
      jax: 'jnp.linalg.trace(x1, offset=offset, dtype=dtype)',
      tfjs: null,
      why: 'torch.trace takes one matrix and no offset; tfjs has no trace',
    },
  },
  <T extends NDArray>(x: T, { offset = 0, dtype }: TraceOptions = {}): T => {
    const elements = operand(x, 'trace').diagonal(offset, -2, -1);
    return (dtype === undefined ? elements : elements.astype(dtype)).sum(-1) as T;
  },
);

/**
 * The product of every element of a vector with every one of another: [m], [n] → [m, n]. (The main `outer` flattens what it is given.)
 *
 * @throws ShapeError unless both have one axis.
 * @example
 * linalg.outer(array([1, 2]), array([3, 4])).tolist() // => [ [ 3, 4 ], [ 6, 8 ] ]
 */
export const outer: Composed<(x1: ArrayLike, x2: ArrayLike) => NDArray> = composed(
  {
    name: 'linalg.outer',
    domain: [-2, 2],
    samples: [{ inputs: [[2], [3]] }, { inputs: [[0], [3]] }],
    errors: [{ inputs: [[2, 2], [3]], throws: 'Input arrays must be one-dimensional' }],
    parity: {
      numpy: 'np.linalg.outer(x1, x2)',
      torch: 'torch.outer(x1, x2)',
      jax: 'jnp.linalg.outer(x1, x2)',
      tfjs: null,
      why: 'it is the same as outer there',
    },
  },
  (x1: NDArray, x2: NDArray): NDArray => {
    const [a, b] = [operand(x1, 'outer'), operand(x2, 'outer')];
    if (a.ndim === 1 && b.ndim === 1) return outerOf(a, b);
    throw new ShapeError({
      where: 'outer',
      what: `Input arrays must be one-dimensional, but they are x1.ndim=${a.ndim} and x2.ndim=${b.ndim}.`,
      got: `x1 ${show(a.shape)}, x2 ${show(b.shape)}`,
      expected: 'x1 [m], x2 [n]',
      hint: 'the main outer flattens its arrays',
    });
  },
);

/** Options of `linalg.cross`. */
export interface CrossAxis {
  /** The axis that is the vectors; default -1. */
  readonly axis?: number;
}

/**
 * Cross products of vectors of three elements along an axis, [..., 3], [..., 3] → [..., 3]; the other axes broadcast.
 *
 * @throws ShapeError for vectors of other lengths; AxisError for an axis that is not there.
 * @example
 * linalg.cross(array([1, 0, 0]), array([0, 1, 0])).tolist() // => [ 0, 0, 1 ]
 */
export const cross: Composed<(x1: ArrayLike, x2: ArrayLike, options?: CrossAxis) => NDArray> = composed(
  {
    name: 'linalg.cross',
    domain: [-2, 2],
    samples: [
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        attrs: { axis: -1 },
      },
      {
        inputs: [
          [3, 2],
          [3, 2],
        ],
        args: [{ axis: 0 }],
        attrs: { axis: 0 },
      },
    ],
    errors: [{ inputs: [[2], [2]], throws: 'must be (arrays of) 3-dimensional vectors' }],
    parity: {
      numpy: 'np.linalg.cross(x1, x2, axis=axis)',
      torch: 'torch.linalg.cross(x1, x2, dim=axis)',
      jax: 'jnp.linalg.cross(x1, x2, axis=axis)',
      tfjs: null,
      why: 'tfjs has no cross product',
    },
  },
  (x1: ArrayLike, x2: ArrayLike, { axis = -1 }: CrossAxis = {}): NDArray => {
    const [a, b] = [operand(x1, 'cross'), operand(x2, 'cross')];
    const [p, q] = [a, b].map((x) => x.shape[normalizeAxis(axis, x.ndim, 'cross')]!);
    if (p === 3 && q === 3) return crossOf(a, b, { axis });
    throw new ShapeError({
      where: 'cross',
      what: `Both input arrays must be (arrays of) 3-dimensional vectors, but they are ${p} and ${q} dimensional instead.`,
      got: `x1 ${show(a.shape)}, x2 ${show(b.shape)}`,
      expected: 'three elements along the axis',
      hint: 'the main cross takes vectors of two elements too',
    });
  },
);
