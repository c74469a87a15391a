import { type DType, isComplex, partOf, ShapeError, sizeOf, type View } from '@isograd/device';
import { NDArray } from '../array.ts';
import { broadcastStrides, commonShape, sameShape, show } from '../broadcast.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import { kernelTable } from '../kernels.ts';
import type { BatchRule, Composed, Op, OpSpec } from '../op.ts';
import { imagView, joinParts, realView } from '../parts.ts';
import { resultType } from '../result-type.ts';
import { allocate } from '../storage.ts';
import { alignExamples } from '../batching.ts';

const gemm = kernelTable((dtype) => ({ kind: 'gemm', dtype }));

/** Complex matrices are multiplied part by part, in four real products. */
function multiplyComplex(a: NDArray, b: NDArray, part: DType): NDArray {
  const [ar, ai, br, bi] = [realView(a), imagView(a), realView(b), imagView(b)];
  const product = (x: NDArray, y: NDArray): NDArray => multiplyMatrices(x, y, part);
  return joinParts(product(ar, br).sub(product(ai, bi)), product(ar, bi).add(product(ai, br)));
}

/** Product of two matrices or of stacks of them, of one dtype. */
function multiplyMatrices(a: NDArray, b: NDArray, dtype: DType): NDArray {
  if (isComplex(dtype)) return multiplyComplex(a.plain(), b.plain(), partOf(dtype));
  const [m, k, n] = [a.shape[a.ndim - 2]!, a.shape[a.ndim - 1]!, b.shape[b.ndim - 1]!];
  if (a.ndim === 2 && b.ndim === 2) {
    const out = new NDArray(allocate(dtype, m * n), dtype, [m, n]);
    gemm(dtype).run([out, a, b], [m, n, k], []);
    return out;
  }
  const batch = commonShape('matmul', [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, m, n];
  const out = new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);
  const stack = (x: NDArray, rows: number, columns: number): View => {
    const whole = [...batch, rows, columns];
    return sameShape(x.shape, whole)
      ? x
      : { memory: x.memory, offset: x.offset, strides: broadcastStrides(x, whole), contiguous: false };
  };
  gemm(dtype).run([out, stack(a, m, k), stack(b, k, n)], [...batch, m, n, k], []);
  return out;
}

function checkMatrices(x1: NDArray, x2: NDArray): void {
  const n1 = x1.shape.length;
  const n2 = x2.shape.length;
  if (n1 > 0 && n2 > 0 && x1.shape[n1 - 1] === x2.shape[n2 === 1 ? 0 : n2 - 2]) return;
  const flat = n1 === 0 || n2 === 0;
  throw new ShapeError({
    where: 'matmul',
    what: flat ? 'a 0-d array cannot be multiplied as a matrix' : 'inner dimensions differ',
    got: `x1 ${show(x1.shape)}, x2 ${show(x2.shape)}`,
    expected: 'x1 [..., m, k], x2 [..., k, n]',
    hint: flat ? 'use multiply' : 'transpose one operand?',
  });
}

// Plain, so that what happens inside the product leaves no history.
const typed = (x: NDArray, dtype: DType): NDArray =>
  x.dtype === dtype ? (x.ndim === 1 ? x.plain() : x) : x.plain().astype(dtype);
const asRow = (x: NDArray): NDArray => (x.ndim === 1 ? x.reshape([1, x.size]) : x);
const asColumn = (x: NDArray): NDArray => (x.ndim === 1 ? x.reshape([x.size, 1]) : x);

