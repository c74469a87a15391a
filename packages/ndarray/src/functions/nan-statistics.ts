import { isComplex } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import type { Axis } from '../axes.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { dividedBy, type Masked, maskedMean, maskedVariance } from '../masked-statistics.ts';
import { inMemoryOrder } from '../memory-order.ts';
import type { Composed, Sample } from '../op.ts';
import { isnan } from '../ops/comparison.ts';
import { where } from '../ops/selection.ts';
import {
  AXIS_ERRORS,
  EMPTY_SAMPLE,
  isReduceOptions,
  maskedOrPlain,
  parseReduce,
  type ReduceAttrs,
  type ReduceOptions,
} from '../reduction.ts';
import { NAN_SAMPLES, replaceNaN } from './nan-reductions.ts';
import { holdsNaN } from './reduced-axes.ts';

/** Number of elements over axes that are not NaN. */
function countOf(x: NDArray, axes: readonly number[], keepdims: boolean): NDArray {
  return isnan(x.plain()).logicalNot().sum(axes, { keepdims });
}

/** Options of {@link nanmean}. */
export type NanMeanOptions = Omit<ReduceOptions, 'initial'>;

type NanMean = Composed<<T extends ArrayLike>(x: T, axis?: Axis | NanMeanOptions, options?: NanMeanOptions) => Like<T>>;

/** The elements that are not NaN, of those that take part. */
function notNaN(x: NDArray, mask: NDArray): NDArray {
  return isnan(x.plain()).logicalNot().logicalAnd(mask);
}

/**
 * Mean over axes of the elements that are not NaN; NaN where there are none.
 *
 * @example
 * nanmean(array([[1, NaN, 2], [NaN, NaN, NaN]]), 1).tolist() // => [ 1.5, NaN ]
 */
export const nanmean: NanMean = composed(
  {
    name: 'nanmean',
    domain: [-2, 2],
    samples: [...NAN_SAMPLES, EMPTY_SAMPLE],
    errors: AXIS_ERRORS,
    parity: {
      numpy: 'np.nanmean(x1, axis=axis, keepdims=keepdims)',
      torch: 'torch.nanmean(x1, dim=axis, keepdim=keepdims)',
      jax: 'jnp.nanmean(x1, axis=axis, keepdims=keepdims)',
      tfjs: null,
      why: 'tfjs has no means without NaN',
    },
  },
  <T extends NDArray>(x: T, axis?: Axis | NanMeanOptions, options?: NanMeanOptions): T => {
    const array = operand(x, 'nanmean');
    const attrs = parseReduce(array, axis, options, 'nanmean');
    const { axes, keepdims, dtype } = attrs;
    const given = (isReduceOptions(axis) ? axis : options) ?? {};
    const run = (part: NDArray): NDArray => {
      if (!holdsNaN(part.dtype)) return part.mean(axes, { keepdims, ...(dtype && { dtype }) });
      const total = replaceNaN(part, 0).sum(axes, { keepdims, ...(dtype && { dtype }) });
      return dividedBy(total, countOf(part, axes, keepdims));
    };
    return maskedOrPlain({ name: 'nanmean', array, given, attrs }, run, (part, masked) => {
      if (!holdsNaN(part.dtype)) return maskedMean(part, masked);
      // NumPy sums float16 as such here.
      return maskedMean(replaceNaN(part, 0), {
        ...masked,
        mask: notNaN(part, masked.mask),
        dtype: dtype ?? part.dtype,
      });
    }) as T;
  },
);

/** Options of {@link nanvar} and {@link nanstd}. */
export interface NanSpreadOptions extends NanMeanOptions {
  /** What is subtracted from the count in the divisor; default 0. */
  readonly ddof?: number;
}

/** Function that measures how far apart elements are, without regard to NaN. */
type NanSpread = Composed<
  <T extends ArrayLike>(x: T, axis?: Axis | NanSpreadOptions, options?: NanSpreadOptions) => Like<T>
>;

