export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './binary-cross-entropy.ts';
export { softmaxCrossEntropy, softmaxCrossEntropyGrad } from './cross-entropy.ts';
export { fold, unfold } from './folding.ts';
export { convolution, convolutionTranspose, convolutionWeightGrad } from './convolution.ts';
