import { DataError, DTYPES } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { type Axis, normalizeAxis, normalizeAxes } from '../axes.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, Sample } from '../op.ts';
import { AXIS_ERRORS, isReduceOptions, parseReduce, reducedCount, REDUCTION_SAMPLES } from '../reduction.ts';
import { resultType } from '../result-type.ts';
import { fullLike } from '../creation.ts';
import type { AxesOptions } from './reduced-axes.ts';
import { type Numbers, weightsAlong } from './weights.ts';

/** Options of {@link average}. */
export interface AverageOptions extends AxesOptions {
  /** In the shape of the array, or of the axes in the order they are named; default all equal. */
  readonly weights?: Numbers | null;
  /** Whether the sum of the weights is given, too; default false. */
  readonly returned?: boolean;
}

type Average = {
  <T extends NDArray>(x: T, axis: Axis | undefined, options: AverageOptions & { readonly returned: true }): [T, T];
  <T extends NDArray>(x: T, options: AverageOptions & { readonly returned: true }): [T, T];
  <T extends ArrayLike>(x: T, axis?: Axis | AverageOptions, options?: AverageOptions): Like<T>;
};

/** The axes in the order in which they were named, which is that of the weights; `undefined` where none was. */
export function namedAxes(axis: Axis | undefined, ndim: number, where: string): readonly number[] | undefined {
  if (axis === null || axis === undefined) return undefined;
  normalizeAxes(axis, ndim, where);
  return (typeof axis === 'number' ? [axis] : axis).map((a) => normalizeAxis(a, ndim, where));
}

function weighted(x: NDArray, weights: Numbers, axis: Axis | undefined, keepdims: boolean): [NDArray, NDArray] {
  const axes = namedAxes(axis, x.ndim, 'average');
  const factors = weightsAlong(weights, x, axes, 'average');
  const rule = x.promotion;
  const met = resultType([x, factors], rule);
  const exact = 'bui'.includes(DTYPES[x.dtype].kind);
  const dtype = exact ? rule.promote(met, rule.defaultFloat) : met;
  const [values, scale] = [x.astype(dtype), factors.astype(dtype)];
  const sum = scale.sum(axes, { keepdims });
  if (sum.plain().equal(0).any().item() === true) {
    throw new DataError({
      where: 'average',
      what: "Weights sum to zero, can't be normalized",
      got: `${factors.size} weights`,
      expected: 'weights whose sum is not 0',
      hint: 'leave empty groups out first',
    });
  }
  const mean = values.mul(scale).sum(axes, { keepdims }).div(sum);
  return [mean, sum];
}

const WEIGHTS = [0.5, 2, 1];
const AVERAGE_SAMPLES: readonly Sample[] = [
  ...REDUCTION_SAMPLES.map((s) => ({ ...s, attrs: { ...s.attrs, weights: null } })),
  {
    inputs: [[2, 3]],
    args: [1, { weights: WEIGHTS, keepdims: true }],
    attrs: { axis: 1, weights: WEIGHTS, keepdims: true },
  },
  { inputs: [[3]], args: [{ weights: WEIGHTS }], attrs: { axis: null, weights: WEIGHTS, keepdims: false } },
  {
    inputs: [[3, 2, 2]],
    args: [
      [1, 0],
      {
        weights: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
    ],
    attrs: {
      axis: [1, 0],
      weights: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      keepdims: false,
    },
  },
  {
    inputs: [{ shape: [3], dtype: 'int32', values: [1, 2, 4] }],
    args: [0, { weights: WEIGHTS }],
    attrs: { axis: 0, weights: WEIGHTS, keepdims: false },
  },
];

/**
 * Mean over axes in which each element counts with its weight: `sum(x * weights) / sum(weights)`; without weights the mean.
 *
 * With `returned: true` it gives the mean and the sum of the weights.
 *
 * @throws DataError where the weights sum to 0; ShapeError where they have another shape than the axes.
 * @example
 * average(array([1, 2, 4]), 0, { weights: [3, 1, 0] }).item() // => 1.25
 * average(array([1, 2, 4]), { weights: [1, 1, 2], returned: true }).map((y) => y.item()) // => [ 2.75, 4 ]
 */
export const average: Composed<Average> = composed(
  {
    name: 'average',
    domain: [-2, 2],
    samples: AVERAGE_SAMPLES,
    errors: [
      ...AXIS_ERRORS,
      { inputs: [[2, 3]], args: [{ weights: [1, 2] }], throws: 'Axis must be specified' },
      { inputs: [[2, 3]], args: [1, { weights: [1, 2] }], throws: 'Shape of weights must be consistent' },
      { inputs: [[2]], args: [0, { weights: [1, -1] }], throws: 'Weights sum to zero' },
    ],
    parity: {
      numpy: 'np.average(x1, axis=axis, weights=weights, keepdims=keepdims)',
      torch: null,
      jax: 'jnp.average(x1, axis=axis, weights=None if weights is None else jnp.asarray(weights), keepdims=keepdims)',
      tfjs: null,
      why: 'PyTorch and tfjs have no weighted mean',
    },
  },
  ((x: NDArray, axis?: Axis | AverageOptions, options?: AverageOptions): NDArray | [NDArray, NDArray] => {
    const array = operand(x, 'average');
    const named = isReduceOptions(axis) ? axis.axis : (axis ?? options?.axis);
    const { weights = null, returned = false, keepdims = false } = (isReduceOptions(axis) ? axis : options) ?? {};
    if (weights === null) {
      const { axes } = parseReduce(array, named, undefined, 'average');
      const y = array.mean(axes, { keepdims });
      return returned ? [y, fullLike(y.plain(), reducedCount(array.shape, axes))] : y;
    }
    const [y, sum] = weighted(array, weights, named, keepdims);
    return returned ? [y, sum.broadcastTo(y.shape).copy()] : y;
  }) as Average,
);

/**
 * Largest element less the smallest one, over axes; integers wrap around, as NumPy's do.
 *
 * @throws ShapeError over no elements.
 * @example
 * ptp(array([[1, 5], [7, 3]]), 1).tolist() // => [ 4, 4 ]
 */
export const ptp: Composed<<T extends ArrayLike>(x: T, axis?: Axis | AxesOptions, options?: AxesOptions) => Like<T>> =
  composed(
    {
      name: 'ptp',
      domain: [-2, 2],
      samples: [
        ...REDUCTION_SAMPLES.filter((s) => (s.inputs[0] as readonly number[]).length > 0),
        {
          inputs: [{ shape: [2, 2], dtype: 'int32', values: [-3, 4, 0, 7] }],
          args: [0],
          attrs: { axis: 0, keepdims: false },
        },
        { inputs: [[0, 3]], args: [1], attrs: { axis: 1, keepdims: false } },
      ],
      errors: [...AXIS_ERRORS, { inputs: [[2, 0, 3]], args: [1], throws: 'no identity' }],
      parity: {
        numpy: 'np.ptp(x1, axis=axis, keepdims=keepdims)',
        torch: null,
        jax: 'jnp.ptp(x1, axis=axis, keepdims=keepdims)',
        tfjs: null,
        why: 'PyTorch and tfjs have no such function',
      },
    },
    <T extends NDArray>(x: T, axis?: Axis | AxesOptions, options?: AxesOptions): T => {
      const array = operand(x, 'ptp');
      return array.max(axis, options).sub(array.min(axis, options)) as T;
    },
  );
