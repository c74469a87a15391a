import type { DType } from '@isograd/device';
import { array, type NDArray } from '@isograd/ndarray';
import { ALL_DTYPES, type Chooser, FLOAT_DTYPES, REAL_DTYPES } from '../draw.ts';
import type { Magnitudes } from '../elements.ts';
import { type Attrs, type PropertyFamily, py } from '../property.ts';
import { EXACT, products, type Tolerance } from '../tolerance.ts';
import { type Entry, keywords, rows, some } from './functions.ts';

interface Optional {
  readonly dtypes?: readonly DType[];
  readonly tolerance?: Tolerance;
  /** Dtypes in which it may be asked to compute. */
  readonly into?: readonly DType[];
  /** Values to start from. */
  readonly initial?: readonly number[];
  /** Whether a mask needs a value to start from. */
  readonly bound?: boolean;
  readonly more?: (choose: Chooser) => Attrs;
  readonly magnitudes?: Magnitudes;
}

/** A reduction with a mask, a dtype, a value to start from. */
function optional(name: string, python: string, options: Optional = {}): Entry {
  const {
    dtypes = ALL_DTYPES,
    tolerance = products(32),
    into,
    initial,
    bound = false,
    more,
    magnitudes = 'tame',
  } = options;
  return {
    name: `${name} with options`,
    of: name,
    python: ({ axis, masked, ...rest }) =>
      `np.${python}(x1, axis=${py(axis)}${keywords(rest, py)}${masked === true ? ', where=x2' : ''})`,
    ours: (f, [x, mask], { axis, masked, ...rest }) =>
      f(x, axis, { ...some(rest), ...(masked === true && { where: mask }) }),
    tolerance,
    draw: (choose) => {
      const shape = choose.shape(3);
      const masked = !choose.once(4);
      const start = initial && (bound || choose.once(2)) ? choose.of(initial) : undefined;
      return {
        inputs: [choose.array(choose.of(dtypes), shape, magnitudes), choose.array('bool', choose.broadcastable(shape))],
        attrs: {
          axis: choose.axes(shape.length),
          masked,
          ...(choose.once(3) && { keepdims: true }),
          ...(into && choose.once(3) && { dtype: choose.of(into) }),
          ...(start !== undefined && { initial: start }),
          ...more?.(choose),
        },
      };
    },
  };
}

/** A function that writes into an array of the shape and dtype of its result. */
function written(name: string, python: string, call: string, args: readonly unknown[]): Entry {
  return {
    name: `${name} into an array`,
    of: name,
    python: ({ axis }) =>
      `${python}(x1${call}, axis=${py(axis)}, out=np.zeros_like(${python}(x1${call}, axis=${py(axis)})))`,
    ours: (f, [x], { axis }) => {
      const like = f(x, ...args, axis) as NDArray;
      return f(x, ...args, axis, { out: array(0, { dtype: like.dtype }).broadcastTo(like.shape).copy() });
    },
    tolerance: EXACT,
    draw: (choose) => {
      const shape = choose.shape(3);
      return {
        inputs: [choose.array(choose.of(FLOAT_DTYPES), shape, 'tame')],
        attrs: { axis: choose.axes(shape.length) },
      };
    },
  };
}

const WIDE: readonly DType[] = ['float64', 'complex128'];
const ddof = (choose: Chooser): Attrs => (choose.once(3) ? { ddof: choose.of([1, 2]) } : {});
const exact = { tolerance: EXACT };

/** Reductions with masks, dtypes, values to start from, and arrays to write into. */
export const OPTIONS: PropertyFamily = {
  name: 'options',
  rows: rows([
    optional('sum', 'sum', { into: WIDE, initial: [0, 2, -1.5] }),
    optional('prod', 'prod', { initial: [1, 2, -0.5] }),
    optional('max', 'max', { ...exact, dtypes: REAL_DTYPES, initial: [0, 3], bound: true }),
    optional('min', 'min', { ...exact, dtypes: REAL_DTYPES, initial: [0, 3], bound: true }),
    optional('any', 'any', exact),
    optional('all', 'all', exact),
    optional('mean', 'mean', { into: WIDE }),
    optional('var', 'var', { into: ['float64'], dtypes: REAL_DTYPES, more: ddof, magnitudes: 'small' }),
    optional('std', 'std', { into: ['float64'], dtypes: REAL_DTYPES, more: ddof, magnitudes: 'small' }),
    optional('nansum', 'nansum', { into: WIDE }),
    optional('nanmean', 'nanmean', { into: WIDE }),
    optional('nanvar', 'nanvar', { dtypes: REAL_DTYPES, more: ddof, magnitudes: 'small' }),
    optional('nanstd', 'nanstd', { dtypes: REAL_DTYPES, more: ddof, magnitudes: 'small' }),
    ...['sum', 'mean', 'var', 'std', 'nanmean', 'nanvar', 'median', 'nanmedian'].map((f) =>
      written(f, `np.${f}`, '', []),
    ),
    written('quantile', 'np.quantile', ', 0.3', [0.3]),
    written('nanpercentile', 'np.nanpercentile', ', 30', [30]),
  ]),
};
