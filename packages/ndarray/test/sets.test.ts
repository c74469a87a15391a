import { DTYPES } from '@isograd/device';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as nd from '../src/index.ts';

// All expectations of this file: NumPy 2.4.6.
describe('unique', () => {
  test('the functions of the array API count every NaN', () => {
    const x = nd.array([NaN, NaN, 1]);
    const { values, indices, inverseIndices, counts } = nd.uniqueAll(x);
    expect([values, indices, inverseIndices, counts].map((y) => y.tolist())).toEqual([
      [1, NaN, NaN],
      [2, 0, 1],
      [1, 2, 0],
      [1, 1, 1],
    ]);
    expect(nd.uniqueValues(x).tolist()).toEqual([1, NaN, NaN]);
    expect(
      nd
        .uniqueCounts([
          [3, 1],
          [2, 1],
        ])
        .counts.tolist(),
    ).toEqual([2, 1, 1]);
    expect(
      nd
        .uniqueInverse([
          [3, 1],
          [2, 1],
        ])
        .inverseIndices.tolist(),
    ).toEqual([
      [2, 0],
      [1, 0],
    ]);
  });

  test('NaN is one value unless told otherwise; complex NaN too', () => {
    expect(nd.unique([3, NaN, 1, NaN]).tolist()).toEqual([1, 3, NaN]);
    expect(nd.unique([3, NaN, 1, NaN], { equalNan: false }).tolist()).toEqual([1, 3, NaN, NaN]);
    const z = nd.array([nd.complex(1, 1), nd.complex(NaN, 0), nd.complex(0, NaN)]);
    expect(String(nd.unique(z))).toBe('[ 1.+1.j nan+0.j]');
    expect(nd.unique(z, { returnCounts: true })[1]!.tolist()).toEqual([1, 2]);
  });

  test('int64 beyond 2**53 stays exact', () => {
    const x = nd.array([2n ** 60n, 2n ** 60n + 1n, 2n ** 60n]);
    expect(nd.unique(x).tolist()).toEqual([2n ** 60n, 2n ** 60n + 1n]);
    expect(nd.isin(x, [2n ** 60n + 1n]).tolist()).toEqual([false, true, false]);
    expect(nd.searchsorted(x.at('0:2'), [2n ** 60n + 1n]).tolist()).toEqual([1]);
  });

  test('a value of every dtype comes back as often as it is there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 })),
        fc.constantFrom(...Object.values(DTYPES)),
        (list, { name }) => {
          const x = nd.array(list).astype(name);
          const [values, inverse, counts] = nd.unique(x, { returnInverse: true, returnCounts: true });
          expect(nd.arrayEqual(values!.take(inverse!), x)).toBe(true);
          expect(counts!.sum().item()).toBe(list.length);
          expect(nd.arrayEqual(nd.unique(x), values!)).toBe(true);
        },
      ),
    );
  });
});

test('sets', () => {
  expect(nd.intersect1d([3, 1, 1], [1, 3, 3], { returnIndices: true }).map((y) => y.tolist())).toEqual([
    [1, 3],
    [1, 0],
    [0, 1],
  ]);
  expect(nd.intersect1d([1, 1], [1, 2], { assumeUnique: true }).tolist()).toEqual([1, 1]);
  expect(nd.setdiff1d([3, 1, 2], [1], { assumeUnique: true }).tolist()).toEqual([3, 2]);
  expect(nd.setxor1d([1, NaN, 2], [NaN, 3]).tolist()).toEqual([1, 2, 3, NaN, NaN]);
  expect(nd.union1d([1, NaN], [NaN]).tolist()).toEqual([1, NaN]);
  expect(nd.isin([1, 2], [], { kind: 'sort' }).tolist()).toEqual([false, false]);
  expect(() => nd.isin([1], [1], { kind: 'hash' as 'sort' })).toThrow("Invalid kind: 'hash'");
});

describe('partition', () => {
  test('smaller elements stand before the k-th, larger ones behind', () => {
    const lists = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(NaN)), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(lists, fc.nat(), fc.constantFrom('float64' as const, 'float32' as const), (list, k, dtype) => {
        const x = nd.array(list, { dtype });
        const kth = k % list.length;
        const sorted = nd.sort(x);
        for (const y of [nd.partition(x, kth), x.take(nd.argpartition(x, kth))]) {
          expect(nd.sort(y).tolist()).toEqual(sorted.tolist());
          expect(y.get(kth)).toEqual(sorted.get(kth));
          expect(nd.sort(y.at(`:${kth}`)).tolist()).toEqual(sorted.at(`:${kth}`).tolist());
        }
      }),
    );
  });

  test('complex keys', () => {
    const z = nd.array([nd.complex(1, 2), nd.complex(1, 1), nd.complex(0, 5)]);
    expect(String(nd.partition(z, [0, 1, 2]))).toBe('[0.+5.j 1.+1.j 1.+2.j]');
    expect(nd.lexsort([z, [1, 0, 1]]).tolist()).toEqual([1, 2, 0]);
  });
});
