import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { array, type NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor, tensor } from '@isograd/autograd';
import {
  type CallOptions,
  Input,
  Layer,
  type KerasShape,
  layers,
  losses,
  maskOf,
  metrics,
  Model,
  Sequential,
} from '../src/index.ts';
import { setMask } from '../src/masking.ts';
import { camel, expectClose, type Frozen, numbers, readCases, thaw } from './golden.ts';

type Options = Readonly<Record<string, unknown>>;
interface LayerCase {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Options;
  readonly training: boolean;
  readonly inputs: readonly Frozen[];
  readonly masks: readonly (Frozen | null)[];
  readonly weights: readonly Frozen[];
  readonly supportsMasking: boolean;
  readonly output: Frozen;
  readonly outputMask: Frozen | null;
  readonly cotangent: Frozen;
  readonly inputGrads: readonly Frozen[];
  readonly grads: readonly Frozen[];
  readonly after: readonly Frozen[];
}
interface ValueCase {
  readonly options: Options;
  readonly mask: Frozen;
  readonly prediction: Frozen;
  readonly label: Frozen;
  readonly weight: Frozen | null;
}
interface LossCase extends ValueCase {
  readonly loss: string;
  readonly value: Frozen;
}
interface MetricCase extends ValueCase {
  readonly metric: string;
  readonly value: number;
}

const CASES = readCases<LayerCase | LossCase | MetricCase>('keras-masks');
const titled = <C>(list: readonly C[], title: (item: C) => string): (readonly [string, C])[] =>
  list.map((item, i) => [`${i} ${title(item)}`, item]);
const layerCases = titled(
  CASES.filter((item): item is LayerCase => 'layer' in item),
  ({ layer, options, masks, training }) =>
    `${layer} ${JSON.stringify(options)} ${masks.map((mask) => (mask ? 'masked' : 'open')).join(' ')}${training ? ' in training' : ''}`,
);
const lossCases = titled(
  CASES.filter((item): item is LossCase => 'loss' in item),
  ({ loss, options, weight }) => `${loss} ${JSON.stringify(options)}${weight ? ' weighted' : ''}`,
);
const metricCases = titled(
  CASES.filter((item): item is MetricCase => 'metric' in item),
  ({ metric, weight }) => `${metric}${weight ? ' weighted' : ''}`,
);

const warn = vi.spyOn(console, 'warn');
beforeEach(() => void warn.mockReset().mockImplementation(() => {}));
afterEach(() => void warn.mockReset());

const bool = (mask: Frozen): NDArray => thaw(mask).astype('bool');
const word = (value: unknown): unknown => (value === 'channels_first' ? 'channelsFirst' : value);
const words = (options: Options): Record<string, unknown> =>
  camel(Object.fromEntries(Object.entries(options).map(([key, value]) => [key, word(value)])));
// Sums of some dozen products of numbers near 1, each rounded.
const RELATIVE = 2e-6;
const expectTensor = (got: NDArray, frozen: Frozen, label: string): void => {
  expect(got.shape, label).toEqual(frozen.shape);
  expectClose(numbers(got), frozen.values, RELATIVE, label);
};

const MADE = layers as unknown as Readonly<Record<string, new (...all: readonly unknown[]) => layers.Layer>>;

test.each(layerCases)('%s', (_, item) => {
  const layer = new MADE[item.layer]!(...item.args, words(item.options));
  const xs = item.inputs.map((x) => asTensor(thaw(x)).requiresGrad_());
  item.masks.forEach((mask, i) => mask && setMask(xs[i]!, bool(mask)));
  const several = xs.length > 1;
  const shapes = xs.map((x): KerasShape => x.shape);
  layer.ensureBuilt((several ? shapes : shapes[0]) as KerasShape);
  layer.setWeights(item.weights.map(thaw));
  const y = layer((several ? xs : xs[0]) as Tensor, { training: item.training });
  expect(layer.supportsMasking).toBe(item.supportsMasking);
  expectTensor(y, item.output, 'output');
  // A layer that gives its very input gives its mask too, whether it knows masks or not.
  const mask = maskOf(y);
  if (item.outputMask === null) expect(mask).toBeUndefined();
  else expect(mask!.tolist()).toEqual(bool(item.outputMask).tolist());
  const lost = !item.supportsMasking && item.masks.some((given) => given !== null);
  expect(warn).toHaveBeenCalledTimes(lost ? 1 : 0);
  y.backward(asTensor(thaw(item.cotangent)));
  if (item.layer !== 'Embedding')
    xs.forEach((x, i) => expectTensor(x.grad!, item.inputGrads[i]!, `gradient of input ${i}`));
  layer.trainableWeights.forEach((weight, i) => expectTensor(weight.grad!, item.grads[i]!, `gradient of weight ${i}`));
  layer.nonTrainableWeights.forEach((weight, i) => expectTensor(weight, item.after[i]!, `weight ${i} after the call`));
});

