import { ArgumentError, DataError, ShapeError } from '@isograd/device';
import { beforeEach, expect, test } from 'vitest';
import * as plt from './index.ts';

beforeEach(() => void plt.figure());

test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
  ['no data', () => plt.plot([]), DataError, 'plot: there is nothing to draw'],
  ['a number', () => plt.plot(5 as never), DataError, 'the values cannot be read\n  got:      5'],
  ['nothing for y', () => plt.plot([1], null as never), DataError, 'got:      null'],
  ['x and y of different length', () => plt.plot([1, 2, 3], [1, 2]), ShapeError, 'got:      x [3], y [2]'],
  ['a format that is none', () => plt.plot([1], 'zz'), ArgumentError, "unknown format string\n  got:      'zz'"],
  ['a marker that is none', () => plt.plot([1], { marker: 'Q' }), ArgumentError, "unknown marker\n  got:      'Q'"],
  ['a style that is none', () => plt.plot([1], { linestyle: '=' as never }), ArgumentError, 'unknown line style'],
  [
    'a colour that is none',
    () => plt.plot([1], { color: 'bluee' }),
    ArgumentError,
    "unknown colour\n  got:      'bluee'",
  ],
  [
    'opacity above 1',
    () => plt.plot([1], { alpha: 2 }),
    ArgumentError,
    'alpha is out of range\n  got:      2\n  expected: a number from 0 to 1',
  ],
  ['labels that do not fit', () => plt.plot([[1, 2]], { label: ['one'] }), ArgumentError, 'got:      1 labels'],
  ['y with three axes', () => plt.plot({ shape: [1, 1, 1], data: [1] }), ShapeError, '[1, 1, 1]'],
  ['points of different number', () => plt.scatter([1, 2], [1]), ShapeError, 'x [2], y [1]'],
  ['sizes of another number', () => plt.scatter([1, 2], [1, 2], { s: [1, 2, 3] }), ShapeError, 's [3]'],
  [
    'a colormap that is none',
    () => plt.imshow([[1]], { cmap: 'jet' }),
    ArgumentError,
    "unknown colormap\n  got:      'jet'",
  ],
  ['a colormap that is none, set', () => plt.setCmap('jet'), ArgumentError, 'setCmap: unknown colormap'],
  ['a list as an image', () => plt.imshow([1, 2]), ShapeError, 'got:      [2]\n  expected: [height, width]'],
  [
    'channels first',
    () => plt.imshow({ shape: [3, 2, 2], data: new Float32Array(12) }),
    ShapeError,
    'move the channels to the end',
  ],
  ['colours out of range', () => plt.imshow([[[300, 0, 0]]]), DataError, 'got:      300'],
  ['an image of nothing but NaN', () => plt.imshow([[Number.NaN]]), DataError, 'no value is finite'],
  ['limits of colours in wrong order', () => plt.imshow([[1]], { vmin: 2, vmax: 1 }), ArgumentError, 'vmin 2, vmax 1'],
  ['heights of another number', () => plt.bar(['a', 'b'], [1]), ShapeError, 'x [2], heights [1]'],
  ['curves of another length', () => plt.fillBetween([1, 2], [1, 2], [1]), ShapeError, '[2], [2], [1]'],
  ['a line at NaN', () => plt.axhline(Number.NaN), ArgumentError, 'axhline: y is out of range'],
  ['a place outside of the grid', () => plt.subplot(2, 2, 5), ArgumentError, 'rows 2, cols 2, index 5'],
  ['a figure without size', () => plt.figure({ figsize: [0, 3] }), ArgumentError, 'figsize is no size'],
  ['a scale that is none', () => plt.yscale('symlog' as never), ArgumentError, "expected: 'linear' or 'log'"],
  ['logarithmic limits at 0', () => plt.yscale('log').ylim(0, 1), ArgumentError, 'two different numbers above 0'],
  ['a legend nowhere', () => plt.legend({ loc: 'top' as never }), ArgumentError, 'unknown place'],
  ['a colorbar without an image', () => plt.plot([1]).colorbar(), ArgumentError, 'there is no image with a colormap'],
  ['tick labels of another number', () => plt.xticks([1, 2], ['a']), ArgumentError, 'got:      1 labels'],
  ['a text aligned nowhere', () => plt.text(0, 0, 'a', { ha: 'middle' as never }), ArgumentError, "ha 'middle'"],
  [
    'nothing above 0 on a logarithmic axis',
    () => (plt.plot([0, -1]).yscale('log'), plt.gcf().toSvg()),
    DataError,
    'yscale: a logarithmic axis shows only values above 0',
  ],
])('refuses %s', (_, call, type, message) => {
  expect(call).toThrow(type);
  expect(call).toThrow(message);
});

test('a refused call leaves the figure as it was', () => {
  plt.plot([1, 2]);
  const before = plt.gcf().toSvg();
  expect(() => plt.plot([1, 2], [1])).toThrow(ShapeError);
  expect(() => plt.imshow([[1]], { cmap: 'jet' })).toThrow(ArgumentError);
  expect(plt.gcf().toSvg()).toBe(before);
});
