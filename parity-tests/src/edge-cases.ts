import { type NDArray, type Parity, where } from '@isograd/ndarray';
import * as linalg from '@isograd/ndarray/linalg';

/** An input: a float32 vector, or a float64 array of a shape. */
type EdgeInput = readonly number[] | { readonly shape: readonly number[]; readonly values: readonly number[] };

/** A call at a kink, a tie or an edge of the domain, where libraries choose differently, or of a part of what a function gives. */
export interface EdgeCase {
  /** Name of an op of the table, or of a function composed here. */
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly EdgeInput[];
  readonly args?: readonly unknown[];
  readonly attrs?: Readonly<Record<string, unknown>>;
  /** What isograd computes and what it is called elsewhere, where `op` is not in the table. */
  readonly composed?: {
    readonly compute: (...xs: NDArray[]) => NDArray;
    readonly parity: Parity;
    /** Where derivatives are held against differences; [-2, 2] by default. */
    readonly domain?: readonly [number, number];
  };
}

const relu6: EdgeCase['composed'] = {
  compute: (x) => x!.clip(0, 6),
  parity: {
    numpy: 'np.clip(x1, 0, 6)',
    torch: 'F.relu6(x1)',
    jax: 'jax.nn.relu6(x1)',
    tfjs: 'tf.relu6(x1)',
  },
};

const guardedSqrt: EdgeCase['composed'] = {
  domain: [0.1, 2],
  compute: (x) => where(x!.greater(0), x!.sqrt(), 0),
  parity: {
    numpy: 'np.where(x1 > 0, np.sqrt(x1), np.float32(0))',
    torch: 'torch.where(x1 > 0, torch.sqrt(x1), 0.0)',
    jax: 'jnp.where(x1 > 0, jnp.sqrt(x1), 0.0)',
    tfjs: 'tf.where(tf.greater(x1, 0), tf.sqrt(x1), tf.zerosLike(x1))',
  },
};

// The libraries differ in what they give besides the solution.
const lstsqSolution: EdgeCase['composed'] = {
  compute: (a, b) => linalg.lstsq(a!, b!).x,
  parity: {
    numpy: 'np.linalg.lstsq(x1, x2, rcond=None)[0]',
    torch: 'torch.linalg.lstsq(x1, x2).solution',
    jax: 'jnp.linalg.lstsq(x1, x2)[0]',
    tfjs: null,
    why: 'tfjs has no least squares',
  },
};
const OVER = { shape: [4, 2], values: [2, 0.5, -1, 0.4, 0.7, -1.1, 0.3, 0.2] };
const SIDES = { shape: [4, 2], values: [1, -0.5, 0.25, 2, -1.5, 0.75, 0.5, 1] };

