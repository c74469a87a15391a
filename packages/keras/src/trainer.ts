import { ArgumentError } from '@isograd/device';
import type { NDArray, Shape } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import type { AnyModel } from './any-model.ts';
import type { Logs } from './callbacks/callback.ts';
import type { History } from './callbacks/history.ts';
import type { KerasShape, KerasTensor } from './keras-tensor.ts';
import { Layer, type ShapeOf } from './layer.ts';
import { Metric } from './metrics/index.ts';
import { flatten, type Nested } from './nested.ts';
import type { Optimizer } from './optimizers/index.ts';
import type { Data } from './training/arrays.ts';
import {
  ArrayBatches,
  type Batch,
  type BatchIterable,
  type BatchTuple,
  IterableBatches,
  readSamples,
} from './training/batches.ts';
import { Compiled, type CompileOptions, predictStep, type StepLogs } from './training/compiled.ts';
import { evaluateLoop, fitLoop, predictLoop } from './training/loops.ts';
import {
  checkFitOptions,
  checkRunOptions,
  type EvaluateOptions,
  type FitOptions,
  type RunOptions,
} from './training/options.ts';
import { checkSamples, endNames, evaluationBatches, prepareFit } from './training/prepare.ts';
import { isBatches, readArguments } from './training/source.ts';

/** Values in place of symbolic tensors. */
export type ValuesOf<T> = T extends readonly unknown[] ? readonly Tensor[] : Tensor;
/** Arrays in place of symbolic tensors. */
export type ArraysOf<T> = T extends readonly unknown[] ? readonly NDArray[] : NDArray;

/** A batch as steps of a model's own see it: inputs, labels, weights of the samples; lists where there are several. */
export type StepData<I = KerasTensor, O = KerasTensor> = readonly [
  x: ArraysOf<I>,
  y: ArraysOf<O>,
  sampleWeight?: NDArray | readonly (NDArray | undefined)[],
];

/** What a loss is computed from. */
export interface LossArguments<I = KerasTensor, O = KerasTensor> {
  readonly x?: ArraysOf<I>;
  readonly y?: ArraysOf<O>;
  /** What the model gave for `x`. */
  readonly yPred: ValuesOf<O>;
  readonly sampleWeight?: StepData[2];
  /** Whether it is a step of training; default true. */
  readonly training?: boolean;
}

/** One of a list of one, else the list. */
const unlisted = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 ? list[0]! : list);
const listed = <T extends object>(x: Nested<T> | undefined): readonly T[] | undefined => x && flatten<T>(x);

/** Training, evaluation and prediction, which every model has (`keras.Trainer`). */
export abstract class Trainer<I extends Nested<KerasTensor>, O extends Nested<KerasTensor>> extends Layer<
  ValuesOf<I>,
  ValuesOf<O>
