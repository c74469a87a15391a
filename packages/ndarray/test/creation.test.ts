import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allclose,
  arange,
  arrayEqual,
  array,
  asarray,
  broadcastShapes,
  empty,
  eye,
  full,
  fullLike,
  identity,
  linspace,
  type NDArray,
  onesLike,
  tri,
  zerosLike,
} from '../src/index.ts';

// All expectations of this file: NumPy 2.4.6.
test('arange', () => {
  expect(arange(0, 1, 0.1).tolist()).toEqual([
    0.0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6000000000000001, 0.7000000000000001, 0.8, 0.9,
  ]);
  expect(arange(-1, 1, 0.3).tolist()).toEqual([
    -1.0, -0.7, -0.3999999999999999, -0.09999999999999987, 0.20000000000000018, 0.5000000000000002, 0.8000000000000003,
  ]);
  expect(arange(0, 1, 0.1, { dtype: 'float32' }).tolist()).toEqual([
    0.0, 0.10000000149011612, 0.20000000298023224, 0.30000001192092896, 0.4000000059604645, 0.5, 0.6000000238418579,
    0.699999988079071, 0.800000011920929, 0.9000000357627869,
  ]);
  expect(arange(2, -3, -1).tolist()).toEqual([2, 1, 0, -1, -2]);
  expect(arange(10, 0, -2.5).tolist()).toEqual([10, 7.5, 5, 2.5]);
  expect(
    [arange(5), arange(0.5, 4), arange(3, 0), arange(3, undefined, 1, { dtype: 'uint8' })].map((x) => [
      x.dtype,
      x.size,
    ]),
  ).toEqual([
    ['int64', 5],
    ['float64', 4],
    ['int64', 0],
    ['uint8', 3],
  ]);
  expect(() => arange(0, 1, 0)).toThrow('the step is 0');
  expect(() => arange(0, Infinity)).toThrow('stop is not a finite number');
});

test('linspace', () => {
  expect(linspace(0, 1).get(13)).toBe(0.26530612244897955);
  expect(linspace(2, 3, 5, { endpoint: false }).tolist()).toEqual([2.0, 2.2, 2.4, 2.6, 2.8]);
  expect(linspace(0, 10, 7).tolist()).toEqual([
    0.0, 1.6666666666666667, 3.3333333333333335, 5.0, 6.666666666666667, 8.333333333333334, 10.0,
  ]);
  expect(linspace(1e-320, 1e-319, 4).tolist()).toEqual([1e-320, 4e-320, 7e-320, 1e-319]);
  expect([linspace(5, 5, 3), linspace(-1, 1, 1), linspace(0, 1, 0)].map((x) => x.tolist())).toEqual([
    [5, 5, 5],
    [-1],
    [],
  ]);
  expect(linspace(0, 10, 4, { dtype: 'int64' }).tolist()).toEqual([0, 3, 6, 10]);
  expect(linspace(1, -1, 6, { dtype: 'float32' }).tolist()).toEqual([
    1.0, 0.6000000238418579, 0.20000000298023224, -0.20000000298023224, -0.6000000238418579, -1.0,
  ]);
  expect(() => linspace(0, 1, 1.5)).toThrow('not a whole number from 0');
});

test('filled arrays and patterns', () => {
  expect(full([2], 7).dtype).toBe('int64');
  expect(full([2], 0.5).tolist()).toEqual([0.5, 0.5]);
  expect(full([], true).item()).toBe(true);
  expect(empty([2, 3], { dtype: 'int32' }).shape).toEqual([2, 3]);
  const x = array([[1, 2]], { dtype: 'int32' });
  expect([zerosLike(x), onesLike(x), fullLike(x, 5)].map((y) => [y.dtype, y.tolist()])).toEqual([
    ['int32', [[0, 0]]],
    ['int32', [[1, 1]]],
    ['int32', [[5, 5]]],
  ]);
  expect(eye(2, { M: 3, k: 1 }).tolist()).toEqual([
    [0, 1, 0],
    [0, 0, 1],
  ]);
  expect(identity(2, { dtype: 'bool' }).tolist()).toEqual([
    [true, false],
    [false, true],
  ]);
  expect(tri(2, { M: 3, k: 1 }).tolist()).toEqual([
    [1, 1, 0],
    [1, 1, 1],
  ]);
  expect(() => eye(-1)).toThrow('not a shape');
});

