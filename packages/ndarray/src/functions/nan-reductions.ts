import { DataError, ShapeError } from '@isograd/device';
import type { Like, NDArray, Scalar } from '../array.ts';
import type { Axis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { inMemoryOrder } from '../memory-order.ts';
import type { Composed, Sample } from '../op.ts';
import { isnan } from '../ops/comparison.ts';
import type { ArgOptions } from '../ops/reductions.ts';
import { where } from '../ops/selection.ts';
import {
  AXIS_ERRORS,
  EMPTY_ERROR,
  EMPTY_SAMPLE,
  isReduceOptions,
  parseReduce,
  reducedCount,
  type ReduceOptions,
  REDUCTION_SAMPLES,
} from '../reduction.ts';
import { positionBatch, reducingBatch } from './reading-batches.ts';
import { holdsNaN } from './reduced-axes.ts';

/** Function that reduces axes and takes no notice of NaN. */
export type NanReduction = Composed<
  <T extends ArrayLike>(x: T, axis?: Axis | ReduceOptions, options?: ReduceOptions) => Like<T>
>;

/** Samples of functions that take no notice of NaN: those of every reduction, then some with NaN. */
export const NAN_SAMPLES: readonly Sample[] = [
  ...REDUCTION_SAMPLES,
  {
    inputs: [{ shape: [2, 3], values: [1, NaN, 2, -0.5, 0.25, NaN], differentiable: false }],
    args: [1],
    attrs: { axis: 1, keepdims: false },
  },
  {
    inputs: [{ shape: [2, 2], values: [NaN, NaN, 3, -4], differentiable: false }],
    args: [{ axis: 1, keepdims: true }],
    attrs: { axis: 1, keepdims: true },
  },
  { inputs: [{ shape: [3], dtype: 'int32', values: [4, -1, 2] }], attrs: { axis: null, keepdims: false } },
];

/** An array with NaN replaced, which keeps the order of its axes in memory as NumPy's copy does; one that holds none is given back. */
export function replaceNaN(x: NDArray, value: Scalar): NDArray {
  return holdsNaN(x.dtype) ? inMemoryOrder(x, (turned) => where(isnan(turned.plain()), value, turned)) : x;
}

const ONE_AXIS = { torch: 'prod reduces one axis or all' };

/**
 * Sum over axes with NaN as 0.
 *
 * @example
 * nansum(array([[1, NaN], [2, 3]]), 1).tolist() // => [ 1, 5 ]
 */
export const nansum: NanReduction = composed(
  {
    name: 'nansum',
    domain: [-2, 2],
    samples: [...NAN_SAMPLES, EMPTY_SAMPLE],
    errors: AXIS_ERRORS,
    parity: {
      numpy: 'np.nansum(x1, axis=axis, keepdims=keepdims)',
      torch: 'torch.nansum(x1, dim=axis, keepdim=keepdims)',
      jax: 'jnp.nansum(x1, axis=axis, keepdims=keepdims)',
      tfjs: null,
      why: 'tfjs has no sums without NaN',
    },
  },
  <T extends NDArray>(x: T, axis?: Axis | ReduceOptions, options?: ReduceOptions): T =>
    replaceNaN(operand(x, 'nansum'), 0).sum(axis, options) as T,
);

/**
 * Product over axes with NaN as 1.
 *
 * @example
 * nanprod(array([2, NaN, 3])).item() // => 6
 */
export const nanprod: NanReduction = composed(
  {
    name: 'nanprod',
    domain: [-2, 2],
    samples: [
      ...NAN_SAMPLES.map((s): Sample => (Array.isArray(s.attrs?.axis) ? { ...s, without: ONE_AXIS } : s)),
      EMPTY_SAMPLE,
    ],
    errors: AXIS_ERRORS,
    parity: {
      numpy: 'np.nanprod(x1, axis=axis, keepdims=keepdims)',
      torch:
        'torch.prod(torch.where(torch.isnan(x1), 1, x1)) if axis is None else torch.prod(torch.where(torch.isnan(x1), 1, x1), dim=axis, keepdim=keepdims)',
      jax: 'jnp.nanprod(x1, axis=axis, keepdims=keepdims)',
      tfjs: null,
      why: 'tfjs has no products without NaN',
    },
  },
  <T extends NDArray>(x: T, axis?: Axis | ReduceOptions, options?: ReduceOptions): T =>
    replaceNaN(operand(x, 'nanprod'), 1).prod(axis, options) as T,
);

function checkNotEmpty(x: NDArray, axis: Axis | ReduceOptions | undefined, name: string): void {
  const { axes } = parseReduce(x, axis, undefined, name);
  if (reducedCount(x.shape, axes) > 0) return;
  throw new ShapeError({
    where: name,
    what: `zero-size array to reduction operation ${name === 'nanmax' ? 'fmax' : 'fmin'} which has no identity`,
    got: show(x.shape),
    expected: 'at least one element along the reduced axes',
    hint: 'check x.size first',
  });
}

const NO_TORCH = 'PyTorch and tfjs have no extremes without NaN';

/** Options of {@link nanmax} and {@link nanmin}. */
export type NanExtremeOptions = Omit<ReduceOptions, 'dtype' | 'out'>;

type NanExtreme = Composed<
  <T extends ArrayLike>(x: T, axis?: Axis | NanExtremeOptions, options?: NanExtremeOptions) => Like<T>
>;

function extreme(name: 'nanmax' | 'nanmin'): NanExtreme {
  const [of, least] = name === 'nanmax' ? (['max', -Infinity] as const) : (['min', Infinity] as const);
  return composed(
    {
      name,
      batchReading: reducingBatch(),
      domain: [-2, 2],
      samples: NAN_SAMPLES,
      errors: [...AXIS_ERRORS, EMPTY_ERROR],
      parity: {
        numpy: `np.${name}(x1, axis=axis, keepdims=keepdims)`,
        torch: null,
        jax: `jnp.${name}(x1, axis=axis, keepdims=keepdims)`,
        tfjs: null,
        why: NO_TORCH,
      },
    },
    <T extends NDArray>(x: T, axis?: Axis | NanExtremeOptions, options?: NanExtremeOptions): T => {
      const array = operand(x, name);
      const { initial, ...rest } = isReduceOptions(axis) ? axis : { ...options, axis: axis ?? options?.axis ?? null };
      if (initial !== undefined) return replaceNaN(array, least)[of]({ ...rest, initial }) as T;
      checkNotEmpty(array, rest, name);
      if (!holdsNaN(array.dtype)) return array[of](rest) as T;
      const missing = isnan(array.plain());
      const y = where(missing, least, array)[of](rest);
      const nothing = missing.all(rest);
      // Where all is NaN the result is one of these, which a complex one may be in one part only.
      return (nothing.any().item() === true ? where(nothing, array[of](rest), y) : y) as T;
    },
  );
}

/**
 * Largest element over axes without regard to NaN; NaN where nothing else is.
 *
 * @throws ShapeError over no elements.
 * @example
 * nanmax(array([[1, NaN], [NaN, NaN]]), 1).tolist() // => [ 1, NaN ]
 */
export const nanmax: NanExtreme = extreme('nanmax');

/**
 * Smallest element over axes without regard to NaN; NaN where nothing else is.
 *
 * @throws ShapeError over no elements.
 * @example
 * nanmin(array([[1, NaN, -2], [3, NaN, NaN]]), 1).tolist() // => [ -2, 3 ]
 */
export const nanmin: NanExtreme = extreme('nanmin');

type NanPosition = Composed<
  <T extends ArrayLike>(x: T, axis?: number | null | ArgOptions, options?: ArgOptions) => Like<T>
>;

function position(name: 'nanargmax' | 'nanargmin'): NanPosition {
  const [of, least] = name === 'nanargmax' ? (['argmax', -Infinity] as const) : (['argmin', Infinity] as const);
  const nothing = { shape: [2, 2], values: [NaN, NaN, 3, -4] };
  return composed(
    {
      name,
      batchReading: positionBatch,
      nonDifferentiable: 'the result is a position',
      domain: [-2, 2],
      samples: NAN_SAMPLES.filter((s) => !Array.isArray(s.attrs?.axis)).map((s): Sample =>
        'values' in s.inputs[0]! && s.attrs?.keepdims === true
          ? { ...s, args: [{ axis: 0 }], attrs: { axis: 0, keepdims: false } }
          : s,
      ),
      errors: [AXIS_ERRORS[0]!, { inputs: [nothing], args: [1], throws: 'All-NaN slice encountered' }],
      parity: {
        numpy: `np.${name}(x1, axis=axis, keepdims=keepdims)`,
        torch: null,
        jax: `jnp.${name}(x1, axis=axis, keepdims=keepdims)`,
        tfjs: null,
        why: NO_TORCH,
      },
    },
    <T extends NDArray>(x: T, axis?: number | null | ArgOptions, options?: ArgOptions): T => {
      const array = operand(x, name);
      if (!holdsNaN(array.dtype)) return array[of](axis, options) as T;
      const missing = isnan(array.plain());
      const along = typeof axis === 'object' && axis !== null ? axis.axis : (axis ?? options?.axis);
      if (missing.size > 0 && missing.all(along).any().item() === true) {
        throw new DataError({
          where: name,
          what: 'All-NaN slice encountered',
          got: `shape ${show(array.shape)}, axis ${String(along ?? null)}`,
          expected: 'at least one element that is not NaN in every slice',
          hint: 'isnan(x).all(axis) shows which slices have none',
        });
      }
      return where(missing, least, array)[of](axis, options) as T;
    },
  );
}

/**
 * Position of the first largest element along an axis, or in C order in the whole array, without regard to NaN; int64.
 *
 * @throws DataError where a slice is all NaN.
 * @example
 * nanargmax(array([1, NaN, 5])).item() // => 2
 */
export const nanargmax: NanPosition = position('nanargmax');

/**
 * Position of the first smallest element along an axis, or in C order in the whole array, without regard to NaN; int64.
 *
 * @throws DataError where a slice is all NaN.
 * @example
 * nanargmin(array([[NaN, 3], [2, 1]]), 1).tolist() // => [ 1, 1 ]
 */
export const nanargmin: NanPosition = position('nanargmin');
