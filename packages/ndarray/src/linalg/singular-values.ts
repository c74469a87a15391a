import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Like, NDArray } from '../array.ts';
import type { Composed } from '../op.ts';
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
import { adoptAll, type NamedTuple, namedTuple, SEVERAL_RESULTS } from './tuple.ts';

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

function valuesOf(x: NDArray, hermitian: boolean, where: string): NDArray {
  const stack = stackOf(x.plain(), factorType(x.dtype, x.promotion, where));
  const out = filling(realType(stack.dtype), [...stack.batch, Math.min(stack.m, stack.n)]);
  const run = hermitian ? decomposeHermitian : decompose;
  for (let i = 0; i < stack.count; i++) out.put(i, run(stack, i, 'values', where).values);
  return out.array;
}

/** Singular values of a plain array, for functions that are made of them. */
export function singularValues(x: NDArray, hermitian: boolean, where: string): NDArray {
  checkMatrix(x, where);
  if (hermitian) checkSquare(x, where);
  return valuesOf(x, hermitian, where);
}

function factors(x: NDArray, full: boolean, hermitian: boolean): NDArray[] {
  const stack = stackOf(x.plain(), factorType(x.dtype, x.promotion, 'svd'));
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

/**
 * Singular value decomposition: `x` [..., m, n] = U diag(S) Vh with U and Vh unitary and S in descending order, by QR steps on a bidiagonal matrix.
 *
 * U is [..., m, m] and Vh [..., n, n]; with `fullMatrices: false` they have as many columns and rows as S has values. `computeUv: false` gives S alone.
 *
 * @throws LinAlgError with fewer than two axes, and where it does not converge (NaN or infinity).
 * @example
 * const { U, S, Vh } = linalg.svd(array([[3, 0], [0, -2]]));
 * S.tolist() // => [ 3, 2 ]
 */
export const svd: Composed<SvdFunction> = composed(
  {
    name: 'svd',
    nonDifferentiable: SEVERAL_RESULTS,
    domain: [-2, 2],
    samples: [
      { inputs: [[3, 3]] },
      { inputs: [[4, 2]], args: [{ fullMatrices: false }] },
      { inputs: [[2, 4]] },
      { inputs: [[2, 3, 2]] },
      { inputs: [[3, 2]], args: [{ computeUv: false }] },
      { inputs: [{ shape: [2, 2], values: [1, 2, 2, -3] }], args: [{ hermitian: true }] },
      { inputs: [[0, 3]] },
    ],
    errors: [
      { inputs: [[3]], throws: 'at least two-dimensional' },
      { inputs: [[2, 3]], args: [{ hermitian: true }], throws: 'must be square' },
      { inputs: [{ shape: [2, 2], values: [1, NaN, 0, 1] }], throws: 'SVD did not converge' },
    ],
    parity: {
      numpy: null,
      torch: null,
      why: 'vectors are free up to a sign or phase; test/linalg.test.ts compares what is unique, and the product',
    },
  },
  ((x: ArrayLike, options?: SvdOptions) => {
    const { fullMatrices = true, computeUv = true, hermitian = false } = options ?? {};
    const a = operand(x, 'svd');
    checkMatrix(a, 'svd');
    if (hermitian) checkSquare(a, 'svd');
    if (!computeUv) return adoptAll(a, svd.spec, [valuesOf(a, hermitian, 'svd')])[0]!;
    const [U, S, Vh] = adoptAll(a, svd.spec, factors(a, fullMatrices, hermitian)) as [NDArray, NDArray, NDArray];
    return namedTuple(['U', 'S', 'Vh'], [U, S, Vh] as const);
  }) as SvdFunction,
);

/**
 * Singular values in descending order, [..., m, n] → [..., min(m, n)].
 *
 * @throws LinAlgError with fewer than two axes, and where they do not converge.
 * @example
 * linalg.svdvals(array([[0, 2], [1, 0]])).tolist() // => [ 2, 1 ]
 */
export const svdvals: Composed<<T extends ArrayLike>(x: T) => Like<T>> = composed(
  {
    name: 'svdvals',
    nonDifferentiable: 'its derivative needs the vectors, and an op has one result',
    domain: [-2, 2],
    samples: [{ inputs: [[3, 3]] }, { inputs: [[4, 2]] }, { inputs: [[2, 2, 3]] }, { inputs: [[3, 0]] }],
    errors: [{ inputs: [[3]], throws: 'at least two-dimensional' }],
    parity: {
      numpy: 'np.linalg.svdvals(x1)',
      torch: 'torch.linalg.svdvals(x1)',
      jax: 'jnp.linalg.svdvals(x1)',
      tfjs: null,
      why: 'tfjs has no singular values',
    },
  },
  <T extends NDArray>(x: T): T => {
    const a = operand(x, 'svdvals');
    return adoptAll(a, svdvals.spec, [singularValues(a, false, 'svdvals')])[0] as T;
  },
);
