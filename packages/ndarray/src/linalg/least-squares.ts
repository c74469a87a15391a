import { sizeOf } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, defineOp, dispatch, dispatchSeveral, operand } from '../dispatch.ts';
import type { Op, OpSpec, SeveralCall, SeveralSpec } from '../op.ts';
import type { Promotion } from '../promotion.ts';
import { complexProduct } from './kernels/complex-product.ts';
import { block, product } from './kernels/gemm.ts';
import type { Svd } from './kernels/svd.ts';
import { adjoint } from './kernels/vectors.ts';
import { LinAlgError } from './linalg-error.ts';
import { adjointOf } from './hermitian.ts';
import { decompose, decomposeHermitian, svd } from './singular-values.ts';
import { sumOf } from '../sum-of.ts';
import { pinvTangent } from './tangents.ts';
import {
  checkMatrix,
  checkSquare,
  commonType,
  factorType,
  type FactorType,
  filling,
  realType,
  type Stack,
  stackOf,
} from './stacks.ts';
import { type NamedTuple, namedTuple } from './tuple.ts';

/** Distance from 1 to the next number. */
export const EPSILON: { readonly float32: number; readonly float64: number } = {
  float32: 2 ** -23,
  float64: Number.EPSILON,
};

/** V diag(1 / s) Uᴴ b of `b` [m, width], without the values that are not above `cutoff`; `undefined` stands for the identity. */
function applyInverse(svd: Svd, b: Float64Array | undefined, shape: InverseShape): Float64Array {
  const { m, n, lanes, width, cutoff } = shape;
  const rank = svd.values.findIndex((s) => !(s > cutoff));
  const k = rank < 0 ? svd.values.length : rank;
  const multiply = (x: Float64Array, y: Float64Array, [p, q, r]: readonly [number, number, number]): Float64Array =>
    lanes === 2 ? complexProduct(x, y, [p, q, r]) : product(block(x, r, 0, 0), block(y, q, 0, 0), [p, q, r]);
  const left = svd.left.slice(0, k * m * lanes);
  const scaled = b ? multiply(left, b, [k, width, m]) : left;
  for (let i = 0; i < k; i++)
    for (let j = i * width * lanes; j < (i + 1) * width * lanes; j++) scaled[j]! /= svd.values[i]!;
  return multiply(adjoint(svd.right.slice(0, k * n * lanes), k, n, lanes), scaled, [n, width, k]);
}

interface InverseShape {
  readonly m: number;
  readonly n: number;
  readonly lanes: 1 | 2;
  readonly width: number;
  readonly cutoff: number;
}

/** Options of {@link pinv}. */
export interface PinvOptions {
  /** Singular values up to `rcond` times the largest count as 0; default 1e-15. */
  readonly rcond?: number;
  /** The same by its name in the array standard; `null` for the larger side times the machine epsilon. */
  readonly rtol?: number | null;
  /** Whether the matrix is symmetric (Hermitian), of which the lower triangle is read then; default `false`. */
  readonly hermitian?: boolean;
}

interface PinvAttrs {
  readonly rcond: number | null;
  readonly hermitian: boolean;
}

function pinvForward(x: NDArray, { rcond, hermitian }: PinvAttrs, rule: Promotion): NDArray {
  const stack = stackOf(x, factorType(x.dtype, rule, 'pinv'));
  const { m, n, lanes, dtype } = stack;
  const out = filling(dtype, [...stack.batch, n, m]);
  if (x.size === 0) return out.array;
  const relative = rcond ?? Math.max(m, n) * EPSILON[realType(dtype)];
  for (let i = 0; i < stack.count; i++) {
    const svd = (hermitian ? decomposeHermitian : decompose)(stack, i, 'reduced', 'pinv');
    out.put(i, applyInverse(svd, undefined, { m, n, lanes, width: m, cutoff: relative * svd.values[0]! }));
  }
  return out.array;
}

/** The cotangent of a matrix from that of its pseudo-inverse `y` (Golub & Pereyra 1973, equation 4.12, transposed). */
function pinvGradient(g: NDArray, a: NDArray, y: NDArray): NDArray {
  const [h, yh] = [adjointOf(g), adjointOf(y)];
  const left = h.subtract(a.matmul(y).matmul(h)).matmul(y).matmul(yh);
  const right = yh.matmul(y).matmul(h.subtract(h.matmul(y).matmul(a)));
  return left.add(right).subtract(yh.matmul(g).matmul(yh));
}

