import { sort as sorted, sortComplex } from '@isograd/ndarray';
import { ALL_DTYPES, type Chooser, REAL_DTYPES } from '../draw.ts';
import { type PropertyFamily, py } from '../property.ts';
import { EXACT } from '../tolerance.ts';
import { type Entry, keywords, rows, some } from './functions.ts';

function joint(name: string, python: string, dtypes = ALL_DTYPES): Entry {
  return {
    name,
    python: (options) => `np.${python}(x1, x2${keywords(options, py)})`,
    ours: (f, [a, b], options) => f(a, b, some(options)),
    tolerance: EXACT,
    draw: (choose) => {
      const dtype = choose.of(dtypes);
      return {
        inputs: [
          choose.array(dtype, choose.shape(2)),
          choose.array(choose.once(3) ? choose.of(dtypes) : dtype, choose.shape(2)),
        ],
      };
    },
  };
}

const flag = (choose: Chooser, name: string): Record<string, boolean> => (choose.once(2) ? { [name]: true } : {});

/** Unique elements and sets of them. */
export const SETS: PropertyFamily = {
  name: 'sets',
  rows: rows([
    {
      name: 'unique with options',
      of: 'unique',
      python: (options) => `np.unique(x1${keywords(options, py)})`,
      ours: (f, [x], options) => f(x, some(options)),
      tolerance: EXACT,
      draw: (choose) => {
        const shape = choose.shape(3, 1);
        return {
          inputs: [choose.array(choose.of(ALL_DTYPES), shape, 'small')],
          attrs: {
            ...flag(choose, 'returnIndex'),
            ...flag(choose, 'returnInverse'),
            ...flag(choose, 'returnCounts'),
            ...(choose.once(3) && { axis: choose.axis(shape.length) }),
          },
        };
      },
    },
    joint('union1d', 'union1d'),
    joint('intersect1d', 'intersect1d'),
    joint('setdiff1d', 'setdiff1d'),
    joint('setxor1d', 'setxor1d'),
    joint('isin', 'isin'),
    {
      name: 'searchsorted with a sorter',
      of: 'searchsorted',
      python: ({ side }) => `np.searchsorted(x1, x2, side=${py(side)}, sorter=np.argsort(x1, kind='stable'))`,
      ours: (f, [x, v], { side }) => f(x, v, { side, sorter: x!.argsort() }),
      tolerance: EXACT,
      draw: (choose) => {
        const dtype = choose.of(ALL_DTYPES);
        return {
          inputs: [choose.array(dtype, [choose.below(30)]), choose.array(dtype, choose.shape(2))],
          attrs: { side: choose.of(['left', 'right']) },
        };
      },
    },
    {
      name: 'sortComplex',
      python: () => 'np.sort_complex(x1)',
      ours: (_f, [x]) => sortComplex(x!),
      tolerance: EXACT,
      draw: (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape(2, 1))] }),
    },
    {
      name: 'lexsort',
      python: () => 'np.lexsort((x1, x2))',
      ours: (f, xs) => f(xs),
      tolerance: EXACT,
      draw: (choose) => {
        const n = choose.below(20);
        return {
          inputs: [
            choose.array(choose.of(REAL_DTYPES), [n], 'small'),
            choose.array(choose.of(REAL_DTYPES), [n], 'small'),
          ],
        };
      },
    },
    {
      name: 'digitize',
      python: ({ right }) => `np.digitize(x1, np.sort(x2), right=${py(right)})`,
      ours: (f, [x, bins], { right }) => f(x, sorted(bins!), { right }),
      tolerance: EXACT,
      draw: (choose) => ({
        inputs: [
          choose.array(choose.of(REAL_DTYPES), choose.shape(2)),
          choose.array(choose.of(REAL_DTYPES), [choose.below(6)]),
        ],
        attrs: { right: choose.once(2) },
      }),
    },
    {
      name: 'bincount',
      python: ({ minlength }) => `np.bincount(x1, minlength=${py(minlength)})`,
      ours: (f, [x], { minlength }) => f(x, { minlength }),
      tolerance: EXACT,
      draw: (choose) => ({
        inputs: [choose.array(choose.of(['int64', 'uint8', 'int32', 'bool'] as const), [choose.below(20)], 'small')],
        attrs: { minlength: choose.below(12) },
      }),
    },
    {
      name: 'partition',
      python: ({ kth }) => `np.partition(x1, ${py(kth)})[..., ${py(kth)}]`,
      ours: (f, [x], { kth }) => (f(x, kth) as typeof x)!.at('...', Number(kth)),
      tolerance: EXACT,
      draw: (choose) => {
        const shape = choose.shape(2, 1).map((n) => Math.max(n, 1));
        return { inputs: [choose.array(choose.of(ALL_DTYPES), shape)], attrs: { kth: choose.below(shape.at(-1)!) } };
      },
    },
  ]),
};
