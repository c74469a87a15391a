import { Callback, type Logs } from './callback.ts';

/** Options of {@link SwapEMAWeights}. */
export interface SwapEMAWeightsOptions {
  /** Whether they are in place at the end of each epoch too, for callbacks after this one that save; default false. */
  readonly swapOnEpoch?: boolean;
}

/**
 * Puts the running means of the weights in their place while the model is evaluated and predicts (`keras.callbacks.SwapEMAWeights`).
 *
 * @throws ArgumentError at the first of these when the optimizer keeps none (`useEma`).
 * @example
 * const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1)]);
 * model.compile({ optimizer: new optimizers.SGD({ useEma: true }), loss: 'mse' });
 * const swap = [new callbacks.SwapEMAWeights()];
 * const { history } = await model.fit([[1]], [[2]], { verbose: 0, validationData: [[[1]], [[2]]], callbacks: swap });
 * Object.keys(history) // => [ 'loss', 'val_loss' ]
 */
export class SwapEMAWeights extends Callback {
  readonly #onEpoch: boolean;
  #averagesInModel = false;

  constructor({ swapOnEpoch = false }: SwapEMAWeightsOptions = {}) {
    super();
    this.#onEpoch = swapOnEpoch;
  }

  /** Has the running means in the model, or the weights. */
  #show(averages: boolean): void {
    if (this.#averagesInModel === averages) return;
    this.model.optimizer.swapAverages(this.model.trainableWeights);
    this.#averagesInModel = averages;
  }

  override onEpochBegin(): void {
    if (this.#onEpoch) this.#show(false);
  }

  override onEpochEnd(epoch: number, _logs: Logs): void {
    if (!this.#onEpoch) return;
    this.#show(true);
    // The end of a training puts the running means in place of the weights: they must be what the model now has.
    if (epoch === this.params.epochs - 1) this.model.optimizer.resetAverages(this.model.trainableWeights);
  }

  override onTestBegin(): void {
    this.#show(true);
  }

  override onTestEnd(_logs: Logs): void {
    this.#show(false);
  }

  override onPredictBegin(): void {
    this.#show(true);
  }

  override onPredictEnd(): void {
    this.#show(false);
  }
}
