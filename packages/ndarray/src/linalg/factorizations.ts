import { ArgumentError, GradientError } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { type ArrayLike, defineOp, dispatch, dispatchSeveral, operand } from '../dispatch.ts';
import type { Op, OpSpec, SeveralSpec } from '../op.ts';
import type { Promotion } from '../promotion.ts';
import { choleskyGradient, qrGradient } from './factor-gradients.ts';
import { adjointOf } from './hermitian.ts';
import { complexCholeskyInPlace } from './kernels/complex-cholesky.ts';
import { complexQrInPlace } from './kernels/complex-reductions.ts';
import { complexReflectorProduct } from './kernels/complex-reflectors.ts';
import { choleskyInPlace } from './kernels/cholesky.ts';
import { qrInPlace } from './kernels/qr.ts';
import { type Reflectors, reflectorProduct } from './kernels/reflectors.ts';
import { adjoint } from './kernels/vectors.ts';
import { LinAlgError } from './linalg-error.ts';
import { checkMatrix, checkSquare, factorType, filling, type Stack, stackOf } from './stacks.ts';
import { type NamedTuple, namedTuple } from './tuple.ts';
import { stackedBatchSeveral } from '../batching.ts';

interface CholeskyAttrs {
  readonly upper: boolean;
}

/** Options of {@link cholesky}. */
export interface CholeskyOptions {
  /** Whether to read the upper triangle and give the upper factor; default `false`. */
  readonly upper?: boolean;
}

function choleskyForward(x: NDArray, upper: boolean, rule: Promotion): NDArray {
  const n = checkSquare(x, 'cholesky');
  const stack = stackOf(x, factorType(x.dtype, rule, 'cholesky'));
  const out = filling(stack.dtype, x.shape);
  const { lanes } = stack;
  for (let i = 0; i < stack.count; i++) {
    const a = upper ? adjoint(stack.matrix(i), n, n, lanes) : stack.matrix(i);
    if (!(lanes === 2 ? complexCholeskyInPlace(a, n) : choleskyInPlace(a, n)))
      throw new LinAlgError({
        where: 'cholesky',
        what: 'Matrix is not positive definite',
        got: stack.count > 1 ? `matrix ${i} of ${stack.count}` : 'a matrix with an eigenvalue of 0 or less',
        expected: 'symmetric or Hermitian matrices with positive eigenvalues',
        hint: 'add a small multiple of identity(n)',
      });
    out.put(i, upper ? adjoint(a, n, n, lanes) : a);
  }
  return out.array;
}

const POSITIVE = { shape: [3, 3], values: [4, 1, 0.5, 1, 3, -0.2, 0.5, -0.2, 2] };

const choleskySpec: OpSpec<CholeskyAttrs> = {
  name: 'cholesky',
  batch: 'stacked',
  family: 'linalg',
  conjugates: true,
  forward: ([x], { upper }, rule) => choleskyForward(x!, upper, rule),
  jvp: 'cholesky',
  vjp: (g, { output, attrs: { upper } }) => [
    upper ? choleskyGradient(adjointOf(g), adjointOf(output)) : choleskyGradient(g, output),
  ],
  domain: [-2, 2],
  samples: [
    { inputs: [POSITIVE], attrs: { upper: false }, hermitian: true },
    { inputs: [POSITIVE], args: [{ upper: true }], attrs: { upper: true }, hermitian: true },
    { inputs: [{ shape: [2, 2, 2], values: [2, 1, 1, 3, 5, -1, -1, 1] }], attrs: { upper: false }, hermitian: true },
    {
      inputs: [{ shape: [2, 2], values: [2, 9, 1, 3], differentiable: false }],
      attrs: { upper: false },
      without: { jax: 'it makes the matrix symmetric first' },
    },
    { inputs: [[0, 0]], attrs: { upper: false } },
    { inputs: [[0, 2, 2]], attrs: { upper: false } },
  ],
  errors: [
    { inputs: [{ shape: [2, 2], values: [1, 2, 2, 1] }], throws: 'Matrix is not positive definite' },
    { inputs: [[2, 3]], throws: 'must be square' },
  ],
  parity: {
    numpy: 'np.linalg.cholesky(x1, upper=upper)',
    torch: 'torch.linalg.cholesky(x1, upper=upper)',
    jax: 'jnp.linalg.cholesky(x1, upper=upper)',
    tfjs: null,
    why: 'tfjs has no factorisation',
  },
};

