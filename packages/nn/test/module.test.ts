import { describe, expect, test } from 'vitest';
import { array } from '@isograd/ndarray';
import { manualSeed, noGrad, ones, type Tensor, tensor, zeros } from '@isograd/autograd';
import {
  CrossEntropyLoss,
  Dropout,
  Flatten,
  functional as F,
  Linear,
  Module,
  MSELoss,
  Parameter,
  ReLU,
  Sequential,
  Sigmoid,
  Tanh,
} from '../src/index.ts';

class Net extends Module {
  scale = new Parameter(ones([1]));
  layers = [new Linear(2, 3), new Linear(3, 1)];
  act = new Sigmoid();

  forward(x: Tensor): Tensor {
    return this.layers[1]!(this.act(this.layers[0]!(x))).mul(this.scale);
  }
}

const names = (module: Module): string[] => module.namedParameters().map(([name]) => name);

describe('a module', () => {
  test('is called like a function, with the types of its forward', () => {
    const y: Tensor = new Net()(zeros([5, 2]));
    expect(y.shape).toEqual([5, 1]);
    expect(new Net()).toBeInstanceOf(Module);
  });

  test('finds parameters and submodules in fields and lists, parents first', () => {
    expect(names(new Net())).toEqual(['scale', 'layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']);
    expect(new Net().namedModules().map(([name]) => name)).toEqual(['', 'layers.0', 'layers.1', 'act']);
  });

  test('counts a shared parameter once', () => {
    const shared = new Linear(2, 2);
    const model = new Sequential(shared, new ReLU(), shared);
    expect(names(model)).toEqual(['0.weight', '0.bias']);
    expect(model.modules().length).toBe(3);
  });

  test('goes into evaluation mode with all below', () => {
    const model = new Sequential(new Dropout(0.5), new Sequential(new Dropout(0.9)));
    expect(
      model
        .eval()
        .modules()
        .map((m) => m.training),
    ).toEqual([false, false, false, false]);
    expect(model(ones([100])).tolist()).toEqual(ones([100]).tolist());
    manualSeed(1);
    expect(
      (
        model
          .train()(ones([100]))
          .tolist() as number[]
      ).filter((v) => v === 0).length,
    ).toBeGreaterThan(80);
  });

  test('forgets its gradients', () => {
    const net = new Net();
    net(ones([1, 2]))
      .sum()
      .backward();
    expect(net.parameters().every((p) => p.grad !== null)).toBe(true);
    net.zeroGrad();
    expect(net.parameters().every((p) => p.grad === null)).toBe(true);
  });

  test('can be frozen', () => {
    const net = new Net().requiresGrad_(false);
    expect(net(ones([1, 2])).requiresGrad).toBe(false);
    expect(net.requiresGrad_()(ones([1, 2])).requiresGrad).toBe(true);
  });

  test('changes its dtype', () => {
    const net = new Net().to('float64');
    expect(net.parameters().map((p) => [p.dtype, p.requiresGrad, p instanceof Parameter])).toEqual(
      Array.from({ length: 5 }, () => ['float64', true, true]),
    );
    expect(net(zeros([1, 2], { dtype: 'float64' })).dtype).toBe('float64');
  });
});

