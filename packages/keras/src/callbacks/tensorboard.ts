import { ArgumentError } from '@isograd/device';
import { pythonName } from '@isograd/nn/python-text';
import type { AnyLayer } from '../layer.ts';
import type { Model } from '../model.ts';
import { toJson } from '../saving/index.ts';
import { Sequential } from '../sequential.ts';
import { Callback, type Logs } from './callback.ts';
import { EventFile } from './event-file.ts';

/** Options of {@link TensorBoard}. */
export interface TensorBoardOptions {
  /** Folder of the files, in `train` and `validation`; default `logs`. */
  readonly logDir?: string;
  /** Epochs between two histograms of all weights; default 0: none. */
  readonly histogramFreq?: number;
  /** Whether the layers are written, which TensorBoard draws; default true. */
  readonly writeGraph?: boolean;
  /** Whether the steps of a second are written; default false. */
  readonly writeStepsPerSecond?: boolean;
  /** Whether numbers are written after each epoch alone, after each batch too, or after so many; default `epoch`. */
  readonly updateFreq?: 'epoch' | 'batch' | number;
}

/** Weights of a layer and of those below under their paths: `sequential/dense/kernel`. */
function* weightPaths(layer: AnyLayer, before: string): Generator<readonly [path: string, values: Float32Array]> {
  const path = `${before}${layer.name}/`;
  for (const [i, weight] of layer.ownWeights.entries())
    yield [`${path}${pythonName(layer.ownWeightNames[i]!)}`, weight.data as Float32Array];
  for (const part of layer.sublayers()) yield* weightPaths(part, path);
}

/**
 * Writes files that TensorBoard shows (`keras.callbacks.TensorBoard`): numbers of epochs and batches, the learning rate, histograms of
 * weights, the layers.
 *
 * Names, steps and places are Keras's; epochs are written whatever `updateFreq` is. What Keras has beside it is not there: images of
 * weights, embeddings, profiles. What was written before a failure stays.
 *
 * Source: TensorFlow, `event.proto`, `summary.proto`, and "TFRecord" for the frame.
 *
 * @throws ArgumentError for a frequency that is none; DataError when a file cannot be written; DeviceError where there are no files.
 * @example
 * const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1)]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const board = new callbacks.TensorBoard({ logDir: '/tmp/isograd-logs', histogramFreq: 1 });
 * const { epoch } = await model.fit([[1]], [[2]], { epochs: 2, verbose: 0, callbacks: [board] });
 * epoch // => [ 0, 1 ]
 */
export class TensorBoard extends Callback {
  readonly #options: Required<TensorBoardOptions>;
  readonly #every: number;
  #train: EventFile | undefined;
  #validation: EventFile | undefined;
  #batch = 0;
  #began = { batch: 0, epoch: 0, iterations: 0 };

  constructor(options: TensorBoardOptions = {}) {
    super();
    this.#options = {
      logDir: 'logs',
      histogramFreq: 0,
      writeGraph: true,
      writeStepsPerSecond: false,
      updateFreq: 'epoch',
      ...options,
    };
    const { updateFreq, histogramFreq } = this.#options;
    this.#every = updateFreq === 'epoch' ? Infinity : updateFreq === 'batch' ? 1 : updateFreq;
    const check = (name: string, value: number, least: number, expected: string): void => {
      if (value === Infinity || (Number.isInteger(value) && value >= least)) return;
      throw new ArgumentError({ where: 'TensorBoard', what: `${name} is no frequency`, got: String(value), expected });
    };
    check('updateFreq', this.#every, 1, "'epoch', 'batch', or a number of batches");
    check('histogramFreq', histogramFreq, 0, 'a number of epochs, or 0');
  }

  #file(name: 'train' | 'validation'): EventFile {
    const make = (): EventFile => new EventFile(`${this.#options.logDir}/${name}`);
    return name === 'train' ? (this.#train ??= make()) : (this.#validation ??= make());
  }

  override onTrainBegin(): void {
    this.#train = this.#validation = undefined;
    this.#batch = 0;
    const json = this.#options.writeGraph ? this.#json() : undefined;
    if (json !== undefined) this.#file('train').model('keras', json, 0);
    this.#file('train').flush();
  }

  /** The layers; undefined for a model that cannot be written down, which is not drawn. */
  #json(): string | undefined {
    try {
      return toJson(this.model as Model);
    } catch (error) {
      if (error instanceof ArgumentError) return undefined;
      throw error;
    }
  }

  override onEpochBegin(): void {
    this.#began = { ...this.#began, epoch: performance.now(), iterations: this.model.optimizer.iterations };
  }

  override onTrainBatchBegin(): void {
    this.#batch++;
    this.#began.batch = performance.now();
  }

  override onTrainBatchEnd(_batch: number, logs: Logs): void {
    if (this.#batch % this.#every !== 0) return;
    const file = this.#file('train');
    if (this.#options.writeStepsPerSecond)
      file.scalar('batch_steps_per_second', 1000 / (performance.now() - this.#began.batch), this.#batch);
    for (const [name, value] of Object.entries(logs)) file.scalar(`batch_${name}`, value, this.#batch);
  }

  override onTestEnd(logs: Logs): void {
    const file = this.#file('validation');
    const { iterations } = this.model.optimizer;
    for (const [name, value] of Object.entries(logs))
      file.scalar(`evaluation_${name}_vs_iterations`, value, iterations);
    file.flush();
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { histogramFreq } = this.#options;
    const train = this.#file('train');
    const all = Object.entries(logs);
    const own = all.filter(([name]) => !name.startsWith('val_') && name !== 'learning_rate');
    for (const [name, value] of [...own, ...this.#speeds()]) train.scalar(`epoch_${name}`, value, epoch);
    if (histogramFreq > 0 && epoch % histogramFreq === 0) this.#histograms(train, epoch);
    train.flush();
    const validated = all.filter(([name]) => name.startsWith('val_'));
    if (validated.length === 0) return;
    const validation = this.#file('validation');
    for (const [name, value] of validated) validation.scalar(`epoch_${name.slice(4)}`, value, epoch);
    validation.flush();
  }

  /** The learning rate, and how fast the epoch was. */
  #speeds(): readonly (readonly [string, number])[] {
    const { optimizer } = this.model;
    const rate = ['learning_rate', optimizer.learningRate] as const;
    if (!this.#options.writeStepsPerSecond) return [rate];
    const seconds = (performance.now() - this.#began.epoch) / 1000;
    return [rate, ['steps_per_second', (optimizer.iterations - this.#began.iterations) / seconds]];
  }

  #histograms(file: EventFile, epoch: number): void {
    const before = this.model instanceof Sequential ? `${this.model.name}/` : '';
    for (const layer of this.model.layers)
      for (const [path, values] of weightPaths(layer, before)) file.histogram(`${path}/histogram`, values, epoch);
  }

  override onTrainEnd(): void {
    this.#train?.flush();
  }
}
