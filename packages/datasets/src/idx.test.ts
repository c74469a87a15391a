import { DataError } from '@isograd/device';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { IdxReader, parseIdx, readIdx } from './idx.ts';

const header = (code: number, ...shape: number[]): number[] => [
  0,
  0,
  code,
  shape.length,
  ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
];
const bytes = (...parts: (number | number[])[]): Uint8Array => new Uint8Array(parts.flat());
const images = bytes(header(8, 2, 2, 3), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

async function* inPieces(all: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

describe('parseIdx', () => {
  test('reads shape and elements', () => {
    expect(parseIdx(images)).toEqual({
      dtype: 'uint8',
      shape: [2, 2, 3],
      data: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    });
  });

  test.each([
    ['int32', 0x0c, [0xff, 0xff, 0xff, 0xfe, 0, 1, 0, 0], [-2, 65536]],
    ['float32', 0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], [1, -2.5]],
    ['float64', 0x0e, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0], [1, -2.5]],
  ])('reads big-endian %s', (dtype, code, body, values) => {
    const read = parseIdx(bytes(header(code, 2), body));
    expect(read.dtype).toBe(dtype);
    expect([...read.data]).toEqual(values);
  });

  test('takes an empty axis', () => {
    expect(parseIdx(bytes(header(8, 0, 28, 28)))).toMatchObject({ shape: [0, 28, 28], data: new Uint8Array(0) });
  });

  test.each([
    ['nothing at all', bytes(), {}, 'is truncated', '0 bytes', '4 bytes of header'],
    ['half a magic number', bytes(0, 0), {}, 'is truncated', '2 bytes', '4 bytes of header'],
    ['half a header', images.subarray(0, 9), {}, 'is truncated', '9 bytes', '16 bytes of header'],
    ['half a body', images.subarray(0, 20), {}, 'is truncated', '20 bytes', '28 bytes for shape [2, 2, 3] of uint8'],
    ['a byte too many', bytes([...images], 0), {}, 'holds more bytes', 'at least 29 bytes', '28 bytes for shape'],
    [
      'a corrupted magic number',
      bytes(1, [...images.subarray(1)]),
      {},
      'does not begin as an IDX file',
      'bytes 1, 0, 8, 3',
      '0, 0, a type code',
    ],
    [
      'an unknown type code',
      bytes(header(7, 1), 0),
      {},
      'does not begin as an IDX file',
      'bytes 0, 0, 7, 1',
      '8 (uint8)',
    ],
    ['no axis', bytes(0, 0, 8, 0, 5), {}, 'does not begin as an IDX file', 'bytes 0, 0, 8, 0', 'number of axes'],
    [
      'another length',
      images,
      { shape: [null, 28, 28] },
      'holds another array',
      'uint8 [2, 2, 3]',
      'uint8 [n, 28, 28]',
    ],
    ['another rank', images, { shape: [2] }, 'holds another array', 'uint8 [2, 2, 3]', 'uint8 [2]'],
    ['another dtype', images, { dtype: 'int32' as const }, 'holds another array', 'uint8 [2, 2, 3]', 'int32 [2, 2, 3]'],
    [
      'more than memory',
      bytes(header(8, 0xffffffff, 0xffffffff)),
      {},
      'announces more than fits',
      '18446744065119617000 bytes',
      'one buffer',
    ],
  ])('refuses %s', (_, data, options, what, got, expected) => {
    const read = (): unknown => parseIdx(data, { name: 'file', ...options });
    expect(read).toThrow(DataError);
    expect(read).toThrow(
      expect.objectContaining({
        what: expect.stringContaining(`file ${what}`),
        got: expect.stringContaining(got),
        expected: expect.stringContaining(expected),
      }),
    );
  });
});

describe('IdxReader', () => {
  test('refuses a wrong shape before the body arrives', () => {
    const reader = new IdxReader({ shape: [3, 2, 3] });
    expect(() => reader.push(images.subarray(0, 16))).toThrow(DataError);
  });
});

describe('readIdx', () => {
  test.each([1, 3, 7, 1000])('reads plain and gzipped chunks of %i bytes alike', async (size) => {
    const whole = parseIdx(images);
    expect(await readIdx(inPieces(images, size))).toEqual(whole);
    expect(await readIdx(inPieces(gzipSync(images), size))).toEqual(whole);
  });

  test('reads a web stream', async () => {
    expect(await readIdx(new Blob([new Uint8Array(gzipSync(images))]).stream())).toEqual(parseIdx(images));
  });

  test('refuses an empty source', async () => {
    await expect(readIdx(inPieces(bytes(), 1))).rejects.toThrow(DataError);
  });

  const packed = gzipSync(images);
  const damaged = packed.slice();
  damaged[damaged.length - 6]! ^= 1;
  const scrambled = packed.slice();
  scrambled[10] = 0xff;
  test.each([
    ['a truncated gzip file', packed.subarray(0, -9)],
    ['a gzip file without its trailer', packed.subarray(0, -8)],
    ['a gzip header alone', packed.subarray(0, 10)],
    ['a gzip file with a wrong checksum', damaged],
    ['a gzip file that cannot be decoded', scrambled],
  ])('refuses %s', async (_, data) => {
    const reading = readIdx(data, { name: 'train.gz' });
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toMatchObject({ where: 'gunzip', what: 'train.gz is not a whole gzip file' });
  });

  test('refuses extra bytes inside the gzip data', async () => {
    await expect(readIdx(gzipSync(bytes([...images], 1, 2)))).rejects.toThrow('holds more bytes than its header says');
  });

  test('stops reading a source that goes on without end', async () => {
    let chunks = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield images;
      for (;;) {
        chunks++;
        yield new Uint8Array(64);
      }
    }
    await expect(readIdx(endless())).rejects.toThrow('holds more bytes');
    expect(chunks).toBe(1);
  });

  test("passes on the source's own error", async () => {
    const lost = new Error('connection lost');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield packed.subarray(0, 12);
      throw lost;
    }
    await expect(readIdx(failing())).rejects.toBe(lost);
  });
});
