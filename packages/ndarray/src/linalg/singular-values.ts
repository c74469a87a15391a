import { type ArrayLike, defineOp, dispatch, dispatchSeveral, operand } from '../dispatch.ts';
import type { Like, NDArray } from '../array.ts';
import type { Op, OpSpec, Sample, SeveralSpec } from '../op.ts';
import type { Promotion } from '../promotion.ts';
import { arange } from '../ranges.ts';
import { eighOf } from './kernels/eigh.ts';
import { type Svd, svdOf, type Wanted } from './kernels/svd.ts';
import { adjoint } from './kernels/vectors.ts';
import {
  checkMatrix,
  checkSquare,
  factorType,
  filling,
  notConverged,
  realType,
  type Stack,
  stackOf,
} from './stacks.ts';
import { adjointOf, hermitianPart } from './hermitian.ts';
import { svdGradient } from './spectral-gradients.ts';
import { type NamedTuple, namedTuple } from './tuple.ts';
import { stackedBatchSeveral } from '../batching.ts';

/** Options of {@link svd}. */
export interface SvdOptions {
  /** Whether U and Vh are square, or have as many vectors as there are values; default `true`. */
  readonly fullMatrices?: boolean;
  /** Whether to compute U and Vh at all, or the values alone; default `true`. */
  readonly computeUv?: boolean;
  /** Whether the matrix is symmetric (Hermitian), of which the lower triangle is read then; default `false`. */
  readonly hermitian?: boolean;
}

/** Factors of a matrix: `const { U, S, Vh } = svd(x)` or `const [U, S, Vh] = svd(x)`. */
export type SvdResult<T> = NamedTuple<readonly [U: T, S: T, Vh: T], { readonly U: T; readonly S: T; readonly Vh: T }>;

/** The singular value decomposition of one matrix of a stack. @throws LinAlgError where it does not converge. */
export function decompose(stack: Stack, i: number, wanted: Wanted, where: string): Svd {
  const svd = svdOf(stack.matrix(i), [stack.m, stack.n], { wanted, lanes: stack.lanes });
  if (svd) return svd;
  throw notConverged(where, 'SVD did not converge');
}

/** The same from the eigenvalues of a Hermitian matrix, whose signs go to the right vectors. */
export function decomposeHermitian(stack: Stack, i: number, wanted: Wanted, where: string): Svd {
  const { n, lanes } = stack;
  const eigen = eighOf(stack.matrix(i), n, { lanes, withVectors: wanted !== 'values' });
  if (!eigen) throw notConverged(where, 'Eigenvalues did not converge');
  const order = Array.from(eigen.values, (_, k) => k).sort(
    (p, q) => Math.abs(eigen.values[q]!) - Math.abs(eigen.values[p]!),
  );
  const values = Float64Array.from(order, (k) => Math.abs(eigen.values[k]!));
  if (!eigen.vectors) return { left: values, values, right: values };
  const [left, right] = [new Float64Array(eigen.vectors.length), new Float64Array(eigen.vectors.length)];
  const width = n * lanes;
  order.forEach((from, to) => {
    const row = eigen.vectors!.subarray(from * width, (from + 1) * width);
    left.set(row, to * width);
    right.set(eigen.values[from]! < 0 ? row.map((v) => -v) : row, to * width);
  });
  return { left, values, right };
}

function valuesOf(x: NDArray, hermitian: boolean, rule: Promotion, where: string): NDArray {
  const stack = stackOf(x, factorType(x.dtype, rule, where));
  const out = filling(realType(stack.dtype), [...stack.batch, Math.min(stack.m, stack.n)]);
  const run = hermitian ? decomposeHermitian : decompose;
  for (let i = 0; i < stack.count; i++) out.put(i, run(stack, i, 'values', where).values);
  return out.array;
}

interface SvdAttrs {
  readonly full: boolean;
  readonly hermitian: boolean;
}

