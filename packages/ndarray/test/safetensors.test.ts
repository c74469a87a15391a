import { expect, test } from 'vitest';
import { IsogradError } from '@isograd/device';
import { arange, array, complex } from '../src/index.ts';
import { loadSafetensors, toSafetensors } from '../src/safetensors.ts';

// safetensors 0.8.0: save({'w': arange(6, f4) [2, 3], 'b': [1, 2] i8, 'm': [True, False, True], 'h': [.5, 2] f2, 'e': zeros((0, 3)), 's': array(3.5)}, {'k': 'v'}).
const WRITTEN =
  'aAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJrIjoidiJ9LCJiIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMCwxNl19LCJlIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOlswLDNdLCJkYXRhX29mZnNldHMiOlsxNiwxNl19LCJzIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOlsxNiwyNF19LCJ3Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOlsyNCw0OF19LCJoIjp7ImR0eXBlIjoiRjE2Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNDgsNTJdfSwibSI6eyJkdHlwZSI6IkJPT0wiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOls1Miw1NV19fSABAAAAAAAAAAIAAAAAAAAAAAAAAAAADEAAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAAOABAAQAB';
const written = (): Uint8Array => new Uint8Array(Buffer.from(WRITTEN, 'base64'));

test('reads what the library wrote', () => {
  const { tensors, metadata } = loadSafetensors(written());
  expect(metadata).toEqual({ k: 'v' });
  const found = Object.fromEntries([...tensors].map(([name, x]) => [name, [x.dtype, x.shape, x.tolist()]]));
  expect(found).toEqual({
    w: [
      'float32',
      [2, 3],
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
    b: ['int64', [2], [1, 2]],
    m: ['bool', [3], [true, false, true]],
    h: ['float16', [2], [0.5, 2]],
    e: ['float64', [0, 3], []],
    s: ['float64', [], 3.5],
  });
});

test('writes the bytes that the library writes', () => {
  const { tensors, metadata } = loadSafetensors(written());
  expect(toSafetensors(tensors, metadata)).toEqual(written());
});

test('bfloat16 is read as float32, views are written whole, complex64 has its dtype', () => {
  const header = new TextEncoder().encode('{"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}');
  const bytes = new Uint8Array(8 + header.length + 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set([0xc0, 0x3f, 0x00, 0xc0], 8 + header.length);
  expect(loadSafetensors(bytes).tensors.get('x')!.tolist()).toEqual([1.5, -2]);
  const x = arange(6).reshape([2, 3]).T;
  expect(loadSafetensors(toSafetensors({ x })).tensors.get('x')!.tolist()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  const c = array([complex(1, 2)], { dtype: 'complex64' });
  expect(String(loadSafetensors(toSafetensors({ c })).tensors.get('c'))).toBe('[1.+2.j]');
  expect(() => toSafetensors({ z: array([complex(1, 2)]) })).toThrow('no such dtype');
});

test('a file that is cut or changed is refused, or read; never anything else', () => {
  let random = 3;
  const next = (n: number): number => (random = (random * 48271) % 0x7fffffff) % n;
  let refused = 0;
  for (let i = 0; i < 2000; i++) {
    const bytes = i % 4 === 0 ? written().slice(0, next(written().length)) : written();
    for (let k = 0; k < i % 4; k++) bytes[next(bytes.length)] = next(256);
    try {
      loadSafetensors(bytes);
    } catch (error) {
      refused++;
      expect(error).toBeInstanceOf(IsogradError);
    }
  }
  expect(refused).toBeGreaterThan(1000);
});
