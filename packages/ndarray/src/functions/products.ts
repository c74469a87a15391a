import { isComplex, ShapeError, sizeOf } from '@isograd/device';
import type { NDArray, Shape } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed } from '../op.ts';

/** Product of two arrays of some kind. */
export type ProductOp = Composed<(x1: ArrayLike, x2: ArrayLike) => NDArray>;

/** Complex numbers conjugated; anything else as it is. */
function conjugate(x: NDArray): NDArray {
  return isComplex(x.dtype) ? x.conj() : x;
}

/** Two operands of a product. */
export const pair = (x1: ArrayLike, x2: ArrayLike, where: string): [NDArray, NDArray] => [
  operand(x1, where),
  operand(x2, where),
];

/** Refuses lengths that differ, in the words of NumPy's generalised ufuncs. */
function checkCore(where: string, signature: string, [a, b]: readonly [NDArray, NDArray], size: CoreSizes): void {
  const short = size.ndims.findIndex((n, i) => [a, b][i]!.ndim < n);
  const mismatch = short < 0 && size.x1() !== size.x2();
  if (short < 0 && !mismatch) return;
  const what =
    short >= 0
      ? `Input operand ${short} does not have enough dimensions (has ${[a, b][short]!.ndim}, gufunc core with signature ${signature} requires ${size.ndims[short]})`
      : `Input operand 1 has a mismatch in its core dimension 0, with gufunc signature ${signature} (size ${size.x2()} is different from ${size.x1()})`;
  throw new ShapeError({
    where,
    what,
    got: `x1 ${show(a.shape)}, x2 ${show(b.shape)}`,
    expected: signature,
    hint: 'the last axes are multiplied, the others broadcast',
  });
}

interface CoreSizes {
  readonly ndims: readonly [number, number];
  readonly x1: () => number | undefined;
  readonly x2: () => number | undefined;
}

/**
 * Sums of products over the last axis of both: `x1` [...a, n], `x2` [...b, n] → [...a, ...b]; a plain product where one is a number.
 *
 * @throws ShapeError where the last lengths differ.
 * @example
 * inner(array([1, 2, 3]), array([0, 1, 0])).item() // => 2
 */
export const inner: ProductOp = composed(
  {
    name: 'inner',
    domain: [-2, 2],
    samples: [
      { inputs: [[3], [3]] },
      {
        inputs: [
          [2, 3],
          [4, 3],
        ],
      },
      { inputs: [[2, 2, 3], [3]] },
      { inputs: [[], [2, 3]] },
      {
        inputs: [
          [2, 0],
          [3, 0],
        ],
      },
    ],
    errors: [
      {
        inputs: [
          [2, 3],
          [2, 2],
        ],
        throws: 'not aligned: 3 (dim 1) != 2 (dim 1)',
      },
    ],
    parity: {
      numpy: 'np.inner(x1, x2)',
      torch: 'torch.inner(x1, x2)',
      jax: 'jnp.inner(x1, x2)',
      tfjs: null,
      why: 'tfjs has dot for one and two axes only',
    },
  },
  (x1: ArrayLike, x2: ArrayLike): NDArray => {
    const [a, b] = pair(x1, x2, 'inner');
    if (a.ndim === 0 || b.ndim === 0) return a.multiply(b);
    const n = a.shape.at(-1)!;
    if (n !== b.shape.at(-1))
      throw new ShapeError({
        where: 'inner',
        what: `shapes ${show(a.shape)} and ${show(b.shape)} not aligned: ${n} (dim ${a.ndim - 1}) != ${b.shape.at(-1)} (dim ${b.ndim - 1})`,
        got: `x1 ${show(a.shape)}, x2 ${show(b.shape)}`,
        expected: 'equal last lengths',
        hint: 'dot takes the second to last axis of x2',
      });
    const rows = (shape: Shape): Shape => [sizeOf(shape.slice(0, -1)), n];
    const y = a.reshape(rows(a.shape)).matmul(b.reshape(rows(b.shape)).T);
    return y.reshape([...a.shape.slice(0, -1), ...b.shape.slice(0, -1)]);
  },
);

/**
 * The sum of the products of all elements, both arrays flattened, the first one conjugated.
 *
 * @throws ShapeError where they have not the same number of elements.
 * @example
 * vdot(array([[1, 2], [3, 4]]), array([[1, 0], [0, 1]])).item() // => 5
 */
export const vdot: ProductOp = composed(
  {
    name: 'vdot',
    domain: [-2, 2],
    samples: [
      { inputs: [[3], [3]] },
      { inputs: [[2, 2], [4]], without: { torch: 'vdot takes vectors' } },
      { inputs: [[0], [0]] },
    ],
    errors: [{ inputs: [[3], [2]], throws: 'cannot reshape array of size 2 into shape (3,)' }],
    parity: {
      numpy: 'np.vdot(x1, x2)',
      torch: 'torch.vdot(x1, x2)',
      jax: 'jnp.vdot(x1, x2)',
      tfjs: null,
      why: 'tfjs has dot only',
    },
  },
  (x1: ArrayLike, x2: ArrayLike): NDArray => {
    const [a, b] = pair(x1, x2, 'vdot');
    if (a.size !== b.size)
      throw new ShapeError({
        where: 'vdot',
        what: `cannot reshape array of size ${b.size} into shape (${a.size},)`,
        got: `x1 ${show(a.shape)}, x2 ${show(b.shape)}`,
        expected: 'the same number of elements',
        hint: 'inner, dot and matmul multiply along one axis',
      });
    return conjugate(a.reshape([a.size])).matmul(b.reshape([b.size]));
  },
);