const TALL = { shape: [3, 2], values: [1, 2, -1, 0.5, 3, 1] };

const pinvSpec: OpSpec<PinvAttrs> = {
  name: 'pinv',
  batch: 'stacked',
  family: 'linalg',
  conjugates: true,
  forward: ([x], attrs, rule) => pinvForward(x!, attrs, rule),
  jvp: 'pinv',
  vjp: (g, { inputs: [x], output: y }) => [pinvGradient(g, x!, y)],
  domain: [-2, 2],
  samples: [
    { inputs: [TALL], attrs: { rcond: 1e-15, hermitian: false } },
    { inputs: [{ shape: [2, 3], values: TALL.values }], attrs: { rcond: 1e-15, hermitian: false } },
    { inputs: [{ shape: [2, 2, 2], values: [0, 1, 2, 0, 4, 1, 1, 3] }], attrs: { rcond: 1e-15, hermitian: false } },
    {
      inputs: [{ shape: [2, 2], values: [2, 1, 1, -3] }],
      args: [{ hermitian: true }],
      attrs: { rcond: 1e-15, hermitian: true },
      hermitian: true,
      without: { jax: 'it makes the gradient symmetric' },
    },
    {
      inputs: [{ shape: [3, 2], values: [1, 2, 2, 4, 3, 6.1], differentiable: false }],
      args: [{ rcond: 0.1 }],
      attrs: { rcond: 0.1, hermitian: false },
    },
    { inputs: [[0, 3]], attrs: { rcond: 1e-15, hermitian: false } },
  ],
  errors: [
    { inputs: [[3]], throws: 'at least two-dimensional' },
    { inputs: [{ shape: [2, 2], values: [1, NaN, 0, 1] }], throws: 'SVD did not converge' },
  ],
  parity: {
    numpy: 'np.linalg.pinv(x1, rcond=rcond, hermitian=hermitian)',
    torch: 'torch.linalg.pinv(x1, rtol=rcond, hermitian=hermitian)',
    jax: 'jnp.linalg.pinv(x1, rtol=rcond, hermitian=hermitian)',
    tfjs: null,
    why: 'tfjs has no pseudo-inverse',
  },
};

/**
 * Moore-Penrose pseudo-inverses, [..., m, n] → [..., n, m], by the singular value decomposition.
 *
 * @throws LinAlgError with fewer than two axes, and where the values do not converge.
 * @example
 * linalg.pinv(array([[2, 0], [0, 0]])).tolist() // => [ [ 0.5, 0 ], [ 0, 0 ] ]
 */
export const pinv: Op<<T extends ArrayLike>(x: T, options?: PinvOptions) => Like<T>> = defineOp(
  pinvSpec,
  (x: ArrayLike, { rcond, rtol, hermitian = false }: PinvOptions = {}) => {
    const a = operand(x, 'pinv');
    checkMatrix(a, 'pinv');
    if (hermitian) checkSquare(a, 'pinv');
    return dispatch(pinvSpec, [a], { rcond: rcond ?? (rtol === undefined ? 1e-15 : rtol), hermitian });
  },
);

/** Options of {@link lstsq}. */
export interface LstsqOptions {
  /** Singular values up to `rcond` times the largest count as 0; default the larger side times the machine epsilon, which -1 leaves at the epsilon. */
  readonly rcond?: number;
}

/** What {@link lstsq} finds, as a list of four or by name; `rank` is a 0-d array. */
export type LstsqResult<T> = NamedTuple<
  readonly [x: T, residuals: T, rank: T, singularValues: T],
  { readonly x: T; readonly residuals: T; readonly rank: T; readonly singularValues: T }
>;

function checkSystem(a: NDArray, b: NDArray): void {
  const refuse = (what: string, expected: string): never => {
    throw new LinAlgError({
      where: 'lstsq',
      what,
      got: `a ${show(a.shape)}, b ${show(b.shape)}`,
      expected,
      hint: 'solve systems of a stack one by one',
    });
  };
  if (a.ndim !== 2) refuse(`${a.ndim}-dimensional array given. Array must be two-dimensional`, 'a [m, n]');
  if (b.ndim < 1 || b.ndim > 2)
    refuse(`${b.ndim}-dimensional array given. Array must be two-dimensional`, 'b [m] or [m, k]');
  if (a.shape[0] !== b.shape[0]) refuse('Incompatible dimensions', 'as many rows in b as in a');
}

