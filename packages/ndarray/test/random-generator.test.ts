import { ArgumentError, AxisError, DTypeError, ShapeError } from '@isograd/device';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arange, array, zeros } from '../src/index.ts';
import {
  defaultRng,
  expExact,
  Generator,
  MT19937,
  PCG64,
  PCG64DXSM,
  Philox,
  powExact,
  random,
  RandomState,
  SeedSequence,
  SFC64,
} from '../src/random/index.ts';

const ENGINES = { PCG64, PCG64DXSM, Philox, SFC64, MT19937 };

/** The names in `numpy.random.__all__` of NumPy 2.4.6. */
const NUMPY =
  `beta binomial bytes chisquare choice dirichlet exponential f gamma geometric get_state gumbel hypergeometric
laplace logistic lognormal logseries multinomial multivariate_normal negative_binomial noncentral_chisquare noncentral_f normal
pareto permutation poisson power rand randint randn random random_integers random_sample ranf rayleigh sample seed set_state
shuffle standard_cauchy standard_exponential standard_gamma standard_normal standard_t triangular uniform vonmises wald weibull
zipf Generator RandomState SeedSequence MT19937 Philox PCG64 PCG64DXSM SFC64 default_rng BitGenerator`.split(/\s+/);

/** The methods of `numpy.random.Generator`. */
const GENERATOR = `beta binomial bit_generator bytes chisquare choice dirichlet exponential f gamma geometric gumbel
hypergeometric integers laplace logistic lognormal logseries multinomial multivariate_hypergeometric multivariate_normal
negative_binomial noncentral_chisquare noncentral_f normal pareto permutation permuted poisson power random rayleigh shuffle
spawn standard_cauchy standard_exponential standard_gamma standard_normal standard_t triangular uniform vonmises wald weibull
zipf`.split(/\s+/);

const camel = (name: string): string => name.replace(/_(.)/g, (_all, letter: string) => letter.toUpperCase());

test('every name of numpy.random is there, 60 of them, and every method of its Generator', () => {
  expect(NUMPY).toHaveLength(60);
  expect(NUMPY.filter((name) => !(camel(name) in random))).toEqual([]);
  expect(GENERATOR.filter((name) => !(camel(name) in defaultRng(0)))).toEqual([]);
});

test('size is the last argument, or an option that may come early; numbers alone give a number', () => {
  const draws = (draw: (rng: Generator) => unknown): unknown => draw(defaultRng(5));
  const expected = draws((rng) => rng.normal(0, 1, [2, 2]).tolist());
  expect(draws((rng) => rng.normal({ size: [2, 2] }).tolist())).toEqual(expected);
  expect(draws((rng) => rng.normal(0, { size: [2, 2] }).tolist())).toEqual(expected);
  expect(draws((rng) => rng.normal(0, 1, { size: [2, 2] }).tolist())).toEqual(expected);
  expect(draws((rng) => rng.standardNormal([2, 2]).tolist())).toEqual(expected);
  expect(draws((rng) => rng.normal())).toBe((expected as number[][])[0]![0]);
  expect(draws((rng) => rng.normal(array(0)).shape)).toEqual([]);
  expect(draws((rng) => rng.poisson([[1], [20]], [2, 3]).shape)).toEqual([2, 3]);
  expect(draws((rng) => rng.integers(10, { size: 0 }).shape)).toEqual([0]);
});

