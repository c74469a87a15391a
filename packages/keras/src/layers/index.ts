export * from './aliases.ts';
export {
  Activation,
  ELU,
  type ELUOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  PReLU,
  type PReLUOptions,
  ReLU,
  type ReLUOptions,
  Softmax,
  type SoftmaxOptions,
} from './activation.ts';
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
export {
  AdditiveAttention,
  type AdditiveAttentionOptions,
  Attention,
  type AttentionOptions,
  type ScoresCall,
} from './attention/attention.ts';
export { GroupQueryAttention } from './attention/grouped-query.ts';
export { type HeadsCall, type HeadsOptions } from './attention/heads.ts';
export { MultiHeadAttention, type MultiHeadAttentionOptions } from './attention/multi-head.ts';
export { Dense, type DenseOptions } from './dense.ts';
export { EinsumDense, type EinsumDenseOptions } from './einsum-dense.ts';
export { ReversibleEmbedding, type ReversibleEmbeddingOptions, type ReverseCall } from './reversible-embedding.ts';
export {
  DepthwiseConv1D,
  DepthwiseConv2D,
  type DepthwiseConvOptions,
  SeparableConv1D,
  SeparableConv2D,
  type SeparableConvOptions,
} from './depthwise.ts';
export {
  Dropout,
  type DropoutOptions,
  type NoiseShape,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
  type SpatialDropoutOptions,
} from './dropout.ts';
export {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  type GlobalPoolingOptions,
} from './global-pooling.ts';
export { Input, InputLayer, type InputOptions } from './input.ts';
export { Layer } from '../layer.ts';
export { AlphaDropout, GaussianDropout, GaussianNoise } from './noise.ts';
export { type AdaptData } from './preprocessing/adapting.ts';
export { Normalization, type NormalizationOptions } from './preprocessing/normalization.ts';
export { type SeededOptions } from './seeded.ts';
export { Bidirectional, type BidirectionalOptions, type MergeMode } from './recurrent/bidirectional.ts';
export { RecurrentCell } from './recurrent/cell.ts';
export { ConvLSTM1D, ConvLSTM2D, ConvLSTM3D, type ConvLSTMOptions } from './recurrent/conv-lstm.ts';
export { GRU, GRUCell, type GRUCellOptions, type GRUOptions } from './recurrent/gru.ts';
export { LSTM, LSTMCell, type LSTMCellOptions, type LSTMOptions } from './recurrent/lstm.ts';
export { type RecurrentCall, RNN, type RNNOptions } from './recurrent/rnn.ts';
export { SimpleRNN, SimpleRNNCell, type SimpleRNNOptions } from './recurrent/simple-rnn.ts';
export { StackedRNNCells } from './recurrent/stacked.ts';
export { TimeDistributed } from './time-distributed.ts';
export {
  ActivityRegularization,
  type ActivityRegularizationOptions,
  Lambda,
  type LambdaFunction,
  type LambdaOptions,
} from './lambda.ts';
export { SpectralNormalization, type SpectralNormalizationOptions, Wrapper } from './wrapper.ts';
export {
  Add,
  add,
  Average,
  average,
  Concatenate,
  concatenate,
  type ConcatenateOptions,
  Dot,
  dot,
  type DotOptions,
  Maximum,
  maximum,
  Minimum,
  minimum,
  Multiply,
  multiply,
  Subtract,
  subtract,
} from './merging.ts';
export {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  type AdaptivePoolingOptions,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  type MaxPoolingOptions,
  type PoolingOptions,
} from './pooling.ts';
export { Flatten, type FlattenOptions, Permute, RepeatVector, Reshape } from './reshaping.ts';
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
export {
  Embedding,
  type EmbeddingOptions,
  Identity,
  Masking,
  type MaskingOptions,
  Rescaling,
  type RescalingOptions,
} from './core.ts';
export {
  type AffineOptions,
  type AxisList,
  BatchNormalization,
  type BatchNormalizationOptions,
  GroupNormalization,
  type GroupNormalizationOptions,
  LayerNormalization,
  type LayerNormalizationOptions,
  RMSNormalization,
  type RMSNormalizationOptions,
  UnitNormalization,
  type UnitNormalizationOptions,
} from './normalization.ts';
export { MaxNumBoundingBoxes, type MaxNumBoundingBoxesOptions } from './preprocessing/images/bounding-boxes.ts';
export { AugMix, type AugMixOptions, RandAugment, type RandAugmentOptions } from './preprocessing/images/chains.ts';
export {
  RandomColorDegeneration,
  RandomColorJitter,
  type RandomColorJitterOptions,
  RandomGrayscale,
  type RandomGrayscaleOptions,
  RandomHue,
  RandomSaturation,
} from './preprocessing/images/colors.ts';
export { CenterCrop, type ImageResizingOptions, RandomCrop, Resizing } from './preprocessing/images/crops.ts';
export { type Factor } from './preprocessing/images/factors.ts';
export { RandomGaussianBlur, type RandomGaussianBlurOptions, RandomSharpness } from './preprocessing/images/filters.ts';
export {
  type FlipMode,
  RandomFlip,
  type RandomFlipOptions,
  RandomRotation,
  RandomShear,
  type RandomShearOptions,
  RandomTranslation,
  RandomZoom,
  type RandomZoomOptions,
  type WarpOptions,
} from './preprocessing/images/geometry.ts';
export {
  type AdaptiveEqualizationOptions,
  ContrastLimitedAdaptiveHistogramEqualization,
  Equalization,
  type EqualizationOptions,
} from './preprocessing/images/histograms.ts';
export {
  type BoundingBoxes,
  type ImageData,
  type ImageOptions,
  type Interpolation,
  type ValueOptions,
} from './preprocessing/images/image-layer.ts';
export {
  CutMix,
  type CutMixOptions,
  MixUp,
  type MixUpOptions,
  RandomErasing,
  type RandomErasingOptions,
} from './preprocessing/images/mixing.ts';
export { type ResizeInterpolation } from './preprocessing/images/resize.ts';
export { type FillMode } from './preprocessing/images/sampling.ts';
export {
  AutoContrast,
  RandomBrightness,
  RandomContrast,
  RandomInvert,
  type RandomInvertOptions,
  RandomPosterization,
  Solarization,
  type SolarizationOptions,
} from './preprocessing/images/tones.ts';
export {
  RandomElasticTransform,
  type RandomElasticTransformOptions,
  RandomPerspective,
  type RandomPerspectiveOptions,
} from './preprocessing/images/warps.ts';
export { type CategoryMode } from './preprocessing/categories.ts';
export {
  CategoryEncoding,
  type CategoryEncodingOptions,
  type CountOptions,
} from './preprocessing/category-encoding.ts';
export { Discretization, type DiscretizationOptions } from './preprocessing/discretization.ts';
export { HashedCrossing, type HashedCrossingOptions, Hashing, type HashingOptions } from './preprocessing/hashing.ts';
export { type LookupMode, type LookupOptions, type TokenData } from './preprocessing/index-lookup.ts';
export { IntegerLookup, type IntegerLookupOptions } from './preprocessing/integer-lookup.ts';
export { StringLookup, type StringLookupOptions } from './preprocessing/string-lookup.ts';
export { type Strings, type Token, type Tokens } from './preprocessing/strings.ts';
export {
  type Standardize,
  TextVectorization,
  type TextVectorizationOptions,
} from './preprocessing/text-vectorization.ts';
export {
  MelSpectrogram,
  type MelSpectrogramOptions,
  type SpectrogramMode,
  STFTSpectrogram,
  type STFTSpectrogramOptions,
} from './preprocessing/spectrograms.ts';
export { Pipeline } from './preprocessing/pipeline.ts';
