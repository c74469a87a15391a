import { ArgumentError } from '@isograd/device';
import { type Draw, emptyLike, noGrad, type Tensor } from '@isograd/autograd';
import { array, erf, where } from '@isograd/ndarray';

/** Options of {@link truncNormal_}. */
export interface TruncNormalOptions extends Draw {
  /** Mean before the cut; default 0. */
  readonly mean?: number;
  /** Standard deviation before the cut, above 0; default 1. */
  readonly std?: number;
  /** Least value; default -2. */
  readonly a?: number;
  /** Greatest value; default 2. */
  readonly b?: number;
}

/** Share of a normal distribution within [a, b]. */
function shareWithin(a: number, b: number, mean: number, std: number): number {
  const at = [a, b].map((x) => (x - mean) / std / Math.SQRT2);
  const [low, high] = erf(array(at)).tolist() as [number, number];
  return (high - low) / 2;
}

/** Draws anew, all at once, until every value lies within the bounds. */
function redrawNormal(x: Tensor, options: Required<Omit<TruncNormalOptions, 'generator'>> & Draw): void {
  const { mean, std, a, b, ...draw } = options;
  let result: Tensor = x.normal_(mean, std, draw);
  for (;;) {
    const outside = result.less(a).logicalOr(result.greater(b));
    if (!outside.any().item()) break;
    result = where(outside, emptyLike(result).normal_(mean, std, draw), result) as Tensor;
  }
  if (result !== x) x.copy_(result);
}

/** Keeps uniform values with a probability in proportion to the density at them. */
function rejectUniform(x: Tensor, options: Required<Omit<TruncNormalOptions, 'generator'>> & Draw): void {
  const { mean, std, a, b, ...draw } = options;
  const peak = -0.5 * ((Math.max(a, Math.min(mean, b)) - mean) / std) ** 2;
  const refused = (candidates: Tensor): Tensor => {
    const logDensity = candidates.sub(mean).div(std).pow(2).mul(-0.5).sub(peak);
    return emptyLike(x).uniform_(0, 1, draw).log().greater(logDensity);
  };
  let result: Tensor = x.uniform_(a, b, draw);
  let pending = refused(result);
  while (pending.any().item()) {
    const candidates = emptyLike(x).uniform_(a, b, draw);
    result = where(pending, candidates, result) as Tensor;
    pending = pending.logicalAnd(refused(candidates));
  }
  if (result !== x) x.copy_(result);
}

/**
 * Fills with normal values that are cut off at `a` and `b`: those outside are drawn anew; returns the tensor.
 *
 * Where less than 0.3 of the distribution lies within, uniform values are kept or refused by the density at them.
 * Source: PyTorch documentation, `torch.nn.init.trunc_normal_`.
 *
 * @throws ArgumentError when `std` is not above 0, or `a` is not below `b`.
 * @example
 * import { manualSeed, zeros } from '@isograd/autograd';
 * manualSeed(0);
 * const x = truncNormal_(zeros([100]), { std: 0.02, a: -0.04, b: 0.04 });
 * x.abs().max().item() <= 0.04 // => true
 */
export function truncNormal_(x: Tensor, options: TruncNormalOptions = {}): Tensor {
  const { mean = 0, std = 1, a = -2, b = 2, ...draw } = options;
  if (!(std > 0 && a < b))
    throw new ArgumentError({
      where: 'truncNormal_',
      what: std > 0 ? 'nothing lies between the bounds' : 'std is not above 0',
      got: `std ${std}, a ${a}, b ${b}`,
      expected: 'std > 0 and a < b',
    });
  const whole = { mean, std, a, b, ...draw };
  noGrad(() => (shareWithin(a, b, mean, std) > 0.3 ? redrawNormal(x, whole) : rejectUniform(x, whole)));
  return x;
}
