import { DTypeError, isComplex, ShapeError } from '@isograd/device';
import { type NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, ErrorSample, Sample } from '../op.ts';
import { imagView, joinParts, realView } from '../parts.ts';
import { countBetween, countEqual, counted, doubles, type Heavy } from './bin-counts.ts';
import { type Bins, edgesOf, type Range } from './histogram-edges.ts';
import { type Numbers, numbersOf } from './weights.ts';

/** Options of {@link histogramBinEdges}. */
export interface EdgeOptions {
  /** Lowest and highest value that are counted; default those of the data. */
  readonly range?: Range | null;
  /** Weights that {@link histogram} will be given; rules that find the number of bins take none. */
  readonly weights?: Numbers | null;
}

/** Options of {@link histogram}. */
export interface HistogramOptions {
  /** Lowest and highest value that are counted; default those of the data. */
  readonly range?: Range | null;
  /** Whether the bins are scaled so that their integral is 1; default false. */
  readonly density?: boolean;
  /** How often each element counts, in the shape of the array. */
  readonly weights?: Numbers | null;
}

const NO_GRADIENT = 'the result is counts';

/** The array flat and real, and its weights; bools become bytes, as in NumPy. */
function readData(x: NDArray, weights: Numbers | null, where: string): { flat: NDArray; weights: NDArray | undefined } {
  const array = operand(x, where).plain();
  const given = weights === null ? undefined : numbersOf(weights, where).plain();
  if (isComplex(array.dtype))
    throw new DTypeError({
      where,
      what: 'complex numbers have no order here',
      got: array.dtype,
      expected: 'a real dtype',
      hint: 'take x.real or absolute(x) first',
    });
  if (given !== undefined && show(given.shape) !== show(array.shape)) {
    throw new ShapeError({
      where,
      what: 'weights should have the same shape as a',
      got: `x ${show(array.shape)}, weights ${show(given.shape)}`,
      expected: show(array.shape),
      hint: 'one weight for each element',
    });
  }
  const flat = array.dtype === 'bool' ? array.astype('uint8') : array;
  return { flat: flat.reshape([array.size]), weights: given?.reshape([given.size]) };
}

const BIN_SAMPLES: readonly Sample[] = [
  { inputs: [[20]], attrs: { bins: 10 } },
  { inputs: [[4, 5]], args: [4], attrs: { bins: 4 } },
  { inputs: [[20]], args: [5, { range: [-1, 0.5] }], attrs: { bins: 5, range: [-1, 0.5] } },
  { inputs: [[20]], args: [[-2, -1, -0.5, 1, 1, 1.5]], attrs: { bins: [-2, -1, -0.5, 1, 1, 1.5] } },
  { inputs: [{ shape: [9], dtype: 'int32', values: [4, 1, 1, 9, 7, 2, 2, 0, 5] }], args: [3], attrs: { bins: 3 } },
  { inputs: [{ shape: [4], values: [2, 2, 2, 2] }], args: [3], attrs: { bins: 3 } },
  { inputs: [[0]], args: [2], attrs: { bins: 2 }, without: { jax: 'it wants elements' } },
];

// The other rules are held by a test of their own.
const RULE_SAMPLES: readonly Sample[] = (['auto', 'doane'] as const).map((bins) => ({
  inputs: [[30]],
  args: [bins],
  attrs: { bins },
  without: { jax: 'JAX has other rules' },
}));

const BIN_ERRORS: readonly ErrorSample[] = [
  { inputs: [[3]], args: [0], throws: '`bins` must be positive' },
  { inputs: [[3]], args: [2.5], throws: '`bins` must be an integer' },
  { inputs: [[3]], args: ['some'], throws: 'not a valid estimator' },
  { inputs: [[3]], args: [[1, 0]], throws: 'must increase monotonically' },
  { inputs: [[3]], args: [3, { range: [1, 0] }], throws: 'max must be larger than min' },
  { inputs: [{ shape: [2], values: [1, NaN] }], throws: 'autodetected range of [NaN, NaN] is not finite' },
  { inputs: [[3]], args: [3, { weights: [1, 2] }], throws: 'weights should have the same shape' },
  { inputs: [[2]], args: ['auto', { weights: [1, 2] }], throws: 'not supported for weighted data' },
];

/**
 * The edges of the bins that {@link histogram} would take: equally wide from the smallest to the largest element.
 *
 * `bins` is their number (default 10), their edges, or the rule that finds their number.
 *
 * @throws ArgumentError for bins that are none, and for data that are not finite without a range.
 * @example
 * histogramBinEdges(array([1, 2, 5]), 4).tolist() // => [ 1, 2, 3, 4, 5 ]
 */
