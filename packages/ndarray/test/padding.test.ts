import { describe, expect, test } from 'vitest';
import * as nd from '../src/index.ts';

const x = nd.array([1, 2, 4]);

// All expectations of this file: NumPy 2.4.6.
describe('pad', () => {
  test.each([
    ['edge', {}, [1, 1, 1, 2, 4, 4, 4, 4]],
    ['wrap', {}, [2, 4, 1, 2, 4, 1, 2, 4]],
    ['reflect', {}, [4, 2, 1, 2, 4, 2, 1, 2]],
    ['reflect', { reflectType: 'odd' }, [-2, 0, 1, 2, 4, 6, 7, 8]],
    ['symmetric', {}, [2, 1, 1, 2, 4, 4, 2, 1]],
    ['linear_ramp', { endValues: [0, 10] }, [0, 0, 1, 2, 4, 6, 8, 10]],
    ['maximum', {}, [4, 4, 1, 2, 4, 4, 4, 4]],
    ['minimum', { statLength: 2 }, [1, 1, 1, 2, 4, 2, 2, 2]],
    ['mean', {}, [2, 2, 1, 2, 4, 2, 2, 2]],
    ['median', { statLength: [1, 2] }, [1, 1, 1, 2, 4, 3, 3, 3]],
    ['constant', { constantValues: [7, 9] }, [7, 7, 1, 2, 4, 9, 9, 9]],
  ] as const)('%s %o', (mode, options, want) => {
    const y = nd.pad(x, [2, 3], mode, options);
    expect([y.dtype, y.tolist()]).toEqual(['int64', want]);
    expect(nd.pad(x, [2, 3], { mode, ...options }).tolist()).toEqual(want);
  });

  test('corners have the constant of their last axis', () => {
    expect(
      nd
        .pad(nd.zeros([1, 1]), 1, {
          constantValues: [
            [1, 2],
            [3, 4],
          ],
        })
        .tolist(),
    ).toEqual([
      [3, 1, 4],
      [3, 0, 4],
      [3, 2, 4],
    ]);
  });

  test('axes by number, and a function that writes the margins', () => {
    expect(nd.pad(nd.ones([1, 2]), { [-1]: [1, 0] }).tolist()).toEqual([[0, 1, 1]]);
    const ten = nd.pad(x, [1, 2], (line, [before, after]) => {
      line.set([`:${before}`], 10);
      line.set([`${line.size - after}:`], 20);
    });
    expect(ten.tolist()).toEqual([10, 1, 2, 4, 20, 20]);
    expect(nd.pad(x, 1, 'empty').shape).toEqual([5]);
    expect(
      nd.pad(
        nd.zeros([0, 2]),
        [
          [0, 0],
          [1, 1],
        ],
        'edge',
      ).shape,
    ).toEqual([0, 4]);
  });

  test('refuses what does not fit', () => {
    expect(() => nd.pad(nd.zeros([0]), 1, 'edge')).toThrow(
      "can't extend empty axis 0 using modes other than 'constant' or 'empty'",
    );
    expect(() => nd.pad(x, 1, 'edge', { constantValues: 1 })).toThrow(
      "unsupported keyword arguments for mode 'edge': constantValues",
    );
    expect(() => nd.pad(x, 1, 'mirror' as 'edge')).toThrow("mode 'mirror' is not supported");
    expect(() => nd.pad(x, 1, 'maximum', { statLength: 0 })).toThrow('stat_length of 0 yields no value for padding');
    expect(() => nd.pad(x, { 1: 2 })).toThrow('axis 1 is out of bounds');
  });
});

describe('numbers in a range', () => {
  test('arange of every dtype', () => {
    expect(nd.arange(250, 260, 1, { dtype: 'uint8' }).tolist()).toEqual([250, 251, 252, 253, 254, 255, 0, 1, 2, 3]);
    expect(nd.arange(0, 1, 0.1, { dtype: 'float16' }).dtype).toBe('float16');
    expect(String(nd.arange(3, undefined, 1, { dtype: 'complex64' }))).toBe('[0.+0.j 1.+0.j 2.+0.j]');
    expect(nd.arange(2, undefined, 1, { dtype: 'bool' }).tolist()).toEqual([false, true]);
    expect(nd.arange(0, 3, 0.5, { dtype: 'int64' }).tolist()).toEqual([0, 0, 0, 0, 0, 0]);
    expect(() => nd.arange(3, undefined, 1, { dtype: 'bool' })).toThrow(
      'only supported for booleans when the result has at most length 2',
    );
    expect(() => nd.arange(-1, 2, 1, { dtype: 'uint8' })).toThrow('integer -1 out of bounds for uint8');
  });

  test('linspace, logspace, geomspace', () => {
    expect(nd.linspace(0, 1, 5, { retstep: true })[1]).toBe(0.25);
    expect(nd.linspace(0, 1, 1, { retstep: true })[1]).toBeNaN();
    expect(nd.linspace([0, 10], 20, 3, { axis: -1 }).tolist()).toEqual([
      [0, 10, 20],
      [10, 15, 20],
    ]);
    expect(nd.linspace(nd.zeros([1], { dtype: 'float32' }), 1, 2).dtype).toBe('float32');
    expect(String(nd.linspace(nd.complex(0, 1), 1, 3))).toBe('[0. +1.j  0.5+0.5j 1. +0.j ]');
    expect(nd.logspace(0, 2, 3, { base: 2 }).tolist()).toEqual([1, 2, 4]);
    expect(nd.logspace(0, 2, 3, { base: nd.array([2, 3]), axis: -1 }).tolist()).toEqual([
      [1, 2, 4],
      [1, 3, 9],
    ]);
    expect(nd.logspace(0, 2, 3, { dtype: 'int32' }).dtype).toBe('int32');
    expect(nd.geomspace(-8, -1, 4).tolist()).toEqual([-8, -3.999999999999999, -1.9999999999999998, -1]);
    expect(nd.geomspace([1, 2], 16, 3).shape).toEqual([3, 2]);
    expect(() => nd.geomspace(0, 1)).toThrow('Geometric sequence cannot include zero');
  });
});

test('moveaxis takes lists', () => {
  expect(nd.moveaxis(nd.zeros([2, 3, 4]), [0, 1], [-1, -2]).shape).toEqual([4, 3, 2]);
});
