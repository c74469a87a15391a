import { ArgumentError } from '@isograd/device';
import { TABLES } from './colormap-tables.ts';

/** Number of colours of a map. */
export const LEVELS = 256;

const built = new Map<string, Uint8Array>();

/**
 * The 256 colours of a map as RGB bytes; a name that ends in `_r` runs backwards.
 *
 * The colours are matplotlib's: `gray`, `binary`, `viridis`, `magma`, `inferno`, `plasma`, `RdBu`.
 *
 * @throws ArgumentError when there is no such map.
 * @example
 * colormap('gray', 'imshow').slice(0, 6) // => Uint8Array(6) [ 0, 0, 0, 1, 1, 1 ]
 * colormap('gray_r', 'imshow')[0] // => 255
 */
export function colormap(name: string, where: string): Uint8Array {
  const known = built.get(name);
  if (known !== undefined) return known;
  const base = name.endsWith('_r') ? name.slice(0, -2) : name;
  const table = Object.hasOwn(TABLES, base) ? TABLES[base] : undefined;
  if (table === undefined) {
    throw new ArgumentError({
      where,
      what: 'unknown colormap',
      got: `'${name}'`,
      expected: `one of ${Object.keys(TABLES).join(', ')}, or one of them with _r`,
    });
  }
  const colors = interpolated(Uint8Array.from(atob(table), (char) => char.charCodeAt(0)));
  const rgb = base === name ? colors : reversed(colors);
  built.set(name, rgb);
  return rgb;
}

function interpolated(anchors: Uint8Array): Uint8Array {
  const last = anchors.length / 3 - 1;
  const rgb = new Uint8Array(LEVELS * 3);
  for (let level = 0; level < LEVELS; level++) {
    const place = (level * last) / (LEVELS - 1);
    const left = Math.min(Math.floor(place), last - 1);
    for (let channel = 0; channel < 3; channel++) {
      const from = anchors[left * 3 + channel]!;
      const to = anchors[left * 3 + 3 + channel]!;
      rgb[level * 3 + channel] = Math.round(from + (to - from) * (place - left));
    }
  }
  return rgb;
}

function reversed(rgb: Uint8Array): Uint8Array {
  return Uint8Array.from(rgb, (_, i) => rgb[(LEVELS - 1 - Math.floor(i / 3)) * 3 + (i % 3)]!);
}
