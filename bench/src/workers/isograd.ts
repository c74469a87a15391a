import { indexAdd, type Tensor, tensor } from '@isograd/autograd';
import { Input, layers, Sequential as KerasSequential } from '@isograd/keras';
import { getDevice } from '@isograd/ndarray';
import {
  Conv2d,
  CrossEntropyLoss,
  Flatten,
  functional,
  Linear,
  MaxPool2d,
  type Module,
  ReLU,
  Sequential,
} from '@isograd/nn';
import { Adam, SGD } from '@isograd/optim';
import { normalish, positions, serve, type Steps } from '../protocol.ts';

const random = (shape: readonly [number, number], seed: number, requiresGrad = false): Tensor =>
  tensor(normalish(shape[0] * shape[1], seed), { shape, requiresGrad });

function twoLayer(): Steps {
  const [x, y] = [random([64, 1000], 1), random([64, 10], 2)];
  const [w1, w2] = [random([1000, 100], 3, true), random([100, 10], 4, true)];
  const optimizer = new SGD([w1, w2], { lr: 1e-6 });
  return async (count) => {
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const error = x.mm(w1).relu().mm(w2).sub(y);
      const value = error.mul(error).sum();
      optimizer.zeroGrad();
      value.backward();
      optimizer.step();
      loss = value.valueOf();
    }
    return loss;
  };
}

/** Steps of Adam on the cross-entropy of ten classes. */
function classify(run: (x: Tensor) => Tensor, parameters: Iterable<Tensor>, x: Tensor): Steps {
  const criterion = new CrossEntropyLoss();
  const optimizer = new Adam(parameters, { lr: 1e-4 });
  const labels = tensor(BigInt64Array.from({ length: x.shape[0]! }, (_, i) => BigInt(i % 10)));
  return async (count) => {
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const value = criterion(run(x), labels);
      optimizer.zeroGrad();
      value.backward();
      optimizer.step();
      loss = value.valueOf();
    }
    return loss;
  };
}

const train = (model: Module & ((x: Tensor) => Tensor), x: Tensor): Steps => classify(model, model.parameters(), x);

function mlpAdam(): Steps {
  const model = new Sequential(new Linear(784, 256), new ReLU(), new Linear(256, 64), new ReLU(), new Linear(64, 10));
  return train(model, random([128, 784], 1));
}

function cnnStep(): Steps {
  const model = new Sequential(
    new Conv2d(1, 32, 3, { padding: 1 }),
    new ReLU(),
    new Conv2d(32, 64, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(64 * 14 * 14, 128),
    new ReLU(),
    new Linear(128, 10),
  );
  return train(model, tensor(normalish(64 * 784, 1), { shape: [64, 1, 28, 28] }));
}

function lstmStep(): Steps {
  const [lstm, head] = [new layers.LSTM(128), new layers.Dense(10)];
  const x = tensor(normalish(32 * 50 * 64, 1), { shape: [32, 50, 64] });
  const run = (given: Tensor): Tensor => head(lstm(given));
  run(x);
  return classify(run, [...lstm.trainableWeights, ...head.trainableWeights], x);
}

/** What the tape costs: the kernels have next to nothing to do. */
function chain(): Steps {
  const x = tensor([0.5, 1, 1.5, 2], { requiresGrad: true });
  return async (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      let y = x;
      for (let n = 0; n < 500; n++) y = y.mul(0.5).add(x);
      const value = y.sum();
      x.grad = null;
      value.backward();
      sum = value.valueOf();
    }
    return sum;
  };
}

