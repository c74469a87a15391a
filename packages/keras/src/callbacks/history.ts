import { Callback, type Logs } from './callback.ts';

/** Gathers the numbers of each epoch (`keras.callbacks.History`); `fit` gives one. */
export class History extends Callback {
  /** Numbers of the epochs that ran, from 0. */
  epoch: number[] = [];
  /** One list for each reported number, one entry an epoch. */
  readonly history: { [name: string]: number[] } = {};

  override onTrainBegin(): void {
    this.epoch = [];
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value);
  }
}
