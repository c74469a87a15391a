import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ArgumentError, type DType, ShapeError } from '@isograd/device';
import { getRngState, manualSeed, type Tensor, tensor, zeros } from '@isograd/autograd';
import { afterAll, expect, test } from 'vitest';
import { init } from '../src/index.ts';

type Values = Readonly<Record<string, number | string>>;

interface Case {
  readonly fn: string;
  readonly seed: number;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly options: Values;
  readonly sha256: string;
  readonly state: string;
  /** Evenly spaced elements. */
  readonly sample: { readonly values: readonly number[] };
  readonly gains: readonly (readonly [string, number | null, number])[];
}

const file = new URL('../../../parity-tests/goldens/torch-init.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };

afterAll(() => void manualSeed(Date.now()));

const digest = (data: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
    .slice(0, 32);

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const optionsOf = (options: Values): Values =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, typeof value === 'string' ? camel(value) : value]),
  );

const POSITIONAL: Readonly<Record<string, readonly [names: readonly string[], defaults: readonly number[]]>> = {
  uniform_: [
    ['a', 'b'],
    [0, 1],
  ],
  normal_: [
    ['mean', 'std'],
    [0, 1],
  ],
  constant_: [['val'], [0]],
  dirac_: [['groups'], [1]],
};

function filled({ fn, dtype, shape, options }: Case): Tensor {
  const run = (init as unknown as Readonly<Record<string, (x: Tensor, ...args: unknown[]) => Tensor>>)[camel(fn)]!;
  const x = zeros([...shape], { dtype, requiresGrad: true });
  const row = POSITIONAL[fn];
  expect(run(x, ...(row ? row[0].map((name, i) => options[name] ?? row[1][i]) : [optionsOf(options)]))).toBe(x);
  return x;
}

const exact = new Set(cases.filter(({ sha256 }) => sha256).map(({ fn }) => fn));

test.each([...exact])('%s: the bits of PyTorch, and the state after them', (fn) => {
  for (const item of cases.filter((one) => one.fn === fn)) {
    manualSeed(item.seed);
    const x = filled(item);
    expect([digest(x.data), digest(getRngState().data)], JSON.stringify(item)).toEqual([item.sha256, item.state]);
  }
});

test.each(cases.filter(({ fn }) => fn === 'orthogonal_'))(
  'orthogonal_ $shape $dtype $options: signs of PyTorch, values within what LAPACK rounds',
  (item) => {
    manualSeed(item.seed);
    const x = filled(item).detach();
    expect(digest(getRngState().data)).toBe(item.state);
    const flat = x.data as Float64Array;
    const step = Math.max(1, Math.floor(flat.length / 30));
    const apart = item.sample.values.map((want, i) => Math.abs(flat[i * step]! - want));
    expect(Math.max(...apart)).toBeLessThan(item.dtype === 'float32' ? 2 ** -21 : 2 ** -50);
  },
);

test('gains', () => {
  const { gains } = cases.find(({ fn }) => fn === 'calculate_gain')!;
  for (const [name, a, gain] of gains)
    expect(init.calculateGain(camel(name) as 'linear', a ?? undefined), name).toBe(gain);
});

test('all of torch.nn.init are here', () => {
  const names = [...exact, 'orthogonal_', 'calculate_gain'].map(camel);
  expect(names.length).toBe(15);
  expect(Object.keys(init)).toEqual(expect.arrayContaining(names));
});

test('a tensor without elements stays as it is', () => {
  for (const fill of [init.kaimingUniform_, init.kaimingNormal_, init.orthogonal_])
    expect(fill(zeros([0, 3])).shape).toEqual([0, 3]);
});

test('a transposed tensor is filled in the order of memory', () => {
  manualSeed(1);
  const expected = init.truncNormal_(zeros([3, 2]), { a: 0, b: 0.5 });
  manualSeed(1);
  expect(
    init
      .truncNormal_(zeros([3, 2]).t(), { a: 0, b: 0.5 })
      .t()
      .tolist(),
  ).toEqual(expected.tolist());
});

test.each<readonly [string, () => unknown, new (...args: never[]) => Error]>([
  ['eye_ of three axes', () => init.eye_(zeros([2, 2, 2])), ShapeError],
  ['dirac_ of a matrix', () => init.dirac_(zeros([2, 2])), ShapeError],
  ['dirac_ with groups that do not divide', () => init.dirac_(zeros([3, 2, 3]), 2), ArgumentError],
  ['sparse_ of three axes', () => init.sparse_(zeros([2, 2, 2]), { sparsity: 0.1 }), ShapeError],
  ['a sparsity of 2', () => init.sparse_(zeros([2, 2]), { sparsity: 2 }), ArgumentError],
  ['orthogonal_ of a vector', () => init.orthogonal_(zeros([3])), ShapeError],
  ['no spread', () => init.truncNormal_(zeros([3]), { std: 0 }), ArgumentError],
  ['bounds out of order', () => init.truncNormal_(zeros([3]), { a: 1, b: 0 }), ArgumentError],
  ['fans of a vector', () => init.xavierUniform_(tensor([1.5])), ShapeError],
  ['an unknown mode', () => init.kaimingUniform_(zeros([2, 2]), { mode: 'fanAvg' as 'fanIn' }), ArgumentError],
  ['an unknown nonlinearity', () => init.calculateGain('gelu' as 'relu'), ArgumentError],
])('%s is refused before anything is drawn', (_, run, kind) => {
  manualSeed(11);
  const before = digest(getRngState().data);
  expect(run).toThrow(kind);
  expect(digest(getRngState().data)).toBe(before);
});
