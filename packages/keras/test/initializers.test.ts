import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ArgumentError, ShapeError } from '@isograd/device';
import { array, type NDArray, ones } from '@isograd/ndarray';
import { describe, expect, test } from 'vitest';
import { initializers, layers, setRandomSeed } from '../src/index.ts';

interface Values {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Ends {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
}
interface Case {
  readonly fn: string;
  readonly seed?: number;
  readonly shape: readonly number[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly result?: Values | Ends;
  /** Results that are compared within what the original rounds in float32. */
  readonly near?: Values;
  readonly weights?: readonly Values[];
}

const file = new URL('../../../parity-tests/goldens/keras-initializers.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const entry = (name: string): string => (name === 'STFT' ? 'stft' : name[0]!.toLowerCase() + name.slice(1));

function made({ fn, seed, shape, options }: Case): NDArray {
  const named = Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      camel(key),
      typeof value === 'string' && key !== 'window' ? camel(value) : value,
    ]),
  );
  const make = (initializers as unknown as Readonly<Record<string, (options: unknown) => initializers.Initializer>>)[
    entry(fn)
  ]!;
  return make(fn === 'Constant' ? named['value'] : { ...named, ...(seed !== undefined && { seed }) })(shape, 'float32');
}

function expectBits(x: NDArray, frozen: Values | Ends, hint: string): void {
  const { data, dtype, shape } = x;
  expect([dtype, shape], hint).toEqual([frozen.dtype, frozen.shape]);
  if ('values' in frozen) expect(data, hint).toEqual(Float32Array.from(frozen.values));
  else {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    expect(createHash('sha256').update(bytes).digest('hex'), hint).toBe(frozen.sha256);
  }
}

const names = [...new Set(cases.filter(({ weights }) => !weights).map(({ fn }) => fn))];

test.each(names)('%s as Keras on its JAX backend', (name) => {
  for (const item of cases.filter(({ fn }) => fn === name)) {
    const got = made(item);
    const hint = JSON.stringify({ ...item, result: undefined, near: undefined });
    if (item.result) expectBits(got, item.result, hint);
    const { near } = item;
    if (!near) continue;
    expect(got.shape).toEqual(near.shape);
    const apart = near.values.map((want, i) => Math.abs((got.data[i] as number) - want));
    expect(Math.max(...apart), hint).toBeLessThan(1e-6);
  }
});

test('every name is known, and gives an initialiser', () => {
  expect(names.length).toBe(17 - 1);
  for (const name of [...names.map(entry), 'zero', 'one', 'normal', 'uniform'] as initializers.InitializerName[])
    if (name !== 'stft') expect(initializers.get(name)([2, 2], 'float32').shape).toEqual([2, 2]);
});

describe('setRandomSeed', () => {
  test.each(cases.filter(({ weights }) => weights))('weights of layers are those of Keras, seed $seed', (item) => {
    setRandomSeed(item.seed!);
    const dense = [
      new layers.Dense(5),
      new layers.Dense(3, { kernelInitializer: 'heNormal', biasInitializer: 'randomUniform' }),
      new layers.Dense(2, { kernelInitializer: 'randomNormal' }),
    ];
    for (const layer of dense) layer.build([null, 4]);
    const weights = dense.flatMap(({ kernel, bias }) => [kernel, bias!]);
    expect(weights.length).toBe(item.weights!.length);
    item.weights!.forEach((frozen, i) => expectBits(weights[i]!, frozen, `weight ${i}`));
  });

  test('a seed is fixed when an initialiser is made', () => {
    const initializer = initializers.randomNormal();
    expect(initializer([3], 'float32').tolist()).toEqual(initializer([3], 'float32').tolist());
    expect(initializers.randomNormal()([3], 'float32').tolist()).not.toEqual(initializer([3], 'float32').tolist());
  });
});

test('other dtypes are drawn in float32 and converted', () => {
  const single = initializers.heUniform({ seed: 3 })([4], 'float32');
  expect(initializers.heUniform({ seed: 3 })([4], 'float16').tolist()).toEqual(single.astype('float16').tolist());
  expect(initializers.heUniform({ seed: 3 })([4], 'float64').dtype).toBe('float64');
});

test.each<readonly [string, () => unknown, new (...args: never[]) => Error]>([
  ['an identity of three axes', () => initializers.identity()([2, 2, 2], 'float32'), ShapeError],
  ['an orthogonal vector', () => initializers.orthogonal()([2], 'float32'), ShapeError],
  ['a scale of 0', () => initializers.varianceScaling({ scale: 0 }), ArgumentError],
  ['an unknown mode', () => initializers.varianceScaling({ mode: 'fan' as 'fanIn' }), ArgumentError],
  ['an unknown name', () => initializers.get('kaiming' as 'ones'), ArgumentError],
  ['an unknown window', () => initializers.stft({ window: 'kaiser' as 'hann' })([4, 1, 3], 'float32'), ArgumentError],
  ['an unknown scaling', () => initializers.stft({ scaling: 'power' as 'density' }), ArgumentError],
  ['an unknown side', () => initializers.stft({ side: 'both' as 'real' }), ArgumentError],
  ['a window of another length', () => initializers.stft({ window: ones([3]) })([4, 1, 3], 'float32'), ShapeError],
  ['a kernel of two axes', () => initializers.stft()([4, 3], 'float32'), ShapeError],
])('%s is refused', (_, run, kind) => {
  expect(run).toThrow(kind);
});

test('a window may be given by its values', () => {
  const window = array([0.5, 1, 1, 0.5]);
  const kernel = initializers.stft({ window, scaling: null })([4, 1, 3], 'float64');
  expect((kernel.tolist() as number[][][]).map((rows) => rows[0]![0])).toEqual([0.5, 1, 1, 0.5]);
});