test('array reads lists, numbers, typed arrays and arrays', () => {
  expect(
    array([
      [1, 2],
      [3, 4],
    ]).shape,
  ).toEqual([2, 2]);
  expect(array([[], []]).shape).toEqual([2, 0]);
  expect([array(1), array(1.5), array(true), array([true, 2]), array([]), array([1n])].map((x) => x.dtype)).toEqual([
    'int64',
    'float64',
    'bool',
    'int64',
    'float64',
    'int64',
  ]);
  const memory = new Float32Array([1, 2]);
  array(memory).set([0], 5);
  expect(memory[0]).toBe(5);
  const x = array([1, 2]);
  expect(asarray(x)).toBe(x);
  expect(asarray(x, { dtype: 'float32' }).dtype).toBe('float32');
  array(x).set([0], 9);
  expect(x.tolist()).toEqual([1, 2]);
  expect(array(new Uint8Array([0, 1]), { dtype: 'bool' }).tolist()).toEqual([false, true]);
  expect(() => array([[1, 2], [3]])).toThrow('no common shape');
  expect(() => array(['1'] as unknown as number[])).toThrow('not a number');
  expect(() => array([NaN], { dtype: 'int64' })).toThrow('cannot convert to an integer');
  expect(() => array([1], { dtype: 'float128' as 'float32' })).toThrow('unknown dtype');
});

test('iteration, lists and numbers', () => {
  expect(
    [
      ...array([
        [1, 2],
        [3, 4],
      ]),
    ].map((row) => row.tolist()),
  ).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(() => [...array(1)]).toThrow('0-d array has no axis');
  expect(() => array([1, 2]).item()).toThrow('only an array of one element');
  expect(Number(array([[3]]))).toBe(3);
  expect(array([[], []]).tolist()).toEqual([[], []]);
  expect(array([2n ** 60n, 1n]).tolist()).toEqual([2n ** 60n, 1]);
});

test('bare numbers take the dtype of the array, and are refused where it does not hold them', () => {
  const x = array([1, 2], { dtype: 'uint8' });
  expect([x.add(1), x.add(0.5), x.mul(true)].map((y) => y.dtype)).toEqual(['uint8', 'float64', 'uint8']);
  expect(() => x.add(300)).toThrow('integer 300 out of bounds for uint8');
  expect(x.lt(300).tolist()).toEqual([true, true]);
  expect(x.gt(-1).tolist()).toEqual([true, true]);
  expect(array([1, 2]).div(2).dtype).toBe('float64');
  expect(x.div(x).dtype).toBe('float64');
  expect(array([1], { dtype: 'float32' }).mul(2n ** 40n).dtype).toBe('float32');
  expect(
    array([1])
      .add(2n ** 60n)
      .item(),
  ).toBe(2n ** 60n + 1n);
});

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

test('broadcasting: each axis is the one that is not 1, and values repeat', () => {
  fc.assert(
    fc.property(shapes, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.nat(4), (shape, ones, dropped) => {
      const small = shape.map((n, d) => (ones[d] ? 1 : n)).slice(Math.min(dropped, shape.length));
      expect(broadcastShapes(shape, small)).toEqual(broadcastShapes(small, shape));
      const x = arange(small.reduce((a, b) => a * b, 1)).reshape(small);
      const wide = broadcastShapes(shape, small);
      const y = x.broadcastTo(wide);
      expect(y.add(array(0)).tolist()).toEqual(
        x
          .add(
            arange(wide.reduce((a, b) => a * b, 1))
              .reshape(wide)
              .mul(0),
          )
          .tolist(),
      );
    }),
  );
});

test('reshape keeps the order of elements, whatever the layout', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      fc.integer(),
      (shape, seed) => {
        const size = shape.reduce((a, b) => a * b, 1);
        const order = shape.map((_, d) => d).sort((a, b) => Math.sin(seed + a) - Math.sin(seed + b));
        const x = arange(size).reshape(shape).transpose(order);
        const flat = x.copy().data;
        const merged = x.shape.length > 1 ? [x.shape[0]! * x.shape[1]!, ...x.shape.slice(2)] : [1, size];
        for (const to of [[size], merged, [...x.shape, 1], [-1]]) {
          const y: NDArray = x.reshape(to);
          expect(y.copy().data).toEqual(flat);
          expect(y.reshape(x.shape).tolist()).toEqual(x.tolist());
        }
      },
    ),
  );
});

test('closeness and equality', () => {
  const x = array([1, 2.5, NaN]);
  expect([allclose(x, x), allclose(x, x, { equalNan: true }), arrayEqual(x, x)]).toEqual([false, true, false]);
  expect(allclose(array([1, 2]), array([1, 2 + 1e-9]))).toBe(true);
  expect(arrayEqual(array([1, 2]), array([[1, 2]]))).toBe(false);
  expect(allclose(array([], { shape: [0] }), 1)).toBe(true);
  expect([x.itemsize, x.nbytes]).toEqual([8, 24]);
});