test.each(lossCases)('%s of a masked prediction', (_, item) => {
  const table = losses as unknown as Readonly<Record<string, new (options: Options) => losses.Loss>>;
  const { reduction, ...options } = item.options;
  const word = reduction === 'sum_over_batch_size' ? 'sumOverBatchSize' : reduction;
  const loss = new table[item.loss]!({ ...camel(options), reduction: word });
  const predicted = asTensor(thaw(item.prediction));
  setMask(predicted, bool(item.mask));
  const value = loss(thaw(item.label), predicted, item.weight ? thaw(item.weight) : undefined);
  expect(value.shape).toEqual(item.value.shape);
  expectClose(numbers(value), item.value.values, RELATIVE, 'loss');
});

test.each(metricCases)('%s of a masked prediction', (_, item) => {
  const table = metrics as unknown as Readonly<Record<string, new () => metrics.Metric>>;
  const metric = new table[item.metric]!();
  const predicted = asTensor(thaw(item.prediction));
  setMask(predicted, bool(item.mask));
  metric.updateState(thaw(item.label), predicted, item.weight ? thaw(item.weight) : undefined);
  const result = metric.result();
  expect(result).toBeTypeOf('number');
  expectClose([result as number], [item.value], RELATIVE);
});

/** Gives how many steps count, and keeps what it was told. */
class Count extends Layer {
  static override readonly name: string = 'Count';
  readonly seen: (NDArray | undefined)[] = [];

  override call(x: Tensor, { mask }: CallOptions): Tensor {
    this.seen.push(mask);
    return x.sum(-1);
  }

  override computeMask(_x: Tensor, mask?: NDArray): NDArray | undefined {
    return mask && mask.logicalNot();
  }
}

test('a mask reaches `call` of own layers, through graphs and models in models, and `computeMask` says what goes on', () => {
  const count = new Count();
  const input = Input({ shape: [3] });
  const inner = new Sequential([Input({ shape: [3, 2] }), new layers.Dense(2), count]);
  const model = new Model({ inputs: input, outputs: inner(new layers.Embedding(4, 2, { maskZero: true })(input)) });
  const y = model(tensor([[1, 0, 2]]));
  expect(count.supportsMasking).toBe(true);
  expect(count.seen.map((mask) => mask?.tolist())).toEqual([[[true, false, true]]]);
  expect(maskOf(y)!.tolist()).toEqual([[false, true, false]]);
  expect(warn).not.toHaveBeenCalled();
});

test('a mask that is given stands before the one that travels, and stays away from the input', () => {
  const count = new Count();
  const x = tensor([
    [
      [1, 2],
      [3, 4],
    ],
  ]);
  const masked = new layers.Masking()(x);
  count(masked, { mask: array([[false, true]]) });
  const model = new Sequential([Input({ shape: [2, 2] }), count]);
  model(x, { mask: array([[true, false]]) });
  expect(count.seen.map((mask) => mask?.tolist())).toEqual([[[false, true]], [[true, false]]]);
  expect(maskOf(x)).toBeUndefined();
});

test('it is said once that a layer does not pass a mask on', () => {
  const flat = new layers.Flatten();
  const masked = new layers.Masking()(
    tensor([
      [
        [1, 2],
        [3, 4],
      ],
    ]),
  );
  for (let i = 0; i < 3; i++) flat(masked);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]![0]).toMatch(/^Flatten 'flatten.*' does not support masks/);
});

test('fit leaves out what does not count', async () => {
  const model = new Sequential([Input({ shape: [3, 1] }), new layers.Masking({ maskValue: -1 }), new layers.Dense(1)]);
  model.setWeights([array([[1]], { dtype: 'float32' }), array([0], { dtype: 'float32' })]);
  model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
  const x = [[[1], [-1], [2]]];
  const logs = await model.evaluate(x, [[[2], [50], [4]]], { verbose: 0 });
  expect(logs).toEqual({ loss: 2.5, mae: 1.5 });
});