export const histogramBinEdges: Composed<<T extends NDArray>(x: T, bins?: Bins, options?: EdgeOptions) => NDArray> =
  composed(
    {
      name: 'histogramBinEdges',
      oneByOne: 'the number of bins may depend on the values, and each example has edges of its own',
      nonDifferentiable: 'the edges are plain numbers',
      domain: [-2, 2],
      samples: [...BIN_SAMPLES, ...RULE_SAMPLES].map((s) => ({ ...s, attrs: { range: null, ...s.attrs } })),
      errors: BIN_ERRORS,
      parity: {
        numpy: 'np.histogram_bin_edges(x1, bins=bins, range=range)',
        torch: null,
        jax: 'jnp.histogram_bin_edges(x1, bins=bins if isinstance(bins, int) else jnp.asarray(bins), range=range)',
        tfjs: null,
        why: "PyTorch's histograms have other edges, tfjs has none",
      },
    },
    (x: NDArray, bins: Bins = 10, options: EdgeOptions = {}): NDArray => {
      const { range = null, weights = null } = options;
      const data = readData(x, weights, 'histogramBinEdges');
      return edgesOf(data.flat, { bins, range, weighted: weights !== null }, 'histogramBinEdges').edges;
    },
  );

/** Counts with weights; complex ones are counted part by part. */
function weighted(weights: NDArray | undefined, count: (heavy: Heavy | undefined) => NDArray): NDArray {
  const partly = (part: NDArray): NDArray => count({ values: doubles(part), dtype: part.dtype });
  if (weights === undefined) return count(undefined);
  return isComplex(weights.dtype) ? joinParts(partly(realView(weights)), partly(imagView(weights))) : partly(weights);
}

function densities(counts: NDArray, edges: NDArray): NDArray {
  const widths = edges.at('1:').sub(edges.at(':-1')).astype('float64');
  return counts.div(widths).div(counts.sum());
}

/**
 * How many elements lie in each bin, and the edges of the bins; a bin has its lower edge, the last one both.
 *
 * `bins` is their number (default 10, equally wide), their edges, or the rule that finds their number.
 *
 * @throws ArgumentError for bins that are none, and for data that are not finite without a range.
 * @example
 * histogram(array([1, 2, 1]), [0, 1, 2, 3]).map((y) => y.tolist()) // => [ [ 0, 2, 1 ], [ 0, 1, 2, 3 ] ]
 * histogram(array([1, 2, 5]), 2, { density: true }).map((y) => y.tolist()) // => [ [ 0.3333333333333333, 0.16666666666666666 ], [ 1, 3, 5 ] ]
 */
export const histogram: Composed<
  (x: ArrayLike, bins?: Bins, options?: HistogramOptions) => [hist: NDArray, binEdges: NDArray]
> = composed(
  {
    name: 'histogram',
    oneByOne: 'the number of bins may depend on the values, and each example has edges of its own',
    nonDifferentiable: NO_GRADIENT,
    domain: [-2, 2],
    samples: [
      ...BIN_SAMPLES,
      RULE_SAMPLES[0]!,
      { inputs: [[20]], args: [4, { density: true }], attrs: { bins: 4, density: true } },
      {
        inputs: [[6]],
        args: [3, { weights: [1, 0.5, 2, 4, 0.25, 1] }],
        attrs: { bins: 3, weights: [1, 0.5, 2, 4, 0.25, 1] },
      },
      {
        inputs: [[6]],
        args: [[-2, 0, 0.5], { weights: [1, 0.5, 2, 4, 0.25, 1], density: true }],
        attrs: { bins: [-2, 0, 0.5], weights: [1, 0.5, 2, 4, 0.25, 1], density: true },
      },
    ].map((s) => ({ ...s, attrs: { range: null, density: false, weights: null, ...s.attrs } })),
    errors: BIN_ERRORS,
    parity: {
      numpy: 'np.histogram(x1, bins=bins, range=range, density=density, weights=weights)',
      torch: null,
      jax: 'jnp.histogram(x1, bins=bins if isinstance(bins, int) else jnp.asarray(bins), range=range, density=density, weights=None if weights is None else jnp.asarray(weights))',
      tfjs: null,
      why: "PyTorch's histograms have other edges, tfjs has none",
    },
  },
  (x: NDArray, bins: Bins = 10, options: HistogramOptions = {}): [NDArray, NDArray] => {
    const { range = null, density = false, weights: given = null } = options;
    const { flat, weights } = readData(x, given, 'histogram');
    const { edges, outer } = edgesOf(flat, { bins, range, weighted: given !== null }, 'histogram');
    const count = (heavy: Heavy | undefined): NDArray =>
      counted(outer ? countEqual(flat, { edges, outer }, heavy) : countBetween(flat, doubles(edges), heavy), heavy);
    const hist = weighted(weights, count);
    return [density ? densities(hist, edges) : hist, edges];
  },
);