function xorEpoch(): Steps {
  const model = new KerasSequential([
    Input({ shape: [2] }),
    new layers.Dense(8, { activation: 'tanh' }),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy' });
  const x = tensor(
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    { dtype: 'float32' },
  );
  const y = tensor([[0], [1], [1], [0]], { dtype: 'float32' });
  return async (count) => {
    const history = await model.fit(x, y, { epochs: count, batchSize: 4, verbose: 0, shuffle: false });
    return history.history['loss']!.at(-1)!;
  };
}

function convolution(): Steps {
  const images = (channels: number, seed: number): Tensor =>
    tensor(normalish(64 * channels * 28 * 28, seed), { shape: [64, channels, 28, 28] });
  const x = images(32, 1).requiresGrad_();
  const weight = tensor(normalish(64 * 32 * 9, 2), { shape: [64, 32, 3, 3], requiresGrad: true });
  const g = images(64, 3);
  return async (count) => {
    let last = 0;
    for (let i = 0; i < count; i++) {
      x.grad = weight.grad = null;
      functional.conv2d(x, weight, null, { padding: 1 }).backward(g);
      last = (weight.grad as Tensor | null)!.sum().valueOf();
    }
    return last;
  };
}

type Layer = (x: Tensor, weight: Tensor, bias: Tensor) => Tensor;

/** A layer on inputs of a shape, with as many factors and shifts, backward from seeded cotangents or from a loss. */
function layer(shape: readonly number[], features: number, run: Layer): Steps {
  const n = shape.reduce((size, length) => size * length, 1);
  const x = tensor(normalish(n, 1), { shape }).requiresGrad_();
  const [weight, bias] = [2, 3].map((seed) => tensor(normalish(features, seed)).requiresGrad_()) as [Tensor, Tensor];
  const g = tensor(normalish(n, 4), { shape });
  return async (count) => {
    let last = 0;
    for (let i = 0; i < count; i++) {
      x.grad = weight.grad = bias.grad = null;
      const y = run(x, weight, bias);
      if (y.ndim === 0) y.backward();
      else y.backward(g);
      last = (x.grad as Tensor | null)!.memory[0] as number;
    }
    return last;
  };
}

const labels = tensor(Array.from({ length: 64 }, (_, i) => (i * 37) % 1000));
const [rows, sequences, images] = [
  [64, 1000],
  [32, 128, 768],
  [64, 64, 28, 28],
];
const LAYERS = {
  softmax: () => layer(rows!, 1, (x) => functional.softmax(x, 1)),
  logSoftmax: () => layer(rows!, 1, (x) => functional.logSoftmax(x, 1)),
  crossEntropy: () => layer(rows!, 1, (x) => functional.crossEntropy(x, labels)),
  layerNorm: () => layer(sequences!, 768, (x, weight, bias) => functional.layerNorm(x, [768], { weight, bias })),
  rmsNorm: () => layer(sequences!, 768, (x, weight) => functional.rmsNorm(x, [768], { weight })),
  batchNorm: () =>
    layer(images!, 64, (x, weight, bias) => functional.batchNorm(x, null, null, { weight, bias, training: true })),
};

/** A step on a table `[10000, 64]`, positions of 4,096 of its rows or of elements `[4096, 64]`, and as many numbers. */
function indexed(elements: boolean, run: (table: Tensor, index: Tensor, rows: Tensor) => Tensor): Steps {
  const table = tensor(normalish(640_000, 1), { shape: [10_000, 64] }).requiresGrad_();
  const shape = elements ? [4096, 64] : [4096];
  const index = tensor(positions(elements ? 262_144 : 4096, 10_000), { shape });
  const rows = tensor(normalish(262_144, 2), { shape: [4096, 64] });
  return async (count) => {
    let last = 0;
    for (let i = 0; i < count; i++) {
      table.grad = null;
      last = run(table, index, rows).memory[0] as number;
    }
    return last;
  };
}

/** The gradient of the table when what is made of it has a cotangent of its own shape. */
function gradientOf(table: Tensor, y: Tensor, g: Tensor): Tensor {
  y.backward(g);
  return table.grad as Tensor;
}

const INDEXED = {
  embedding: () => indexed(false, (table, index, rows) => gradientOf(table, functional.embedding(index, table), rows)),
  gather: () => indexed(true, (table, index, rows) => gradientOf(table, table.gather(0, index), rows)),
  scatterAdd: () => indexed(true, (table, index, rows) => (table.detach() as Tensor).scatterAdd_(0, index, rows)),
  indexAdd: () =>
    indexed(false, (table, index, rows) => {
      const source = (rows.detach() as Tensor).requiresGrad_();
      return gradientOf(source, indexAdd(table, 0, index, source), table.detach() as Tensor);
    }),
};

const device = getDevice();
await serve(`${device.name}: ${device.info}`, (workload) =>
  ({ twoLayer, mlpAdam, chain, xorEpoch, convolution, cnnStep, lstmStep, ...LAYERS, ...INDEXED })[workload](),
);
