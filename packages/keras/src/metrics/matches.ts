import { DataError } from '@isograd/device';
import { equal, type NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { aligned } from '../losses/loss.ts';
import { classNumbers } from '../losses/functions.ts';

/** Whether each prediction equals its label: `[batch, ...]` both → `[batch, ...]`. */
export function accuracy(yTrue: NDArray, yPred: Tensor): NDArray {
  return aligned(yTrue, yPred, 'accuracy').equal(yPred);
}

/** Options of {@link binaryAccuracy}. */
export interface ThresholdOptions {
  /** Predictions above it stand for 1; default 0.5. */
  readonly threshold?: number;
}

/** Whether each prediction is on the side of the threshold on which its label (0 or 1) is: `[batch, ...]` both → `[batch, ...]`. */
export function binaryAccuracy(yTrue: NDArray, yPred: Tensor, { threshold = 0.5 }: ThresholdOptions = {}): NDArray {
  return aligned(yTrue, yPred, 'binaryAccuracy').equal(yPred.gt(threshold).astype(yPred.dtype));
}

/** Whether the largest prediction of each sample is at the largest label: `[batch, ..., classes]` both → `[batch, ...]`. */
export function categoricalAccuracy(yTrue: NDArray, yPred: Tensor): NDArray {
  return aligned(yTrue, yPred, 'categoricalAccuracy').argmax(-1).equal(yPred.argmax(-1));
}

/** Whether the largest prediction of each sample is at its class number: `[batch, ...]` and `[batch, ..., classes]` → `[batch, ...]`. */
export function sparseCategoricalAccuracy(yTrue: NDArray, yPred: Tensor): NDArray {
  return yPred.argmax(-1).equal(classNumbers(yTrue.plain(), yPred.shape, 'sparseCategoricalAccuracy'));
}

/** Options of the accuracies among the best. */
export interface TopKOptions {
  /** How many of the largest predictions count, at least 1; default 5. */
  readonly k?: number;
}

/** Whether the class of each sample is among the `k` largest predictions, ties included: fewer than `k` are larger than it. */
function inTopK(classes: NDArray, yPred: Tensor, k: number): NDArray {
  const plain = yPred.plain();
  const [rows, width] = [classes.size, plain.shape.at(-1)!];
  const [data, numbers] = [plain.data as Float32Array, classes.data];
  const matches = Array.from({ length: rows }, (_, i) => {
    const row = data.subarray(i * width, (i + 1) * width);
    const own = row[Number(numbers[i])];
    // As in TensorFlow: what is not finite is never among the best.
    return own !== undefined && Number.isFinite(own) && row.reduce((n, v) => n + (v > own ? 1 : 0), 0) < k;
  });
  return equal(matches, true).reshape(classes.shape);
}

/** Whether the largest label of each sample is among its `k` largest predictions: `[batch, ..., classes]` both → `[batch, ...]`. */
export function topKCategoricalAccuracy(yTrue: NDArray, yPred: Tensor, { k = 5 }: TopKOptions = {}): NDArray {
  return inTopK(aligned(yTrue, yPred, 'topKCategoricalAccuracy').plain().argmax(-1), yPred, k);
}

/** Options of {@link sparseTopKCategoricalAccuracy}. */
export interface SparseTopKOptions extends TopKOptions {
  /** Whether predictions are class numbers, the best first; default false: scores. */
  readonly fromSortedIds?: boolean;
}

/**
 * Whether the class number of each sample is among its `k` largest predictions: `[batch, ...]` and `[batch, ..., classes]` → `[batch, ...]`.
 *
 * @throws DataError when a label is no whole number.
 */
export function sparseTopKCategoricalAccuracy(
  yTrue: NDArray,
  yPred: Tensor,
  { k = 5, fromSortedIds = false }: SparseTopKOptions = {},
): NDArray {
  const classes = classNumbers(yTrue.plain(), yPred.shape, 'sparseTopKCategoricalAccuracy');
  if (!fromSortedIds) return inTopK(classes, yPred, k);
  const best = yPred.plain().at('...', `:${k}`);
  return best.equal(classes.reshape([...classes.shape, 1])).any(-1);
}

/** Refuses a `k` that is no number of predictions. */
export function checkK(k: number, where: string): void {
  if (!Number.isInteger(k) || k < 1)
    throw new DataError({
      where,
      what: 'k is no number of predictions',
      got: String(k),
      expected: 'an integer from 1',
    });
}
