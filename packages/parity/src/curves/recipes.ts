import { initializers, Input, layers, Sequential as KerasSequential } from '@isograd/keras';
import type { Tensor } from '@isograd/autograd';
import {
  Conv2d,
  Flatten,
  init,
  Linear,
  MaxPool2d,
  type Module,
  type Parameter,
  ReLU,
  Sequential,
  Sigmoid,
} from '@isograd/nn';
import { Adam, SGD } from '@isograd/optim';
import type { OptimizerSpec } from '../job/nets.ts';

/** A classifier of digits that both PyTorch and Keras train from their own first weights: what is frozen of them, and how it is made here. */
export interface Recipe {
  /** Name of the frozen curves. */
  readonly name: string;
  readonly origin: string;
  readonly batchSize: number;
  /** What one image is to PyTorch, and to Keras: `[784]`, or with channels. */
  readonly image: { readonly torch: readonly number[]; readonly keras: readonly number[] };
  torchModel(): Module & ((x: Tensor) => Tensor);
  torchOptimizer(parameters: readonly Parameter[]): Adam | SGD;
  kerasModel(dtype: 'float32' | 'float64'): KerasSequential;
  /** Keras's optimizer. */
  readonly optimizer: OptimizerSpec;
}

function normalLinear(inFeatures: number, outFeatures: number): Linear {
  const layer = new Linear(inFeatures, outFeatures);
  init.normal_(layer.weight, 0, 0.1);
  init.zeros_(layer.bias!);
  return layer;
}

const normalKernel = (): ReturnType<typeof initializers.randomNormal> => initializers.randomNormal({ stddev: 0.1 });

/** The nets of notebooks 003 and 004, and a small convolutional one. */
export const RECIPES: readonly Recipe[] = [
  {
    name: '784-100-10',
    origin: 'notebook 003: sigmoid, then softmax cross-entropy on the logits; SGD',
    batchSize: 100,
    image: { torch: [784], keras: [784] },
    torchModel: () => new Sequential(normalLinear(784, 100), new Sigmoid(), normalLinear(100, 10)),
    torchOptimizer: (parameters) => new SGD(parameters, { lr: 0.1 }),
    kerasModel: (dtype) =>
      new KerasSequential([
        Input({ shape: [784], dtype }),
        new layers.Dense(100, { activation: 'sigmoid', kernelInitializer: normalKernel(), dtype }),
        new layers.Dense(10, { kernelInitializer: normalKernel(), dtype }),
      ]),
    optimizer: { name: 'sgd', learningRate: 0.1 },
  },
  {
    name: '784-256-64-10',
    origin: 'notebook 004: ReLU, ReLU, sigmoid, then softmax cross-entropy; Adam',
    batchSize: 128,
    image: { torch: [784], keras: [784] },
    torchModel: () =>
      new Sequential(
        new Linear(784, 256),
        new ReLU(),
        new Linear(256, 64),
        new ReLU(),
        new Linear(64, 10),
        new Sigmoid(),
      ),
    torchOptimizer: (parameters) => new Adam(parameters, { lr: 1e-4 }),
    kerasModel: (dtype) =>
      new KerasSequential([
        Input({ shape: [784], dtype }),
        new layers.Dense(256, { activation: 'relu', dtype }),
        new layers.Dense(64, { activation: 'relu', dtype }),
        new layers.Dense(10, { activation: 'sigmoid', dtype }),
      ]),
    optimizer: { name: 'adam', learningRate: 1e-4, epsilon: 1e-7 },
  },
  {
    name: 'small CNN',
    origin: 'two convolutions with ReLU and max pooling, a dense layer; Adam',
    batchSize: 64,
    image: { torch: [1, 28, 28], keras: [28, 28, 1] },
    torchModel: () =>
      new Sequential(
        new Conv2d(1, 8, 3),
        new ReLU(),
        new MaxPool2d(2),
        new Conv2d(8, 16, 3),
        new ReLU(),
        new MaxPool2d(2),
        new Flatten(),
        new Linear(400, 10),
      ),
    torchOptimizer: (parameters) => new Adam(parameters, { lr: 2e-3 }),
    kerasModel: (dtype) =>
      new KerasSequential([
        Input({ shape: [28, 28, 1], dtype }),
        new layers.Conv2D(8, 3, { activation: 'relu', dtype }),
        new layers.MaxPooling2D({ poolSize: 2, dtype }),
        new layers.Conv2D(16, 3, { activation: 'relu', dtype }),
        new layers.MaxPooling2D({ poolSize: 2, dtype }),
        new layers.Flatten({ dtype }),
        new layers.Dense(10, { dtype }),
      ]),
    optimizer: { name: 'adam', learningRate: 2e-3, epsilon: 1e-7 },
  },
];
