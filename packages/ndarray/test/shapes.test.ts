import { describe, expect, test } from 'vitest';
import * as nd from '../src/index.ts';

// All expectations of this file: NumPy 2.4.6.
describe('shapes', () => {
  test('of lists, numbers and arrays', () => {
    expect([nd.ndim([[1]]), nd.ndim(3), nd.shape([[1, 2]]), nd.size([[1, 2]]), nd.size([[1, 2]], 0)]).toEqual([
      2,
      0,
      [1, 2],
      2,
      1,
    ]);
    expect(nd.size(nd.zeros([2, 3, 4]), [0, -1])).toBe(8);
    expect(() => nd.size([1], 1)).toThrow('axis 1 is out of bounds');
    expect(() => nd.ndim(null as unknown as number)).toThrow('not an array');
  });

  test('what can be walked', () => {
    expect([[1], 'a', nd.zeros([1]), nd.array(1), 1, null, undefined].map(nd.iterable)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('several arrays give a list', () => {
    expect(nd.atleast3d(nd.zeros([2]), 5).map((x) => x.shape)).toEqual([
      [1, 2, 1],
      [1, 1, 1],
    ]);
  });

  test('equality after broadcasting', () => {
    expect(
      nd.arrayEquiv(
        [1, 2],
        [
          [1, 2],
          [1, 2],
        ],
      ),
    ).toBe(true);
    expect(
      nd.arrayEquiv(
        [1, 2],
        [
          [1, 2],
          [1, 3],
        ],
      ),
    ).toBe(false);
    expect(nd.arrayEquiv([1, 2], [1, 2, 3])).toBe(false);
    expect(nd.arrayEquiv([NaN], [NaN])).toBe(false);
  });

  test('memory that overlaps', () => {
    const x = nd.arange(12).reshape(3, 4);
    expect([
      nd.mayShareMemory(x.at(':', '::2'), x.at(':', '1::2')),
      nd.sharesMemory(x.at(':', '::2'), x.at(':', '1::2')),
    ]).toEqual([true, false]);
    expect([nd.sharesMemory(x, x.T), nd.sharesMemory(x, x.copy()), nd.mayShareMemory(x.at('0:0'), x)]).toEqual([
      true,
      false,
      false,
    ]);
    const bytes = new Uint8Array(8);
    expect(nd.sharesMemory(nd.array(bytes), nd.array(new Float32Array(bytes.buffer)))).toBe(true);
  });
});

describe('conversions', () => {
  test('orders of memory', () => {
    const x = nd.arange(6).reshape(2, 3);
    expect(nd.asfortranarray(x).strides).toEqual([1, 2]);
    expect(nd.asfortranarray(x.T).storage).toBe(x.storage);
    expect(nd.ascontiguousarray(x.T).contiguous).toBe(true);
    expect(nd.ascontiguousarray(x)).toBe(x);
    expect(nd.ascontiguousarray(5).shape).toEqual([1]);
  });

  test('requirements', () => {
    const x = nd.arange(6).at('::2');
    expect(nd.require(x, { requirements: ['C', 'O'] }).memory.length).toBe(3);
    expect(nd.require(x, { requirements: 'F', dtype: 'float32' }).dtype).toBe('float32');
    expect(nd.require(nd.zeros([1]).broadcastTo([3]), { requirements: 'W' }).strides).toEqual([1]);
    expect(nd.require(x)).toBe(x);
    expect(() => nd.require(x, { requirements: ['C', 'F'] })).toThrow('Cannot specify both');
    expect(() => nd.require(x, { requirements: 'X' as 'C' })).toThrow('unknown requirement');
  });

  test('finite numbers only, iterables, empty arrays', () => {
    expect(nd.asarrayChkfinite([1, 2]).tolist()).toEqual([1, 2]);
    expect(() => nd.asarrayChkfinite([1, Infinity])).toThrow('array must not contain infs or NaNs');
    expect(nd.asanyarray([1], { dtype: 'float32' }).dtype).toBe('float32');
    expect(nd.fromiter(new Set([1, 2.5])).tolist()).toEqual([1, 2.5]);
    expect(nd.fromiter([1, 2, 3], { count: 2, dtype: 'int8' }).tolist()).toEqual([1, 2]);
    expect(() => nd.fromiter([1], { count: 2 })).toThrow(
      'iterator too short: Expected 2 but iterator had only 1 items',
    );
    expect(nd.emptyLike(nd.zeros([2], { dtype: 'int8' }), { shape: [3] })).toMatchObject({ shape: [3], dtype: 'int8' });
  });
});
