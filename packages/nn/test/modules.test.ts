import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DType } from '@isograd/device';
import { gradients, manualSeed, noGrad, Tensor, tensor } from '@isograd/autograd';
import * as nn from '../src/index.ts';

interface Frozen {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

/** A shape that is filled by formula, whole numbers, given values, or what is no tensor. */
type Input =
  | {
      readonly shape: readonly number[];
      readonly integers?: readonly number[];
      readonly values?: readonly number[];
      readonly dtype?: DType;
    }
  | { readonly value: unknown };

interface ModuleCase {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Input[];
  readonly keywords: Readonly<Record<string, Input>>;
  readonly evaluate?: boolean;
  readonly times?: number;
  readonly perturb?: boolean;
  readonly positive?: readonly number[];
  /** Whether the first input goes through a logarithm of softmax, as CTC wants it. */
  readonly logSoftmax?: boolean;
  readonly state: Readonly<Record<string, Frozen>>;
  readonly repr: string;
  readonly reprAfter: string;
  readonly outputs: readonly Frozen[];
  readonly inputGrads: readonly (Frozen | null)[];
  readonly grads: Readonly<Record<string, Frozen>>;
  readonly buffers: Readonly<Record<string, Frozen>>;
}

const file = new URL('../../../parity-tests/goldens/torch-modules.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly ModuleCase[] };

type AnyModule = nn.Module & ((...args: unknown[]) => unknown);
const classes = nn as unknown as Readonly<Record<string, new (...args: unknown[]) => AnyModule>>;

// Of what a handful of sums of rounded terms lose; the goldens are float64.
const ALLOWED = { float32: 2e-5, float64: 1e-12 } as const;
// Where PyTorch itself keeps fewer digits.
const ROUGH: Readonly<Record<string, number>> = {
  // The factor 1/6 of its gradient is a float32 constant in every dtype.
  Hardsigmoid: 1e-8,
};

const isFrozen = (x: unknown): x is Frozen => typeof x === 'object' && x !== null && 'values' in x && 'dtype' in x;
const thaw = ({ dtype, shape, values }: Frozen): Tensor => tensor(values.map(Number), { dtype, shape });

/** The numbers of `fill` in torch_modules.py. */
function fill(shape: readonly number[], k: number, dtype: DType): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const values = Float64Array.from(
    { length: n },
    (_, i) => Math.sin(1 + 0.7 * k + 1.3 * i) + 0.1 * Math.cos(0.37 * i ** 2),
  );
  return tensor(values, { dtype, shape });
}

function make({ name, args, options }: ModuleCase): AnyModule {
  const open = (value: unknown): unknown => (isFrozen(value) ? thaw(value) : value);
  const given = Object.fromEntries(Object.entries(options).map(([key, value]) => [key, open(value)]));
  const list = args.map(open);
  return new classes[name]!(...list, ...(Object.keys(given).length > 0 ? [given] : []));
}

function input(spec: Input, k: number, dtype: DType, positive: boolean): unknown {
  if ('value' in spec) return spec.value;
  if (spec.integers) return tensor([...spec.integers], { dtype: 'int64', shape: spec.shape });
  if (spec.values)
    return tensor([...spec.values], { dtype: spec.dtype === 'bool' ? 'bool' : dtype, shape: spec.shape });
  const x = fill(spec.shape, k, dtype);
  return (positive ? x.abs().add(0.1) : x).requiresGrad_();
}

const tensorsOf = (x: unknown): Tensor[] => (x instanceof Tensor ? [x] : Array.isArray(x) ? x.flatMap(tensorsOf) : []);

interface Limits {
  readonly dtype: 'float32' | 'float64';
  readonly allowed: number;
}

const limitsOf = ({ name }: ModuleCase, dtype: 'float32' | 'float64'): Limits => ({
  dtype,
  allowed: Math.max(ALLOWED[dtype], ROUGH[name] ?? 0),
});

function expectClose(got: Tensor, want: Frozen, { dtype, allowed }: Limits, what: string): void {
  expect(got.shape, what).toEqual(want.shape);
  expect(got.dtype, what).toBe(want.dtype === 'float64' ? dtype : want.dtype);
  const values = want.values.map(Number);
  const scale = Math.max(1, ...values.filter(Number.isFinite).map(Math.abs));
  Array.from(got.data as Float64Array, Number).forEach((x, i) => {
    const y = values[i]!;
    if (!Number.isFinite(y)) expect(x, `${what} at ${i}`).toBe(y);
    else expect(Math.abs(x - y), `${what} at ${i}: ${x} against ${y}`).toBeLessThanOrEqual(allowed * scale);
  });
}

function run(item: ModuleCase, dtype: 'float32' | 'float64'): void {
  manualSeed(0);
  const model = make(item).to(dtype);
  if (item.perturb !== false)
    noGrad(() => model.parameters().forEach((p, k) => p.copy_(fill(p.shape, k + 10, dtype).mul(0.5))));
  if (item.evaluate) model.eval();
  manualSeed(1);
  const xs = item.inputs.map((spec, k) => input(spec, k, dtype, item.positive?.includes(k) ?? false));
  const keywords = Object.fromEntries(
    Object.entries(item.keywords).map(([key, spec]) => [key, input(spec, 5, dtype, false)]),
  );
  const given = item.logSoftmax ? [(xs[0] as Tensor).logSoftmax(-1), ...xs.slice(1)] : xs;
  let result: unknown;
  for (let i = 0; i < (item.times ?? 1); i++)
    result = model(...given, ...(Object.keys(keywords).length > 0 ? [keywords] : []));
  expect(String(model)).toBe(item.reprAfter);
  const outputs = tensorsOf(result);
  expect(outputs.length).toBe(item.outputs.length);
  const limits = limitsOf(item, dtype);
  outputs.forEach((y, i) => expectClose(y, item.outputs[i]!, limits, `output ${i}`));
  expect(
    model
      .namedBuffers()
      .map(([name]) => name)
      .sort(),
  ).toEqual(Object.keys(item.buffers).sort());
  for (const [name, buffer] of model.namedBuffers()) expectClose(buffer, item.buffers[name]!, limits, name);
  checkGradients(item, dtype, { model, xs, outputs });
}

function checkGradients(
  item: ModuleCase,
  dtype: 'float32' | 'float64',
  {
    model,
    xs,
    outputs,
  }: { readonly model: AnyModule; readonly xs: readonly unknown[]; readonly outputs: readonly Tensor[] },
): void {
  const floats = outputs.filter((y) => y.requiresGrad);
  const leaves = xs.filter((x): x is Tensor => x instanceof Tensor && x.requiresGrad);
  const named = model.namedParameters().filter(([, p]) => p.requiresGrad);
  const wanted = [...leaves, ...named.map(([, p]) => p)];
  if (floats.length === 0 || wanted.length === 0) {
    expect(item.inputGrads).toEqual([]);
    return;
  }
  const gradOutputs = floats.map((y, i) => fill(y.shape, 20 + i, dtype));
  const limits = limitsOf(item, dtype);
  const grads = gradients(floats, wanted, { gradOutputs, allowUnused: true });
  leaves.forEach((_, i) => {
    const want = item.inputGrads[i];
    if (want) expectClose(grads[i]!, want, limits, `gradient of input ${i}`);
  });
  named.forEach(([name], i) => {
    const want = item.grads[name];
    if (want) expectClose(grads[leaves.length + i]!, want, limits, `gradient of ${name}`);
  });
}

const title = ({ name, args, options, inputs, evaluate }: ModuleCase): string =>
  `${name} ${JSON.stringify([...args, options])} of ${JSON.stringify(inputs)}${evaluate ? ' evaluated' : ''}`.slice(
    0,
    160,
  );

describe.each(cases.map((item, i) => [`${i} ${title(item)}`, item] as const))('%s', (_, item) => {
  test('starts from the state of PyTorch and prints as there', () => {
    manualSeed(0);
    const model = make(item);
    expect(String(model)).toBe(item.repr);
    const state = model.stateDict();
    // What a lazy layer will have is not there yet in PyTorch.
    const known = Object.keys(state).filter((name) => !item.name.startsWith('Lazy') || item.state[name]);
    expect(known).toEqual(Object.keys(item.state));
    for (const name of known) {
      expect(state[name]!.shape, name).toEqual(item.state[name]!.shape);
      const want = item.state[name]!;
      const bits = want.dtype === 'float32' ? want.values.map((v) => Math.fround(Number(v))) : want.values.map(Number);
      expect(Array.from(state[name]!.data as Float32Array, Number), name).toEqual(bits);
    }
  });

  // What a lazy layer draws depends on its dtype.
  const dtypes = /^Lazy(Linear|Conv)/.test(item.name) ? (['float64'] as const) : (['float64', 'float32'] as const);
  test.each(dtypes)('computes what PyTorch does, and its gradients, in %s', (dtype) => {
    expect(() => run(item, dtype)).not.toThrow();
  });
});
