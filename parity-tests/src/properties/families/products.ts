import { isInteger } from '@isograd/device';
import { sort as sorted } from '@isograd/ndarray';
import { ALL_DTYPES, type Chooser, FLOAT_DTYPES } from '../draw.ts';
import { type PropertyFamily, py } from '../property.ts';
import { EXACT, EXACT_REAL, products, scaled } from '../tolerance.ts';
import { type Entry, keywords, rows, some } from './functions.ts';

/** Subscripts of one, two and three operands. */
const SUBSCRIPTS = [
  'ij,jk->ik',
  'ij,ij->',
  'ii->i',
  'ii',
  'ij->ji',
  'ij->',
  'ij->j',
  'i,j->ij',
  '...ij,...jk->...ik',
  '...i->...',
  'bij,bjk->bik',
  'ijk,jl->ilk',
  'ij,jk,kl->il',
  'i,i,i->i',
  'ij,kj->ik',
  'iij->j',
] as const;

function einsum(optimize: boolean): Entry {
  return {
    name: optimize ? 'einsum with a path' : 'einsum',
    of: 'einsum',
    python: ({ subscripts, count }) =>
      `np.einsum(${py(subscripts)}, ${['x1', 'x2', 'x3'].slice(0, Number(count)).join(', ')}${optimize ? ', optimize=True' : ''})`,
    ours: (f, xs, { subscripts }) => (optimize ? f(subscripts, ...xs, { optimize: true }) : f(subscripts, ...xs)),
    tolerance: products(32),
    draw: (choose) => {
      const subscripts = choose.of(SUBSCRIPTS);
      const lengths = new Map([...'ijklb'].map((letter) => [letter, 1 + choose.below(4)]));
      const dots = choose.broadcastable([2, 3]);
      const dtype = choose.of(ALL_DTYPES);
      const inputs = subscripts
        .split('->')[0]!
        .split(',')
        .map((names) => {
          const own = [...names.replace('...', '')].map((letter) => lengths.get(letter)!);
          const shape = names.includes('...') ? [...dots, ...own] : own;
          // On a path each step rounds to the dtype of its own factors.
          const others = optimize ? (isInteger(dtype) ? ALL_DTYPES.filter(isInteger) : [dtype]) : ALL_DTYPES;
          return choose.array(choose.once(3) ? choose.of(others) : dtype, shape, 'tame');
        });
      return { inputs, attrs: { subscripts, count: inputs.length } };
    },
  };
}

function two(
  name: string,
  python: string,
  draw: (choose: Chooser) => readonly [readonly number[], readonly number[]],
): Entry {
  return {
    name,
    python: () => `np.${python}(x1, x2)`,
    ours: (f, xs) => f(...xs),
    tolerance: products(32),
    draw: (choose) => {
      const [a, b] = draw(choose);
      return {
        inputs: [choose.array(choose.of(ALL_DTYPES), a, 'tame'), choose.array(choose.of(ALL_DTYPES), b, 'tame')],
      };
    },
  };
}

function sliding(name: string): Entry {
  return {
    name,
    python: ({ mode }) => `np.${name}(x1, x2, mode=${py(mode)})`,
    ours: (f, xs, { mode }) => f(...xs, mode),
    tolerance: products(32),
    draw: (choose) => ({
      inputs: [
        choose.array(choose.of(ALL_DTYPES), [1 + choose.below(9)], 'tame'),
        choose.array(choose.of(ALL_DTYPES), [1 + choose.below(9)], 'tame'),
      ],
      attrs: { mode: choose.of(['full', 'same', 'valid']) },
    }),
  };
}

