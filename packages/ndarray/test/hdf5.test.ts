import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { IsogradError } from '@isograd/device';
import type { DType } from '@isograd/device';
import { type Hdf5Dataset, Hdf5Group, Hdf5Node, openHdf5, toHdf5 } from '../src/hdf5/index.ts';
import { arange, array, type NDArray } from '../src/index.ts';

interface Case {
  readonly name: string;
  readonly base64: string;
  readonly arrays: Readonly<
    Record<string, { readonly dtype: DType; readonly shape: readonly number[]; readonly values: readonly number[] }>
  >;
  readonly texts: Readonly<Record<string, readonly string[]>>;
}
const file = new URL('../../../parity-tests/goldens/numpy-hdf5.json', import.meta.url);
const CASES = (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }).cases;
const bytesOf = ({ base64 }: Case): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const named = (name: string): Uint8Array => bytesOf(CASES.find((item) => item.name === name)!);

test.each(CASES)('reads what h5py wrote: $name', (item) => {
  const h5 = openHdf5(bytesOf(item));
  for (const [path, { dtype, shape, values }] of Object.entries(item.arrays)) {
    const found = h5.array(path);
    expect([path, found.dtype, found.shape]).toEqual([path, dtype, shape]);
    expect(found.equal(array(values, { dtype, shape })).all().item(), path).toBe(true);
  }
  for (const [path, texts] of Object.entries(item.texts)) expect((h5.get(path) as Hdf5Dataset).texts()).toEqual(texts);
});

test('attributes are texts, lists of texts and numbers', () => {
  for (const name of ['texts', 'newer']) {
    const { attrs } = openHdf5(named(name));
    expect(attrs.get('title')).toBe('grüße');
    expect(attrs.get('names')).toEqual(['ab', 'cde']);
    expect((attrs.get('n') as NDArray).item()).toBe(7);
  }
});

test('what is written is read again: every dtype, many names, attributes of any length', () => {
  const dtypes: readonly DType[] = ['bool', 'int8', 'uint16', 'int64', 'float16', 'float32', 'complex64', 'complex128'];
  const tree = {
    all: Object.fromEntries(dtypes.map((dtype) => [dtype, array([[0, 1, 2]], { dtype })])),
    many: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`d${i}`, arange(i % 4)])),
    texts: ['a', '', 'grüße'],
    withAttrs: new Hdf5Node(array([1.5]).T, { unit: 'm', list: ['p', 'qq'], n: array([1, 2]) }),
  };
  const long = 'x'.repeat(70_000);
  const h5 = openHdf5(toHdf5(new Hdf5Node(tree, { long })));
  expect(h5.attrs.get('long')).toBe(long);
  for (const dtype of dtypes) {
    expect(h5.array(`all/${dtype}`).dtype).toBe(dtype);
    expect(String(h5.array(`all/${dtype}`))).toBe(String(tree.all[dtype]));
  }
  expect((h5.get('many') as Hdf5Group).keys().length).toBe(300);
  for (const i of [0, 3, 150, 299]) expect(h5.array(`many/d${i}`).size).toBe(i % 4);
  expect((h5.get('texts') as Hdf5Dataset).texts()).toEqual(tree.texts);
  const { attrs } = h5.get('withAttrs');
  expect([attrs.get('unit'), attrs.get('list')]).toEqual(['m', ['p', 'qq']]);
  expect(h5.has('many/d7') && !h5.has('many/e') && !h5.has('texts/x')).toBe(true);
});

describe('bad files and calls', () => {
  test('names and kinds that are not there', () => {
    const h5 = openHdf5(named('texts'));
    expect(() => h5.get('none')).toThrow('fixed, long');
    expect(() => h5.array('fixed')).toThrow('its elements are something else');
    expect(() => (openHdf5(named('many')).get('a/b/c') as Hdf5Dataset).texts()).toThrow('array() reads numbers');
    expect(() => openHdf5(named('many')).array('many')).toThrow('not an array');
    expect(() => toHdf5({ 'a/b': array(1) })).toThrow('not a name');
    expect(() => toHdf5({ a: new Hdf5Node(array(1), { b: arange(9000) }) })).toThrow('too large');
  });

  test('a file that is cut or changed is refused, or read; never anything else', () => {
    let random = 1;
    const next = (n: number): number => (random = (random * 48271) % 0x7fffffff) % n;
    // A group may hold itself, in a good file too.
    const readAll = (group: Hdf5Group, depth = 0): void => {
      for (const key of group.keys()) {
        const found = group.get(key);
        if (found instanceof Hdf5Group) {
          if (depth < 5) readAll(found, depth + 1);
        } else if (found.dtype !== undefined) found.array();
        else found.texts();
      }
    };
    let refused = 0;
    for (const item of CASES) {
      const whole = bytesOf(item);
      for (let i = 0; i < 300; i++) {
        const bytes = i % 3 === 0 ? whole.slice(0, next(whole.length)) : whole.slice();
        for (let k = 0; k < (i % 3) * 4; k++) bytes[next(Math.min(bytes.length, 3000))] = next(256);
        try {
          readAll(openHdf5(bytes));
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(IsogradError);
        }
      }
    }
    expect(refused).toBeGreaterThan(400);
  });
});
