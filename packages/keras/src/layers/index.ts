export { Activation, ReLU, Softmax, type SoftmaxOptions } from './activation.ts';
export {
  Conv1D,
  Conv1DTranspose,
  Conv2D,
  Conv2DTranspose,
  Conv3D,
  Conv3DTranspose,
  type ConvOptions,
  type ConvTransposeOptions,
} from './convolution.ts';
export { Dense, type DenseOptions } from './dense.ts';
export {
  DepthwiseConv1D,
  DepthwiseConv2D,
  type DepthwiseConvOptions,
  SeparableConv1D,
  SeparableConv2D,
  type SeparableConvOptions,
} from './depthwise.ts';
export { Dropout, type DropoutOptions } from './dropout.ts';
export { Flatten } from './flatten.ts';
export { Input, InputLayer, type InputOptions } from './input.ts';
export { Layer } from '../layer.ts';
export {
  Cropping1D,
  Cropping2D,
  Cropping3D,
  type Margins,
  type ResizingOptions,
  UpSampling1D,
  UpSampling2D,
  type UpSampling2DOptions,
  UpSampling3D,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
} from './resizing.ts';
export { type DataFormat, type Lengths, type Padding, type WindowOptions } from './spatial.ts';
