import { ALL_DTYPES } from '../draw.ts';
import { type PropertyFamily, py } from '../property.ts';
import { sort as sorted } from '@isograd/ndarray';
import { EXACT } from '../tolerance.ts';
import { type Entry, rows } from './functions.ts';

function along(name: string, python: string): Entry {
  return {
    name,
    python: ({ axis }) => python.replace('AXIS', py(axis)),
    ours: (f, [x], { axis }) => f(x, axis),
    tolerance: EXACT,
    draw: (choose) => {
      const shape = choose.shape(3, 1);
      const axis = choose.once(4) ? null : choose.axis(shape.length);
      return { inputs: [choose.array(choose.of(ALL_DTYPES), shape)], attrs: { axis } };
    },
  };
}

/** Functions that order elements or look for them. */
export const ORDERING: PropertyFamily = {
  name: 'ordering',
  rows: rows([
    along('sort', "np.sort(x1, axis=AXIS, kind='stable')"),
    along('argsort', "np.argsort(x1, axis=AXIS, kind='stable')"),
    {
      name: 'searchsorted',
      python: ({ side }) => `np.searchsorted(np.sort(x1), x2, side=${py(side)})`,
      ours: (f, [x, v], { side }) => f(sorted(x!), v, { side }),
      tolerance: EXACT,
      draw: (choose) => {
        const dtype = choose.of(ALL_DTYPES);
        const inputs = [
          choose.array(dtype, [choose.below(30)]),
          choose.array(choose.of([dtype, choose.of(ALL_DTYPES)]), choose.shape(2)),
        ];
        return { inputs, attrs: { side: choose.of(['left', 'right']) } };
      },
    },
    {
      name: 'unique',
      python: () => 'np.unique(x1)',
      ours: (f, [x]) => f(x),
      tolerance: EXACT,
      draw: (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape(3))] }),
    },
    {
      name: 'nonzero',
      python: () => 'np.nonzero(x1)',
      ours: (f, [x]) => f(x),
      tolerance: EXACT,
      draw: (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape(3, 1))] }),
    },
    {
      name: 'take',
      python: ({ at, axis }) => `np.take(x1, np.array(${py(at)}, dtype=np.intp), axis=${py(axis)})`,
      ours: (f, [x], { at, axis }) => f(x, at, axis),
      tolerance: EXACT,
      draw: (choose) => {
        const shape = choose.shape(3, 1);
        const axis = choose.axis(shape.length);
        const n = shape.at(axis)!;
        const at = Array.from({ length: choose.below(4) }, () => choose.below(2 * n + 1) - n);
        return { inputs: [choose.array(choose.of(ALL_DTYPES), shape)], attrs: { at, axis } };
      },
    },
  ]),
};
