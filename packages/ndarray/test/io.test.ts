import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, DataError } from '@isograd/device';
import { afterAll, expect, test } from 'vitest';
import {
  DLPACK,
  frombuffer,
  fromDlpack,
  fromfile,
  fromJSON,
  fromregex,
  genfromtxt,
  load,
  loadtxt,
  NpzFile,
  save,
  savetxt,
  savez,
  savezCompressed,
  tobytes,
  toDlpack,
  tofile,
  toJSON,
} from '../src/io/index.ts';
import { arange, array, complex, type NDArray, ones } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'isograd-io-'));
const path = <N extends string>(name: N): `${string}${N}` => join(folder, name) as `${string}${N}`;
afterAll(() => rmSync(folder, { recursive: true }));

test('save and load, with the extension added and no other file left behind', () => {
  save(path('x'), arange(6).reshape(2, 3));
  expect(load(path('x.npy')).tolist()).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  save(path('x.npy'), ones([2]));
  expect(load(path('x.npy')).tolist()).toEqual([1, 1]);
  expect(readdirSync(folder)).toEqual(['x.npy']);
});

test('views are saved in their own order, empty ones in C order', () => {
  for (const x of [arange(6).reshape(2, 3).T, arange(6).at('::-2'), ones([0, 3]).T, ones([3, 1]).T]) {
    save(path('v.npy'), x);
    const y = load(path('v.npy'));
    expect([y.shape, y.tolist()]).toEqual([x.shape, x.tolist()]);
    const head = readFileSync(path('v.npy'), 'latin1').slice(0, 80);
    expect(head.includes('True')).toBe(x.size === 6);
  }
});

test('savez and savezCompressed', () => {
  savez(path('a.npz'), { x: arange(3), y: ones([2]) });
  const file = load(path('a.npz'));
  expect(file.files).toEqual(['x', 'y']);
  expect(file.has('y')).toBe(true);
  expect(file.get('x')).toBe(file.get('x.npy'));
  expect(() => file.get('z')).toThrow("'z' is not a file in the archive");
  savezCompressed(path('b'), [arange(5000), array([complex(1, -2)])]);
  const small = load(path('b.npz'));
  expect(small).toBeInstanceOf(NpzFile);
  expect(small.size).toBe(2);
  expect(String(small.get('arr_1'))).toBe('[1.-2.j]');
  expect(readFileSync(path('b.npz')).length).toBeLessThan(20_000);
  expect(() => savez(path('c'), { x: 1 as never })).toThrow(ArgumentError);
});

test('what a path does not lead to, and what is something else', () => {
  expect(() => load(path('none.npy'))).toThrow('No such file or directory');
  expect(() => save(path('no/such/folder/x'), ones([1]))).toThrow(DataError);
  writeFileSync(path('text'), 'words');
  expect(() => load(path('text'))).toThrow('contains no array');
  writeFileSync(path('wrong.npz'), readFileSync(path('x.npy')));
  expect(() => load(path('wrong.npz'))).toThrow('named .npz');
  expect(() => load(3 as never)).toThrow('neither a path nor bytes');
});

test('text files, with the line ends of every system', () => {
  writeFileSync(path('t.txt'), '1 2\r\n3 4\r5 6\n');
  expect(loadtxt(path('t.txt')).shape).toEqual([3, 2]);
  expect(genfromtxt(path('t.txt'), { usecols: 1 }).tolist()).toEqual([2, 4, 6]);
  savetxt(path('s.csv'), array([1.5, -2]), { fmt: '%.2f', header: 'x' });
  expect(readFileSync(path('s.csv'), 'utf8')).toBe('# x\n1.50\n-2.00\n');
  writeFileSync(path('latin.txt'), Buffer.from('1 # \xe9\n', 'latin1'));
  expect(() => loadtxt(path('latin.txt'))).toThrow('no text in utf-8');
  expect(loadtxt(path('latin.txt'), { encoding: 'latin1' }).item()).toBe(1);
  expect(() => loadtxt(['1'], { encoding: 'utf-8', delimiter: 'ab' })).toThrow('single unicode character');
  expect(() => loadtxt(new Uint8Array(1), { encoding: 'klingon' })).toThrow('unknown encoding');
  expect(() => loadtxt(['1\n2'])).toThrow('embedded newline');
});

