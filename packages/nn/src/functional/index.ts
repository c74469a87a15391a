export * from './activations.ts';
export { bilinear } from './bilinear.ts';
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
export { ctcLoss, type CTCOptions, type Lengths } from './ctc-loss.ts';
export {
  cdist,
  cosineSimilarity,
  type CosineSimilarityOptions,
  pairwiseDistance,
  type PairwiseDistanceOptions,
  pdist,
} from './distances.ts';
export { crossEntropy, type CrossEntropyOptions, nllLoss, type NLLOptions } from './cross-entropy.ts';
export {
  alphaDropout,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  type DropoutOptions,
  featureAlphaDropout,
} from './dropout.ts';
export { linear } from './linear.ts';
export {
  type AffineOptions,
  batchNorm,
  type BatchNormOptions,
  groupNorm,
  instanceNorm,
  type InstanceNormOptions,
  layerNorm,
  localResponseNorm,
  normalize,
  type NormalizeOptions,
  type ResponseNormOptions,
  rmsNorm,
  type RMSNormOptions,
} from './normalization.ts';
export { pad, type PaddingMode, type PaddingOptions } from './pad.ts';
export * from './pooling.ts';
export type { Reduction, ReductionOption } from './reduction.ts';
export * from './embedding.ts';
export * from './margin-losses.ts';
export * from './regression-losses.ts';
export * from './resizing.ts';
export { scaledDotProductAttention, type AttentionOptions } from './attention.ts';
