import { ArgumentError, DataError, ShapeError } from '@isograd/device';
import { array, type NDArray, where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { logsigmoid } from '../ops/activations.ts';
import { pairwiseDistance } from './distances.ts';
import { checkReduction, reduce, type ReductionOption } from './reduction.ts';

/** Options of losses with a margin. */
export interface MarginOptions extends ReductionOption {
  readonly margin?: number;
}

const above = (x: Tensor): Tensor => x.clip(0, null);
const choose = (condition: NDArray, x1: NDArray, x2: NDArray | number): Tensor => asTensor(where(condition, x1, x2));

/** `input` where the target is 1, `max(0, margin - input)` where it is -1; default margin 1 (PyTorch's `F.hinge_embedding_loss`). @throws ArgumentError for an unknown reduction. */
export function hingeEmbeddingLoss(input: Tensor, target: NDArray, options: MarginOptions = {}): Tensor {
  const { margin = 1 } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', 'hingeEmbeddingLoss');
  const far = choose(target.notEqual(1), above(input.rsub(margin)), 0);
  return reduce(far.add(choose(target.notEqual(-1), input, 0)), reduction);
}

/** `log(1 + exp(-target input))` for targets 1 and -1 (PyTorch's `F.soft_margin_loss`). @throws ArgumentError for an unknown reduction. */
export function softMarginLoss(input: Tensor, target: NDArray, options: ReductionOption = {}): Tensor {
  const reduction = checkReduction(options.reduction ?? 'mean', 'softMarginLoss');
  return reduce(input.mul(target).neg().softplus(), reduction);
}

/** `max(0, margin - target (x1 - x2))`; default margin 0 (PyTorch's `F.margin_ranking_loss`). @throws ArgumentError for an unknown reduction. */
export function marginRankingLoss(x1: Tensor, x2: Tensor, target: NDArray, options: MarginOptions = {}): Tensor {
  const { margin = 0 } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', 'marginRankingLoss');
  return reduce(above(x1.sub(x2).mul(target).rsub(margin)), reduction);
}

/**
 * `1 - cos(x1, x2)` where the target is 1, `max(0, cos(x1, x2) - margin)` where it is -1; default margin 0 (PyTorch's `F.cosine_embedding_loss`).
 *
 * @param x1 `[batch, features]` or `[features]`, as `x2`; `target` `[batch]` or `[]`.
 * @throws ShapeError when the target does not fit.
 */
export function cosineEmbeddingLoss(x1: Tensor, x2: Tensor, target: NDArray, options: MarginOptions = {}): Tensor {
  const { margin = 0 } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', 'cosineEmbeddingLoss');
  if (target.ndim !== x1.ndim - 1)
    throw new ShapeError({
      where: 'cosineEmbeddingLoss',
      what: 'there is not one target for each pair',
      got: `x1 [${x1.shape.join(', ')}], target [${target.shape.join(', ')}]`,
      expected: `target [${x1.shape.slice(0, -1).join(', ')}]`,
    });
  const power = (x: Tensor): Tensor => x.square().sum(-1).add(1e-12);
  const cosine = x1
    .mul(x2)
    .sum(-1)
    .div(power(x1).mul(power(x2)).sqrt());
  const near = choose(target.equal(1), cosine.rsub(1), 0);
  return reduce(near.add(choose(target.equal(-1), above(cosine.sub(margin)), 0)), reduction);
}

/** Options of {@link tripletMarginLoss}. */
export interface TripletOptions extends MarginOptions {
  /** Exponent of the norm; default 2. */
  readonly p?: number;
  /** Added to every difference; default 1e-6. */
  readonly eps?: number;
  /** Whether the positive stands for the anchor where it is nearer to the negative; default false. */
  readonly swap?: boolean;
}

/** A distance of two batches, one number a pair. */
export type Distance = (x1: Tensor, x2: Tensor) => Tensor;

/** Options of {@link tripletMarginWithDistanceLoss}. */
export interface TripletDistanceOptions extends MarginOptions {
  /** Default {@link pairwiseDistance}. */
  readonly distanceFunction?: Distance | undefined;
  /** Whether the positive stands for the anchor where it is nearer to the negative; default false. */
  readonly swap?: boolean;
}

/**
 * `max(0, d(anchor, positive) - d(anchor, negative) + margin)` with a distance of one's own; default margin 1
 * (PyTorch's `F.triplet_margin_with_distance_loss`).
 *
 * @throws ArgumentError unless the margin is above 0; ShapeError when the numbers of axes differ.
 */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletDistanceOptions = {},
): Tensor {
  const name = 'tripletMarginWithDistanceLoss';
  const { margin = 1, distanceFunction: distance = (a, b) => pairwiseDistance(a, b), swap = false } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', name);
  if (!(margin > 0))
    throw new ArgumentError({
      where: name,
      what: 'the margin is not above 0',
      got: String(margin),
      expected: 'margin > 0',
    });
  if (anchor.ndim !== positive.ndim || anchor.ndim !== negative.ndim)
    throw new ShapeError({
      where: name,
      what: 'anchor, positive and negative differ in their number of axes',
      got: `${anchor.ndim}, ${positive.ndim}, ${negative.ndim}`,
      expected: 'equal numbers',
    });
  const near = distance(anchor, positive);
  const direct = distance(anchor, negative);
  const far = swap ? asTensor(direct.minimum(distance(positive, negative))) : direct;
  return reduce(above(near.sub(far).add(margin)), reduction);
}

/** {@link tripletMarginWithDistanceLoss} with a p-norm (PyTorch's `F.triplet_margin_loss`; Balntas et al. 2016). @throws ArgumentError or ShapeError. */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletOptions = {},
): Tensor {
  const { p = 2, eps = 1e-6, ...rest } = options;
  const distanceFunction: Distance = (a, b) => pairwiseDistance(a, b, { p, eps });
  return tripletMarginWithDistanceLoss(anchor, positive, negative, { ...rest, distanceFunction });
}

