import { DataError } from '@isograd/device';
import { Callback, type Logs } from './callback.ts';

/** Options of {@link TerminateOnNaN}. */
export interface TerminateOnNaNOptions {
  /** Whether training ends with an error; default false: it stops after a line that says so. */
  readonly raiseError?: boolean;
}

/**
 * Stops training when the loss is NaN or infinite (`keras.callbacks.TerminateOnNaN`).
 *
 * @throws DataError at the end of such a batch, with `raiseError`.
 */
export class TerminateOnNaN extends Callback {
  readonly #raise: boolean;

  constructor({ raiseError = false }: TerminateOnNaNOptions = {}) {
    super();
    this.#raise = raiseError;
  }

  override onTrainBatchEnd(batch: number, { loss }: Logs): void {
    if (loss === undefined || Number.isFinite(loss)) return;
    if (this.#raise)
      throw new DataError({
        where: 'TerminateOnNaN',
        what: 'the loss is not finite',
        got: `${loss} at batch ${batch}`,
        expected: 'a finite number',
        hint: 'a smaller learning rate, or clipnorm',
      });
    this.params.output.write(`Batch ${batch}: Invalid loss, terminating training\n`);
    this.model.stopTraining = true;
  }
}
