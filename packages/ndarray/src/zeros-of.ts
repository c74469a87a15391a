import { NDArray } from './array.ts';
import { DTYPES } from '@isograd/device';
import { Storage } from './storage.ts';

/** Zeros like `x` that share one element: the cotangent of an op that is flat almost everywhere. */
export function zerosOf(x: NDArray): NDArray {
  const storage = new Storage(new DTYPES[x.dtype].Array(DTYPES[x.dtype].lanes));
  return new NDArray(storage, x.dtype, { shape: x.shape, strides: x.shape.map(() => 0), offset: 0 });
}
