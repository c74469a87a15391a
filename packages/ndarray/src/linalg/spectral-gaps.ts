import type { NDArray } from '../array.ts';
import { identity } from '../ranges.ts';

/** Row vectors under each other against column vectors beside each other: xⱼ - xᵢ with 1 on the diagonal, [..., n] → [..., n, n]. */
export function gaps(x: NDArray): NDArray {
  return x
    .expandDims(-2)
    .sub(x.expandDims(-1))
    .add(identity(x.shape.at(-1)!, { dtype: x.dtype }));
}

/** Matrices with 0 on their diagonal. */
export const withoutDiagonal = (x: NDArray): NDArray =>
  x.mul(identity(x.shape.at(-1)!, { dtype: 'float32' }).rsub(1).astype(x.real.dtype));
