import { Progbar } from '../progbar.ts';
import { Callback, type Logs } from './callback.ts';

/** Prints progress as Keras does (`keras.callbacks.ProgbarLogger`); runs with `verbose` have one. */
export class ProgbarLogger extends Callback {
  #bar: Progbar | undefined;
  #steps: number | null = null;
  #seen = 0;
  #inFit = false;

  override onTrainBegin(): void {
    // While it is part of a training, validation is silent.
    this.#inFit = true;
  }

  override onEpochBegin(epoch: number): void {
    this.#reset();
    const { epochs, output } = this.params;
    if (epochs > 1) output.write(`Epoch ${epoch + 1}/${epochs}\n`);
  }

  override onTestBegin(): void {
    if (!this.#inFit) this.#reset();
  }

  override onPredictBegin(): void {
    this.#reset();
  }

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    this.#update(batch, logs);
  }

  override onTestBatchEnd(batch: number, logs: Logs): void {
    if (!this.#inFit) this.#update(batch, logs);
  }

  override onPredictBatchEnd(batch: number): void {
    this.#update(batch, {});
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    this.#finish(logs);
  }

  override onTestEnd(logs: Logs): void {
    if (!this.#inFit) this.#finish(logs);
  }

  override onPredictEnd(): void {
    this.#finish({});
  }

  override onTrainEnd(): void {
    if (this.#bar?.open) this.params.output.write('\n');
  }

  #reset(): void {
    const { verbose, output, steps } = this.params;
    this.#seen = 0;
    this.#bar = new Progbar(this.#steps ?? steps, { verbose, output, statefulMetrics: 'all' });
  }

  #update(batch: number, logs: Logs): void {
    this.#seen = batch + 1;
    if (this.params.verbose === 1) this.#bar!.update(this.#seen, Object.entries(logs), false);
  }

  #finish(logs: Logs): void {
    // An epoch of unknown length is the length of all that follow.
    const target = this.#bar!.target ?? this.#seen;
    this.#steps = target;
    this.#bar!.target = target;
    this.#bar!.update(target, Object.entries(logs), true);
  }
}
