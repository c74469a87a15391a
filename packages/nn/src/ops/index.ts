export {
  celu,
  elu,
  gelu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logsigmoid,
  mish,
  relu6,
  selu,
  silu,
  betaSoftplus,
  softshrink,
  softsign,
  tanhshrink,
  threshold,
} from './activations.ts';
export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './binary-cross-entropy.ts';
export { softmaxCrossEntropy, softmaxCrossEntropyGrad } from './cross-entropy.ts';
export { gruGates, lstmGates, updateFirstGates } from './gated-cells.ts';
export { gruSequence, lstmSequence, reluSequence, tanhSequence, updateFirstSequence } from './sequences.ts';
export { fold, unfold } from './folding.ts';
export { convolution, convolutionTranspose, convolutionWeightGrad } from './convolution.ts';
export { axisMap } from './axis-map.ts';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  lpPool1d,
  lpPool2d,
  lpPool3d,
} from './average-pool.ts';
export {
  adaptiveMaxPool1d,
  adaptiveMaxPool1dWithIndices,
  adaptiveMaxPool2d,
  adaptiveMaxPool2dWithIndices,
  adaptiveMaxPool3d,
  adaptiveMaxPool3dWithIndices,
  maxPool1d,
  maxPool1dWithIndices,
  maxPool2d,
  maxPool2dWithIndices,
  maxPool3d,
  maxPool3dWithIndices,
} from './max-pool.ts';
export { maxUnpool1d, maxUnpool2d, maxUnpool3d } from './max-unpool.ts';
export { pickPlaces, placeElements } from './place.ts';
export { rmsStandardize, rmsStandardizeScaled, standardize, standardizeAffine } from './standardize.ts';
