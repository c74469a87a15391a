import { expect, test } from 'vitest';
import { asTensor, type Tensor, tensor } from '@isograd/autograd';
import { array, broadcastTo } from '@isograd/ndarray';
import { Adafactor, Adagrad, Adam, AdamW, LBFGS, Muon, NAdam, Rprop, SGD, SparseAdam } from './index.ts';

const start = (): Tensor => tensor([1, 2], { dtype: 'float64', requiresGrad: true });

test('a step that cannot be done changes nothing', () => {
  const [a, b] = [start(), asTensor(broadcastTo(array([1.5]), [2])).requiresGrad_()];
  const optimizer = new SGD([a, b], { lr: 1 });
  a.grad = tensor([1, 1], { dtype: 'float64' });
  b.grad = tensor([1, 1], { dtype: 'float64' });
  expect(() => optimizer.step()).toThrow('a broadcast view cannot be written');
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

test('a group may come later, and each parameter only once', () => {
  const [a, b] = [start(), start()];
  const optimizer = new SGD([['a', a]], { lr: 1 });
  expect(() => optimizer.addParamGroup({ params: [['again', a]] })).toThrow('more than once');
  expect(() => optimizer.addParamGroup({ params: [b] })).toThrow('some parameters have names');
  expect(() => optimizer.addParamGroup({ params: [['b', b]], lr: -1 })).toThrow('lr is out of range');
  expect(optimizer.paramGroups).toHaveLength(1);
  optimizer.addParamGroup({ params: [['b', b]], momentum: 0.5 });
  expect(optimizer.paramGroups.map(({ lr, momentum, paramNames }) => [lr, momentum, paramNames])).toEqual([
    [1, 0, ['a']],
    [1, 0.5, ['b']],
  ]);
});

test('zeroGrad forgets gradients, or fills them with 0', () => {
  const w = start();
  const optimizer = new Adam([w]);
  w.mul(w).sum().backward();
  optimizer.zeroGrad({ setToNone: false });
  expect(w.grad!.tolist()).toEqual([0, 0]);
  optimizer.zeroGrad();
  expect(w.grad).toBeNull();
});

test('a closure computes the loss before the step, and hooks stand around it', () => {
  const w = start();
  const optimizer = new SGD([w], { lr: 0.25 });
  const seen: unknown[] = [];
  const handle = optimizer.registerStepPreHook(() => seen.push('before', w.tolist()));
  optimizer.registerStepPostHook((o) => seen.push('after', w.tolist(), o === optimizer));
  const loss = optimizer.step(() => {
    optimizer.zeroGrad();
    const y = w.mul(w).sum();
    y.backward();
    return y;
  });
  expect(loss.item()).toBe(5);
  expect(seen).toEqual(['before', [1, 2], 'after', [0.5, 1], true]);
  handle.remove();
  optimizer.step();
  expect(seen).toHaveLength(8);
});

// Past the setter, which refuses it: what an optimizer of another kind of parameter could meet.
const failing = (w: Tensor): void => {
  Object.defineProperty(w, 'grad', { value: tensor([1, 1, 1], { dtype: 'float64' }) });
};
test.each([
  ['Adam', (p: Tensor[]) => new Adam(p)],
  ['Adafactor', (p: Tensor[]) => new Adafactor(p)],
  ['NAdam', (p: Tensor[]) => new NAdam(p)],
] as const)('%s: a failed step leaves values, counts and memory', (_name, make) => {
  const [a, b] = [start(), start()];
  const optimizer = make([a, b]);
  for (const w of [a, b]) w.grad = tensor([1, -1], { dtype: 'float64' });
  optimizer.step();
  const before = JSON.stringify([a.tolist(), b.tolist(), numbersOf(optimizer.stateDict())]);
  failing(b);
  expect(() => optimizer.step()).toThrow('a gradient does not fit its parameter');
  expect(JSON.stringify([a.tolist(), b.tolist(), numbersOf(optimizer.stateDict())])).toBe(before);
});

function numbersOf(x: unknown): unknown {
  if (typeof x !== 'object' || x === null) return x;
  if ('tolist' in x) return (x as Tensor).tolist();
  return Object.entries(x).map(([name, value]) => [name, numbersOf(value)]);
}

test('LBFGS: a closure that fails in the line search leaves parameters and memory', () => {
  const w = start();
  const optimizer = new LBFGS([w], { lineSearchFn: 'strongWolfe' });
  let calls = 0;
  expect(() =>
    optimizer.step(() => {
      if (++calls === 3) throw new Error('no more data');
      optimizer.zeroGrad();
      const y = w.sub(10).pow(4).sum();
      y.backward();
      return y;
    }),
  ).toThrow('no more data');
  expect([w.tolist(), optimizer.state.size]).toEqual([[1, 2], 0]);
  expect(() => optimizer.step()).toThrow('needs a closure');
});

test('the state of LBFGS goes to another one, which goes on the same way', () => {
  const run = (optimizer: LBFGS, w: Tensor, count: number): void => {
    for (let i = 0; i < count; i++)
      optimizer.step(() => {
        optimizer.zeroGrad();
        const y = w
          .sub(tensor([3, -1], { dtype: 'float64' }))
          .pow(4)
          .sum();
        y.backward();
        return y;
      });
  };
  const [a, b] = [start(), start()];
  const one = new LBFGS([a], { maxIter: 2, lr: 0.1 });
  run(one, a, 3);
  const saved = one.stateDict();
  expect(saved.param_groups[0]).toMatchObject({ max_iter: 2, max_eval: 2, line_search_fn: null, params: [0] });
  expect(Object.keys(saved.state[0]!)).toContain('old_dirs');
  const two = new LBFGS([b]);
  two.loadStateDict(saved);
  b.detach().copy_(a.detach());
  run(one, a, 2);
  run(two, b, 2);
  expect(b.tolist()).toEqual(a.tolist());
});

test('states that do not fit are refused, and change nothing', () => {
  const [a, b] = [start(), start()];
  const optimizer = new Adam([a], { lr: 0.5 });
  const { param_groups: groups } = optimizer.stateDict();
  expect(() => optimizer.loadStateDict({} as never)).toThrow('this is not the state of an optimizer');
  expect(() => optimizer.loadStateDict(new Adam([a, b]).stateDict())).toThrow('the parameter groups do not match');
  const wrong = { state: { 0: { momentum_buffer: a } }, param_groups: groups };
  expect(() => optimizer.loadStateDict(wrong)).toThrow('the state lacks exp_avg');
  const misshapen = { state: { 0: { step: 1, exp_avg: tensor([1]), exp_avg_sq: tensor([1]) } }, param_groups: groups };
  expect(() => optimizer.loadStateDict(misshapen)).toThrow('exp_avg does not fit its parameter');
  const negative = { state: {}, param_groups: [{ ...groups[0]!, lr: -1 }] };
  expect(() => optimizer.loadStateDict(negative)).toThrow('lr is out of range');
  expect([optimizer.paramGroups[0]!.lr, optimizer.state.size]).toEqual([0.5, 0]);
});

test('options of single optimizers that do not fit are refused', () => {
  const [w, matrix] = [start(), tensor([[1, 2]], { dtype: 'float64', requiresGrad: true })];
  expect(() => new Muon([w])).toThrow('takes matrices only');
  expect(() => new Muon([matrix], { nsSteps: 100 })).toThrow('nsSteps is out of range');
  expect(() => new Muon([matrix], { adjustLrFn: 'none' as never })).toThrow('adjustLrFn is unknown');
  expect(() => new Rprop([w], { etas: [0.5, 0.9] })).toThrow('etas are out of range');
  expect(() => new Adafactor([w], { d: 0.5 })).toThrow('d is out of range');
  expect(() => new Adafactor([w], { eps: [-1, 0] })).toThrow('eps[0] is out of range');
  expect(() => new SparseAdam([w], { lr: 0 })).toThrow('lr is out of range');
  expect(() => new Adagrad([w], { lrDecay: -1 })).toThrow('lrDecay is out of range');
  expect(() => new LBFGS([{ params: [w] }, { params: [matrix] }])).toThrow('takes no parameter groups');
  expect(() => new LBFGS([w], { lineSearchFn: 'armijo' as never })).toThrow('lineSearchFn is unknown');
});

test('parameters without a gradient stay as they are, decay included', () => {
  const [a, b] = [start(), start()];
  a.grad = tensor([1, 1], { dtype: 'float64' });
  const optimizer = new AdamW([a, b], { lr: 0.1 });
  optimizer.step();
  expect([b.tolist(), optimizer.state.has(b)]).toEqual([[1, 2], false]);
});
