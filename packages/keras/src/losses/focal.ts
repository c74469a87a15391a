import { ArgumentError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { eachCrossentropy, type CrossentropyOptions, classNumbers, clipped, smoothed } from './functions.ts';
import { lastMean } from './errors.ts';
import { aligned } from './loss.ts';

/** Options of the focal losses. */
export interface FocalOptions extends CrossentropyOptions {
  /** How much less well classified samples count, at least 0; default 2. */
  readonly gamma?: number;
  /** Weight of class 1 (of every class where there are several), from 0 to 1; default 0.25. */
  readonly alpha?: number;
}

/** Options of {@link binaryFocalCrossentropy}. */
export interface BinaryFocalOptions extends FocalOptions {
  /** Whether classes are weighted by `alpha` and `1 - alpha`; default false. */
  readonly applyClassBalancing?: boolean;
}

/**
 * Binary cross-entropy in which well classified samples count less, by `(1 - p)^gamma`; its mean along the last axis: `[batch, ..., n]` → `[batch, ...]`.
 *
 * Source: Lin et al., Focal Loss for Dense Object Detection, 2017.
 */
export function binaryFocalCrossentropy(yTrue: NDArray, yPred: Tensor, options: BinaryFocalOptions = {}): Tensor {
  const { alpha = 0.25, gamma = 2, applyClassBalancing = false, fromLogits = false, labelSmoothing = 0 } = options;
  const where = 'binaryFocalCrossentropy';
  const y = smoothed(aligned(yTrue, yPred, where), labelSmoothing, { where, to: 0.5 });
  const p = fromLogits ? yPred.sigmoid() : yPred;
  const right = y.mul(p).add(y.rsub(1).mul(p.rsub(1)));
  const focal = right
    .rsub(1)
    .pow(gamma)
    .mul(eachCrossentropy(y, p, false));
  return lastMean(
    applyClassBalancing
      ? y
          .mul(alpha)
          .add(y.rsub(1).mul(1 - alpha))
          .mul(focal)
      : focal,
  );
}

/**
 * Categorical cross-entropy in which well classified samples count less, by `alpha (1 - p)^gamma`: `[batch, ..., classes]` → `[batch, ...]`.
 *
 * Source: Lin et al., Focal Loss for Dense Object Detection, 2017.
 */
export function categoricalFocalCrossentropy(yTrue: NDArray, yPred: Tensor, options: FocalOptions = {}): Tensor {
  const { alpha = 0.25, gamma = 2, fromLogits = false, labelSmoothing = 0 } = options;
  const where = 'categoricalFocalCrossentropy';
  const y = smoothed(aligned(yTrue, yPred, where), labelSmoothing, { where, to: 1 / (yPred.shape.at(-1) ?? 1) });
  const given = fromLogits ? yPred.softmax(-1) : yPred;
  const p = clipped(given.div(given.sum(-1, { keepdims: true })));
  return p.rsub(1).pow(gamma).mul(alpha).mul(y.mul(p.log()).neg()).sum(-1);
}

/** Options of {@link categoricalGeneralizedCrossEntropy}. */
export interface GeneralizedOptions {
  /** From 0 (cross-entropy) to 1 (mean absolute error), without the ends; default 0.5. */
  readonly q?: number;
}

/**
 * `(1 - p^q) / q` of the probability of the class, which noisy labels mislead less: class numbers `[batch]` and `[batch, classes]` → `[batch]`.
 *
 * Source: Zhang and Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels, 2018.
 *
 * @throws ArgumentError when `q` is not between 0 and 1.
 */
export function categoricalGeneralizedCrossEntropy(
  yTrue: NDArray,
  yPred: Tensor,
  { q = 0.5 }: GeneralizedOptions = {},
): Tensor {
  const where = 'categoricalGeneralizedCrossEntropy';
  checkQ(q, where);
  const k = classNumbers(yTrue.plain(), yPred.shape, where);
  const p = yPred.takeAlongAxis(asTensor(k.reshape([...k.shape, 1]).astype('int64')), -1).reshape(k.shape);
  return p.pow(q).rsub(1).div(q);
}

/** Refuses a `q` that is not between 0 and 1. */
export function checkQ(q: number, where: string): void {
  if (!(q > 0 && q < 1))
    throw new ArgumentError({ where, what: 'q is out of range', got: String(q), expected: 'a number between 0 and 1' });
}
