import { ArgumentError, ShapeError, sizeOf } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { commonShape, show } from '../broadcast.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import type { BatchRule, Composed, Op, OpSpec } from '../op.ts';
import type { Promotion } from '../promotion.ts';
import { sumBack } from '../families.ts';
import { inv } from '../ops/matrices.ts';
import { solutions } from './determinants.ts';
import { LinAlgError } from './linalg-error.ts';
import { checkSquare, commonType, factorType, stackOf } from './stacks.ts';
import { alignExamples } from '../batching.ts';

function checkRightSide(a: NDArray, b: NDArray, n: number): void {
  const isVector = b.ndim === 1;
  const rows = b.shape.at(isVector ? -1 : -2);
  if (rows === n) return;
  const signature = isVector ? '(m,m),(m)->(m)' : '(m,m),(m,n)->(m,n)';
  throw new ShapeError({
    where: 'solve',
    what:
      b.ndim === 0
        ? `Input operand 1 does not have enough dimensions (has 0, gufunc core with signature ${signature} requires 1)`
        : `Input operand 1 has a mismatch in its core dimension 0, with gufunc signature ${signature} (size ${rows} is different from ${n})`,
    got: `a ${show(a.shape)}, b ${show(b.shape)}`,
    expected: 'a [..., n, n], b [n] or [..., n, k]',
    hint: 'a stack of vectors is solved as columns: b.expandDims(-1)',
  });
}

function solveForward(inputs: readonly NDArray[], rule: Promotion): NDArray {
  const [a, b] = inputs as [NDArray, NDArray];
  const n = checkSquare(a, 'solve');
  checkRightSide(a, b, n);
  const dtype = commonType(factorType(a.dtype, rule, 'solve'), factorType(b.dtype, rule, 'solve'));
  const column = b.ndim === 1 ? b.reshape([n, 1]) : b;
  const batch = commonShape('solve', [a.shape.slice(0, -2), column.shape.slice(0, -2)]);
  const one = sizeOf(a.shape.slice(0, -2)) === 1;
  const matrices = one ? a.reshape([n, n]) : a.broadcastTo([...batch, n, n]);
  const sides = column.broadcastTo([...batch, n, column.shape.at(-1)!]);
  const x = solutions(stackOf(matrices, dtype), stackOf(sides, dtype));
  return b.ndim === 1 ? x.reshape([...batch, n]) : x;
}

const MATRIX = { shape: [3, 3], values: [3, 0.5, -1, 0.2, 2, 0.7, -0.4, 1, 2.5] };
const PAIR = { shape: [2, 2, 2], values: [0, 1, 2, 0, 4, 1, 1, 3] };

/** A right side with one axis is a vector, so the vectors of many examples are columns for a moment. */
const solveBatch: BatchRule<undefined> = (inputs, { shapes, batched }) => {
  const [a, b] = inputs as [NDArray, NDArray];
  const vector = shapes[1]!.length === 1;
  const column = vector ? b.expandDims(-1) : b;
  const ndim = Math.max(shapes[0]!.length, vector ? 2 : shapes[1]!.length);
  const x = solve(batched(0) ? alignExamples(a, ndim) : a, batched(1) ? alignExamples(column, ndim) : column);
  return vector ? x.squeeze(-1) : x;
};

const solveSpec: OpSpec<undefined> = {
  name: 'solve',
  family: 'linalg',
  batch: solveBatch,
  forward: (inputs, _attrs, rule) => solveForward(inputs, rule),
  jvp: 'solve',
  vjp: (g, { inputs, output: x, needs }) => {
    const [a, b] = inputs as [NDArray, NDArray];
    const [side, column] = b.ndim === 1 ? [g.expandDims(-1), x.expandDims(-1)] : [g, x];
    const gb = solve(a.mT, side);
    return [
      needs(0) ? sumBack(gb.matmul(column.mT).neg(), a) : undefined,
      needs(1) ? sumBack(b.ndim === 1 ? gb.squeeze(-1) : gb, b) : undefined,
    ];
  },
  domain: [-2, 2],
  samples: [
    { inputs: [MATRIX, [3]] },
    { inputs: [MATRIX, [3, 2]] },
    { inputs: [PAIR, [2, 2, 3]] },
    { inputs: [PAIR, [2, 1]] },
    { inputs: [PAIR, [2]], without: { torch: 'it takes a stack of vectors, not one for all' } },
    { inputs: [MATRIX, [2, 3, 1]] },
    {
      inputs: [
        [0, 0],
        [0, 2],
      ],
    },
  ],
  errors: [
    { inputs: [{ shape: [2, 2], values: [1, 2, 2, 4] }, [2]], throws: 'Singular matrix' },
    { inputs: [[2, 3], [2]], throws: 'must be square' },
    { inputs: [[3], [3]], throws: 'at least two-dimensional' },
    { inputs: [MATRIX, [2]], throws: 'size 2 is different from 3' },
    { inputs: [MATRIX, [2, 3]], throws: '(m,m),(m,n)->(m,n)' },
  ],
  parity: {
    numpy: 'np.linalg.solve(x1, x2)',
    torch: 'torch.linalg.solve(x1, x2)',
    jax: 'jnp.linalg.solve(x1, x2)',
    tfjs: null,
    why: 'tfjs has no solver',
  },
};

/**
 * The `x` with `a x = b`, by LU factors with partial pivoting; `a` [..., n, n], `b` [n] or [..., n, k]; leading axes broadcast.
 *
 * @throws LinAlgError for a singular matrix, or one that is not square; ShapeError where `b` does not fit.
 * @example
 * linalg.solve(array([[2, 0], [0, 4]]), array([1, 2])).tolist() // => [ 0.5, 0.5 ]
 */
