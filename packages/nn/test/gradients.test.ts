import { describe, expect, test } from 'vitest';
import { gradcheck, gradgradcheck, manualSeed, rand, randn, type Tensor, tensor } from '@isograd/autograd';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  functional as F,
  Linear,
  softmaxCrossEntropy,
} from '../src/index.ts';

manualSeed(0);
const double = { dtype: 'float64' } as const;
const logits = randn([4, 3], double);
const probabilities = rand([4, 3], double).mul(0.8).add(0.1);
const targets = rand([4, 3], double);
const labels = tensor([0, 2, 1, 2]);
const weight = tensor([0.5, 1, 2], double);

type Case = readonly [name: string, f: (...xs: readonly Tensor[]) => Tensor, inputs: readonly Tensor[]];

const CASES: readonly Case[] = [
  ['softmaxCrossEntropy', (x, q) => softmaxCrossEntropy(x!, q!), [logits, targets]],
  ['binaryCrossEntropy', (p, y) => binaryCrossEntropy(p!, y!) as Tensor, [probabilities, targets]],
  ['binaryCrossEntropyWithLogits', (x, y) => binaryCrossEntropyWithLogits(x!, y!) as Tensor, [logits, targets]],
  [
    'F.crossEntropy, labels',
    (x) => F.crossEntropy(x!, labels, { weight, labelSmoothing: 0.1, ignoreIndex: 1 }),
    [logits],
  ],
  [
    'F.crossEntropy, probabilities',
    (x, q) => F.crossEntropy(x!, q!, { weight, labelSmoothing: 0.1 }),
    [logits, targets],
  ],
  ['F.crossEntropy, images', (x) => F.crossEntropy(x!, tensor([[[1, 2]], [[0, 1]]])), [randn([2, 3, 1, 2], double)]],
  ['F.nllLoss', (x) => F.nllLoss(x!, labels, { weight }), [logits]],
  ['F.mseLoss', (x, y) => F.mseLoss(x!, y!), [logits, targets]],
  [
    'F.binaryCrossEntropyWithLogits, weights',
    (x, y) => F.binaryCrossEntropyWithLogits(x!, y!, { weight, posWeight: weight }),
    [logits, targets],
  ],
  ['F.linear', (x, w, b) => F.linear(x!, w!, b!), [logits, randn([2, 3], double), randn([2], double)]],
];

describe.each(CASES)('%s', (_, f, inputs) => {
  test('first derivatives are those of differences', () => {
    expect(gradcheck(f, inputs)).toBe(true);
  });

  test('second derivatives are those of differences', () => {
    expect(gradgradcheck(f, inputs)).toBe(true);
  });
});

test('a linear layer trains its weight and its bias', () => {
  const layer = new Linear(2, 1);
  layer(tensor([[1, 2]], { dtype: 'float32' }))
    .sum()
    .backward();
  expect(layer.weight.grad!.tolist()).toEqual([[1, 2]]);
  expect(layer.bias!.grad!.tolist()).toEqual([1]);
});
