import { attachPrinting } from '@isograd/ndarray';
import { Module, moduleRepr } from './module.ts';
import { Parameter, parameterRepr } from './parameter.ts';

attachPrinting(Module.prototype, { str: moduleRepr, repr: moduleRepr });
attachPrinting(Parameter.prototype, { str: parameterRepr, repr: parameterRepr });

export * from './activation.ts';
export * from './attention.ts';
export { Callable } from './callable.ts';
export * from './channel-normalization.ts';
export {
  Conv1d,
  Conv2d,
  Conv3d,
  type ConvModuleOptions,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeModuleOptions,
  type Lengths,
  type PaddingMode,
} from './convolution.ts';
export * from './containers.ts';
export { CosineSimilarity, PairwiseDistance } from './distance.ts';
export * from './dropout.ts';
export * from './embedding.ts';
export { Flatten } from './flatten.ts';
export { Fold, Unfold } from './folding.ts';
export * as functional from './functional/index.ts';
export * as init from './init.ts';
export * from './learned-slopes.ts';
export { type TensorLayer } from './library-module.ts';
export { Bilinear, LazyLinear, Linear, type LinearOptions } from './linear.ts';
export * from './loss.ts';
export type { ForwardHook, ForwardPreHook, FullBackwardHook, Gradients, HookHandle, HookOptions } from './hooks.ts';
export type { LoadOptions, LoadReport, StateDict } from './loading.ts';
export { type BufferOptions, Module } from './module.ts';
export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './ops/binary-cross-entropy.ts';
export { type AxisPadding } from './ops/conv-geometry.ts';
export { convolution, convolutionTranspose, convolutionWeightGrad } from './ops/convolution.ts';
export { softmaxCrossEntropy } from './ops/cross-entropy.ts';
export { type UnfoldOptions } from './ops/folding.ts';
export * from './normalization.ts';
export * from './padding.ts';
export { Parameter } from './parameter.ts';
export * from './pooling.ts';
export * as saving from './saving/index.ts';
export * from './recurrent.ts';
export * from './resizing.ts';
export { Sequential, type TensorModule } from './sequential.ts';
export * from './transformer.ts';
export { Unflatten } from './unflatten.ts';