export const solve: Op<(a: ArrayLike, b: ArrayLike) => NDArray> = defineOp(solveSpec, (a: ArrayLike, b: ArrayLike) =>
  dispatch(solveSpec, [operand(a, 'solve'), operand(b, 'solve')], undefined),
);

/** Options of {@link tensorsolve}. */
export interface TensorSolveOptions {
  /** Axes of `a` to move to its end first; default none. */
  readonly axes?: readonly number[];
}

function axesToEnd(axes: readonly number[], ndim: number): number[] {
  const last = axes.map((axis) => normalizeAxis(axis, ndim, 'tensorsolve'));
  return [...Array.from({ length: ndim }, (_, d) => d).filter((d) => !last.includes(d)), ...last];
}

/**
 * The `x` with `tensordot(a, x, x.ndim) = b`: `a` [...shape of b, ...shape of x].
 *
 * @throws LinAlgError where the elements of `a` make no square matrix, or a singular one.
 * @example
 * linalg.tensorsolve(identity(4).reshape(2, 2, 4), ones([2, 2])).tolist() // => [ 1, 1, 1, 1 ]
 */
export const tensorsolve: Composed<(a: ArrayLike, b: ArrayLike, options?: TensorSolveOptions) => NDArray> = composed(
  {
    name: 'tensorsolve',
    domain: [-2, 2],
    samples: [
      {
        inputs: [{ shape: [2, 2, 4], values: [3, 0, 1, 0, 0, 2, 0, 1, 1, 0, 4, 0, 0, 1, 0, 5] }, [2, 2]],
        attrs: { axes: null },
      },
      {
        inputs: [{ shape: [2, 3, 3, 2], domain: [-1, 1] }, [2, 3]],
        args: [{ axes: [2] }],
        attrs: { axes: [2] },
      },
    ],
    errors: [{ inputs: [[2, 3], [3]], throws: 'must satisfy the requirement' }],
    parity: {
      numpy: 'np.linalg.tensorsolve(x1, x2, axes=axes)',
      torch: 'torch.linalg.tensorsolve(x1, x2, dims=axes)',
      jax: 'jnp.linalg.tensorsolve(x1, x2, axes=axes)',
      tfjs: null,
      why: 'tfjs has no solver',
    },
  },
  (a: NDArray, b: NDArray, options: TensorSolveOptions = {}): NDArray => {
    const [first, second] = [operand(a, 'tensorsolve'), operand(b, 'tensorsolve')];
    const { axes } = options;
    const moved = axes ? first.transpose(axesToEnd(axes, first.ndim)) : first;
    const [rows, columns] = [moved.shape.slice(0, second.ndim), moved.shape.slice(second.ndim)];
    if (sizeOf(rows) !== sizeOf(columns) || sizeOf(rows) !== second.size)
      throw new LinAlgError({
        where: 'tensorsolve',
        what: 'Input arrays must satisfy the requirement prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])',
        got: `a ${show(first.shape)}, b ${show(second.shape)}`,
        expected: 'as many elements in the axes of b as in the other axes of a',
        hint: 'axes moves axes of a to its end',
      });
    const n = second.size;
    return solve(moved.reshape([n, n]), second.reshape([n])).reshape([...columns]);
  },
);

/**
 * The inverse of an array read as a matrix whose rows are its first `ind` axes (default 2): [...rows, ...columns] → [...columns, ...rows].
 *
 * @throws ArgumentError for an `ind` below 1; LinAlgError for a singular matrix, or one that is not square.
 * @example
 * linalg.tensorinv(identity(4).reshape(4, 2, 2), 1).shape // => [ 2, 2, 4 ]
 */
export const tensorinv: Composed<(a: ArrayLike, ind?: number) => NDArray> = composed(
  {
    name: 'tensorinv',
    domain: [-2, 2],
    samples: [
      { inputs: [{ shape: [2, 2, 4], values: [3, 0, 1, 0, 0, 2, 0, 1, 1, 0, 4, 0, 0, 1, 0, 5] }], attrs: { ind: 2 } },
      {
        inputs: [{ shape: [4, 2, 2], values: [3, 0, 1, 0, 0, 2, 0, 1, 1, 0, 4, 0, 0, 1, 0, 5] }],
        args: [1],
        attrs: { ind: 1 },
      },
    ],
    errors: [
      { inputs: [[2, 2]], args: [0], throws: 'Invalid ind argument' },
      { inputs: [[2, 3]], args: [1], throws: 'must be square' },
    ],
    parity: {
      numpy: 'np.linalg.tensorinv(x1, ind)',
      torch: 'torch.linalg.tensorinv(x1, ind)',
      jax: 'jnp.linalg.tensorinv(x1, ind)',
      tfjs: null,
      why: 'tfjs has no inverse',
    },
  },
  (a: NDArray, ind = 2): NDArray => {
    const x = operand(a, 'tensorinv');
    if (!(ind > 0))
      throw new ArgumentError({
        where: 'tensorinv',
        what: 'Invalid ind argument',
        got: String(ind),
        expected: 'a number of axes of at least 1',
        hint: 'ind counts the axes that are the rows of the matrix',
      });
    const [rows, columns] = [x.shape.slice(0, ind), x.shape.slice(ind)];
    return inv(x.reshape([sizeOf(rows), sizeOf(columns)])).reshape([...columns, ...rows]);
  },
);
