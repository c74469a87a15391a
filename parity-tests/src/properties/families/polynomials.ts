import { ALL_DTYPES, type Chooser, FLOAT_DTYPES } from '../draw.ts';
import { type PropertyFamily, py } from '../property.ts';
import { products, scaled, type Tolerance } from '../tolerance.ts';
import { type Entry, rows } from './functions.ts';

function pair(name: string, python: string, tolerance: Tolerance): Entry {
  return {
    name,
    python: () => `np.${python}(x1, x2)`,
    ours: (f, xs) => f(...xs),
    tolerance,
    draw: (choose) => ({
      inputs: [coefficients(choose), coefficients(choose)],
    }),
  };
}

function coefficients(choose: Chooser): ReturnType<Chooser['array']> {
  return choose.array(choose.of(ALL_DTYPES), [1 + choose.below(6)], 'small');
}

/** Polynomials by their coefficients. */
export const POLYNOMIALS: PropertyFamily = {
  name: 'polynomials',
  rows: rows([
    {
      name: 'polyval',
      python: () => 'np.polyval(x1, x2)',
      ours: (f, xs) => f(...xs),
      tolerance: products(256),
      draw: (choose) => ({
        inputs: [coefficients(choose), choose.array(choose.of(ALL_DTYPES), choose.shape(2), 'small')],
      }),
    },
    pair('polyadd', 'polyadd', scaled(2)),
    pair('polysub', 'polysub', scaled(2)),
    pair('polymul', 'polymul', products(16)),
    {
      name: 'polyder',
      python: ({ m }) => `np.polyder(x1, ${py(m)})`,
      ours: (f, [x], { m }) => f(x, m),
      tolerance: scaled(4),
      draw: (choose) => ({ inputs: [coefficients(choose)], attrs: { m: choose.below(4) } }),
    },
    {
      name: 'polyint',
      python: ({ m }) => `np.polyint(x1, ${py(m)})`,
      ours: (f, [x], { m }) => f(x, m),
      tolerance: scaled(4),
      draw: (choose) => ({ inputs: [coefficients(choose)], attrs: { m: choose.below(3) } }),
    },
    {
      name: 'poly',
      python: () => 'np.poly(x1)',
      ours: (f, [x]) => f(x),
      tolerance: scaled(16),
      draw: (choose) => ({ inputs: [choose.array(choose.of(FLOAT_DTYPES), [choose.below(5)], 'small')] }),
    },
    {
      name: 'vander',
      python: ({ n, increasing }) => `np.vander(x1, ${py(n)}, increasing=${py(increasing)})`,
      ours: (f, [x], { n, increasing }) => f(x, n, { increasing }),
      tolerance: scaled(4),
      draw: (choose) => ({
        inputs: [choose.array(choose.of(ALL_DTYPES), [choose.below(5)], 'small')],
        attrs: { n: choose.once(2) ? choose.below(5) : null, increasing: choose.once(2) },
      }),
    },
  ]),
};