test.each([
  ['scale < 0', (r: Generator) => r.normal(0, -1)],
  ['scale < 0', (r: Generator) => r.exponential([1, -2])],
  ['shape < 0', (r: Generator) => r.gamma(-0)],
  ['a <= 0', (r: Generator) => r.beta(0, 1)],
  ['df <= 0', (r: Generator) => r.chisquare(0)],
  ['nonc < 0', (r: Generator) => r.noncentralF(1, 1, -1)],
  ['p < 0, p > 1 or p is NaN', (r: Generator) => r.binomial(1, 2)],
  ['p < 0, p > 1 or p contains NaNs', (r: Generator) => r.binomial(1, [0.5, Number.NaN])],
  ['n < 0', (r: Generator) => r.binomial(-1, 0.5)],
  ['n is not an integer', (r: Generator) => r.binomial(1.5, 0.5)],
  ['lam < 0 or lam is NaN', (r: Generator) => r.poisson(-1)],
  ['lam value too large', (r: Generator) => r.poisson(1e19)],
  ['p <= 0, p > 1 or p contains NaNs', (r: Generator) => r.geometric(0)],
  ['p < 0, p >= 1 or p is NaN', (r: Generator) => r.logseries(1)],
  ['a <= 1 or a is NaN', (r: Generator) => r.zipf(1)],
  ['n must not be NaN', (r: Generator) => r.negativeBinomial(Number.NaN, 0.5)],
  [
    'n too large or p too small, see Generator.negative_binomial Notes',
    (r: Generator) => r.negativeBinomial(1e9, 1e-12),
  ],
  ['high - low range exceeds valid bounds', (r: Generator) => r.uniform(0, Infinity)],
  ['high - low < 0', (r: Generator) => r.uniform(1, 0)],
  ['left > mode', (r: Generator) => r.triangular(1, 0, 2)],
  ['mode > right', (r: Generator) => r.triangular(0, 3, 2)],
  ['left == right', (r: Generator) => r.triangular(1, 1, 1)],
  ['ngood + nbad < nsample', (r: Generator) => r.hypergeometric(1, 2, 4)],
  ['both ngood and nbad must be less than 1000000000', (r: Generator) => r.hypergeometric(1e9, 2, 4)],
  ['nsample > sum(colors)', (r: Generator) => r.multivariateHypergeometric([1, 2], 4)],
  ['sum(pvals[:-1]) > 1.0', (r: Generator) => r.multinomial(3, [0.9, 0.9, 0])],
  ['pvals < 0, pvals > 1 or pvals contains NaNs', (r: Generator) => r.multinomial(3, [-1, 1])],
  ['alpha < 0', (r: Generator) => r.dirichlet([1, -1])],
  ['low >= high', (r: Generator) => r.integers(5, 5)],
  ['low > high', (r: Generator) => r.integers(5, 4, { endpoint: true })],
  ['high <= 0', (r: Generator) => r.integers(0)],
  ['low is out of bounds for uint8', (r: Generator) => r.integers(-1, 5, { dtype: 'uint8' })],
  ['high is out of bounds for int8', (r: Generator) => r.integers([0, 0], [5, 129], { dtype: 'int8' })],
  ['a cannot be empty unless no samples are taken', (r: Generator) => r.choice([])],
  ['a and p must have same size', (r: Generator) => r.choice(3, { p: [0.5, 0.5] })],
  ['Probabilities contain NaN', (r: Generator) => r.choice(2, { p: [Number.NaN, 1] })],
  [
    'Cannot take a larger sample than population when replace is False',
    (r: Generator) => r.choice(2, 3, { replace: false }),
  ],
  ['Fewer non-zero entries in p than size', (r: Generator) => r.choice(2, { size: 2, replace: false, p: [0, 1] })],
  ["missing argument: 'a'", (r: Generator) => (r.zipf as () => unknown)()],
  ["got an unexpected keyword argument 'dtype'", (r: Generator) => r.normal({ dtype: 'float32' } as object)],
  [
    "check_valid must equal 'warn', 'raise', or 'ignore'",
    (r: Generator) => r.multivariateNormal([0], [[1]], { checkValid: 'no' as 'warn' }),
  ],
  [
    'covariance is not symmetric positive-semidefinite.',
    (r: Generator) => r.multivariateNormal([0], [[-1]], { checkValid: 'raise' }),
  ],
] as const)('%s', (words, run) => {
  const rng = defaultRng(3);
  const before = rng.bitGenerator.state;
  expect(() => run(rng)).toThrow(ArgumentError);
  expect(() => run(rng)).toThrow(words);
  if (!words.startsWith('covariance')) expect(rng.bitGenerator.state).toEqual(before);
});

