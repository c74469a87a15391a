import type { AnyModel } from '../any-model.ts';
import type { Output } from '../output.ts';
import type { Position } from '../training/position.ts';

/** Numbers that are reported: the loss, the metrics, with `val_` those of the validation. */
export type Logs = { readonly [name: string]: number };

/** Adds a number to what an epoch reports; callbacks after this one, the history and the progress line see it. */
export function report(logs: Logs, name: string, value: number): void {
  (logs as { [name: string]: number })[name] = value;
}

/** What a run was asked for. */
export interface RunParams {
  readonly verbose: 0 | 1 | 2;
  readonly epochs: number;
  /** Batches of an epoch; `null` where that is not known yet. */
  readonly steps: number | null;
  /** Where lines go. */
  readonly output: Output;
  /** Where a training stands; `evaluate` and `predict` have none. */
  readonly position?: Position;
  /** What may stop it before its end. */
  readonly signal?: AbortSignal | undefined;
}

/** Result of a hook: nothing, or a promise that the run waits for. */
export type Hook = void | Promise<void>;

/**
 * Base of callbacks (`keras.callbacks.Callback`): override the hooks you need. Epochs and batches count from 0.
 *
 * A hook may return a promise; the run waits for it. One that throws ends the run with its error; completed steps stand.
 */
export abstract class Callback {
  #params: RunParams | undefined;
  #model: AnyModel | undefined;

  /** The model that runs; set before the first hook. */
  get model(): AnyModel {
    return this.#model!;
  }

  /** What the run was asked for; set before the first hook. */
  get params(): RunParams {
    return this.#params!;
  }

  /** Called with the model before the first hook. */
  setModel(model: AnyModel): void {
    this.#model = model;
  }

  /** Called with what the run was asked for, before the first hook. */
  setParams(params: RunParams): void {
    this.#params = params;
  }

  onTrainBegin(): Hook {}
  onTrainEnd(_logs: Logs): Hook {}
  onEpochBegin(_epoch: number): Hook {}
  onEpochEnd(_epoch: number, _logs: Logs): Hook {}
  onTrainBatchBegin(_batch: number): Hook {}
  onTrainBatchEnd(_batch: number, _logs: Logs): Hook {}
  onTestBegin(): Hook {}
  onTestEnd(_logs: Logs): Hook {}
  onTestBatchBegin(_batch: number): Hook {}
  onTestBatchEnd(_batch: number, _logs: Logs): Hook {}
  onPredictBegin(): Hook {}
  onPredictEnd(): Hook {}
  onPredictBatchBegin(_batch: number): Hook {}
  onPredictBatchEnd(_batch: number): Hook {}
}
