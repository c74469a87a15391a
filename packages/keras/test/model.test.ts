import { describe, expect, test } from 'vitest';
import { array, ones, zeros } from '@isograd/ndarray';
import { type Tensor, tensor } from '@isograd/autograd';
import {
  activations,
  clearSession,
  config,
  initializers,
  Input,
  Layer,
  layers,
  losses,
  metrics,
  Model,
  optimizers,
  Sequential,
  setRandomSeed,
} from '../src/index.ts';

const { Activation, Dense, Dropout, Flatten, ReLU, Softmax } = layers;
const quiet = { verbose: 0 } as const;

describe('Sequential', () => {
  test('makes its weights as layers are added when it has an Input', () => {
    const model = new Sequential();
    model.add(Input({ shape: [4] }));
    model.add(new Dense(3));
    expect([model.built, model.weights.length]).toEqual([true, 2]);
    model.add(new Dense(2));
    expect(model.weights.map((w) => w.shape)).toEqual([[4, 3], [3], [3, 2], [2]]);
  });

  test('makes them when it first sees data otherwise, or when it is built', async () => {
    const model = new Sequential([new Dense(3), new Dense(1)]);
    expect([model.built, model.weights.length]).toEqual([false, 0]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.fit(zeros([2, 5]), zeros([2, 1]), quiet);
    expect(model.weights[0]!.shape).toEqual([5, 3]);
    const other = new Sequential([new Dense(3)]);
    other.build([null, 7]);
    expect(other.countParams()).toBe(24);
  });

  test('drops its last layer', () => {
    const model = new Sequential([Input({ shape: [4] }), new Dense(3), new Dense(2)]);
    const last = model.pop();
    expect([last.weights.length, model.outputShapes]).toEqual([2, [[null, 3]]]);
    model.pop();
    expect(() => model.pop()).toThrow('there is no layer to remove');
  });

  test('takes models as layers', () => {
    const inner = new Sequential([new Dense(3), new Dense(2)]);
    const outer = new Sequential([Input({ shape: [4] }), inner, new Dense(1)]);
    expect(outer.countParams()).toBe(15 + 8 + 3);
    expect(outer(zeros([2, 4])).shape).toEqual([2, 1]);
  });
});

describe('a functional model', () => {
  test('has several ends', () => {
    class Join extends Layer<readonly Tensor[]> {
      override call([a, b]: readonly Tensor[]): Tensor {
        return a!.add(b!);
      }
      override computeOutputShape([a]: readonly (readonly (number | null)[])[]): readonly (number | null)[] {
        return a!;
      }
    }
    const [left, right] = [Input({ shape: [2] }), Input({ shape: [3] })];
    const joined = new Join()([new Dense(4)(left), new Dense(4)(right)]);
    const model = new Model({ inputs: [left, right], outputs: [new Dense(1)(joined), joined] });
    const [score, both] = model([zeros([5, 2]), zeros([5, 3])]);
    expect([score!.shape, both!.shape]).toEqual([
      [5, 1],
      [5, 4],
    ]);
    expect(() => model([zeros([5, 2])])).toThrow('another number of inputs');
    const one = new Model({ inputs: [left, right], outputs: joined });
    expect(one([ones([1, 2]), ones([1, 3])]).tolist()).toEqual(model([ones([1, 2]), ones([1, 3])])[1]!.tolist());
  });

  test('shares the weights of a layer that is called twice', () => {
    const x = Input({ shape: [2] });
    const shared = new Dense(2);
    const model = new Model({ inputs: x, outputs: shared(shared(x)) });
    expect(model.weights.length).toBe(2);
    expect(model.layers.map((layer) => layer.constructor.name)).toEqual(['InputLayer', 'Dense']);
  });

  test('gives a number a sample its axis', () => {
    const x = Input({ shape: [1] });
    const model = new Model({ inputs: x, outputs: new Dense(2)(x) });
    expect(model(array([1, 2, 3])).shape).toEqual([3, 2]);
  });

  test('refuses ends that do not belong together', () => {
    const [a, b] = [Input({ shape: [2], name: 'a' }), Input({ shape: [2], name: 'b' })];
    const y = new Dense(1, { name: 'same' })(b);
    expect(() => new Model({ inputs: a, outputs: y })).toThrow(
      "an output depends on an input that was not given\n  got:      'b'",
    );
    expect(() => new Model({ inputs: y, outputs: y })).toThrow('an input does not come from Input()');
    expect(() => new Model({ inputs: b, outputs: new Dense(1, { name: 'same' })(y) })).toThrow(
      'two layers have one name',
    );
    expect(() => new Model({ inputs: b, outputs: zeros([2]) as unknown as typeof y })).toThrow(
      'outputs are not symbolic tensors',
    );
  });
});

test('a model is subclassed in a few lines', async () => {
  // Without a seed most units can start dead.
  setRandomSeed(1);
  class Net extends Model {
    hidden = new Dense(8, { activation: 'relu' });
    out = new Dense(1);
    override call(x: Tensor): Tensor {
      return this.out(this.hidden(x));
    }
  }
  const model = new Net();
  model.compile({ optimizer: new optimizers.Adam({ learningRate: 0.05 }), loss: 'mse' });
  const x = array([[0], [1], [2]], { dtype: 'float32' });
  const { history } = await model.fit(x, x.mul(2), { epochs: 100, ...quiet });
  expect(history.loss![99]!).toBeLessThan(history.loss![0]! / 10);
  expect([model.name, model.weights.length]).toEqual(['net', 4]);
});

describe('weights', () => {
  test('are copied out and in, and cast', () => {
    const model = new Sequential([Input({ shape: [1] }), new Dense(2)]);
    model.setWeights([array([[1, 2]]), array([3, 4])]);
    const [kernel, bias] = model.getWeights();
    expect([kernel!.dtype, kernel!.tolist(), bias!.tolist()]).toEqual(['float32', [[1, 2]], [3, 4]]);
    kernel!.set([0, 0], 9);
    expect(model.getWeights()[0]!.tolist()).toEqual([[1, 2]]);
  });

  test('of another number or shape are refused before any is written', () => {
    const model = new Sequential([Input({ shape: [1] }), new Dense(2)]);
    model.setWeights([ones([1, 2]), ones([2])]);
    expect(() => model.setWeights([zeros([1, 2])])).toThrow('another number of arrays than of weights');
    expect(() => model.setWeights([zeros([1, 2]), zeros([3])])).toThrow('weight 1 has another shape');
    expect(model.getWeights()[0]!.tolist()).toEqual([[1, 1]]);
  });
});

describe('initialisers', () => {
  test('repeat with a seed', () => {
    const make = initializers.glorotUniform({ seed: 1 });
    expect(make([3, 2], 'float32').tolist()).toEqual(make([3, 2], 'float32').tolist());
    setRandomSeed(4);
    const first = initializers.get('heNormal')([3, 2], 'float32').tolist();
    expect(initializers.get('heNormal')([3, 2], 'float32').tolist()).not.toEqual(first);
    setRandomSeed(4);
    expect(initializers.get('heNormal')([3, 2], 'float32').tolist()).toEqual(first);
  });

  // Spread from Keras's documentation: limit √(6 / (in + out)), deviations √(2 / n) and √(1 / n).
  test.each<[initializers.InitializerName, number, number]>([
    ['glorotUniform', Math.sqrt(6 / 500), Math.sqrt(2 / 500)],
    ['glorotNormal', Infinity, Math.sqrt(2 / 500)],
    ['heUniform', Math.sqrt(6 / 200), Math.sqrt(2 / 200)],
    ['heNormal', Infinity, Math.sqrt(2 / 200)],
    ['lecunUniform', Math.sqrt(3 / 200), Math.sqrt(1 / 200)],
    ['lecunNormal', Infinity, Math.sqrt(1 / 200)],
    ['randomUniform', 0.05, 0.05 / Math.sqrt(3)],
    ['randomNormal', Infinity, 0.05],
    ['truncatedNormal', 0.1, 0.05 * 0.87962566],
  ])('%s has its spread', (name, limit, std) => {
    setRandomSeed(0);
    const x = initializers.get(name)([200, 300], 'float64');
    expect(x.abs().max().item()).toBeLessThanOrEqual(limit);
    expect(Math.abs(Math.sqrt(Number(x.mul(x).mean().item())) / std - 1)).toBeLessThan(0.01);
  });
});

test('layers compute what they are called', () => {
  const x = tensor([
    [-1, 0.5],
    [2, -3],
  ]);
  expect(new ReLU()(x).tolist()).toEqual([
    [0, 0.5],
    [2, 0],
  ]);
  expect(new Softmax()(x).sum(-1).sub(1).abs().max().item()).toBeLessThan(1e-6);
  expect(new Activation((t) => t.mul(2))(x).tolist()).toEqual([
    [-2, 1],
    [4, -6],
  ]);
  expect(new Flatten()(zeros([3, 2, 2])).shape).toEqual([3, 4]);
  expect(new Flatten().computeOutputShape([null, 2, null])).toEqual([null, null]);
});

test('dropout scales what it leaves, and does nothing outside training', () => {
  const [layer, x] = [new Dropout(0.25, { seed: 1 }), ones([4000])];
  expect(layer(x).tolist()).toEqual(x.tolist());
  const values = layer(x, { training: true }).tolist() as number[];
  expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  expect(Math.abs(values.filter((v) => v === 0).length / 4000 - 0.25)).toBeLessThan(0.02);
  expect(new Dropout(1)(ones([2]), { training: true }).tolist()).toEqual([0, 0]);
});

test('names are counted by kind and start anew', () => {
  clearSession();
  const names = (): string[] => [new Dense(1), new Dense(1), new ReLU(), new Sequential()].map((layer) => layer.name);
  expect(names()).toEqual(['dense', 'dense_1', 're_lu', 'sequential']);
  clearSession();
  expect(names()[0]).toBe('dense');
});

test('the dtype of new layers can be set', () => {
  config.setFloatx('float64');
  const layer = new Dense(1);
  config.setFloatx('float32');
  expect(layer(zeros([1, 1])).dtype).toBe('float64');
  expect(() => config.setFloatx('int32' as 'float32')).toThrow('not a dtype to compute in');
});

const built = new Sequential([Input({ shape: [3], name: 'pixels' }), new Dense(2, { name: 'head' })]);
built.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
const X = zeros([4, 3]);
const labels = array([0, 1, 1, 0]);

test.each<[string, () => unknown, string]>([
  ['units that are no number', () => new Dense(0), 'units is not a number of outputs'],
  ['an unknown activation', () => new Dense(1, { activation: 'rellu' as 'relu' }), "unknown name\n  got:      'rellu'"],
  [
    'an unknown initialiser',
    () => new Dense(1, { kernelInitializer: 'he' as 'zeros' }),
    "unknown name\n  got:      'he'",
  ],
  ['a rate above one', () => new Dropout(2), 'rate is no probability'],
  ['a shape that is none', () => Input({ shape: [-1] }), 'not a shape'],
  ['an open last axis', () => new Dense(1)(Input({ shape: [null] })), 'the last axis of the input must be known'],
  ['another number of features', () => new Dense(1)(zeros([2])), 'the last axis of the input must be known'],
  ['something that is no array', () => new Dense(1)('x' as unknown as Tensor), 'the input is not an array'],
  ['a class for a layer', () => new Sequential([Dense as unknown as Layer]), 'is new missing?'],
  [
    'two layers of one name',
    () => new Sequential([new Dense(1, { name: 'a' }), new Dense(1, { name: 'a' })]),
    'two layers have one name',
  ],
  [
    'an Input in the middle',
    () => new Sequential([new Dense(1), Input({ shape: [1] })]),
    'an Input must stand in front',
  ],
  ['a model without layers', () => new Sequential()(X), 'there are no layers'],
  ['a model that says nothing', () => new Model()(X), 'does not say what it computes'],
  ['an unknown optimizer', () => built.compile({ optimizer: 'adamm' as 'adam', loss: 'mse' }), "'adamm'"],
  [
    'an unknown loss',
    () => built.compile({ optimizer: 'sgd', loss: 'mean_squared_error' as 'mse' }),
    'names are spelled in camel case',
  ],
  [
    'an unknown metric',
    () => built.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['acuracy' as 'accuracy'] }),
    "'acuracy'",
  ],
  [
    'metrics that are no list',
    () => built.compile({ optimizer: 'sgd', loss: 'mse', metrics: 'mae' as unknown as ['mae'] }),
    'metrics is not a list',
  ],
  ['a negative learning rate', () => new optimizers.SGD({ learningRate: -1 }), 'learningRate is out of range'],
  ['momentum above one', () => new optimizers.SGD({ momentum: 2 }), 'momentum is out of range'],
  ['a beta of one', () => new optimizers.Adam({ beta1: 1 }), 'beta1 is out of range'],
  ['two ways of clipping', () => new optimizers.Adam({ clipnorm: 1, clipvalue: 1 }), 'clipped in one way only'],
  [
    'a gradient that does not fit',
    () => new optimizers.SGD().apply([zeros([2])], [tensor([1.5])]),
    'a gradient does not fit its parameter',
  ],
  ['an unknown reduction', () => new losses.MeanSquaredError({ reduction: 'avg' as 'sum' }), 'unknown reduction'],
  ['smoothing above one', () => new losses.BinaryCrossentropy({ labelSmoothing: 2 }), 'labelSmoothing is out of range'],
  [
    'labels that would be broadcast',
    () => new losses.MeanSquaredError()(zeros([4, 1]), tensor([[1.5, 2]])),
    'labels and predictions differ in shape',
  ],
  [
    'labels that are no classes',
    () => losses.sparseCategoricalCrossentropy(array([0.5]), tensor([[0.5, 0.5]])),
    'a label is not a class number',
  ],
  ['an unknown name of a metric', () => metrics.get('f1' as 'mae', [1], [1]), "'f1'"],
  [
    'weights of other samples',
    () => new losses.MeanSquaredError()(zeros([2, 1]), tensor([[1.5], [2]]), ones([3])),
    'the sample weights do not fit',
  ],
  ['no labels', () => built.trainOnBatch(X, undefined as unknown as typeof X), 'there are no labels'],
  [
    'features of a batch',
    () => built.trainOnBatch(zeros([4, 2]), labels),
    "input 'pixels' does not fit\n  got:      [4, 2]\n  expected: (None, 3)",
  ],
  ['summaries too narrow', () => built.summary({ lineLength: 8, printFn: () => undefined }), 'lines are too short'],
  ['an activation that is none', () => activations.get('tan' as 'tanh'), "'tan'"],
])('%s: refused', (_, run, message) => {
  expect(run).toThrow(message);
});

