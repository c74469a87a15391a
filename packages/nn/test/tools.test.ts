import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gradients, manualSeed, noGrad, rand, type Tensor, tensor } from '@isograd/autograd';
import { isFloat } from '@isograd/device';
import * as nn from '../src/index.ts';
import { expectFrozen, fill, type Frozen } from './frozen.ts';

type State = Readonly<Record<string, Frozen>>;
type Options = Readonly<Record<string, unknown>>;
type Case =
  | { readonly kind: 'vectors'; readonly vector: Frozen; readonly state: State }
  | {
      readonly kind: 'fuse';
      readonly name: string;
      readonly args: readonly unknown[];
      readonly options: Options;
      readonly norm: readonly [string, number, Options];
      readonly shape: readonly number[];
      readonly transpose: boolean;
      readonly state: State;
      readonly y: Frozen;
      readonly both: Frozen;
    }
  | {
      readonly kind: 'parametrized';
      readonly what: 'weight_norm' | 'spectral_norm';
      readonly options: Options;
      readonly name: string;
      readonly args: readonly unknown[];
      readonly shape: readonly number[];
      readonly first: State;
      readonly second: State;
      readonly ys: readonly Frozen[];
      readonly grads: readonly Frozen[];
      readonly repr: string;
      readonly assigned: State;
      readonly removed: State;
      readonly removedRepr: string;
    }
  | {
      readonly kind: 'averaged';
      readonly average: string;
      readonly useBuffers: boolean;
      readonly before: State;
      readonly after: State;
      readonly y: Frozen;
      readonly model: State;
    };

