import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { cosineSimilarity, type CosineSimilarityOptions, pairwiseDistance } from './functional/distances.ts';
import { Module } from './module.ts';

/** The cosine of the angle between vectors along an axis, see `functional.cosineSimilarity` (PyTorch's `nn.CosineSimilarity`). */
export class CosineSimilarity extends Module {
  static override readonly name: string = 'CosineSimilarity';
  readonly options: CosineSimilarityOptions;

  constructor(options: CosineSimilarityOptions = {}) {
    super();
    this.options = options;
  }

  override forward(x1: Tensor, x2: NDArray): Tensor {
    return cosineSimilarity(x1, x2, this.options);
  }
}

/** Options of {@link PairwiseDistance}. */
export interface PairwiseDistanceLayerOptions {
  /** Added to every difference; default 1e-6. */
  readonly eps?: number;
  /** Whether the last axis stays with length 1; default false. */
  readonly keepdim?: boolean;
}

/** The p-norm of the difference of vectors along the last axis, `p` 2 by default (PyTorch's `nn.PairwiseDistance`). */
export class PairwiseDistance extends Module {
  static override readonly name: string = 'PairwiseDistance';
  readonly norm: number;
  readonly options: PairwiseDistanceLayerOptions;

  constructor(p = 2, options: PairwiseDistanceLayerOptions = {}) {
    super();
    this.norm = p;
    this.options = options;
  }

  override forward(x1: Tensor, x2: NDArray): Tensor {
    return pairwiseDistance(x1, x2, { p: this.norm, ...this.options });
  }
}
