import { describe, expect, test } from 'vitest';
import { gradcheck, gradgradcheck, manualSeed, rand, randn, type Tensor, tensor } from '@isograd/autograd';
import { functional as F, GRU, LSTM, MultiheadAttention } from '../src/index.ts';

manualSeed(0);
const double = { dtype: 'float64' } as const;
const rows = randn([4, 3], double);
const others = randn([4, 3], double);
const image = randn([2, 4, 3, 2], double);
const signs = tensor([1, -1, 1, -1], double);
const labels = tensor([0, 2, 1, 2]);
const factors = randn([4], double);
const steps = randn([3, 1, 2], double);
const targets = tensor([[1, 2]]);

type Case = readonly [name: string, f: (...xs: readonly Tensor[]) => Tensor, inputs: readonly Tensor[]];

const gru = new GRU(2, 2, double);
const lstm = new LSTM(2, 2, { ...double, bidirectional: true });
const attention = new MultiheadAttention(2, 1, double);

const CASES: readonly Case[] = [
  [
    'batchNorm',
    (x, w, b) => F.batchNorm(x!, null, null, { weight: w!, bias: b!, training: true }),
    [image, factors, factors],
  ],
  ['instanceNorm', (x, w) => F.instanceNorm(x!, { weight: w! }), [image, factors]],
  [
    'layerNorm',
    (x, w, b) => F.layerNorm(x!, [3], { weight: w!, bias: b! }),
    [rows, randn([3], double), randn([3], double)],
  ],
  ['groupNorm', (x, w) => F.groupNorm(x!, 2, { weight: w! }), [image, factors]],
  ['rmsNorm', (x, w) => F.rmsNorm(x!, [3], { weight: w! }), [rows, randn([3], double)]],
  ['localResponseNorm', (x) => F.localResponseNorm(x!, 3, { alpha: 0.5 }), [image]],
  ['normalize', (x) => F.normalize(x!), [rows]],
  ['glu', (x) => F.glu(x!, 1), [image]],
  ['prelu', (x, w) => F.prelu(x!, w!), [image, factors]],
  ['bilinear', (x, y, w) => F.bilinear(x!, y!, w!), [rows, others, randn([2, 3, 3], double)]],
  ['pad, reflected', (x) => F.pad(x!, [1, 1, 2, 0], { mode: 'reflect' }), [image]],
  ['interpolate', (x) => F.interpolate(x!, { size: [4, 3], mode: 'bicubic' }), [image]],
  ['cosineSimilarity', (x, y) => F.cosineSimilarity(x!, y!), [rows, others]],
  ['pairwiseDistance', (x, y) => F.pairwiseDistance(x!, y!, { p: 3 }), [rows, others]],
  ['cdist', (x, y) => F.cdist(x!, y!), [rows, others]],
  ['pdist', (x) => F.pdist(x!), [rows]],
  ['huberLoss', (x, y) => F.huberLoss(x!, y!, { delta: 0.7 }), [rows, others]],
  ['smoothL1Loss', (x, y) => F.smoothL1Loss(x!, y!, { beta: 0.7 }), [rows, others]],
  ['klDiv', (x, y) => F.klDiv(x!, y!), [rows, rand([4, 3], double).add(0.1)]],
  ['gaussianNllLoss', (x, y, v) => F.gaussianNllLoss(x!, y!, v!), [rows, others, rand([4, 3], double).add(0.5)]],
  ['poissonNllLoss', (x) => F.poissonNllLoss(x!, labels.double().reshape([4, 1]), { full: true }), [rows]],
  ['cosineEmbeddingLoss', (x, y) => F.cosineEmbeddingLoss(x!, y!, signs), [rows, others]],
  ['tripletMarginLoss', (x, y, z) => F.tripletMarginLoss(x!, y!, z!), [rows, others, randn([4, 3], double)]],
  ['multiMarginLoss', (x) => F.multiMarginLoss(x!, labels, { p: 2 }), [rows]],
  ['softMarginLoss', (x) => F.softMarginLoss(x!, signs.reshape([4, 1])), [rows]],
  ['ctcLoss', (x) => F.ctcLoss(x!.logSoftmax(-1), targets, [[4], [2]]), [randn([4, 1, 3], double)]],
  ['embedding', (w) => F.embedding(labels, w!), [rows]],
  [
    'scaledDotProductAttention',
    (q, k, v) => F.scaledDotProductAttention(q!, k!, v!, { isCausal: true }),
    [rows, others, rows],
  ],
  ['GRU', (x) => gru(x!)[0], [steps]],
  ['LSTM', (x) => lstm(x!)[1][1], [steps]],
  ['MultiheadAttention', (x) => attention(x!, x!, x!)[0], [steps]],
];

describe.each(CASES)('%s', (_, f, inputs) => {
  test('first derivatives are those of differences', () => {
    expect(gradcheck(f, inputs)).toBe(true);
  });

  test('second derivatives are those of differences', () => {
    expect(gradgradcheck(f, inputs)).toBe(true);
  });
});
