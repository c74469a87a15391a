import { gradients as gradientsOf } from '@isograd/autograd';
import { getDevice } from '@isograd/device';
import { callbacks, Input, layers, type Logs, losses, optimizers, Sequential } from '@isograd/keras';
import { array, type NDArray } from '@isograd/ndarray';
import type { RefArray } from '../references/arrays.ts';
import { type Samples, takeSamples } from './batches.ts';
import type { Contender, Training, TrainingRun } from './contender.ts';
import type { NetSpec, OptimizerSpec } from './nets.ts';

type FloatDType = 'float32' | 'float64';

/** Isograd's own Keras as a contender; float64 weights make it compute in float64. */
export function openIsogradContender(): Contender {
  return { name: `isograd (${getDevice().name})`, gradients, train };
}

const refOf = ({ dtype, shape, data }: NDArray): RefArray => ({ dtype, shape, values: data.slice() });

function makeModel(net: NetSpec, weights: readonly RefArray[]): Sequential {
  const dtype = dtypeOf(weights);
  const model = new Sequential([
    Input({ shape: [net.inputs], dtype }),
    ...net.layers.map(({ units, activation }) => new layers.Dense(units, { activation, dtype })),
  ]);
  model.setWeights(weights.map(({ values, shape }) => array(values, { shape })));
  return model;
}

const dtypeOf = (weights: readonly RefArray[]): FloatDType => (weights[0]?.dtype === 'float64' ? 'float64' : 'float32');

const makeLoss = (): losses.SparseCategoricalCrossentropy =>
  new losses.SparseCategoricalCrossentropy({ fromLogits: true });

/** The optimizer of our Keras that a spec means. */
export function makeKerasOptimizer(spec: OptimizerSpec): optimizers.Optimizer {
  if (spec.name === 'sgd') return new optimizers.SGD({ learningRate: spec.learningRate });
  return new optimizers.Adam({ learningRate: spec.learningRate, epsilon: spec.epsilon });
}

/** Images and labels as arrays, the images in the dtype of the net so that `fit` converts nothing. */
function arraysOf({ count, pixels, images, labels }: Samples, dtype: FloatDType): [x: NDArray, y: NDArray] {
  const x = array(dtype === 'float64' ? Float64Array.from(images) : images, { shape: [count, pixels] });
  return [x, array(Int32Array.from(labels))];
}

async function gradients(net: NetSpec, weights: readonly RefArray[], batch: Samples): Promise<RefArray[]> {
  const model = makeModel(net, weights);
  const [x, y] = arraysOf(batch, dtypeOf(weights));
  const loss = makeLoss()(y, model(x, { training: true }));
  return gradientsOf([loss], [...model.trainableWeights]).map(refOf);
}

/** Writes down the loss of each batch. Keras reports the mean over the epoch so far, so it is taken apart again. */
class LossRecorder extends callbacks.Callback {
  readonly losses: number[] = [];
  #batchSizes: readonly number[] = [];
  #samples = 0;
  #total = 0;
  readonly #round: (x: number) => number;
  readonly #onStep: Training['onStep'];

  constructor(dtype: FloatDType, onStep: Training['onStep']) {
    super();
    // A float32 loss comes back to its last bit: the means are float64.
    this.#round = dtype === 'float32' ? Math.fround : Number;
    this.#onStep = onStep;
  }

  beginEpoch(samples: number, batchSize: number): void {
    [this.#samples, this.#total] = [0, 0];
    const whole = Math.ceil(samples / batchSize);
    this.#batchSizes = Array.from({ length: whole }, (_, i) => Math.min(batchSize, samples - i * batchSize));
  }

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    const size = this.#batchSizes[batch] ?? NaN;
    this.#samples += size;
    const total = (logs['loss'] ?? NaN) * this.#samples;
    const loss = this.#round((total - this.#total) / size);
    this.#total = total;
    this.#onStep(this.losses.length, loss);
    this.losses.push(loss);
  }
}

async function train({ net, weights, schedule, train: data, test, onStep }: Training): Promise<TrainingRun> {
  const { batchSize, epochs } = schedule;
  const dtype = dtypeOf(weights);
  const model = makeModel(net, weights);
  model.compile({ optimizer: makeKerasOptimizer(net.optimizer), loss: makeLoss() });
  const recorder = new LossRecorder(dtype, onStep);
  let seconds = 0;
  for (const order of epochs) {
    const [x, y] = arraysOf(takeSamples(data, order), dtype);
    recorder.beginEpoch(order.length, batchSize);
    const begun = performance.now();
    await model.fit(x, y, {
      batchSize,
      epochs: 1,
      shuffle: false,
      verbose: 0,
      yieldEvery: Infinity,
      callbacks: [recorder],
    });
    seconds += (performance.now() - begun) / 1000;
  }
  const [x] = arraysOf(test, dtype);
  const outputs = refOf(await model.predict(x, { batchSize: 1000, verbose: 0 }));
  return { losses: Float64Array.from(recorder.losses), weights: model.getWeights().map(refOf), outputs, seconds };
}