function nanvarOf(x: NDArray, { axes, keepdims, dtype }: ReduceAttrs, ddof: number): NDArray {
  const typed = dtype && { dtype };
  const center = dividedBy(replaceNaN(x, 0).sum(axes, { keepdims: true, ...typed }), countOf(x, axes, true));
  const squares = inMemoryOrder(x, (turned, turn) => {
    const apart = where(isnan(turned.plain()), 0, turned.sub(turn(center)));
    return isComplex(x.dtype) ? apart.real.square().add(apart.imag.square()) : apart.mul(apart);
  });
  const freedom = countOf(x, axes, keepdims).sub(ddof);
  const y = dividedBy(squares.sum(axes, { keepdims, ...typed }), freedom);
  return where(freedom.greater(0), y, NaN);
}

/** The same of the elements that take part. */
function maskedNanvar(x: NDArray, masked: Masked, ddof: number): NDArray {
  const mask = notNaN(x, masked.mask);
  const y = maskedVariance(replaceNaN(x, 0), { ...masked, mask }, ddof);
  const enough = mask.broadcastTo(x.shape).sum(masked.axes, { keepdims: masked.keepdims }).greater(ddof);
  return where(enough, y, NaN);
}

const SPREAD_SAMPLES: readonly Sample[] = [
  ...NAN_SAMPLES.filter(({ inputs: [input] }) => !Array.isArray(input) || input.length > 0).map((s): Sample => ({
    ...s,
    attrs: { ...s.attrs, ddof: 0 },
  })),
  { inputs: [[3, 4]], args: [1, { ddof: 1 }], attrs: { axis: 1, keepdims: false, ddof: 1 } },
  {
    inputs: [{ shape: [2, 3], values: [1, NaN, 2, NaN, NaN, 5], differentiable: false }],
    args: [1, { ddof: 1 }],
    attrs: { axis: 1, keepdims: false, ddof: 1 },
  },
];

function spread(name: 'nanvar' | 'nanstd'): NanSpread {
  const of = name === 'nanvar' ? 'var' : 'std';
  return composed(
    {
      name,
      domain: [-2, 2],
      samples: SPREAD_SAMPLES,
      errors: AXIS_ERRORS,
      parity: {
        numpy: `np.${name}(x1, axis=axis, ddof=ddof, keepdims=keepdims)`,
        torch: null,
        jax: `jnp.${name}(x1, axis=axis, ddof=ddof, keepdims=keepdims)`,
        tfjs: null,
        why: 'PyTorch and tfjs have no deviations without NaN',
      },
    },
    <T extends NDArray>(x: T, axis?: Axis | NanSpreadOptions, options?: NanSpreadOptions): T => {
      const array = operand(x, name);
      const attrs = parseReduce(array, axis, options, name);
      const given = (isReduceOptions(axis) ? axis : options) ?? {};
      const ddof = given.ddof ?? 0;
      if (!holdsNaN(array.dtype)) return array[of]({ ...given, axis: attrs.axes, ddof }) as T;
      const rooted = (y: NDArray): NDArray => (name === 'nanstd' ? y.sqrt() : y);
      return maskedOrPlain(
        { name, array, given, attrs },
        (part) => rooted(nanvarOf(part, attrs, ddof)),
        (part, masked) => rooted(maskedNanvar(part, masked, ddof)),
      ) as T;
    },
  );
}

/**
 * Mean squared deviation from the mean over axes, of the elements that are not NaN; NaN where not more than `ddof` remain.
 *
 * @example
 * nanvar(array([1, NaN, 3])).item() // => 1
 */
export const nanvar: NanSpread = spread('nanvar');

/**
 * Root of the mean squared deviation from the mean over axes, of the elements that are not NaN; NaN where not more than `ddof` remain.
 *
 * @example
 * nanstd(array([[1, NaN, 5], [2, 2, NaN]]), 1).tolist() // => [ 2, 0 ]
 */
export const nanstd: NanSpread = spread('nanstd');
