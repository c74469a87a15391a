import type { DType } from '@isograd/device';
import { ALL_DTYPES } from '../draw.ts';
import { type PropertyFamily, py } from '../property.ts';
import { EXACT } from '../tolerance.ts';
import { rows } from './functions.ts';

/** From every dtype to every other one. */
export const CASTING: PropertyFamily = {
  name: 'casting',
  rows: rows([
    {
      name: 'astype',
      python: ({ to }) => `x1.astype(${py(to)})`,
      ours: (f, [x], { to }) => f(x, to as DType),
      tolerance: EXACT,
      draw: (choose) => ({
        inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape(3))],
        attrs: { to: choose.of(ALL_DTYPES) },
      }),
    },
    {
      name: 'resultType',
      python: () => 'str(np.result_type(x1, x2))',
      ours: (f, xs) => f(...xs),
      tolerance: EXACT,
      draw: (choose) => ({
        inputs: [choose.array(choose.of(ALL_DTYPES), [1]), choose.array(choose.of(ALL_DTYPES), [])],
      }),
    },
  ]),
};
