import { ArgumentError } from '@isograd/device';
import { expect, test } from 'vitest';
import { CYCLE, readColor } from './color.ts';

// Expected: matplotlib.colors.to_hex, matplotlib 3.11.2.
test.each([
  ['r', '#ff0000'],
  ['g', '#008000'],
  ['c', '#00bfbf'],
  ['k', '#000000'],
  ['tab:orange', '#ff7f0e'],
  ['SteelBlue', '#4682b4'],
  ['rebeccapurple', '#663399'],
  ['#0f8', '#00ff88'],
  ['#ABCDEF', '#abcdef'],
  ['0.5', '#808080'],
  ['.25', '#404040'],
  ['1', '#ffffff'],
  [[0.2, 0.4, 1], '#3366ff'],
])('reads %s', (color, hex) => {
  expect(readColor(color, 'test')).toEqual({ color: hex, opacity: 1 });
});

test('reads opacity and the cycle', () => {
  expect(readColor('#11223380', 'test')).toEqual({ color: '#112233', opacity: 128 / 255 });
  expect(readColor([1, 0, 0, 0.2], 'test')).toEqual({ color: '#ff0000', opacity: 0.2 });
  expect(readColor('C0', 'test').color).toBe(CYCLE[0]);
  expect(readColor('C9', 'test').color).toBe(CYCLE[1]);
});

test.each([
  'redd',
  '',
  '#12',
  '#12345',
  'C10',
  '1.5',
  '-0.5',
  'tab:nothing',
  'constructor',
  [1, 2, 3],
  [0, 0],
  [0, 0, Number.NaN],
])('refuses %j', (color) => {
  expect(() => readColor(color, 'plot')).toThrow(ArgumentError);
});