test.each<[string, () => Promise<unknown>, string]>([
  ['fit before compile', () => new Sequential([new Dense(1)]).fit(X, X), 'the model is not compiled'],
  ['evaluate before compile', () => new Sequential([new Dense(1)]).evaluate(X, X), 'the model is not compiled'],
  ['other numbers of samples', () => built.fit(X, array([0, 1])), 'differ in their number of samples'],
  ['no samples', () => built.fit(zeros([0, 3]), zeros([0])), 'there are no samples'],
  ['a class out of range', () => built.fit(X, array([0, 1, 2, 0])), '2 at position 2'],
  [
    'one-hot labels for class numbers',
    () => built.fit(X, zeros([4, 2])),
    'labels with a number for each class need categoricalCrossentropy',
  ],
  ['a batch size of zero', () => built.fit(X, labels, { batchSize: 0 }), 'batchSize is out of range'],
  ['half an epoch', () => built.fit(X, labels, { epochs: 1.5 }), 'epochs is out of range'],
  ['a split of everything', () => built.fit(X, labels, { validationSplit: 1 }), 'validationSplit is out of range'],
  ['a split that leaves nothing', () => built.fit(X, labels, { validationSplit: 0.99 }), 'too few samples to split'],
  ['an unknown verbose', () => built.fit(X, labels, { verbose: 3 as 2 }), 'unknown verbose'],
  ['a break that is no time', () => built.fit(X, labels, { yieldEvery: -1 }), 'yieldEvery is out of range'],
  [
    'validation data that does not fit',
    () => built.fit(X, labels, { validationData: [zeros([2, 3]), array([0, 5])] }),
    '5 at position 1',
  ],
  [
    'class and sample weights',
    () => built.fit(X, labels, { classWeight: { 0: 2 }, sampleWeight: ones([4]) }),
    'classWeight and sampleWeight together',
  ],
  ['labels that are no array', () => built.fit(X, 'abcd' as unknown as typeof X), 'the labels are not an array'],
  ['batches that are no pairs', () => built.fit([X] as unknown as [[typeof X]], quiet), 'a batch is not a pair'],
  ['a batch size beside batches', () => built.fit([[X, labels]], { batchSize: 2 }), 'batchSize beside an iterable'],
  ['several outputs', () => severalOutputs().fit(X, labels, quiet), 'another number of labels than of outputs'],
  ['inputs of predict', () => built.predict(zeros([2, 4]), quiet), "input 'pixels' does not fit"],
])('%s: refused, and no weight changes', async (_, run, message) => {
  const before = built.getWeights().map((w) => w.tolist());
  await expect(run()).rejects.toThrow(message);
  expect(built.getWeights().map((w) => w.tolist())).toEqual(before);
});

function severalOutputs(): Model {
  const x = Input({ shape: [3] });
  const model = new Model({ inputs: x, outputs: [new Dense(1)(x), new Dense(1)(x)] });
  model.compile({ optimizer: 'sgd', loss: (_, yPred) => yPred });
  return model as unknown as Model;
}
