import { type DType, DTYPES } from '@isograd/device';
import {
  type ArraySource,
  filled,
  memoryOrder,
  type NDArray,
  readArray,
  type Shape,
  Storage,
  TORCH,
} from '@isograd/ndarray';
import { hasGradients } from './gradient-dtypes.ts';
import { Tensor } from './tensor.ts';

/** Options of functions that make tensors. */
export interface TensorOptions {
  /** Element type; default inferred from the values, `float32` where there is nothing to infer from. */
  readonly dtype?: DType;
  /** Whether gradients flow to the new leaf; default false. */
  readonly requiresGrad?: boolean;
}

/** Wraps a plain array as a new leaf. Called by all makers of tensors. */
export function leaf(x: NDArray, options: TensorOptions): Tensor {
  return new Tensor(x.storage, x.dtype, x).requiresGrad_(options.requiresGrad ?? false);
}

/**
 * Makes a tensor of nested lists, a number, a typed array or an array.
 *
 * Fractions give float32 and whole numbers int64, as in PyTorch; with `requiresGrad` whole numbers give float32, since integers have no gradient.
 *
 * @throws ShapeError when the lists have no common shape; GradientError when a gradient is asked for an integer dtype.
 * @example
 * tensor([1.5, 2]).dtype // => float32
 * tensor([2, 6], { requiresGrad: true }).dtype // => float32
 */
export function tensor(source: ArraySource, options: TensorOptions & { readonly shape?: Shape } = {}): Tensor {
  let x = readArray(source, options, TORCH, 'tensor');
  if (options.requiresGrad && options.dtype === undefined && !hasGradients(x.dtype)) x = x.astype('float32');
  return leaf(x, options);
}

function constantMaker(name: string, value: number): (shape: Shape, options?: TensorOptions) => Tensor {
  return (shape, options = {}) => leaf(filled(shape, value, options.dtype ?? 'float32', name), options);
}

/** A tensor of zeros, float32 by default. */
export const zeros: (shape: Shape, options?: TensorOptions) => Tensor = constantMaker('zeros', 0);

/** A tensor of ones, float32 by default. */
export const ones: (shape: Shape, options?: TensorOptions) => Tensor = constantMaker('ones', 1);

/** A tensor filled with one value, float32 by default. */
export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  return leaf(filled(shape, value, options.dtype ?? 'float32', 'full'), options);
}

/**
 * A tensor in the shape and dtype of another, its axes in the same order of memory; what is in it is meant to be overwritten.
 *
 * Source: PyTorch documentation, `torch.empty_like`.
 *
 * @example
 * emptyLike(zeros([2, 3]).t()).strides // => [ 1, 3 ]
 */
export function emptyLike(x: NDArray, options: { readonly dtype?: DType | undefined } = {}): Tensor {
  const { dtype = x.dtype } = options;
  const { Array, lanes } = DTYPES[dtype];
  const strides = x.shape.map(() => 1);
  let step = 1;
  for (const axis of memoryOrder(x).reverse()) {
    strides[axis] = step;
    step *= x.shape[axis]!;
  }
  return new Tensor(new Storage(new Array(x.size * lanes)), dtype, { shape: x.shape, strides, offset: 0 });
}
