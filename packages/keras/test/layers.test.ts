import { expect, test } from 'vitest';
import { asTensor, gradcheck, type Tensor, tensor } from '@isograd/autograd';
import { activations, type KerasShape, type layers, saving } from '../src/index.ts';
import { layerFrom } from '../src/saving/model-from-config.ts';
import { camel, expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';
import { layerOf, word } from './layer-of.ts';

interface LayerCase {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly training: boolean;
  readonly inputs: readonly Frozen[];
  readonly weights: readonly Frozen[];
  readonly parameters: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly outputShape: KerasShape;
  readonly output: Frozen;
  readonly cotangent: Frozen;
  readonly inputGrads: readonly Frozen[];
  readonly grads: readonly Frozen[];
  /** Weights without gradients, after the call. */
  readonly after: readonly Frozen[];
}
interface ActivationCase {
  readonly activation: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly input: Frozen;
  readonly output: Frozen;
  readonly cotangent: Frozen;
  readonly grad: Frozen;
}

const cases = readCases<LayerCase | ActivationCase>('keras-layers');
const titled = <C>(list: readonly C[], title: (item: C) => string): (readonly [string, C])[] =>
  list.map((item, i) => [`${i} ${title(item)}`, item]);
const layerCases = titled(
  cases.filter((item): item is LayerCase => 'layer' in item),
  ({ layer, args, options, training }) =>
    `${layer}(${[...args, options].map((a) => JSON.stringify(a)).join(', ')})${training ? ' in training' : ''}`,
);
const activationCases = titled(
  cases.filter((item): item is ActivationCase => 'activation' in item),
  ({ activation, options }) => `${activation} ${JSON.stringify(options)}`,
);

const make = ({ layer, args, options }: LayerCase): layers.Layer => layerOf(layer, args, options);

// Sums of some dozen products of numbers near 1, each rounded.
const RELATIVE = 2e-6;
const expectTensor = (got: Tensor, frozen: Frozen, label: string): void => {
  expect(got.shape, label).toEqual(frozen.shape);
  const largest = Math.max(1, ...frozen.values.map((v) => Math.abs(Number(v))));
  expectClose(numbers(got), frozen.values, RELATIVE * largest, label);
};

test.each(layerCases)('%s is the layer of Keras', (_, item) => {
  const layer = make(item);
  const xs = item.inputs.map((x) => asTensor(thaw(x)).requiresGrad_());
  const several = xs.length > 1;
  const shapes = xs.map((x): KerasShape => x.shape);
  layer.ensureBuilt((several ? shapes : shapes[0]) as KerasShape);
  expect(layer.countParams()).toBe(item.parameters);
  layer.setWeights(item.weights.map(thaw));
  const y = layer((several ? xs : xs[0]) as Tensor, { training: item.training });
  expectTensor(y, item.output, 'output');
  const open = shapes.map(([, ...rest]): KerasShape => [null, ...rest]);
  expect(layer.computeOutputShape((several ? open : open[0]) as KerasShape)).toEqual(item.outputShape);
  y.backward(asTensor(thaw(item.cotangent)));
  xs.forEach((x, i) => expectTensor(x.grad!, item.inputGrads[i]!, `gradient of input ${i}`));
  expect(layer.trainableWeights.length).toBe(item.grads.length);
  layer.trainableWeights.forEach((weight, i) => expectTensor(weight.grad!, item.grads[i]!, `gradient of weight ${i}`));
  layer.nonTrainableWeights.forEach((weight, i) => expectTensor(weight, item.after[i]!, `weight ${i} after the call`));
});

/** One axis is a number here, a list of one in Keras once a layer is built. */
function listed(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return 'axis' in config ? { ...config, axis: [config['axis']].flat() } : { ...config };
}

// Keras replaces `groups: -1` by the number of channels as it builds.
const written = layerCases.filter(([label]) => !label.includes('"groups":-1'));
test.each(written)('%s writes what Keras reads, and is read again', (_, item) => {
  const layer = make(item);
  const { name, dtype, ...config } = saving.layerConfig(layer);
  expect(listed(item.config)).toMatchObject(listed(config));
  const again = layerFrom({ class_name: item.layer, config: { ...item.config, name: layer.name } as never });
  expect(listed(saving.layerConfig(again))).toEqual(listed({ ...config, name, dtype }));
});

test.each(activationCases)('activation %s', (_, item) => {
  type Function = (x: Tensor, options: object) => Tensor;
  const f = (activations as unknown as Readonly<Record<string, Function>>)[word(item.activation) as string]!;
  expect(f).toBeTypeOf('function');
  const x = asTensor(thaw(item.input)).requiresGrad_();
  const y = f(x, camel(item.options));
  expectTensor(y, item.output, 'output');
  y.backward(asTensor(thaw(item.cotangent)));
  expectTensor(x.grad!, item.grad, 'gradient');
  if (Object.keys(item.options).length === 0)
    expectTensor(activations.get(word(item.activation) as activations.ActivationName)(x), item.output, 'by its name');
});

test('sparsemax is the nearest point of the simplex, also where several elements stay; Keras gives zeros here', () => {
  const x = tensor([1, 3, 2.5, 2], { dtype: 'float64' });
  const y = activations.sparsemax(x).tolist() as number[];
  [0, 0.75, 0.25, 0].forEach((v, i) => expect(y[i]).toBeCloseTo(v, 12));
  expect(gradcheck((p) => activations.sparsemax(p!), [x])).toBe(true);
});
