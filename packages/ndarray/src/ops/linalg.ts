import { type DType, type Kernel, kernelFor, ShapeError, sizeOf, type View } from '@isograd/device';
import { NDArray } from '../array.ts';
import { broadcastStrides, commonShape, show } from '../broadcast.ts';
import { type ArrayLike, defineOp, operand } from '../dispatch.ts';
import type { Op, OpSpec } from '../op.ts';
import { resultType } from '../result-type.ts';
import { allocate } from '../storage.ts';

const gemm = (dtype: DType): Kernel => kernelFor({ kind: 'gemm', dtype });

/** Product of stacks of matrices, `a` [...batch, m, k] and `b` [...batch, k, n] of one dtype. */
function multiplyMatrices(a: NDArray, b: NDArray): NDArray {
  const [m, k, n] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const batch = commonShape('matmul', [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, m, n];
  const out = new NDArray(allocate(a.dtype, sizeOf(shape)), a.dtype, shape);
  const stack = (x: NDArray, rows: number, columns: number): View => (batch.length === 0 ? x : { memory: x.memory, offset: x.offset, strides: broadcastStrides(x, [...batch, rows, columns]), contiguous: false });
  gemm(a.dtype).run([out, stack(a, m, k), stack(b, k, n)], [...batch, m, n, k], []);
  return out;
}

const matmulSpec: OpSpec<undefined> = {
  name: 'matmul',
  family: 'linalg',
  forward: (inputs, _attrs, rule) => {
    const [x1, x2] = inputs as [NDArray, NDArray];
    if (x1.ndim === 0 || x2.ndim === 0) throw new ShapeError({ where: 'matmul', what: 'a 0-d array cannot be multiplied as a matrix', got: `x1 ${show(x1.shape)}, x2 ${show(x2.shape)}`, expected: 'at least one axis', hint: 'use multiply' });
    const a = x1.ndim === 1 ? x1.reshape([1, x1.size]) : x1;
    const b = x2.ndim === 1 ? x2.reshape([x2.size, 1]) : x2;
    if (a.shape.at(-1) !== b.shape.at(-2)) throw new ShapeError({ where: 'matmul', what: 'inner dimensions differ', got: `x1 ${show(x1.shape)}, x2 ${show(x2.shape)}`, expected: 'x1 [..., m, k], x2 [..., k, n]', hint: 'transpose one operand?' });
    const dtype = resultType(inputs, rule);
    const y = multiplyMatrices(a.astype(dtype), b.astype(dtype));
    if (x1.ndim > 1 && x2.ndim > 1) return y;
    const shape = [...y.shape];
    if (x2.ndim === 1) shape.pop();
    if (x1.ndim === 1) shape.splice(x2.ndim === 1 ? -1 : -2, 1);
    return y.reshape(shape);
  },
  vjp: (g, { inputs, needs }) => {
    const [x1, x2] = inputs as [NDArray, NDArray];
    const a = x1.ndim === 1 ? x1.reshape([1, x1.size]) : x1;
    const b = x2.ndim === 1 ? x2.reshape([x2.size, 1]) : x2;
    const batch = commonShape('matmul', [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
    const full = g.reshape([...batch, a.shape.at(-2)!, b.shape.at(-1)!]);
    return [
      needs(0) ? full.matmul(b.mT).sumTo(a.shape).reshape(x1.shape) : undefined,
      needs(1) ? a.mT.matmul(full).sumTo(b.shape).reshape(x2.shape) : undefined,
    ];
  },
  domain: [-2, 2],
  samples: [
    { inputs: [[2, 3], [3, 4]] },
    { inputs: [[3], [3]] },
    { inputs: [[3], [3, 2]] },
    { inputs: [[2, 3], [3]] },
    { inputs: [[2, 1, 3, 4], [5, 4, 2]] },
    { inputs: [[2, 0], [0, 3]] },
  ],
  errors: [
    { inputs: [[2, 3], [2, 3]], throws: 'inner dimensions differ' },
    { inputs: [[], [2]], throws: '0-d array' },
    { inputs: [[2, 3, 4], [3, 4, 5]], throws: 'could not be broadcast' },
  ],
  parity: { numpy: 'np.matmul(x1, x2)', torch: 'torch.matmul(x1, x2)', jax: 'jnp.matmul(x1, x2)', tfjs: 'tf.matMul(x1, x2)' },
};

/** Matrix product; `x1` [..., m, k] and `x2` [..., k, n] → [..., m, n], leading axes broadcast. 1-d operands are a row on the left and a column on the right. */
export const matmul: Op<(x1: ArrayLike, x2: ArrayLike) => NDArray> = defineOp(matmulSpec, (x1: ArrayLike, x2: ArrayLike) => [[operand(x1, 'matmul'), operand(x2, 'matmul')], undefined]);
