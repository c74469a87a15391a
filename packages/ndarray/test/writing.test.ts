import { describe, expect, test } from 'vitest';
import * as nd from '../src/index.ts';
import type { NDArray } from '../src/index.ts';

/** What an array is after something wrote into it. */
function after(x: NDArray, write: (x: NDArray) => void): unknown {
  write(x);
  return x.tolist();
}

// All expectations of this file: NumPy 2.4.6.
describe('copyto', () => {
  test('casts by its rule, and writes where a mask says', () => {
    expect(after(nd.arange(4), (x) => nd.copyto(x, 9, { where: x.gt(2) }))).toEqual([0, 1, 2, 9]);
    expect(after(nd.arange(4), (x) => nd.copyto(x, [1.5, 2.5, 3.5, 4.5], { casting: 'unsafe' }))).toEqual([1, 2, 3, 4]);
    expect(after(nd.arange(4), (x) => nd.copyto(x, [[7, 7, 7, 7]]))).toEqual([7, 7, 7, 7]);
    expect(() => nd.copyto(nd.arange(4), 1.5)).toThrow(
      "Cannot cast scalar from dtype('float64') to dtype('int64') according to the rule 'same_kind'",
    );
    expect(() => nd.copyto(nd.arange(4), [1.5])).toThrow("Cannot cast array data from dtype('float64')");
    expect(() => nd.copyto(nd.arange(4), [1, 2])).toThrow(
      'could not broadcast input array from shape (2,) into shape (4,)',
    );
    expect(() => nd.copyto(nd.arange(4), 9, { where: nd.ones([2, 4]) })).toThrow('could not broadcast where mask');
    expect(() => nd.copyto(nd.zeros([1]).broadcastTo([2]), 1)).toThrow('cannot be written');
  });
});

describe('put, place, putmask', () => {
  test('put repeats values and takes positions by a mode', () => {
    expect(after(nd.arange(4), (x) => nd.put(x, [0, -1], [10.9, 20]))).toEqual([10, 1, 2, 20]);
    expect(after(nd.arange(4), (x) => nd.put(x, [0, -5], 9, { mode: 'wrap' }))).toEqual([9, 1, 2, 9]);
    expect(after(nd.arange(4), (x) => nd.put(x, [9, -5], [1, 2], { mode: 'clip' }))).toEqual([2, 1, 2, 1]);
    expect(after(nd.arange(4), (x) => nd.put(x, [0, 1], []))).toEqual([0, 1, 2, 3]);
    expect(after(nd.arange(6).reshape(2, 3).T, (x) => nd.put(x, [1], 9))).toEqual([
      [0, 9],
      [1, 4],
      [2, 5],
    ]);
    expect(() => nd.put(nd.arange(4), [5], 1)).toThrow('index 5 is out of bounds for axis 0 with size 4');
    expect(() => nd.put(nd.zeros([0]), [0], 1)).toThrow('cannot replace elements of an empty array');
    expect(() => nd.put(nd.arange(4), [0], 1, { mode: 'x' as 'wrap' })).toThrow(
      "clipmode must be one of 'clip', 'raise', or 'wrap'",
    );
    expect(() => nd.put(nd.arange(4), nd.array([0.5]), 1)).toThrow("according to the rule 'safe'");
  });

  test('place takes values in turn, putmask by position', () => {
    expect(after(nd.arange(5), (x) => nd.place(x, x.gt(1), [10, 20]))).toEqual([0, 1, 10, 20, 10]);
    expect(after(nd.arange(5), (x) => nd.putmask(x, x.gt(2), [10, 20]))).toEqual([0, 1, 2, 20, 10]);
    expect(after(nd.arange(3), (x) => nd.putmask(x, x.gt(0), 1.7))).toEqual([0, 1, 1]);
    expect(after(nd.arange(3), (x) => nd.putmask(x, x.gt(0), []))).toEqual([0, 1, 2]);
    expect(() => nd.place(nd.arange(3), [1, 0], [1])).toThrow('place: mask and data must be the same size');
    expect(() => nd.place(nd.arange(3), [1, 0, 0], [])).toThrow('Cannot insert from an empty array!');
    expect(() => nd.putmask(nd.arange(3), [1, 0, 0], nd.array([1.5]))).toThrow("according to the rule 'safe'");
  });

  test('complex elements have two numbers', () => {
    const x = nd.zeros([3], { dtype: 'complex64' });
    nd.put(x, [1], nd.array([nd.complex(1, 2)]));
    nd.place(x.at('::-1'), [true, false, false], [nd.complex(3, 4)]);
    expect(String(x)).toBe('[0.+0.j 1.+2.j 3.+4.j]');
  });
});