/**
 * The lower triangle L with L Lᴴ = x of symmetric (Hermitian) positive definite matrices, [..., n, n]; reads the lower triangle of `x`.
 *
 * With `upper` it reads the upper triangle and gives U with Uᴴ U = x.
 *
 * @throws LinAlgError for a matrix that is not positive definite, or not square.
 * @example
 * linalg.cholesky(array([[4, 2], [2, 5]])).tolist() // => [ [ 2, 0 ], [ 1, 2 ] ]
 */
export const cholesky: Op<<T extends ArrayLike>(x: T, options?: CholeskyOptions) => Like<T>> = defineOp(
  choleskySpec,
  (x: ArrayLike, options: CholeskyOptions = {}) =>
    dispatch(choleskySpec, [operand(x, 'cholesky')], { upper: options.upper ?? false }),
);

/** What {@link qr} gives: `reduced` and `complete` factors, the triangle alone, or what LAPACK keeps. */
export type QrMode = 'reduced' | 'complete' | 'r' | 'raw';

/** Factors of a matrix: `const { Q, R } = qr(x)` or `const [Q, R] = qr(x)`. */
export type QrResult<T> = NamedTuple<readonly [Q: T, R: T], { readonly Q: T; readonly R: T }>;

interface Factored {
  readonly h: Reflectors;
  readonly r: Float64Array;
}

function qrOf(stack: Stack, i: number): Factored {
  const r = stack.matrix(i);
  return { r, h: (stack.lanes === 2 ? complexQrInPlace : qrInPlace)(r, stack.m, stack.n) };
}

function qrFactors(stack: Stack, mode: QrMode): NDArray[] {
  const { batch, m, n, lanes, dtype } = stack;
  const columns = mode === 'complete' ? m : Math.min(m, n);
  const q = filling(dtype, mode === 'r' ? [0] : [...batch, m, columns]);
  const r = filling(dtype, [...batch, columns, n]);
  for (let i = 0; i < stack.count; i++) {
    const f = qrOf(stack, i);
    r.put(i, f.r.subarray(0, columns * n * lanes));
    if (mode !== 'r') q.put(i, (lanes === 2 ? complexReflectorProduct : reflectorProduct)(f.h, columns));
  }
  return mode === 'r' ? [r.array] : [q.array, r.array];
}

/** LAPACK's storage, transposed: R and below it the reflectors, and their factors. */
function rawFactors(stack: Stack): NDArray[] {
  const { batch, m, n, lanes, dtype } = stack;
  const k = Math.min(m, n);
  const packed = filling(dtype, [...batch, n, m]);
  const tau = filling(dtype, [...batch, k]);
  for (let at = 0; at < stack.count; at++) {
    const { h, r } = qrOf(stack, at);
    const out = new Float64Array(n * m * lanes);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < m; i++) {
        const [from, source] = i > j && j < k ? [j * m + i, h.v] : [i * n + j, r];
        for (let lane = 0; lane < lanes; lane++) out[(j * m + i) * lanes + lane] = source[from * lanes + lane]!;
      }
    }
    packed.put(at, out);
    tau.put(at, h.tau);
  }
  return [packed.array, tau.array];
}

/** The signatures of {@link qr}. */
export interface QrFunction {
  <T extends NDArray>(x: T, mode?: 'reduced' | 'complete'): QrResult<T>;
  <T extends ArrayLike>(x: T, mode: 'r'): Like<T>;
  <T extends NDArray>(x: T, mode: 'raw'): NamedTuple<readonly [h: T, tau: T], { readonly h: T; readonly tau: T }>;
}

const MODES: readonly string[] = ['reduced', 'complete', 'r', 'raw'];

interface QrAttrs {
  readonly mode: QrMode;
}

