import { expect, test } from 'vitest';
import { array, type NDArray } from '@isograd/ndarray';
import { noGrad, ones, type Tensor, tensor } from '@isograd/autograd';
import {
  activations,
  constraints,
  initializers,
  Input,
  Layer,
  layers,
  losses,
  metrics,
  Model,
  optimizers,
  regularizers,
  saving,
  Sequential,
  type StepData,
  utils,
} from '../src/index.ts';

const quiet = { verbose: 0 } as const;
const halves = { kernelInitializer: initializers.constant(0.5) };

/** Adds the mean square of what it is given to the loss. */
class Costly extends Layer {
  static override readonly name: string = 'Costly';

  override call(x: Tensor): Tensor {
    this.addLoss(x.square().mean());
    return x;
  }
}

test('what layers add counts in fit and evaluate, from one call to the next', async () => {
  const costly = new Costly();
  const model = new Sequential([Input({ shape: [1] }), costly, new layers.Dense(1, halves)]);
  model(tensor([[2]]));
  expect(model.losses.map((loss) => loss.item())).toEqual([4]);
  model(tensor([[3]]));
  expect(costly.losses.map((loss) => loss.item())).toEqual([9]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  expect(await model.evaluate([[2]], [[1]], quiet)).toEqual({ loss: 4 });
  expect(model.losses).toEqual([]);
});

test('a model that only its layers give a loss is trained', async () => {
  const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1, halves), new Costly()]);
  model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }) });
  const { history } = await model.fit([[1]], [[0]], { ...quiet, epochs: 2 });
  expect(history['loss']![0]).toBeCloseTo(0.25, 6);
  expect(history['loss']![1]).toBeLessThan(0.25);
  const none = new Sequential([Input({ shape: [1] }), new layers.Dense(1)]);
  none.compile({});
  await expect(none.fit([[1]], [[0]], quiet)).rejects.toThrow('there is no loss to compute');
});

