import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ArgumentError, type DType, DTypeError, GradientError, ShapeError } from '@isograd/device';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import {
  bernoulli,
  defaultGenerator,
  full,
  Generator,
  manualSeed,
  noGrad,
  normal,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  randperm,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.ts';
import { fma32 } from '../src/random/float32.ts';
import { cosExact, log1pExact, sinExact } from '@isograd/ndarray';

interface Row {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly sha256: string;
}

interface Golden {
  readonly torch: string;
  readonly floats: readonly (Row & { readonly name: string; readonly seed: number })[];
  readonly integers: readonly (Row & { readonly name: string; readonly seed: number })[];
  readonly interleaved: readonly { readonly seed: number; readonly values: readonly number[] }[];
  readonly layouts: readonly (Row & {
    readonly layout: string;
    readonly method: 'normal_' | 'uniform_';
    readonly values: readonly number[];
  })[];
  readonly linears: readonly { readonly in: number; readonly out: number; readonly weight: Row; readonly bias: Row }[];
  readonly million: readonly {
    readonly seed: number;
    readonly float32: string;
    readonly float64: string;
    readonly pairs: string;
  }[];
  readonly dropout: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL('goldens/random.json', import.meta.url), 'utf8')) as Golden;

afterEach(() => void defaultGenerator.seed());

function digest(...chunks: readonly ArrayBufferView[]): string {
  const hash = createHash('sha256');
  for (const data of chunks) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

function summary(x: Tensor): Row {
  return { dtype: x.dtype, shape: x.shape, sha256: digest(x.data) };
}

const FLOATS: Readonly<Record<string, (shape: readonly number[], dtype: DType) => Tensor>> = {
  rand: (shape, dtype) => rand(shape, { dtype }),
  randn: (shape, dtype) => randn(shape, { dtype }),
  normal: (shape, dtype) => zeros(shape, { dtype }).normal_(0.3, 2.7),
  uniform: (shape, dtype) => zeros(shape, { dtype }).uniform_(-0.3, 0.71),
  bernoulli: (shape, dtype) => zeros(shape, { dtype }).bernoulli_(0.3),
  'bernoulli of p': (shape, dtype) => bernoulli(full(shape, 0.3, { dtype })),
};

test.each(Object.keys(FLOATS))(`%s as PyTorch ${golden.torch}`, (name) => {
  const rows = golden.floats.filter((row) => row.name === name);
  expect(rows.length).toBeGreaterThan(100);
  for (const row of rows) {
    manualSeed(row.seed);
    expect(row).toMatchObject(summary(FLOATS[name]!(row.shape, row.dtype)));
  }
});

const INTEGERS: Readonly<Record<string, (n: number) => Tensor>> = {
  randperm: (n) => randperm(n),
  'randint -5 100': (n) => randint(-5, 100, [n]),
  'randint 0 2**28': (n) => randint(0, 2 ** 28, [n]),
  'randint -5 2**40': (n) => randint(-5, 2 ** 40, [n]),
  'randint -2**63 2**63-1': (n) => randint(-(2n ** 63n), 2n ** 63n - 1n, [n]),
  'randint 0 10 int32': (n) => randint(0, 10, [n], { dtype: 'int32' }),
  'randint 0 256 uint8': (n) => randint(0, 256, [n], { dtype: 'uint8' }),
  'randint 3 9 float32': (n) => randint(3, 9, [n], { dtype: 'float32' }),
  'bernoulli int64': (n) => zeros([n], { dtype: 'int64' }).bernoulli_(0.3),
  'random_ bool': (n) => zeros([n], { dtype: 'bool' }).bernoulli_(0.5),
};

test.each(Object.keys(INTEGERS))(`%s as PyTorch ${golden.torch}`, (name) => {
  const rows = golden.integers.filter((row) => row.name === name);
  expect(rows.length).toBe(16);
  for (const row of rows) {
    manualSeed(row.seed);
    expect(row).toMatchObject(summary(INTEGERS[name]!(row.shape[0]!)));
  }
});

test.each(golden.interleaved)('draws of all kinds after each other, seed $seed', ({ seed, values }) => {
  manualSeed(seed);
  const parts = [
    randn(3),
    rand(2),
    randn(16),
    randn(1),
    randperm(5),
    randn([2], { dtype: 'float64' }),
    randn(17),
    randint(0, 9, [3]),
    randn(5),
    randn(1),
  ];
  expect(parts.flatMap((x) => Array.from(x.data, Number))).toEqual(values);
});

const VIEWS: Readonly<Record<string, (shape: readonly number[]) => [Tensor, Tensor]>> = {
  transposed: (shape) => withView(zeros(shape), (x) => x.t()),
  small: (shape) => withView(zeros(shape), (x) => x.t()),
  permuted: (shape) => withView(zeros(shape), (x) => x.transpose([1, 2, 0])),
  sliced: (shape) => withView(zeros(shape), (x) => x.viewAs({ shape: [3, 3], strides: [16, 2], offset: 1 })),
};

function withView(x: Tensor, view: (x: Tensor) => Tensor): [Tensor, Tensor] {
  return [x, view(x)];
}

test.each(golden.layouts)(
  '$method fills a $layout view in the order of memory',
  ({ layout, method, shape, values }) => {
    const [x, view] = VIEWS[layout]!(shape);
    manualSeed(3);
    expect(view[method]()).toBe(view);
    expect(Array.from(x.data, Number)).toEqual(values);
  },
);

test.each(golden.linears)('the default weights of a linear layer, $in to $out', ({ in: fanIn, out, weight, bias }) => {
  manualSeed(0);
  const bound = Math.sqrt(3) * (Math.sqrt(2 / (1 + Math.sqrt(5) ** 2)) / Math.sqrt(fanIn));
  expect(summary(zeros([out, fanIn]).uniform_(-bound, bound))).toEqual(weight);
  expect(summary(zeros([out]).uniform_(-1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn)))).toEqual(bias);
});

