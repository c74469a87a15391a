import { type DType, DTYPES, sizeOf } from '@isograd/device';
import { NDArray, type Shape, Storage } from '@isograd/ndarray';
import { leaf, type TensorOptions } from '../creation.ts';
import { Tensor } from '../tensor.ts';
import { type Fill, memoryOrder } from './memory.ts';

/** A new leaf of a dtype and shape, filled by `fill`. */
export function made(shape: Shape, dtype: DType, options: TensorOptions, fill: Fill): Tensor {
  const { Array, lanes } = DTYPES[dtype];
  const memory = new Array(sizeOf(shape) * lanes);
  fill(memory);
  return leaf(new NDArray(new Storage(memory), dtype, shape), options);
}

/** Zeros in the shape of another tensor, its axes in the same order of memory. */
export function zerosInOrderOf(x: NDArray, dtype: DType): Tensor {
  const { Array, lanes } = DTYPES[dtype];
  const strides = x.shape.map(() => 1);
  let step = 1;
  for (const axis of memoryOrder(x).reverse()) {
    strides[axis] = step;
    step *= x.shape[axis]!;
  }
  return new Tensor(new Storage(new Array(x.size * lanes)), dtype, { shape: x.shape, strides, offset: 0 });
}
