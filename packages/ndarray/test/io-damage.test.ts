import { DataError } from '@isograd/device';
import { deflateRawSync, inflateRawSync, constants } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  arange,
  array,
  fromJSON,
  fromNpy,
  fromNpz,
  linspace,
  load,
  type NDArray,
  NpzFile,
  toNpy,
  toNpz,
} from '../src/index.ts';
import { crc32 } from '../src/io/crc32.ts';
import { deflate } from '../src/io/deflate.ts';
import { inflate } from '../src/io/inflate.ts';
import { parseHeader } from '../src/io/npy-header.ts';

/** Runs a reader: its result, or the word `refused`; any error of another kind fails the test. */
function attempt<T>(read: () => T): T | 'refused' {
  try {
    return read();
  } catch (error) {
    if (error instanceof DataError) return 'refused';
    throw error;
  }
}

const flipped = (file: Uint8Array, at: number, mask: number): Uint8Array =>
  file.map((byte, i) => (i === at % file.length ? byte ^ mask : byte));

const textOf = (x: NDArray): string => `${x.dtype} ${x.shape.join()} ${String(x)}`;

const NPY = toNpy(arange(24).reshape(2, 3, 4));
const ARRAYS = { x: linspace(0, 1, 40), 'a/y': array([[true, false]]) };
const ARCHIVES = [toNpz(ARRAYS), toNpz(ARRAYS, { compressed: true })];

test('a cut .npy file is refused at every length', () => {
  for (let end = 0; end < NPY.length; end++) expect(attempt(() => load(NPY.subarray(0, end)))).toBe('refused');
});

test('property: a flipped bit in an .npy file is refused, or the array still fits the file', () => {
  fc.assert(
    fc.property(fc.nat(NPY.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const x = attempt(() => load(flipped(NPY, at, mask)));
      if (x === 'refused' || x instanceof NpzFile) return;
      expect(x.nbytes).toBeLessThanOrEqual(NPY.length - 64);
      expect(x.data.length).toBe(x.size * (x.dtype.startsWith('complex') ? 2 : 1));
      // elements carry no checksum; all else must be as it was
      if (at < 128) expect(at < 10 || x.size <= 192).toBe(true);
      else expect([x.dtype, x.shape]).toEqual(['int64', [2, 3, 4]]);
    }),
    { numRuns: 600 },
  );
});

test.each([0, 1])('property: a damaged archive is refused or gives the same arrays (%s)', (which) => {
  const file = ARCHIVES[which]!;
  const want = Object.values(ARRAYS).map(textOf);
  const read = (bytes: Uint8Array): unknown =>
    attempt(() => {
      const loaded = load(bytes);
      return loaded instanceof NpzFile ? [...loaded].map(([, x]) => textOf(x)) : textOf(loaded);
    });
  for (let end = 0; end < file.length; end += 7) expect(read(file.subarray(0, end))).toBe('refused');
  fc.assert(
    fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const got = read(flipped(file, at, mask));
      if (got !== 'refused') expect(got).toEqual(want);
    }),
    { numRuns: 400 },
  );
});

test('property: bytes that are no file are refused', () => {
  const heads = [[], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]];
  fc.assert(
    fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }), (head, rest) => {
      expect(attempt(() => load(Uint8Array.from([...head, ...rest])))).toBe('refused');
    }),
    { numRuns: 500 },
  );
});

test.each([
  '',
  '[1]',
  "{'descr': '<f8', 'shape': (1,)}",
  "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
  "{'descr': '<f8', 'fortran_order': False, 'shape': (3)}",
  "{'descr': '<f8', 'fortran_order': False, 'shape': [3]}",
  "{'descr': '<f8', 'fortran_order': False, 'shape': (2**3,)}",
  "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} + x",
  "{'descr': '<f8', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
  "{'descr': '<f8', 'fortran_order': False, 'shape': (__import__('os'),)}",
  `{'descr': '<f8', 'fortran_order': False, 'shape': ${'('.repeat(2000)}}`,
])('the header %s is refused', (text) => {
  expect(() => parseHeader(text)).toThrow(DataError);
});

