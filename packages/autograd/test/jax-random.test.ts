import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ArgumentError, AxisError, type DType, DTypeError, ShapeError } from '@isograd/device';
import { arange } from '@isograd/ndarray';
import { expect, test } from 'vitest';
import { tensor, type Tensor, zeros } from '../src/index.ts';
import * as random from '../src/jax-random/index.ts';

type Ramp = readonly [shape: readonly number[], low: number, high: number];
type Options = Readonly<Record<string, unknown>>;

interface Case {
  readonly fn: string;
  readonly seeds: readonly number[];
  readonly resultDtype: string;
  readonly resultShape: readonly number[];
  /** First values for each seed, and checksums of all bytes. */
  readonly heads: readonly (readonly (number | string)[])[];
  readonly sha256: readonly string[];
  readonly shape: number[];
  readonly dtype: DType;
  readonly options: Options;
  readonly lower: number;
  readonly upper: number;
  readonly p: number;
  readonly ramp: Ramp;
  readonly logits: readonly number[];
  readonly minval: number | string;
  readonly maxval: number | string;
  readonly n: number;
  readonly of: number[];
  readonly replace: boolean;
  readonly weighted: boolean;
  readonly axis: number;
}
interface KeyCase {
  readonly fn: string;
  readonly seed: number | string;
  readonly x64: boolean;
  readonly num: number | number[];
  readonly data: number;
  readonly words: readonly number[];
  readonly threefryPartitionable: boolean;
  readonly impl: string;
}

const file = new URL('../../../parity-tests/goldens/jax-random.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly (Case & KeyCase)[] };
const draws = golden.cases.filter(({ seeds }) => seeds !== undefined);

function digest(data: ArrayBufferView): string {
  const hash = createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex').slice(0, 32);
}

const wordsOf = (x: Tensor): number[] => Array.from(x.data as Uint32Array);

/** Evenly spaced values, as the script makes them. */
function ramp([shape, low, high]: Ramp, dtype: DType): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: n }, (_, i) => low + ((high - low) * i) / Math.max(1, n - 1));
  return tensor(values, { dtype: 'float64' })
    .to(dtype)
    .reshape([...shape]);
}

const counted = (shape: readonly number[]): Tensor =>
  tensor(arange(shape.reduce((a, b) => a * b, 1)), { dtype: 'float32' }).reshape([...shape]);
const bound = (x: number | string): number | bigint => (typeof x === 'string' ? BigInt(x) : x);

const DRAWS: Readonly<Record<string, (key: Tensor, item: Case) => Tensor>> = {
  uniform: (key, { shape, dtype, options }) => random.uniform(key, shape, { dtype, ...options }),
  truncatedNormal: (key, { lower, upper, shape, dtype }) => random.truncatedNormal(key, lower, upper, { shape, dtype }),
  bernoulli: (key, item) =>
    item.ramp
      ? random.bernoulli(key, ramp(item.ramp, item.dtype))
      : random.bernoulli(key, tensor(item.p, { dtype: item.dtype }), { shape: item.shape }),
  categorical: (key, { logits, dtype, options }) => random.categorical(key, ramp([logits, -2, 2], dtype), options),
  bits: (key, { shape, dtype }) => random.bits(key, shape, { dtype }),
  rademacher: (key, { shape }) => random.rademacher(key, shape),
  randint: (key, { shape, dtype, minval, maxval }) =>
    random.randint(key, shape, { minval: bound(minval), maxval: bound(maxval), dtype }),
  permutation: (key, { n, of, options }) => random.permutation(key, of ? counted(of) : n, options),
  choice(key, { n, of, shape, replace, weighted, axis }) {
    if (!of) {
      const p = ramp([[n], 0.1, 3], 'float32').div(7);
      return random.choice(key, n, { shape, replace, ...(weighted && { p }) });
    }
    const p = ramp([[of[axis]!], 0.1, 3], 'float32');
    return random.choice(key, counted(of), { shape, replace, axis, ...(weighted && { p }) });
  },
};
const FLOATS: Readonly<Record<string, random.FloatDraw>> = {
  normal: random.normal,
  gumbel: random.gumbel,
  exponential: random.exponential,
  laplace: random.laplace,
  logistic: random.logistic,
};
const drawOf = (item: Case): ((key: Tensor, item: Case) => Tensor) =>
  DRAWS[item.fn] ?? ((key, { shape, dtype }) => FLOATS[item.fn]!(key, shape, { dtype }));

const groups = new Map<string, Case[]>();
for (const item of draws) {
  const title = [item.fn, item.dtype].filter(Boolean).join(' ');
  groups.set(title, [...(groups.get(title) ?? []), item]);
}

