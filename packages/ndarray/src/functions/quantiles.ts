import { reducingBatch } from './reading-batches.ts';
import { ArgumentError, type DType, DTypeError, DTYPES, isFloat } from '@isograd/device';
import { type Like, type NDArray, type NestedList, type Scalar, type Shape } from '../array.ts';
import type { Axis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { writeOut } from '../extended-reduction.ts';
import type { Composed, ErrorSample, Parity, Sample } from '../op.ts';
import { AXIS_ERRORS, isReduceOptions, parseReduce, type ReduceAttrs, reducedShape } from '../reduction.ts';
import { namedAxes } from './averages.ts';
import { roundingOf } from './float-rounding.ts';
import { nanmean } from './nan-statistics.ts';
import { methodOf, type QuantileMethod } from './quantile-places.ts';
import { type Asked, quantilesOfRows } from './quantile-rows.ts';
import { type AxesOptions, lastToFront, reducedLast } from './reduced-axes.ts';
import { weightedQuantiles } from './weighted-quantiles.ts';
import { type Numbers, numbersOf, weightsAlong } from './weights.ts';

/** Options of {@link quantile} and its relatives. */
export interface QuantileOptions extends AxesOptions {
  /** How a quantile between two elements is found; default `'linear'`. */
  readonly method?: QuantileMethod;
  /** How often each element counts, with method `'inverted_cdf'`: in the shape of the array, or of the axes. */
  readonly weights?: Numbers | null;
  /** Array to write the result into; it is what the function returns. */
  readonly out?: NDArray;
}

/** Function of quantiles over axes; axes of the quantiles come first in the result. */
export type QuantileFunction = Composed<
  <T extends ArrayLike>(x: T, q: Scalar | Numbers, axis?: Axis | QuantileOptions, options?: QuantileOptions) => Like<T>
>;

type Name = 'quantile' | 'percentile' | 'nanquantile' | 'nanpercentile';

/** Reads quantiles from 0 to 1, or percentages. */
function readQuantiles(q: Scalar | Numbers, name: Name): Asked {
  const bare = typeof q === 'number';
  const given = numbersOf(q, name).plain();
  if (DTYPES[given.dtype].kind === 'c' || given.ndim > 2) {
    throw new ArgumentError({
      where: name,
      what: 'q must be a scalar or 1d',
      got: `${given.dtype} ${show(given.shape)}`,
      expected: 'real numbers, one or a list',
      hint: 'q = [0.25, 0.5, 0.75]',
    });
  }
  const percent = name.endsWith('percentile');
  const dtype: DType = isFloat(given.dtype) ? given.dtype : percent ? 'float64' : 'int64';
  const round = roundingOf(dtype);
  const values = Array.from(given.astype('float64').data as Float64Array, (v) => (percent ? round(v / 100) : v));
  if (!values.every((v) => v >= 0 && v <= 1)) {
    throw new ArgumentError({
      where: name,
      what: percent ? 'Percentiles must be in the range [0, 100]' : 'Quantiles must be in the range [0, 1]',
      got: show(values.map((v) => (percent ? v * 100 : v))),
      expected: percent ? 'numbers from 0 to 100' : 'numbers from 0 to 1',
      hint: percent ? 'quantile takes fractions' : 'percentile takes numbers up to 100',
    });
  }
  return { values, shape: given.shape, dtype, bare, round, whole: dtype === 'int64' };
}

function checkReal(x: NDArray, name: Name): void {
  if (DTYPES[x.dtype].kind !== 'c') return;
  throw new DTypeError({
    where: name,
    what: 'a must be an array of real numbers',
    got: x.dtype,
    expected: 'a real dtype',
    hint: 'take x.real or absolute(x) first',
  });
}

interface QuantileAttrs extends ReduceAttrs {
  readonly axis: Axis | undefined;
  readonly method: QuantileMethod;
  readonly weights: Numbers | null;
}

function parseQuantile(
  x: NDArray,
  axis: Axis | QuantileOptions | undefined,
  options: QuantileOptions | undefined,
  name: Name,
): QuantileAttrs {
  const given = (isReduceOptions(axis) ? axis : options) ?? {};
  const named = isReduceOptions(axis) ? axis.axis : (axis ?? options?.axis);
  const { method = 'linear', weights = null, keepdims = false } = given;
  methodOf(method, name);
  if (weights !== null && method !== 'inverted_cdf') {
    throw new ArgumentError({
      where: name,
      what: `Only method 'inverted_cdf' supports weights. Got: ${method}`,
      got: method,
      expected: "'inverted_cdf', or no weights",
      hint: "{ weights, method: 'inverted_cdf' }",
    });
  }
  const { axes } = parseReduce(x, named, undefined, name);
  return { axis: named, axes, keepdims, method, weights };
}

function shapeOfResult(x: NDArray, asked: Asked, attrs: ReduceAttrs): Shape {
  return [...asked.shape, ...reducedShape(x.shape, attrs)];
}

function rowsOfWeights(x: NDArray, attrs: QuantileAttrs, name: Name): NDArray | undefined {
  if (attrs.weights === null) return undefined;
  const weights = weightsAlong(attrs.weights, x, namedAxes(attrs.axis, x.ndim, name), name).plain();
  if (weights.less(0).any().item() === true) {
    throw new ArgumentError({
      where: name,
      what: 'Weights must be non-negative',
      got: 'a weight below 0',
      expected: 'weights from 0',
      hint: 'a weight says how often an element counts',
    });
  }
  return reducedLast(weights.broadcastTo(x.shape), attrs.axes);
}

function compute(x: NDArray, asked: Asked, attrs: QuantileAttrs, name: Name): NDArray {
  const weights = rowsOfWeights(x, attrs, name);
  const skipNaN = name.startsWith('nan');
  if (skipNaN && x.size === 0) return nanmean(x, attrs.axes, { keepdims: attrs.keepdims });
  const rows = reducedLast(x, attrs.axes);
  const where = { name, skipNaN };
  const y =
    weights === undefined
      ? quantilesOfRows(rows, asked, methodOf(attrs.method, name), where)
      : weightedQuantiles(rows, weights, asked, where);
  return lastToFront(y, asked.shape.length).reshape(shapeOfResult(x, asked, attrs));
}

const METHODS_OF_TORCH = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];
const METHODS: readonly QuantileMethod[] = [
  'inverted_cdf',
  'averaged_inverted_cdf',
  'closest_observation',
  'interpolated_inverted_cdf',
  'hazen',
  'weibull',
  'median_unbiased',
  'normal_unbiased',
  'lower',
  'higher',
  'midpoint',
  'nearest',
];

