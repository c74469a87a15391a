import { ALL_DTYPES, type Chooser } from '../draw.ts';
import { type Attrs, type PropertyFamily, py } from '../property.ts';
import { EXACT } from '../tolerance.ts';
import { type Entry, keywords, rows, some } from './functions.ts';

function printed(name: string, python: string): Entry {
  return {
    name,
    python: () => python,
    ours: (f, [x]) => f(x),
    tolerance: EXACT,
    draw: (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape())] }),
  };
}

function optionsOf(choose: Chooser): Attrs {
  return {
    ...(choose.once(2) && { precision: choose.below(12) }),
    ...(choose.once(3) && { suppressSmall: true }),
    ...(choose.once(3) && { maxLineWidth: 20 + choose.below(80) }),
    ...(choose.once(3) && { separator: choose.of([', ', ',', ' ; ']) }),
    ...(choose.once(3) && { threshold: choose.below(30), edgeitems: 1 + choose.below(4) }),
    ...(choose.once(3) && { floatmode: choose.of(['fixed', 'unique', 'maxprec', 'maxprec_equal']) }),
    ...(choose.once(3) && { sign: choose.of(['-', '+', ' ']) }),
  };
}

/** The names that differ here. */
function ourNames({ suppressSmall, maxLineWidth, ...rest }: Attrs): Attrs {
  return some({ ...rest, suppress: suppressSmall, linewidth: maxLineWidth });
}

function pythonNames({ maxLineWidth, ...rest }: Attrs): string {
  return `${keywords(rest, py)}${keywords({ maxLineWidth }, py).replace('max_line_width', 'max_line_width')}`;
}

/** What is printed. */
export const PRINTING: PropertyFamily = {
  name: 'printing',
  rows: rows([
    printed('arrayStr', 'np.array_str(x1)'),
    printed('arrayRepr', 'np.array_repr(x1)'),
    {
      name: 'array2string',
      python: (options) => `np.array2string(x1${pythonNames(options)})`,
      ours: (f, [x], options) => f(x, ourNames(options)),
      tolerance: EXACT,
      draw: (choose) => ({
        inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape())],
        attrs: optionsOf(choose),
      }),
    },
  ]),
};