/** Products and sums over named axes, and functions of neighbouring elements. */
export const PRODUCTS: PropertyFamily = {
  name: 'products',
  rows: rows([
    einsum(false),
    einsum(true),
    {
      name: 'tensordot',
      python: ({ axes }) => `np.tensordot(x1, x2, axes=${py(axes)})`,
      ours: (f, [a, b], { axes }) => f(a, b, axes),
      tolerance: products(32),
      draw: (choose) => {
        const [m, k, l, n] = [0, 0, 0, 0].map(() => 1 + choose.below(4)) as [number, number, number, number];
        const [a, b, axes] = choose.of([
          [[m, k], [k, n], 1],
          [[m, k, l], [k, l, n], 2],
          [[m, n], [k], 0],
          [
            [m, k, l],
            [l, n, k],
            [
              [1, 2],
              [2, 0],
            ],
          ],
          [
            [m, k],
            [n, k],
            [[1], [-1]],
          ],
        ] as const);
        return {
          inputs: [choose.array(choose.of(ALL_DTYPES), a, 'tame'), choose.array(choose.of(ALL_DTYPES), b, 'tame')],
          attrs: { axes },
        };
      },
    },
    two('kron', 'kron', (choose) => [choose.shape(2), choose.of([[2], [2, 2], [], [1, 3]])]),
    two('inner', 'inner', (choose) => {
      const k = choose.below(6);
      return choose.of([
        [[k], [k]],
        [
          [2, k],
          [3, k],
        ],
        [[2, k], [k]],
      ] as const);
    }),
    two('vdot', 'vdot', (choose) => [[choose.below(9)], [choose.below(9)]]),
    two('cross', 'cross', (choose) => {
      const shape = choose.shape(2);
      return [
        [...shape, 3],
        [...choose.broadcastable(shape), 3],
      ];
    }),
    sliding('convolve'),
    sliding('correlate'),
    {
      name: 'interp',
      python: (options) => `np.interp(x1, np.sort(x2), x3${keywords(options, py)})`,
      ours: (f, [x, xp, fp], options) => f(x, sorted(xp!), fp, some(options)),
      tolerance: scaled(2),
      draw: (choose) => {
        const n = 1 + choose.below(6);
        return {
          inputs: [
            choose.array(choose.of(FLOAT_DTYPES), choose.shape(2), 'small'),
            choose.array(choose.of(FLOAT_DTYPES), [n], 'small'),
            choose.array(choose.of(ALL_DTYPES), [n], 'tame'),
          ],
          attrs: {
            ...(choose.once(3) && { left: choose.of([-1, 0.5]) }),
            ...(choose.once(3) && { right: choose.of([9, 0.25]) }),
          },
        };
      },
    },
    {
      name: 'gradient',
      python: ({ step, axis, ...rest }) => `np.gradient(x1, ${py(step)}, axis=${py(axis)}${keywords(rest, py)})`,
      ours: (f, [x], { step, axis, ...rest }) => f(x, step, { axis, ...some(rest) }),
      tolerance: EXACT_REAL,
      draw: (choose) => {
        const shape = choose.shape(3, 1);
        return {
          inputs: [choose.array(choose.of(ALL_DTYPES), shape, 'tame')],
          attrs: {
            step: choose.of([1, 0.5, 2]),
            axis: choose.axis(shape.length),
            ...(choose.once(3) && { edgeOrder: 2 }),
          },
        };
      },
    },
    {
      name: 'trapezoid',
      python: ({ dx, axis }) => `np.trapezoid(x1, dx=${py(dx)}, axis=${py(axis)})`,
      ours: (f, [x], { dx, axis }) => f(x, null, { dx, axis }),
      tolerance: scaled(8),
      draw: (choose) => {
        const shape = choose.shape(3, 1);
        return {
          inputs: [choose.array(choose.of(ALL_DTYPES), shape, 'tame')],
          attrs: { dx: choose.of([1, 0.5, 2]), axis: choose.axis(shape.length) },
        };
      },
    },
    {
      name: 'ediff1d',
      python: () => 'np.ediff1d(x1)',
      ours: (f, [x]) => f(x),
      tolerance: EXACT,
      draw: (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape(3), 'tame')] }),
    },
  ]),
};
