import { ArgumentError, ShapeError, sizeOf } from '@isograd/device';
import type { As, NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { stack } from '../ops/joins.ts';
import { pair, type ProductOp } from './products.ts';

/** Which axes {@link tensordot} sums over: the last so many of the one and the first of the other, or a list for each. */
export type TensordotAxes = number | readonly [x1: number | readonly number[], x2: number | readonly number[]];

function axesOfTensordot(axes: TensordotAxes, a: NDArray, b: NDArray): readonly [number[], number[]] {
  if (typeof axes === 'number') {
    if (axes > Math.min(a.ndim, b.ndim) || axes < 0 || !Number.isInteger(axes))
      throw new ArgumentError({
        where: 'tensordot',
        what: 'tuple index out of range',
        got: `${axes} axes of ${show(a.shape)} and ${show(b.shape)}`,
        expected: 'a number of axes that both arrays have',
        hint: 'or one list of axes for each array',
      });
    const count = Array.from({ length: axes }, (_, i) => i);
    return [count.map((i) => a.ndim - axes + i), count];
  }
  const list = (one: number | readonly number[], x: NDArray): number[] =>
    (typeof one === 'number' ? [one] : [...one]).map((d) => normalizeAxis(d, x.ndim, 'tensordot'));
  return [list(axes[0], a), list(axes[1], b)];
}

/**
 * Sums of products over several axes of each: the last `axes` (default 2) of `x1` and the first of `x2`, or one list of axes for each.
 *
 * The result has the other axes of `x1`, then those of `x2`.
 *
 * @throws ShapeError where the lengths of the axes differ; AxisError for an axis that is not there.
 * @example
 * tensordot(array([[1, 2], [3, 4]]), array([[1, 0], [0, 1]])).item() // => 5
 * tensordot(ones([2, 3]), ones([2, 4]), [0, 0]).shape // => [ 3, 4 ]
 */
export const tensordot: Composed<(x1: ArrayLike, x2: ArrayLike, axes?: TensordotAxes) => NDArray> = composed(
  {
    name: 'tensordot',
    domain: [-2, 2],
    samples: [
      {
        inputs: [
          [2, 3, 4],
          [3, 4, 2],
        ],
        attrs: { axes: 2 },
      },
      {
        inputs: [
          [2, 3],
          [3, 2],
        ],
        args: [1],
        attrs: { axes: 1 },
      },
      { inputs: [[2], [3]], args: [0], attrs: { axes: 0 } },
      {
        inputs: [
          [3, 4, 2],
          [4, 3, 5],
        ],
        args: [
          [
            [0, 1],
            [1, 0],
          ],
        ],
        attrs: {
          axes: [
            [0, 1],
            [1, 0],
          ],
        },
      },
      {
        inputs: [
          [2, 0],
          [0, 3],
        ],
        args: [1],
        attrs: { axes: 1 },
      },
    ],
    errors: [
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        args: [1],
        throws: 'shape-mismatch for sum',
      },
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        args: [[[0, 1], [0]]],
        throws: 'shape-mismatch for sum',
      },
      { inputs: [[2], [2]], args: [[1, 0]], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.tensordot(x1, x2, axes)',
      torch: 'torch.tensordot(x1, x2, axes)',
      jax: 'jnp.tensordot(x1, x2, axes)',
      tfjs: null,
      why: 'tfjs has dot only',
    },
  },
  (x1: ArrayLike, x2: ArrayLike, axes: TensordotAxes = 2): NDArray => {
    const [a, b] = pair(x1, x2, 'tensordot');
    const [summed1, summed2] = axesOfTensordot(axes, a, b);
    if (summed1.length !== summed2.length || summed1.some((d, i) => a.shape[d] !== b.shape[summed2[i]!]))
      throw new ShapeError({
        where: 'tensordot',
        what: 'shape-mismatch for sum',
        got: `axes ${summed1.join(', ')} of ${show(a.shape)}, ${summed2.join(', ')} of ${show(b.shape)}`,
        expected: 'as many axes of each, of equal lengths in order',
        hint: 'axes of x1 come first',
      });
    const rest1 = a.shape.map((_, d) => d).filter((d) => !summed1.includes(d));
    const rest2 = b.shape.map((_, d) => d).filter((d) => !summed2.includes(d));
    const [rows, columns] = [rest1.map((d) => a.shape[d]!), rest2.map((d) => b.shape[d]!)];
    const k = sizeOf(summed1.map((d) => a.shape[d]!));
    const left = a.transpose([...rest1, ...summed1]).reshape([sizeOf(rows), k]);
    return left
      .matmul(b.transpose([...summed2, ...rest2]).reshape([k, sizeOf(columns)]))
      .reshape([...rows, ...columns]);
  },
);

/**
 * Kronecker's product: every element of `x1` times all of `x2`, in blocks; shapes are aligned at the last axis and multiplied.
 *
 * @example
 * kron(array([1, 10]), array([1, 2, 3])).tolist() // => [ 1, 2, 3, 10, 20, 30 ]
 */
export const kron: ProductOp = composed(
  {
    name: 'kron',
    domain: [-2, 2],
    samples: [
      { inputs: [[2], [3]] },
      {
        inputs: [
          [2, 2],
          [2, 3],
        ],
      },
      { inputs: [[2], [2, 3]] },
      { inputs: [[2, 1, 2], [3]] },
      { inputs: [[], [2]] },
      { inputs: [[0], [2]] },
    ],
    errors: [],
    parity: {
      numpy: 'np.kron(x1, x2)',
      torch: 'torch.kron(x1, x2)',
      jax: 'jnp.kron(x1, x2)',
      tfjs: null,
      why: 'tfjs has no Kronecker product',
    },
  },
  (x1: ArrayLike, x2: ArrayLike): NDArray => {
    const [a, b] = pair(x1, x2, 'kron');
    const ndim = Math.max(a.ndim, b.ndim);
    const padded = (x: NDArray): number[] => [...new Array<number>(ndim - x.ndim).fill(1), ...x.shape];
    const [p, q] = [padded(a), padded(b)];
    const left = a.reshape(p.flatMap((n) => [n, 1]));
    const right = b.reshape(q.flatMap((n) => [1, n]));
    return left.multiply(right).reshape(p.map((n, d) => n * q[d]!));
  },
);

