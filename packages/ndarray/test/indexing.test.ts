import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arange, array, type Index, type NDArray, ones, slice, zeros } from '../src/index.ts';

interface Case {
  readonly shape: readonly number[];
  readonly index: Index[];
  readonly got: { readonly shape: readonly number[]; readonly values: readonly number[] };
  readonly value: number | readonly number[];
  readonly written: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL('goldens/indexing.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};
const numbers = (shape: readonly number[]): NDArray => arange(shape.reduce((a, b) => a * b, 1)).reshape(shape);

test.each(cases.map((c) => [`[${c.shape.join(', ')}] at ${JSON.stringify(c.index)}`, c] as const))(
  '%s reads and writes as NumPy',
  (_title, { shape, index, got, value, written }) => {
    // In C order, and as a view with gaps in every direction.
    const wide = zeros([...shape.map((n) => 2 * n), 1], { dtype: 'int64' }).at('...', 0);
    const view = wide.at(...shape.map(() => '::-2' as const));
    view.set(['...'], numbers(shape));
    for (const x of [numbers(shape), view]) {
      const y = x.at(...index);
      expect(y.shape).toEqual(got.shape);
      expect(y.ravel().tolist()).toEqual(got.values);
      x.set(index, value);
      expect(x.ravel().tolist()).toEqual(written);
    }
  },
);

test('basic indices give views, advanced ones copies', () => {
  const x = zeros([3, 4]);
  x.at(1, '::2').set(['...'], 5);
  x.at([0, 2]).fill(7);
  expect(x.tolist()).toEqual([
    [0, 0, 0, 0],
    [5, 0, 5, 0],
    [0, 0, 0, 0],
  ]);
});

test('every slice takes what walking from start to stop takes', () => {
  const part = fc.option(fc.integer({ min: -8, max: 8 }), { nil: undefined });
  const step = fc.option(
    fc.integer({ min: -3, max: 3 }).filter((n) => n !== 0),
    { nil: undefined },
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 6 }), part, part, step, (n, start, stop, by) => {
      const s = by ?? 1;
      const place = (v: number, low: number, high: number): number => Math.min(Math.max(v < 0 ? v + n : v, low), high);
      const first = start === undefined ? (s > 0 ? 0 : n - 1) : place(start, s > 0 ? 0 : -1, s > 0 ? n : n - 1);
      const last = stop === undefined ? (s > 0 ? n : -1) : place(stop, s > 0 ? 0 : -1, s > 0 ? n : n - 1);
      const want: number[] = [];
      for (let i = first; s > 0 ? i < last : i > last; i += s) want.push(i);
      expect(
        arange(n)
          .at(`${start ?? ''}:${stop ?? ''}:${by ?? ''}` as ':')
          .tolist(),
      ).toEqual(want);
    }),
  );
});

test('set casts as assignment does, and writes nothing when it refuses', () => {
  const x = zeros([2, 3], { dtype: 'int64' });
  const { version } = x.storage;
  expect(x.set([0], [1.9, -1.9, 2]).tolist()).toEqual([
    [1, -1, 2],
    [0, 0, 0],
  ]);
  expect(x.storage.version).toBeGreaterThan(version);
  expect(
    x
      .set([1], [[7, 8, 9]])
      .at(1)
      .tolist(),
  ).toEqual([7, 8, 9]);
  expect(() => x.set([':'], [1, 2])).toThrow('could not broadcast input array from shape (2,) into shape (2, 3)');
  expect(() =>
    x.set(
      [
        [0, 1],
        [0, 1],
      ],
      [1, 2, 3],
    ),
  ).toThrow('could not broadcast input array from shape (3,) into shape (2,)');
  expect(() => x.set([2], 1)).toThrow('index 2 is out of bounds for axis 0 with size 2');
  expect(x.tolist()).toEqual([
    [1, -1, 2],
    [7, 8, 9],
  ]);
  expect(() => ones([3]).broadcastTo([2, 3]).set([0, 0], 1)).toThrow('broadcast view cannot be written');
});

test('masks write by number and by list', () => {
  const x = array([
    [-1.5, 2],
    [3, -4],
  ]);
  x.set([x.lt(0)], 0);
  expect(x.tolist()).toEqual([
    [0, 2],
    [3, 0],
  ]);
  x.set([x.gt(0)], [10, 20]);
  expect(x.tolist()).toEqual([
    [0, 10],
    [20, 0],
  ]);
  expect(x.T.set([x.T.eq(0)], 1).tolist()).toEqual([
    [1, 20],
    [10, 1],
  ]);
});

test('an array can be written over itself', () => {
  const x = arange(5);
  x.set(['1:'], x.at(':-1'));
  expect(x.tolist()).toEqual([0, 0, 1, 2, 3]);
  x.set(['::-1'], x);
  expect(x.tolist()).toEqual([3, 2, 1, 0, 0]);
});

test('a single truth value is no index', () => {
  expect(() => arange(3).at(array(true))).toThrow('not a valid index');
  expect(() => arange(3).at(true as unknown as number)).toThrow('not a valid index');
});

test('get reads one element', () => {
  const x = array([
    [1, 2],
    [3, 4],
  ]);
  expect(x.get(1, -2)).toBe(3);
  expect(x.gt(2).get(1, 0)).toBe(true);
  expect(array([2n ** 60n]).get(0)).toBe(2n ** 60n);
  expect(() => x.get(1)).toThrow('one position for each axis is needed');
  expect(() => x.get(0, 2)).toThrow('index 2 is out of bounds for axis 1 with size 2');
});

test('positions of any integer dtype, negative ones and wide ones are read', () => {
  const x = arange(10);
  for (const dtype of ['uint8', 'int32', 'int64'] as const)
    expect(x.at(array([9, 0], { dtype })).tolist()).toEqual([9, 0]);
  expect(x.at(array([-1, -10])).tolist()).toEqual([9, 0]);
  for (const bad of [10n, -11n, 2n ** 32n, -(2n ** 40n)])
    expect(() => x.at(array([bad], { dtype: 'int64' }))).toThrow(
      `index ${bad} is out of bounds for axis 0 with size 10`,
    );
});

test('slices are checked by their type, and again when they run', () => {
  const x = arange(5);
  const [i, j] = [1, 3];
  expect(x.at(`${i}:${j}`).tolist()).toEqual([1, 2]);
  expect(x.at(slice(null, null, -2)).tolist()).toEqual([4, 2, 0]);
  // @ts-expect-error A word is no slice.
  expect(() => x.at('one')).toThrow('a slice cannot be read');
  // @ts-expect-error A slice has at most three parts.
  expect(() => x.at('1:2:3:4')).toThrow('a slice cannot be read');
  expect(() => x.at('0.5:')).toThrow('a slice cannot be read');
});