interface Spoken {
  readonly axis?: Axis;
  readonly keepdims?: boolean;
  readonly method?: QuantileMethod;
  readonly weights?: NestedList;
}

/** A sample with its arguments as a user writes them and as the references name them; `scale` is 100 for percentages. */
function sampleOf(
  input: Sample['inputs'][number],
  q: number | readonly number[],
  scale: number,
  spoken: Spoken,
): Sample {
  const { axis = null, keepdims = false, method = 'linear', weights = null } = spoken;
  const scaled = typeof q === 'number' ? q * scale : q.map((v) => v * scale);
  const known = METHODS_OF_TORCH.includes(method) && weights === null;
  const without = {
    ...(known ? {} : { torch: 'PyTorch has five methods', jax: 'JAX has five methods' }),
    ...(Array.isArray(axis) ? { torch: 'PyTorch reduces one axis or all' } : {}),
  };
  return {
    inputs: [input],
    args: [scaled, axis, spoken],
    attrs: { q: scaled, axis, keepdims, method, weights },
    without,
  };
}

function samplesFor(name: Name): Sample[] {
  const scale = name.endsWith('percentile') ? 100 : 1;
  const holes = { shape: [2, 4], values: [3, NaN, 2, 7, 0.5, 7, 1, 5], differentiable: false };
  const methods = name === 'quantile' ? METHODS : (['inverted_cdf', 'hazen', 'midpoint'] as const);
  // NumPy's functions without NaN want a weight for every element.
  const weights = name.startsWith('nan')
    ? [
        [2, 0, 1],
        [1, 1, 0.5],
      ]
    : [2, 0, 1];
  return [
    sampleOf([], 0.25, scale, {}),
    sampleOf([5], [0.125, 0.5, 0.875], scale, {}),
    sampleOf([2, 3], 0.3125, scale, { axis: 0 }),
    sampleOf([2, 3, 4], [0.75, 0.1875], scale, { axis: [0, 2], keepdims: true }),
    sampleOf([3, 4], [0, 1], scale, { axis: -1, keepdims: true }),
    ...methods.map((method) => sampleOf([2, 5], [0.0625, 0.3125, 0.75], scale, { axis: 1, method })),
    sampleOf([2, 3], [0.25, 0.75], scale, { axis: 1, method: 'inverted_cdf', weights }),
    sampleOf({ shape: [5], dtype: 'int32', values: [4, 1, 1, 9, 7] }, 0.375, scale, {}),
    sampleOf(holes, [0.25, 0.5], scale, { axis: 1 }),
  ];
}