/** Options of {@link cross}. */
export interface CrossOptions {
  /** The axis of `x1` that is the vectors; default -1. */
  readonly axisa?: number;
  /** That of `x2`; default -1. */
  readonly axisb?: number;
  /** That of the result; default -1. */
  readonly axisc?: number;
  /** All three at once. */
  readonly axis?: number;
}

function lengthOfVectors(a: NDArray, b: NDArray): readonly [number, number] {
  const sizes = [a.shape.at(-1)!, b.shape.at(-1)!] as const;
  if (sizes.every((n) => n === 2 || n === 3)) return sizes;
  throw new ShapeError({
    where: 'cross',
    what: 'incompatible dimensions for cross product (dimension must be 2 or 3)',
    got: `vectors of ${sizes[0]} and ${sizes[1]} elements`,
    expected: 'vectors of three elements, or of two in a plane',
    hint: 'axis names the axis that is the vectors',
  });
}

/**
 * Cross products of vectors of three elements, [..., 3], [..., 3] → [..., 3]; leading axes broadcast. A vector of two elements lies in a plane; of two such
 * only the third component is given.
 *
 * @throws ShapeError for vectors of other lengths; AxisError for an axis that is not there.
 * @example
 * cross(array([1, 0, 0]), array([0, 1, 0])).tolist() // => [ 0, 0, 1 ]
 */
export const cross: Composed<(x1: ArrayLike, x2: ArrayLike, options?: CrossOptions) => NDArray> = composed(
  {
    name: 'cross',
    domain: [-2, 2],
    samples: [
      { inputs: [[3], [3]], attrs: { axis: -1 } },
      { inputs: [[2, 3], [3]], attrs: { axis: -1 }, without: { torch: 'it broadcasts no axes away' } },
      {
        inputs: [
          [3, 2],
          [3, 2],
        ],
        args: [{ axis: 0 }],
        attrs: { axis: 0 },
      },
      { inputs: [[4, 2], [3]], attrs: { axis: -1 }, without: { torch: 'it takes three elements' } },
      { inputs: [[2], [2]], attrs: { axis: -1 }, without: { torch: 'it takes three elements' } },
    ],
    errors: [
      { inputs: [[4], [3]], throws: 'incompatible dimensions for cross product' },
      { inputs: [[3], [3]], args: [{ axis: 1 }], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.cross(x1, x2, axis=axis)',
      torch: 'torch.cross(x1, x2, dim=axis)',
      jax: 'jnp.cross(x1, x2, axis=axis)',
      tfjs: null,
      why: 'tfjs has no cross product',
    },
  },
  (x1: ArrayLike, x2: ArrayLike, options: CrossOptions = {}): NDArray => {
    const { axis, axisa = axis ?? -1, axisb = axis ?? -1, axisc = axis ?? -1 } = options;
    const [first, second] = pair(x1, x2, 'cross');
    const a = first.moveaxis(normalizeAxis(axisa, first.ndim, 'cross'), -1);
    const b = second.moveaxis(normalizeAxis(axisb, second.ndim, 'cross'), -1);
    const [p, q] = lengthOfVectors(a, b);
    const [a0, a1, b0, b1] = [a.at('...', 0), a.at('...', 1), b.at('...', 0), b.at('...', 1)];
    const third = a0.multiply(b1).subtract(a1.multiply(b0));
    if (p === 2 && q === 2) return third;
    const [a2, b2] = [p === 3 ? a.at('...', 2) : undefined, q === 3 ? b.at('...', 2) : undefined];
    const [a1b2, a0b2] = b2 ? [a1.multiply(b2), a0.multiply(b2)] : [undefined, undefined];
    const [a2b1, a2b0] = a2 ? [a2.multiply(b1), a2.multiply(b0)] : [undefined, undefined];
    return stack([difference(a1b2, a2b1), difference(a2b0, a0b2), third], -1).moveaxis(-1, axisc);
  },
);

/** The difference of two terms of which one may be missing. */
function difference(x: NDArray | undefined, y: NDArray | undefined): NDArray {
  return x && y ? x.subtract(y) : (x ?? y!.negative());
}

/**
 * The last two axes exchanged, [..., m, n] → [..., n, m]; a view.
 *
 * @throws ShapeError with fewer than two axes.
 * @example
 * matrixTranspose(array([[1, 2], [3, 4]])).tolist() // => [ [ 1, 3 ], [ 2, 4 ] ]
 */
export const matrixTranspose: Composed<<T extends ArrayLike>(x: T) => As<T>> = composed(
  {
    name: 'matrixTranspose',
    domain: [-2, 2],
    samples: [{ inputs: [[2, 3]] }, { inputs: [[2, 3, 4]] }, { inputs: [[0, 3]] }],
    errors: [{ inputs: [[3]], throws: 'needs two axes' }],
    parity: {
      numpy: 'np.matrix_transpose(x1)',
      torch: 'x1.mT',
      jax: 'jnp.matrix_transpose(x1)',
      tfjs: null,
      why: 'tf.transpose wants all axes',
    },
  },
  <T extends NDArray>(x: T): T => operand(x, 'matrixTranspose').mT as T,
);
