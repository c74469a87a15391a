import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor, zeros } from '@isograd/autograd';
import { pythonName } from '@isograd/nn/python-text';
import { type AnyLayer, config, type KerasShape, type Layer, layers, saving } from '../src/index.ts';
import { layerFrom } from '../src/saving/model-from-config.ts';
import { camel, expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';

/** A layer as the script of the golden file writes it down; among its arguments may be others. */
interface Spec {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
}
interface Case extends Spec {
  readonly inputs: readonly Frozen[];
  readonly call: Readonly<Record<string, Frozen | readonly Frozen[] | boolean>>;
  readonly weights: readonly Frozen[];
  readonly names: readonly string[];
  readonly parameters: number;
  readonly config: saving.Config;
  readonly outputShape: KerasShape | readonly KerasShape[] | null;
  readonly outputs: readonly Frozen[];
  readonly cotangents: readonly Frozen[];
  readonly inputGrads: readonly Frozen[];
  readonly stateGrads: readonly Frozen[];
  readonly grads: readonly Frozen[];
}

const FILES = ['keras-sequences', 'keras-wrappers', 'keras-attention'];
const cases = FILES.flatMap((file) => readCases<Case>(file)).map((item, i): readonly [string, Case] => {
  const { layer, args, options, call } = item;
  return [
    `${i} ${layer}(${[...args, options].map((a) => JSON.stringify(a)).join(', ')}) ${Object.keys(call).join()}`,
    item,
  ];
});

const CLASSES = { ...layers } as unknown as Readonly<Record<string, new (...all: readonly unknown[]) => Layer>>;
const isSpec = (value: unknown): value is Spec => typeof value === 'object' && value !== null && 'layer' in value;

/** A word of several parts as ours, a specification as a layer. */
function made(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(made);
  if (isSpec(value)) {
    const options = Object.fromEntries(Object.entries(value.options).map(([key, option]) => [key, made(option)]));
    return new CLASSES[value.layer]!(...value.args.map(made), camel(options));
  }
  const isWord = typeof value === 'string' && /^[a-z]+(_[a-z]+)+$/.test(value);
  return isWord ? value.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()) : value;
}

const isFrozen = (value: unknown): value is Frozen => typeof value === 'object' && value !== null && 'shape' in value;

/** What a frozen call tells the layer, its states as tensors that want gradients. */
function told(
  call: Case['call'],
  dtype: 'float32' | 'float64',
): { readonly options: object; readonly states: Tensor[] } {
  const states: Tensor[] = [];
  const entries = Object.entries(call).map(([key, value]) => {
    if (isFrozen(value)) return [key, thaw(value)];
    if (!Array.isArray(value)) return [key, value];
    const list = (value as readonly (Frozen | null)[]).map((item) => item && thaw(item));
    if (key !== 'states' && key !== 'initial_state') return [key, list];
    states.push(...list.map((x) => asTensor(x!.astype(dtype)).requiresGrad_()));
    return [key, states];
  });
  return { options: camel(Object.fromEntries(entries) as Record<string, unknown>), states };
}

const largest = (values: Frozen['values']): number => Math.max(1, ...values.map((v) => Math.abs(Number(v))));

// Of float64 the sums of some dozen products, of float32 what the layers beside these keep to.
const RELATIVE = { float64: 1e-13, float32: 2e-6 } as const;

describe.each(['float64', 'float32'] as const)('in %s', (dtype) => {
  beforeAll(() => config.setFloatx(dtype));
  afterAll(() => config.setFloatx('float32'));
  const close = (got: NDArray, frozen: Frozen, label: string): void => {
    expect(got.shape, label).toEqual(frozen.shape);
    expect(got.dtype, label).toBe(dtype);
    expectClose(numbers(got), frozen.values, RELATIVE[dtype] * largest(frozen.values), label);
  };

  test.each(cases)('%s is the layer of Keras', (_, item) => {
    const layer = made(item) as Layer;
    const xs = item.inputs.map((x) => asTensor(thaw(x).astype(dtype)).requiresGrad_());
    const shapes = xs.map((x): KerasShape => x.shape);
    const single = xs.length === 1;
    layer.ensureBuilt((single ? shapes[0] : shapes) as KerasShape);
    expect(layer.countParams()).toBe(item.parameters);
    layer.setWeights(item.weights.map(thaw));
    const { options, states } = told(item.call, dtype);
    const given = layer((single ? xs[0] : xs) as Tensor, options) as Tensor | readonly Tensor[];
    const ys: readonly Tensor[] = Array.isArray(given) ? (given as readonly Tensor[]) : [given as Tensor];
    expect(ys.length).toBe(item.outputs.length);
    ys.forEach((y, i) => close(y, item.outputs[i]!, `output ${i}`));
    ys.map((y, i) => y.mul(asTensor(thaw(item.cotangents[i]!).astype(dtype))).sum())
      .reduce((a, b) => a.add(b))
      .backward();
    xs.forEach((x, i) => close(x.grad!, item.inputGrads[i]!, `gradient of input ${i}`));
    states.forEach((x, i) => close(x.grad!, item.stateGrads[i]!, `gradient of state ${i}`));
    layer.trainableWeights.forEach((w, i) =>
      close(w.grad ?? zeros(w.shape, { dtype }), item.grads[i]!, `gradient of weight ${i}`),
    );
  });
});

test.each(cases)('%s has the shapes and the names of Keras', (_, item) => {
  const layer = made(item) as Layer;
  const open = item.inputs.map(({ shape: [, ...rest] }): KerasShape => [null, ...rest]);
  const shape = (open.length === 1 ? open[0]! : open) as KerasShape;
  layer.ensureBuilt(shape);
  const all = (part: AnyLayer): readonly string[] => [...part.ownWeightNames, ...part.sublayers().flatMap(all)];
  expect(all(layer).map(pythonName)).toEqual(item.names.map((name) => name.split('/').at(-1)));
  if (item.outputShape) expect(flat(layer.computeOutputShape(shape))).toEqual(flat(item.outputShape));
});

/** Shapes in one list; stacked cells of Keras give lists of those of their states. */
function flat(shapes: unknown): readonly unknown[] {
  return Array.isArray(shapes) && shapes.some(Array.isArray) ? shapes.flatMap(flat) : [shapes];
}

/** A configuration without names, which count up or which Keras leaves out for its own, and without what is told when a layer is built. */
function plain(value: saving.Json): saving.Json {
  if (Array.isArray(value)) return (value as readonly saving.Json[]).map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as saving.Config).filter(
    ([key]) => !['name', 'build_config', 'dtype', 'registered_name'].includes(key),
  );
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}

test.each(cases)('%s writes what Keras reads, and is read again', (_, item) => {
  const layer = made(item) as Layer;
  const shapes = item.inputs.map(({ shape }): KerasShape => shape);
  layer.ensureBuilt((shapes.length === 1 ? shapes[0]! : shapes) as KerasShape);
  const ours = plain(saving.layerConfig(layer));
  expect(plain(item.config)).toMatchObject(ours as object);
  const again = layerFrom({ class_name: item.layer, config: { ...item.config, name: layer.name } });
  expect(plain(saving.layerConfig(again))).toEqual(ours);
});
