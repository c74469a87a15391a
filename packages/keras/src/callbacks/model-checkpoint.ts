import { ArgumentError } from '@isograd/device';
import type { Model } from '../model.ts';
import { saveModel, saveWeights } from '../saving/index.ts';
import type { Logs } from './callback.ts';
import { MonitorCallback, type MonitorOptions } from './monitor.ts';

/** Options of {@link ModelCheckpoint}. */
export interface ModelCheckpointOptions extends Omit<MonitorOptions, 'minDelta'> {
  /** Whether only a model is saved that is better than all before; default false. */
  readonly saveBestOnly?: boolean;
  /** Whether weights alone are saved; default false. */
  readonly saveWeightsOnly?: boolean;
  /** After each epoch, or after so many batches; default `epoch`. */
  readonly saveFreq?: 'epoch' | number;
  /** What has to be beaten from the start; default nothing. */
  readonly initialValueThreshold?: number | null;
  /** Whether it says what it does; default 0. */
  readonly verbose?: 0 | 1;
}

/** A number as Python's format specification has it: `02d`, `.4f`, `.2e`. */
function formatted(value: number, spec: string, where: string): string {
  const [, zero, width, digits, kind] = /^(0?)(\d*)(?:\.(\d+))?([dfe]?)$/.exec(spec) ?? [];
  if (kind === undefined)
    throw new ArgumentError({
      where,
      what: 'a format that is not known',
      got: `'${spec}'`,
      expected: 'such as 02d, .4f or .2e',
    });
  const text =
    kind === 'f'
      ? value.toFixed(Number(digits ?? 6))
      : kind === 'e'
        ? value.toExponential(Number(digits ?? 6)).replace(/e([+-])(\d)$/, 'e$10$2')
        : String(value);
  return text.padStart(Number(width ?? 0), zero ? '0' : ' ');
}

/** A path with numbers in it, `{epoch:02d}-{val_loss:.2f}.keras`. */
function pathOf(template: string, numbers: Logs): string {
  return template.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, spec: string | undefined) => {
    const value = numbers[name];
    if (value === undefined)
      throw new ArgumentError({
        where: 'ModelCheckpoint',
        what: 'the path names a number that is not reported',
        got: `{${name}}`,
        expected: Object.keys(numbers).join(', '),
      });
    return formatted(value, spec ?? '', 'ModelCheckpoint');
  });
}

/**
 * Saves the model, or its weights, as training goes on (`keras.callbacks.ModelCheckpoint`).
 *
 * The path may have reported numbers in it, and `epoch` (from 1) and `batch`: `{epoch:02d}-{val_loss:.2f}.keras`.
 *
 * @throws ArgumentError for a path that does not end in .keras or .h5, or in .weights.h5 for weights; when `saveBestOnly` watches what is not reported.
 */
export class ModelCheckpoint extends MonitorCallback {
  readonly #filepath: string;
  readonly #options: Required<Omit<ModelCheckpointOptions, 'monitor' | 'mode'>>;
  #best: number | null;
  #epoch = 0;
  #sinceSaving = 0;

  constructor(filepath: string, options: ModelCheckpointOptions = {}) {
    super(options);
    this.#options = {
      saveBestOnly: false,
      saveWeightsOnly: false,
      saveFreq: 'epoch',
      initialValueThreshold: null,
      verbose: 0,
      ...options,
    };
    const { saveWeightsOnly, saveFreq } = this.#options;
    const endings = saveWeightsOnly ? ['.weights.h5'] : ['.keras', '.h5'];
    if (!endings.some((ending) => filepath.endsWith(ending)))
      throw new ArgumentError({
        where: 'ModelCheckpoint',
        what: 'the path does not say the format',
        got: `'${filepath}'`,
        expected: `a path that ends in ${endings.join(' or ')}`,
      });
    if (saveFreq !== 'epoch' && !(Number.isInteger(saveFreq) && saveFreq > 0))
      throw new ArgumentError({
        where: 'ModelCheckpoint',
        what: 'saveFreq is no frequency',
        got: String(saveFreq),
        expected: "'epoch', or a number of batches",
      });
    this.#filepath = filepath;
    this.#best = this.#options.initialValueThreshold;
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    const { saveFreq } = this.#options;
    if (saveFreq === 'epoch' || ++this.#sinceSaving < saveFreq) return;
    this.#sinceSaving = 0;
    this.#save(pathOf(this.#filepath, { batch: batch + 1, ...logs, epoch: this.#epoch + 1 }), logs);
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    if (this.#options.saveFreq === 'epoch') this.#save(pathOf(this.#filepath, { ...logs, epoch: epoch + 1 }), logs);
  }

  #say(line: string): void {
    if (this.#options.verbose > 0) this.params.output.write(`\nEpoch ${this.#epoch + 1}: ${line}\n`);
  }

  #save(path: string, logs: Logs): void {
    if (this.#options.saveBestOnly) {
      const current = this.watched(logs);
      const best = this.#best === null ? 'None' : this.#best.toFixed(5);
      if (!this.isBetter(current, this.#best)) return this.#say(`${this.monitor} did not improve from ${best}`);
      this.#say(`${this.monitor} improved from ${best} to ${current.toFixed(5)}, saving model to ${path}`);
      this.#best = current;
    } else this.#say(`saving model to ${path}`);
    if (this.#options.saveWeightsOnly) saveWeights(this.model as Model, path);
    else saveModel(this.model as Model, path);
    this.#say(`finished saving model to ${path}`);
  }
}
