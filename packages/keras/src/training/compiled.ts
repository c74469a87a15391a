import { ArgumentError, GradientError } from '@isograd/device';
import { type NDArray, withRegion } from '@isograd/ndarray';
import { noGrad, type Tensor } from '@isograd/autograd';
import type { Logs } from '../callbacks/callback.ts';
import { get as getLoss, type Loss, type LossLike } from '../losses/index.ts';
import { checkMetric, get as getMetric, type Metric, type MetricLike, RunningMean } from '../metrics/index.ts';
import { get as getOptimizer, type Optimizer, type OptimizerName } from '../optimizers/index.ts';
import type { AnyModel } from '../any-model.ts';
import type { Batch } from './batches.ts';

/** What a model is compiled with. */
export interface CompileOptions {
  /** An optimizer, or the name of one with its defaults. */
  readonly optimizer: Optimizer | OptimizerName;
  /** A loss, a function of labels and predictions, or a name. */
  readonly loss: LossLike;
  /** Numbers to report beside the loss. */
  readonly metrics?: readonly MetricLike[];
}

const NOTHING = (): readonly never[] => [];

/** Optimizer, loss and metrics of a model, and the steps made with them. */
export class Compiled {
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** Made at the first batch, as `accuracy` depends on shapes. */
  metrics: readonly Metric[] = [];
  /** Loss of the latest step. */
  lastLoss: number | undefined;
  /** What `compile` was given. */
  readonly options: CompileOptions;
  readonly #wanted: readonly MetricLike[];
  readonly #mean = new RunningMean();

  /** @throws ArgumentError for an unknown name. */
  constructor(options: CompileOptions) {
    const { optimizer, loss, metrics = [] } = options;
    if (!Array.isArray(metrics))
      throw new ArgumentError({
        where: 'compile',
        what: 'metrics is not a list',
        got: typeof metrics,
        expected: "a list, such as ['accuracy']",
      });
    metrics.forEach(checkMetric);
    this.options = options;
    this.optimizer = getOptimizer(optimizer);
    this.loss = getLoss(loss);
    this.#wanted = metrics;
  }

  /** Starts loss and metrics anew. */
  reset(): void {
    this.#mean.reset();
    for (const metric of this.metrics) metric.resetState();
  }

  /** Loss and metrics since the last reset, in alphabetical order as Keras reports them. */
  logs(): Logs {
    const numbers = new Map([['loss', this.#mean.result()]]);
    for (const metric of this.metrics) {
      let name = metric.name;
      for (let i = 1; numbers.has(name); i++) name = `${metric.name}_${i}`;
      const value = metric.result();
      numbers.set(name, typeof value === 'number' ? value : value.reduce((a, b) => a + b, 0) / value.length);
    }
    return Object.fromEntries([...numbers].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #record(value: number, { y, size }: Batch, predicted: Tensor): void {
    this.lastLoss = value;
    this.#mean.add(value, size);
    if (this.metrics.length < this.#wanted.length)
      this.metrics = this.#wanted.map((metric) => getMetric(metric, y!.shape, predicted.shape));
    for (const metric of this.metrics) metric.updateState(y!, predicted);
  }

  #compute(model: AnyModel, batch: Batch, training: boolean): { readonly loss: Tensor; readonly predicted: Tensor } {
    const outputs = model.forwardAll(batch.x, training);
    if (outputs.length > 1)
      throw new ArgumentError({
        where: model.label,
        what: 'models with several outputs cannot be trained yet',
        got: `${outputs.length} outputs`,
        expected: 'one output',
      });
    const predicted = outputs[0]!;
    return { loss: this.loss(batch.y!, predicted, batch.sampleWeight), predicted };
  }

  /**
   * One step of training. What it computes on the way is given back at its end; a failure leaves weights and optimizer as they were.
   *
   * @param diverged Told of a loss that is not finite, before weights change.
   * @throws GradientError when the loss is not a number that depends on a weight.
   */
  trainStep(model: AnyModel, batch: Batch, diverged?: (batch: Batch, loss: number) => void): void {
    withRegion(() => {
      let weights: readonly Tensor[] = [];
      try {
        const { loss, predicted } = this.#compute(model, batch, true);
        // The first call may have made them.
        weights = model.trainableWeights;
        if (loss.size !== 1)
          throw new GradientError({
            where: 'fit',
            what: 'the loss is not one number',
            got: `[${loss.shape.join(', ')}]`,
            expected: 'one number for the batch',
            hint: "leave reduction 'none' to losses called by hand",
          });
        if (weights.length > 0) loss.backward();
        this.#record(Number(loss.item()), batch, predicted);
        if (!Number.isFinite(this.lastLoss)) diverged?.(batch, this.lastLoss!);
        if (weights.length > 0)
          this.optimizer.apply(
            weights.map((weight) => weight.grad),
            weights,
          );
      } finally {
        for (const weight of weights) weight.grad = null;
      }
    }, NOTHING);
  }

  /** Loss and metrics of a batch without training. */
  testStep(model: AnyModel, batch: Batch): void {
    withRegion(
      () =>
        noGrad(() => {
          const { loss, predicted } = this.#compute(model, batch, false);
          this.#record(Number(loss.item()), batch, predicted);
        }),
      NOTHING,
    );
  }
}

/** Predictions of a batch, copied out of the step. */
export function predictStep(model: AnyModel, x: readonly NDArray[]): readonly NDArray[] {
  return withRegion(
    () => noGrad(() => model.forwardAll(x, false).map((y) => y.plain().copy())),
    (outputs) => outputs,
  );
}
