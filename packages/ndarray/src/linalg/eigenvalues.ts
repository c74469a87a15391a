import { ArgumentError } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { type ComplexEigen, complexEigenOf } from './kernels/complex-eig.ts';
import { type Eigen, eigenOf } from './kernels/eig.ts';
import { eighOf } from './kernels/eigh.ts';
import { adjoint, maxAbs } from './kernels/vectors.ts';
import { LinAlgError } from './linalg-error.ts';
import {
  checkSquare,
  complexType,
  factorType,
  filling,
  notConverged,
  realType,
  type Stack,
  stackOf,
} from './stacks.ts';
import { adoptAll, type NamedTuple, namedTuple, SEVERAL_RESULTS } from './tuple.ts';

/** Eigenvalues and eigenvectors: `const { eigenvalues, eigenvectors } = eigh(x)`, or as a list of two. */
export type EigResult<T> = NamedTuple<
  readonly [eigenvalues: T, eigenvectors: T],
  { readonly eigenvalues: T; readonly eigenvectors: T }
>;

const NAMES = ['eigenvalues', 'eigenvectors'] as const;
const NOT_CONVERGED = 'Eigenvalues did not converge';

/** Which triangle of a symmetric or Hermitian matrix is read. */
export type Triangle = 'L' | 'U';

function checkTriangle(uplo: string, where: string): boolean {
  const name = uplo.toUpperCase();
  if (name === 'L' || name === 'U') return name === 'U';
  throw new ArgumentError({
    where,
    what: "UPLO argument must be 'L' or 'U'",
    got: `'${uplo}'`,
    expected: "'L' or 'U'",
    hint: 'it names the triangle that is read, the lower or the upper one',
  });
}

function hermitian(x: NDArray, uplo: Triangle, where: string, withVectors: boolean): NDArray[] {
  const n = checkSquare(x, where);
  const upper = checkTriangle(uplo, where);
  const stack = stackOf(x.plain(), factorType(x.dtype, x.promotion, where));
  const { lanes, batch, dtype } = stack;
  const values = filling(realType(dtype), [...batch, n]);
  const vectors = filling(dtype, withVectors ? x.shape : [0]);
  for (let i = 0; i < stack.count; i++) {
    const a = upper ? adjoint(stack.matrix(i), n, n, lanes) : stack.matrix(i);
    if (!Number.isFinite(maxAbs(a))) {
      values.put(i, new Float64Array(n).fill(NaN));
      if (withVectors) vectors.put(i, a.fill(NaN));
      continue;
    }
    const eigen = eighOf(a, n, { lanes, withVectors });
    if (!eigen) throw notConverged(where, NOT_CONVERGED);
    values.put(i, eigen.values);
    if (eigen.vectors) vectors.put(i, adjoint(eigen.vectors, n, n, lanes));
  }
  return withVectors ? [values.array, vectors.array] : [values.array];
}

const FREE = 'vectors are free up to a sign or phase; test/linalg.test.ts compares what is unique';

/**
 * Eigenvalues in ascending order, and orthonormal eigenvectors as columns, of symmetric or Hermitian matrices [..., n, n].
 *
 * Reads the lower triangle, or the upper one for `'U'`. Matrices with NaN give NaN.
 *
 * @throws LinAlgError unless the last two axes are equal; ArgumentError for another triangle.
 * @example
 * linalg.eigh(array([[2, 1], [1, 2]])).eigenvalues.tolist().map(Math.round) // => [ 1, 3 ]
 */
export const eigh: Composed<<T extends NDArray>(x: T, uplo?: Triangle) => EigResult<T>> = composed(
  {
    name: 'eigh',
    nonDifferentiable: SEVERAL_RESULTS,
    domain: [-2, 2],
    samples: [{ inputs: [[3, 3]] }, { inputs: [[3, 3]], args: ['U'] }, { inputs: [[2, 2, 2]] }, { inputs: [[0, 0]] }],
    errors: [
      { inputs: [[2, 3]], throws: 'must be square' },
      { inputs: [[2, 2]], args: ['X'], throws: "must be 'L' or 'U'" },
    ],
    parity: { numpy: null, torch: null, why: FREE },
  },
  <T extends NDArray>(x: T, uplo: Triangle = 'L'): EigResult<T> => {
    const a = operand(x, 'eigh');
    const [values, vectors] = adoptAll(a, eigh.spec, hermitian(a, uplo, 'eigh', true)) as [T, T];
    return namedTuple(NAMES, [values, vectors] as const);
  },
);

