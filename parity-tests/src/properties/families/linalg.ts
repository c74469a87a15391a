import * as nd from '@isograd/ndarray';
import { ALL_DTYPES, type Chooser } from '../draw.ts';
import type { NDArray } from '@isograd/ndarray';
import type { Given, PropertyFamily, Row } from '../property.ts';
import { EXACT_REAL, products, scaled } from '../tolerance.ts';
import { type Entry, rows } from './functions.ts';

/** Shapes of two matrices, vectors or stacks that can be multiplied. */
function factors(choose: Chooser): ReturnType<Row['draw']> {
  const [m, k, n] = [choose.below(5), choose.below(6), choose.below(5)];
  const [a, b] = choose.of([
    [
      [m, k],
      [k, n],
    ],
    [[k], [k]],
    [[m, k], [k]],
    [[k], [k, n]],
    [
      [2, m, k],
      [k, n],
    ],
    [
      [2, 1, m, k],
      [3, k, n],
    ],
  ] as const);
  return { inputs: [choose.array(choose.of(ALL_DTYPES), a, 'tame'), choose.array(choose.of(ALL_DTYPES), b, 'tame')] };
}

type Square = readonly [name: string, python: string, ours: (m: NDArray, b: NDArray) => Given];

const SQUARE: readonly Square[] = [
  ['det', 'np.linalg.det(M)', (m) => nd.linalg.det(m)],
  ['inv', 'np.linalg.inv(M)', (m) => nd.linalg.inv(m)],
  ['solve', 'np.linalg.solve(M, x2)', (m, b) => nd.linalg.solve(m, b)],
  ['svdvals', 'np.linalg.svdvals(M)', (m) => nd.linalg.svdvals(m)],
  ['eigvalsh', 'np.linalg.eigvalsh(M + M.T)', (m) => nd.linalg.eigvalsh(nd.add(m, m.T))],
  ['norm', 'np.linalg.norm(M)', (m) => nd.linalg.norm(m)],
];

/** A function of a matrix whose diagonal outweighs the rest, so that its digits are those of the algorithm. */
function square([name, python, ours]: Square): Entry {
  return {
    name,
    of: 'matmul',
    python: ({ n }) =>
      python.replaceAll('M', `(x1 / (1 + np.abs(x1).max()) + 2 * ${Number(n)} * np.eye(${Number(n)}, dtype=x1.dtype))`),
    ours: (_f, [a, b], { n }) => {
      const small = nd.divide(a!, nd.add(nd.absolute(a!).max(), 1));
      return ours(nd.add(small, nd.multiply(nd.eye(Number(n), { dtype: a!.dtype }), 2 * Number(n))), b!);
    },
    tolerance: scaled(64),
    draw: (choose) => {
      const dtype = choose.of(['float64', 'float32'] as const);
      const n = 1 + choose.below(4);
      return { inputs: [choose.array(dtype, [n, n], 'tame'), choose.array(dtype, [n, 2], 'tame')], attrs: { n } };
    },
  };
}

/** Products of matrices and what is near them. */
export const LINALG: PropertyFamily = {
  name: 'linalg',
  rows: rows([
    {
      name: 'matmul',
      python: () => 'np.matmul(x1, x2)',
      ours: (f, xs) => f(...xs),
      tolerance: products(32),
      draw: factors,
    },
    {
      name: 'dot',
      python: () => 'np.dot(x1, x2)',
      ours: (f, xs) => f(...xs),
      tolerance: products(32),
      draw: (choose) => {
        const [m, k, n] = [choose.below(5), choose.below(6), choose.below(5)];
        const [a, b] = choose.of([
          [[k], [k]],
          [
            [m, k],
            [k, n],
          ],
          [[m, k], [k]],
          [[], [m, n]],
        ] as const);
        return {
          inputs: [choose.array(choose.of(ALL_DTYPES), a, 'tame'), choose.array(choose.of(ALL_DTYPES), b, 'tame')],
        };
      },
    },
    {
      name: 'outer',
      python: () => 'np.outer(x1, x2)',
      ours: (f, xs) => f(...xs),
      tolerance: EXACT_REAL,
      draw: (choose) => ({
        inputs: [
          choose.array(choose.of(ALL_DTYPES), choose.shape(2)),
          choose.array(choose.of(ALL_DTYPES), choose.shape(1)),
        ],
      }),
    },
    {
      name: 'trace',
      python: () => 'np.trace(x1)',
      ours: (f, [x]) => f(x),
      tolerance: scaled(8),
      draw: (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape(3, 2))] }),
    },
    ...SQUARE.map(square),
  ]),
};
