import { ArgumentError, ShapeError } from '@isograd/device';
import { array, type NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { vectorNorm } from './normalization.ts';

/** Options of {@link pairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** Exponent of the norm; default 2. */
  readonly p?: number;
  /** Added to every difference, so that the norm has a slope at 0; default 1e-6. */
  readonly eps?: number;
  /** Whether the last axis stays with length 1; default false. */
  readonly keepdim?: boolean;
}

/**
 * The p-norm of `x1 - x2 + eps` along the last axis (PyTorch's `F.pairwise_distance`).
 *
 * @throws ShapeError when the shapes cannot be broadcast.
 * @example
 * import { tensor } from '@isograd/autograd';
 * pairwiseDistance(tensor([[0, 3]]).double(), tensor([[4, 0]]).double(), { eps: 0 }).tolist() // => [ 5 ]
 */
export function pairwiseDistance(x1: Tensor, x2: NDArray, options: PairwiseDistanceOptions = {}): Tensor {
  const { p = 2, eps = 1e-6, keepdim = false } = options;
  const norm = vectorNorm(x1.sub(x2).add(eps), p, -1);
  return keepdim ? norm : norm.squeeze(-1);
}

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** Axis of the vectors; default 1. */
  readonly dim?: number;
  /** Smallest norm to divide by; default 1e-8. */
  readonly eps?: number;
}

/**
 * `x1 · x2 / (max(‖x1‖, eps) max(‖x2‖, eps))` along an axis (PyTorch's `F.cosine_similarity`).
 *
 * @throws ShapeError when the shapes cannot be broadcast.
 * @example
 * import { tensor } from '@isograd/autograd';
 * cosineSimilarity(tensor([[3, 4]]).double(), tensor([[4, 3]]).double()).item().toFixed(2) // => 0.96
 */
export function cosineSimilarity(x1: Tensor, x2: NDArray, options: CosineSimilarityOptions = {}): Tensor {
  const { dim = 1, eps = 1e-8 } = options;
  const other = asTensor(x2);
  const unit = (x: Tensor): Tensor => x.div(vectorNorm(x, 2, dim).clip(eps, null));
  return unit(x1).mul(unit(other)).sum(dim);
}

/**
 * The p-norm distances between all rows of `x1` `[..., m, features]` and all of `x2` `[..., n, features]` → `[..., m, n]` (PyTorch's `torch.cdist`).
 *
 * @throws ShapeError where shapes do not fit; ArgumentError for a negative `p`.
 * @example
 * import { tensor } from '@isograd/autograd';
 * cdist(tensor([[0, 0], [3, 0]]).double(), tensor([[0, 4]]).double()).tolist() // => [ [ 4 ], [ 5 ] ]
 */
export function cdist(x1: Tensor, x2: NDArray, p = 2): Tensor {
  if (x1.ndim < 2 || x2.ndim < 2 || x1.shape.at(-1) !== x2.shape.at(-1))
    throw new ShapeError({
      where: 'cdist',
      what: 'the rows differ in length',
      got: `x1 [${x1.shape.join(', ')}], x2 [${x2.shape.join(', ')}]`,
      expected: '[..., m, features] and [..., n, features]',
    });
  checkNorm(p, 'cdist');
  return vectorNorm(x1.expandDims(-2).sub(asTensor(x2).expandDims(-3)), p, -1).squeeze(-1);
}

function checkNorm(p: number, where: string): void {
  if (!(p > 0))
    throw new ArgumentError({ where, what: 'p is no exponent of a norm', got: String(p), expected: 'p > 0' });
}

/**
 * The p-norm distances between all pairs of rows of `x` `[n, features]`, each pair once: `[n (n - 1) / 2]` (PyTorch's `F.pdist`).
 *
 * @throws ShapeError unless `x` is a matrix; ArgumentError for a negative `p`.
 */
export function pdist(x: Tensor, p = 2): Tensor {
  if (x.ndim !== 2)
    throw new ShapeError({
      where: 'pdist',
      what: 'takes one matrix',
      got: `[${x.shape.join(', ')}]`,
      expected: '[n, features]',
    });
  checkNorm(p, 'pdist');
  const n = x.shape[0]!;
  const first: number[] = [];
  const second: number[] = [];
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      first.push(i);
      second.push(j);
    }
  const rows = (list: readonly number[]): Tensor => x.take(array([...list], { dtype: 'int64' }), 0);
  return vectorNorm(rows(first).sub(rows(second)), p, -1).squeeze(-1);
}
