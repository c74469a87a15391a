import { describe, expect, test } from 'vitest';
import { ones, type Tensor, tensor, zeros } from '@isograd/autograd';
import {
  BatchNorm1d,
  Dropout,
  Linear,
  Module,
  ModuleDict,
  ModuleList,
  Parameter,
  ParameterDict,
  ParameterList,
  ReLU,
  Sequential,
} from '../src/index.ts';

class Scaled extends Module {
  layer = new Linear(2, 2, { bias: false });

  constructor() {
    super();
    this.registerBuffer('scale', tensor([2, 3], { dtype: 'float32' }));
    this.registerBuffer('cache', zeros([1]), { persistent: false });
    this.registerBuffer('later', null);
  }

  declare scale: Tensor;

  forward(x: Tensor): Tensor {
    return this.layer(x).mul(this.scale);
  }
}

describe('buffers', () => {
  test('are named, kept in the state dict, and moved with the module', () => {
    const net = new Scaled();
    expect(net.namedBuffers().map(([name]) => name)).toEqual(['scale', 'cache']);
    expect(Object.keys(net.stateDict())).toEqual(['scale', 'layer.weight']);
    expect(net.double().scale.dtype).toBe('float64');
    expect(net.parameters().length).toBe(1);
  });

  test('are loaded, and missing ones are named', () => {
    const net = new Scaled();
    expect(() => net.loadStateDict({ 'layer.weight': zeros([2, 2]) })).toThrow('missing scale');
    net.loadStateDict({ 'layer.weight': zeros([2, 2]), scale: tensor([5, 6]) });
    expect(net.scale.tolist()).toEqual([5, 6]);
  });

  test('need a name of their own', () => {
    expect(() => new Scaled().registerBuffer('forward', null)).toThrow('not a name for a buffer');
    expect(() => new Scaled().registerBuffer('a.b', null)).toThrow('not a name for a buffer');
  });
});

describe('hooks', () => {
  test('see and replace arguments and results, until they are removed', () => {
    const layer = new ReLU();
    const before = layer.registerForwardPreHook((_, [x]) => [(x as Tensor).neg()]);
    const after = layer.registerForwardHook((_, __, y) => (y as Tensor).mul(10));
    expect(layer(tensor([-1.5, 2])).tolist()).toEqual([15, 0]);
    before.remove();
    expect(layer(tensor([-1.5, 2])).tolist()).toEqual([0, 20]);
    after.remove();
    expect(layer(tensor([-1.5, 2])).tolist()).toEqual([0, 2]);
  });

  test('see gradients of results and inputs, and replace those of inputs', () => {
    const layer = new Linear(2, 1, { bias: false });
    layer.loadStateDict({ weight: tensor([[3, 4]]) });
    const seen: unknown[] = [];
    layer.registerFullBackwardHook((_, gradInput, gradOutput) => {
      seen.push(gradInput[0]!.tolist(), gradOutput[0]!.tolist());
      return [gradInput[0]!.mul(2)];
    });
    const x = ones([1, 2], { requiresGrad: true });
    layer(x).sum().backward();
    expect(seen).toEqual([[[3, 4]], [[1]]]);
    expect(x.grad!.tolist()).toEqual([[6, 8]]);
    expect(layer.weight.grad!.tolist()).toEqual([[1, 1]]);
  });
});

test('functionalCall runs with other values, and puts the own ones back', () => {
  const net = new Scaled();
  const own = net.layer.weight;
  const weight = tensor([
    [1, 0],
    [0, 1],
  ]).float();
  weight.requiresGrad_();
  const y = net.functionalCall({ 'layer.weight': weight, scale: tensor([1, 10]).float() }, ones([1, 2]));
  expect(y.tolist()).toEqual([[1, 10]]);
  y.sum().backward();
  expect(weight.grad!.tolist()).toEqual([
    [1, 1],
    [10, 10],
  ]);
  expect(net.layer.weight).toBe(own);
  expect(own.grad).toBe(null);
  expect(() => net.functionalCall({ other: weight }, ones([1, 2]))).toThrow('there are no such parameters or buffers');
});

test('apply visits children first', () => {
  const names: string[] = [];
  new Sequential(new Linear(1, 1), new Sequential(new ReLU())).apply((m) => names.push(m.constructor.name));
  expect(names).toEqual(['Linear', 'ReLU', 'Sequential', 'Sequential']);
});

describe('containers', () => {
  test('a list is indexed, grows, shrinks, and prints equal neighbours once', () => {
    const list = new ModuleList<Module>([new ReLU(), new ReLU()]);
    list.append(new Dropout(0.5)).insert(0, new ReLU());
    expect(String(list)).toBe('ModuleList(\n  (0-2): 3 x ReLU()\n  (3): Dropout(p=0.5, inplace=False)\n)');
    expect(list.pop()).toBeInstanceOf(Dropout);
    expect([list.size, list.at(-1), [...list].length]).toEqual([3, list[2], 3]);
    expect(() => list.at(3)).toThrow('there is nothing at this index');
    expect(() => list()).toThrow('a container is no layer');
  });

  test('a dictionary has names, in order', () => {
    const dict = new ModuleDict<Module>({ norm: new BatchNorm1d(2), act: new ReLU() });
    expect(dict.keys()).toEqual(['norm', 'act']);
    expect(Object.keys(dict.stateDict())[2]).toBe('norm.running_mean');
    expect(dict.pop('act')).toBeInstanceOf(ReLU);
    expect([dict.has('act'), dict.size, dict.get('act')]).toEqual([false, 1, undefined]);
    expect(() => dict.set('forward', new ReLU())).toThrow('not a name for an entry');
    expect(() => dict.pop('act')).toThrow('there is no such name');
  });

  test('parameters in lists and dictionaries are parameters', () => {
    const list = new ParameterList([new Parameter(ones([2, 3]))]);
    expect(String(list)).toBe('ParameterList(\n  (0): Parameter containing: [torch.float32 of size 2x3]\n)');
    const dict = new ParameterDict({ w: new Parameter(ones([2])) });
    expect(dict.namedParameters().map(([name]) => name)).toEqual(['w']);
    expect(list[0]!.shape).toEqual([2, 3]);
  });
});