test.each(golden.million)(
  'a million normal values have the same bits, seed $seed',
  ({ seed, float32, float64, pairs }) => {
    manualSeed(seed);
    expect(digest(randn(1_000_000).data)).toBe(float32);
    expect(digest(randn([200_000], { dtype: 'float64' }).data)).toBe(float64);
    expect(digest(...Array.from({ length: 5000 }, () => randn([10], { dtype: 'float64' }).data))).toBe(pairs);
  },
);

test('the first values that everyone knows', () => {
  manualSeed(0);
  expect(rand(3).tolist()).toEqual([0.49625658988952637, 0.7682217955589294, 0.08847743272781372]);
  manualSeed(0);
  expect([...randn(17).data].slice(0, 4)).toEqual([
    -1.1258398294448853, -1.6959311962127686, 0.5666506290435791, 0.7935083508491516,
  ]);
  manualSeed(0);
  expect(randn(2, 3, 4).at(0).tolist()).toEqual([
    [-1.1258398294448853, -1.152360200881958, -0.2505785822868347, -0.4338788092136383],
    [0.8487103581428528, 0.6920091509819031, -0.31601276993751526, -2.1152193546295166],
    [0.46809640526771545, -0.1577124446630478, 1.4436601400375366, 0.26604941487312317],
  ]);
  manualSeed(0);
  expect(zeros([8]).bernoulli_(0.5).mul(2).tolist()).toEqual(golden.dropout);
});

test('a generator of its own leaves the shared one alone', () => {
  manualSeed(5);
  const expected = rand(4).tolist();
  manualSeed(5);
  const generator = new Generator().manualSeed(9);
  randn([20], { generator });
  zeros([3]).uniform_(0, 1, { generator });
  expect(rand(4).tolist()).toEqual(expected);
  expect(generator.initialSeed()).toBe(9n);
  expect(new Generator().initialSeed()).toBe(67280421310721n);
});

test('a state goes on where it was taken', () => {
  manualSeed(3);
  randn(3);
  const state = defaultGenerator.getState();
  const after = [...(randn(2).tolist() as number[]), ...(rand(2).tolist() as number[])];
  const other = new Generator();
  other.setState(state);
  expect([
    ...(randn([2], { generator: other }).tolist() as number[]),
    ...(rand([2], { generator: other }).tolist() as number[]),
  ]).toEqual(after);
  const seed = defaultGenerator.seed();
  const first = rand(2).tolist();
  manualSeed(seed);
  expect(rand(2).tolist()).toEqual(first);
});

test('relatives take shape and dtype, makers take requiresGrad', () => {
  const x = zeros([2, 3], { dtype: 'float64' });
  manualSeed(1);
  const expected = randn([2, 3], { dtype: 'float64' });
  manualSeed(1);
  expect(randnLike(x).tolist()).toEqual(expected.tolist());
  expect(randLike(x, { dtype: 'float32' }).dtype).toBe('float32');
  expect(randn([2], { requiresGrad: true }).requiresGrad).toBe(true);
  manualSeed(1);
  expect(normal(0, 1, [2, 3], { dtype: 'float64' }).tolist()).toEqual(expected.tolist());
});