test('converters', () => {
  const half = (field: string): number => Number(field.replace(',', '.')) / 2;
  expect(loadtxt(['3,0;1'], { delimiter: ';', converters: { 0: half } }).tolist()).toEqual([1.5, 1]);
  expect(loadtxt(['2 4'], { converters: half }).tolist()).toEqual([1, 2]);
  expect(genfromtxt(['2 4', '6 8'], { converters: { 1: half } }).tolist()).toEqual([
    [2, 2],
    [6, 4],
  ]);
  expect(() => loadtxt(['1'], { converters: { 5: half } })).toThrow('converter specified for column 5');
  expect(() => loadtxt(['1'], { converters: () => 'x' as never })).toThrow('could not convert');
  expect(() => genfromtxt(['1'], { names: true } as never)).toThrow('arrays with fields');
});

test('fields of a million characters are refused at once', () => {
  for (const field of ['1'.repeat(1e6) + 'x', `a${' '.repeat(1e6)}b`, '1+'.repeat(5e5), '"'.repeat(1e6 + 1)])
    for (const dtype of ['float64', 'int64', 'complex128'] as const)
      expect(() => loadtxt([field], { dtype, delimiter: ',', quotechar: '"' })).toThrow(DataError);
});

test('frombuffer shares memory where it can', () => {
  const buffer = new ArrayBuffer(16);
  const x = frombuffer(buffer, { dtype: 'int32', offset: 4, count: 2 });
  x.set([0], 7);
  expect(new Int32Array(buffer)[1]).toBe(7);
  expect(frombuffer(Uint8Array.from([9, 1, 0, 2, 0]), { dtype: 'u2', offset: 1 }).tolist()).toEqual([1, 2]);
  expect(frombuffer(Uint8Array.from([0, 1, 0, 2]), { dtype: '>i2' }).tolist()).toEqual([1, 2]);
  expect(frombuffer(new Float32Array([1, 2]), { dtype: 'complex64' }).item()).toEqual(complex(1, 2));
  expect(frombuffer(new Uint16Array([0x3c00]), { dtype: 'float16' }).item()).toBe(1);
});

test.each([
  [{ dtype: 'int32' }, 'must be a multiple of element size'],
  [{ dtype: 'int8', offset: 7 }, 'no greater than buffer length (6)'],
  [{ dtype: 'int8', offset: -1 }, 'no greater than buffer length (6)'],
  [{ dtype: 'int8', count: 7 }, 'smaller than requested size'],
  [{ dtype: 'int8', count: -2 }, 'count'],
  [{ dtype: 'O' }, 'unknown dtype'],
])('frombuffer refuses %o', (options, message) => {
  expect(() => frombuffer(new Uint8Array(6), options)).toThrow(message);
});

test('tofile, fromfile and tobytes', () => {
  const x = arange(6).reshape(2, 3);
  tofile(x.T, path('raw'));
  expect(fromfile(path('raw'), { dtype: 'int64' }).tolist()).toEqual([0, 3, 1, 4, 2, 5]);
  expect(fromfile(path('raw'), { dtype: 'int64', offset: 8, count: 2 }).tolist()).toEqual([3, 1]);
  expect(() => fromfile(path('raw'), { dtype: 'int64', count: 9 })).toThrow('smaller than requested');
  tofile(array([0.1, 1e16, NaN], { dtype: 'float32' }), path('raw.txt'), { sep: ', ' });
  // as Python prints a float32 that it has taken for its own float: NumPy 2.4.6
  expect(readFileSync(path('raw.txt'), 'utf8')).toBe('0.10000000149011612, 1.0000000272564224e+16, nan');
  expect(fromfile(path('raw.txt'), { sep: ',' }).at(':1').tolist()).toEqual([0.10000000149011612]);
  expect([...tobytes(array([1, 2], { dtype: 'uint8' }))]).toEqual([1, 2]);
  const bytes = tobytes(x);
  bytes.fill(255);
  expect(x.get(0, 0)).toBe(0);
  expect(() => tofile(x, path('y'), { sep: ',', format: '%d %d' })).toThrow('one value');
});

