import { ArgumentError, DataError } from '@isograd/device';
import { expect, test } from 'vitest';
import { checkLimits, fitLimits, makeScale } from './scale.ts';

test('maps values to pixels, also backwards and logarithmically', () => {
  expect([0, 5, 10].map(makeScale('linear', [0, 10], [100, 200]).pixel)).toEqual([100, 150, 200]);
  expect([0, 5, 10].map(makeScale('linear', [10, 0], [100, 200]).pixel)).toEqual([200, 150, 100]);
  expect([1, 10, 100, 0, -1].map(makeScale('log', [1, 100], [0, 10]).pixel)).toEqual([
    0,
    5,
    10,
    Number.NaN,
    Number.NaN,
  ]);
});

test.each([
  ['leaves 5 % on either side', 'linear', [0, 100], [], [-5, 105]],
  ['leaves 5 % of the decades', 'log', [1, 1e20], [], [0.1, 1e21]],
  ['skips what is not finite', 'linear', [Number.NaN, 0, 100, Infinity], [], [-5, 105]],
  ['skips what a logarithm does not have', 'log', [-5, 0, 1, 1e20], [], [0.1, 1e21]],
  ['ends at sticky edges', 'linear', [-0.5, 27.5], [-0.5, 27.5], [-0.5, 27.5]],
  ['widens a single value', 'linear', [10], [], [9.5, 10.5]],
  ['widens zero', 'linear', [0, 0], [], [-0.05, 0.05]],
  ['widens a single value by a decade', 'log', [10], [], [1, 100]],
  ['has limits without values', 'linear', [], [], [0, 1]],
  ['has positive limits without values', 'log', [Number.NaN], [], [1, 10]],
] as const)('%s', (_, name, values, sticky, limits) => {
  const fitted = fitLimits(name, [{ values, sticky }], 'y');
  fitted.forEach((limit, i) => expect(limit / (limits[i]! || 1)).toBeCloseTo(limits[i] === 0 ? 0 : 1, 12));
});

test('refuses a logarithmic axis without a value above 0', () => {
  expect(() => fitLimits('log', [{ values: [0, -3] }], 'y')).toThrow(DataError);
  expect(() => fitLimits('log', [{ values: [0, -3] }], 'y')).toThrow('got:      none, the lowest is -3');
});

test.each([
  [[1, 1], 'linear'],
  [[Number.NaN, 1], 'linear'],
  [[0, 1], 'log'],
  [[1], 'linear'],
] as const)('refuses limits %j on a %s axis', (limits, name) => {
  expect(() => checkLimits(limits, name, 'xlim')).toThrow(ArgumentError);
});
