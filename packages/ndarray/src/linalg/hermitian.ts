import { isComplex, partOf } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { identity } from '../ranges.ts';

/** The conjugate transpose Xᴴ of matrices, [..., m, n] → [..., n, m]; of real ones a view. */
export function adjointOf(x: NDArray): NDArray {
  return isComplex(x.dtype) ? x.conj().mT : x.mT;
}

/** The Hermitian matrices nearest to given ones, (X + Xᴴ) / 2. */
export function hermitianPart(x: NDArray): NDArray {
  return x.add(adjointOf(x)).mul(0.5);
}

/** Diagonal matrices with given diagonals, [..., n] → [..., n, n]. */
export function diagonals(d: NDArray): NDArray {
  return d.expandDims(-1).mul(identity(d.shape.at(-1)!, { dtype: d.dtype }));
}

/** The elements below (-1) or above (1) the diagonal of square matrices, half of those on it: a mask for {@link NDArray.mul}. */
export function halfTriangle(like: NDArray, side: -1 | 1): NDArray {
  const n = like.shape.at(-1)!;
  const one = identity(n, { dtype: 'float64' });
  const columns = one.cumsum(0).sub(one.mul(0.5));
  return (side === 1 ? columns.mT : columns).astype(partOf(like.dtype));
}
