import { expect, test } from 'vitest';
import { array, type NDArray } from '@isograd/ndarray';
import { asTensor, tensor } from '@isograd/autograd';
import { type KerasShape, layers, saving } from '../src/index.ts';
import { layerFrom } from '../src/saving/model-from-config.ts';
import { expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';
import { layerOf, plainConfig } from './layer-of.ts';

interface LayerCase {
  readonly layer: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly adapt: Frozen | readonly Frozen[] | null;
  readonly input: Frozen;
  readonly output: Frozen;
  readonly weights: readonly Frozen[];
  readonly outputShape: KerasShape;
  readonly config: Readonly<Record<string, unknown>>;
}
interface ModelCase {
  readonly model: string;
  readonly input: Frozen;
  readonly file: string;
  readonly output: Frozen;
}
interface Adapting {
  adapt(data: NDArray | readonly NDArray[]): void;
}

const cases = readCases<LayerCase | ModelCase>('keras-preprocessing');
const LAYERS = cases
  .filter((item) => 'layer' in item)
  .map((item, i): [string, LayerCase] => [`${i} ${item.layer}(${JSON.stringify(item.options)})`, item]);
const MODELS = cases.filter((item) => 'model' in item).map((item): [string, ModelCase] => [item.model, item]);

function adapted({ layer: name, options, adapt, input }: LayerCase): layers.Layer {
  const layer = layerOf(name, [], options);
  if (adapt === null) layer.ensureBuilt(input.shape);
  else (layer as unknown as Adapting).adapt('shape' in adapt ? thaw(adapt) : adapt.map(thaw));
  return layer;
}

test.each(LAYERS)('%s is the layer of Keras', (_, item) => {
  const layer = adapted(item);
  expect(layer.weights.map((w) => w.dtype)).toEqual(item.weights.map(({ dtype }) => dtype));
  layer.weights.forEach((w, i) => expectClose(numbers(w), item.weights[i]!.values, 4e-7, `weight ${i}`));
  const y = layer(asTensor(thaw(item.input)));
  expect([y.dtype, y.shape]).toEqual([item.output.dtype, item.output.shape]);
  expectClose(numbers(y), item.output.values, 1e-6, 'output');
  expect(layer.computeOutputShape([null, ...item.input.shape.slice(1)])).toEqual(item.outputShape);
});

test.each(LAYERS)('%s is written as Keras writes it, and read', (_, item) => {
  const { config } = plainConfig(saving.layerConfig(adapted(item)));
  expect(config).toEqual(item.config);
  const again = layerFrom({ class_name: item.layer, config: item.config as never });
  expect(plainConfig(saving.layerConfig(again)).config).toEqual(config);
});

test.each(MODELS)(
  'the model of Keras with %s predicts the same here, before and after it was saved here',
  async (_, item) => {
    const model = saving.loadModel(new Uint8Array(Buffer.from(item.file, 'base64')));
    for (const each of [model, saving.loadModel(saving.modelBytes(model))]) {
      const y = (await each.predict(thaw(item.input), { verbose: 0 })) as NDArray;
      expect(y.shape).toEqual(item.output.shape);
      expectClose(numbers(y), item.output.values, 1e-6);
    }
  },
);

test('Normalization refuses what does not fit', () => {
  expect(() => new layers.Normalization({ mean: 1 })).toThrow('mean and variance come together');
  expect(() => new layers.Normalization({ mean: [1, 2], variance: 1 })).toThrow('mean and variance do not fit');
  expect(() => new layers.Normalization({ mean: [[1]], variance: [[1]] })).toThrow('mean and variance do not fit');
  const given = new layers.Normalization({ mean: [1, 2], variance: [1, 1] });
  expect(() => given.adapt([[1, 2]])).toThrow('mean and variance were given');
  expect(() => given(tensor([[1, 2, 3]]))).toThrow('do not fit the input');
  const layer = new layers.Normalization();
  layer.adapt([
    [1, 2],
    [3, 4],
  ]);
  const before = layer.getWeights().map((w) => w.tolist());
  expect(() => layer.adapt(array([[1, 2, 3]]))).toThrow('does not fit');
  expect(() => layer.adapt([])).toThrow('nothing to adapt to');
  expect(layer.getWeights().map((w) => w.tolist())).toEqual(before);
  expect(() => layer(tensor([[1, 2, 3]]))).toThrow('does not fit');
  expect(() => new layers.Normalization({ axis: 3 }).adapt([[1, 2]])).toThrow('no such axis');
});
