import { complexTridiagonalize } from './complex-reductions.ts';
import { complexReflectorProduct } from './complex-reflectors.ts';
import { reflectorProduct } from './reflectors.ts';
import { diagonalize, tridiagonalize } from './tridiagonal.ts';
import { adjoint, bringIntoRange } from './vectors.ts';

/** Eigenvalues in ascending order, and the adjoint of the basis: eigenvectors, conjugated, as rows. */
export interface HermitianEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array | undefined;
}

/** What kind of matrix it is, and whether vectors are wanted. */
export interface EighRequest {
  readonly lanes: 1 | 2;
  readonly withVectors: boolean;
}

/** Eigenvalues and vectors of a symmetric or Hermitian matrix, of which the lower triangle is read; overwrites it. */
export function eighOf(a: Float64Array, n: number, { lanes, withVectors }: EighRequest): HermitianEigen | undefined {
  const scale = bringIntoRange(a);
  const { t, h } = lanes === 2 ? complexTridiagonalize(a, n) : tridiagonalize(a, n);
  const z = withVectors
    ? adjoint(lanes === 2 ? complexReflectorProduct(h, n) : reflectorProduct(h, n), n, n, lanes)
    : undefined;
  if (!diagonalize(t, z && { memory: z, width: n * lanes })) return undefined;
  const order = Array.from(t.diagonal, (_, i) => i).sort((i, j) => t.diagonal[i]! - t.diagonal[j]!);
  const values = Float64Array.from(order, (i) => t.diagonal[i]! * scale);
  if (!z) return { values, vectors: undefined };
  const vectors = new Float64Array(z.length);
  const width = n * lanes;
  order.forEach((from, to) => vectors.set(z.subarray(from * width, (from + 1) * width), to * width));
  return { values, vectors };
}