test.each([
  ['Unsupported dtype', (r: Generator) => r.random({ dtype: 'float16' }), DTypeError],
  ['Unsupported dtype', (r: Generator) => r.integers(3, { dtype: 'float64' }), DTypeError],
  [
    'Supplied output array has the wrong type. Expected float64',
    (r: Generator) => r.random({ out: arange(3) }),
    DTypeError,
  ],
  ['size must match out.shape', (r: Generator) => r.random({ out: zeros([3]), size: 2 }), ShapeError],
  [
    'Output size (3,) is not compatible with broadcast dimensions',
    (r: Generator) => r.normal(zeros([2, 1]), 1, 3),
    ShapeError,
  ],
  ['could not be broadcast', (r: Generator) => r.normal([1, 2], [1, 2, 3]), ShapeError],
  ['mean must be 1 dimensional', (r: Generator) => r.multivariateNormal(0, [[1]]), ShapeError],
  ['out must have the same shape as x', (r: Generator) => r.permuted([1, 2], { out: zeros([3]) }), ShapeError],
  ['out of bounds', (r: Generator) => r.permutation([1, 2], 1), AxisError],
  ['out of bounds', (r: Generator) => r.choice([[1, 2]], { axis: 2 }), AxisError],
] as const)('%s is refused', (words, run, kind) => {
  expect(() => run(defaultRng(3))).toThrow(kind);
  expect(() => run(defaultRng(3))).toThrow(words);
});

describe.each(Object.entries(ENGINES))('%s', (_name, Engine) => {
  test('goes on from a state, kept half included, and refuses that of another kind', () => {
    const rng = new Generator(new Engine(11));
    rng.integers(0, 9, 3, { dtype: 'uint32' });
    const state = rng.bitGenerator.state;
    const after = rng.integers(0, 2 ** 31, 5, { dtype: 'uint32' }).tolist();
    const other = new Engine(12);
    const set = (value: object): void => void Object.assign(other, { state: value });
    set(state);
    expect(new Generator(other).integers(0, 2 ** 31, 5, { dtype: 'uint32' }).tolist()).toEqual(after);
    expect(() => set({ ...state, bitGenerator: 'PCG32' })).toThrow('state must be for a');
  });

  test('children differ from each other and from their parent', () => {
    const parent = new Engine(1);
    const words = [parent, ...parent.spawn(3)].map((bits) => bits.nextRaw());
    expect(new Set(words).size).toBe(4);
    expect(parent.seedSeq.nChildrenSpawned).toBe(3);
  });

  test('is unpredictable without a seed', () => expect(new Engine().nextRaw()).not.toBe(new Engine().nextRaw()));
});

test('states are as NumPy spells them', () => {
  // NumPy 2.4.6: PCG64(42).state and SFC64(42).state
  expect(new PCG64(42).state).toEqual({
    bitGenerator: 'PCG64',
    state: { state: 274674114334540486603088602300644985544n, inc: 332724090758049132448979897138935081983n },
    hasUint32: 0,
    uinteger: 0,
  });
  expect(new SFC64(42).state.state.state[3]).toBe(13n);
});

test('a generator may stand on any bits, a legacy one too; what is a generator is taken as it is', () => {
  const rng = defaultRng(1);
  expect(defaultRng(rng)).toBe(rng);
  const bits = new Philox(5);
  expect(defaultRng(bits).bitGenerator).toBe(bits);
  const legacy = new RandomState(new PCG64(3));
  expect(legacy.rand()).toBe(new PCG64(3).nextDouble());
  expect(() => legacy.seed(1)).toThrow('MT19937');
  expect(() => legacy.getState()).toThrow('MT19937');
});