/** Examples of vectors are the rows of a matrix where the other operand is shared; else all are matrices for a moment. */
const matmulBatch: BatchRule<undefined> = ([x1, x2], { shapes: [s1, s2], batched }) => {
  const [a, b] = [x1!, x2!];
  if (s1!.length === 1 && !batched(1)) return s2!.length <= 2 ? a.matmul(b) : vectorExamples(a, b);
  if (s2!.length === 1 && !batched(0) && s1!.length === 2) return b.matmul(a.T);
  const ndim = Math.max(s1!.length, s2!.length, 2);
  const row = s1!.length === 1 ? a.expandDims(-2) : a;
  const column = s2!.length === 1 ? b.expandDims(-1) : b;
  const y = (batched(0) ? alignExamples(row, ndim) : row).matmul(batched(1) ? alignExamples(column, ndim) : column);
  const narrow = s2!.length === 1 ? y.squeeze(-1) : y;
  return s1!.length === 1 ? narrow.squeeze(s2!.length === 1 ? -1 : -2) : narrow;
};

/** One vector an example against a shared stack of matrices. */
const vectorExamples = (a: NDArray, b: NDArray): NDArray =>
  alignExamples(a.expandDims(-2), b.ndim).matmul(b).squeeze(-2);

const matmulSpec: OpSpec<undefined> = {
  name: 'matmul',
  family: 'linalg',
  readsLayout: true,
  forward: (inputs, _attrs, rule) => {
    const [x1, x2] = inputs as [NDArray, NDArray];
    checkMatrices(x1, x2);
    const dtype = x1.dtype === x2.dtype ? x1.dtype : resultType(inputs, rule);
    const y = multiplyMatrices(asRow(typed(x1, dtype)), asColumn(typed(x2, dtype)), dtype);
    if (x1.ndim > 1 && x2.ndim > 1) return y;
    const shape = [...y.shape];
    if (x2.ndim === 1) shape.pop();
    if (x1.ndim === 1) shape.splice(x2.ndim === 1 ? -1 : -2, 1);
    return y.reshape(shape);
  },
  vjp: (g, { inputs, needs }) => {
    const [x1, x2] = inputs as [NDArray, NDArray];
    if (x1.ndim === 2 && x2.ndim === 2) {
      // The cotangent of a transposed operand is made transposed, so that undoing the transpose leaves it in C order.
      const turned = x2.strides[0] === 1 && x2.strides[1] !== 1;
      return [
        needs(0) ? g.matmul(x2.T) : undefined,
        needs(1) ? (turned ? g.T.matmul(x1).T : x1.T.matmul(g)) : undefined,
      ];
    }
    const [a, b] = [asRow(x1), asColumn(x2)];
    const batch = commonShape('matmul', [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
    const full = g.reshape([...batch, a.shape.at(-2)!, b.shape.at(-1)!]);
    return [
      needs(0) ? full.matmul(b.mT).sumTo(a.shape).reshape(x1.shape) : undefined,
      needs(1) ? a.mT.matmul(full).sumTo(b.shape).reshape(x2.shape) : undefined,
    ];
  },
  linear: 'each',
  batch: matmulBatch,
  domain: [-2, 2],
  samples: [
    {
      inputs: [
        [2, 3],
        [3, 4],
      ],
    },
    { inputs: [[3], [3]], without: { tfjs: 'matMul wants two axes or more' } },
    { inputs: [[3], [3, 2]], without: { tfjs: 'matMul wants two axes or more' } },
    { inputs: [[2, 3], [3]], without: { tfjs: 'matMul wants two axes or more' } },
    {
      inputs: [
        [2, 1, 3, 4],
        [5, 4, 2],
      ],
    },
    {
      inputs: [
        [2, 0],
        [0, 3],
      ],
      without: { tfjs: 'matMul takes no empty matrices' },
    },
  ],
  errors: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      throws: 'inner dimensions differ',
    },
    { inputs: [[], [2]], throws: '0-d array' },
    {
      inputs: [
        [2, 3, 4],
        [3, 4, 5],
      ],
      throws: 'could not be broadcast',
    },
  ],
  parity: {
    numpy: 'np.matmul(x1, x2)',
    torch: 'torch.matmul(x1, x2)',
    jax: 'jnp.matmul(x1, x2)',
    tfjs: 'tf.matMul(x1, x2)',
  },
};

