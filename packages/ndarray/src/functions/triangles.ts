import { ShapeError } from '@isograd/device';
import type { As, NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { filled } from '../creation.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, ErrorSample, OpRecord, Sample } from '../op.ts';
import { diagonalGrad } from '../ops/matrices.ts';
import { where } from '../ops/selection.ts';
import { ones, type ArraySource } from '../creation.ts';
import { tri } from '../ranges.ts';
import { arrayFrom } from './array-from.ts';
import { int64Array } from './int64.ts';

const SAMPLES: readonly Sample[] = [
  { inputs: [[3, 3]], attrs: { k: 0 } },
  { inputs: [[2, 4]], args: [1], attrs: { k: 1 } },
  { inputs: [[2, 3, 2]], args: [-1], attrs: { k: -1 } },
  { inputs: [[0, 2]], attrs: { k: 0 } },
];

const ERRORS: readonly ErrorSample[] = [{ inputs: [[]], throws: 'at least one axis' }];

function record(name: string): Omit<OpRecord, 'family'> {
  return {
    name,
    domain: [-2, 2],
    samples: [
      ...SAMPLES,
      {
        inputs: [[3]],
        attrs: { k: 0 },
        without: { torch: 'takes matrices', jax: 'takes matrices', tfjs: 'takes matrices' },
      },
    ],
    errors: ERRORS,
    parity: {
      numpy: `np.${name}(x1, k)`,
      torch: `torch.${name}(x1, k)`,
      jax: `jnp.${name}(x1, k)`,
      tfjs: null,
      why: 'tfjs has linalg.bandPart',
    },
  };
}

/** Where a matrix has its lower triangle, as bools; a vector stands for a square of equal rows. */
function lower(x: NDArray, k: number, name: string): NDArray {
  if (x.ndim === 0)
    throw new ShapeError({
      where: name,
      what: 'the array must have at least one axis',
      got: 'shape []',
      expected: '[..., m, n] or [n]',
      hint: 'reshape it to a matrix',
    });
  const [m, n] = x.ndim === 1 ? [x.size, x.size] : (x.shape.slice(-2) as [number, number]);
  return tri(m, { M: n, k, dtype: 'bool' });
}

/**
 * Matrices with zeros above the `k`-th diagonal, [..., m, n]; a copy.
 *
 * @throws ShapeError for a 0-d array.
 * @example
 * tril(array([[1, 2], [3, 4]])).tolist() // => [ [ 1, 0 ], [ 3, 4 ] ]
 */
export const tril: Composed<<T extends ArrayLike>(x: T, k?: number) => As<T>> = composed(
  record('tril'),
  <T extends NDArray>(x: T, k = 0): T => {
    const array = operand(x, 'tril');
    return where(lower(array, k, 'tril'), array, filled([], 0, array.dtype, 'tril')) as T;
  },
);

/**
 * Matrices with zeros below the `k`-th diagonal, [..., m, n]; a copy.
 *
 * @throws ShapeError for a 0-d array.
 * @example
 * triu(array([[1, 2], [3, 4]])).tolist() // => [ [ 1, 2 ], [ 0, 4 ] ]
 */
export const triu: Composed<<T extends ArrayLike>(x: T, k?: number) => As<T>> = composed(
  record('triu'),
  <T extends NDArray>(x: T, k = 0): T => {
    const array = operand(x, 'triu');
    return where(lower(array, k - 1, 'triu'), filled([], 0, array.dtype, 'triu'), array) as T;
  },
);

/** Rows and columns of the places of a matrix that a rule picks, in C order. */
function placesWhere(n: number, m: number, columns: (i: number) => readonly [start: number, stop: number]): NDArray[] {
  const [rows, cols]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    const [start, stop] = columns(i);
    for (let j = Math.max(start, 0); j < Math.min(stop, m); j++) {
      rows.push(i);
      cols.push(j);
    }
  }
  return [int64Array(rows), int64Array(cols)];
}

/** Function that gives the positions of a triangle of an n by m matrix. */
export type TriangleIndices = Composed<(n: number, k?: number, m?: number) => NDArray[]>;

function indicesRecord(
  name: string,
  spelled: string,
): Omit<OpRecord, 'family'> & { readonly nonDifferentiable: string } {
  return {
    name,
    nonDifferentiable: 'the result is positions',
    domain: [-2, 2],
    samples: [
      { inputs: [], args: [3], attrs: { n: 3, k: 0, m: null } },
      { inputs: [], args: [3, 1, 4], attrs: { n: 3, k: 1, m: 4 } },
      { inputs: [], args: [2, -1], attrs: { n: 2, k: -1, m: null } },
      { inputs: [], args: [0], attrs: { n: 0, k: 0, m: null } },
    ],
    errors: [],
    parity: {
      numpy: `np.${spelled}(n, k, m)`,
      torch: null,
      jax: `jnp.${spelled}(n, k, m)`,
      tfjs: null,
      why: 'PyTorch gives one array of two rows, tfjs has none',
    },
  };
}

/**
 * The positions of the lower triangle of an n by m matrix, up to its `k`-th diagonal: rows and columns, int64.
 *
 * @example
 * trilIndices(2).map((at) => at.tolist()) // => [ [ 0, 1, 1 ], [ 0, 0, 1 ] ]
 */