/**
 * Eigenvalues of symmetric or Hermitian matrices in ascending order, [..., n, n] → [..., n]; reads the lower triangle, or the upper one for `'U'`.
 *
 * @throws LinAlgError unless the last two axes are equal; ArgumentError for another triangle.
 * @example
 * linalg.eigvalsh(array([[2, 0], [0, 1]])).tolist() // => [ 1, 2 ]
 */
export const eigvalsh: Composed<<T extends ArrayLike>(x: T, uplo?: Triangle) => Like<T>> = composed(
  {
    name: 'eigvalsh',
    nonDifferentiable: 'its derivative needs the vectors, and an op has one result',
    domain: [-2, 2],
    samples: [
      { inputs: [[3, 3]], attrs: { uplo: 'L' } },
      { inputs: [[3, 3]], args: ['U'], attrs: { uplo: 'U' } },
      { inputs: [[2, 2, 2]], attrs: { uplo: 'L' } },
      {
        inputs: [{ shape: [2, 2], values: [1, NaN, NaN, 1] }],
        attrs: { uplo: 'L' },
        without: { torch: 'it refuses NaN' },
      },
      { inputs: [[0, 0]], attrs: { uplo: 'L' } },
    ],
    errors: [{ inputs: [[2, 3]], throws: 'must be square' }],
    parity: {
      numpy: 'np.linalg.eigvalsh(x1, uplo)',
      torch: 'torch.linalg.eigvalsh(x1, UPLO=uplo)',
      jax: null,
      tfjs: null,
      why: 'JAX makes the matrix symmetric first; tfjs has no eigenvalues',
    },
  },
  <T extends NDArray>(x: T, uplo: Triangle = 'L'): T => {
    const a = operand(x, 'eigvalsh');
    return adoptAll(a, eigvalsh.spec, hermitian(a, uplo, 'eigvalsh', false))[0] as T;
  },
);

type AnyEigen = { readonly real: Eigen } | { readonly complex: ComplexEigen };

function eigenOfMatrix(stack: Stack, i: number, where: string, withVectors: boolean): AnyEigen {
  const a = stack.matrix(i);
  if (!Number.isFinite(maxAbs(a)))
    throw new LinAlgError({
      where,
      what: 'Array must not contain infs or NaNs',
      got: stack.count > 1 ? `matrix ${i} of ${stack.count} with one` : 'a matrix with one',
      expected: 'finite elements',
      hint: 'look for them with isfinite(x)',
    });
  if (stack.lanes === 2) {
    const complex = complexEigenOf(a, stack.n, withVectors);
    if (complex) return { complex };
  } else {
    const real = eigenOf(a, stack.n, withVectors);
    if (real) return { real };
  }
  throw notConverged(where, NOT_CONVERGED);
}

function interleaved(re: Float64Array, im: Float64Array): Float64Array {
  const out = new Float64Array(2 * re.length);
  for (let k = 0; k < re.length; k++) [out[2 * k], out[2 * k + 1]] = [re[k]!, im[k]!];
  return out;
}

/** Rows of eigenvectors, pairs of real rows spelled out as conjugate complex ones. */
function complexRows({ im, vectors }: Eigen, n: number): Float64Array {
  const out = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    const re = vectors!.subarray(i * n, (i + 1) * n);
    if (im[i] === 0) {
      out.set(interleaved(re, new Float64Array(n)), 2 * i * n);
      continue;
    }
    const other = vectors!.subarray((i + 1) * n, (i + 2) * n);
    out.set(interleaved(re, other), 2 * i * n);
    out.set(
      interleaved(
        re,
        other.map((v) => -v),
      ),
      2 * ++i * n,
    );
  }
  return out;
}

/** The transpose of rows of numbers `lanes` wide, without conjugation. */
function asColumns(rows: Float64Array, n: number, lanes: 1 | 2): Float64Array {
  const out = adjoint(rows, n, n, lanes);
  if (lanes === 2) for (let k = 1; k < out.length; k += 2) out[k] = -out[k]!;
  return out;
}