/** Options of {@link vecdot}. */
export interface VecdotOptions {
  /** The axis that is multiplied and summed, counted in each array from its end; default -1. */
  readonly axis?: number;
}

/** The axis that products are summed over, moved to the end. */
function lastAxis(x: NDArray, axis: number): NDArray {
  return axis === -1 ? x : x.moveaxis(normalizeAxis(axis, x.ndim, 'vecdot'), -1);
}

/**
 * Sums of products along one axis, the first array conjugated: [..., n], [..., n] → [...]; the other axes broadcast.
 *
 * @throws ShapeError where the lengths differ; AxisError for an axis that is not there.
 * @example
 * vecdot(array([[1, 2], [3, 4]]), array([1, 1])).tolist() // => [ 3, 7 ]
 */
export const vecdot: Composed<(x1: ArrayLike, x2: ArrayLike, options?: VecdotOptions) => NDArray> = composed(
  {
    name: 'vecdot',
    domain: [-2, 2],
    samples: [
      { inputs: [[3], [3]], attrs: { axis: -1 } },
      {
        inputs: [
          [2, 1, 3],
          [4, 3],
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
    errors: [
      { inputs: [[3], [2]], throws: 'size 2 is different from 3' },
      { inputs: [[], [2]], throws: 'does not have enough dimensions' },
    ],
    parity: {
      numpy: 'np.vecdot(x1, x2, axis=axis)',
      torch: 'torch.linalg.vecdot(x1, x2, dim=axis)',
      jax: 'jnp.vecdot(x1, x2, axis=axis)',
      tfjs: null,
      why: 'tfjs has dot only',
    },
  },
  (x1: ArrayLike, x2: ArrayLike, options: VecdotOptions = {}): NDArray => {
    const { axis = -1 } = options;
    const operands = pair(x1, x2, 'vecdot');
    const [a, b] = operands;
    const sizes = { x1: () => a.shape.at(axis), x2: () => b.shape.at(axis), ndims: [1, 1] as const };
    checkCore('vecdot', '(n),(n)->()', operands, sizes);
    const row = conjugate(lastAxis(a, axis)).expandDims(-2);
    return row.matmul(lastAxis(b, axis).expandDims(-1)).squeeze([-2, -1]);
  },
);

/**
 * Matrices times vectors: [..., m, n], [..., n] → [..., m]; leading axes broadcast, so that a stack of vectors is one (where `matmul` sees a matrix).
 *
 * @throws ShapeError where the lengths differ.
 * @example
 * matvec(array([[1, 2], [3, 4]]), array([[1, 0], [0, 1]])).tolist() // => [ [ 1, 3 ], [ 2, 4 ] ]
 */
export const matvec: ProductOp = composed(
  {
    name: 'matvec',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3], [3]] },
      {
        inputs: [
          [2, 3],
          [4, 3],
        ],
      },
      { inputs: [[4, 2, 3], [3]] },
    ],
    errors: [
      { inputs: [[3], [3]], throws: 'does not have enough dimensions (has 1' },
      { inputs: [[3, 3], [2]], throws: 'size 2 is different from 3' },
    ],
    parity: {
      numpy: 'np.matvec(x1, x2)',
      torch: 'torch.matmul(x1, x2.unsqueeze(-1)).squeeze(-1)',
      jax: 'jnp.matvec(x1, x2)',
      tfjs: null,
      why: 'tfjs has matMul only',
    },
  },
  (x1: ArrayLike, x2: ArrayLike): NDArray => {
    const operands = pair(x1, x2, 'matvec');
    const [a, b] = operands;
    const sizes = { x1: () => a.shape.at(-1), x2: () => b.shape.at(-1), ndims: [2, 1] as const };
    checkCore('matvec', '(m,n),(n)->(m)', operands, sizes);
    return a.matmul(b.expandDims(-1)).squeeze(-1);
  },
);

/**
 * Vectors times matrices: [..., m], [..., m, n] → [..., n]; leading axes broadcast, complex vectors are conjugated.
 *
 * @throws ShapeError where the lengths differ.
 * @example
 * vecmat(array([1, 1]), array([[1, 2], [3, 4]])).tolist() // => [ 4, 6 ]
 */
export const vecmat: ProductOp = composed(
  {
    name: 'vecmat',
    domain: [-2, 2],
    samples: [
      { inputs: [[2], [2, 3]] },
      {
        inputs: [
          [4, 2],
          [2, 3],
        ],
      },
      { inputs: [[2], [4, 2, 3]] },
    ],
    errors: [
      { inputs: [[3], [3]], throws: 'does not have enough dimensions (has 1' },
      { inputs: [[3], [2, 2]], throws: 'size 2 is different from 3' },
    ],
    parity: {
      numpy: 'np.vecmat(x1, x2)',
      torch: 'torch.matmul(x1.conj().unsqueeze(-2), x2).squeeze(-2)',
      jax: 'jnp.vecmat(x1, x2)',
      tfjs: null,
      why: 'tfjs has matMul only',
    },
  },
  (x1: ArrayLike, x2: ArrayLike): NDArray => {
    const operands = pair(x1, x2, 'vecmat');
    const [a, b] = operands;
    const sizes = { x1: () => a.shape.at(-1), x2: () => b.shape.at(-2), ndims: [1, 2] as const };
    checkCore('vecmat', '(m),(m,n)->(n)', operands, sizes);
    return conjugate(a).expandDims(-2).matmul(b).squeeze(-2);
  },
);