test('fromregex gives a column for each group', () => {
  const text = new TextEncoder().encode('a=1 b=2.5\na=3 b=-4\n');
  const { a, b } = fromregex(text, /a=(\d+) b=(\S+)/, { a: 'int32', b: 'float64' });
  expect([a.tolist(), b.tolist(), a.dtype]).toEqual([[1, 3], [2.5, -4], 'int32']);
  expect(() => fromregex(text, /a=(\d+)/, { a: 'int32', b: 'float64' })).toThrow('differ in number');
  expect(() => fromregex(text, '(.)=', { a: 'int32' })).toThrow('could not convert string');
});

test('JSON keeps what numbers alone would lose', () => {
  const values = array([1.5, NaN, Infinity, -Infinity, -0]);
  expect(JSON.stringify(toJSON(values))).toBe(
    '{"dtype":"float64","shape":[5],"data":[1.5,"NaN","Infinity","-Infinity","-0"]}',
  );
  expect(String(fromJSON(toJSON(values)))).toBe('[ 1.5  nan  inf -inf -0. ]');
  const big = array([2n ** 63n - 1n, -5n]);
  expect(fromJSON(toJSON(big)).tolist()).toEqual([2n ** 63n - 1n, -5]);
  expect(toJSON(array([complex(1, -0)])).data).toEqual([[1, '-0']]);
});

const capsule = (x: NDArray): { [DLPACK]: () => ReturnType<typeof toDlpack> } => ({ [DLPACK]: () => toDlpack(x) });

test('arrays are handed over without a copy, in every layout', () => {
  const x = arange(24).reshape(2, 3, 4);
  for (const y of [x, x.T, x.at('::-1', ':', '1::2'), x.at(1, 2, 3), x.at('2:')]) {
    const z = fromDlpack(capsule(y));
    expect([z.shape, z.strides, z.offset, z.tolist()]).toEqual([y.shape, y.strides, y.offset, y.tolist()]);
  }
  const shared = fromDlpack(toDlpack(x));
  const copied = fromDlpack(toDlpack(x), { copy: true });
  shared.set([0, 0, 0], 100);
  expect([x.get(0, 0, 0), copied.get(0, 0, 0)]).toEqual([100, 0]);
});

test('tensors of tfjs', () => {
  const tensor = (dtype: string, shape: number[], data: unknown): object => ({ dtype, shape, dataSync: () => data });
  expect(fromDlpack(tensor('float32', [2, 1], new Float32Array([1, 2]))).tolist()).toEqual([[1], [2]]);
  expect(fromDlpack(tensor('int32', [], new Int32Array([3]))).item()).toBe(3);
  expect(fromDlpack(tensor('bool', [2], new Uint8Array([1, 0]))).tolist()).toEqual([true, false]);
  expect(fromDlpack(tensor('complex64', [1], new Float32Array([1, 2]))).item()).toEqual(complex(1, 2));
  expect(() => fromDlpack(tensor('string', [1], ['x']))).toThrow(DataError);
  expect(() => fromDlpack(tensor('float32', [3], new Float32Array(2)))).toThrow('number of elements');
});

const good = { version: [1, 0], dtype: 'float64', shape: [2], strides: [1], offset: 0, memory: new Float64Array(2) };

test.each([
  [{ version: [2, 0] }, 'another version'],
  [{ dtype: 'object' }, 'unknown dtype'],
  [{ shape: [3] }, 'beyond the memory'],
  [{ shape: [-1] }, 'no list of integers'],
  [{ shape: [1.5] }, 'no list of integers'],
  [{ strides: [2] }, 'beyond the memory'],
  [{ strides: [-1] }, 'beyond the memory'],
  [{ strides: [1, 1] }, 'differ in length'],
  [{ strides: [2 ** 52] }, 'beyond the memory'],
  [{ offset: 1 }, 'beyond the memory'],
  [{ offset: -1 }, 'no place'],
  [{ memory: new Float32Array(2) }, 'must be Float64Array'],
  [{ memory: [1, 2] }, 'must be Float64Array'],
  [{ dtype: 'complex128' }, 'beyond the memory'],
])('a capsule with %o is refused', (change, message) => {
  expect(fromDlpack(good).size).toBe(2);
  expect(() => fromDlpack({ ...good, ...change })).toThrow(message);
});
