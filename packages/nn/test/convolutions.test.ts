import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type DType, IsogradError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { manualSeed, type Tensor, tensor, zeros } from '@isograd/autograd';
import * as nn from '../src/index.ts';

interface Frozen {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

interface Run {
  readonly input: Frozen;
  readonly outputSize?: readonly number[];
  readonly output: Frozen;
  readonly cotangent: Frozen;
  readonly inputGrad: Frozen;
  readonly grads: Readonly<Record<string, Frozen>>;
}

interface ModuleCase {
  readonly module: Name;
  readonly args: readonly unknown[];
  readonly options: object;
  readonly seed: number;
  readonly repr: string;
  readonly state: Readonly<Record<string, Frozen>>;
  readonly runs: readonly Run[];
}

interface Refusal extends Pick<ModuleCase, 'module' | 'args' | 'options'> {
  readonly shape: readonly number[] | null;
  readonly error: string;
}

const MODULES = {
  Conv1d: nn.Conv1d,
  Conv2d: nn.Conv2d,
  Conv3d: nn.Conv3d,
  ConvTranspose1d: nn.ConvTranspose1d,
  ConvTranspose2d: nn.ConvTranspose2d,
  ConvTranspose3d: nn.ConvTranspose3d,
  Unfold: nn.Unfold,
  Fold: nn.Fold,
};
type Name = keyof typeof MODULES;
type AnyModule = nn.Module & { forward(x: Tensor, outputSize?: readonly number[]): Tensor };

const file = new URL('../../../parity-tests/goldens/torch-convolutions.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly (ModuleCase | Refusal)[] };
const titled = <C extends Refusal | ModuleCase>(list: readonly C[]): (readonly [string, C])[] =>
  list.map((item, i) => [`${i} ${item.module}(${JSON.stringify(item.args)}, ${JSON.stringify(item.options)})`, item]);

function make({ module, args, options }: Pick<ModuleCase, 'module' | 'args' | 'options'>): AnyModule {
  const Class = MODULES[module] as new (...all: readonly unknown[]) => AnyModule;
  return new Class(...args, options);
}

const thaw = ({ dtype, shape, values }: Frozen): Tensor => tensor(values.map(Number), { dtype, shape });

// Sums of up to some hundred products of numbers near 1, each rounded.
const RELATIVE = { float32: 2e-6, float64: 1e-14 } as const;

function expectClose(got: NDArray, frozen: Frozen): void {
  expect(got.shape).toEqual(frozen.shape);
  expect(got.dtype).toBe(frozen.dtype);
  const values = frozen.values.map(Number);
  const allowed = RELATIVE[frozen.dtype as 'float32'] * Math.max(1, ...values.map(Math.abs));
  [...(got.data as Float64Array)].forEach((x, i) =>
    expect(Math.abs(x - values[i]!), `element ${i}: ${x} against ${values[i]}`).toBeLessThanOrEqual(allowed),
  );
}

test.each(titled(cases.filter((item) => 'state' in item)))('%s is the module of PyTorch', (_, item) => {
  manualSeed(item.seed);
  const module = make(item);
  expect(String(module)).toBe(item.repr);
  const state = module.stateDict();
  expect(Object.keys(state)).toEqual(Object.keys(item.state));
  for (const [name, value] of Object.entries(item.state)) {
    expect(state[name]!.shape).toEqual(value.shape);
    expect([...(state[name]!.data as Float32Array)], name).toEqual(value.values.map(Number).map(Math.fround));
  }
});

test.each(titled(cases.filter((item) => 'state' in item)))('%s computes what PyTorch computes', (_, item) => {
  expect(item.runs.map(({ input }) => input.dtype)).toEqual(['float32', 'float64']);
  for (const { input, outputSize, output, cotangent, inputGrad, grads } of item.runs) {
    const { dtype } = input;
    const module = make({ ...item, options: { ...item.options, ...('kernelSize' in item ? {} : { dtype }) } });
    module.loadStateDict(Object.fromEntries(Object.entries(item.state).map(([k, v]) => [k, thaw(v).to(dtype)])));
    const x = thaw(input).requiresGrad_(true);
    const y = outputSize ? module.forward(x, outputSize) : module.forward(x);
    expectClose(y, output);
    y.backward(thaw(cotangent));
    expectClose(x.grad!, inputGrad);
    for (const [name, parameter] of module.namedParameters()) expectClose(parameter.grad!, grads[name]!);
  }
});

test.each(titled(cases.filter((item) => 'error' in item)))('%s is refused as in PyTorch', (_, item) => {
  const call = (): unknown => {
    const module = make(item);
    return item.shape && module.forward(zeros(item.shape));
  };
  expect(call, item.error).toThrow(IsogradError);
});
