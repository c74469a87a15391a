import {
  bernoulli,
  binomial,
  grad,
  manualSeed,
  multinomial,
  normal,
  poisson,
  rand,
  randint,
  randintLike,
  randLike,
  randn,
  randnLike,
  randperm,
  type Randomness,
  type Tensor,
  tensor,
  vmap,
  zeros,
} from '@isograd/autograd';
import { fromJson, type JsonArray } from '@isograd/parity';
import { stack } from '@isograd/ndarray';
import { functional as F } from '@isograd/nn';
import { expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

interface Case {
  readonly id: string;
  readonly y?: JsonArray;
  readonly raises?: string;
}

const f32 = { dtype: 'float32' } as const;
const rows = tensor(
  Array.from({ length: 12 }, (_, i) => 0.1 + (0.8 / 11) * i),
  { dtype: 'float32', shape: [4, 3] },
);
const maps = tensor(
  Array.from({ length: 48 }, (_, i) => i / 16),
  { dtype: 'float32', shape: [4, 2, 3, 2] },
);
const weights = tensor([1, 2, 3], f32);

/** As in torch_vmap_random.py. */
const PROGRAMS: { readonly [name: string]: readonly [f: (a: Tensor) => Tensor, x: Tensor] } = {
  rand: [(a) => a.add(rand(3)), rows],
  randn: [(a) => a.add(randn(3)), rows],
  'randn of blocks': [(a) => a.sum().add(randn(3, 7)), rows],
  normal: [(a) => a.sum().add(normal(2, 0.5, [5])), rows],
  'normal of means': [(a) => normal(a, 0.5), rows],
  'normal of deviations': [(a) => normal(1, a), rows],
  'normal of both': [(a) => normal(a, a), rows],
  'normal of shared means': [(a) => a.add(normal(weights, weights)), rows],
  rand_like: [(a) => randLike(a), rows],
  randn_like: [(a) => randnLike(a), rows],
  randint: [(a) => a.add(randint(0, 100, [3])), rows],
  randint_like: [(a) => randintLike(a, 100), rows],
  randperm: [(a) => a.sum().add(randperm(5)), rows],
  bernoulli: [(a) => bernoulli(a), rows],
  'bernoulli of shared': [(a) => a.add(bernoulli(weights.div(4))), rows],
  multinomial: [(a) => multinomial(a, 2), rows],
  'multinomial, again': [(a) => multinomial(a, 5, { replacement: true }), rows],
  'multinomial of shared': [(a) => a.sum().add(multinomial(weights, 2)), rows],
  'multinomial of matrices': [(a) => multinomial(stack([a, a.flip(0)]) as Tensor, 2), rows],
  poisson: [(a) => poisson(a.mul(10)), rows],
  binomial: [(a) => binomial(a.mul(0).add(10), a), rows],
  'uniform_ of a new tensor': [(a) => a.add(zeros([3]).uniform_()), rows],
  'bernoulli_ of a new tensor': [(a) => a.add(zeros([3]).bernoulli_(0.5)), rows],
  dropout: [(a) => F.dropout(a), rows],
  'dropout of shared': [(a) => a.add(F.dropout(weights)), rows],
  dropout1d: [(a) => F.dropout1d(a), maps.reshape([4, 2, 6])],
  dropout2d: [(a) => F.dropout2d(a), maps],
  alpha_dropout: [(a) => F.alphaDropout(a), rows],
  feature_alpha_dropout: [(a) => F.featureAlphaDropout(a), maps],
  gumbel_softmax: [(a) => F.gumbelSoftmax(a), rows],
  'gradient of dropout': [(a) => grad((b: Tensor) => F.dropout(b.mul(b)).sum())(a), rows],
  'dropout that drops nothing': [(a) => F.dropout(F.dropout(a, { training: false }), { p: 0 }), rows],
  rrelu: [(a) => F.rrelu(a.neg(), { training: true }), rows],
};

/** What PyTorch's refusals are here. */
const REFUSALS: readonly (readonly [theirs: RegExp, ours: RegExp])[] = [
  [/randomness error mode/, /randomness error mode/],
  [/same randomness with a batched tensor/, /cannot share random numbers/],
  [/different inplace randomness/, /different in-place randomness/],
  [/do not yet support aten::rrelu/, /cannot be read/],
];

const { cases } = readGolden<Case>('torch-vmap-random');

function run(id: string): Tensor {
  const [, name, modes] = /^(.*): (.*)$/.exec(id)!;
  const [first, second] = modes!.split(', ') as Randomness[];
  manualSeed(0);
  if (modes === 'different, no examples')
    return vmap((a: Tensor) => a.add(rand(3)), { randomness: first! })(zeros([0, 3]));
  const [f, x] = PROGRAMS[name!]!;
  if (second === undefined) return vmap(f, { randomness: first! })(x);
  const inner = vmap((b: Tensor) => b.add(rand(2)), { randomness: second });
  return vmap((a: Tensor) => inner(a), { randomness: first! })(zeros([3, 2, 2]));
}

test.each(cases.map((item) => [item.id, item] as const))('%s', (id, { y, raises }) => {
  if (raises === undefined) {
    const got = run(id);
    const want = fromJson(y!);
    expect(got.shape).toEqual(want.shape);
    // Only the logarithms and exponentials of gumbel_softmax are rounded in another way.
    if (id.startsWith('gumbel')) [...got.data].forEach((v, i) => expect(v).toBeCloseTo(Number(want.values[i]), 6));
    else expect([...got.data].map(Number)).toEqual([...want.values].map(Number));
    return;
  }
  const refusal = REFUSALS.find(([theirs]) => theirs.test(raises))!;
  expect(() => run(id)).toThrow(refusal[1]);
});