function factors(x: NDArray, { full, hermitian }: SvdAttrs, rule: Promotion): NDArray[] {
  const stack = stackOf(x, factorType(x.dtype, rule, 'svd'));
  const { batch, m, n, lanes, dtype } = stack;
  const k = Math.min(m, n);
  const [columns, rows] = full ? [m, n] : [k, k];
  const u = filling(dtype, [...batch, m, columns]);
  const s = filling(realType(dtype), [...batch, k]);
  const vh = filling(dtype, [...batch, rows, n]);
  const run = hermitian ? decomposeHermitian : decompose;
  for (let i = 0; i < stack.count; i++) {
    const svd = run(stack, i, full ? 'full' : 'reduced', 'svd');
    u.put(i, adjoint(svd.left, columns, m, lanes));
    s.put(i, svd.values);
    vh.put(i, svd.right);
  }
  return [u.array, s.array, vh.array];
}

/** The signatures of {@link svd}. */
export interface SvdFunction {
  <T extends ArrayLike>(x: T, options: SvdOptions & { readonly computeUv: false }): Like<T>;
  <T extends NDArray>(x: T, options?: SvdOptions): SvdResult<T>;
}

// Whose singular values lie well apart.
const SQUARE = { shape: [3, 3], values: [3, 0.5, -1, 0.2, 2, 0.7, -0.4, 0.3, 0.8] };
const TALL = { shape: [4, 2], values: [2, 0.5, -1, 0.4, 0.7, -1.1, 0.3, 0.2] };
const WIDE = { shape: [2, 4], values: TALL.values };
const BATCH = { shape: [2, 3, 2], values: [2, 0.5, -1, 0.4, 0.7, -1.1, 0.3, 0.2, -1.5, 0.6, 0.9, 1] };

const sample = (inputs: Sample['inputs'], options: SvdOptions = {}): Sample => ({
  inputs,
  ...(Object.keys(options).length > 0 && { args: [options] }),
  attrs: {
    full: options.fullMatrices ?? true,
    hermitian: options.hermitian ?? false,
  },
  ...(options.hermitian && { hermitian: true, without: { torch: 'it has no such option' } }),
});

/** Outer products of the vectors, each weighed by its place, and of left with right vectors: they have no signs or phases. */
function uniqueFactors(outputs: readonly NDArray[]): readonly NDArray[] {
  const [full, s, fullH] = outputs as [NDArray, NDArray, NDArray];
  const k = s.shape.at(-1)!;
  const [u, vh] = [full.at('...', `:${k}`), fullH.at('...', `:${k}`, ':')];
  const weights = arange(1, k + 1).astype(s.dtype);
  const weighed = u.mul(weights);
  return [weighed.matmul(adjointOf(u)), s, adjointOf(vh).mul(weights).matmul(vh), weighed.matmul(vh)];
}

const unique = (where: string, swapped: string): string =>
  `(lambda u, s, v: (lambda k: (lambda u, v, w: ((u * w) @ ${swapped.replaceAll('_', 'u')}, s, (${swapped.replaceAll('_', 'v')} * w) @ v, (u * w) @ v))(u[..., :k], v[..., :k, :], ${where}.arange(1, k + 1, dtype=s.dtype)))(s.shape[-1]))`;

const svdSpec: SeveralSpec<SvdAttrs> = {
  name: 'svd',
  batch: stackedBatchSeveral,
  family: 'linalg',
  conjugates: true,
  several: ([x], attrs, rule) => factors(x!, attrs, rule),
  jvp: 'svd',
  vjp: (gs, { outputs, attrs: { hermitian } }) => {
    const g = svdGradient(gs, outputs);
    return [hermitian ? hermitianPart(g) : g];
  },
  domain: [-2, 2],
  samples: [
    sample([SQUARE]),
    sample([TALL], { fullMatrices: false }),
    sample([TALL]),
    sample([WIDE]),
    sample([WIDE], { fullMatrices: false }),
    sample([BATCH]),
    sample([{ shape: [2, 2], values: [1, 2, 2, -3] }], { hermitian: true }),
    sample([[0, 3]]),
    sample([[0, 2, 3]]),
  ],
  unique: uniqueFactors,
  errors: [
    { inputs: [[3]], throws: 'at least two-dimensional' },
    { inputs: [[2, 3]], args: [{ hermitian: true }], throws: 'must be square' },
    { inputs: [{ shape: [2, 2], values: [1, NaN, 0, 1] }], throws: 'SVD did not converge' },
  ],
  parity: {
    numpy: `${unique('np', 'np.conj(np.swapaxes(_, -1, -2))')}(*np.linalg.svd(x1, full_matrices=full, hermitian=hermitian))`,
    torch: `${unique('torch', '_.mH')}(*torch.linalg.svd(x1, full_matrices=full))`,
    jax: `${unique('jnp', 'jnp.conj(jnp.swapaxes(_, -1, -2))')}(*jnp.linalg.svd(x1, full_matrices=False, hermitian=hermitian))`,
    tfjs: null,
    why: 'tfjs has no singular values',
  },
};