test('seeds are integers of any size, sequences of them or none', () => {
  expect(new SeedSequence([1, 2 ** 40, 3n]).generateState(2, 'uint64').dtype).toBe('uint64');
  expect(new SeedSequence(7, { spawnKey: [1] }).pool).toEqual(new SeedSequence(7).spawn(2)[1]!.pool);
  for (const seed of [-1, 0.5, Number.NaN]) expect(() => defaultRng(seed)).toThrow(ArgumentError);
  expect(() => new SeedSequence(1, { poolSize: 3 })).toThrow('pool should be at least 4');
  expect(() => new Philox(1, { key: 2 })).toThrow('seed and key cannot be both used');
  expect(() => new Philox(null, { key: 2n ** 128n })).toThrow('key must be positive and less than 2**128');
});

test('out is written in place, views too, and single precision has its own stream', () => {
  const out = zeros([2, 6]);
  const view = out.at(':', '::2');
  expect(defaultRng(2).random({ out: view })).toBe(view);
  expect(view.at(0).tolist()).toEqual(defaultRng(2).random(3).tolist());
  expect(out.at(':', '1::2').sum().item()).toBe(0);
  expect(defaultRng(2).standardNormal({ size: 3, dtype: 'float32' }).dtype).toBe('float32');
});

test('integers of 64 bits are exact at both ends', () => {
  const draw = defaultRng(0).integers(-(2n ** 63n), 2n ** 63n - 1n, { size: 100, endpoint: true });
  const values = Array.from(draw.data as BigInt64Array);
  expect(values.some((x) => x < -(2n ** 62n)) && values.some((x) => x > 2n ** 62n)).toBe(true);
  expect(
    defaultRng(0)
      .integers(2n ** 64n - 1n, 2n ** 64n, { size: 2, dtype: 'uint64' })
      .tolist(),
  ).toEqual([2n ** 64n - 1n, 2n ** 64n - 1n]);
});

test('multivariate normal values of all methods have the covariance', () => {
  // NumPy 2.4.6: default_rng(3).multivariate_normal([1, 2, 3], cov, 2, method='cholesky')[0], RandomState(3) likewise
  const cov = [
    [2, 0.5, 0.1],
    [0.5, 1, 0.3],
    [0.1, 0.3, 0.7],
  ];
  const svd = defaultRng(3).multivariateNormal([1, 2, 3], cov, 2).tolist() as number[][];
  [-2.7228233152846664, 2.345631812301874, 4.340115659269904].forEach((x, i) => expect(svd[0]![i]).toBeCloseTo(x, 12));
  for (const method of ['svd', 'eigh', 'cholesky'] as const) {
    const x = defaultRng(1).multivariateNormal([0, 0, 0], cov, 20000, { method });
    const sample = x.T.matmul(x).div(20000).tolist() as number[][];
    cov.forEach((row, i) => row.forEach((value, j) => expect(sample[i]![j]).toBeCloseTo(value, 1)));
  }
});

test('property: exp and pow are within a unit in the last place of what JavaScript has', () => {
  const near = (a: number, b: number): boolean =>
    a === b || Math.abs(a - b) <= Math.max(Math.abs(b) * 2 ** -51, 5e-324);
  fc.assert(
    fc.property(fc.double({ min: -760, max: 720, noNaN: true }), (x) => near(expExact(x), Math.exp(x))),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e300, noNaN: true }), fc.double({ min: -30, max: 30, noNaN: true }), (x, y) =>
      near(powExact(x, y), x ** y),
    ),
    { numRuns: 1000 },
  );
  expect([0, -0, Infinity, -Infinity, Number.NaN, 1000, -1000].map(expExact)).toEqual([
    1,
    1,
    Infinity,
    0,
    Number.NaN,
    Infinity,
    0,
  ]);
});

test('property: permuted keeps every line, choice without replacement never repeats', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 }), fc.integer({ min: 1, max: 40 }), (seed, n) => {
      const rng = defaultRng(seed);
      const rows = rng.permuted(arange(3 * n).reshape([3, n]), { axis: 1 }).tolist() as number[][];
      rows.forEach((row, i) =>
        expect(row.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, j) => i * n + j)),
      );
      expect(new Set(rng.choice(n, { size: n, replace: false }).tolist() as number[]).size).toBe(n);
    }),
    { numRuns: 50 },
  );
});