const qrSpec: SeveralSpec<QrAttrs> = {
  name: 'qr',
  batch: stackedBatchSeveral,
  family: 'linalg',
  conjugates: true,
  several: ([x], { mode }, rule) => {
    const stack = stackOf(x!, factorType(x!.dtype, rule, 'qr'));
    return mode === 'raw' ? rawFactors(stack) : qrFactors(stack, mode);
  },
  jvp: 'qr',
  vjp: (gs, { outputs: [q, r], attrs: { mode } }) => {
    if (mode !== 'raw') return [qrGradient(gs, q!, r!)];
    throw new GradientError({
      where: 'qr',
      what: 'reflectors have no gradient',
      got: "mode 'raw'",
      expected: "'reduced', 'complete' or 'r'",
      hint: 'detach() the result, or take Q and R',
    });
  },
  domain: [-2, 2],
  samples: [
    { inputs: [{ shape: [3, 3], values: [3, 0.5, -1, 0.2, 2, 0.7, -0.4, 0.3, 0.8] }], attrs: { mode: 'reduced' } },
    { inputs: [[4, 2]], attrs: { mode: 'reduced' } },
    { inputs: [[2, 4]], attrs: { mode: 'reduced' } },
    { inputs: [{ shape: [3, 2], differentiable: false }], args: ['complete'], attrs: { mode: 'complete' } },
    { inputs: [[2, 3]], args: ['complete'], attrs: { mode: 'complete' } },
    { inputs: [[2, 3, 2]], attrs: { mode: 'reduced' } },
    { inputs: [[2, 1, 2, 3]], attrs: { mode: 'reduced' } },
    { inputs: [[3, 2]], args: ['r'], attrs: { mode: 'r' }, without: { torch: 'it gives an empty Q with it' } },
    {
      inputs: [{ shape: [3, 2], differentiable: false }],
      args: ['raw'],
      attrs: { mode: 'raw' },
      without: { torch: 'it has no such mode', jax: 'compared with NumPy' },
    },
    { inputs: [[0, 3]], attrs: { mode: 'reduced' } },
    { inputs: [[0, 3, 2]], attrs: { mode: 'reduced' } },
    { inputs: [{ shape: [2, 2], values: [0, 1, 0, 2], differentiable: false }], attrs: { mode: 'reduced' } },
  ],
  errors: [
    { inputs: [[3]], throws: 'at least two-dimensional' },
    { inputs: [[2, 2]], args: ['economic'], throws: "Unrecognized mode 'economic'" },
  ],
  parity: {
    numpy: 'np.linalg.qr(x1, mode)',
    torch: 'torch.linalg.qr(x1, mode)',
    jax: 'jnp.linalg.qr(x1, mode)',
    tfjs: null,
    why: 'tf.linalg.qr takes other signs',
  },
};

/**
 * Orthogonal times upper triangular by Householder reflectors: `x` [..., m, n] → Q [..., m, k] and R [..., k, n] with k the smaller side.
 *
 * `complete` gives Q [..., m, m], `r` only R, `raw` LAPACK's reflectors and their factors. The signs are LAPACK's. Gradients need linearly
 * independent columns among the first k, and in mode `complete` no more rows than columns.
 *
 * @throws LinAlgError with fewer than two axes; ArgumentError for another mode.
 * @example
 * const { Q, R } = linalg.qr(array([[3, 1], [4, 2]]));
 * allclose(Q.matmul(R), array([[3, 1], [4, 2]])) // => true
 */
export const qr: Op<QrFunction> = defineOp(qrSpec, ((x: ArrayLike, mode: QrMode = 'reduced') => {
  const a = operand(x, 'qr');
  if (!MODES.includes(mode))
    throw new ArgumentError({
      where: 'qr',
      what: `Unrecognized mode '${String(mode)}'`,
      got: String(mode),
      expected: MODES.join(', '),
      hint: "the default is 'reduced'",
    });
  checkMatrix(a, 'qr');
  // A gradient of R needs Q.
  if (mode === 'r') return dispatchSeveral(qrSpec, [a], { mode: a.differentiable ? 'reduced' : 'r' }).at(-1)!;
  const [first, second] = dispatchSeveral(qrSpec, [a], { mode }) as [NDArray, NDArray];
  return mode === 'raw'
    ? namedTuple(['h', 'tau'], [first, second] as const)
    : namedTuple(['Q', 'R'], [first, second] as const);
}) as never);
