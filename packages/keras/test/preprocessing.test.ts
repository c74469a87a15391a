import { expect, test } from 'vitest';
import { array, type NDArray } from '@isograd/ndarray';
import { gradcheck, type Tensor, tensor } from '@isograd/autograd';
import { type KerasShape, layers, saving } from '../src/index.ts';
import { layerFrom } from '../src/saving/model-from-config.ts';
import { expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';
import { layerOf, plainConfig } from './layer-of.ts';

interface LayerCase {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly countWeights: Frozen | null;
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
  .map((item, i): [string, LayerCase] => [
    `${i} ${item.layer}(${[...item.args, item.options].map((a) => JSON.stringify(a)).join(', ')})`,
    item,
  ]);
const MODELS = cases.filter((item) => 'model' in item).map((item): [string, ModelCase] => [item.model, item]);

/** Keras rounds the bins it found to float32. */
const rounded = (config: object): unknown =>
  JSON.parse(JSON.stringify(config, (_, v: unknown) => (typeof v === 'number' ? Math.fround(v) : v)));

function adapted({ layer: name, args, options, adapt, input }: LayerCase): layers.Layer {
  const layer = layerOf(name, args, options);
  if (adapt === null) layer.ensureBuilt(input.shape);
  else (layer as unknown as Adapting).adapt('shape' in adapt ? thaw(adapt) : adapt.map(thaw));
  return layer;
}

/** What is rounded is the spectrum: logarithms as what they are of, angles weighed by the magnitudes that they are angles of. */
function conditioned({ layer, options, input }: LayerCase, values: readonly number[]): readonly number[] {
  const { mode = 'log', power_to_db: decibels = true } = options;
  if (layer === 'MelSpectrogram' && decibels) {
    const powers = values.map((v) => 10 ** (v / 10));
    // Decibels are themselves rounded, which makes a power off by a share of `ln(10) / 10` of them.
    const rounded = Math.max(1, (Math.LN10 / 10) * Math.max(...values.map(Math.abs)));
    const largest = rounded * Math.max(1, ...powers);
    return powers.map((power) => power / largest);
  }
  if (layer !== 'STFTSpectrogram' || !(mode === 'log' || mode === 'angle')) return values;
  if (mode === 'log') return values.map(Math.exp);
  const magnitudes = numbers(layerOf(layer, [], { ...options, mode: 'magnitude' })(thaw(input)));
  return values.map((angle, i) => angle * Math.min(1, magnitudes[i]!));
}

test.each(LAYERS)('%s is the layer of Keras', (_, item) => {
  const layer = adapted(item);
  expect(layer.weights.map((w) => w.dtype)).toEqual(item.weights.map(({ dtype }) => dtype));
  layer.weights.forEach((w, i) => expectClose(numbers(w), item.weights[i]!.values, 4e-7, `weight ${i}`));
  type Counting = (x: NDArray, options: object) => Tensor;
  const counted = item.countWeights && { countWeights: thaw(item.countWeights) };
  const y = (layer as unknown as Counting)(thaw(item.input), { ...counted });
  expect([y.dtype, y.shape]).toEqual([item.output.dtype, item.output.shape]);
  const [got, wanted] = [numbers(y), item.output.values.map(Number)].map((values) => conditioned(item, values));
  expectClose(got!, wanted!, 1e-6, 'output');
  expect(layer.computeOutputShape([null, ...item.input.shape.slice(1)])).toEqual(item.outputShape);
});

test.each(LAYERS)('%s is written as Keras writes it, and read', (_, item) => {
  const { config } = plainConfig(saving.layerConfig(adapted(item)));
  expect(rounded(config)).toEqual(rounded(item.config));
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

test('gradients go through spectrograms, to the kernels too', () => {
  const x = tensor(
    Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.3)),
    { dtype: 'float64' },
  ).reshape([1, 24, 1]);
  for (const mode of ['log', 'psd', 'stft'] as const) {
    const layer = new layers.STFTSpectrogram({ mode, frameLength: 6, dtype: 'float64' });
    layer.ensureBuilt([null, 24, 1]);
    expect(layer.trainableWeights.length).toBe(2);
    expect(gradcheck((p) => layer(p!), [x])).toBe(true);
  }
  const mel = new layers.MelSpectrogram({ fftLength: 8, sequenceStride: 4, numMelBins: 3, dtype: 'float64' });
  expect(gradcheck((p) => mel(p!), [x.reshape([1, 24])])).toBe(true);
});

test('spectrograms refuse what does not fit', () => {
  expect(() => new layers.STFTSpectrogram({ mode: 'power' as never })).toThrow('unknown mode');
  expect(() => new layers.STFTSpectrogram({ frameLength: 4, frameStep: 5 })).toThrow('lengths do not fit');
  expect(() => new layers.STFTSpectrogram({ frameLength: 9, fftLength: 8 })).toThrow('lengths do not fit');
  expect(() => new layers.STFTSpectrogram({ window: 'square' as never })).toThrow('unknown name');
  expect(() => new layers.STFTSpectrogram({ frameLength: 8 })(tensor([[1, 2]]))).toThrow('no batch of signals');
  expect(() => new layers.MelSpectrogram({ fftLength: 8, sequenceLength: 9 })).toThrow('longer than the transform');
  expect(() => new layers.MelSpectrogram({ fftLength: 8 })(tensor([1, 2, 3, 4]))).toThrow('long enough');
});
