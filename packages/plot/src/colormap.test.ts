import { ArgumentError } from '@isograd/device';
import { expect, test } from 'vitest';
import golden from '../test/goldens/colormaps.json' with { type: 'json' };
import { colormap } from './colormap.ts';

test.each(Object.entries(golden.rgb))(`%s has the colours of matplotlib ${golden.matplotlib}`, (name, base64) => {
  const expected = Uint8Array.from(Buffer.from(base64, 'base64'));
  const ours = colormap(name, 'test');
  expect(ours).toHaveLength(768);
  // matplotlib truncates channels to bytes where we round: level 1 of its gray is 0. Maps given in full leave nothing to round.
  const rounded = /^(RdBu|gray|binary)/.test(name) ? [0, 1] : [0];
  ours.forEach((byte, i) => expect(rounded).toContain(byte - expected[i]!));
});

test('refuses a map that is not there', () => {
  expect(() => colormap('jet', 'imshow')).toThrow(ArgumentError);
  expect(() => colormap('toString', 'imshow')).toThrow("imshow: unknown colormap\n  got:      'toString'\n  expected: one of viridis, magma");
});
