import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { epsilon } from '../config.ts';
import { aligned } from './loss.ts';

/** Options of {@link dice}. */
export interface DiceOptions {
  /** Axes over which overlaps are counted; default all, which gives one number for the batch. */
  readonly axis?: number | readonly number[] | undefined;
}

/** Options of {@link tversky}. */
export interface TverskyOptions extends DiceOptions {
  /** Weight of what is in the labels alone; default 0.5. */
  readonly alpha?: number;
  /** Weight of what is in the predictions alone; default 0.5. */
  readonly beta?: number;
}

/** `1 - 2 Σ y p / (Σ y + Σ p)`: how little two masks overlap, from 0 to 1. Source: Sørensen's and Dice's coefficient. */
export function dice(yTrue: NDArray, yPred: Tensor, { axis }: DiceOptions = {}): Tensor {
  const y = aligned(yTrue, yPred, 'dice');
  const both = y.mul(yPred).sum(axis).mul(2);
  return both.div(y.sum(axis).add(yPred.sum(axis)).add(epsilon())).rsub(1);
}

/**
 * `1 - Σ y p / (Σ y p + alpha Σ y (1 - p) + beta Σ (1 - y) p)`: {@link dice} with a weight for each kind of mistake.
 *
 * Source: Salehi et al., Tversky loss function for image segmentation using 3D fully convolutional deep networks, 2017.
 */
export function tversky(yTrue: NDArray, yPred: Tensor, { alpha = 0.5, beta = 0.5, axis }: TverskyOptions = {}): Tensor {
  const y = aligned(yTrue, yPred, 'tversky');
  const both = y.mul(yPred).sum(axis);
  const missed = yPred.rsub(1).mul(y).sum(axis);
  const invented = y.rsub(1).mul(yPred).sum(axis);
  return both.div(both.add(missed.mul(alpha)).add(invented.mul(beta)).add(epsilon())).rsub(1);
}
