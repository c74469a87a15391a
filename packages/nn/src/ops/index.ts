export { binaryCrossEntropy, binaryCrossEntropyWithLogits } from './binary-cross-entropy.ts';
export { softmaxCrossEntropy, softmaxCrossEntropyGrad } from './cross-entropy.ts';
