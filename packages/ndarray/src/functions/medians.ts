import type { Like, NDArray } from '../array.ts';
import type { Axis } from '../axes.ts';
import { array } from '../creation.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, Sample } from '../op.ts';
import { isnan } from '../ops/comparison.ts';
import { takeAlongAxis } from '../ops/gathering.ts';
import { sort } from '../ops/ordering.ts';
import { where } from '../ops/selection.ts';
import { writeOut } from '../extended-reduction.ts';
import {
  AXIS_ERRORS,
  isReduceOptions,
  parseReduce,
  reducedShape,
  type ReduceOptions,
  REDUCTION_SAMPLES,
} from '../reduction.ts';
import { nanmean } from './nan-statistics.ts';
import { reducingBatch } from './reading-batches.ts';
import { holdsNaN, reducedLast, withoutNaN } from './reduced-axes.ts';

/** Options of {@link median} and {@link nanmedian}. */
export type MedianOptions = Pick<ReduceOptions, 'axis' | 'keepdims' | 'out'>;

/** Function that reduces axes and is composed of ops. */
type ComposedReduction = Composed<
  <T extends ArrayLike>(x: T, axis?: Axis | MedianOptions, options?: MedianOptions) => Like<T>
>;

/** The result of a call in the array that was brought for it. */
function delivered(
  y: NDArray,
  axis: Axis | MedianOptions | undefined,
  options: MedianOptions | undefined,
  name: string,
): NDArray {
  const out = (isReduceOptions(axis) ? axis : options)?.out;
  return out === undefined ? y : writeOut(y, out, name);
}

/** Positions of the middle element of `n` sorted ones, or of the two in the middle. */
function middleOf(n: number): number[] {
  if (n === 0) return [];
  return n % 2 === 1 ? [(n - 1) / 2] : [n / 2 - 1, n / 2];
}

function medianOfRows(rows: NDArray): NDArray {
  const n = rows.shape.at(-1)!;
  const sorted = sort(rows, -1);
  const y = sorted.take(middleOf(n), -1).mean(-1);
  if (n === 0 || !holdsNaN(rows.dtype)) return y;
  const last = sorted.take(n - 1, -1);
  const broken = isnan(last.plain());
  return broken.any().item() === true ? where(broken, last, y) : y;
}

const SEVERAL = { torch: "PyTorch's quantile reduces one axis or all" };
const MEDIAN_SAMPLES: readonly Sample[] = [
  ...REDUCTION_SAMPLES.map((s): Sample => (Array.isArray(s.attrs?.axis) ? { ...s, without: SEVERAL } : s)),
  { inputs: [{ shape: [4], dtype: 'int32', values: [4, 1, 3, 2] }], attrs: { axis: null, keepdims: false } },
  {
    inputs: [{ shape: [2, 3], values: [1, NaN, 2, 5, -0.5, 0.25], differentiable: false }],
    args: [1],
    attrs: { axis: 1, keepdims: false },
  },
];
const NOTHING: Sample = {
  inputs: [[2, 0, 3]],
  args: [1],
  attrs: { axis: 1, keepdims: false },
  without: { torch: 'PyTorch refuses empty axes', jax: 'JAX refuses empty axes' },
};

/**
 * The middle element over axes in sorted order, or the mean of the two middle ones; NaN where there is a NaN or nothing.
 *
 * @example
 * median(array([[3, 1, 2], [9, 7, 8]]), 1).tolist() // => [ 2, 8 ]
 * median(array([4, 1, 3, 2])).item() // => 2.5
 */
export const median: ComposedReduction = composed(
  {
    name: 'median',
    batchReading: reducingBatch(),
    domain: [-2, 2],
    samples: [...MEDIAN_SAMPLES, NOTHING],
    errors: AXIS_ERRORS,
    parity: {
      numpy: 'np.median(x1, axis=axis, keepdims=keepdims)',
      torch: 'torch.quantile(x1, 0.5, dim=axis, keepdim=keepdims)',
      jax: 'jnp.median(x1, axis=axis, keepdims=keepdims)',
      tfjs: null,
      why: 'tfjs has no median',
    },
  },
  <T extends NDArray>(x: T, axis?: Axis | MedianOptions, options?: MedianOptions): T => {
    const values = operand(x, 'median');
    const attrs = parseReduce(values, axis, options, 'median');
    const y = medianOfRows(reducedLast(values, attrs.axes)).reshape(reducedShape(values.shape, attrs));
    return delivered(y, axis, options, 'median') as T;
  },
);

// From this length on NumPy takes the rows one by one, and the middle one of an odd number as it is.
const ROW_BY_ROW = 600;

function nanmedianOfRows(rows: NDArray): NDArray {
  const n = rows.shape.at(-1)!;
  const counts = withoutNaN(rows);
  if (counts.every((m) => m === n)) return medianOfRows(rows);
  const sorted = sort(rows, -1);
  const alone = rows.ndim === 1 || n >= ROW_BY_ROW;
  const pairs = counts.flatMap((m) => {
    const middle = m === 0 ? [0] : middleOf(m);
    return [middle[0]!, middle.at(-1)!];
  });
  const shape = rows.shape.slice(0, -1);
  const picked = takeAlongAxis(sorted, array(pairs, { dtype: 'int64', shape: [...shape, 2] }), -1);
  const mean = picked.mean(-1);
  if (!alone) return mean;
  const odd = array(
    counts.map((m) => m % 2 === 1),
    { dtype: 'bool', shape },
  );
  return where(odd, picked.at('...', 0), mean);
}

/**
 * The middle element over axes in sorted order without regard to NaN, or the mean of the two middle ones; NaN where nothing else is.
 *
 * @example
 * nanmedian(array([[3, NaN, 2], [NaN, NaN, NaN]]), 1).tolist() // => [ 2.5, NaN ]
 */
export const nanmedian: ComposedReduction = composed(
  {
    name: 'nanmedian',
    batchReading: reducingBatch(),
    domain: [-2, 2],
    samples: [
      ...MEDIAN_SAMPLES,
      {
        inputs: [{ shape: [2, 4], values: [3, NaN, 2, NaN, NaN, 7, 1, 5], differentiable: false }],
        args: [{ axis: 1, keepdims: true }],
        attrs: { axis: 1, keepdims: true },
      },
      { inputs: [{ shape: [2], values: [NaN, NaN], differentiable: false }], attrs: { axis: null, keepdims: false } },
      NOTHING,
    ],
    errors: AXIS_ERRORS,
    parity: {
      numpy: 'np.nanmedian(x1, axis=axis, keepdims=keepdims)',
      torch: 'torch.nanquantile(x1, 0.5, dim=axis, keepdim=keepdims)',
      jax: 'jnp.nanmedian(x1, axis=axis, keepdims=keepdims)',
      tfjs: null,
      why: 'tfjs has no median',
    },
  },
  <T extends NDArray>(x: T, axis?: Axis | MedianOptions, options?: MedianOptions): T => {
    const values = operand(x, 'nanmedian');
    const attrs = parseReduce(values, axis, options, 'nanmedian');
    const y =
      values.size === 0
        ? nanmean(values, attrs.axes, { keepdims: attrs.keepdims })
        : nanmedianOfRows(reducedLast(values, attrs.axes)).reshape(reducedShape(values.shape, attrs));
    return delivered(y, axis, options, 'nanmedian') as T;
  },
);
