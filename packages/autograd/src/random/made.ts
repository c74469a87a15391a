import { type DType, DTYPES, sizeOf } from '@isograd/device';
import { NDArray, type Shape, Storage } from '@isograd/ndarray';
import { leaf, type TensorOptions } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import type { Fill } from './memory.ts';

/** A new leaf of a dtype and shape, filled by `fill`. */
export function made(shape: Shape, dtype: DType, options: TensorOptions, fill: Fill): Tensor {
  const { Array, lanes } = DTYPES[dtype];
  const memory = new Array(sizeOf(shape) * lanes);
  fill(memory);
  return leaf(new NDArray(new Storage(memory), dtype, shape), options);
}
