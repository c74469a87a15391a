import { ArgumentError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { Callback, type Logs } from './callback.ts';

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** The reported number to watch; default `val_loss`. */
  readonly monitor?: string;
  /** Smallest change that counts as better; default 0. */
  readonly minDelta?: number;
  /** Epochs without anything better before training stops; default 0. */
  readonly patience?: number;
  /** Whether smaller or larger is better; default `auto`, by the name. */
  readonly mode?: 'auto' | 'min' | 'max';
  /** A value that must be reached for patience to start anew; default none. */
  readonly baseline?: number | null;
  /** Whether the weights of the best epoch are put back at the end; default false. */
  readonly restoreBestWeights?: boolean;
  /** First epoch that counts; default 0. */
  readonly startFromEpoch?: number;
  /** Whether it says when it stops; default 0. */
  readonly verbose?: 0 | 1;
}

/**
 * Stops training when a number no longer gets better (`keras.callbacks.EarlyStopping`).
 *
 * @throws ArgumentError for an unknown mode, or at the end of an epoch when `auto` cannot know which way is better, or the number is not reported.
 */
export class EarlyStopping extends Callback {
  readonly #options: Required<EarlyStoppingOptions>;
  #sign: 1 | -1 | undefined;
  #wait = 0;
  #best: number | undefined;
  #bestWeights: readonly NDArray[] | undefined;
  /** The epoch after which training was stopped, 0 if it was not. */
  stoppedEpoch = 0;
  /** The epoch with the best number. */
  bestEpoch = 0;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    this.#options = {
      monitor: 'val_loss',
      minDelta: 0,
      patience: 0,
      mode: 'auto',
      baseline: null,
      restoreBestWeights: false,
      startFromEpoch: 0,
      verbose: 0,
      ...options,
    };
    if (!['auto', 'min', 'max'].includes(this.#options.mode))
      throw new ArgumentError({
        where: 'EarlyStopping',
        what: 'unknown mode',
        got: String(this.#options.mode),
        expected: 'auto, min or max',
      });
  }

  override onTrainBegin(): void {
    this.#wait = 0;
    this.#best = undefined;
    this.#bestWeights = undefined;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
  }

  /** 1 where larger is better, -1 where smaller is. */
  #direction(): 1 | -1 {
    const { mode, monitor } = this.#options;
    if (mode !== 'auto') return mode === 'max' ? 1 : -1;
    const name = monitor.replace(/^val_/, '');
    const direction = name === 'loss' ? 'down' : this.model.metrics.find((metric) => metric.name === name)?.direction;
    if (direction === undefined)
      throw new ArgumentError({
        where: 'EarlyStopping',
        what: `cannot know whether larger or smaller is better for ${monitor}`,
        got: "mode 'auto'",
        expected: "mode 'min' or 'max'",
      });
    return direction === 'up' ? 1 : -1;
  }

  #isBetter(value: number, than: number | null | undefined): boolean {
    if (than === undefined || than === null) return true;
    const sign = this.#sign!;
    return sign * value - Math.abs(this.#options.minDelta) > sign * than;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { monitor, startFromEpoch, restoreBestWeights, baseline, patience } = this.#options;
    this.#sign ??= this.#direction();
    const current = logs[monitor];
    if (current === undefined)
      throw new ArgumentError({
        where: 'EarlyStopping',
        what: `${monitor} is not reported`,
        got: Object.keys(logs).join(', '),
        expected: 'one of these',
        hint: 'val_ numbers need validationData or validationSplit',
      });
    if (epoch < startFromEpoch) return;
    const keepWeights = (): void => {
      this.bestEpoch = epoch;
      if (restoreBestWeights) this.#bestWeights = this.model.getWeights();
    };
    if (this.#bestWeights === undefined) keepWeights();
    this.#wait++;
    if (this.#isBetter(current, this.#best)) {
      this.#best = current;
      keepWeights();
      if (this.#isBetter(current, baseline)) this.#wait = 0;
      return;
    }
    if (this.#wait >= patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    const say = (line: string): unknown => this.#options.verbose > 0 && this.params.output.write(`${line}\n`);
    if (this.stoppedEpoch > 0) say(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (this.#bestWeights === undefined) return;
    say(`Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.`);
    this.model.setWeights(this.#bestWeights);
  }
}
