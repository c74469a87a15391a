import { ArgumentError, DTypeError, DTYPES, isComplex, ShapeError, sizeOf } from '@isograd/device';
import { NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { array } from '../creation.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, Sample } from '../op.ts';
import { stack } from '../ops/joins.ts';
import { doubles } from './bin-counts.ts';
import { checkBinCount, equalBins, givenEdges, outerEdges, type Range } from './histogram-edges.ts';
import { type Numbers, numbersOf } from './weights.ts';

/** Bins along one axis of a grid: their number or their edges. */
export type AxisBins = number | NDArray | readonly number[];

/** Bins of a grid: for all axes the same number, or for each axis its own. */
export type GridBins = number | readonly AxisBins[];

/** Options of {@link histogram2d} and {@link histogramdd}. */
export interface GridOptions {
  /** For each axis the lowest and highest value that are counted, or `null`; default those of the data. */
  readonly range?: readonly (Range | null)[] | null;
  /** Whether the bins are scaled so that their integral is 1; default false. */
  readonly density?: boolean;
  /** How often each sample counts, [n]. */
  readonly weights?: Numbers | null;
}

function refuse(where: string, what: string, got: string, expected: string): never {
  throw new ArgumentError({ where, what, got, expected, hint: 'one entry for each axis of the sample' });
}

function edgesAlong(x: NDArray, bins: AxisBins, range: Range | null, where: { name: string; label: string }): NDArray {
  if (typeof bins !== 'number') return givenEdges(bins, where.name, where.label);
  const outer = outerEdges(x, range, where.name);
  const dtype = outer.dtype ?? 'float64';
  return equalBins(checkBinCount(bins, where.name, where.label), outer, dtype);
}

/** For each value the bin that it lies in, -1 outside. */
function binsOf(x: NDArray, edges: NDArray): Int32Array {
  const bounds = doubles(edges);
  const last = bounds.length - 1;
  return Int32Array.from(doubles(x), (v) => {
    if (v === bounds[last]) return last - 1;
    let [low, high] = [0, bounds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bounds[middle]! <= v || Number.isNaN(v)) low = middle + 1;
      else high = middle;
    }
    return low > last ? -1 : low - 1;
  });
}

function sumsInGrid(
  columns: readonly Int32Array[],
  shape: readonly number[],
  weights: Float64Array | undefined,
): NDArray {
  const sums = new Float64Array(sizeOf(shape));
  const count = columns[0]?.length ?? 0;
  for (let i = 0; i < count; i++) {
    let place = 0;
    for (let d = 0; d < shape.length && place >= 0; d++) {
      const bin = columns[d]![i]!;
      place = bin < 0 ? -1 : place * shape[d]! + bin;
    }
    if (place >= 0) sums[place]! += weights ? weights[i]! : 1;
  }
  return array(sums, { shape: [...shape] });
}

function densities(hist: NDArray, edges: readonly NDArray[]): NDArray {
  const total = hist.sum();
  const scaled = edges.reduce((y, e, d) => {
    const widths = e.at('1:').sub(e.at(':-1'));
    return y.div(widths.reshape(hist.shape.map((_, k) => (k === d ? widths.size : 1))));
  }, hist);
  return scaled.div(total);
}

function checkSample(sample: NDArray, where: string): void {
  if (sample.ndim !== 2) {
    throw new ShapeError({
      where,
      what: 'a sample has two axes',
      got: show(sample.shape),
      expected: '[n, axes]',
      hint: 'stack(columns, -1) makes one of its columns',
    });
  }
  if (DTYPES[sample.dtype].kind !== 'c') return;
  throw new DTypeError({
    where,
    what: 'complex numbers have no order',
    got: sample.dtype,
    expected: 'a real dtype',
    hint: 'take x.real and x.imag as two axes',
  });
}

function weightsOf(weights: Numbers | null, count: number, where: string): Float64Array | undefined {
  if (weights === null) return undefined;
  const given = numbersOf(weights, where).plain();
  if (isComplex(given.dtype))
    throw new DTypeError({
      where,
      what: `Cannot cast array data from ${given.dtype} to float64 according to the rule 'safe'`,
      got: `weights of ${given.dtype}`,
      expected: 'real weights',
      hint: 'histogram takes complex ones; here count real(weights) and imag(weights) apart',
    });
  if (given.ndim === 1 && given.size === count) return doubles(given);
  throw new ShapeError({
    where,
    what: "The weights and list don't have the same length.",
    got: show(given.shape),
    expected: `[${count}]`,
    hint: 'one weight for each sample',
  });
}

function grid(sample: NDArray, bins: GridBins, options: GridOptions, where: string): [NDArray, NDArray[]] {
  checkSample(sample, where);
  const { range = null, density = false, weights = null } = options;
  const [n, axes] = sample.shape as readonly [number, number];
  const each = typeof bins === 'number' ? Array.from({ length: axes }, () => bins) : bins;
  if (each.length !== axes)
    refuse(
      where,
      'The dimension of bins must be equal to the dimension of the sample x',
      String(each.length),
      String(axes),
    );
  if (range !== null && range.length !== axes)
    refuse(where, 'range argument must have one entry per dimension', String(range.length), String(axes));
  const columns = each.map((_, d) => sample.at(':', d));
  const edges = each.map((b, d) =>
    edgesAlong(columns[d]!, b, range?.[d] ?? null, { name: where, label: `\`bins[${d}]\`` }),
  );
  const hist = sumsInGrid(
    columns.map((x, d) => binsOf(x, edges[d]!)),
    edges.map((e) => e.size - 1),
    weightsOf(weights, n, where),
  );
  return [density ? densities(hist, edges) : hist, edges];
}

