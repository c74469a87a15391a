import { ArgumentError } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { array } from '../creation.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import type { Composed, Op, OpSpec } from '../op.ts';
import type { Promotion } from '../promotion.ts';
import { complexCholeskyInPlace } from './kernels/complex-cholesky.ts';
import { complexQrInPlace } from './kernels/complex-reductions.ts';
import { complexReflectorProduct } from './kernels/complex-reflectors.ts';
import { choleskyInPlace } from './kernels/cholesky.ts';
import { qrInPlace } from './kernels/qr.ts';
import { type Reflectors, reflectorProduct } from './kernels/reflectors.ts';
import { adjoint } from './kernels/vectors.ts';
import { LinAlgError } from './linalg-error.ts';
import { checkMatrix, checkSquare, factorType, filling, type Stack, stackOf } from './stacks.ts';
import { adoptAll, type NamedTuple, namedTuple, SEVERAL_RESULTS } from './tuple.ts';

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

/** Ones below the diagonal, halves on it. */
function lowerHalf(n: number, like: NDArray): NDArray {
  const mask = Float64Array.from({ length: n * n }, (_, k) => Math.sign(Math.floor(k / n) - (k % n)) / 2 + 0.5);
  return array(mask, { shape: [n, n], dtype: like.dtype });
}

/** The cotangent of the lower triangle that was read (Murray 2016, section 3.1). */
function choleskyGradient(g: NDArray, l: NDArray): NDArray {
  const half = lowerHalf(l.shape.at(-1)!, l);
  const inner = solveLeft(l.mT, l.mT.matmul(g).mul(half));
  const k = solveLeft(l.mT, inner.mT).mT;
  return k.add(k.mT).mul(half);
}

// Through the inverse: `solve` stands in another module, which need not come along.
const solveLeft = (a: NDArray, b: NDArray): NDArray => a.inv().matmul(b);

const POSITIVE = { shape: [3, 3], values: [4, 1, 0.5, 1, 3, -0.2, 0.5, -0.2, 2] };

const choleskySpec: OpSpec<CholeskyAttrs> = {
  name: 'cholesky',
  family: 'linalg',
  forward: ([x], { upper }, rule) => choleskyForward(x!, upper, rule),
  vjp: (g, { output, attrs: { upper } }) => [
    upper ? choleskyGradient(g.mT, output.mT).mT : choleskyGradient(g, output),
  ],
  domain: [-2, 2],
  samples: [
    { inputs: [POSITIVE], attrs: { upper: false } },
    { inputs: [POSITIVE], args: [{ upper: true }], attrs: { upper: true } },
    { inputs: [{ shape: [2, 2, 2], values: [2, 1, 1, 3, 5, -1, -1, 1] }], attrs: { upper: false } },
    { inputs: [{ shape: [2, 2], values: [2, 9, 1, 3], differentiable: false }], attrs: { upper: false } },
    { inputs: [[0, 0]], attrs: { upper: false } },
  ],
  errors: [
    { inputs: [{ shape: [2, 2], values: [1, 2, 2, 1] }], throws: 'Matrix is not positive definite' },
    { inputs: [[2, 3]], throws: 'must be square' },
  ],
  parity: {
    numpy: 'np.linalg.cholesky(x1, upper=upper)',
    torch: null,
    jax: null,
    tfjs: null,
    why: 'PyTorch and JAX make its gradient symmetric, ours is that of the triangle that is read; tfjs has no factorisation',
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

/**
 * Orthogonal times upper triangular by Householder reflectors: `x` [..., m, n] → Q [..., m, k] and R [..., k, n] with k the smaller side.
 *
 * `complete` gives Q [..., m, m], `r` only R, `raw` LAPACK's reflectors and their factors. The signs are LAPACK's.
 *
 * @throws LinAlgError with fewer than two axes; ArgumentError for another mode.
 * @example
 * const { Q, R } = linalg.qr(array([[3, 1], [4, 2]]));
 * allclose(Q.matmul(R), array([[3, 1], [4, 2]])) // => true
 */
export const qr: Composed<QrFunction> = composed(
  {
    name: 'qr',
    nonDifferentiable: SEVERAL_RESULTS,
    domain: [-2, 2],
    samples: [
      { inputs: [[3, 3]], attrs: { mode: 'reduced' } },
      { inputs: [[4, 2]], attrs: { mode: 'reduced' } },
      { inputs: [[2, 4]], attrs: { mode: 'reduced' } },
      { inputs: [[3, 2]], args: ['complete'], attrs: { mode: 'complete' } },
      { inputs: [[2, 3, 2]], attrs: { mode: 'reduced' } },
      { inputs: [[3, 2]], args: ['r'], attrs: { mode: 'r' }, without: { torch: 'it gives an empty Q with it' } },
      {
        inputs: [[3, 2]],
        args: ['raw'],
        attrs: { mode: 'raw' },
        without: { torch: 'it has no such mode', jax: 'compared with NumPy' },
      },
      { inputs: [[0, 3]], attrs: { mode: 'reduced' } },
      { inputs: [{ shape: [2, 2], values: [0, 1, 0, 2] }], attrs: { mode: 'reduced' } },
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
  },
  ((x: ArrayLike, mode: QrMode = 'reduced') => {
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
    const stack = stackOf(a.plain(), factorType(a.dtype, a.promotion, 'qr'));
    const results = adoptAll(a, qr.spec, mode === 'raw' ? rawFactors(stack) : qrFactors(stack, mode));
    if (mode === 'r') return results[0]!;
    const [first, second] = results as [NDArray, NDArray];
    return mode === 'raw'
      ? namedTuple(['h', 'tau'], [first, second] as const)
      : namedTuple(['Q', 'R'], [first, second] as const);
  }) as QrFunction,
);
