import { expect, test } from 'vitest';
import { type Tensor, tensor } from '@isograd/autograd';
import { Trainer, type TrainerOptimizer, type TrainerOptions } from './index.ts';

type Memory = Record<string, number>;
type Rule = (w: number, gradient: number, memory: Memory, t: number) => number;

const [LR, WD, BATCH] = [0.1, 0.05, 4];
/** MXNet 1.9.1's formulas for one number, written down anew; `g` is the gradient of a sample. */
const RULES: readonly (readonly [TrainerOptimizer, TrainerOptions, Rule])[] = [
  ['sgd', { learningRate: LR, wd: WD }, (w, g) => w - LR * (g + WD * w)],
  [
    'sgd',
    { learningRate: LR, wd: WD, momentum: 0.9, clipGradient: 0.5 },
    (w, g, m) => w + (m.m = 0.9 * (m.m ?? 0) - LR * (Math.max(-0.5, Math.min(0.5, g)) + WD * w)),
  ],
  ['nag', { learningRate: LR, momentum: 0.9 }, (w, g, m) => w + 0.9 * (m.m = 0.9 * (m.m ?? 0) - LR * g) - LR * g],
  [
    'adam',
    { learningRate: LR, wd: WD },
    (w, raw, m, t) => {
      const g = raw + WD * w;
      m.m = 0.9 * (m.m ?? 0) + 0.1 * g;
      m.v = 0.999 * (m.v ?? 0) + 0.001 * g * g;
      return w - (((LR * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t)) * m.m) / (Math.sqrt(m.v) + 1e-8);
    },
  ],
  [
    'adagrad',
    { learningRate: LR, wd: WD },
    (w, g, m) => w - LR * (g / Math.sqrt((m.h = (m.h ?? 0) + g * g) + 1e-7) + WD * w),
  ],
  [
    'adadelta',
    { rho: 0.8, wd: WD },
    (w, g, m) => {
      m.g = 0.8 * (m.g ?? 0) + 0.2 * g * g;
      const delta = (Math.sqrt((m.d ?? 0) + 1e-5) / Math.sqrt(m.g + 1e-5)) * g;
      m.d = 0.8 * (m.d ?? 0) + 0.2 * delta * delta;
      return w - delta - WD * w;
    },
  ],
  [
    'rmsprop',
    { learningRate: LR, gamma1: 0.8, wd: WD },
    (w, raw, m) => {
      const g = raw + WD * w;
      m.n = 0.8 * (m.n ?? 0) + 0.2 * g * g;
      return w - (LR * g) / Math.sqrt(m.n + 1e-8);
    },
  ],
];

test.each(RULES)('%s %j follows the formula, by the mean gradient of the batch', (optimizer, options, rule) => {
  const w = tensor([1, -2], { dtype: 'float64', requiresGrad: true });
  const trainer = new Trainer({ weight: w }, optimizer, options);
  const expected = [1, -2];
  const memory: [Memory, Memory] = [{}, {}];
  for (let t = 1; t <= 20; t++) {
    w.sub(3).pow(2).sum().backward();
    trainer.step(BATCH);
    memory.forEach((m, i) => (expected[i] = rule(expected[i]!, (2 * (expected[i]! - 3)) / BATCH, m, t)));
  }
  (w.tolist() as number[]).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 11));
});

const start = (): Tensor => tensor([1, 2], { requiresGrad: true });

test('a step uses gradients up, and without new ones it is refused', () => {
  const [a, b] = [start(), start()];
  const trainer = new Trainer([a, b], 'sgd', { learningRate: 1 });
  a.sum().backward();
  expect(() => trainer.step(1)).toThrow('parameter 1 has had no gradient since the last step');
  expect(a.tolist()).toEqual([1, 2]);
  trainer.step(2, { ignoreStaleGrad: true });
  expect([a.tolist(), b.tolist(), a.grad]).toEqual([[0.5, 1.5], [1, 2], null]);
  trainer.setLearningRate(2);
  a.sum().backward();
  trainer.step(1, { ignoreStaleGrad: true });
  expect(a.tolist()).toEqual([-1.5, -0.5]);
});

test('options out of range are refused', () => {
  expect(() => new Trainer([], 'sgd')).toThrow('got no parameters');
  expect(() => new Trainer([start()], 'lamb' as never)).toThrow('the optimizer is unknown');
  expect(() => new Trainer([start()], 'sgd', { wd: -1 })).toThrow('wd is out of range');
  expect(() => new Trainer([start()], 'sgd').step(0)).toThrow('batchSize is out of range');
  expect(() => new Trainer([start()], 'sgd').setLearningRate(NaN)).toThrow('learningRate is out of range');
});
