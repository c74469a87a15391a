import { describe, expect, test } from 'vitest';
import * as nd from '../src/index.ts';

// All expectations of this file: NumPy 2.4.6.
describe('grids of ranges', () => {
  test('mgrid and ogrid', () => {
    expect(nd.mgrid('0:5').tolist()).toEqual([0, 1, 2, 3, 4]);
    expect(nd.mgrid('-1:1:5j').tolist()).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(nd.mgrid('0:2', '0:1:0.5')).toMatchObject({ shape: [2, 2, 2], dtype: 'float64' });
    expect(nd.mgrid('0:2', ':3').dtype).toBe('int64');
    expect(nd.ogrid('0:2', '4:2:-1').map((x) => x.tolist())).toEqual([[[0], [1]], [[4, 3]]]);
    expect(nd.ogrid('1:3').tolist()).toEqual([1, 2]);
    expect(() => nd.mgrid('0:2', '3:1')).toThrow('negative dimensions are not allowed');
    expect(() => nd.mgrid('0:')).toThrow('a range cannot be read');
    expect(() => nd.mgrid('0:1:0')).toThrow('slice step cannot be zero');
  });

  test('fromfunction gets positions', () => {
    expect(nd.fromfunction((i, j) => i.mul(10).add(j), [2, 2]).tolist()).toEqual([
      [0, 1],
      [10, 11],
    ]);
    expect(nd.fromfunction((i) => i, [2], { dtype: 'int32' }).dtype).toBe('int32');
    expect(nd.indices([])).toMatchObject({ shape: [0], dtype: 'int64' });
  });
});

describe('r_ and c_', () => {
  test('join arrays, numbers and ranges', () => {
    expect(nd.r_('1:4', 0, [5, 6]).tolist()).toEqual([1, 2, 3, 0, 5, 6]);
    expect(nd.r_('-1:1:3j', 5).tolist()).toEqual([-1, 0, 1, 5]);
    expect(nd.r_(nd.array([1], { dtype: 'int8' }), 2).dtype).toBe('int8');
    expect(nd.r_('0,2', [1, 2], [3, 4]).tolist()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(nd.r_('0,2,0', [1, 2], [3]).tolist()).toEqual([[1], [2], [3]]);
    expect(nd.r_('1,2', '0:2', 7).tolist()).toEqual([[0, 1, 7]]);
    expect(nd.c_([1, 2], [3, 4]).tolist()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(nd.c_([[1, 2]], 0, 5).tolist()).toEqual([[1, 2, 0, 5]]);
    expect(() => nd.r_([1], '0,2')).toThrow('special directives must be the first entry');
    expect(() => nd.r_('matrix', [1])).toThrow('unknown special directive matrix');
    expect(() => nd.r_(nd.array([1], { dtype: 'uint8' }), -3)).toThrow('integer -3 out of bounds for uint8');
  });
});

test('index expressions are values', () => {
  const x = nd.arange(12).reshape(3, 4);
  expect(nd.s_('1:3')).toBe('1:3');
  expect(x.at(...nd.s_('1:', 0)).tolist()).toEqual([4, 8]);
  expect(x.at(...nd.indexExp('1:', 0)).tolist()).toEqual([4, 8]);
  expect(x.at(...nd.ix_([0, 2], [true, false, false, true])).tolist()).toEqual([
    [0, 3],
    [8, 11],
  ]);
  expect(nd.ix_([]).map((at) => [at.dtype, at.shape])).toEqual([['int64', [0]]]);
  expect(() => nd.ix_([[1]])).toThrow('Cross index must be 1 dimensional');
});

test('positions of triangles and diagonals', () => {
  const x = nd.arange(9).reshape(3, 3);
  expect(x.at(...nd.trilIndicesFrom(x, -1)).tolist()).toEqual([3, 6, 7]);
  expect(x.at(...nd.triuIndicesFrom(x)).tolist()).toEqual([0, 1, 2, 4, 5, 8]);
  expect(x.at(...nd.diagIndicesFrom(x)).tolist()).toEqual([0, 4, 8]);
  expect(nd.diagIndices(2, 3).length).toBe(3);
  expect(nd.maskIndices(3, nd.triu, 1).map((at) => at.tolist())).toEqual([
    [0, 0, 1],
    [1, 2, 2],
  ]);
  expect(() => nd.trilIndicesFrom(nd.zeros([2]))).toThrow('input array must be 2-d');
  expect(() => nd.diagIndicesFrom(nd.zeros([2]))).toThrow('input array must be at least 2-d');
  expect(() => nd.diagIndicesFrom(nd.zeros([2, 3]))).toThrow('All dimensions of input must be of equal length');
});
