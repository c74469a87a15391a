import { ArgumentError } from '@isograd/device';
import { expect, test } from 'vitest';
import golden from '../test/goldens/colormaps.json' with { type: 'json' };
import { colormap } from './colormap.ts';

test.each(Object.entries(golden.rgb))(`%s has the colours of matplotlib ${golden.matplotlib}`, (name, base64) => {
  const expected = Uint8Array.from(Buffer.from(base64, 'base64'));
  expect(colormap(name, 'test')).toEqual(expected);
});

test('refuses a map that is not there', () => {
  expect(() => colormap('jet', 'imshow')).toThrow(ArgumentError);
  expect(() => colormap('toString', 'imshow')).toThrow(
    "imshow: unknown colormap\n  got:      'toString'\n  expected: one of viridis, magma",
  );
});
