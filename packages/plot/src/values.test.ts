import { DataError, ShapeError } from '@isograd/device';
import { expect, test } from 'vitest';
import { readValues, readVector } from './values.ts';

test.each([
  ['a list', [1, 2.5], [2]],
  ['nested lists', [[1], [2.5]], [2, 1]],
  ['a typed array', new Float32Array([1, 2.5]), [2]],
  ['lists of typed arrays', [new Float64Array([1, 2.5])], [1, 2]],
  ['an array with a shape', { shape: [2, 1, 1], data: new Float32Array([1, 2.5]) }, [2, 1, 1]],
])('reads %s', (_, values, shape) => {
  expect(readValues(values, 'test')).toEqual({ shape, data: new Float64Array([1, 2.5]) });
});

test('reads whole numbers of 64 bits and missing values', () => {
  expect([...readVector([1n, 2n], 'test')]).toEqual([1, 2]);
  expect([...readVector([Number.NaN, Infinity], 'test')]).toEqual([Number.NaN, Infinity]);
});

test.each([
  ['nothing', [], DataError, 'there is nothing to draw\n  got:      shape [0]'],
  ['an empty array', { shape: [0, 3], data: [] }, DataError, 'shape [0, 3]'],
  ['texts', ['a', 'b'], DataError, "a value is not a number\n  got:      'a'"],
  ['null', null, DataError, 'the values cannot be read'],
  ['ragged lists', [[1, 2], [3]], ShapeError, 'got:      1 items\n  expected: 2 items at depth 1'],
  ['lists and numbers mixed', [[1, 2], 3], ShapeError, 'differ in length\n  got:      3'],
  ['numbers and lists mixed', [1, [2, 3]], DataError, 'a value is not a number\n  got:      a list of 2'],
  [
    'a shape that does not fit',
    { shape: [2, 2], data: [1, 2, 3] },
    ShapeError,
    'got:      3 values\n  expected: 4 for [2, 2]',
  ],
])('refuses %s', (_, values, type, message) => {
  expect(() => readValues(values as never, 'plot')).toThrow(type);
  expect(() => readValues(values as never, 'plot')).toThrow(message);
});

test('refuses a matrix where a list is meant', () => {
  expect(() =>
    readVector(
      [
        [1, 2],
        [3, 4],
      ],
      'scatter',
    ),
  ).toThrow(ShapeError);
  expect([...readVector([[1, 2]], 'scatter')]).toEqual([1, 2]);
});
