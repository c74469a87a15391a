import { expect, test } from 'vitest';
import type { NDArray } from '@isograd/ndarray';
import { asTensor, gradcheck, ones, type Tensor, tensor } from '@isograd/autograd';
import { type KerasShape, layers, saving, setRandomSeed } from '../src/index.ts';
import { layerFrom } from '../src/saving/model-from-config.ts';
import { expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';
import { layerOf, plainConfig } from './layer-of.ts';

type Parts = Readonly<Record<'images' | 'labels' | 'segmentation_masks', Frozen>>;
interface Case {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly input: Frozen;
  readonly output: Frozen;
  readonly inference?: Frozen;
  readonly data?: Parts;
  readonly found?: Parts;
  readonly config: Readonly<Record<string, unknown>>;
  readonly outputShape: KerasShape;
}

const CASES = readCases<Case>('keras-images').map((item): [string, Case] => [
  `${item.seed} ${item.layer}(${[...item.args, item.options].map((a) => JSON.stringify(a)).join(', ')}) of [${item.input.shape.join(', ')}]`,
  item,
]);
const NO_SEED = new Set(['AutoContrast', 'CenterCrop', 'Resizing', 'Equalization', 'MaxNumBoundingBoxes']);
const seeded = ({ layer, args, options, seed }: Case): layers.Layer =>
  layerOf(layer, args, NO_SEED.has(layer) ? options : { ...options, seed });

// Elements of up to 255 that were turned, weighed and added up in float32; of 0 to 1 what is left of that.
function expectSame(got: NDArray, frozen: Frozen, label: string): void {
  expect(got.shape, label).toEqual(frozen.shape);
  const largest = Math.max(1, ...frozen.values.map((v) => Math.abs(Number(v))));
  expectClose(numbers(got), frozen.values, 2e-6 * largest, label);
}

test.each(CASES)('%s makes of its draws what Keras makes of them', (_, item) => {
  expectSame(seeded(item)(thaw(item.input)), item.output, 'in training');
  if (item.inference) expectSame(seeded(item)(thaw(item.input), { training: false }), item.inference, 'outside of it');
  expect(seeded(item).computeOutputShape(open(item))).toEqual(item.outputShape);
});

/** Keras writes `[-f, f]` for the factor `f` of RandomShear, and refuses to read it. */
const readable = (config: object): object =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]: [string, unknown]) => {
      const range = /^[xy]_factor$/.test(key) ? (value as readonly [number, number]) : [0, 1];
      return [key, range[0] === -range[1]! ? range[1] : value];
    }),
  );

const open = ({ input: { shape } }: Case): KerasShape => (shape.length === 4 ? [null, ...shape.slice(1)] : shape);

test.each(CASES.filter(([, { data }]) => data))('%s changes masks and labels as Keras does', (_, item) => {
  const { images, labels, segmentation_masks: masks } = item.data!;
  type OfData = (data: layers.ImageData) => layers.ImageData;
  const found = (seeded(item) as unknown as OfData)({
    images: thaw(images),
    ...(labels && { labels: thaw(labels) }),
    ...(masks && { segmentationMasks: thaw(masks) }),
  });
  expect(Object.keys(found).length).toBe(Object.keys(item.found!).length);
  expectSame(found.images, item.found!.images, 'images');
  if (labels) expectSame(found.labels!, item.found!.labels, 'labels');
  if (masks) expectSame(found.segmentationMasks!, item.found!.segmentation_masks, 'masks');
});

test.each(CASES)('%s is written as Keras writes it, and read', (_, item) => {
  const layer = layerOf(item.layer, item.args, item.options);
  const { config } = plainConfig(saving.layerConfig(layer));
  expect(config).toEqual(item.layer === 'RandomShear' ? readable(item.config) : item.config);
  const again = layerFrom({ class_name: item.layer, config: item.config as never });
  expect(plainConfig(saving.layerConfig(again)).config).toEqual(config);
});

test('gradients go through images that are moved, resized and recoloured', () => {
  const x = tensor(
    Array.from({ length: 24 }, (_, i) => 0.2 + 0.025 * ((i * 7) % 24)),
    { dtype: 'float64' },
  ).reshape([1, 4, 3, 2]);
  const options = { dtype: 'float64', seed: 3 } as const;
  const steps: readonly ((x: Tensor) => Tensor)[] = [
    (t) => new layers.Resizing(5, 2, { ...options, interpolation: 'bicubic' })(t),
    (t) => new layers.RandomRotation(0.2, options)(t),
    (t) => new layers.RandomFlip(options)(t),
    (t) => new layers.RandomContrast(0.3, { ...options, valueRange: [0, 1] })(t),
    (t) => new layers.RandomGaussianBlur({ ...options, valueRange: [0, 1] })(t),
    (t) => new layers.CenterCrop(2, 2, options)(t),
  ];
  for (const step of steps) expect(gradcheck((p) => step(p!), [x])).toBe(true);
});

