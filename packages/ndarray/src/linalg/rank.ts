import { type Like, NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, InputSpec, OpSpec } from '../op.ts';
import { where } from '../ops/selection.ts';
import { inverseOrNaN } from '../ops/matrices.ts';
import { EPSILON } from './least-squares.ts';
import { LinAlgError } from './linalg-error.ts';
import { norm, type NormOrder } from './norms.ts';
import { singularValues } from './singular-values.ts';
import { checkMatrix, checkSquare } from './stacks.ts';

/** Options of {@link matrixRank}. */
export interface RankOptions {
  /** Singular values up to it count as 0; a number, or an array with one for each matrix. */
  readonly tol?: number | NDArray;
  /** The same relative to the largest value; default the larger side times the machine epsilon. */
  readonly rtol?: number | NDArray;
  /** Whether the matrix is symmetric (Hermitian), of which the lower triangle is read then; default `false`. */
  readonly hermitian?: boolean;
}

const perMatrix = (x: number | NDArray): number | NDArray => (x instanceof NDArray ? x.plain().expandDims(-1) : x);

// A count has no history.
const COUNT = { name: 'matrixRank', vjp: { nonDifferentiable: 'the result is a count' } } as unknown as OpSpec;

function rankOf(x: NDArray, { tol, rtol, hermitian = false }: RankOptions): NDArray {
  if (x.ndim < 2) return x.notEqual(0).any().astype('int64');
  const s = singularValues(x, hermitian, 'matrixRank');
  if (tol !== undefined) return s.greater(perMatrix(tol)).sum(-1);
  if (s.shape.at(-1) === 0) return s.greater(0).sum(-1);
  const relative = rtol ?? Math.max(...x.shape.slice(-2)) * EPSILON[s.dtype as 'float32' | 'float64'];
  return s.greater(s.max(-1, { keepdims: true }).multiply(perMatrix(relative))).sum(-1);
}

/**
 * The number of singular values that are not 0 within rounding, [..., m, n] → [...], int64; for a vector whether any element is not 0.
 *
 * @throws LinAlgError where the singular values do not converge.
 * @example
 * linalg.matrixRank(array([[1, 2], [2, 4]])).item() // => 1
 */
export const matrixRank: Composed<<T extends ArrayLike>(x: T, options?: RankOptions) => Like<T>> = composed(
  {
    name: 'matrixRank',
    nonDifferentiable: 'the result is a count',
    domain: [-2, 2],
    samples: [
      { inputs: [[3, 3]], attrs: { tol: null, hermitian: false } },
      { inputs: [{ shape: [2, 2], values: [1, 2, 2, 4] }], attrs: { tol: null, hermitian: false } },
      { inputs: [[2, 3, 2]], args: [{ tol: 1.5 }], attrs: { tol: 1.5, hermitian: false } },
      {
        inputs: [{ shape: [2, 2], values: [1, -1, -1, 1] }],
        args: [{ hermitian: true }],
        attrs: { tol: null, hermitian: true },
      },
      { inputs: [[3]], attrs: { tol: null, hermitian: false }, without: { torch: 'it takes matrices' } },
      { inputs: [[0, 3]], attrs: { tol: null, hermitian: false } },
    ],
    errors: [{ inputs: [[2, 3]], args: [{ hermitian: true }], throws: 'must be square' }],
    parity: {
      numpy: 'np.linalg.matrix_rank(x1, tol, hermitian)',
      torch: 'torch.linalg.matrix_rank(x1, atol=tol, rtol=0 if tol else None, hermitian=hermitian)',
      jax: null,
      tfjs: null,
      why: 'JAX names its options otherwise and takes no vector; tfjs has no rank',
    },
  },
  <T extends NDArray>(x: T, options: RankOptions = {}): T => {
    const a = operand(x, 'matrixRank');
    return a.adopt(rankOf(a.plain(), options), { op: COUNT, inputs: [a], attrs: undefined as never }) as T;
  },
);

function ratio(x: NDArray, smallestFirst: boolean): NDArray {
  const s = singularValues(x, false, 'cond');
  const [first, last] = [s.at('...', 0), s.at('...', -1)];
  return smallestFirst ? last.divide(first) : first.divide(last);
}

/** Infinity where a result is NaN although the matrix has none. */
function infiniteUnlessNaN(r: NDArray, x: NDArray): NDArray {
  return where(r.isnan().logicalAnd(x.isnan().any([-2, -1]).logicalNot()), Infinity, r);
}

// Drawn ones have one near 100, by which rounding errors are multiplied.
const WELL_CONDITIONED: InputSpec = { shape: [3, 3], values: [2, -1, 0.5, 0.25, 3, 1, -0.75, 0.5, 1.5] };

/**
 * Condition numbers of matrices, [..., m, n] → [...]: how much relative errors grow in `solve`; infinite for singular ones.
 *
 * By default the largest singular value over the smallest; with `p` (as the order of `norm`) the norm of the matrix times that of its inverse.
 *
 * @throws LinAlgError for empty matrices, with fewer than two axes, and with `p` unless the last two axes are equal.
 * @example
 * linalg.cond(array([[2, 0], [0, 1]])).item() // => 2
 */
export const cond: Composed<<T extends ArrayLike>(x: T, p?: NormOrder) => Like<T>> = composed(
  {
    name: 'cond',
    domain: [-2, 2],
    samples: [
      { inputs: [WELL_CONDITIONED], attrs: { p: null } },
      { inputs: [[2, 3, 2]], attrs: { p: null } },
      { inputs: [[3, 3]], args: [1], attrs: { p: 1 } },
      { inputs: [[3, 3]], args: ['fro'], attrs: { p: 'fro' } },
      { inputs: [WELL_CONDITIONED], args: [-2], attrs: { p: -2 } },
      { inputs: [{ shape: [2, 2], values: [1, 2, 2, 4], differentiable: false }], args: [1], attrs: { p: 1 } },
    ],
    errors: [
      { inputs: [[0, 0]], throws: 'cond is not defined on empty arrays' },
      { inputs: [[2, 3]], args: [1], throws: 'must be square' },
      { inputs: [[3]], throws: 'at least two-dimensional' },
    ],
    parity: {
      numpy: 'np.linalg.cond(x1, p)',
      torch: 'torch.linalg.cond(x1, p)',
      jax: 'jnp.linalg.cond(x1, p)',
      tfjs: null,
      why: 'tfjs has no condition number',
    },
  },
  <T extends NDArray>(x: T, p: NormOrder = null): T => {
    const a = operand(x, 'cond');
    if (a.size === 0 && a.ndim >= 2)
      throw new LinAlgError({
        where: 'cond',
        what: 'cond is not defined on empty arrays',
        got: show(a.shape),
        expected: 'matrices with elements',
        hint: 'test x.size first',
      });
    checkMatrix(a, 'cond');
    const bySingularValues = p === null || p === 2 || p === -2;
    if (!bySingularValues) checkSquare(a, 'cond');
    const r = bySingularValues ? ratio(a, p === -2) : norm(a, p, [-2, -1]).multiply(norm(inverseOrNaN(a), p, [-2, -1]));
    return infiniteUnlessNaN(r, a.plain()) as T;
  },
);
