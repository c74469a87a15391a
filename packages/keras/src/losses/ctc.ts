import { ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { ctcLoss } from '@isograd/nn/functional';
import { type KerasShape, showShape } from '../keras-tensor.ts';

/** Refuses labels that are no rows for sequences of logits. */
export function checkCTC(yTrue: NDArray, predicted: KerasShape): void {
  if (yTrue.ndim === 2 && predicted.length === 3) return;
  throw new ShapeError({
    where: 'ctc',
    what: 'labels and predictions are no sequences',
    got: `labels [${yTrue.shape.join(', ')}], predictions ${showShape(predicted)}`,
    expected: 'labels [batch, longest], predictions [batch, steps, classes]',
  });
}

/**
 * Connectionist temporal classification (`keras.losses.ctc`; Graves et al. 2006): minus the log-likelihood of label sequences under all alignments.
 *
 * @param yTrue Class numbers from 1, `[batch, longest]`, shorter ones filled up with 0, which stands for nothing.
 * @param yPred Logits `[batch, steps, classes]`.
 * @returns One loss a sample, `[batch]`.
 * @throws ShapeError for other numbers of axes.
 */
export function ctc(yTrue: NDArray, yPred: Tensor): Tensor {
  checkCTC(yTrue, yPred.shape);
  const [batch, steps] = yPred.shape as [number, number];
  const labels = yTrue.plain().astype('int32');
  // Labels are counted, not looked for: as in Keras, 0 may only stand at the end.
  const lengths = labels.notEqual(0).astype('int32').sum(1);
  const logProbs = yPred.logSoftmax(-1).transpose([1, 0, 2]);
  const inputs = Array<number>(batch).fill(steps);
  return ctcLoss(logProbs, asTensor(labels), [inputs, lengths], { reduction: 'none' });
}