/** Where conventions differ; the differences themselves are rows of `known-differences.ts`. */
export const EDGE_CASES: readonly EdgeCase[] = [
  { op: 'absolute', name: 'at zero', inputs: [[-1, 0, 1]] },
  { op: 'sign', name: 'at zero', inputs: [[-1, 0, 1]] },
  { op: 'relu', name: 'at zero', inputs: [[-1, 0, 1]] },
  { op: 'relu', name: 'of NaN', inputs: [[NaN, 1]] },
  { op: 'relu6', name: 'at both bounds', inputs: [[-1, 0, 3, 6, 7]], composed: relu6 },
  { op: 'clip', name: 'at both bounds', inputs: [[-1, 0, 0.5, 1, 2]], args: [0, 1], attrs: { min: 0, max: 1 } },
  { op: 'clip', name: 'of NaN', inputs: [[NaN, 0.5]], args: [0, 1], attrs: { min: 0, max: 1 } },
  { op: 'max', name: 'tie of two', inputs: [[1, 2, 2]] },
  { op: 'max', name: 'tie of all', inputs: [[3, 3, 3]] },
  { op: 'max', name: 'with NaN', inputs: [[1, NaN, 2]] },
  { op: 'min', name: 'tie of two', inputs: [[1, 1, 2]] },
  {
    op: 'maximum',
    name: 'tie in the middle',
    inputs: [
      [1, 2, 3],
      [2, 2, 2],
    ],
  },
  {
    op: 'maximum',
    name: 'with NaN',
    inputs: [
      [1, NaN, 2],
      [NaN, 1, 3],
    ],
  },
  {
    op: 'minimum',
    name: 'tie in the middle',
    inputs: [
      [1, 2, 3],
      [2, 2, 2],
    ],
  },
  {
    op: 'minimum',
    name: 'with NaN',
    inputs: [
      [1, NaN, 2],
      [NaN, 1, 3],
    ],
  },
  {
    op: 'power',
    name: 'zero bases and exponents',
    inputs: [
      [0, 0, 0, 2],
      [0, 1, 2, 0],
    ],
  },
  {
    op: 'power',
    name: 'negative bases',
    inputs: [
      [-2, -2, -2],
      [2, 3, 0.5],
    ],
  },
  { op: 'sqrt', name: 'at zero and below', inputs: [[0, 4, -1]] },
  { op: 'log', name: 'at zero and below', inputs: [[0, 1, -1]] },
  { op: 'guardedSqrt', name: 'at zero', inputs: [[0, 4]], composed: guardedSqrt },
  { op: 'prod', name: 'one zero', inputs: [[0, 2, 3]] },
  { op: 'prod', name: 'two zeros', inputs: [[0, 0, 3]] },
  { op: 'cumprod', name: 'a zero inside', inputs: [[2, 0, 3, 4]], args: [0], attrs: { axis: 0 } },
  { op: 'var', name: 'all equal', inputs: [[2, 2, 2]], attrs: { ddof: 0 } },
  { op: 'std', name: 'all equal', inputs: [[2, 2, 2]], attrs: { ddof: 0 } },
  ...[null, 1, 3, 0.5, -1, 'inf', '-inf'].map((ord) => ({
    op: 'norm',
    name: `of zeros, order ${ord}`,
    inputs: [[0, 0]],
    args: [typeof ord === 'string' ? Number(ord.replace('inf', 'Infinity')) : ord],
    attrs: { ord },
  })),
  { op: 'norm', name: 'of equal sizes, order inf', inputs: [[2, -2]], args: [Infinity], attrs: { ord: 'inf' } },
  { op: 'norm', name: 'with a zero, order -1', inputs: [[0, 2]], args: [-1], attrs: { ord: -1 } },
  { op: 'lstsqSolution', name: 'more rows than columns', inputs: [OVER, SIDES], composed: lstsqSolution },
  {
    op: 'lstsqSolution',
    name: 'as many rows as columns',
    inputs: [
      { shape: [2, 2], values: [2, 1, -1, 3] },
      { shape: [2, 1], values: [1, 4] },
    ],
    composed: lstsqSolution,
  },
  { op: 'logsumexp', name: 'all minus infinity', inputs: [[-Infinity, -Infinity]] },
  { op: 'logsumexp', name: 'far apart', inputs: [[1000, 0, -1000]] },
  {
    op: 'logcumsumexp',
    name: 'minus infinities first',
    inputs: [[-Infinity, -Infinity, 1]],
    args: [0],
    attrs: { dim: 0 },
  },
  { op: 'softmax', name: 'far apart', inputs: [[1000, 0, -1000]], args: [0], attrs: { axis: 0 } },
  { op: 'logSoftmax', name: 'far apart', inputs: [[1000, 0, -1000]], args: [0], attrs: { axis: 0 } },
  { op: 'sigmoid', name: 'far out', inputs: [[-200, -90, 90, 200]] },
  { op: 'softplus', name: 'far out', inputs: [[-200, -20, 0, 20, 200]] },
  {
    op: 'remainder',
    name: 'all signs',
    inputs: [
      [-7, 7, -7, 5.5],
      [3, -3, -3, 2],
    ],
  },
  {
    op: 'floorDivide',
    name: 'all signs',
    inputs: [
      [-7, 7, -7, 5.5],
      [2, -2, -2, 2],
    ],
  },
  { op: 'round', name: 'halves', inputs: [[0.5, 1.5, 2.5, -0.5, -1.5]] },
];
