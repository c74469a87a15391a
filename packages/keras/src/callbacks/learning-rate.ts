import { ArgumentError } from '@isograd/device';
import { pythonFloat } from '@isograd/nn/python-text';
import { Callback, type Logs, report } from './callback.ts';
import { MonitorCallback, type MonitorOptions } from './monitor.ts';

// Keras keeps the learning rate as float32, and reports and multiplies what that is.
const { fround } = Math;

/** Options of {@link LearningRateScheduler}. */
export interface LearningRateSchedulerOptions {
  /** Whether it says what it sets; default 0. */
  readonly verbose?: 0 | 1;
}

/**
 * Sets the learning rate before each epoch (`keras.callbacks.LearningRateScheduler`); it is reported as `learning_rate`.
 *
 * @param schedule Gives the learning rate of an epoch, counted from 0, from the one so far.
 * @throws ArgumentError at the start of an epoch when it gives no number from 0.
 * @example
 * const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1)]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const halve = new callbacks.LearningRateScheduler((epoch, lr) => (epoch === 0 ? 0.5 : lr / 2));
 * const { history } = await model.fit([[1]], [[2]], { epochs: 3, verbose: 0, callbacks: [halve] });
 * history.learning_rate // => [ 0.5, 0.25, 0.125 ]
 */
export class LearningRateScheduler extends Callback {
  readonly #schedule: (epoch: number, learningRate: number) => number;
  readonly #verbose: 0 | 1;

  constructor(
    schedule: (epoch: number, learningRate: number) => number,
    { verbose = 0 }: LearningRateSchedulerOptions = {},
  ) {
    super();
    this.#schedule = schedule;
    this.#verbose = verbose;
  }

  override onEpochBegin(epoch: number): void {
    const { optimizer } = this.model;
    optimizer.learningRate = this.#schedule(epoch, fround(optimizer.learningRate));
    if (this.#verbose > 0)
      this.params.output.write(
        `\nEpoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${pythonFloat(optimizer.learningRate)}.\n`,
      );
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    report(logs, 'learning_rate', fround(this.model.optimizer.learningRate));
  }
}

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** Factor of the learning rate, below 1; default 0.1. */
  readonly factor?: number;
  /** Epochs without anything better before it is reduced; default 10. */
  readonly patience?: number;
  /** Epochs after a reduction that do not count; default 0. */
  readonly cooldown?: number;
  /** The learning rate never goes below it; default 0. */
  readonly minLr?: number;
  /** Whether it says what it sets; default 0. */
  readonly verbose?: 0 | 1;
}

/**
 * Reduces the learning rate when a number no longer gets better (`keras.callbacks.ReduceLROnPlateau`); it is reported as `learning_rate`.
 *
 * `minDelta` is 1e-4 by default.
 *
 * @throws ArgumentError for a factor from 1 on, or as `EarlyStopping`.
 */
export class ReduceLROnPlateau extends MonitorCallback {
  readonly #options: Required<Omit<ReduceLROnPlateauOptions, keyof MonitorOptions>>;
  #best: number | undefined;
  #wait = 0;
  #cooldown = 0;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super({ minDelta: 1e-4, ...options });
    this.#options = { factor: 0.1, patience: 10, cooldown: 0, minLr: 0, verbose: 0, ...options };
    if (!(this.#options.factor < 1))
      throw new ArgumentError({
        where: 'ReduceLROnPlateau',
        what: 'the factor does not reduce',
        got: String(this.#options.factor),
        expected: 'a number below 1',
      });
  }

  override onTrainBegin(): void {
    this.#best = undefined;
    this.#wait = 0;
    this.#cooldown = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    report(logs, 'learning_rate', fround(this.model.optimizer.learningRate));
    const current = this.watched(logs);
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#wait = 0;
    }
    if (this.isBetter(current, this.#best)) {
      this.#best = current;
      this.#wait = 0;
    } else if (this.#cooldown === 0 && ++this.#wait >= this.#options.patience) this.#reduce(epoch);
  }

  #reduce(epoch: number): void {
    const { factor, minLr, cooldown, verbose } = this.#options;
    const { optimizer } = this.model;
    const old = fround(optimizer.learningRate);
    if (old <= fround(minLr)) return;
    optimizer.learningRate = Math.max(old * factor, minLr);
    if (verbose > 0)
      this.params.output.write(
        `\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${pythonFloat(optimizer.learningRate)}.\n`,
      );
    this.#cooldown = cooldown;
    this.#wait = 0;
  }
}
