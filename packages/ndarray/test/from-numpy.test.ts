// Both columns of docs/from-numpy.md give the same; goldens/make-from-numpy.py has run the one of NumPy.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as np from '../src/index.ts';
import { NDArray } from '../src/index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const answers = JSON.parse(read('./goldens/from-numpy.json')) as Readonly<Record<string, unknown>>;
const page = read('../../../docs/from-numpy.md');
const rows = [...page.matchAll(/^\| `(.+)` \| `(.+)` \|$/gm)].map(([, numpy, ours]) => [numpy!, ours!] as const);

/** What is compared with NumPy's answer: arrays as they print, anything else as it is. */
function shown(value: unknown): unknown {
  if (value instanceof NDArray) return np.arrayRepr(value);
  return Array.isArray(value) && value.some((item) => item instanceof NDArray) ? value.map(shown) : value;
}

function evaluate(code: string): unknown {
  const scope = {
    np,
    x: np
      .array([
        [0, 1, 2],
        [3, 4, 5],
      ])
      .astype('float64'),
    y: np.array([1, 2, 3]).astype('float64'),
    i: np.array([3, 1, 2]),
    A: np
      .array([
        [2, 0],
        [1, 3],
      ])
      .astype('float64'),
    rng: np.random.defaultRng(0),
  };
  // The cells of the page are code.
  // oxlint-disable-next-line typescript/no-implied-eval
  const run = new Function(...Object.keys(scope), `return ${code};`) as (...values: unknown[]) => unknown;
  return run(...Object.values(scope));
}

test('every row of the page has an answer of NumPy, and no other has', () => {
  expect(rows.map(([numpy]) => numpy)).toEqual(Object.keys(answers));
});

test.each(rows)('%s is %s', (numpy, ours) => {
  expect(shown(evaluate(ours))).toEqual(answers[numpy]);
});
