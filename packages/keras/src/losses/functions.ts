import { ArgumentError, DataError, isFloat, ShapeError } from '@isograd/device';
import { type NDArray, sameShape } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { binaryCrossEntropyWithLogits, softmaxCrossEntropy } from '@isograd/nn';
import * as functional from '@isograd/nn/functional';
import { logitsOf } from '../activations.ts';
import { epsilon } from '../config.ts';
import { lastMean } from './errors.ts';
import { aligned } from './loss.ts';

/** Options of the cross-entropies. */
export interface CrossentropyOptions {
  /** Whether predictions are logits; default false: probabilities. */
  readonly fromLogits?: boolean;
  /** Share of the labels that is spread evenly, from 0 to 1; default 0. */
  readonly labelSmoothing?: number;
}

/** Keeps probabilities away from 0 and 1 by {@link epsilon}. */
export const clipped = (p: Tensor): Tensor => p.maximum(epsilon()).minimum(1 - epsilon());

/** Refuses a share outside [0, 1]. */
export function checkSmoothing(labelSmoothing: number, where: string): number {
  if (labelSmoothing >= 0 && labelSmoothing <= 1) return labelSmoothing;
  throw new ArgumentError({
    where,
    what: 'labelSmoothing is out of range',
    got: String(labelSmoothing),
    expected: 'a number from 0 to 1',
  });
}

/** Labels of which a share is given to another value: to one half, or evenly to all classes. */
export function smoothed(
  y: Tensor,
  share: number,
  { where, to }: { readonly where: string; readonly to: number },
): Tensor {
  checkSmoothing(share, where);
  return share > 0 ? y.mul(1 - share).add(share * to) : y;
}

/** Predictions as logits: given as such, or what `sigmoid` or `softmax` was applied to. */
function asLogits(
  yPred: Tensor,
  kind: 'sigmoid' | 'softmax',
  options: { readonly fromLogits?: boolean },
): Tensor | undefined {
  return logitsOf(yPred, kind) ?? (options.fromLogits ? yPred : undefined);
}

/**
 * Cross-entropy of each prediction with a label of 0 or 1, its mean along the last axis: `[batch, ..., n]` → `[batch, ...]`.
 *
 * Probabilities that come straight from a `sigmoid` are not clipped: the loss is computed from what went into it.
 */
export function binaryCrossentropy(yTrue: NDArray, yPred: Tensor, options: CrossentropyOptions = {}): Tensor {
  const where = 'binaryCrossentropy';
  const y = smoothed(aligned(yTrue, yPred, where), options.labelSmoothing ?? 0, { where, to: 0.5 });
  return lastMean(eachCrossentropy(y, yPred, options.fromLogits ?? false));
}

/** Cross-entropy of every single prediction with its label. */
export function eachCrossentropy(y: Tensor, yPred: Tensor, fromLogits: boolean): Tensor {
  const logits = asLogits(yPred, 'sigmoid', { fromLogits });
  if (logits) return binaryCrossEntropyWithLogits(logits, y) as Tensor;
  const p = clipped(yPred);
  return y
    .mul(p.log())
    .add(y.rsub(1).mul(p.rsub(1).log()))
    .neg();
}

/** Everything but the classes in rows: `[..., classes]` → `[rows, classes]`. */
const toRows = (x: Tensor): Tensor => (x.ndim === 2 ? x : x.reshape([-1, x.shape.at(-1)!]));

/**
 * Cross-entropy between predictions and labels that give a probability to each class: `[batch, ..., classes]` → `[batch, ...]`.
 *
 * Probabilities are divided by their sum first. Those that come straight from a `softmax` are not clipped: the loss is computed from what went into it.
 */
export function categoricalCrossentropy(yTrue: NDArray, yPred: Tensor, options: CrossentropyOptions = {}): Tensor {
  const where = 'categoricalCrossentropy';
  const y = smoothed(aligned(yTrue, yPred, where), options.labelSmoothing ?? 0, { where, to: 1 / yPred.shape.at(-1)! });
  const logits = asLogits(yPred, 'softmax', options);
  if (logits) return softmaxCrossEntropy(toRows(logits), toRows(y)).reshape(yPred.shape.slice(0, -1));
  const p = clipped(yPred.div(yPred.sum(-1, { keepdims: true })));
  return y.mul(p.log()).sum(-1).neg();
}

/**
 * Class numbers for predictions `[batch, ..., classes]`, as integers `[batch, ...]`; a last axis of length 1 is dropped.
 *
 * @throws ShapeError when the shapes do not fit; DataError for a label that is no whole number.
 */
export function classNumbers(yTrue: NDArray, predicted: readonly (number | null)[], where: string): NDArray {
  const wanted = predicted.slice(1, -1);
  const y =
    yTrue.ndim === predicted.length && yTrue.shape.at(-1) === 1 ? yTrue.reshape(yTrue.shape.slice(0, -1)) : yTrue;
  if (
    y.ndim === 0 ||
    y.ndim !== predicted.length - 1 ||
    !y.shape.slice(1).every((n, d) => wanted[d] === null || wanted[d] === n)
  ) {
    throw new ShapeError({
      where,
      what: 'the labels do not fit the predictions',
      got: `labels [${yTrue.shape.join(', ')}], predictions [${predicted.map((n) => n ?? 'null').join(', ')}]`,
      expected: 'class numbers without the axis of the classes',
      hint: 'labels with a number for each class need categoricalCrossentropy',
    });
  }
  if (!isFloat(y.dtype)) return y;
  const bad = (y.data as Float32Array).find((v) => !Number.isInteger(v));
  if (bad !== undefined)
    throw new DataError({
      where,
      what: 'a label is not a class number',
      got: String(bad),
      expected: 'whole numbers',
      hint: 'labels with a number for each class need categoricalCrossentropy',
    });
  return y.astype('int64');
}

/** Options of {@link sparseCategoricalCrossentropy}. */
export interface SparseCrossentropyOptions {
  /** Whether predictions are logits; default false: probabilities. */
  readonly fromLogits?: boolean;
  /** A class that counts nothing; default none. */
  readonly ignoreClass?: number | undefined;
}

/**
 * Cross-entropy between predictions and class numbers: `[batch, ...]` and `[batch, ..., classes]` → `[batch, ...]`.
 *
 * Probabilities that come straight from a `softmax` are not clipped: the loss is computed from what went into it.
 *
 * @throws DataError for a class number out of range.
 */
export function sparseCategoricalCrossentropy(
  yTrue: NDArray,
  yPred: Tensor,
  options: SparseCrossentropyOptions = {},
): Tensor {
  const y = classNumbers(yTrue.plain(), yPred.shape, 'sparseCategoricalCrossentropy');
  const logits = asLogits(yPred, 'softmax', options) ?? clipped(yPred).log();
  const losses = functional.crossEntropy(toRows(logits), asTensor(y.ndim === 1 ? y : y.reshape([-1])), {
    reduction: 'none',
    ...(options.ignoreClass === undefined ? {} : { ignoreIndex: options.ignoreClass }),
  });
  return sameShape(losses.shape, y.shape) ? losses : losses.reshape(y.shape);
}