test('writing in place is seen by autograd', () => {
  const w = zeros([2], { requiresGrad: true });
  expect(() => w.normal_()).toThrow(GradientError);
  noGrad(() => w.normal_());
  w.detach().uniform_(1, 2);
  expect(Math.min(...(w.tolist() as number[]))).toBeGreaterThanOrEqual(1);
  const y = tensor([1.5, 2], { requiresGrad: true });
  const z = y.mul(1);
  const product = z.mul(z).sum();
  noGrad(() => z.uniform_());
  expect(() => product.backward()).toThrow('uniform_');
});

test.each([
  ['a fraction as seed', () => manualSeed(0.5), ArgumentError],
  ['a seed of 2^64', () => manualSeed(2n ** 64n), ArgumentError],
  ['integers from rand', () => rand([2], { dtype: 'int64' }), DTypeError],
  ['a negative length', () => randn(-1), ShapeError],
  ['a negative deviation', () => zeros([2]).normal_(0, -1), ArgumentError],
  ['a negative deviation of normal', () => normal(0, -1, [2]), ArgumentError],
  ['bounds out of order', () => zeros([2]).uniform_(1, 0), ArgumentError],
  ['a probability of 2', () => zeros([2]).bernoulli_(2), ArgumentError],
  ['a probability tensor with NaN', () => bernoulli(tensor([0.5, Number.NaN])), ArgumentError],
  ['no integers', () => randint(3, 3, [2]), ArgumentError],
  ['a fraction as bound', () => randint(0, 2.5, [2]), ArgumentError],
  ['a negative permutation', () => randperm(-1), ArgumentError],
  ['uniform integers', () => zeros([2], { dtype: 'int64' }).uniform_(), DTypeError],
] as const)('%s is refused before anything is drawn', (_, run, kind) => {
  manualSeed(11);
  const expected = rand(1).tolist();
  manualSeed(11);
  expect(run).toThrow(kind);
  expect(rand(1).tolist()).toEqual(expected);
});

/** The nearest float32 to an exact rational `numerator / 2^shift`, by integers alone. */
function nearestFloat(numerator: bigint, shift: number): number {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const drop = Math.max(0, magnitude.toString(2).length - 24);
  const unit = 1n << BigInt(drop);
  let kept = magnitude / unit;
  const twice = (magnitude % unit) * 2n;
  if (twice > unit || (twice === unit && kept % 2n === 1n)) kept++;
  const value = Number(kept * unit) / 2 ** shift;
  return numerator < 0n ? -value : value;
}

test('property: fma32 rounds once', () => {
  const part = fc.tuple(fc.integer({ min: -(2 ** 24), max: 2 ** 24 }), fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(
      part,
      part,
      fc.tuple(fc.integer({ min: -(2 ** 24), max: 2 ** 24 }), fc.integer({ min: 0, max: 60 })),
      ([a, i], [b, j], [c, k]) => {
        const exact = BigInt(a) * BigInt(b) * 2n ** BigInt(120 - i - j) + BigInt(c) * 2n ** BigInt(120 - k);
        expect(fma32(a / 2 ** i, b / 2 ** j, c / 2 ** k) + 0).toBe(nearestFloat(exact, 120) + 0);
      },
    ),
    { numRuns: 3000 },
  );
  // 1 + 2^-24 is half-way between two floats; the last term decides
  expect(fma32(1 + 2 ** -23, 2 ** -24, 1)).toBe(1 + 2 ** -23);
  expect(fma32(1 - 2 ** -24, 2 ** -24, 1)).toBe(1);
});

test("property: sine, cosine and log1p are within a unit in the last place of JavaScript's", () => {
  const close = (actual: number, expected: number): void =>
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(Math.abs(expected) * 2 ** -51);
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: -1, max: 1e15, minExcluded: true, noNaN: true }),
      (angle, x) => {
        close(sinExact(angle), Math.sin(angle));
        close(cosExact(angle), Math.cos(angle));
        close(log1pExact(x), Math.log1p(x));
      },
    ),
    { numRuns: 3000 },
  );
  expect([-1, -2, 0, Number.NaN].map(log1pExact)).toEqual([-Infinity, Number.NaN, 0, Number.NaN]);
});
