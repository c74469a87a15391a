import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';

/** How the losses of a batch become one number, or that they do not. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Option of every loss. */
export interface ReductionOption {
  /** Default `mean`. */
  readonly reduction?: Reduction;
}

/** Refuses an unknown reduction. */
export function checkReduction(reduction: Reduction, where: string): Reduction {
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return reduction;
  throw new ArgumentError({ where, what: 'unknown reduction', got: String(reduction), expected: 'mean, sum or none' });
}

/** Reduces losses; `mean` divides by their number. */
export function reduce(losses: Tensor, reduction: Reduction): Tensor {
  return reduction === 'none' ? losses : reduction === 'sum' ? losses.sum() : losses.mean();
}
