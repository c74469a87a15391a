import { expect, test } from 'vitest';
import { asTensor, ones, tensor } from '@isograd/autograd';
import { layers, saving, setRandomSeed } from '../src/index.ts';
import { layerFrom } from '../src/saving/model-from-config.ts';
import { expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';
import { layerOf, plainConfig } from './layer-of.ts';

interface Case {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly input: Frozen;
  readonly output: Frozen;
  readonly inference: Frozen;
  readonly cotangent: Frozen;
  readonly grad: Frozen;
  readonly config: Readonly<Record<string, unknown>>;
}

const CASES = readCases<Case>('keras-regularization').map((item): [string, Case] => [
  `${item.layer}(${[...item.args, item.options].map((a) => JSON.stringify(a)).join(', ')})`,
  item,
]);

test.each(CASES)('%s makes of its draws what Keras makes of them', (_, item) => {
  const layer = layerOf(item.layer, item.args, { ...item.options, seed: item.seed });
  const x = asTensor(thaw(item.input)).requiresGrad_();
  expect(numbers(layer(x))).toEqual(numbers(thaw(item.inference)));
  const y = layer(x, { training: true });
  expectClose(numbers(y), item.output.values, 2e-7, 'output');
  y.backward(asTensor(thaw(item.cotangent)));
  expectClose(numbers(x.grad!), item.grad.values, 2e-7, 'gradient');
});

test.each(CASES)('%s is written as Keras writes it, and read', (_, item) => {
  const layer = layerOf(item.layer, item.args, item.options);
  const { config, trainable } = plainConfig(saving.layerConfig(layer));
  expect(trainable).toBe(item.layer.startsWith('Spatial') ? undefined : true);
  expect(config).toEqual({ ...item.config, ...(trainable === undefined ? {} : { trainable }) });
  const again = layerFrom({ class_name: item.layer, config: item.config as never });
  expect(plainConfig(saving.layerConfig(again)).config).toEqual(config);
});

const RANDOM = [
  new layers.Dropout(0.3),
  new layers.GaussianDropout(0.3),
  new layers.GaussianNoise(0.5),
  new layers.AlphaDropout(0.3),
  new layers.SpatialDropout1D(0.3),
];

test.each(RANDOM.map((layer): [string, layers.Layer] => [layer.constructor.name, layer]))(
  '%s keeps the mean, follows the shared seed, and draws anew at each call',
  (_, layer) => {
    setRandomSeed(5);
    const x = ones([200, 10, 20]);
    const [first, second] = [layer(x, { training: true }), layer(x, { training: true })];
    expect(numbers(first)).not.toEqual(numbers(second));
    setRandomSeed(5);
    expect(numbers(layer(x, { training: true }))).toEqual(numbers(first));
    // AlphaDropout keeps the moments of what has mean 0 and variance 1; see below.
    if (layer instanceof layers.AlphaDropout) return;
    expect(Math.abs(Number(first.mean().item()) - 1)).toBeLessThan(0.03);
  },
);

test('AlphaDropout keeps mean 0 and variance 1', () => {
  const normal = new layers.GaussianNoise(1, { seed: 3 })(ones([300, 300]).mul(0), { training: true });
  const y = new layers.AlphaDropout(0.4, { seed: 4 })(normal, { training: true });
  expect(Math.abs(Number(y.mean().item()))).toBeLessThan(0.02);
  expect(Math.abs(Number(y.pow(2).mean().item()) - 1)).toBeLessThan(0.02);
});

test('a spatial mask is shared along the spatial axes', () => {
  const y = new layers.SpatialDropout2D(0.5, { seed: 2, dataFormat: 'channelsFirst' })(ones([4, 6, 3, 5]), {
    training: true,
  });
  const perChannel = y.reshape([24, 15]);
  expect(numbers(perChannel.max({ axis: 1 }))).toEqual(numbers(perChannel.min({ axis: 1 })));
  expect(new Set(numbers(y))).toEqual(new Set([0, 2]));
});

test('what makes no sense is refused', () => {
  expect(() => new layers.Dropout(1.5)).toThrow('rate is no probability');
  expect(() => new layers.GaussianNoise(-0.1)).toThrow('stddev is no probability');
  expect(() => new layers.GaussianDropout(1)).toThrow('rate 1 leaves nothing');
  expect(() => new layers.AlphaDropout(1)).toThrow('rate 1 leaves nothing');
  expect(() => new layers.Dropout(0.5, { noiseShape: [0] })).toThrow('noiseShape is no shape');
  expect(() => new layers.Dropout(0.5, { noiseShape: [2, null] })(ones([3, 4]), { training: true })).toThrow(
    'cannot be broadcast',
  );
  expect(() => new layers.SpatialDropout1D(0.5)(ones([3, 4]))).toThrow('wrong number of axes');
  expect(() => new layers.SpatialDropout3D(0.5, { dataFormat: 'first' as never })).toThrow('unknown dataFormat');
  expect(new layers.Dropout(1)(tensor([1, 2]), { training: true }).tolist()).toEqual([0, 0]);
});
