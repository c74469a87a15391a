import type { DType } from '@isograd/device';
import { ALL_DTYPES, type Chooser, FLOAT_DTYPES, REAL_DTYPES } from '../draw.ts';
import { type Attrs, type PropertyFamily, py } from '../property.ts';
import { EXACT, EXACT_REAL, scaled, type Tolerance } from '../tolerance.ts';
import { type Entry, keywords, rows, some } from './functions.ts';

interface Reducing {
  readonly dtypes?: readonly DType[];
  readonly tolerance?: Tolerance;
  /** Whether it takes several axes. */
  readonly several?: boolean;
  readonly keepdims?: boolean;
  /** More options. */
  readonly more?: (choose: Chooser) => Attrs;
  /** Longest row; 600 shows the order of sums. */
  readonly long?: boolean;
}

/** An array to reduce, now and then a long one. */
function subject(choose: Chooser, dtype: DType, long: boolean): ReturnType<Chooser['array']> {
  if (!long || !choose.once(4)) return choose.array(dtype, choose.shape());
  const n = 8 + choose.below(300);
  return choose.array(dtype, choose.of([[n], [2, n], [n, 3]]));
}

function lengths({ base, axes, steps }: ReturnType<Chooser['array']>): number {
  return (axes ?? steps ?? base).length === 0 ? 0 : base.length;
}

/** A function that reduces axes; named as in NumPy, camel-cased. */
export function reducing(name: string, python: string, options: Reducing = {}): Entry {
  const { dtypes = ALL_DTYPES, tolerance = EXACT_REAL, several = true, keepdims = true, more, long = false } = options;
  return {
    name,
    python: ({ axis, ...rest }) => `np.${python}(x1, axis=${py(axis)}${keywords(rest, py)})`,
    ours: (f, [x], { axis, ...rest }) => f(x, axis, some(rest)),
    tolerance,
    draw: (choose) => {
      const x = subject(choose, choose.of(dtypes), long);
      const ndim = lengths(x);
      const axis = several ? choose.axes(ndim) : ndim === 0 || choose.once(3) ? null : choose.axis(ndim);
      return { inputs: [x], attrs: { axis, ...(keepdims && choose.once(3) && { keepdims: true }), ...more?.(choose) } };
    },
  };
}

const ddof = (choose: Chooser): Attrs => (choose.once(3) ? { ddof: choose.of([1, 2, 0.5]) } : {});

/** Sums, extremes, truth and what is made of them, over axes. */
export const REDUCTIONS: PropertyFamily = {
  name: 'reductions',
  rows: rows([
    reducing('sum', 'sum', { long: true }),
    reducing('prod', 'prod'),
    reducing('max', 'max'),
    reducing('min', 'min'),
    reducing('any', 'any'),
    reducing('all', 'all'),
    reducing('argmax', 'argmax', { several: false }),
    reducing('argmin', 'argmin', { several: false }),
    reducing('mean', 'mean', { long: true }),
    reducing('var', 'var', { more: ddof, long: true }),
    reducing('std', 'std', { more: ddof, long: true }),
    reducing('countNonzero', 'count_nonzero'),
    reducing('ptp', 'ptp', { dtypes: REAL_DTYPES }),
    reducing('cumsum', 'cumsum', { several: false, keepdims: false, long: true }),
    reducing('cumprod', 'cumprod', { several: false, keepdims: false }),
  ]),
};

/** Functions that take no notice of NaN, medians and averages. */
export const STATISTICS: PropertyFamily = {
  name: 'statistics',
  rows: rows([
    reducing('nansum', 'nansum', { long: true }),
    reducing('nanprod', 'nanprod'),
    reducing('nanmax', 'nanmax'),
    reducing('nanmin', 'nanmin'),
    reducing('nanargmax', 'nanargmax', { several: false }),
    reducing('nanargmin', 'nanargmin', { several: false }),
    reducing('nanmean', 'nanmean', { long: true }),
    reducing('nanvar', 'nanvar', { more: ddof }),
    reducing('nanstd', 'nanstd', { more: ddof }),
    reducing('nancumsum', 'nancumsum', { several: false, keepdims: false }),
    reducing('nancumprod', 'nancumprod', { several: false, keepdims: false }),
    reducing('median', 'median', { dtypes: REAL_DTYPES }),
    reducing('nanmedian', 'nanmedian', { dtypes: REAL_DTYPES }),
    reducing('average', 'average'),
    ...['quantile', 'nanquantile', 'percentile', 'nanpercentile'].map(quantiles),
    ...['cov', 'corrcoef'].map(correlation),
    histogram(),
  ]),
};

const METHODS = [
  'linear',
  'lower',
  'higher',
  'nearest',
  'midpoint',
  'inverted_cdf',
  'averaged_inverted_cdf',
  'closest_observation',
  'interpolated_inverted_cdf',
  'hazen',
  'weibull',
  'median_unbiased',
  'normal_unbiased',
];
const QUANTILES = [0.5, 0, 1, 0.25, 0.3, [0.1, 0.9], [0, 1], [0.75], 0.999, [[0.2], [0.6]]];

function quantiles(name: string): Entry {
  const times = (q: unknown): unknown =>
    Array.isArray(q) ? q.map(times) : name.endsWith('percentile') ? Number(q) * 100 : q;
  return {
    name,
    python: ({ q, axis, ...rest }) => `np.${name}(x1, ${py(q)}, axis=${py(axis)}${keywords(rest, py)})`,
    ours: (f, [x], { q, axis, ...rest }) => f(x, q, axis, rest),
    tolerance: EXACT,
    draw: (choose) => {
      const shape = choose.shape(3);
      const x = choose.array(choose.of(REAL_DTYPES), shape);
      const attrs = { q: times(choose.of(QUANTILES)), axis: choose.axes(shape.length), method: choose.of(METHODS) };
      return { inputs: [x], attrs: { ...attrs, ...(choose.once(3) && { keepdims: true }) } };
    },
  };
}

function correlation(name: string): Entry {
  return {
    name,
    python: (options) => `np.${name}(x1${keywords(options, py)})`,
    ours: (f, [x], options) => f(x, options),
    tolerance: scaled(64),
    draw: (choose) => ({
      inputs: [choose.array(choose.of(FLOAT_DTYPES), choose.shape(2), 'tame')],
      attrs: choose.once(2) ? { rowvar: false } : {},
    }),
  };
}

const BINS = [10, 1, 3, [0, 1, 2], [-1, 0.5, 0.5, 4], 'auto', 'sturges', 'sqrt', 'rice', 'scott', 'fd', 'doane'];

function histogram(): Entry {
  return {
    name: 'histogram',
    python: ({ bins, ...rest }) => `np.histogram(x1, ${py(bins)}${keywords(rest, py)})`,
    ours: (f, [x], { bins, ...rest }) => f(x, bins, rest),
    tolerance: EXACT,
    draw: (choose) => ({
      inputs: [choose.array(choose.of(REAL_DTYPES), choose.shape(2), 'small')],
      attrs: {
        bins: choose.of(BINS),
        ...(choose.once(2) && {
          range: choose.of([
            [0, 1],
            [-1.5, 3],
            [2, 2],
          ]),
        }),
        ...(choose.once(3) && { density: true }),
      },
    }),
  };
}