/** Sums of the squares of b - a x, column by column. */
function residuals(a: Stack, b: Float64Array, x: Float64Array, width: number): Float64Array {
  const { m, n, lanes } = a;
  const matrix = a.matrix(0);
  const y =
    lanes === 2
      ? complexProduct(matrix, x, [m, width, n])
      : product(block(matrix, n, 0, 0), block(x, width, 0, 0), [m, width, n]);
  const out = new Float64Array(width);
  for (let i = 0; i < m * width * lanes; i++) out[Math.floor(i / lanes) % width]! += (b[i]! - y[i]!) ** 2;
  return out;
}

/** What singular values must exceed, relative to the largest; of 64 bits for 32-bit matrices too, as NumPy computes theirs. */
function relativeCutoff(rcond: number | undefined, a: NDArray): number {
  if (rcond === undefined) return Number.EPSILON * Math.max(...a.shape);
  return rcond < 0 ? Number.EPSILON : rcond;
}

// Drawn square ones are often nearly singular.
const WELL_CONDITIONED = { shape: [3, 3], values: [2, -1, 0.5, 0.25, 3, 1, -0.75, 0.5, 1.5] };

function leastSquares(a: NDArray, b: NDArray, dtype: FactorType, rcond: number | undefined): NDArray[] {
  const stack = stackOf(a, dtype);
  const { m, n, lanes } = stack;
  const width = b.ndim === 1 ? 1 : b.shape[1]!;
  const right = stackOf(b.reshape([m, width]), dtype).matrix(0);
  const real = realType(dtype);
  const k = Math.min(m, n);
  const svd = decompose(stack, 0, 'reduced', 'lstsq');
  const cutoff = relativeCutoff(rcond, a) * (svd.values[0] ?? 0);
  const rank = svd.values.filter((s) => s > cutoff).length;
  const solution = applyInverse(svd, right, { m, n, lanes, width, cutoff });
  const isOver = rank === n && m > n;
  const x = filling(dtype, b.ndim === 1 ? [n] : [n, width]);
  const rest = filling(real, [isOver ? width : 0]);
  const count = filling('int64', []);
  const values = filling(real, [k]);
  if (sizeOf(x.array.shape) > 0) x.put(0, solution);
  if (isOver) rest.put(0, residuals(stack, right, solution, width));
  (count.array.memory as BigInt64Array)[0] = BigInt(rank);
  values.put(0, svd.values);
  return [x.array, rest.array, count.array, values.array];
}

interface LstsqAttrs {
  readonly rcond: number | undefined;
}

const lstsqSpec: SeveralSpec<LstsqAttrs> = {
  name: 'lstsq',
  oneByOne: 'the shape of the residuals depends on the values',
  family: 'linalg',
  conjugates: true,
  several: ([a, b], { rcond }, rule) => {
    const dtype = commonType(factorType(a!.dtype, rule, 'lstsq'), factorType(b!.dtype, rule, 'lstsq'));
    return leastSquares(a!, b!, dtype, rcond);
  },
  jvp: (ts, call) => lstsqTangent(ts, call),
  vjp: (gs, call) => lstsqGradient(gs, call),
  domain: [-2, 2],
  samples: [
    { inputs: [[4, 2], [4]], attrs: { rcond: null } },
    {
      inputs: [
        [4, 2],
        [4, 3],
      ],
      attrs: { rcond: null },
    },
    { inputs: [[2, 4], [2]], attrs: { rcond: null } },
    { inputs: [WELL_CONDITIONED, [3]], attrs: { rcond: null } },
    {
      inputs: [{ shape: [3, 2], values: [1, 2, 2, 4, 3, 6], differentiable: false }, [3]],
      args: [{ rcond: 1e-10 }],
      attrs: { rcond: 1e-10 },
    },
    { inputs: [[3, 0], [3]], attrs: { rcond: null } },
  ],
  errors: [
    { inputs: [[3, 2], [2]], throws: 'Incompatible dimensions' },
    { inputs: [[2, 3, 2], [3]], throws: 'must be two-dimensional' },
  ],
  parity: {
    numpy: '(lambda r: (r[0], r[1], np.int64(r[2]), r[3]))(np.linalg.lstsq(x1, x2, rcond=rcond))',
    torch: null,
    jax: null,
    tfjs: null,
    why: 'PyTorch, JAX and tfjs differ in what they give besides the solution; parity-tests asks PyTorch for the solution alone',
  },
};

