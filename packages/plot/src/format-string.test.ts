import { ArgumentError } from '@isograd/device';
import { expect, test } from 'vitest';
import { readFormat } from './format-string.ts';

// Expected: matplotlib.axes._base._process_plot_format, matplotlib 3.11.2.
test.each([
  ['', {}],
  ['x-', { marker: 'x', linestyle: '-' }],
  ['-', { linestyle: '-' }],
  ['r', { color: 'r' }],
  ['ro', { color: 'r', marker: 'o', linestyle: 'none' }],
  ['k--', { color: 'k', linestyle: '--' }],
  ['--k', { color: 'k', linestyle: '--' }],
  ['g-.', { color: 'g', linestyle: '-.' }],
  ['.-', { marker: '.', linestyle: '-' }],
  ['b.:', { color: 'b', marker: '.', linestyle: ':' }],
  ['C2s', { color: 'C2', marker: 's', linestyle: 'none' }],
  ['D', { marker: 'D', linestyle: 'none' }],
  ['^k:', { color: 'k', marker: '^', linestyle: ':' }],
  ['green', { color: 'green' }],
  ['#12ab34', { color: '#12ab34' }],
  ['tab:red', { color: 'tab:red' }],
])("reads '%s'", (text, parts) => {
  expect(readFormat(text, 'plot')).toEqual(parts);
});

test.each(['q', 'rr', 'x-o', '-:', 'C', 'rC1', 'greeen', '- '])("refuses '%s'", (text) => {
  expect(() => readFormat(text, 'plot')).toThrow(ArgumentError);
  expect(() => readFormat(text, 'plot')).toThrow(`plot: unknown format string\n  got:      '${text}'`);
});