const file = new URL('../../../parity-tests/goldens/torch-tools.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };
const of = <K extends Case['kind']>(kind: K): Extract<Case, { kind: K }>[] =>
  cases.filter((item): item is Extract<Case, { kind: K }> => item.kind === kind);

type Layer = nn.Module & ((x: Tensor) => Tensor) & { weight: Tensor };
const make = (name: string, ...args: readonly unknown[]): Layer =>
  new (nn as unknown as Readonly<Record<string, new (...args: readonly unknown[]) => Layer>>)[name]!(...args);

/** As `fixed` in torch_tools.py. */
function fixed<M extends nn.Module>(model: M): M {
  model.double();
  noGrad(() => {
    model.parameters().forEach((p, k) => p.copy_(fill(p.shape, k + 10).mul(0.5)));
    model
      .buffers()
      .filter(({ dtype }) => isFloat(dtype))
      .forEach((b, k) =>
        b.copy_(
          fill(b.shape, k + 30)
            .abs()
            .add(0.5),
        ),
      );
  });
  return model;
}

function expectState(model: nn.Module, want: State): void {
  const state = model.stateDict();
  expect(Object.keys(state)).toEqual(Object.keys(want));
  for (const [name, x] of Object.entries(state)) expectFrozen(x, want[name]!, name);
}

test('parameters become a vector and back', () => {
  const [{ vector, state }] = of('vectors') as [Extract<Case, { kind: 'vectors' }>];
  const model = fixed(new nn.Sequential(new nn.Linear(3, 2), new nn.Conv1d(2, 2, 2)));
  expectFrozen(nn.utils.parametersToVector(model.parameters()), vector, 'vector');
  nn.utils.vectorToParameters(fill(vector.shape, 1), model.parameters());
  expectState(model, state);
  expect(() => nn.utils.vectorToParameters(tensor([1, 2]), model.parameters())).toThrow('does not fit');
  expect(() => nn.utils.parametersToVector([])).toThrow('no parameters');
});

test('skipInit draws nothing', () => {
  manualSeed(0);
  const layer = nn.utils.skipInit(nn.Conv2d, 1, 2, 3, { bias: false });
  expect(layer.weight.shape).toEqual([2, 1, 3, 3]);
  const next = rand(1).item();
  manualSeed(0);
  expect(rand(1).item()).toBe(next);
});

describe('fusing', () => {
  test.each(of('fuse'))('$name $options with $norm', ({ name, args, options, norm, shape, transpose, ...want }) => {
    expect.hasAssertions();
    const layer = fixed(make(name, ...args, options)).eval();
    const bn = fixed(make(norm[0], norm[1], norm[2])).eval() as unknown as nn.ChannelNorm;
    const fused =
      name === 'Linear'
        ? nn.utils.fuseLinearBnEval(layer as unknown as nn.Linear, bn)
        : nn.utils.fuseConvBnEval(layer as unknown as nn.Conv2d, bn, transpose);
    expectState(fused, want.state);
    expectFrozen(fused(fill(shape, 0)), want.y, 'y');
    expectFrozen(fused(fill(shape, 0)), want.both, 'layer and normalisation');
  });

  test('is refused in training, and without statistics', () => {
    const [conv, bn] = [new nn.Conv1d(1, 2, 2), new nn.BatchNorm1d(2)];
    expect(() => nn.utils.fuseConvBnEval(conv, bn)).toThrow('while it is trained');
    const loose = new nn.BatchNorm1d(2, { trackRunningStats: false }).eval();
    expect(() => nn.utils.fuseConvBnEval(conv.eval(), loose)).toThrow('no running statistics');
    expect(() => nn.utils.fuseLinearBnEval(new nn.Linear(2, 3).eval(), bn.eval())).toThrow('does not fit the layer');
  });
});

describe('parametrizations', () => {
  test.each(of('parametrized'))('$what $options of $name $args', (item) => {
    const layer = fixed(make(item.name, ...item.args));
    manualSeed(1);
    const { weightNorm, spectralNorm } = nn.utils.parametrizations;
    if (item.what === 'weight_norm') weightNorm(layer, item.options);
    else spectralNorm(layer, item.options);
    expectState(layer, item.first);
    const x = fill(item.shape, 0).requiresGrad_();
    const ys = [layer(x), layer(x)];
    expectState(layer, item.second);
    layer.eval();
    ys.push(layer(x));
    ys.forEach((y, k) => expectFrozen(y, item.ys[k]!, `y ${k}`));
    const gradOutputs = ys.map((y, k) => fill(y.shape, 20 + k));
    const grads = gradients(ys, [x, ...layer.parameters()], { gradOutputs });
    grads.forEach((g, k) => expectFrozen(g, item.grads[k]!, `gradient ${k}`));
    expect(String(layer)).toBe(item.repr);
    layer.weight = fill(layer.weight.shape, 7);
    expectState(layer, item.assigned);
    nn.utils.parametrize.removeParametrizations(layer, 'weight');
    expectState(layer, item.removed);
    expect(String(layer)).toBe(item.removedRepr);
  });

  test('of what is not there are refused, and so is another shape', () => {
    const { isParametrized, registerParametrization, removeParametrizations } = nn.utils.parametrize;
    const layer = new nn.Linear(2, 3);
    expect(() => nn.utils.parametrizations.weightNorm(layer, { name: 'kernel' })).toThrow('no such parameter');
    expect(() => nn.utils.parametrizations.weightNorm(layer, { dim: 2 })).toThrow('axis is not there');
    expect(() => registerParametrization(layer, 'weight', new nn.Flatten(0) as never)).toThrow('changes the shape');
    expect(() => removeParametrizations(layer, 'weight')).toThrow('not parametrized');
    expect(isParametrized(layer)).toBe(false);
    expect(layer.weight.shape).toEqual([3, 2]);
  });
});

const AVERAGES: Readonly<Record<string, nn.AveragedModelOptions>> = {
  mean: {},
  ema: { multiAvgFn: nn.getEmaMultiAvgFn(0.9) },
  'ema by one': { avgFn: nn.getEmaAvgFn(0.75) },
  'mean by one': { avgFn: nn.getSwaAvgFn() },
};

describe('averaged models', () => {
  test.each(of('averaged'))('$average, buffers $useBuffers', ({ average, useBuffers, before, after, y, ...want }) => {
    const model = fixed(
      new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.Tanh(), new nn.Linear(4, 1)),
    );
    const mean = new nn.AveragedModel(model, { useBuffers, ...AVERAGES[average] });
    const velocity = model.parameters().map((p) => fill(p.shape, 0).mul(0));
    const batches = [0, 1, 2, 3].map((k) => fill([6, 3], k));
    for (let step = 0; step < 30; step++) {
      const x = batches[step % 4]!;
      model.zeroGrad();
      model(x)
        .sub(x.sum(1, { keepdims: true }))
        .square()
        .mean()
        .backward();
      // SGD with momentum, and SWALR's way from 0.05 to 0.01: the packages stand side by side.
      const lr = learningRate(step - 10);
      noGrad(() =>
        model.parameters().forEach((p, k) => {
          velocity[k]!.mul_(0.9).add_(p.grad!);
          p.sub_(velocity[k]!.mul(lr));
        }),
      );
      if (step >= 10) mean.updateParameters(model);
    }
    expectState(model, want.model);
    expectState(mean, before);
    nn.updateBn(batches, mean);
    expectState(mean, after);
    mean.eval();
    expectFrozen(mean(batches[0]!), y, 'y');
    // What the average computes leaves the model as it is.
    expectState(model, want.model);
    expect(model.training).toBe(true);
  });

  test('one rule at a time, and decays from 0 to 1', () => {
    const model = new nn.Linear(1, 1);
    const two = { avgFn: nn.getSwaAvgFn(), multiAvgFn: nn.getSwaMultiAvgFn() };
    expect(() => new nn.AveragedModel(model, two)).toThrow('two rules');
    expect(() => nn.getEmaMultiAvgFn(1.5)).toThrow('out of range');
  });
});

/** SWALR from 0.05 to 0.01 in five steps along a cosine. */
function learningRate(steps: number): number {
  const share = (1 - Math.cos(Math.PI * Math.max(0, Math.min(1, steps / 5)))) / 2;
  return 0.01 * share + 0.05 * (1 - share);
}