> {
  /** Set it to end training after the step at hand; callbacks do. */
  stopTraining = false;
  #compiled: Compiled | undefined;
  #busy: string | undefined;

  /** Whether the outputs are one tensor and not a list. */
  protected abstract get hasOneOutput(): boolean;

  get #self(): AnyModel {
    return this as unknown as AnyModel;
  }

  /** Runs the model on a batch and gives all outputs. Called by the steps of training. */
  forwardAll(x: readonly NDArray[], training: boolean): readonly Tensor[] {
    return flatten<Tensor>(this.run(x.length === 1 ? x[0]! : x, { training }));
  }

  /** Makes the weights for a batch, where they are not there yet. */
  ensureBuiltFor(x: readonly NDArray[]): void {
    if (this.built) return;
    const shapes = x.map(({ shape: [, ...rest] }: { readonly shape: Shape }): KerasShape => [null, ...rest]);
    this.ensureBuilt((shapes.length === 1 ? shapes[0]! : shapes) as ShapeOf<ValuesOf<I>>);
  }

  /**
   * Says how the model is trained (`compile`).
   *
   * @throws ArgumentError for an unknown name.
   */
  compile(options: CompileOptions): void {
    this.#compiled = new Compiled(options);
  }

  /** The optimizer. @throws ArgumentError before `compile`. */
  get optimizer(): Optimizer {
    return this.#needCompiled('optimizer').optimizer;
  }

  /** The mean of the loss, the metrics of `compile`, made at the first batch, the means of the losses of several outputs, and those in fields. */
  get metrics(): readonly Metric[] {
    return [...(this.#compiled?.metrics ?? []), ...this.#ownMetrics];
  }

  get #ownMetrics(): readonly Metric[] {
    return Object.values(this).filter((value): value is Metric => value instanceof Metric);
  }

  /** Names of the numbers that are reported; those of metrics from the first batch on. Keras 3 names the holders of the metrics instead. */
  get metricsNames(): readonly string[] {
    return Object.keys(this.getMetricsResult());
  }

  /** Starts {@link metrics} anew; called before each epoch. */
  resetMetrics(): void {
    for (const metric of this.metrics) metric.resetState();
  }

  /** Loss and metrics since they were started anew (`get_metrics_result`). */
  getMetricsResult(): Logs {
    const own = this.#ownMetrics;
    const logs = this.#compiled?.logs() ?? {};
    return own.length === 0
      ? logs
      : { ...logs, ...Object.fromEntries(own.map((metric) => [metric.name, Number(metric.result())])) };
  }

  /** Loss of the latest step on its batch; `undefined` before the first. What is reported runs over the epoch. */
  get lastLoss(): number | undefined {
    return this.#compiled?.lastLoss;
  }

  /** What `compile` was given, if it was called. */
  get compileOptions(): CompileOptions | undefined {
    return this.#compiled?.options;
  }

  /** Whether `compile` was called. */
  get compiled(): boolean {
    return this.#compiled !== undefined;
  }

  #needCompiled(where: string): Compiled {
    if (this.#compiled) return this.#compiled;
    throw new ArgumentError({
      where,
      what: 'the model is not compiled',
      got: this.label,
      hint: "call model.compile({ optimizer: 'sgd', loss: 'mse' }) first",
    });
  }

  /**
   * The loss of a batch: that of `compile`, and what layers and regularizers add. Override it for another (`compute_loss`).
   *
   * @throws ArgumentError when there is none.
   */
  computeLoss({ y, yPred, sampleWeight }: LossArguments<I, O>): Tensor {
    const compiled = this.#needCompiled('computeLoss');
    const batch = { y: listed<NDArray>(y), sampleWeight: weightsOf(sampleWeight) };
    const own = compiled.compiledLoss(this.#self, batch, flatten<Tensor>(yPred));
    const total = this.losses.reduce<Tensor | undefined>((sum, loss) => {
      const one = loss.ndim === 0 ? loss : loss.sum();
      return sum ? sum.add(one) : one;
    }, own);
    if (total) return total;
    throw new ArgumentError({
      where: this.label,
      what: 'there is no loss to compute',
      expected: 'a loss in compile(), or addLoss in a layer',
    });
  }

  /** Takes a batch into the metrics of `compile` and gives all numbers. Override it for more (`compute_metrics`). */
  computeMetrics({ y, yPred, sampleWeight }: LossArguments<I, O>): Logs {
    const batch = { y: listed<NDArray>(y), sampleWeight: weightsOf(sampleWeight) };
    this.#needCompiled('computeMetrics').updateMetrics(this.#self, batch, flatten<Tensor>(yPred));
    return this.getMetricsResult();
  }

  /** The loss of a batch and its predictions, for the steps of training. */
  lossOf(batch: Batch, predicted: readonly Tensor[], training: boolean): Tensor {
    const [x, y, sampleWeight] = this.#dataOf(batch);
    const yPred = (this.hasOneOutput ? unlisted(predicted) : predicted) as ValuesOf<O>;
    return this.computeLoss({ x, y, yPred, sampleWeight, training } as LossArguments<I, O>);
  }

  /** Takes a batch into the metrics, for the steps of training. */
  measure(batch: Batch, predicted: readonly Tensor[]): void {
    const [x, y, sampleWeight] = this.#dataOf(batch);
    const yPred = (this.hasOneOutput ? unlisted(predicted) : predicted) as ValuesOf<O>;
    if (this.computeMetrics !== Trainer.prototype.computeMetrics)
      this.computeMetrics({ x, y, yPred, sampleWeight } as LossArguments<I, O>);
    else this.#needCompiled('fit').updateMetrics(this.#self, batch, predicted);
  }

  #dataOf({ x, y, sampleWeight }: Batch): StepData<I, O> {
    return [unlisted(x), y && unlisted(y), sampleWeight && unlisted(sampleWeight)] as unknown as StepData<I, O>;
  }

  #batchOf([x, y, sampleWeight]: StepData<I, O>): Batch {
    const inputs = flatten<NDArray>(x);
    return { x: inputs, y: listed<NDArray>(y), sampleWeight: weightsOf(sampleWeight), size: inputs[0]!.shape[0]! };
  }

  /**
   * One step of training (`train_step`): override it, and `fit` calls yours. By default the loss, its gradients, the optimizer, the metrics.
   *
   * @returns The numbers that are reported for the epoch so far.
   * @example
   * class Halved extends Sequential {
   *   trainStep([x, y]) {
   *     const loss = this.computeLoss({ y, yPred: this(x, { training: true }) }).mul(0.5);
   *     loss.backward();
   *     this.optimizer.apply(this.trainableWeights.map((w) => w.grad), this.trainableWeights);
   *     return { halfLoss: loss };
   *   }
   * }
   * const model = new Halved([Input({ shape: [1] }), new layers.Dense(1, { kernelInitializer: 'ones' })]);
   * model.compile({ optimizer: 'sgd', loss: 'mse' });
   * (await model.fit([[1]], [[3]], { verbose: 0 })).history // => { halfLoss: [ 2 ] }
   */
  trainStep(data: StepData<I, O>): StepLogs {
    this.#needCompiled('trainStep').train(this.#self, this.#batchOf(data));
    return this.getMetricsResult();
  }

  /** One step of evaluation (`test_step`): override it, and `evaluate` calls yours. */
  testStep(data: StepData<I, O>): StepLogs {
    this.#needCompiled('testStep').test(this.#self, this.#batchOf(data));
    return this.getMetricsResult();
  }

  /** One step of prediction (`predict_step`): override it, and `predict` calls yours. */
  predictStep([x]: StepData<I, O>): ValuesOf<O> {
    const outputs = this.forwardAll(flatten<NDArray>(x), false);
    return (this.hasOneOutput ? unlisted(outputs) : outputs) as ValuesOf<O>;
  }

  /** A step of training that a subclass has. */
  get ownTrainStep(): ((batch: Batch) => StepLogs) | undefined {
    return this.trainStep === Trainer.prototype.trainStep ? undefined : (batch) => this.trainStep(this.#dataOf(batch));
  }

  /** A step of evaluation that a subclass has. */
  get ownTestStep(): ((batch: Batch) => StepLogs) | undefined {
    return this.testStep === Trainer.prototype.testStep ? undefined : (batch) => this.testStep(this.#dataOf(batch));
  }

  /** A step of prediction that a subclass has. */
  get ownPredictStep(): ((batch: Batch) => readonly Tensor[]) | undefined {
    if (this.predictStep === Trainer.prototype.predictStep) return undefined;
    return (batch) => flatten<Tensor>(this.predictStep(this.#dataOf(batch)));
  }

  /** Lets one run at a time touch the metrics. */
  async #alone<T>(where: string, run: () => Promise<T>): Promise<T> {
    if (this.#busy !== undefined)
      throw new ArgumentError({
        where,
        what: `${this.#busy} is still running on this model`,
        got: this.label,
        hint: 'await it first',
      });
    this.#busy = where;
    try {
      return await run();
    } finally {
      this.#busy = undefined;
    }
  }

  /**
   * Trains (`fit`). Everything given is checked before the first step; a step that fails changes no weight.
   *
   * @param x Inputs `[samples, ...]`: an array, nested lists, a list of arrays; or an iterable of batches `[x, y]`, such as a DataLoader.
   * @param y Labels `[samples, ...]`; not with an iterable.
   * @returns The numbers of each epoch.
   * @throws ShapeError when shapes do not fit; DataError for labels that are NaN or out of range; ArgumentError for options out of range.
   * @example
   * const model = new Sequential([Input({ shape: [2] }), new layers.Dense(8, { activation: 'tanh' }), new layers.Dense(1)]);
   * model.compile({ optimizer: new optimizers.Adam({ learningRate: 0.1 }), loss: 'mse' });
   * const { history } = await model.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]], { epochs: 100, verbose: 0 });
   * history.loss.length // => 100
   */
  fit(x: Data, y: Data, options?: FitOptions): Promise<History>;
  fit(batches: BatchIterable, options?: FitOptions): Promise<History>;
  async fit(x: Data | BatchIterable, y?: Data | FitOptions, options?: FitOptions): Promise<History> {
    const compiled = this.#needCompiled('fit');
    return this.#alone('fit', async () => {
      const { source, options: given } = readArguments('fit', x, y, options);
      checkFitOptions(given);
      const prepared = prepareFit({ model: this.#self, compiled, where: 'fit' }, source, given);
      return fitLoop(this.#self, compiled, prepared, given);
    });
  }

  /**
   * Loss and metrics on data (`evaluate` with `return_dict=True`).
   *
   * @throws As `fit`.
   */
  evaluate(x: Data, y: Data, options?: EvaluateOptions): Promise<Logs>;
  evaluate(batches: BatchIterable, options?: EvaluateOptions): Promise<Logs>;
  async evaluate(x: Data | BatchIterable, y?: Data | EvaluateOptions, options?: EvaluateOptions): Promise<Logs> {
    const compiled = this.#needCompiled('evaluate');
    return this.#alone('evaluate', async () => {
      const { source, options: given } = readArguments('evaluate', x, y, options);
      checkRunOptions(given, 'evaluate');
      const batches = evaluationBatches({ model: this.#self, compiled, where: 'evaluate' }, source, given);
      return evaluateLoop(this.#self, compiled, batches, given);
    });
  }

  /**
   * Outputs for all samples, as arrays (`predict`).
   *
   * @throws ShapeError when the inputs do not fit; ArgumentError for options out of range.
   */
  async predict(x: Data | BatchIterable, options: RunOptions = {}): Promise<ArraysOf<O>> {
    checkRunOptions(options, 'predict');
    const batches = isBatches(x)
      ? new IterableBatches(x, 'predict', {
          check: ({ x: inputs }) => this.ensureBuiltFor(inputs),
          ends: endNames(this.#self),
        })
      : this.#inputBatches(x, options.batchSize ?? 32);
    const outputs = await predictLoop(this.#self, batches, options);
    return (this.hasOneOutput ? unlisted(outputs) : outputs) as ArraysOf<O>;
  }

  #inputBatches(x: Data, batchSize: number): ArrayBatches {
    const samples = readSamples([x], 'predict', endNames(this.#self));
    this.ensureBuiltFor(samples.x);
    return new ArrayBatches(samples, batchSize);
  }

  /** One step of training on one batch; gives its loss and metrics. @throws As `fit`. */
  trainOnBatch(x: Data, y: Data, sampleWeight?: Data): Logs {
    const compiled = this.#needCompiled('trainOnBatch');
    const batch = this.#readBatch(sampleWeight === undefined ? [x, y] : [x, y, sampleWeight], compiled, 'trainOnBatch');
    this.resetMetrics();
    return compiled.trainStep(this.#self, batch) ?? this.getMetricsResult();
  }

  /** Loss and metrics of one batch. @throws As `fit`. */
  testOnBatch(x: Data, y: Data, sampleWeight?: Data): Logs {
    const compiled = this.#needCompiled('testOnBatch');
    const batch = this.#readBatch(sampleWeight === undefined ? [x, y] : [x, y, sampleWeight], compiled, 'testOnBatch');
    this.resetMetrics();
    return compiled.testStep(this.#self, batch) ?? this.getMetricsResult();
  }

  /** Outputs for one batch. @throws ShapeError when the inputs do not fit. */
  predictOnBatch(x: Data): ArraysOf<O> {
    const samples = readSamples([x], 'predictOnBatch', endNames(this.#self));
    this.ensureBuiltFor(samples.x);
    const outputs = predictStep(this.#self, { ...samples, size: samples.x[0]!.shape[0]! });
    return (this.hasOneOutput ? unlisted(outputs) : outputs) as ArraysOf<O>;
  }

  #readBatch(tuple: BatchTuple, compiled: Compiled, where: string): Batch {
    const samples = readSamples(tuple, where, endNames(this.#self));
    checkSamples({ model: this.#self, compiled, where }, samples);
    return { ...samples, size: samples.x[0]!.shape[0]! };
  }
}

/** Weights of samples in a list. */
function weightsOf(weights: StepData[2]): readonly (NDArray | undefined)[] | undefined {
  if (weights === undefined) return undefined;
  return Array.isArray(weights) ? (weights as readonly (NDArray | undefined)[]) : [weights as NDArray];
}