describe('a state dict', () => {
  test('goes from one module to another', () => {
    const [a, b] = [new Net(), new Net()];
    expect(b.loadStateDict(a.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(b(ones([1, 2])).tolist()).toEqual(a(ones([1, 2])).tolist());
  });

  test('shares memory with the module', () => {
    const layer = new Linear(1, 1);
    const state = layer.stateDict();
    noGrad(() => layer.weight.fill_(7));
    expect(state.weight!.tolist()).toEqual([[7]]);
    expect(state.weight!.requiresGrad).toBe(false);
  });

  test('lists what is missing and unexpected, and changes nothing', () => {
    const layer = new Linear(1, 2);
    const before = layer.weight.tolist();
    expect(() => layer.loadStateDict({ weight: zeros([2, 1]), extra: zeros([1]) })).toThrow(
      'missing bias; unexpected extra',
    );
    expect(layer.weight.tolist()).toEqual(before);
    expect(layer.loadStateDict({ weight: zeros([2, 1]), extra: zeros([1]) }, { strict: false })).toEqual({
      missingKeys: ['bias'],
      unexpectedKeys: ['extra'],
    });
    expect(layer.weight.tolist()).toEqual([[0], [0]]);
  });

  test('lists every wrong shape, and changes nothing', () => {
    const layer = new Linear(1, 2);
    const before = layer.bias!.tolist();
    expect(() => layer.loadStateDict({ weight: zeros([1, 2]), bias: zeros([3]) })).toThrow(
      /got: +weight \[1, 2\], bias \[3\]\n +expected: weight \[2, 1\], bias \[2\]/,
    );
    expect(() => layer.loadStateDict({ weight: zeros([1, 2]), bias: zeros([2]) })).toThrow('shapes do not match');
    expect(layer.bias!.tolist()).toEqual(before);
  });

  test('is cast to the dtype of the module', () => {
    const layer = new Linear(1, 1, { bias: false });
    layer.loadStateDict({ weight: array([[0.5]]) });
    expect([layer.weight.dtype, layer.weight.item()]).toEqual(['float32', 0.5]);
  });
});

// PyTorch 2.15.0: print() of the same modules.
test.each<[string, Module, string]>([
  ['Linear', new Linear(1000, 100, { bias: false }), 'Linear(in_features=1000, out_features=100, bias=False)'],
  ['Dropout', new Dropout(0.2), 'Dropout(p=0.2, inplace=False)'],
  ['Flatten', new Flatten(), 'Flatten(start_dim=1, end_dim=-1)'],
  ['Tanh', new Tanh(), 'Tanh()'],
  ['MSELoss', new MSELoss(), 'MSELoss()'],
  ['CrossEntropyLoss', new CrossEntropyLoss({ reduction: 'sum' }), 'CrossEntropyLoss()'],
  [
    'nested',
    new Sequential(new Linear(2, 3), new Sequential(new ReLU(), new Linear(3, 1))),
    'Sequential(\n  (0): Linear(in_features=2, out_features=3, bias=True)\n  (1): Sequential(\n    (0): ReLU()\n    (1): Linear(in_features=3, out_features=1, bias=True)\n  )\n)',
  ],
])('%s prints as in PyTorch', (_, module, text) => {
  expect(String(module)).toBe(text);
});

test('a parameter prints as in PyTorch', () => {
  expect(String(new Parameter(tensor([[0.5, -0.25]])))).toBe(
    'Parameter containing:\ntensor([[ 0.5000, -0.2500]], requires_grad=True)',
  );
});

describe('Sequential', () => {
  test('is indexed and iterated', () => {
    const model = new Sequential(new Linear(2, 3), new ReLU());
    expect(model[0].weight.shape).toEqual([3, 2]);
    expect(model.at(-1)).toBe(model[1]);
    expect([...model].length).toBe(model.length);
    expect(() => model.at(2)).toThrow('no module at this index');
  });

  test('without modules gives its input', () => {
    const x = ones([2]);
    expect(new Sequential()(x)).toBe(x);
  });
});

describe('Flatten', () => {
  test('takes a range of axes', () => {
    expect(new Flatten(0, 1)(zeros([2, 3, 4])).shape).toEqual([6, 4]);
    expect(new Flatten()(zeros([0, 3, 4])).shape).toEqual([0, 12]);
  });
});

const pair = [zeros([2, 3]), tensor([0, 1])] as const;
const probability = tensor([0.5, 0.5]);

test.each<[string, () => unknown, string]>([
  ['a negative number of features', () => new Linear(-1, 2), 'inFeatures is not a number of features'],
  ['an input of other features', () => new Linear(3, 2)(zeros([1, 4])), 'expected: x [..., 3]'],
  [
    'an input of another dtype',
    () => new Linear(3, 2)(zeros([1, 3], { dtype: 'float64' })),
    'input and weight differ in dtype',
  ],
  ['a probability above one', () => new Dropout(1.5), 'p is no probability'],
  ['axes that are not there', () => new Flatten(2)(zeros([3])), 'no such range of axes'],
  ['an unknown reduction', () => new MSELoss({ reduction: 'avg' as 'mean' }), 'unknown reduction'],
  ['shapes that would broadcast', () => F.mseLoss(zeros([3, 1]), zeros([3])), 'input and target differ in shape'],
  ['integers', () => F.mseLoss(tensor([1]), tensor([1])), 'takes floating-point tensors only'],
  [
    'a probability outside [0, 1]',
    () => F.binaryCrossEntropy(tensor([1.5, 0]), probability),
    'an element of the input is no probability',
  ],
  [
    'a label of NaN',
    () => F.binaryCrossEntropy(probability, tensor([Number.NaN, 1])),
    'an element of the target is no probability',
  ],
  ['a label out of range', () => F.crossEntropy(pair[0], tensor([0, 3])), '3 at position 1'],
  ['a negative label', () => F.crossEntropy(pair[0], tensor([-1, 0])), '-1 at position 0'],
  ['labels that are fractions', () => F.crossEntropy(pair[0], tensor([0.5, 1])), 'class indices are not integers'],
  ['another number of labels', () => F.crossEntropy(pair[0], tensor([0, 1, 2])), 'class indices do not fit the input'],
  ['integers as logits', () => F.crossEntropy(tensor([[1, 2]]), tensor([0])), 'not floating-point'],
  ['no classes', () => F.crossEntropy(zeros([2, 0]), tensor([0, 0])), 'no classes'],
  ['weights for other classes', () => F.crossEntropy(...pair, { weight: ones([2]) }), 'one weight for each class'],
  ['smoothing above one', () => F.crossEntropy(...pair, { labelSmoothing: 2 }), 'labelSmoothing is out of range'],
  [
    'an ignored class beside probabilities',
    () => F.crossEntropy(zeros([1, 2]), ones([1, 2]), { ignoreIndex: 1 }),
    'no meaning for probabilities',
  ],
  ['labels of NLLLoss out of range', () => F.nllLoss(pair[0], tensor([0, 5])), 'a class index is out of range'],
])('%s is refused', (_, run, message) => {
  expect(run).toThrow(message);
});

test('uint8 labels, as image files have them, are class indices', () => {
  expect(F.crossEntropy(zeros([2, 2]), tensor(Uint8Array.of(0, 1))).item()).toBeCloseTo(Math.log(2), 6);
});

test('a class that is ruled out by -inf costs nothing where it is not the label', () => {
  const x = tensor([[0.5, -Infinity, 0.5]], { requiresGrad: true });
  const loss = F.crossEntropy(x, tensor([0]));
  loss.backward();
  expect(loss.item()).toBeCloseTo(Math.log(2), 6);
  expect(x.grad!.tolist()).toEqual([[-0.5, 0, 0.5]]);
});
