import type { NDArray } from '@isograd/ndarray';
import type { Logs } from './callback.ts';
import { MonitorCallback, type MonitorOptions } from './monitor.ts';

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without anything better before training stops; default 0. */
  readonly patience?: number;
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
export class EarlyStopping extends MonitorCallback {
  readonly #options: Required<Omit<EarlyStoppingOptions, keyof MonitorOptions>>;
  #wait = 0;
  #best: number | undefined;
  #bestWeights: readonly NDArray[] | undefined;
  /** The epoch after which training was stopped, 0 if it was not. */
  stoppedEpoch = 0;
  /** The epoch with the best number. */
  bestEpoch = 0;

  constructor(options: EarlyStoppingOptions = {}) {
    super(options);
    this.#options = {
      patience: 0,
      baseline: null,
      restoreBestWeights: false,
      startFromEpoch: 0,
      verbose: 0,
      ...options,
    };
  }

  override onTrainBegin(): void {
    this.#wait = 0;
    this.#best = undefined;
    this.#bestWeights = undefined;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { startFromEpoch, restoreBestWeights, baseline, patience } = this.#options;
    const current = this.watched(logs);
    const better = this.isBetter(current, this.#best);
    if (epoch < startFromEpoch) return;
    const keepWeights = (): void => {
      this.bestEpoch = epoch;
      if (restoreBestWeights) this.#bestWeights = this.model.getWeights();
    };
    if (this.#bestWeights === undefined) keepWeights();
    this.#wait++;
    if (better) {
      this.#best = current;
      keepWeights();
      if (this.isBetter(current, baseline)) this.#wait = 0;
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