/** Options of {@link multilabelSoftMarginLoss}. */
export interface MultilabelOptions extends ReductionOption {
  /** Factor of each class, `[classes]`. */
  readonly weight?: NDArray | undefined;
}

/** Mean over classes of the binary cross-entropy of logits, targets 0 and 1: `[..., classes]` (PyTorch's `F.multilabel_soft_margin_loss`). @throws ArgumentError for an unknown reduction. */
export function multilabelSoftMarginLoss(input: Tensor, target: NDArray, options: MultilabelOptions = {}): Tensor {
  const reduction = checkReduction(options.reduction ?? 'mean', 'multilabelSoftMarginLoss');
  const y = asTensor(target);
  const losses = y
    .mul(logsigmoid(input))
    .add(y.rsub(1).mul(logsigmoid(input.neg())))
    .neg();
  return reduce((options.weight ? losses.mul(options.weight) : losses).mean(-1), reduction);
}

/** Options of {@link multiMarginLoss}. */
export interface MultiMarginOptions extends MarginOptions {
  /** Exponent, 1 or 2; default 1. */
  readonly p?: 1 | 2;
  /** Factor of each class, `[classes]`. */
  readonly weight?: NDArray | undefined;
}

/** Class indices in rows, checked. */
function labelsOf(input: Tensor, target: NDArray, least: number, where_: string): Float64Array {
  const classes = input.shape.at(-1)!;
  const labels = Float64Array.from(target.data as Int32Array, Number);
  const bad = labels.find((k) => !(k >= least && k < classes && Number.isInteger(k)));
  if (bad === undefined) return labels;
  throw new DataError({
    where: where_,
    what: 'a class index is out of range',
    got: String(bad),
    expected: `${least} to ${classes - 1}`,
  });
}

/**
 * `Σ max(0, margin - x[y] + x[i])ᵖ / classes` over the classes i other than the label y; default margin 1 (PyTorch's `F.multi_margin_loss`).
 *
 * @param input `[batch, classes]` or `[classes]`; target `[batch]` or `[]`, class indices.
 * @throws DataError for an index out of range; ShapeError when the target does not fit.
 */
export function multiMarginLoss(input: Tensor, target: NDArray, options: MultiMarginOptions = {}): Tensor {
  const { margin = 1, p = 1, weight } = options;
  const name = 'multiMarginLoss';
  const reduction = checkReduction(options.reduction ?? 'mean', name);
  if (target.size !== input.size / input.shape.at(-1)!)
    throw new ShapeError({
      where: name,
      what: 'there is not one label for each row',
      got: `input [${input.shape.join(', ')}], target [${target.shape.join(', ')}]`,
      expected: `target [${input.shape.slice(0, -1).join(', ')}]`,
    });
  const labels = labelsOf(input, target, 0, name);
  const classes = input.shape.at(-1)!;
  const rows = input.reshape([-1, classes]);
  const column = array([...labels], { dtype: 'int64', shape: [labels.length, 1] });
  const violations = above(rows.sub(rows.takeAlongAxis(column, 1)).add(margin));
  const others = array(
    Array.from({ length: rows.size }, (_, i) => i % classes !== labels[Math.floor(i / classes)]),
    { shape: rows.shape },
  );
  const powers = choose(others, p === 1 ? violations : violations.square(), 0);
  const weighted = weight ? powers.mul(weight.take(column.reshape([-1]), 0).reshape([-1, 1])) : powers;
  const losses = weighted.sum(-1).div(classes);
  return reduce(input.ndim === 1 ? losses.reshape([]) : losses, reduction);
}

/**
 * `Σ max(0, 1 - x[y] + x[i]) / classes` over labels y and the classes i that are none (PyTorch's `F.multilabel_margin_loss`).
 *
 * @param input `[batch, classes]` or `[classes]`; the target has its shape: labels up to the first -1 of each row.
 * @throws DataError for an index out of range; ShapeError when the shapes differ.
 */
export function multilabelMarginLoss(input: Tensor, target: NDArray, options: ReductionOption = {}): Tensor {
  const name = 'multilabelMarginLoss';
  const reduction = checkReduction(options.reduction ?? 'mean', name);
  if (input.shape.join() !== target.shape.join())
    throw new ShapeError({
      where: name,
      what: 'input and target differ in shape',
      got: `input [${input.shape.join(', ')}], target [${target.shape.join(', ')}]`,
      expected: 'equal shapes',
    });
  const labels = labelsOf(input, target, -1, name);
  const classes = input.shape.at(-1)!;
  const rows = input.reshape([-1, classes]);
  const [given, others] = [new Float64Array(rows.size), new Float64Array(rows.size).fill(1)];
  const places = new Float64Array(rows.size);
  for (let row = 0; row < rows.size; row += classes)
    for (let k = 0; k < classes && labels[row + k]! >= 0; k++) {
      given[row + k] = 1;
      places[row + k] = labels[row + k]!;
      others[row + labels[row + k]!] = 0;
    }
  const holds = (values: Float64Array): NDArray => array(values, { dtype: 'bool', shape: rows.shape });
  const own = rows.takeAlongAxis(array([...places], { dtype: 'int64', shape: rows.shape }), 1);
  const pairs = above(rows.expandDims(1).sub(own.expandDims(2)).add(1));
  const counted = choose(holds(given).expandDims(2).logicalAnd(holds(others).expandDims(1)), pairs, 0);
  const losses = counted.sum([1, 2]).div(classes);
  return reduce(input.ndim === 1 ? losses.reshape([]) : losses, reduction);
}
