export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './binary-cross-entropy.ts';
export { softmaxCrossEntropy, softmaxCrossEntropyGrad } from './cross-entropy.ts';
export { convolution, convolutionTranspose, convolutionWeightGrad } from './convolution.ts';