test('a constraint that does not fit is found before weights change', async () => {
  const model = new Sequential([
    Input({ shape: [2] }),
    new layers.Dense(1, { ...halves, kernelConstraint: (w) => w.sum() }),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  await expect(model.fit([[1, 2]], [[1]], quiet)).rejects.toThrow('a constraint gives another shape');
  expect(model.getWeights()[0]!.tolist()).toEqual([[0.5], [0.5]]);
});

test('regularizers and constraints of own functions work, and cannot be saved', () => {
  const layer = new layers.Dense(1, { ...halves, kernelRegularizer: (w) => w.sum(), biasConstraint: (b) => b });
  layer.build([null, 4]);
  expect(layer.losses.map((loss) => loss.item())).toEqual([2]);
  expect(() => saving.layerConfig(layer)).toThrow('a function of its own cannot be saved');
  expect(() => regularizers.get('l3' as 'l1')).toThrow('unknown name');
  expect(() => new regularizers.L2(-1)).toThrow('l2 is out of range');
  expect(() => new constraints.MaxNorm(-1)).toThrow('maxValue is out of range');
});

class Steps extends Sequential {
  static override readonly name: string = 'Steps';
  readonly seen = new metrics.Mean({ name: 'seen' });
  steps: string[] = [];

  override trainStep([x, y, w]: StepData): Record<string, number> {
    this.steps.push(`train ${x.shape.join()} ${y.shape.join()} ${w === undefined ? 'plain' : 'weighted'}`);
    this.seen.updateState(x.shape[0]!);
    return { own: 1, seen: this.seen.result() };
  }

  override testStep(data: StepData): Record<string, number | NDArray> {
    this.steps.push('test');
    return { ...super.testStep(data), own: array([2]) };
  }

  override predictStep(data: StepData): Tensor {
    return super.predictStep(data).add(100);
  }
}

test('steps of a model of its own are called, with what it was given', async () => {
  const model = new Steps([Input({ shape: [1] }), new layers.Dense(1, halves)]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const x = [[2], [4], [6]];
  const { history } = await model.fit(x, x, {
    ...quiet,
    batchSize: 2,
    sampleWeight: [1, 1, 1],
    validationData: [x, x],
  });
  expect(model.steps).toEqual(['train 2,1 2,1 weighted', 'train 1,1 1,1 weighted', 'test', 'test']);
  expect(Object.keys(history)).toEqual(['own', 'seen', 'val_loss', 'val_seen', 'val_own']);
  expect(history['seen']).toEqual([1.5]);
  expect((await model.predict(x, quiet)).tolist()).toEqual([[101], [102], [103]]);
  expect(model.trainOnBatch(x, x)).toEqual({ own: 1, seen: 3 });
});

class DoubledLoss extends Sequential {
  static override readonly name: string = 'DoubledLoss';

  override computeLoss(given: Parameters<Sequential['computeLoss']>[0]): Tensor {
    return super.computeLoss(given).mul(2);
  }
}

test('a loss of its own is computed in place of the usual one', async () => {
  const model = new DoubledLoss([Input({ shape: [1] }), new layers.Dense(1, halves)]);
  model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mse'] });
  expect(await model.evaluate([[2]], [[0]], quiet)).toEqual({ loss: 2, mse: 1 });
  expect(model.metricsNames).toEqual(['loss', 'mse']);
  model.resetMetrics();
  expect(model.getMetricsResult()).toEqual({ loss: 0, mse: 0 });
});

test('layers are found by their names and places, ends are there', () => {
  const a = Input({ shape: [2], name: 'a' });
  const model = new Model({ inputs: a, outputs: [new layers.Dense(1, { name: 'b' })(a)] });
  expect(model.getLayer('b')).toBe(model.getLayer(-1));
  expect(() => model.getLayer('c')).toThrow('there is no such layer');
  expect(model.input).toBe(a);
  expect(model.output).toHaveLength(1);
  expect([model.inputNames, model.outputNames]).toEqual([['a'], ['b']]);
});

test('wrappers pass on, Lambda finds its shape', () => {
  const inner = new layers.Dense(2, halves);
  const wrapper = new layers.Wrapper(inner);
  expect(wrapper(ones([1, 2])).tolist()).toEqual([[1, 1]]);
  expect(wrapper.weights).toHaveLength(2);
  expect(() => new layers.Wrapper(3 as unknown as Layer)).toThrow('not a layer');
  const again = saving.modelFromJson(saving.toJson(new Sequential([Input({ shape: [2] }), wrapper])));
  expect(again.countParams()).toBe(6);
  expect(() => new layers.SpectralNormalization(new layers.Flatten())(ones([1, 2]))).toThrow('no weight to normalise');
  const sum = new layers.Lambda((x) => x.sum(-1), { mask: (_x, mask) => mask });
  expect(sum.computeOutputShape([null, 3, null])).toEqual([null, 3]);
  expect(sum.computeOutputShape([null, null, 4])).toEqual([null, null]);
  expect(() => new layers.Lambda((x) => x.reshape([2, 2]))(Input({ shape: [3] }))).toThrow('cannot be found');
});

test('a kernel of spectral norm one stays, one of zeros too', () => {
  const layer = new layers.SpectralNormalization(new layers.Dense(2), { powerIterations: 30 });
  layer.build([null, 2]);
  noGrad(() =>
    (layer.layer as layers.Dense).kernel!.copy_(
      tensor([
        [2, 0],
        [0, 4],
      ]),
    ),
  );
  layer(ones([1, 2]), { training: true });
  const [kernel] = layer.getWeights();
  expect((kernel!.tolist() as number[][]).flat().map((v) => Number(v.toFixed(4)))).toEqual([0.5, 0, 0, 1]);
});

test('names and classes are one thing', () => {
  expect(layers.MaxPool2D).toBe(layers.MaxPooling2D);
  expect(metrics.huber).toBe(losses.huber);
  const made = new initializers.GlorotUniform({ seed: 3 });
  expect(made([2, 3], 'float32').tolist()).toEqual(initializers.glorotUniform({ seed: 3 })([2, 3], 'float32').tolist());
  expect(initializers.deserialize('glorot_uniform').record!.className).toBe('GlorotUniform');
  expect(activations.deserialize(activations.serialize(activations.leakyRelu))).toBe(activations.leakyRelu);
  const loss = losses.deserialize(
    losses.serialize(new losses.BinaryCrossentropy({ fromLogits: true, reduction: 'sum' })),
  );
  expect(loss.getConfig()).toMatchObject({ from_logits: true, reduction: 'sum', name: loss.name });
  expect(() => losses.serialize(losses.get((_, p) => p))).toThrow('cannot be saved');
});

test('a loss that was given as an object is saved with how the model is trained', () => {
  const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1)]);
  model.compile({ optimizer: 'adam', loss: new losses.Huber({ delta: 0.5 }), metrics: ['mae'] });
  const again = saving.loadModel(saving.modelBytes(model));
  expect((again.compileOptions!.loss as losses.Loss).getConfig()).toMatchObject({ delta: 0.5, name: 'huber_loss' });
});

test('preparing data', () => {
  expect(utils.toCategorical([[1], [0]], 3).tolist()).toEqual([
    [0, 1, 0],
    [1, 0, 0],
  ]);
  expect(() => utils.toCategorical([3], 3)).toThrow('not a class number');
  expect(utils.normalize([[3, 4]]).tolist()).toEqual([[0.6, 0.8]]);
  expect(
    utils.padSequences([[1, 2, 3], [4]], { maxlen: 2, padding: 'post', truncating: 'post', value: 9 }).tolist(),
  ).toEqual([
    [1, 2],
    [4, 9],
  ]);
});