/** Cotangents of both sides: of x = A⁺ b, of the residuals |b - A x|² and of the singular values. */
function lstsqGradient(
  [gx, gr, , gs]: readonly (NDArray | undefined)[],
  { inputs, outputs, attrs: { rcond }, needs }: SeveralCall<LstsqAttrs>,
): readonly (NDArray | undefined)[] {
  const [a, b] = inputs as [NDArray, NDArray];
  const column = (y: NDArray): NDArray => (b.ndim === 1 ? y.expandDims(-1) : y);
  let [ga, gb]: (NDArray | undefined)[] = [undefined, undefined];
  if (gx) {
    const inverse = pinv(a, { rcond: relativeCutoff(rcond, a) });
    gb = adjointOf(inverse).matmul(column(gx));
    if (needs(0)) ga = pinvGradient(column(gx).matmul(adjointOf(column(b))), a, inverse);
  }
  if (gr && gr.size > 0) {
    const rest = column(b)
      .sub(a.matmul(column(outputs[0]!)))
      .mul(gr.mul(2));
    gb = gb ? gb.add(rest) : rest;
    // The solution makes the residuals least, so that they do not change with it.
    const part = rest.matmul(adjointOf(column(outputs[0]!))).neg();
    ga = ga ? ga.add(part) : part;
  }
  if (gs && needs(0)) {
    const { U, Vh } = svd(a, { fullMatrices: false });
    const part = U.mul(gs.expandDims(-2)).matmul(Vh);
    ga = ga ? ga.add(part) : part;
  }
  return [ga, gb && b.ndim === 1 ? gb.squeeze(-1) : gb];
}

/** Tangents of the solution, of the residuals and of the singular values. */
function lstsqTangent(
  [ta, tb]: readonly (NDArray | undefined)[],
  { inputs, outputs, attrs: { rcond } }: SeveralCall<LstsqAttrs>,
): readonly (NDArray | undefined)[] {
  const [a, b] = inputs as [NDArray, NDArray];
  const [vector, rest] = [b.ndim === 1, outputs[1]!];
  const column = (y: NDArray): NDArray => (vector ? y.expandDims(-1) : y);
  const [x, side] = [column(outputs[0]!), tb && column(tb)];
  const inverse = pinv(a, { rcond: relativeCutoff(rcond, a) });
  const along = sumOf([ta && pinvTangent(ta, a, inverse).matmul(column(b)), side && inverse.matmul(side)])!;
  const moved = sumOf([side, ta?.matmul(x).neg()])!;
  const missed = column(b).sub(a.matmul(x));
  const { U, Vh } = ta ? svd(a, { fullMatrices: false }) : {};
  return [
    vector ? along.squeeze(-1) : along,
    rest.size > 0 ? missed.conj().mul(moved).sum(0).real.mul(2) : undefined,
    undefined,
    U &&
      U.conj()
        .mul(ta!.matmul(adjointOf(Vh!)))
        .sum(-2).real,
  ];
}

/**
 * The `x` of least length among those that make the length of `b - a x` least; `a` [m, n], `b` [m] or [m, k], by the singular value decomposition.
 *
 * `residuals` are the squares of those lengths, empty unless `a` has more rows than columns and full rank. All but the rank have gradients (PyTorch's: the solution).
 *
 * @throws LinAlgError where the shapes do not fit, and where the singular values do not converge.
 * @example
 * linalg.lstsq(array([[1, 0], [0, 2], [0, 0]]), array([1, 2, 3])).x.round(12).tolist() // => [ 1, 1 ]
 */
export const lstsq: Op<(a: ArrayLike, b: ArrayLike, options?: LstsqOptions) => LstsqResult<NDArray>> = defineOp(
  lstsqSpec,
  ((a: ArrayLike, b: ArrayLike, options: LstsqOptions = {}) => {
    const [first, second] = [operand(a, 'lstsq'), operand(b, 'lstsq')];
    checkSystem(first, second);
    const results = dispatchSeveral(lstsqSpec, [first, second], { rcond: options.rcond });
    const [x, rest, rank, values] = results as [NDArray, NDArray, NDArray, NDArray];
    return namedTuple(['x', 'residuals', 'rank', 'singularValues'], [x, rest, rank, values] as const);
  }) as never,
);
