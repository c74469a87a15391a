export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type BCEOptions,
  type BCEWithLogitsOptions,
  mseLoss,
} from './losses.ts';
export {
  conv1d,
  conv2d,
  conv3d,
  type ConvFunction,
  type ConvOptions,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvTransposeOptions,
  fold,
  unfold,
} from './convolution.ts';
export { crossEntropy, type CrossEntropyOptions, nllLoss, type NLLOptions } from './cross-entropy.ts';
export { dropout, type DropoutOptions } from './dropout.ts';
export { linear } from './linear.ts';
export type { Reduction, ReductionOption } from './reduction.ts';