test.each([...groups])('%s: the bits of JAX', (_title, items) => {
  for (const item of items)
    item.seeds.forEach((seed, i) => {
      const got = drawOf(item)(random.key(seed), item);
      const head = Array.from(got.reshape([-1]).data as Float64Array)
        .slice(0, 3)
        .map(Number);
      const round = item.resultDtype === 'float32' ? Math.fround : Number;
      expect(
        { dtype: got.dtype, shape: got.shape, head, sha256: digest(got.data) },
        JSON.stringify({ ...item, heads: undefined, sha256: undefined, seeds: seed }),
      ).toEqual({
        dtype: item.resultDtype,
        shape: item.resultShape,
        head: item.heads[i]!.map((x) => round(Number(x))),
        sha256: item.sha256[i],
      });
    });
});

test('every draw has cases', () => {
  const { key: _key, PRNGKey: _old, split: _split, foldIn: _fold, ...others } = random;
  expect(new Set(draws.map(({ fn }) => fn))).toEqual(new Set(Object.keys(others)));
});

test('the goldens are of the Threefry that is followed here', () => {
  const { threefryPartitionable, impl } = golden.cases.find(({ fn }) => fn === 'flags')!;
  expect([threefryPartitionable, impl]).toEqual([true, 'threefry2x32']);
});

const KEYS: Readonly<Record<string, (item: KeyCase) => Tensor>> = {
  key: ({ seed, x64 }) => random.key(BigInt(seed), { x64 }),
  split: ({ seed, num }) => random.split(random.key(Number(seed)), num),
  foldIn: ({ seed, data }) => random.foldIn(random.key(Number(seed)), data),
};

test.each(Object.keys(KEYS))('%s: the words of JAX', (fn) => {
  for (const item of golden.cases.filter((one) => one.fn === fn))
    expect(wordsOf(KEYS[fn]!(item)), JSON.stringify(item)).toEqual(item.words);
});

test('keys are unpacked one by one', () => {
  const [first, second] = random.split(random.PRNGKey(3));
  expect(random.split(random.key(3)).at(1).tolist()).toEqual(second!.tolist());
  expect(random.normal(first!, [2]).tolist()).not.toEqual(random.normal(second!, [2]).tolist());
});

const KEY = random.key(0);
test.each<readonly [string, () => unknown, new (...args: never[]) => Error]>([
  ['a fraction as seed', () => random.key(0.5), ArgumentError],
  ['a seed of 2^63', () => random.key(2n ** 63n), ArgumentError],
  ['a number as key', () => random.normal(3 as never, [2]), DTypeError],
  ['floats as key', () => random.normal(zeros([2]), [2]), DTypeError],
  ['several keys', () => random.normal(random.split(KEY), [2]), ShapeError],
  ['a fraction folded in', () => random.foldIn(KEY, 0.5), ArgumentError],
  ['integers from normal', () => random.normal(KEY, [2], { dtype: 'int32' }), DTypeError],
  ['float16', () => random.uniform(KEY, [2], { dtype: 'float16' }), DTypeError],
  ['a negative length', () => random.uniform(KEY, [-1]), ShapeError],
  ['signed bits', () => random.bits(KEY, [2], { dtype: 'int32' }), DTypeError],
  ['float integers', () => random.randint(KEY, [2], { minval: 0, maxval: 3, dtype: 'float32' }), DTypeError],
  ['a fraction as bound', () => random.randint(KEY, [2], { minval: 0, maxval: 2.5 }), ArgumentError],
  ['truncation bounds out of order', () => random.truncatedNormal(KEY, 1, -1), ArgumentError],
  ['integer probabilities', () => random.bernoulli(KEY, tensor([1, 0])), DTypeError],
  ['a categorical shape that does not fit', () => random.categorical(KEY, zeros([2, 3]), { shape: [3] }), ShapeError],
  [
    'more categories than there are',
    () => random.categorical(KEY, zeros([3]), { shape: [4], replace: false }),
    ArgumentError,
  ],
  ['a permutation of half a thing', () => random.permutation(KEY, 2.5), ArgumentError],
  ['a permutation along no axis', () => random.permutation(KEY, zeros([3]), { axis: 1 }), AxisError],
  ['a choice from nothing', () => random.choice(KEY, 0), ArgumentError],
  ['too many choices', () => random.choice(KEY, 3, { shape: [4], replace: false }), ArgumentError],
  ['probabilities of another number', () => random.choice(KEY, 3, { p: zeros([2]) }), ArgumentError],
])('%s: refused', (_, run, kind) => {
  expect(run).toThrow(kind);
});
