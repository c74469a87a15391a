import { ALL_DTYPES } from '../draw.ts';
import type { PropertyFamily } from '../property.ts';
import { EXACT } from '../tolerance.ts';
import { type Entry, rows } from './functions.ts';

function printed(name: string, python: string): Entry {
  return {
    name,
    python: () => python,
    ours: (f, [x]) => f(x),
    tolerance: EXACT,
    draw: (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape())] }),
  };
}

/** What is printed. */
export const PRINTING: PropertyFamily = {
  name: 'printing',
  rows: rows([printed('arrayStr', 'np.array_str(x1)'), printed('arrayRepr', 'np.array_repr(x1)')]),
};
