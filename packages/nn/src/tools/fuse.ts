import { ArgumentError } from '@isograd/device';
import { Tensor, zeros } from '@isograd/autograd';
import type { ChannelNorm } from '../channel-normalization.ts';
import type { Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from '../convolution.ts';
import type { Linear } from '../linear.ts';
import type { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { skipInit } from './parameter-vectors.ts';

/** A convolution of any rank, or its transpose. */
export type AnyConvolution = Conv1d | Conv2d | Conv3d | ConvTranspose1d | ConvTranspose2d | ConvTranspose3d;

/** What of a batch normalisation is folded into the layer before it. */
export interface FusedNorm {
  /** Running mean and variance, `[channels]` each. */
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** Added to the variance. */
  readonly eps: number;
  /** Factor and addend, `[channels]` each; left out or `null` they are 1 and 0. */
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
}

/**
 * Weight and bias of a convolution with a batch normalisation behind it folded in (PyTorch's `nn.utils.fuse_conv_bn_weights`).
 *
 * @param transpose Whether it is a transposed convolution, whose second axis is that of the results; default false.
 */
export function fuseConvBnWeights(
  weight: Tensor,
  bias: Tensor | null,
  norm: FusedNorm,
  transpose = false,
): [weight: Parameter, bias: Parameter] {
  const { mean, variance, eps } = norm;
  const inverse = variance.add(eps).sqrt().reciprocal();
  const scale = norm.weight ? norm.weight.mul(inverse) : inverse;
  const shape = weight.shape.map((n, d) => (d === (transpose ? 1 : 0) ? n : 1));
  const shift = (bias ?? zeros(mean.shape, { dtype: mean.dtype })).sub(mean).mul(scale);
  return [
    new Parameter(weight.mul(scale.reshape(shape)).detach(), weight.requiresGrad),
    new Parameter((norm.bias ? shift.add(norm.bias) : shift).detach(), bias?.requiresGrad ?? true),
  ];
}

/** Weight and bias of a dense layer with a batch normalisation behind it folded in (PyTorch's `nn.utils.fuse_linear_bn_weights`). */
export function fuseLinearBnWeights(
  weight: Tensor,
  bias: Tensor | null,
  norm: FusedNorm,
): [weight: Parameter, bias: Parameter] {
  return fuseConvBnWeights(weight, bias, norm);
}

function normOf(layer: Module, bn: ChannelNorm, where: string): FusedNorm {
  if (layer.training || bn.training)
    throw new ArgumentError({
      where,
      what: 'a normalisation computes otherwise while it is trained',
      got: 'a layer in training mode',
      expected: 'both in evaluation mode',
      hint: 'call eval() first',
    });
  const { runningMean, runningVar, eps, weight, bias } = bn;
  if (runningMean instanceof Tensor && runningVar instanceof Tensor)
    return { mean: runningMean, variance: runningVar, eps, weight, bias };
  throw new ArgumentError({
    where,
    what: 'the normalisation keeps no running statistics',
    got: 'trackRunningStats false',
    expected: 'a running mean and variance',
  });
}

/** Puts weight and bias into a layer that was just made, and out of training mode. */
function filled<M extends AnyConvolution | Linear>(layer: M, [weight, bias]: readonly [Parameter, Parameter]): M {
  layer.weight = weight;
  layer.bias = bias;
  layer.eval();
  return layer;
}

/**
 * A convolution that computes what `conv` and the batch normalisation behind it do (PyTorch's `nn.utils.fuse_conv_bn_eval`).
 *
 * @param transpose Whether `conv` is a transposed convolution; default false.
 * @throws ArgumentError unless both are in evaluation mode and the normalisation has running statistics.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const fused = fuseConvBnEval(new Conv2d(1, 2, 3).eval(), new BatchNorm2d(2).eval());
 * fused(zeros([1, 1, 4, 4])).shape // => [ 1, 2, 2, 2 ]
 */
export function fuseConvBnEval<C extends AnyConvolution>(conv: C, bn: ChannelNorm, transpose = false): C {
  const norm = normOf(conv, bn, 'fuseConvBnEval');
  const { inChannels, outChannels, kernelSize, stride, padding, dilation, outputPadding, groups, paddingMode } = conv;
  const options = { stride, padding, dilation, outputPadding, groups, paddingMode, dtype: conv.weight.dtype };
  const Class = conv.constructor as new (...args: readonly unknown[]) => Conv1d;
  const made = skipInit(Class, inChannels, outChannels, kernelSize, options) as unknown as C;
  return filled(made, fuseConvBnWeights(conv.weight, conv.bias, norm, transpose));
}

/**
 * A dense layer that computes what `linear` and the batch normalisation behind it do (PyTorch's `nn.utils.fuse_linear_bn_eval`).
 *
 * @throws ArgumentError unless both are in evaluation mode and the normalisation has running statistics, for one channel or as many as the layer has outputs.
 */
export function fuseLinearBnEval(linear: Linear, bn: ChannelNorm): Linear {
  const norm = normOf(linear, bn, 'fuseLinearBnEval');
  const { inFeatures, outFeatures, weight, bias } = linear;
  if (bn.numFeatures !== outFeatures && bn.numFeatures !== 1)
    throw new ArgumentError({
      where: 'fuseLinearBnEval',
      what: 'the normalisation does not fit the layer',
      got: `${bn.numFeatures} channels behind ${outFeatures} outputs`,
      expected: `1 or ${outFeatures} channels`,
    });
  const Class = linear.constructor as typeof Linear;
  const made = skipInit(Class, inFeatures, outFeatures, { dtype: weight.dtype });
  return filled(made, fuseLinearBnWeights(weight, bias, norm));
}