test('a header of Python 2 is read, and keys in any order', () => {
  expect(parseHeader('{"shape": (2L, 3L), "fortran_order": True, "descr": ">i4"}  \n')).toEqual({
    dtype: 'int32',
    bigEndian: true,
    fortranOrder: true,
    shape: [2, 3],
  });
});

test.each([
  '(-1,)',
  '(4611686018427387904, 4)',
  '(0, 99999999999999999999)',
  '(0, 4294967296, 4294967296)',
  '(1000000,)',
])('a file of the shape %s is refused before memory is taken', (shape) => {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }\n`;
  const head = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0];
  const file = Uint8Array.from([...head, ...Buffer.from(header), ...new Uint8Array(64)]);
  expect(() => fromNpy(file)).toThrow(DataError);
});

test('names that lead out of an archive are refused, by the writer and by the reader', () => {
  for (const name of ['../x', '/x', 'a/../../x', 'a\\b', 'C:x'])
    expect(() => toNpz({ [name]: arange(2) })).toThrow('leads out of it');
  const file = toNpz({ 'ab/x': arange(2) });
  const evil = file.map((_, i) => (String.fromCharCode(file[i - 1] ?? 0, file[i]!) === 'ab' ? 0x2e : file[i]!));
  expect(() => fromNpz(evil.map((byte, i) => (evil[i + 1] === 0x2e && byte === 0x61 ? 0x2e : byte)))).toThrow(
    DataError,
  );
});

test('a stored size beyond the file, and one that the data cannot have', () => {
  const file = toNpz({ x: arange(1000) }, { compressed: true });
  const view = new DataView(file.buffer);
  const central = view.getUint32(file.length - 6, true);
  view.setUint32(central + 24, 0xfffffff0, true);
  view.setUint32(22, 0xfffffff0, true);
  expect(() => fromNpz(file).get('x')).toThrow('a size that the data cannot have');
  view.setUint32(central + 20, 0xfffffff0, true);
  expect(() => fromNpz(file)).toThrow('reaches beyond the file');
});

const BLOBS = [
  new Uint8Array(0),
  Uint8Array.from([7]),
  new Uint8Array(70_000),
  Uint8Array.from({ length: 70_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24),
  new Uint8Array(Float64Array.from({ length: 5000 }, (_, i) => i / 7).buffer),
  new TextEncoder().encode('words and words again '.repeat(3000)),
];

test.each(BLOBS.map((blob, i) => [i, blob] as const))('deflate and inflate agree with zlib on blob %s', (_i, blob) => {
  expect(Buffer.compare(inflateRawSync(deflate(blob)), blob)).toBe(0);
  for (const options of [{}, { level: 0 }, { level: 9 }, { strategy: constants.Z_FIXED }])
    expect(Buffer.compare(inflate(deflateRawSync(blob, options), blob.length), blob)).toBe(0);
});

test('property: deflate and inflate undo each other', () => {
  const blob = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(40)).map(([part, n]) => {
    const out = new Uint8Array(part.length * (n + 1));
    for (let i = 0; i <= n; i++) out.set(part, i * part.length);
    return out;
  });
  fc.assert(
    fc.property(blob, (bytes) => {
      expect(Buffer.compare(inflate(deflate(bytes), bytes.length), bytes)).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('property: inflate refuses or gives the size it was told, whatever it reads', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(400), (bytes, size) => {
      const out = attempt(() => inflate(bytes, size).length);
      expect(['refused', size]).toContain(out);
    }),
    { numRuns: 2000 },
  );
});

test('crc32 of the check string', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test.each([
  '',
  'null',
  '{}',
  '{"dtype":"float64","shape":[2],"data":[1]}',
  '{"dtype":"float64","shape":[-1],"data":[]}',
  '{"dtype":"int8","shape":[1],"data":[128]}',
  '{"dtype":"int64","shape":[1],"data":[1.5]}',
  '{"dtype":"uint64","shape":[1],"data":["-1"]}',
  '{"dtype":"complex64","shape":[1],"data":[1]}',
  '{"dtype":"bool","shape":[1],"data":[1]}',
  '{"dtype":"float64","shape":[1],"data":["1"]}',
  '{"dtype":"object","shape":[0],"data":[]}',
])('the JSON %s is no array', (text) => {
  expect(() => fromJSON(text)).toThrow(DataError);
});
