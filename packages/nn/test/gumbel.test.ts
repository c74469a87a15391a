import { expect, test } from 'vitest';
import { manualSeed, randn, zeros } from '@isograd/autograd';
import { functional as F } from '../src/index.ts';

test('noise is that of PyTorch 2.15 under the same seed', () => {
  manualSeed(0);
  const soft = F.gumbelSoftmax(zeros([2, 3]), { tau: 0.5 }).tolist() as number[][];
  const torch = [
    [0.023999080061912537, 0.19512492418289185, 0.7808759808540344],
    [0.10404113680124283, 0.6233458518981934, 0.2726130187511444],
  ];
  soft.flat().forEach((x, i) => expect(x).toBeCloseTo(torch.flat()[i]!, 6));
  manualSeed(0);
  expect(
    F.gumbelSoftmax(zeros([6, 4]), { hard: true })
      .argmax(-1)
      .tolist(),
  ).toEqual([2, 2, 3, 0, 1, 2]);
});

test('hard samples are one-hot, with the gradient of soft ones', () => {
  const logits = randn([3, 4]).requiresGrad_();
  const y = F.gumbelSoftmax(logits, { hard: true });
  expect(y.sum(-1).tolist()).toEqual([1, 1, 1]);
  y.at(0, 0).backward();
  expect(logits.grad!.at(0).sum().item()).toBeCloseTo(0, 5);
  expect(logits.grad!.at(0).abs().sum().item()).toBeGreaterThan(0);
  expect(() => F.gumbelSoftmax(logits, { tau: 0 })).toThrow('tau is not above 0');
});
