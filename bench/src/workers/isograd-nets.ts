import { type Tensor, tensor } from '@isograd/autograd';
import {
  Conv2d,
  CrossEntropyLoss,
  Embedding,
  Flatten,
  functional,
  Linear,
  LSTM,
  MaxPool2d,
  ReLU,
  Sequential,
} from '@isograd/nn';
import { Adam } from '@isograd/optim';
import { normalish, type Steps } from '../protocol.ts';

const random = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    normalish(
      shape.reduce((a, n) => a * n, 1),
      seed,
    ),
    { shape },
  );

const integers = (n: number, below: number): Tensor =>
  tensor(BigInt64Array.from({ length: n }, (_, i) => BigInt((i * 7919) % below)));

/** Runs a step again and again; it gives its loss. */
const repeated =
  (step: () => number): Steps =>
  async (count) => {
    let last = 0;
    for (let i = 0; i < count; i++) last = step();
    return last;
  };

function training(parameters: Iterable<Tensor>, loss: () => Tensor): Steps {
  const optimizer = new Adam(parameters, { lr: 1e-4 });
  return repeated(() => {
    const value = loss();
    optimizer.zeroGrad();
    value.backward();
    optimizer.step();
    return value.valueOf();
  });
}

function cnnStep(): Steps {
  const features = [
    new Conv2d(1, 32, 3),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(32, 64, 3),
    new ReLU(),
    new MaxPool2d(2),
  ];
  const model = new Sequential(...features, new Flatten(), new Linear(1600, 128), new ReLU(), new Linear(128, 10));
  const criterion = new CrossEntropyLoss();
  const [x, labels] = [random([64, 1, 28, 28], 1), integers(64, 10)];
  return training(model.parameters(), () => criterion(model(x), labels));
}

function lstmStep(): Steps {
  const model = new LSTM(64, 128);
  const x = random([20, 32, 64], 1);
  return training(model.parameters(), () => model(x)[0].square().mean());
}

function embedding(): Steps {
  const model = new Embedding(10_000, 64);
  const [indices, g] = [integers(3200, 10_000).reshape([64, 50]), random([64, 50, 64], 2)];
  return repeated(() => {
    model.weight.grad = null;
    model(indices).backward(g);
    return Number(model.weight.grad!.get(0, 0));
  });
}

function pooling(): Steps {
  const x = random([64, 32, 28, 28], 1).requiresGrad_();
  const g = random([64, 32, 14, 14], 2);
  return repeated(() => {
    x.grad = null;
    functional.maxPool2d(x, 2).backward(g);
    return Number(x.grad!.get(0, 0, 0, 0));
  });
}

/** Layers and nets that have kernels of their own. */
export const NETS: Readonly<Record<'cnnStep' | 'lstmStep' | 'embedding' | 'pooling', () => Steps>> = {
  cnnStep,
  lstmStep,
  embedding,
  pooling,
};
