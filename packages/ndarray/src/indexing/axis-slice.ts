import { NDArray } from '../array.ts';

/** A run of one axis as a plain view. */
export function sliceAxis(x: NDArray, axis: number, start: number, stop: number): NDArray {
  const shape = x.shape.map((n, d) => (d === axis ? stop - start : n));
  return new NDArray(x.storage, x.dtype, { shape, strides: x.strides, offset: x.offset + start * x.strides[axis]! });
}
