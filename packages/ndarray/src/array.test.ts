import { expect, test } from 'vitest';
import { add, array, NDArray, ones, zeros } from './index.ts';

test('views share memory, operations broadcast and promote', () => {
  const x = array([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(x.add(array([10, 20])).tolist()).toEqual([
    [11, 22],
    [13, 24],
    [15, 26],
  ]);
  expect(x.T.shape).toEqual([2, 3]);
  expect(x.T.reshape(-1).tolist()).toEqual([1, 3, 5, 2, 4, 6]);
  expect(x.matmul(array([[10], [20]])).tolist()).toEqual([[50], [110], [170]]);
  expect(x.mul(0.5).dtype).toBe('float64');
  expect(x.mul(2).dtype).toBe('int64');
  expect(array(new Float32Array(2)).add(0.5).dtype).toBe('float32');
  expect(x.rsub(1).sum().item()).toBe(-15);
  expect(x.sum(0).tolist()).toEqual([9, 12]);
  expect(x.sum({ axis: 1, keepdims: true }).tolist()).toEqual([[3], [7], [11]]);
  expect(ones([2, 3]).sigmoid()).toBeInstanceOf(NDArray);
  const out = zeros([2]);
  expect(add(out, 3, { out })).toBe(out);
  expect(out.tolist()).toEqual([3, 3]);
  expect(() => x.add(array([1, 2, 3]))).toThrow('could not be broadcast');
});