/**
 * Matrix product; `x1` [..., m, k] and `x2` [..., k, n] → [..., m, n], leading axes broadcast. 1-d operands are a row on the left and a column on the right.
 *
 * @example
 * matmul(array([[1, 2], [3, 4]]), array([10, 1])).tolist() // => [ 12, 34 ]
 */
export const matmul: Op<(x1: ArrayLike, x2: ArrayLike) => NDArray> = defineOp(
  matmulSpec,
  (x1: ArrayLike, x2: ArrayLike) => dispatch(matmulSpec, [operand(x1, 'matmul'), operand(x2, 'matmul')], undefined),
);

/**
 * NumPy's `dot`: the matrix product for one and two axes, a plain product with a number, and for more axes the sum over the last axis of `x1`
 * and the second to last of `x2` for every pair of the others (where `matmul` broadcasts).
 *
 * @example
 * dot(array([1, 2]), array([3, 4])).item() // => 11
 */
export const dot: Composed<(x1: ArrayLike, x2: ArrayLike) => NDArray> = composed(
  {
    name: 'dot',
    domain: [-2, 2],
    samples: [
      { inputs: [[3], [3]] },
      {
        inputs: [
          [2, 3],
          [3, 4],
        ],
        without: { torch: 'torch.dot takes vectors' },
      },
      { inputs: [[2, 3], [3]], without: { torch: 'torch.dot takes vectors' } },
      { inputs: [[], [2, 3]], without: { torch: 'torch.dot takes vectors', tfjs: 'dot wants one or two axes' } },
      {
        inputs: [
          [2, 3, 4],
          [2, 4, 3],
        ],
        without: { torch: 'torch.dot takes vectors', tfjs: 'dot wants one or two axes' },
      },
    ],
    errors: [
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        throws: 'inner dimensions differ',
      },
    ],
    parity: { numpy: 'np.dot(x1, x2)', torch: 'torch.dot(x1, x2)', jax: 'jnp.dot(x1, x2)', tfjs: 'tf.dot(x1, x2)' },
  },
  (x1: ArrayLike, x2: ArrayLike): NDArray => {
    const [a, b] = [operand(x1, 'dot'), operand(x2, 'dot')];
    if (a.ndim === 0 || b.ndim === 0) return a.multiply(b);
    if (b.ndim <= 2) return a.matmul(b);
    checkMatrices(a, b);
    const k = a.shape.at(-1)!;
    const rows = a.reshape([a.size / Math.max(k, 1), k]);
    const columns = b.moveaxis(-2, 0);
    const y = rows.matmul(columns.reshape([k, b.size / Math.max(k, 1)]));
    return y.reshape([...a.shape.slice(0, -1), ...columns.shape.slice(1)]);
  },
);

/**
 * The product of every element of `x1` with every one of `x2`, both flattened: [m], [n] → [m, n].
 *
 * @example
 * outer(array([1, 2]), array([3, 4])).tolist() // => [ [ 3, 4 ], [ 6, 8 ] ]
 */
export const outer: Composed<(x1: ArrayLike, x2: ArrayLike) => NDArray> = composed(
  {
    name: 'outer',
    domain: [-2, 2],
    samples: [
      { inputs: [[2], [3]] },
      { inputs: [[2, 2], [3]], without: { torch: 'torch.outer takes vectors', tfjs: 'outerProduct takes vectors' } },
    ],
    errors: [],
    parity: {
      numpy: 'np.outer(x1, x2)',
      torch: 'torch.outer(x1, x2)',
      jax: 'jnp.outer(x1, x2)',
      tfjs: 'tf.outerProduct(x1, x2)',
    },
  },
  (x1: ArrayLike, x2: ArrayLike): NDArray => {
    const [a, b] = [operand(x1, 'outer'), operand(x2, 'outer')];
    return a.reshape([a.size, 1]).multiply(b.reshape([b.size]));
  },
);
