import { ArgumentError } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { type ArrayLike, defineOp, dispatch, dispatchSeveral, operand } from '../dispatch.ts';
import type { Op, OpSpec, Sample, SeveralSpec } from '../op.ts';
import { type Promotion, TORCH } from '../promotion.ts';
import { arange } from '../ranges.ts';
import { adjointOf, hermitianPart } from './hermitian.ts';
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
import { eigGradient, eighGradient } from './spectral-gradients.ts';
import { type NamedTuple, namedTuple } from './tuple.ts';
import { stackedBatchSeveral } from '../batching.ts';

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

interface HermitianAttrs {
  readonly upper: boolean;
}

interface Asked {
  readonly where: string;
  readonly withVectors: boolean;
}

function hermitian(x: NDArray, upper: boolean, rule: Promotion, { where, withVectors }: Asked): NDArray[] {
  const n = checkSquare(x, where);
  const stack = stackOf(x, factorType(x.dtype, rule, where));
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

// Whose eigenvalues lie well apart; of each only one triangle is read.
const SQUARE = { shape: [3, 3], values: [2, 9, 9, 0.5, -1, 9, -0.3, 0.8, 0.4] };
const UPPER = { shape: [3, 3], values: [2, 0.5, -0.3, 9, -1, 0.8, 9, 9, 0.4] };
const BATCH = { shape: [2, 2, 2], values: [1, 9, 0.5, -1, 2, 9, -1, 0.5] };

const HERMITIAN_SAMPLES: readonly Sample[] = [
  { inputs: [SQUARE], attrs: { uplo: 'L' }, hermitian: true },
  { inputs: [UPPER], args: ['U'], attrs: { uplo: 'U' }, hermitian: true },
  { inputs: [BATCH], attrs: { uplo: 'L' }, hermitian: true },
  { inputs: [[0, 0]], attrs: { uplo: 'L' } },
  { inputs: [[0, 2, 2]], attrs: { uplo: 'L' } },
];

/** The sum of the outer products of eigenvectors, each weighed by its place: it has no signs or phases. */
function uniqueVectors([w, v]: readonly NDArray[]): readonly NDArray[] {
  const weights = arange(1, w!.shape.at(-1)! + 1).astype(w!.dtype);
  return [w!, v!.mul(weights).matmul(adjointOf(v!))];
}

const eighSpec: SeveralSpec<HermitianAttrs> = {
  name: 'eigh',
  batch: stackedBatchSeveral,
  family: 'linalg',
  conjugates: true,
  several: ([x], { upper }, rule) => hermitian(x!, upper, rule, { where: 'eigh', withVectors: true }),
  jvp: 'eigh',
  vjp: (gs, { outputs: [w, v] }) => [eighGradient(gs, [w!, v!])],
  domain: [-2, 2],
  samples: HERMITIAN_SAMPLES,
  unique: uniqueVectors,
  errors: [
    { inputs: [[2, 3]], throws: 'must be square' },
    { inputs: [[2, 2]], args: ['X'], throws: "must be 'L' or 'U'" },
  ],
  parity: {
    numpy:
      '(lambda w, v: (w, (v * np.arange(1, w.shape[-1] + 1, dtype=w.dtype)) @ np.conj(np.swapaxes(v, -1, -2))))(*np.linalg.eigh(x1, uplo))',
    torch:
      '(lambda w, v: (w, (v * torch.arange(1, w.shape[-1] + 1, dtype=w.dtype)) @ v.mH))(*torch.linalg.eigh(x1, UPLO=uplo))',
    jax: null,
    tfjs: null,
    why: 'JAX makes the matrix symmetric first; tfjs has no eigenvalues',
  },
};

/**
 * Eigenvalues in ascending order, and orthonormal eigenvectors as columns, of symmetric or Hermitian matrices [..., n, n].
 *
 * Reads the lower triangle, or the upper one for `'U'`. Matrices with NaN give NaN. Gradients are PyTorch's, those of a Hermitian matrix;
 * they need distinct eigenvalues, and a loss in which the signs or phases of the vectors do not matter.
 *
 * @throws LinAlgError unless the last two axes are equal; ArgumentError for another triangle.
 * @example
 * linalg.eigh(array([[2, 1], [1, 2]])).eigenvalues.tolist().map(Math.round) // => [ 1, 3 ]
 */
export const eigh: Op<<T extends NDArray>(x: T, uplo?: Triangle) => EigResult<T>> = defineOp(eighSpec, ((
  x: ArrayLike,
  uplo: Triangle = 'L',
) => {
  const attrs = { upper: checkTriangle(uplo, 'eigh') };
  const [values, vectors] = dispatchSeveral(eighSpec, [operand(x, 'eigh')], attrs) as [NDArray, NDArray];
  return namedTuple(NAMES, [values, vectors] as const);
}) as never);

const eigvalshSpec: OpSpec<HermitianAttrs> = {
  name: 'eigvalsh',
  batch: 'stacked',
  family: 'linalg',
  conjugates: true,
  forward: ([x], { upper }, rule) => hermitian(x!, upper, rule, { where: 'eigvalsh', withVectors: false })[0]!,
  jvp: ([t], { inputs: [x], attrs: { upper } }) => {
    const { eigenvectors: v } = eigh(x!, upper ? 'U' : 'L');
    return v.conj().mul(hermitianPart(t!).matmul(v)).sum(-2).real;
  },
  vjp: (g, { inputs: [x], attrs: { upper } }) => {
    const { eigenvalues, eigenvectors } = eigh(x!, upper ? 'U' : 'L');
    return [eighGradient([g], [eigenvalues, eigenvectors])];
  },
  domain: [-2, 2],
  samples: [
    ...HERMITIAN_SAMPLES,
    {
      inputs: [{ shape: [2, 2], values: [1, NaN, NaN, 1], differentiable: false }],
      attrs: { uplo: 'L' },
      without: { torch: 'it refuses NaN' },
    },
  ],
  errors: [{ inputs: [[2, 3]], throws: 'must be square' }],
  parity: {
    numpy: 'np.linalg.eigvalsh(x1, uplo)',
    torch: 'torch.linalg.eigvalsh(x1, UPLO=uplo)',
    jax: null,
    tfjs: null,
    why: 'JAX makes the matrix symmetric first; tfjs has no eigenvalues',
  },
};

/**
 * Eigenvalues of symmetric or Hermitian matrices in ascending order, [..., n, n] → [..., n]; reads the lower triangle, or the upper one for `'U'`.
 *
 * @throws LinAlgError unless the last two axes are equal; ArgumentError for another triangle.
 * @example
 * linalg.eigvalsh(array([[2, 0], [0, 1]])).tolist() // => [ 1, 2 ]
 */
export const eigvalsh: Op<<T extends ArrayLike>(x: T, uplo?: Triangle) => Like<T>> = defineOp(
  eigvalshSpec,
  (x: ArrayLike, uplo: Triangle = 'L') =>
    dispatch(eigvalshSpec, [operand(x, 'eigvalsh')], { upper: checkTriangle(uplo, 'eigvalsh') }),
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

function general(x: NDArray, rule: Promotion, { where, withVectors }: Asked): NDArray[] {
  const n = checkSquare(x, where);
  const stack = stackOf(x, factorType(x.dtype, rule, where));
  const found = Array.from({ length: stack.count }, (_, i) => eigenOfMatrix(stack, i, where, withVectors));
  // One complex value anywhere makes all of the result complex; PyTorch's are always.
  const isReal = rule !== TORCH && found.every((e) => 'real' in e && e.real.im.every((v) => v === 0));
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
const TURN = { shape: [2, 2], values: [0, -1, 1, 0] };
const GENERAL_SAMPLES: readonly Sample[] = [
  { inputs: [SPREAD] },
  { inputs: [TURN] },
  { inputs: [{ shape: [2, 2, 2], values: [1, 2, 3, 4, 3, 0.5, -0.5, -1] }] },
  { inputs: [[0, 0]] },
  { inputs: [[0, 2, 2]] },
];

/** Σ λ v vᴴ and the sums of λ and λ²: they have neither phases nor an order. */
function uniqueSums([w, v]: readonly NDArray[]): readonly NDArray[] {
  return [w!.sum(-1), w!.mul(w!).sum(-1), v!.mul(w!.expandDims(-2)).matmul(adjointOf(v!))];
}

const eigSpec: SeveralSpec<undefined> = {
  name: 'eig',
  batch: stackedBatchSeveral,
  family: 'linalg',
  conjugates: true,
  several: ([x], _attrs, rule) => general(x!, rule, { where: 'eig', withVectors: true }),
  jvp: 'eig',
  vjp: (gs, { outputs: [w, v] }) => [eigGradient(gs, [w!, v!])],
  domain: [-2, 2],
  samples: GENERAL_SAMPLES,
  unique: uniqueSums,
  errors: [
    { inputs: [[2, 3]], throws: 'must be square' },
    { inputs: [{ shape: [2, 2], values: [1, NaN, 0, 1] }], throws: 'must not contain infs or NaNs' },
  ],
  parity: {
    numpy:
      '(lambda w, v: (w.sum(-1), (w * w).sum(-1), (v * w[..., None, :]) @ np.conj(np.swapaxes(v, -1, -2))))(*np.linalg.eig(x1))',
    torch: '(lambda w, v: (w.sum(-1), (w * w).sum(-1), (v * w[..., None, :]) @ v.mH))(*torch.linalg.eig(x1))',
    jax: null,
    tfjs: null,
    why: 'JAX has no gradients of eigenvectors here; tfjs has no eigenvalues',
  },
};

/**
 * Eigenvalues, not sorted, and eigenvectors of length 1 as columns, of square matrices [..., n, n].
 *
 * Both are real where all eigenvalues are, else complex (of tensors always, as PyTorch's); of a complex vector the largest element is real.
 * Gradients need distinct eigenvalues, and a loss in which the phases of the vectors do not matter.
 *
 * @throws LinAlgError unless the last two axes are equal, for NaN and infinity, and where it does not converge.
 * @example
 * linalg.eig(array([[2, 0], [0, 3]])).eigenvalues.tolist() // => [ 2, 3 ]
 */
export const eig: Op<<T extends NDArray>(x: T) => EigResult<T>> = defineOp(eigSpec, ((x: ArrayLike) => {
  const [values, vectors] = dispatchSeveral(eigSpec, [operand(x, 'eig')], undefined) as [NDArray, NDArray];
  return namedTuple(NAMES, [values, vectors] as const);
}) as never);

const eigvalsSpec: OpSpec<undefined> = {
  name: 'eigvals',
  batch: 'stacked',
  family: 'linalg',
  conjugates: true,
  forward: ([x], _attrs, rule) => general(x!, rule, { where: 'eigvals', withVectors: false })[0]!,
  jvp: ([t], { inputs: [x] }) => {
    const { eigenvectors: v } = eig(x!);
    return v.inv().mul(t!.matmul(v).mT).sum(-1) as NDArray;
  },
  vjp: (g, { inputs: [x] }) => {
    const { eigenvalues, eigenvectors } = eig(x!);
    return [eigGradient([g], [eigenvalues, eigenvectors])];
  },
  domain: [-2, 2],
  samples: GENERAL_SAMPLES.map((given) => ({ ...given, without: { jax: 'its result is always complex' } })),
  errors: [{ inputs: [[2, 3]], throws: 'must be square' }],
  parity: {
    numpy: 'np.linalg.eigvals(x1)',
    torch: 'torch.linalg.eigvals(x1)',
    jax: 'jnp.linalg.eigvals(x1)',
    tfjs: null,
    why: 'tfjs has no eigenvalues',
  },
};

/**
 * Eigenvalues of square matrices, not sorted, [..., n, n] → [..., n]; real where all of them are, else complex (of tensors always, as PyTorch's).
 *
 * @throws LinAlgError unless the last two axes are equal, for NaN and infinity, and where they do not converge.
 * @example
 * linalg.eigvals(array([[2, 1], [0, 3]])).tolist() // => [ 2, 3 ]
 */
export const eigvals: Op<<T extends ArrayLike>(x: T) => Like<T>> = defineOp(eigvalsSpec, (x: ArrayLike) =>
  dispatch(eigvalsSpec, [operand(x, 'eigvals')], undefined),
);