function general(x: NDArray, where: string, withVectors: boolean): NDArray[] {
  const n = checkSquare(x, where);
  const stack = stackOf(x.plain(), factorType(x.dtype, x.promotion, where));
  const found = Array.from({ length: stack.count }, (_, i) => eigenOfMatrix(stack, i, where, withVectors));
  // One complex value anywhere makes all of the result complex.
  const isReal = found.every((e) => 'real' in e && e.real.im.every((v) => v === 0));
  const dtype = isReal && stack.lanes === 1 ? stack.dtype : complexType(stack.dtype);
  const values = filling(dtype, [...stack.batch, n]);
  const vectors = filling(dtype, withVectors ? x.shape : [0]);
  const lanes = dtype.startsWith('complex') ? 2 : 1;
  found.forEach((e, i) => {
    if ('complex' in e) {
      values.put(i, e.complex.values);
      if (e.complex.vectors) vectors.put(i, asColumns(e.complex.vectors, n, 2));
      return;
    }
    values.put(i, lanes === 1 ? e.real.re : interleaved(e.real.re, e.real.im));
    if (withVectors) vectors.put(i, asColumns(lanes === 1 ? e.real.vectors! : complexRows(e.real, n), n, lanes));
  });
  return withVectors ? [values.array, vectors.array] : [values.array];
}

// Far apart, so that every order of computation finds them in the same order.
const SPREAD = { shape: [2, 2], values: [1, 2, 3, 4] };

/**
 * Eigenvalues, not sorted, and eigenvectors of length 1 as columns, of square matrices [..., n, n].
 *
 * Both are real where all eigenvalues are, else complex; of a complex vector the largest element is real.
 *
 * @throws LinAlgError unless the last two axes are equal, for NaN and infinity, and where it does not converge.
 * @example
 * linalg.eig(array([[2, 0], [0, 3]])).eigenvalues.tolist() // => [ 2, 3 ]
 */
export const eig: Composed<<T extends NDArray>(x: T) => EigResult<T>> = composed(
  {
    name: 'eig',
    nonDifferentiable: SEVERAL_RESULTS,
    domain: [-2, 2],
    samples: [
      { inputs: [SPREAD] },
      { inputs: [{ shape: [2, 2], values: [0, -1, 1, 0] }] },
      { inputs: [[2, 3, 3]] },
      { inputs: [[0, 0]] },
    ],
    errors: [
      { inputs: [[2, 3]], throws: 'must be square' },
      { inputs: [{ shape: [2, 2], values: [1, NaN, 0, 1] }], throws: 'must not contain infs or NaNs' },
    ],
    parity: { numpy: null, torch: null, why: FREE },
  },
  <T extends NDArray>(x: T): EigResult<T> => {
    const a = operand(x, 'eig');
    const [values, vectors] = adoptAll(a, eig.spec, general(a, 'eig', true)) as [T, T];
    return namedTuple(NAMES, [values, vectors] as const);
  },
);

/**
 * Eigenvalues of square matrices, not sorted, [..., n, n] → [..., n]; real where all of them are, else complex.
 *
 * @throws LinAlgError unless the last two axes are equal, for NaN and infinity, and where they do not converge.
 * @example
 * linalg.eigvals(array([[2, 1], [0, 3]])).tolist() // => [ 2, 3 ]
 */
export const eigvals: Composed<<T extends ArrayLike>(x: T) => Like<T>> = composed(
  {
    name: 'eigvals',
    nonDifferentiable: 'its derivative needs the vectors, and an op has one result',
    domain: [-2, 2],
    samples: [
      { inputs: [SPREAD], without: { torch: 'its result is always complex', jax: 'its result is always complex' } },
      { inputs: [{ shape: [2, 2], values: [0, -1, 1, 0] }] },
    ],
    errors: [{ inputs: [[2, 3]], throws: 'must be square' }],
    parity: {
      numpy: 'np.linalg.eigvals(x1)',
      torch: 'torch.linalg.eigvals(x1)',
      jax: 'jnp.linalg.eigvals(x1)',
      tfjs: null,
      why: 'tfjs has no eigenvalues',
    },
  },
  <T extends NDArray>(x: T): T => {
    const a = operand(x, 'eigvals');
    return adoptAll(a, eigvals.spec, general(a, 'eigvals', false))[0] as T;
  },
);
