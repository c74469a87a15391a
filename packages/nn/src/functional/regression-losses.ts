import { ArgumentError, DataError, ShapeError } from '@isograd/device';
import { type NDArray, where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { robust } from '../ops/robust.ts';
import { checkPair } from './losses.ts';
import { checkReduction, reduce, type Reduction, type ReductionOption } from './reduction.ts';

/** Chooses between tensors, element by element. */
const choose = (condition: NDArray, x1: NDArray | number, x2: NDArray | number): Tensor =>
  asTensor(where(condition, x1, x2));

/**
 * `|input - target|` (PyTorch's `F.l1_loss`).
 *
 * @throws ShapeError when the shapes differ; DTypeError for integers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * l1Loss(tensor([1.5, 2]), tensor([0.5, 0.5])).item() // => 1.25
 */
export function l1Loss(input: Tensor, target: NDArray, options: ReductionOption = {}): Tensor {
  const reduction = checkReduction(options.reduction ?? 'mean', 'l1Loss');
  return reduce(input.sub(checkPair(input, target, 'l1Loss')).abs(), reduction);
}

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1Options extends ReductionOption {
  /** Distance below which the loss is a square; default 1. */
  readonly beta?: number;
}

/**
 * `d² / (2 beta)` where `d = |input - target|` is below `beta`, else `d - beta / 2` (PyTorch's `F.smooth_l1_loss`; Girshick 2015).
 *
 * @throws ArgumentError for a negative `beta`; ShapeError when the shapes differ.
 */
export function smoothL1Loss(input: Tensor, target: NDArray, options: SmoothL1Options = {}): Tensor {
  const { beta = 1 } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', 'smoothL1Loss');
  if (!(beta >= 0))
    throw new ArgumentError({
      where: 'smoothL1Loss',
      what: 'beta is negative',
      got: String(beta),
      expected: 'beta >= 0',
    });
  if (beta === 0) return l1Loss(input, target, options);
  return reduce(robust(input.sub(checkPair(input, target, 'smoothL1Loss')), beta, beta), reduction);
}

/** Options of {@link huberLoss}. */
export interface HuberOptions extends ReductionOption {
  /** Distance up to which the loss is a square; default 1. */
  readonly delta?: number;
  /** Factor of each loss, of the shape of the input. */
  readonly weight?: NDArray | undefined;
}

/**
 * `d² / 2` where `d = |input - target|` is at most `delta`, else `delta (d - delta / 2)` (PyTorch's `F.huber_loss`; Huber 1964).
 *
 * @throws ArgumentError unless `delta` is above 0; ShapeError when the shapes differ.
 */
export function huberLoss(input: Tensor, target: NDArray, options: HuberOptions = {}): Tensor {
  const { delta = 1, weight } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', 'huberLoss');
  if (!(delta > 0))
    throw new ArgumentError({
      where: 'huberLoss',
      what: 'delta is not above 0',
      got: String(delta),
      expected: 'delta > 0',
    });
  const losses = robust(input.sub(checkPair(input, target, 'huberLoss')), delta);
  return reduce(weight ? losses.mul(weight) : losses, reduction);
}

/** Options of {@link klDiv}. */
export interface KLDivOptions {
  /** `batchmean` divides the sum by the length of the first axis, which is the divergence itself; default `mean`. */
  readonly reduction?: Reduction | 'batchmean';
  /** Whether the target is given as logarithms; default false. */
  readonly logTarget?: boolean;
}

/**
 * Kullback-Leibler divergence of log-probabilities `input` from a target: `target (log target - input)`, 0 where the target is 0 (PyTorch's `F.kl_div`).
 *
 * @throws ShapeError when the shapes cannot be broadcast; ArgumentError for an unknown reduction.
 */
export function klDiv(input: Tensor, target: NDArray, options: KLDivOptions = {}): Tensor {
  const { reduction = 'mean', logTarget = false } = options;
  if (reduction !== 'batchmean') checkReduction(reduction, 'klDiv');
  const y = asTensor(target);
  const losses = logTarget ? y.exp().mul(y.sub(input)) : xlogy(y).sub(y.mul(input));
  return reduction === 'batchmean' ? losses.sum().div(input.shape[0] ?? 1) : reduce(losses, reduction);
}

/** `y log y`, 0 where `y` is 0. */
function xlogy(y: Tensor): Tensor {
  return choose(y.detach().equal(0), 0, y.log().mul(y));
}

/** Options of {@link poissonNllLoss}. */
export interface PoissonOptions extends ReductionOption {
  /** Whether the input is the logarithm of the rate; default true. */
  readonly logInput?: boolean;
  /** Whether Stirling's approximation of `log(target!)` is added for targets above 1; default false. */
  readonly full?: boolean;
  /** Added to the rate before its logarithm is taken; default 1e-8. */
  readonly eps?: number;
}

/** Negative log-likelihood of counts under a Poisson distribution, `exp(input) - target input` (PyTorch's `F.poisson_nll_loss`). @throws ArgumentError for an unknown reduction. */
export function poissonNllLoss(input: Tensor, target: NDArray, options: PoissonOptions = {}): Tensor {
  const { logInput = true, full = false, eps = 1e-8 } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', 'poissonNllLoss');
  const y = asTensor(target);
  let losses = logInput ? input.exp().sub(y.mul(input)) : input.sub(y.mul(input.add(eps).log()));
  if (full) {
    const large = y.detach().greater(1);
    const safe = choose(large, y, 1);
    const stirling = safe
      .mul(safe.log())
      .sub(safe)
      .add(
        safe
          .mul(2 * Math.PI)
          .log()
          .mul(0.5),
      );
    losses = losses.add(choose(large, stirling, 0));
  }
  return reduce(losses, reduction);
}

/** Options of {@link gaussianNllLoss}. */
export interface GaussianOptions extends ReductionOption {
  /** Whether the constant `log(2 π) / 2` is added; default false. */
  readonly full?: boolean;
  /** Smallest variance; default 1e-6. */
  readonly eps?: number;
}

/** The variance with an axis at the end where it lacks one. @throws ShapeError when it does not fit. */
function wideVariance(input: Tensor, variance: Tensor): Tensor {
  if (variance.ndim === 0 || variance.shape.join() === input.shape.join()) return variance;
  if (variance.shape.join() === input.shape.slice(0, -1).join()) return variance.expandDims(-1);
  const differing = input.shape.filter((n, d) => n !== variance.shape[d]);
  if (variance.ndim === input.ndim && differing.length === 1 && variance.shape.includes(1)) return variance;
  throw new ShapeError({
    where: 'gaussianNllLoss',
    what: 'the variance does not fit',
    got: `input [${input.shape.join(', ')}], variance [${variance.shape.join(', ')}]`,
    expected: 'the shape of the input, or one number for the last axis',
  });
}

/**
 * Negative log-likelihood under normal distributions, `(log v + (input - target)² / v) / 2` (PyTorch's `F.gaussian_nll_loss`; Nix & Weigend 1994).
 *
 * @param variance Shape of the input, or without its last axis, or with one axis of length 1; or one number.
 * @throws DataError for a negative variance; ShapeError when it does not fit.
 */
export function gaussianNllLoss(
  input: Tensor,
  target: NDArray,
  variance: NDArray | number,
  options: GaussianOptions = {},
): Tensor {
  const { full = false, eps = 1e-6 } = options;
  const reduction = checkReduction(options.reduction ?? 'mean', 'gaussianNllLoss');
  const given = typeof variance === 'number' ? input.detach().mul(0).add(variance) : asTensor(variance);
  // Of many examples at once nothing can be read.
  if (given.readable && (given.data as Float64Array).some((v) => v < 0))
    throw new DataError({
      where: 'gaussianNllLoss',
      what: 'a variance is negative',
      got: `[${given.shape.join(', ')}]`,
      expected: 'numbers from 0',
    });
  const v = wideVariance(input, given);
  // Raised to eps without a part in the gradient, as in PyTorch.
  const safe = v.add(v.detach().rsub(eps).relu());
  const losses = safe.log().add(input.sub(target).square().div(safe)).mul(0.5);
  return reduce(full ? losses.add(0.5 * Math.log(2 * Math.PI)) : losses, reduction);
}
