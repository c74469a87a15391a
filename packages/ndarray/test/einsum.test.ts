import { expect, test } from 'vitest';
import {
  arange,
  array,
  einsum,
  einsumPath,
  type EinsumPath,
  type NDArray,
  ones,
  type Shape,
  zeros,
} from '../src/index.ts';
import { golden, thaw } from './linalg-matrices.ts';

/** The operands that `goldens/make-linalg.py` contracts. */
const operandsOf = (shapes: readonly Shape[]): NDArray[] =>
  shapes.map((shape, i) => {
    const size = shape.reduce((n, side) => n * side, 1);
    return arange(size)
      .multiply(7)
      .add(3 * i)
      .remainder(5)
      .subtract(2)
      .astype('float64')
      .reshape(shape);
  });

test.each(golden.contractions.map((c) => [c.subscripts, c] as const))(
  '%s: values, paths and report are those of NumPy',
  (subscripts, { shapes, y, paths }) => {
    const operands = operandsOf(shapes);
    const want = thaw(y);
    for (const { optimize, path, report } of paths) {
      const [found, text] = einsumPath(subscripts, ...operands, { optimize });
      expect(found).toEqual(path);
      if (report !== null) expect(text).toBe(report);
      for (const how of [optimize, found]) {
        const got = einsum(subscripts, ...operands, { optimize: how });
        expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape]);
        // NumPy adds products to 0, so that none of its zeros is negative.
        expect(got.add(0).tolist()).toEqual(want.add(0).tolist());
      }
    }
  },
);

test('labels as lists of numbers, with an ellipsis too', () => {
  const [a, b] = [arange(6).reshape(2, 3), arange(12).reshape(3, 4)];
  expect(einsum(a, [0, 1], b, [1, 2], [0, 2]).tolist()).toEqual(a.matmul(b).tolist());
  expect(einsum(a, ['...', 1], b, [1, 2]).tolist()).toEqual(a.matmul(b).tolist());
  expect(einsumPath(a, [0, 1], b, [1, 2])[0]).toEqual(['einsum_path', [0, 1]]);
});

test('axes of length 1 are stretched, ellipses broadcast', () => {
  expect(einsum('ij,jk', ones([2, 1]), ones([3, 4])).tolist()).toEqual(ones([2, 4]).multiply(3).tolist());
  expect(einsum('...,...', array([[1], [2]]), array([1, 10])).tolist()).toEqual([
    [1, 10],
    [2, 20],
  ]);
  expect(einsum('...ii->...i', arange(8).reshape(2, 2, 2)).tolist()).toEqual([
    [0, 3],
    [4, 7],
  ]);
});

test('dtypes stay: no wider sum, bools as or and and', () => {
  expect(einsum('i->', array([200, 100], { dtype: 'uint8' })).item()).toBe(44);
  expect(einsum('i->', array([true, true])).item()).toBe(true);
  expect(einsum('i,i', array([1, 2], { dtype: 'int32' }), array([3, 4], { dtype: 'int32' })).dtype).toBe('int32');
  expect(einsum('i,i', array([1, 2]), array([3, 4]), { dtype: 'float32' }).dtype).toBe('float32');
});

test('one operand is a view where it can be, out is filled and returned', () => {
  const x = zeros([2, 2]);
  einsum('ii->i', x).fill(1);
  expect(x.tolist()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  const out = zeros([2]);
  expect(einsum('ij->i', ones([2, 3]), { out })).toBe(out);
  expect(out.tolist()).toEqual([3, 3]);
});

test('refuses paths that it does not know or that leave operands over', () => {
  const x = ones([2, 2]);
  const half: EinsumPath = ['einsum_path', [0, 1]];
  expect(() => einsum('ij,jk,kl', x, x, x, { optimize: half })).toThrow('1 more operands has to be contracted');
  expect(() => einsum('ij,jk', x, x, { optimize: 'best' as 'greedy' })).toThrow('Did not understand the path');
  expect(() => einsum('->')).toThrow('No input operands');
  expect(() => einsum('i->i->i', x)).toThrow("only contain one '->'");
});
