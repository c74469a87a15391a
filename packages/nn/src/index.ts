import { attachPrinting } from '@isograd/ndarray';
import { Module, moduleRepr } from './module.ts';
import { Parameter, parameterRepr } from './parameter.ts';

attachPrinting(Module.prototype, { str: moduleRepr, repr: moduleRepr });
attachPrinting(Parameter.prototype, { str: parameterRepr, repr: parameterRepr });

export {
  type Activation,
  type ActivationClass,
  CELU,
  ELU,
  GELU,
  GLU,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  LeakyReLU,
  LogSigmoid,
  LogSoftmax,
  Mish,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softmax2d,
  Softmin,
  Softplus,
  Softshrink,
  Softsign,
  Tanh,
  Tanhshrink,
  Threshold,
} from './activation.ts';
export {
  type AttentionCall,
  MultiheadAttention,
  type MultiheadAttentionOptions,
  NonDynamicallyQuantizableLinear,
} from './attention.ts';
export {
  AveragedModel,
  type AveragedModelOptions,
  type AvgFn,
  getEmaAvgFn,
  getEmaMultiAvgFn,
  getSwaAvgFn,
  getSwaMultiAvgFn,
  type MultiAvgFn,
  updateBn,
} from './averaged-model.ts';
export { Callable } from './callable.ts';
export {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  type BatchNormClass,
  type BatchNormLayer,
  ChannelNorm,
  type ChannelNormOptions,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  LazyBatchNorm1d,
  LazyBatchNorm2d,
  LazyBatchNorm3d,
  LazyInstanceNorm1d,
  LazyInstanceNorm2d,
  LazyInstanceNorm3d,
  type LazyNormClass,
} from './channel-normalization.ts';
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
export { Identity, type Indexed, ModuleDict, ModuleList, ParameterDict, ParameterList } from './containers.ts';
export { CosineSimilarity, PairwiseDistance } from './distance.ts';
export {
  AlphaDropout,
  Dropout,
  Dropout1d,
  Dropout2d,
  Dropout3d,
  type DropoutClass,
  type DropoutLayer,
  FeatureAlphaDropout,
} from './dropout.ts';
export { Embedding, EmbeddingBag, type EmbeddingBagLayerOptions, type EmbeddingLayerOptions } from './embedding.ts';
export { Flatten } from './flatten.ts';
export { Fold, Unfold } from './folding.ts';
export * as functional from './functional/index.ts';
export * as init from './init.ts';
export { PReLU, type PReLUOptions, RReLU } from './learned-slopes.ts';
export {
  LazyConv1d,
  LazyConv2d,
  LazyConv3d,
  type LazyConvClass,
  LazyConvTranspose1d,
  LazyConvTranspose2d,
  LazyConvTranspose3d,
} from './lazy-convolution.ts';
export { type TensorLayer } from './library-module.ts';
export { Bilinear, LazyLinear, Linear, type LinearOptions } from './linear.ts';
export {
  BCELoss,
  BCEWithLogitsLoss,
  CosineEmbeddingLoss,
  CrossEntropyLoss,
  CTCLoss,
  GaussianNLLLoss,
  HingeEmbeddingLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  type Loss,
  type LossClass,
  MarginRankingLoss,
  MSELoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
  MultiMarginLoss,
  NLLLoss,
  PoissonNLLLoss,
  SmoothL1Loss,
  SoftMarginLoss,
  TripletMarginLoss,
  TripletMarginWithDistanceLoss,
} from './loss.ts';
export type { ForwardHook, ForwardPreHook, FullBackwardHook, Gradients, HookHandle, HookOptions } from './hooks.ts';
export type { LoadOptions, LoadReport, StateDict } from './loading.ts';
export { type BufferOptions, Module } from './module.ts';
export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './ops/binary-cross-entropy.ts';
export { axisMap, type Tap, type Taps, tapsOf } from './ops/axis-map.ts';
export { type AxisPadding } from './ops/conv-geometry.ts';
export { convolution, convolutionTranspose, convolutionWeightGrad } from './ops/convolution.ts';
export { softmaxCrossEntropy } from './ops/cross-entropy.ts';
export { gruGates, lstmGates, updateFirstGates } from './ops/gated-cells.ts';
export {
  gruSequence,
  lstmSequence,
  reluSequence,
  type SequenceOptions,
  tanhSequence,
  updateFirstSequence,
} from './ops/sequences.ts';
export { type UnfoldOptions } from './ops/folding.ts';
export {
  type LineStats,
  rmsStandardize,
  rmsStandardizeScaled,
  standardize,
  standardizeAffine,
  standardizeWithStats,
} from './ops/standardize.ts';
export {
  GroupNorm,
  type GroupNormOptions,
  LayerNorm,
  type LayerNormOptions,
  LocalResponseNorm,
  type LocalResponseNormOptions,
  RMSNorm,
  type RMSNormLayerOptions,
} from './normalization.ts';
export {
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  type ConstantPadClass,
  type PaddingClass,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  ZeroPad1d,
  ZeroPad2d,
  ZeroPad3d,
} from './padding.ts';
export { Parameter } from './parameter.ts';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  type AdaptiveAvgPoolClass,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  type AdaptiveMaxPoolClass,
  type AdaptiveMaxPoolOptions,
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  type AvgPoolClass,
  type IndexedLayer,
  LPPool1d,
  LPPool2d,
  LPPool3d,
  type LPPoolClass,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  type MaxPoolClass,
  type MaxPoolOptions,
  MaxUnpool1d,
  MaxUnpool2d,
  MaxUnpool3d,
  type MaxUnpoolClass,
  type MaxUnpoolLayer,
  type MaxUnpoolOptions,
} from './pooling.ts';
export * as saving from './saving/index.ts';
export { GRU, LSTM, type LSTMOptions, type RecurrentOptions, RNN, RNNBase, type RNNOptions } from './recurrent.ts';
export {
  type CellOptions,
  GRUCell,
  LSTMCell,
  RNNCell,
  RNNCellBase,
  type RNNCellOptions,
  type RNNNonlinearity,
} from './recurrent-cells.ts';
export {
  ChannelShuffle,
  PixelShuffle,
  PixelUnshuffle,
  type ShuffleClass,
  Upsample,
  UpsamplingBilinear2d,
  UpsamplingNearest2d,
  type UpsamplingOptions,
} from './resizing.ts';
export { Sequential, type TensorModule } from './sequential.ts';
export {
  type DecoderMasks,
  type EncoderMasks,
  Transformer,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
  type TransformerOptions,
} from './transformer.ts';
export { Unflatten } from './unflatten.ts';
export * as utils from './tools/index.ts';