test('a layer draws anew at each call, and the same again after the same seed', () => {
  const x = asTensor(thaw(CASES[0]![1].input));
  const layer = new layers.RandomBrightness(0.4);
  setRandomSeed(3);
  const [first, second] = [layer(x), layer(x)];
  expect(numbers(first)).not.toEqual(numbers(second));
  setRandomSeed(3);
  expect(numbers(layer(x))).toEqual(numbers(first));
});

test('draws fill their range', () => {
  const layer = new layers.RandomRotation([-0.25, 0.5], { seed: 1 });
  const angles = layer
    .getRandomTransformation(ones([2000, 3, 3, 1]))!
    .map(([cos, , , sin]) => Math.atan2(sin, cos) / (2 * Math.PI));
  expect(Math.min(...angles)).toBeGreaterThanOrEqual(-0.25);
  expect(Math.min(...angles)).toBeLessThan(-0.24);
  expect(Math.max(...angles)).toBeGreaterThan(0.49);
  expect(Math.max(...angles)).toBeLessThanOrEqual(0.5);
  const flips = new layers.RandomFlip({ seed: 1 }).getRandomTransformation(ones([2000, 1, 1, 1]))!;
  expect(Math.abs(flips.filter(Boolean).length / 2000 - 0.5)).toBeLessThan(0.05);
});

test('what makes no sense is refused', () => {
  expect(() => new layers.RandomRotation(1.5)).toThrow('factor is no factor');
  expect(() => new layers.RandomZoom([-1, 0])).toThrow('heightFactor is no factor');
  expect(() => new layers.RandomShear({ xFactor: -0.1 })).toThrow('xFactor is no factor');
  expect(() => new layers.RandomTranslation(0.1, [2, 3])).toThrow('widthFactor is no factor');
  expect(() => new layers.RandomFlip({ mode: 'diagonal' as never })).toThrow('unknown mode');
  expect(() => new layers.RandomRotation(0.1, { fillMode: 'mirror' as never })).toThrow('unknown fillMode');
  expect(() => new layers.RandomPerspective({ scale: 2 })).toThrow('scale is out of bounds');
  expect(() => new layers.RandomBrightness(0.1, { valueRange: [1] as never })).toThrow('valueRange is no range');
  expect(() => new layers.RandomGaussianBlur({ kernelSize: 4 })).toThrow('kernelSize does not fit');
  expect(() => new layers.Resizing(0, 3)).toThrow('height is no length');
  expect(() => new layers.Resizing(3, 3, { cropToAspectRatio: true, padToAspectRatio: true })).toThrow('two ways');
  expect(() => new layers.RandomGrayscale({ factor: 2 })).toThrow('factor is no probability');
  expect(() => new layers.RandomFlip()(ones([3, 4]))).toThrow('no image and no batch');
  expect(() => new layers.MixUp({ alpha: 0 })).toThrow('beta distribution');
  const boundingBoxes = { boxes: ones([1, 1, 4]), labels: ones([1, 1]) };
  const data = { images: ones([1, 4, 4, 3]), boundingBoxes };
  expect(() => new layers.RandomFlip({ seed: 1 })(data)).toThrow('bounding boxes are not moved');
  expect(new layers.RandomHue(0.5)(data).boundingBoxes).toBe(boundingBoxes);
});

test('bounding boxes are cut and filled to one number', () => {
  const data = { images: ones([1, 2, 2, 1]), boundingBoxes: { boxes: ones([1, 2, 4]), labels: tensor([[5, 6]]) } };
  const [few, many] = [1, 3].map((n) => new layers.MaxNumBoundingBoxes(n)(data).boundingBoxes!);
  expect([few!.boxes.shape, few!.labels.tolist()]).toEqual([[1, 1, 4], [[5]]]);
  expect([many!.boxes.tolist(), many!.labels.tolist()]).toEqual([
    [
      [
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [-1, -1, -1, -1],
      ],
    ],
    [[5, 6, -1]],
  ]);
});
