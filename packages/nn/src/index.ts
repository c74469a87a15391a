import { attachPrinting } from '@isograd/ndarray';
import { Module, moduleRepr } from './module.ts';
import { Parameter, parameterRepr } from './parameter.ts';

attachPrinting(Module.prototype, { str: moduleRepr, repr: moduleRepr });
attachPrinting(Parameter.prototype, { str: parameterRepr, repr: parameterRepr });

export { ReLU, Sigmoid, Tanh } from './activation.ts';
export { Callable } from './callable.ts';
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
export { Dropout } from './dropout.ts';
export { Flatten } from './flatten.ts';
export { Fold, Unfold } from './folding.ts';
export * as functional from './functional/index.ts';
export * as init from './init.ts';
export { Linear, type LinearOptions } from './linear.ts';
export { BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, MSELoss, NLLLoss } from './loss.ts';
export { type LoadOptions, type LoadReport, Module, type StateDict } from './module.ts';
export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './ops/binary-cross-entropy.ts';
export { type AxisPadding } from './ops/conv-geometry.ts';
export { convolution, convolutionTranspose, convolutionWeightGrad } from './ops/convolution.ts';
export { softmaxCrossEntropy } from './ops/cross-entropy.ts';
export { type UnfoldOptions } from './ops/folding.ts';
export { Parameter } from './parameter.ts';
export { Sequential, type TensorModule } from './sequential.ts';
