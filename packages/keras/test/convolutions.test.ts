import { expect, test } from 'vitest';
import { IsogradError } from '@isograd/device';
import { asTensor, type Tensor, zeros } from '@isograd/autograd';
import { layers, saving } from '../src/index.ts';
import { camel, expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';

interface LayerCase {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly outputShape: readonly (number | null)[];
  readonly input: Frozen;
  readonly weights: readonly Frozen[];
  readonly output: Frozen;
  readonly cotangent: Frozen;
  readonly inputGrad: Frozen;
  readonly grads: readonly Frozen[];
}

interface Refusal extends Pick<LayerCase, 'layer' | 'args' | 'options'> {
  readonly shape: readonly number[] | null;
  readonly error: string;
}

const cases = readCases<LayerCase | Refusal>('keras-convolutions');
const titled = <C extends LayerCase | Refusal>(list: readonly C[]): (readonly [string, C])[] =>
  list.map((item, i) => [`${i} ${item.layer}(${JSON.stringify(item.args)}, ${JSON.stringify(item.options)})`, item]);

const CLASSES = { ...layers } as unknown as Readonly<Record<string, new (...all: readonly unknown[]) => layers.Layer>>;

function make({ layer, args, options }: Pick<LayerCase, 'layer' | 'args' | 'options'>): layers.Layer {
  const Class = CLASSES[layer]!;
  const word = (value: unknown): unknown =>
    typeof value === 'string' ? value.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()) : value;
  return new Class(...args, camel(Object.fromEntries(Object.entries(options).map(([k, v]) => [k, word(v)]))));
}

// Sums of some dozen products of numbers near 1, each rounded.
const RELATIVE = 2e-6;
const close = (got: Tensor, frozen: Frozen, label: string): void => {
  expect(got.shape, label).toEqual(frozen.shape);
  expectClose(
    numbers(got),
    frozen.values,
    RELATIVE * Math.max(1, ...frozen.values.map((v) => Math.abs(Number(v)))),
    label,
  );
};

test.each(titled(cases.filter((item) => 'output' in item)))('%s is the layer of Keras', (_, item) => {
  const layer = make(item);
  const x = asTensor(thaw(item.input)).requiresGrad_();
  layer.ensureBuilt(x.shape);
  layer.setWeights(item.weights.map(thaw));
  const y = layer(x);
  close(y, item.output, 'output');
  expect(layer.computeOutputShape([null, ...x.shape.slice(1)])).toEqual(item.outputShape);
  y.backward(asTensor(thaw(item.cotangent)));
  close(x.grad!, item.inputGrad, 'gradient of the input');
  layer.weights.forEach((weight, i) => close(weight.grad!, item.grads[i]!, `gradient of weight ${i}`));
});

test.each(titled(cases.filter((item) => 'output' in item)))('%s writes what Keras reads', (_, item) => {
  const { name: _name, dtype: _dtype, ...config } = saving.layerConfig(make(item));
  expect(item.config).toMatchObject(config);
});

test.each(titled(cases.filter((item) => 'error' in item)))('%s is refused as in Keras', (_, item) => {
  const call = (): unknown => {
    const layer = make(item);
    return item.shape && layer(zeros(item.shape));
  };
  expect(call, item.error).toThrow(IsogradError);
});