export const trilIndices: TriangleIndices = composed(
  indicesRecord('trilIndices', 'tril_indices'),
  (n: number, k = 0, m: number = n): NDArray[] => placesWhere(n, m, (i) => [0, i + k + 1]),
);

/**
 * The positions of the upper triangle of an n by m matrix, from its `k`-th diagonal on: rows and columns, int64.
 *
 * @example
 * triuIndices(2).map((at) => at.tolist()) // => [ [ 0, 0, 1 ], [ 0, 1, 1 ] ]
 */
export const triuIndices: TriangleIndices = composed(
  indicesRecord('triuIndices', 'triu_indices'),
  (n: number, k = 0, m: number = n): NDArray[] => placesWhere(n, m, (i) => [i + k, m]),
);

function matrixShape(x: NDArray, name: string): readonly [number, number] {
  if (x.ndim === 2) return x.shape as readonly [number, number];
  throw new ShapeError({
    where: name,
    what: 'input array must be 2-d',
    got: `shape ${show(x.shape)}`,
    expected: '[m, n]',
    hint: 'pass one matrix',
  });
}

/**
 * The positions of the lower triangle of a matrix: rows and columns, int64.
 *
 * @throws ShapeError unless the array has two axes.
 * @example
 * trilIndicesFrom(zeros([2, 2]), -1).map((at) => at.tolist()) // => [ [ 1 ], [ 0 ] ]
 */
export function trilIndicesFrom(x: NDArray, k = 0): NDArray[] {
  const [n, m] = matrixShape(operand(x, 'trilIndicesFrom'), 'trilIndicesFrom');
  return trilIndices(n, k, m);
}

/**
 * The positions of the upper triangle of a matrix: rows and columns, int64.
 *
 * @throws ShapeError unless the array has two axes.
 * @example
 * triuIndicesFrom(zeros([2, 2]), 1).map((at) => at.tolist()) // => [ [ 0 ], [ 1 ] ]
 */
export function triuIndicesFrom(x: NDArray, k = 0): NDArray[] {
  const [n, m] = matrixShape(operand(x, 'triuIndicesFrom'), 'triuIndicesFrom');
  return triuIndices(n, k, m);
}

/**
 * The positions of an n by n matrix that a function such as `triu` leaves: one array for each axis.
 *
 * @example
 * maskIndices(2, triu).map((at) => at.tolist()) // => [ [ 0, 0, 1 ], [ 0, 1, 1 ] ]
 */
export function maskIndices(n: number, maskFunc: (m: NDArray, k: number) => NDArray, k = 0): NDArray[] {
  return maskFunc(ones([n, n], { dtype: 'int64' }), k).nonzero();
}

/**
 * The positions of the main diagonal of an array of `ndim` equal axes: one int64 array for each axis.
 *
 * @example
 * diagIndices(2).map((at) => at.tolist()) // => [ [ 0, 1 ], [ 0, 1 ] ]
 */
export function diagIndices(n: number, ndim = 2): NDArray[] {
  return Array.from({ length: ndim }, () => int64Array(Array.from({ length: n }, (_, i) => i)));
}

/**
 * The positions of the main diagonal of an array whose axes are equally long.
 *
 * @throws ShapeError for fewer than two axes, or axes of different lengths.
 * @example
 * diagIndicesFrom(zeros([2, 2])).map((at) => at.tolist()) // => [ [ 0, 1 ], [ 0, 1 ] ]
 */
export function diagIndicesFrom(x: NDArray): NDArray[] {
  const { shape } = operand(x, 'diagIndicesFrom');
  const equal = shape.every((n) => n === shape[0]);
  if (shape.length >= 2 && equal) return diagIndices(shape[0]!, shape.length);
  throw new ShapeError({
    where: 'diagIndicesFrom',
    what: equal ? 'input array must be at least 2-d' : 'All dimensions of input must be of equal length',
    got: `shape ${show(shape)}`,
    expected: '[n, n, ...]',
    hint: 'diagIndices(n, ndim) takes numbers',
  });
}

/**
 * A matrix with the flattened array on its `k`-th diagonal and zeros elsewhere.
 *
 * @example
 * diagflat(array([[1, 2]])).tolist() // => [ [ 1, 0 ], [ 0, 2 ] ]
 */
export const diagflat: Composed<<T extends NDArray = NDArray>(x: T | ArraySource, k?: number) => T> = composed(
  {
    name: 'diagflat',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 2]], attrs: { k: 0 } },
      { inputs: [[2]], args: [-1], attrs: { k: -1 } },
      { inputs: [[]], args: [1], attrs: { k: 1 } },
      { inputs: [[0]], attrs: { k: 0 } },
    ],
    errors: [],
    parity: {
      numpy: 'np.diagflat(x1, k)',
      torch: 'torch.diagflat(x1, k)',
      jax: 'jnp.diagflat(x1, k)',
      tfjs: null,
      why: 'tf.diag has no offset',
    },
  },
  <T extends NDArray>(x: T | ArraySource, k = 0): T => {
    const array = arrayFrom(x, 'diagflat');
    const n = array.size + Math.abs(k);
    return diagonalGrad(array.reshape([array.size]), [n, n], k) as T;
  },
);
