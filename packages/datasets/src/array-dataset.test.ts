import { ArgumentError, IndexError, ShapeError } from '@isograd/device';
import { array, type NDArray } from '@isograd/ndarray';
import { describe, expect, test } from 'vitest';
import { ArrayDataset } from './array-dataset.ts';

describe('ArrayDataset', () => {
  test('keeps arrays and typed arrays as they are', () => {
    const x = array([
      [1, 2],
      [3, 4],
    ]);
    const memory = new Float32Array([5, 6]);
    const data = new ArrayDataset(x, memory);
    expect(data.arrays[0]).toBe(x);
    memory[1] = 7;
    expect(data.at(1)[1].item()).toBe(7);
    expect(data.at(1)[1].dtype).toBe('float32');
  });

  test('gives samples as views, from the end too', () => {
    const x = array([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const data = new ArrayDataset(x, [0, 1, 2]);
    const [row, label] = data.at(-1);
    expect([row.tolist(), label.tolist()]).toEqual([[5, 6], 2]);
    x.storage.memory[4] = 9n;
    expect(row.tolist()).toEqual([9, 6]);
  });

  test('takes copies', () => {
    const data = new ArrayDataset(
      array([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    );
    const [taken] = data.take([2, 0, -2, 2]);
    expect(taken.tolist()).toEqual([
      [5, 6],
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    taken.storage.memory[0] = 0n;
    expect(data.at(2)[0].tolist()).toEqual([5, 6]);
    expect(data.take([])[0].shape).toEqual([0, 2]);
  });

  test.each(['bool', 'uint8', 'int32', 'int64', 'float32', 'float64'] as const)('takes %s', (dtype) => {
    const [taken] = new ArrayDataset(
      array(
        [
          [0, 1],
          [1, 1],
        ],
        { dtype },
      ),
    ).take([1, 0]);
    expect(taken.dtype).toBe(dtype);
    expect(taken.tolist()).toEqual(
      array(
        [
          [1, 1],
          [0, 1],
        ],
        { dtype },
      ).tolist(),
    );
  });

  const wide = array(Float64Array.from({ length: 120 }, (_, i) => i)).reshape([4, 30]);
  const view = (shape: number[], strides: number[], offset = 0): NDArray => wide.viewAs({ shape, strides, offset });
  test.each([
    ['a transposed array', view([30, 4], [1, 30]), [2, 0]],
    ['every second row', view([2, 30], [60, 1]), [1, 0]],
    ['rows from the end', view([4, 30], [-30, 1], 90), [0, 3]],
    ['a part of each row', view([4, 5], [30, 4], 3), [3, 1]],
    ['one part for all rows', view([4, 3], [0, 1], 7), [3, 1]],
    ['later rows', view([3, 30], [30, 1], 30), [2, 0]],
    ['an array of one axis', view([4], [30], 5), [3, 2]],
  ])('takes from %s', (_, x, indices) => {
    const [taken] = new ArrayDataset(x).take(indices);
    const rows = x.tolist() as unknown[];
    expect(taken.tolist()).toEqual(indices.map((i) => rows[i]));
    expect(new ArrayDataset(x).at(indices[0]!)[0].tolist()).toEqual(rows[indices[0]!]);
  });

  test.each([
    ['no array', () => new ArrayDataset(), ArgumentError, 'there is no array'],
    ['different lengths', () => new ArrayDataset([[1], [2]], [1, 2, 3]), ShapeError, '[2, 1], [3]'],
    ['an array without axes', () => new ArrayDataset(array(3)), ShapeError, 'got:      []'],
    ['an index past the end', () => new ArrayDataset([1, 2]).at(2), IndexError, 'index 2'],
    ['an index before the start', () => new ArrayDataset([1, 2]).take([0, -3]), IndexError, 'index -3'],
    [
      'an index that is not whole',
      () => new ArrayDataset([1, 2]).at(0.5),
      IndexError,
      'expected: an integer from -2 to 1',
    ],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