/**
 * Singular value decomposition: `x` [..., m, n] = U diag(S) Vh with U and Vh unitary and S in descending order, by QR steps on a bidiagonal matrix.
 *
 * U is [..., m, m] and Vh [..., n, n]; with `fullMatrices: false` they have as many columns and rows as S has values. `computeUv: false` gives S alone.
 * Gradients need distinct singular values, and a loss in which the signs or phases of pairs of vectors and the vectors beyond the values do not matter.
 *
 * @throws LinAlgError with fewer than two axes, and where it does not converge (NaN or infinity).
 * @example
 * const { U, S, Vh } = linalg.svd(array([[3, 0], [0, -2]]));
 * S.tolist() // => [ 3, 2 ]
 */
export const svd: Op<SvdFunction> = defineOp(svdSpec, ((x: ArrayLike, options?: SvdOptions) => {
  const { fullMatrices = true, computeUv = true, hermitian = false } = options ?? {};
  const a = operand(x, 'svd');
  checkMatrix(a, 'svd');
  if (hermitian) checkSquare(a, 'svd');
  if (!computeUv) return dispatch(valuesSpec, [a], { hermitian, where: 'svd' });
  const [U, S, Vh] = dispatchSeveral(svdSpec, [a], { full: fullMatrices, hermitian }) as [NDArray, NDArray, NDArray];
  return namedTuple(['U', 'S', 'Vh'], [U, S, Vh] as const);
}) as never);

interface ValuesAttrs {
  readonly hermitian: boolean;
  readonly where: string;
}

const valuesSpec: OpSpec<ValuesAttrs> = {
  name: 'svdvals',
  batch: 'stacked',
  family: 'linalg',
  conjugates: true,
  forward: ([x], { hermitian, where }, rule) => valuesOf(x!, hermitian, rule, where),
  jvp: ([t], { inputs: [x], attrs: { hermitian } }) => {
    const { U, Vh } = svd(x!, { fullMatrices: false, hermitian });
    return U.conj()
      .mul(t!.matmul(adjointOf(Vh)))
      .sum(-2).real;
  },
  vjp: (g, { inputs: [x], attrs: { hermitian } }) => {
    const { U, Vh } = svd(x!, { fullMatrices: false, hermitian });
    return [U.mul(g.expandDims(-2)).matmul(Vh)];
  },
  domain: [-2, 2],
  samples: [{ inputs: [SQUARE] }, { inputs: [TALL] }, { inputs: [[2, 2, 3]] }, { inputs: [[3, 0]] }],
  errors: [{ inputs: [[3]], throws: 'at least two-dimensional' }],
  parity: {
    numpy: 'np.linalg.svdvals(x1)',
    torch: 'torch.linalg.svdvals(x1)',
    jax: 'jnp.linalg.svdvals(x1)',
    tfjs: null,
    why: 'tfjs has no singular values',
  },
};

/** Singular values for functions that are made of them, with their gradient. @throws LinAlgError with fewer than two axes. */
export function singularValues(x: NDArray, hermitian: boolean, where: string): NDArray {
  checkMatrix(x, where);
  if (hermitian) checkSquare(x, where);
  return dispatch(valuesSpec, [x], { hermitian, where });
}

/**
 * Singular values in descending order, [..., m, n] → [..., min(m, n)].
 *
 * @throws LinAlgError with fewer than two axes, and where they do not converge.
 * @example
 * linalg.svdvals(array([[0, 2], [1, 0]])).tolist() // => [ 2, 1 ]
 */
export const svdvals: Op<<T extends ArrayLike>(x: T) => Like<T>> = defineOp(valuesSpec, (x: ArrayLike) =>
  singularValues(operand(x, 'svdvals'), false, 'svdvals'),
);
