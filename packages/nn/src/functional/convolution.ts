import { ShapeError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { type ConvOptions as OpOptions, type ConvTransposeOptions as TransposeOptions } from '../ops/conv-geometry.ts';
import { convolution, convolutionTranspose } from '../ops/convolution.ts';
import * as folding from '../ops/folding.ts';

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. */
export type ConvOptions = Omit<OpOptions, 'channelsLast'>;
/** Options of {@link convTranspose1d}, {@link convTranspose2d} and {@link convTranspose3d}. */
export interface ConvTransposeOptions extends Omit<TransposeOptions, 'channelsLast' | 'padding'> {
  /** So much is cut from both sides of the result, for all axes or for each; default 0. */
  readonly padding?: number | readonly number[];
}

/** A convolution of one rank: input, weight, bias, options. */
export type ConvFunction<O = ConvOptions> = (
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options?: O,
) => Tensor;

/** Runs a function of batches on a batch, or on one sample without an axis of the batch. */
function batched(x: Tensor, axes: number, where: string, run: (x: Tensor) => Tensor): Tensor {
  if (x.ndim === axes) return run(x);
  if (x.ndim === axes - 1) {
    const y = run(x.reshape([1, ...x.shape]));
    return y.reshape(y.shape.slice(1));
  }
  throw new ShapeError({
    where,
    what: 'wrong number of axes',
    got: `input [${x.shape.join(', ')}]`,
    expected: `${axes} axes, or ${axes - 1} without the batch`,
  });
}

function convOf<O extends TransposeOptions>(
  rank: number,
  where: string,
  op: typeof convolutionTranspose,
): ConvFunction<O> {
  return (input, weight, bias = null, options = {} as O) => {
    if (weight.ndim !== rank + 2)
      throw new ShapeError({
        where,
        what: 'wrong number of axes of the weight',
        got: `weight [${weight.shape.join(', ')}]`,
        expected: `${rank + 2} axes`,
      });
    return batched(input, rank + 2, where, (x) => op(x, weight, bias, { ...options, channelsLast: false, where }));
  };
}

/**
 * Convolution over one axis (PyTorch's `F.conv1d`): `input` `[batch, in, length]`, `weight` `[out, in / groups, kernel]`, `bias` `[out]` → `[batch, out, length]`.
 *
 * @throws ShapeError or DTypeError when the tensors do not fit each other; ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * conv1d(tensor([[1, 2, 4]]).float(), tensor([[[1, 1]]]).float(), null, { padding: 1 }).tolist() // => [ [ 1, 3, 6, 4 ] ]
 */
export const conv1d: ConvFunction = convOf(1, 'conv1d', convolution);

/**
 * Convolution over two axes (PyTorch's `F.conv2d`): `input` `[batch, in, height, width]`, `weight` `[out, in / groups, kernel, kernel]`, `bias` `[out]`.
 *
 * @throws ShapeError or DTypeError when the tensors do not fit each other; ArgumentError for options out of range.
 * @example
 * import { ones } from '@isograd/autograd';
 * conv2d(ones([2, 3, 8, 8]), ones([4, 3, 3, 3]), null, { stride: 2, padding: 1 }).shape // => [ 2, 4, 4, 4 ]
 */
export const conv2d: ConvFunction = convOf(2, 'conv2d', convolution);

/**
 * Convolution over three axes (PyTorch's `F.conv3d`): `input` `[batch, in, depth, height, width]`, `weight` `[out, in / groups, kernel, kernel, kernel]`.
 *
 * @throws ShapeError or DTypeError when the tensors do not fit each other; ArgumentError for options out of range.
 * @example
 * import { ones } from '@isograd/autograd';
 * conv3d(ones([1, 2, 4, 4, 4]), ones([3, 2, 3, 3, 3]), null, { padding: 'same' }).shape // => [ 1, 3, 4, 4, 4 ]
 */
export const conv3d: ConvFunction = convOf(3, 'conv3d', convolution);

/**
 * Transposed convolution over one axis (PyTorch's `F.conv_transpose1d`): `input` `[batch, in, length]`, `weight` `[in, out / groups, kernel]`, `bias` `[out]`.
 *
 * @throws ShapeError or DTypeError when the tensors do not fit each other; ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * convTranspose1d(tensor([[1, 10]]).float(), tensor([[[1, 2]]]).float(), null, { stride: 2 }).tolist() // => [ [ 1, 2, 10, 20 ] ]
 */
export const convTranspose1d: ConvFunction<ConvTransposeOptions> = convOf(1, 'convTranspose1d', convolutionTranspose);

/**
 * Transposed convolution over two axes (PyTorch's `F.conv_transpose2d`): `input` `[batch, in, height, width]`, `weight` `[in, out / groups, kernel, kernel]`.
 *
 * @throws ShapeError or DTypeError when the tensors do not fit each other; ArgumentError for options out of range.
 * @example
 * import { ones } from '@isograd/autograd';
 * convTranspose2d(ones([2, 4, 4, 4]), ones([4, 3, 3, 3]), null, { stride: 2, padding: 1, outputPadding: 1 }).shape // => [ 2, 3, 8, 8 ]
 */
export const convTranspose2d: ConvFunction<ConvTransposeOptions> = convOf(2, 'convTranspose2d', convolutionTranspose);

/**
 * Transposed convolution over three axes (PyTorch's `F.conv_transpose3d`): `input` `[batch, in, depth, height, width]`, `weight` `[in, out / groups, kernel, kernel, kernel]`.
 *
 * @throws ShapeError or DTypeError when the tensors do not fit each other; ArgumentError for options out of range.
 * @example
 * import { ones } from '@isograd/autograd';
 * convTranspose3d(ones([1, 2, 2, 2, 2]), ones([2, 3, 2, 2, 2]), null, { stride: 2 }).shape // => [ 1, 3, 4, 4, 4 ]
 */
export const convTranspose3d: ConvFunction<ConvTransposeOptions> = convOf(3, 'convTranspose3d', convolutionTranspose);

/**
 * Blocks of images, one a column (PyTorch's `F.unfold`): `input` `[batch, channels, height, width]` → `[batch, channels * block, blocks]`, both also without the batch.
 *
 * @throws ShapeError when the blocks do not fit; ArgumentError for options out of range.
 * @example
 * import { ones } from '@isograd/autograd';
 * unfold(ones([2, 3, 5, 5]), 3).shape // => [ 2, 27, 9 ]
 */
export function unfold(
  input: Tensor,
  kernelSize: number | readonly number[],
  options: folding.UnfoldOptions = {},
): Tensor {
  return batched(input, 4, 'unfold', (x) => folding.unfold(x, kernelSize, options));
}

/**
 * Images from blocks, which are added where they overlap (PyTorch's `F.fold`): `input` `[batch, channels * block, blocks]` → `[batch, channels, height, width]`,
 * both also without the batch.
 *
 * @throws ShapeError when the blocks do not fit; ArgumentError for options out of range.
 * @example
 * import { ones } from '@isograd/autograd';
 * fold(ones([2, 27, 9]), 5, 3).shape // => [ 2, 3, 5, 5 ]
 */
export function fold(
  input: Tensor,
  outputSize: number | readonly number[],
  kernelSize: number | readonly number[],
  options: folding.UnfoldOptions = {},
): Tensor {
  return batched(input, 3, 'fold', (x) => folding.fold(x, outputSize, kernelSize, options));
}
