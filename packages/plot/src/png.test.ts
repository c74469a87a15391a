import { crc32, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodePng, pngDataUri } from './png.ts';

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
}

function chunksOf(png: Uint8Array): Chunk[] {
  const bytes = Buffer.from(png);
  expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks: Chunk[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)));
    chunks.push({ name: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

test.each([
  ['RGB', 3, 2],
  ['RGBA', 4, 6],
])('encodes %s pixels', (_, bytes, colorType) => {
  const pixels = Uint8Array.from({ length: 5 * 3 * bytes }, (__, i) => i * 7);
  const [header, data, end] = chunksOf(encodePng({ width: 5, height: 3, pixels }));
  expect([...header!.data]).toEqual([0, 0, 0, 5, 0, 0, 0, 3, 8, colorType, 0, 0, 0]);
  const rows = inflateSync(data!.data);
  expect(
    Array.from({ length: 3 }, (__, y) => [...rows.subarray(y * (5 * bytes + 1), (y + 1) * (5 * bytes + 1))]),
  ).toEqual(Array.from({ length: 3 }, (__, y) => [0, ...pixels.subarray(y * 5 * bytes, (y + 1) * 5 * bytes)]));
  expect(end!.name).toBe('IEND');
});

test('encodes a palette with a transparent place', () => {
  const chunks = chunksOf(
    encodePng({
      width: 2,
      height: 1,
      pixels: new Uint8Array([0, 1]),
      palette: new Uint8Array([1, 2, 3, 4, 5, 6]),
      transparent: 1,
    }),
  );
  expect(chunks.map(({ name }) => name)).toEqual(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
  expect([...chunks[2]!.data]).toEqual([255, 0]);
});

test('writes large images as an address', () => {
  const pixels = Uint8Array.from({ length: 300 * 200 * 3 }, (_, i) => (i * i) >>> 5);
  const uri = pngDataUri({ width: 300, height: 200, pixels });
  const png = Buffer.from(uri.slice('data:image/png;base64,'.length), 'base64');
  expect(chunksOf(png)).toHaveLength(3);
});
