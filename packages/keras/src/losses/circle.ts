import { ShapeError } from '@isograd/device';
import { eye, type NDArray, where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';

/** Options of {@link circle}. */
export interface CircleOptions {
  /** How sharply hard pairs are picked out; default 80. */
  readonly gamma?: number;
  /** How far similarities of like and unlike pairs are kept apart, from 0 to 1; default 0.4. */
  readonly margin?: number;
  /** Whether a sample is no pair with itself; default true. */
  readonly removeDiagonal?: boolean;
}

/**
 * Circle loss of embeddings of length 1: like pairs are drawn together and unlike ones apart, the more the farther they are from where they should be.
 * Class numbers `[batch]` and embeddings `[batch, n]` → `[batch]`.
 *
 * Source: Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization, 2020.
 *
 * @throws ShapeError unless there is one class number for each embedding.
 */
export function circle(
  yTrue: NDArray,
  yPred: Tensor,
  { gamma = 80, margin = 0.4, removeDiagonal = true }: CircleOptions = {},
): Tensor {
  const labels = yTrue.plain().reshape([-1]);
  if (yPred.ndim !== 2 || labels.size !== yPred.shape[0])
    throw new ShapeError({
      where: 'circle',
      what: 'the labels do not fit the embeddings',
      got: `labels [${yTrue.shape.join(', ')}], embeddings [${yPred.shape.join(', ')}]`,
      expected: 'class numbers [batch], embeddings [batch, n]',
    });
  const same = labels.reshape([-1, 1]).equal(labels.reshape([1, -1]));
  const like = removeDiagonal ? same.logicalAnd(eye(labels.size, { dtype: 'bool' }).logicalNot()) : same;
  const distance = yPred.matmul(yPred.transpose()).rsub(1).maximum(0);
  const near = distance.add(margin).maximum(0).mul(distance.rsub(margin)).mul(-gamma);
  const far = distance
    .rsub(1 + margin)
    .maximum(0)
    .mul(distance.rsub(1 - margin))
    .mul(gamma);
  return logSumExpWhere(like, near).add(logSumExpWhere(same.logicalNot(), far)).softplus();
}

/** `log Σ exp(x)` of each row over the elements of a mask; -infinity where there is none. */
function logSumExpWhere(mask: NDArray, x: Tensor): Tensor {
  return (where(asTensor(mask), x, -Infinity) as Tensor).logsumexp(1);
}
