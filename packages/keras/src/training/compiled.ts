import { GradientError } from '@isograd/device';
import { NDArray, withRegion } from '@isograd/ndarray';
import { noGrad, type Tensor } from '@isograd/autograd';
import type { AnyModel } from '../any-model.ts';
import type { Logs } from '../callbacks/callback.ts';
import type { Metric } from '../metrics/index.ts';
import { get as getOptimizer, type Optimizer, type OptimizerName } from '../optimizers/index.ts';
import type { Batch } from './batches.ts';
import { type Compared, type CompiledLoss, CompiledLosses, type LossWeights } from './compiled-losses.ts';
import { type CompiledMetric, CompiledMetrics } from './compiled-metrics.ts';
import { LossTracker } from './loss-tracker.ts';
import type { Outputs } from './outputs.ts';

/** What a model is compiled with. */
export interface CompileOptions {
  /** An optimizer, or the name of one with its defaults; default `rmsprop`. */
  readonly optimizer?: Optimizer | OptimizerName;
  /** A loss, a function of labels and predictions, or a name; for several outputs one for all, a list, or by their names. Default only what layers add. */
  readonly loss?: CompiledLoss;
  /** Factors of the losses of outputs; default 1. */
  readonly lossWeights?: LossWeights;
  /** Numbers to report beside the loss; for several outputs one or a list for each, in their order or by their names. */
  readonly metrics?: CompiledMetric;
  /** The same, weighted by the weights of samples and classes. */
  readonly weightedMetrics?: CompiledMetric;
}

/** Told of the batch of a loss that is not finite. */
type Diverged = (batch: Batch, loss: number) => void;

const NOTHING = (): readonly never[] => [];

const outputsOf = (model: AnyModel, count: number): Outputs => ({ names: model.outputNames, count });

/** Optimizer, losses and metrics of a model, and the steps made with them. */
export class Compiled {
  readonly optimizer: Optimizer;
  /** Loss of the latest step. */
  lastLoss: number | undefined;
  /** What `compile` was given. */
  readonly options: CompileOptions;
  readonly #losses: CompiledLosses;
  readonly #metrics: readonly [plain: CompiledMetrics, weighted: CompiledMetrics];
  readonly #mean = new LossTracker('loss');

  /** @throws ArgumentError for an unknown name. */
  constructor(options: CompileOptions) {
    this.options = options;
    this.#metrics = [new CompiledMetrics(options.metrics, false), new CompiledMetrics(options.weightedMetrics, true)];
    this.optimizer = getOptimizer(options.optimizer ?? 'rmsprop');
    this.#losses = new CompiledLosses(options.loss, options.lossWeights);
  }