test('fillDiagonal', () => {
  const tall = (): NDArray => nd.zeros([5, 3], { dtype: 'int32' });
  expect(after(tall(), (x) => nd.fillDiagonal(x, 4))).toEqual([
    [4, 0, 0],
    [0, 4, 0],
    [0, 0, 4],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expect(after(tall(), (x) => nd.fillDiagonal(x, [1, 2], { wrap: true }))).toEqual([
    [1, 0, 0],
    [0, 2, 0],
    [0, 0, 1],
    [0, 0, 0],
    [2, 0, 0],
  ]);
  expect(after(nd.zeros([2, 2, 2]), (x) => nd.fillDiagonal(x, 1))).toEqual([
    [
      [1, 0],
      [0, 0],
    ],
    [
      [0, 0],
      [0, 1],
    ],
  ]);
  expect(() => nd.fillDiagonal(nd.zeros([2]), 1)).toThrow('array must be at least 2-d');
  expect(() => nd.fillDiagonal(nd.zeros([2, 3, 2]), 1)).toThrow('All dimensions of input must be of equal length');
});

test('take writes into out, by any mode', () => {
  const out = nd.zeros([2], { dtype: 'float64' });
  expect(nd.take(nd.array([1.5, 2.5]), [5, -9], null, { mode: 'clip', out })).toBe(out);
  expect(out.tolist()).toEqual([2.5, 1.5]);
  expect(nd.take(nd.arange(3), [true, false]).tolist()).toEqual([1, 0]);
  expect(nd.take(nd.array(5), [0, 0], 0).tolist()).toEqual([5, 5]);
  expect(() => nd.take(nd.arange(2), [0, 1], null, { out })).toThrow(
    "Cannot cast array data from dtype('float64') to dtype('int64')",
  );
  expect(() => nd.take(nd.ones([3]), [0], null, { out })).toThrow('output array does not match result of ndarray.take');
  expect(() => nd.take(nd.zeros([0]), [0], null, { mode: 'clip' })).toThrow(
    'cannot do a non-empty take from an empty axes',
  );
});

test('concatenate writes into out and casts', () => {
  const out = nd.zeros([3], { dtype: 'float32' });
  expect(nd.concatenate([[1, 2], [3]], 0, { out })).toBe(out);
  expect(out.tolist()).toEqual([1, 2, 3]);
  expect(nd.concatenate([nd.array([1.7])], 0, { dtype: 'int8', casting: 'unsafe' })).toMatchObject({ dtype: 'int8' });
  expect(nd.stack([nd.arange(2), nd.arange(2)], 0, { dtype: 'complex64' }).dtype).toBe('complex64');
  expect(nd.concatenate([nd.zeros([2, 1]), 5], null).tolist()).toEqual([0, 0, 5]);
  const x = nd.arange(4);
  nd.concatenate([x.at('2:'), x.at(':2')], 0, { out: x });
  expect(x.tolist()).toEqual([2, 3, 0, 1]);
  expect(() => nd.concatenate([[1]], 0, { out, dtype: 'int8' })).toThrow('only takes `out` or `dtype`');
  expect(() => nd.concatenate([[1]], 0, { out })).toThrow('Output array is the wrong shape');
  expect(() => nd.concatenate([[1.5]], 0, { out: nd.arange(1) })).toThrow(
    "Cannot cast array data from dtype('float64')",
  );
});
