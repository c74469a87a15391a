import { expect, test } from 'vitest';
import { type Tensor, tensor } from '@isograd/autograd';
import { Adam, SGD } from './index.ts';

function descend(w: Tensor, optimizer: SGD | Adam, steps: number): number[] {
  const target = tensor([3, -1], { dtype: 'float64' });
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    const d = w.sub(target);
    d.mul(d).sum().backward();
    optimizer.step();
  }
  return w.tolist() as number[];
}
const start = (): Tensor => tensor([1, 2], { dtype: 'float64', requiresGrad: true });

// torch 2.15.0: the same loop in float64.
test.each<[string, (w: Tensor) => SGD | Adam, number[]]>([
  ['SGD', (w) => new SGD([w], { lr: 0.1 }), [2.34464, -0.0169600000000001]],
  [
    'SGD, momentum, dampening, decay',
    (w) => new SGD([w], { lr: 0.1, momentum: 0.9, dampening: 0.2, weightDecay: 0.01 }),
    [3.9477661029706645, -2.4475067518504767],
  ],
  [
    'SGD, nesterov, maximize',
    (w) => new SGD([w], { lr: 0.1, momentum: 0.9, nesterov: true, maximize: true }),
    [-13.3540601856, 23.531090278400004],
  ],
  ['Adam', (w) => new Adam([w], { lr: 0.1 }), [1.4970442187049882, 1.501779456227287]],
  [
    'Adam, all options',
    (w) => new Adam([w], { lr: 0.1, betas: [0.8, 0.9], eps: 1e-3, weightDecay: 0.1, amsgrad: true }),
    [1.4963189777592183, 1.5020644394430722],
  ],
])('%s follows PyTorch', (_name, make, expected) => {
  const w = start();
  descend(w, make(w), 5).forEach((x, i) => expect(Math.abs(x / expected[i]! - 1)).toBeLessThan(1e-12));
});

test('a step that cannot be done changes nothing', () => {
  const [a, b] = [start(), start()];
  const optimizer = new SGD([a, b], { lr: 1 });
  a.grad = tensor([1, 1], { dtype: 'float64' });
  b.grad = tensor([1, 1, 1], { dtype: 'float64' });
  expect(() => optimizer.step()).toThrow('a gradient does not fit its parameter');
  expect(a.tolist()).toEqual([1, 2]);
});

test('options out of range are refused', () => {
  const w = start();
  expect(() => new SGD([], {})).toThrow('got no parameters');
  expect(() => new SGD([w, w])).toThrow('more than once');
  expect(() => new SGD([w], { lr: -1 })).toThrow('lr is out of range');
  expect(() => new SGD([w], { nesterov: true })).toThrow('nesterov needs a momentum');
  expect(() => new Adam([w], { betas: [0.9, 1] })).toThrow('betas[1] is out of range');
  expect(() => new Adam([w.mul(2)])).toThrow('only leaves can be optimized');
});

test('groups keep options of their own, and a new learning rate needs no ceremony', () => {
  const [a, b] = [start(), start()];
  const optimizer = new SGD([{ params: [a] }, { params: [b], lr: 0 }], { lr: 0.5 });
  a.grad = tensor([1, 1], { dtype: 'float64' });
  b.grad = tensor([1, 1], { dtype: 'float64' });
  optimizer.step();
  expect([a.tolist(), b.tolist()]).toEqual([
    [0.5, 1.5],
    [1, 2],
  ]);
  optimizer.paramGroups[1]!.lr = 1;
  optimizer.step();
  expect(b.tolist()).toEqual([0, 1]);
});