  /** The mean of the loss, the metrics, and the means of several losses; made at the first batch, as `accuracy` depends on shapes. */
  get metrics(): readonly Metric[] {
    return [this.#mean, ...this.#metrics.flatMap(({ metrics }) => metrics), ...this.#losses.metrics];
  }

  /** Whether a loss compares with labels. */
  get needsLabels(): boolean {
    return this.#losses.any;
  }

  /** Refuses labels that do not fit the outputs of a model, where their shapes are known. */
  check(model: AnyModel, y: readonly NDArray[] | undefined, where: string): void {
    const shapes = model.outputShapes;
    if (!y || !shapes || !this.#losses.any) return;
    const outputs = outputsOf(model, shapes.length);
    this.#losses.check(this.#losses.labels(y, outputs, where), shapes, outputs);
  }

  /** Loss and metrics since the last reset, in alphabetical order as Keras reports them. */
  logs(): Logs {
    const numbers = new Map([this.#mean, ...this.#losses.metrics].map((mean) => [mean.name, Number(mean.result())]));
    for (const metrics of this.#metrics) metrics.report(numbers);
    return Object.fromEntries([...numbers].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #compared(
    { y = [], sampleWeight }: Pick<Batch, 'y' | 'sampleWeight'>,
    predicted: readonly Tensor[],
    model: AnyModel,
  ): Compared {
    const outputs = outputsOf(model, predicted.length);
    return { y: this.#losses.any ? this.#losses.labels(y, outputs, 'fit') : y, predicted, sampleWeight };
  }

  /** The losses that were compiled, for a batch; undefined where there is none. */
  compiledLoss(
    model: AnyModel,
    batch: Pick<Batch, 'y' | 'sampleWeight'>,
    predicted: readonly Tensor[],
  ): Tensor | undefined {
    return this.#losses.compute(this.#compared(batch, predicted, model), outputsOf(model, predicted.length));
  }

  /** Takes a batch into the metrics. */
  updateMetrics(model: AnyModel, batch: Pick<Batch, 'y' | 'sampleWeight'>, predicted: readonly Tensor[]): void {
    const compared = this.#compared(batch, predicted, model);
    for (const metrics of this.#metrics) metrics.update(compared, outputsOf(model, predicted.length));
  }

  #record(value: number, size: number): void {
    this.lastLoss = value;
    this.#mean.add(value, size);
  }

  /** The steps that a model has by itself: loss, gradients, optimizer, metrics. @throws GradientError when the loss is not one number. */
  train(model: AnyModel, batch: Batch, diverged?: Diverged): void {
    const predicted = model.forwardAll(batch.x, true);
    // The first call may have made them.
    const weights = model.trainableWeights;
    const loss = model.lossOf(batch, predicted, true);
    if (loss.size !== 1)
      throw new GradientError({
        where: 'fit',
        what: 'the loss is not one number',
        got: `[${loss.shape.join(', ')}]`,
        expected: 'one number for the batch',
        hint: "leave reduction 'none' to losses called by hand",
      });
    if (weights.length > 0) loss.backward();
    const value = Number(loss.item());
    this.#record(value, batch.size);
    if (!Number.isFinite(value)) diverged?.(batch, value);
    model.measure(batch, predicted);
    if (weights.length > 0)
      this.optimizer.apply(
        weights.map((weight) => weight.grad),
        weights,
      );
  }

  /** Loss and metrics of a batch. */
  test(model: AnyModel, batch: Batch): void {
    const predicted = model.forwardAll(batch.x, false);
    const loss = model.lossOf(batch, predicted, false);
    this.#record(Number(loss.item()), batch.size);
    model.measure(batch, predicted);
  }

  /**
   * One step of training. What it computes on the way is given back at its end; a failure leaves weights and optimizer as they were.
   *
   * @param diverged Told of a loss that is not finite, before weights change.
   * @returns What a step of the model's own reports.
   */
  trainStep(model: AnyModel, batch: Batch, diverged?: Diverged): Logs | undefined {
    return withRegion(() => {
      try {
        if (model.ownTrainStep) return numbersOf(model.ownTrainStep(batch));
        this.train(model, batch, diverged);
        return undefined;
      } finally {
        for (const weight of model.trainableWeights) weight.grad = null;
        model.clearLosses();
      }
    }, NOTHING);
  }

  /** Loss and metrics of a batch without training. */
  testStep(model: AnyModel, batch: Batch): Logs | undefined {
    return withRegion(
      () =>
        noGrad(() => {
          try {
            if (model.ownTestStep) return numbersOf(model.ownTestStep(batch));
            this.test(model, batch);
            return undefined;
          } finally {
            model.clearLosses();
          }
        }),
      NOTHING,
    );
  }
}

/** What a step reports, as numbers. */
function numbersOf(logs: StepLogs): Logs {
  return Object.fromEntries(
    Object.entries(logs).map(([name, value]) => [name, value instanceof NDArray ? Number(value.item()) : value]),
  );
}

/** What a step of a model's own reports: numbers, or arrays of one. */
export type StepLogs = { readonly [name: string]: number | NDArray };

/** Predictions of a batch, copied out of the step. */
export function predictStep(model: AnyModel, batch: Batch): readonly NDArray[] {
  return withRegion(
    () =>
      noGrad(() => {
        try {
          const outputs = model.ownPredictStep?.(batch) ?? model.forwardAll(batch.x, false);
          return outputs.map((y) => y.plain().copy());
        } finally {
          model.clearLosses();
        }
      }),
    (outputs) => outputs,
  );
}