/**
 * How many points lie in each cell of a grid, [n, axes] → [bins, ...], and the edges along each axis; float64.
 *
 * The sample is an array of points, or a list of coordinates. `bins` is the number of bins along all axes (default 10), or a list with the number or the edges for each.
 *
 * @throws ArgumentError for bins that are none or not one for each axis; ShapeError for a sample without two axes.
 * @example
 * histogramdd(array([[0, 0], [1, 2], [1, 2]]), [1, 2])[0].tolist() // => [ [ 1, 2 ] ]
 * histogramdd([array([0, 1, 1]), array([0, 2, 2])], 2)[1].map((edges) => edges.tolist()) // => [ [ 0, 0.5, 1 ], [ 0, 1, 2 ] ]
 */
export function histogramdd(
  sample: NDArray | readonly NDArray[],
  bins: GridBins = 10,
  options: GridOptions = {},
): [hist: NDArray, edges: NDArray[]] {
  const points = Array.isArray(sample)
    ? stack(sample as readonly NDArray[], -1)
    : operand(sample as NDArray, 'histogramdd');
  return grid(points.plain(), bins, options, 'histogramdd');
}

/** Bins of {@link histogram2d}: those of a grid, or the edges of both axes. */
function binsOfBoth(bins: GridBins | NDArray): GridBins {
  if (typeof bins === 'number') return bins;
  if (bins instanceof NDArray && bins.size !== 2) return [bins, bins];
  if (bins instanceof NDArray) return Array.from(doubles(bins));
  return bins.length === 1 || bins.length === 2 ? bins : [bins as readonly number[], bins as readonly number[]];
}

const EDGES = [-2, -0.5, 0.25, 2];
const SAMPLES: readonly Sample[] = [
  { inputs: [[20], [20]], attrs: { bins: 10 } },
  { inputs: [[20], [20]], args: [[3, 4]], attrs: { bins: [3, 4] } },
  { inputs: [[20], [20]], args: [EDGES], attrs: { bins: EDGES } },
  { inputs: [[20], [20]], args: [[2, EDGES], { density: true }], attrs: { bins: [2, EDGES], density: true } },
  {
    inputs: [[4], [4]],
    args: [
      2,
      {
        range: [
          [-1, 1],
          [0, 2],
        ],
        weights: [1, 2, 0.5, 3],
      },
    ],
    attrs: {
      bins: 2,
      range: [
        [-1, 1],
        [0, 2],
      ],
      weights: [1, 2, 0.5, 3],
    },
  },
  {
    inputs: [
      { shape: [3], dtype: 'int32', values: [1, 1, 5] },
      { shape: [3], values: [0.5, 2, 0.5] },
    ],
    args: [2],
    attrs: { bins: 2 },
  },
];

/**
 * How many of the points (x, y) lie in each cell of a grid, [n], [n] → [bins, bins], and the edges of both axes; float64.
 *
 * `bins` is the number of bins along both axes (default 10), the edges of both, or a pair of them.
 *
 * @throws ShapeError where `x` and `y` differ in length; ArgumentError for bins that are none.
 * @example
 * histogram2d(array([0, 1, 1]), array([0, 2, 2]), 2)[0].tolist() // => [ [ 1, 0 ], [ 0, 2 ] ]
 */
export const histogram2d: Composed<
  (
    x: ArrayLike,
    y: ArrayLike,
    bins?: GridBins | NDArray,
    options?: GridOptions,
  ) => [hist: NDArray, xedges: NDArray, yedges: NDArray]
> = composed(
  {
    name: 'histogram2d',
    oneByOne: 'each example has edges of its own',
    nonDifferentiable: 'the result is counts',
    domain: [-2, 2],
    samples: SAMPLES.map((s) => ({ ...s, attrs: { range: null, density: false, weights: null, ...s.attrs } })),
    errors: [
      { inputs: [[3], [2]], throws: 'x and y must have the same length' },
      { inputs: [[3], [3]], args: [0], throws: 'must be positive' },
      { inputs: [[3], [3]], args: [[2]], throws: 'The dimension of bins must be equal' },
      { inputs: [[3], [3]], args: [[[1, 0], 2]], throws: 'must increase monotonically' },
      { inputs: [[3], [3]], args: [2, { range: [[0, 1]] }], throws: 'one entry per dimension' },
    ],
    parity: {
      numpy: 'np.histogram2d(x1, x2, bins=bins, range=range, density=density, weights=weights)',
      torch: null,
      jax: null,
      tfjs: null,
      why: "PyTorch's and JAX's histograms of points have other arguments, tfjs has none",
    },
  },
  (x: NDArray, y: NDArray, bins: GridBins | NDArray = 10, options: GridOptions = {}): [NDArray, NDArray, NDArray] => {
    const [xs, ys] = [operand(x, 'histogram2d').plain(), operand(y, 'histogram2d').plain()];
    if (show(xs.shape) !== show(ys.shape)) {
      throw new ShapeError({
        where: 'histogram2d',
        what: 'x and y must have the same length',
        got: `x ${show(xs.shape)}, y ${show(ys.shape)}`,
        expected: '[n], [n]',
        hint: 'each point has an x and a y',
      });
    }
    const [hist, [xedges, yedges]] = grid(stack([xs, ys], -1), binsOfBoth(bins), options, 'histogram2d') as [
      NDArray,
      [NDArray, NDArray],
    ];
    return [hist, xedges, yedges];
  },
);
