import { type ByteSource, type MnistName, readMnist } from '@isograd/datasets';
import { fallbackCounts, getDevice, setDevice } from '@isograd/device';
import { callbacks, layers, type Logs, Sequential, setRandomSeed } from '@isograd/keras';
import { array, type NDArray } from '@isograd/ndarray';
import { createWasmDevice } from '@isograd/wasm';

/** Gives the bytes of one of MNIST's files: a `fetch` body in a browser, a file in Node. */
export type OpenMnist = (name: MnistName) => Promise<ByteSource>;

/** What one training gave, as plain data that can leave a page. */
export interface Run {
  /** The running loss after every step, as Keras reports it. */
  readonly losses: readonly number[];
  /** Loss and metrics afterwards, on the training data of XOR and on the test digits. */
  readonly evaluation: Logs;
  /** All trained weights, one after another. */
  readonly weights: readonly number[];
}

/** Both trainings, and what computed them. */
export interface Report {
  readonly device: string;
  readonly info: string;
  /** Kernels that js had to compute because the device has none. */
  readonly fallbacks: readonly string[];
  readonly xor: Run;
  readonly digits: Run;
}

class StepLosses extends callbacks.Callback {
  readonly losses: number[] = [];

  override onTrainBatchEnd(_batch: number, logs: Logs): void {
    this.losses.push(logs['loss']!);
  }
}

const flat = (arrays: readonly NDArray[]): number[] => arrays.flatMap((x) => Array.from(x.data, Number));

async function trainXor(): Promise<Run> {
  setRandomSeed(0);
  const x = array([0, 0, 0, 1, 1, 0, 1, 1], { dtype: 'float32', shape: [4, 2] });
  const y = array([0, 1, 1, 0], { dtype: 'float32', shape: [4, 1] });
  const model = new Sequential([
    layers.Input({ shape: [2] }),
    new layers.Dense(8, { activation: 'tanh' }),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
  const steps = new StepLosses();
  await model.fit(x, y, { epochs: 300, verbose: 0, shuffle: false, callbacks: [steps] });
  const evaluation = await model.evaluate(x, y, { verbose: 0 });
  return { losses: steps.losses, evaluation, weights: flat(model.getWeights()) };
}

async function trainDigits(open: OpenMnist): Promise<Run> {
  setRandomSeed(0);
  const { train, test } = await readMnist(open);
  const model = new Sequential([
    layers.Input({ shape: [28, 28] }),
    new layers.Flatten(),
    new layers.Dense(32, { activation: 'relu' }),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const steps = new StepLosses();
  await model.fit(...train.arrays, { epochs: 3, batchSize: 64, verbose: 0, callbacks: [steps] });
  const evaluation = await model.evaluate(...test.arrays, { batchSize: 200, verbose: 0 });
  return { losses: steps.losses, evaluation, weights: flat(model.getWeights()) };
}

/** Whether the engine has fused multiply-add; with it sums round once where they round twice without. */
export function hasFma(): boolean {
  const device = createWasmDevice();
  return typeof device !== 'string' && device.info.includes('fused multiply-add');
}

/**
 * Trains XOR for 300 steps and a net on the sample of MNIST for 282, on the wasm device.
 *
 * @param open What gives the files.
 * @param fma False to do without fused multiply-add, as an engine has to that lacks it.
 */
export async function train(open: OpenMnist, fma: boolean): Promise<Report> {
  const device = fma ? 'wasm' : createWasmDevice({ fma });
  setDevice(device);
  const xor = await trainXor();
  const digits = await trainDigits(open);
  const { name, info } = getDevice();
  return { device: name, info, fallbacks: [...fallbackCounts().keys()], xor, digits };
}
