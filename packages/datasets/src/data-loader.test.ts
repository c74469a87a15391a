import { ArgumentError, DataError } from '@isograd/device';
import { array, random, RandomState } from '@isograd/ndarray';
import { describe, expect, test } from 'vitest';
import { ArrayDataset } from './array-dataset.ts';
import { DataLoader } from './data-loader.ts';

const counting = (n: number, step = 1): Float64Array => Float64Array.from({ length: n }, (_, i) => i * step);
const ten = new ArrayDataset(counting(10));
const walk = (loader: DataLoader<readonly { tolist(): unknown }[]>): unknown[] => [...loader].map(([x]) => x!.tolist());

// numpy.random.RandomState(0).permutation(10), three times, NumPy 2.4.6.
const NUMPY = [
  [2, 8, 4, 9, 1, 6, 7, 3, 0, 5],
  [3, 5, 1, 2, 9, 8, 0, 6, 7, 4],
  [2, 3, 8, 4, 5, 1, 0, 6, 9, 7],
];

describe('DataLoader', () => {
  test('walks in order, again and again', () => {
    const loader = new DataLoader(ten, { batchSize: 4 });
    const epoch = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ];
    expect(loader.length).toBe(3);
    expect(walk(loader)).toEqual(epoch);
    expect(walk(loader)).toEqual(epoch);
  });

  test('leaves a smaller last batch out when asked', () => {
    const loader = new DataLoader(ten, { batchSize: 4, dropLast: true });
    expect(loader.length).toBe(2);
    expect(walk(loader)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
    expect(new DataLoader(ten, { batchSize: 5, dropLast: true })).toHaveLength(2);
    expect(walk(new DataLoader(ten, { batchSize: 11, dropLast: true }))).toEqual([]);
  });

  test('gives one sample at a time by default', () => {
    expect(walk(new DataLoader(ten)).slice(0, 2)).toEqual([[0], [1]]);
  });

  test("shuffles each epoch anew, as NumPy's permutation", () => {
    const loader = new DataLoader(ten, { batchSize: 10, shuffle: true, seed: 0 });
    expect(NUMPY.map(() => walk(loader)[0])).toEqual(NUMPY);
  });

  test('takes the generator it is given, and shares its state', () => {
    const generator = new RandomState(0);
    generator.permutation(10);
    expect(walk(new DataLoader(ten, { batchSize: 10, shuffle: true, generator }))).toEqual([NUMPY[1]]);
    expect(generator.permutation(10).tolist()).toEqual(NUMPY[2]);
  });

  test('follows the shared generator without a seed', () => {
    random.seed(0);
    expect(walk(new DataLoader(ten, { batchSize: 10, shuffle: true }))).toEqual([NUMPY[0]]);
  });

  test('takes orders of any kind of list', () => {
    const orders = [BigInt64Array.from([2n, 0n, 1n]), Int32Array.from([0, 2, 1]), [1, 2, 0]];
    const loader = new DataLoader(new ArrayDataset([10, 11, 12]), {
      batchSize: 3,
      shuffle: true,
      generator: { permutation: () => orders.shift()! },
    });
    expect([walk(loader), walk(loader), walk(loader)]).toEqual([[[12, 10, 11]], [[10, 12, 11]], [[11, 12, 10]]]);
  });

  test('has an order of its own for each of two loops side by side', () => {
    const loader = new DataLoader(ten, { batchSize: 5, shuffle: true, seed: 0 });
    const [first, second] = [loader[Symbol.iterator](), loader[Symbol.iterator]()];
    const items = [first, second, first, second].map((loop) =>
      (loop.next().value as readonly { tolist(): unknown }[])[0]!.tolist(),
    );
    expect(items).toEqual([NUMPY[0]!.slice(0, 5), NUMPY[1]!.slice(0, 5), NUMPY[0]!.slice(5), NUMPY[1]!.slice(5)]);
  });

  test('keeps samples of several arrays together', () => {
    const data = new ArrayDataset(array(counting(100), { shape: [50, 2] }), counting(50, 2));
    for (const [x, y] of new DataLoader(data, { batchSize: 8, shuffle: true, seed: 3 })) {
      expect(x.shape).toEqual([y.shape[0], 2]);
      expect((x.tolist() as number[][]).map(([left]) => left)).toEqual(y.tolist());
    }
  });

  test.each([
    ['a batch size of 0', () => new DataLoader(ten, { batchSize: 0 }), ArgumentError, 'got:      0'],
    ['half a sample', () => new DataLoader(ten, { batchSize: 2.5 }), ArgumentError, 'an integer from 1'],
    ['a dataset without samples', () => new DataLoader(new ArrayDataset([])), DataError, 'the dataset has no samples'],
    [
      'seed and generator',
      () => new DataLoader(ten, { shuffle: true, seed: 1, generator: new RandomState(1) }),
      ArgumentError,
      'two sources of order',
    ],
    ['a seed that is none', () => new DataLoader(ten, { shuffle: true, seed: -1 }), ArgumentError, '-1'],
    [
      'an order of another length',
      () => walk(new DataLoader(ten, { shuffle: true, generator: { permutation: () => [0, 1] } })),
      ArgumentError,
      'got:      2 indices',
    ],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