function errorsFor(name: Name): ErrorSample[] {
  const percent = name.endsWith('percentile');
  return [
    ...AXIS_ERRORS.map((s) => ({ ...s, args: [0.5, ...(s.args ?? [])] })),
    percent
      ? { inputs: [[3]], args: [101], throws: 'Percentiles must be in the range [0, 100]' }
      : { inputs: [[3]], args: [-0.5], throws: 'Quantiles must be in the range [0, 1]' },
    { inputs: [[3]], args: [0.5, { method: 'middle' }], throws: 'is not a valid method' },
    { inputs: [[3]], args: [0.5, { weights: [1, 1, 1] }], throws: "Only method 'inverted_cdf' supports weights" },
    { inputs: [[3]], args: [0.5, { method: 'inverted_cdf', weights: [1, -1, 1] }], throws: 'non-negative' },
  ];
}

function parityOf(name: Name): Parity {
  const torch = name.startsWith('nan') ? 'nanquantile' : 'quantile';
  const q = name.endsWith('percentile') ? 'np.asarray(q) / 100' : 'q';
  return {
    numpy: `np.${name}(x1, q, axis=axis, method=method, keepdims=keepdims, weights=weights)`,
    torch: `torch.${torch}(x1.double(), torch.as_tensor(${q}).double(), dim=axis, keepdim=keepdims, interpolation=method).to(x1.dtype if x1.is_floating_point() else torch.float64)`,
    jax: `jnp.${name}(x1, jnp.asarray(q, dtype=float), axis=axis, method=method, keepdims=keepdims)`,
    tfjs: null,
    why: 'tfjs has no quantiles',
  };
}

function quantiles(name: Name): QuantileFunction {
  return composed(
    {
      name,
      batchReading: reducingBatch(2),
      domain: [-2, 2],
      samples: samplesFor(name),
      errors: errorsFor(name),
      parity: parityOf(name),
    },
    <T extends NDArray>(x: T, q: Scalar | Numbers, axis?: Axis | QuantileOptions, options?: QuantileOptions): T => {
      const values = operand(x, name);
      checkReal(values, name);
      const asked = readQuantiles(q, name);
      const y = compute(values, asked, parseQuantile(values, axis, options, name), name);
      const out = (isReduceOptions(axis) ? axis : options)?.out;
      return (out === undefined ? y : writeOut(y, out, name)) as T;
    },
  );
}

/**
 * The elements below which a fraction `q` of the others lies, over axes; NaN where there is a NaN.
 *
 * Between two elements the `method` decides: all 13 of NumPy's; `'linear'` unless said. A list of quantiles gives a first axis of its length.
 *
 * @throws ArgumentError for quantiles outside 0 to 1 and for weights with another method than `'inverted_cdf'`; IndexError over no elements.
 * @example
 * quantile(array([1, 2, 3, 4]), 0.5).item() // => 2.5
 * quantile(array([[1, 2], [3, 5]]), [0, 0.25], 0).tolist() // => [ [ 1, 2 ], [ 1.5, 2.75 ] ]
 * quantile(array([1, 2, 3, 4]), 0.4, { method: 'nearest' }).item() // => 2
 */
export const quantile: QuantileFunction = quantiles('quantile');

/**
 * The elements below which `q` percent of the others lie, over axes; as {@link quantile} with `q / 100`.
 *
 * @throws ArgumentError for percentages outside 0 to 100; IndexError over no elements.
 * @example
 * percentile(array([1, 2, 3, 4, 5]), [25, 75]).tolist() // => [ 2, 4 ]
 */
export const percentile: QuantileFunction = quantiles('percentile');

/**
 * The elements below which a fraction `q` of the others lies, over axes, without regard to NaN; as {@link quantile} otherwise.
 *
 * @throws ArgumentError for quantiles outside 0 to 1.
 * @example
 * nanquantile(array([[1, NaN, 3], [NaN, NaN, 7]]), 0.5, 1).tolist() // => [ 2, 7 ]
 */
export const nanquantile: QuantileFunction = quantiles('nanquantile');

/**
 * The elements below which `q` percent of the others lie, over axes, without regard to NaN; as {@link quantile} with `q / 100` otherwise.
 *
 * @throws ArgumentError for percentages outside 0 to 100.
 * @example
 * nanpercentile(array([1, NaN, 3]), 50).item() // => 2
 */
export const nanpercentile: QuantileFunction = quantiles('nanpercentile');
