import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray, Shape } from '@isograd/ndarray';
import type { ByteSource } from '@isograd/ndarray/io';
import type { Tensor } from '@isograd/autograd';
import type { AnyModel } from './any-model.ts';
import type { Logs } from './callbacks/callback.ts';
import type { History } from './callbacks/history.ts';
import { type Graph, makeGraph } from './graph.ts';
import { type KerasShape, type KerasTensor, showShape } from './keras-tensor.ts';
import { type AnyLayer, type CallOptions, Layer, type LayerOptions, type ShapeOf } from './layer.ts';
import { type Masks, setMask } from './masking.ts';
import type { Metric } from './metrics/index.ts';
import { flatten, type Nested } from './nested.ts';
import type { Optimizer } from './optimizers/index.ts';
import { printSummary, type SummaryOptions } from './summary.ts';
import {
  ArrayBatches,
  type BatchIterable,
  type BatchTuple,
  type Data,
  IterableBatches,
  readSamples,
  toArrays,
} from './training/batches.ts';
import { Compiled, type CompileOptions, predictStep } from './training/compiled.ts';
import { evaluateLoop, fitLoop, predictLoop } from './training/loops.ts';
import {
  checkFitOptions,
  checkRunOptions,
  type EvaluateOptions,
  type FitOptions,
  type RunOptions,
} from './training/options.ts';
import { checkSamples, evaluationBatches, prepareFit } from './training/prepare.ts';
import { isBatches, readArguments } from './training/source.ts';

/** Symbolic ends of a functional model. */
export interface ModelOptions<I extends Nested<KerasTensor>, O extends Nested<KerasTensor>> extends LayerOptions {
  /** What `Input` gave: one, or a list. */
  readonly inputs: I;
  /** What layers gave: one, or a list. */
  readonly outputs: O;
}

/** Values in place of symbolic tensors. */
export type ValuesOf<T> = T extends readonly unknown[] ? readonly Tensor[] : Tensor;
/** Arrays in place of symbolic tensors. */
export type ArraysOf<T> = T extends readonly unknown[] ? readonly NDArray[] : NDArray;

/** Methods that save and load; see the functions of `saving`. */
export interface SavingMethods {
  /** Writes layers and weights into a file that Keras reads: `.keras`, or `.h5`. @throws As `saving.saveModel`. */
  save(path: string): void;
  /** Writes the weights into a file: `.weights.h5`, or `.npz`. @throws As `saving.saveWeights`. */
  saveWeights(path: string): void;
  /** Reads weights from a file; all are checked before the first is written. @throws As `saving.loadWeights`. */
  loadWeights(file: string | ByteSource): void;
  /** The layers as JSON. @throws As `saving.toJson`. */
  toJson(): string;
}

/** Methods that a model has as soon as the package is loaded. */
export interface Model<I extends Nested<KerasTensor> = KerasTensor, O extends Nested<KerasTensor> = KerasTensor>
  extends SavingMethods, Layer<ValuesOf<I>, ValuesOf<O>> {}

/** Tensors with other masks; those that were given keep theirs. */
function withMasks(inputs: readonly Tensor[], masks: Masks): readonly Tensor[] {
  const list: readonly (NDArray | null)[] = Array.isArray(masks) ? masks : [masks];
  return inputs.map((x, i) => {
    const mask = list[i];
    if (!mask) return x;
    const masked = x.reshape(x.shape);
    setMask(masked, mask);
    return masked;
  });
}

/**
 * A graph of layers with training, evaluation and prediction (`keras.Model`).
 *
 * Make one of symbolic ends, or subclass it: layers in fields, the computation in `call`.
 *
 * @throws ArgumentError when an output does not follow from the inputs, or two layers have one name.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const inputs = Input({ shape: [2] });
 * const outputs = new layers.Dense(1)(new layers.Dense(10, { activation: 'relu' })(inputs));
 * const model = new Model({ inputs, outputs });
 * model.countParams() // => 41
 * model(zeros([5, 2])).shape // => [ 5, 1 ]
 */
export class Model<I extends Nested<KerasTensor> = KerasTensor, O extends Nested<KerasTensor> = KerasTensor>
  extends Layer<ValuesOf<I>, ValuesOf<O>>
  implements AnyModel
{
  static override readonly name: string = 'Functional';
  /** Set it to end training after the step at hand; callbacks do. */
  stopTraining = false;
  #graph: Graph | undefined;
  #weights: readonly Tensor[] | undefined;
  #ends: { readonly inputs: I; readonly outputs: O } | undefined;
  #compiled: Compiled | undefined;
  #busy: string | undefined;

  constructor(options?: ModelOptions<I, O> | LayerOptions) {
    super(options);
    if (options && 'inputs' in options) this.setEnds(options.inputs, options.outputs);
  }

  /** Takes symbolic ends; called by the constructor and by `Sequential`. */
  protected setEnds(inputs: I, outputs: O): void {
    this.#graph = makeGraph(flatten<KerasTensor>(inputs), flatten<KerasTensor>(outputs));
    this.#ends = { inputs, outputs };
    this.built = true;
  }

  /** Forgets the symbolic ends; called by `Sequential`. */
  protected clearEnds(): void {
    this.#graph = undefined;
    this.#ends = undefined;
    this.#weights = undefined;
    this.built = false;
  }

  /** Layers, those farthest from the outputs first. */
  get layers(): readonly AnyLayer[] {
    return this.#graph?.layers ?? super.sublayers();
  }

  override sublayers(): readonly AnyLayer[] {
    return this.layers;
  }

  override get weights(): readonly Tensor[] {
    // All layers of a graph are built, so the list cannot grow.
    return this.#graph ? (this.#weights ??= super.weights) : super.weights;
  }

  /** The graph, where the model has one. */
  get graph(): Graph | undefined {
    return this.#graph;
  }

  /** Symbolic inputs. @throws ArgumentError when the model has none. */
  get inputs(): readonly KerasTensor[] {
    return flatten<KerasTensor>(this.#symbolic().inputs);
  }

  /** Symbolic outputs. @throws ArgumentError when the model has none. */
  get outputs(): readonly KerasTensor[] {
    return flatten<KerasTensor>(this.#symbolic().outputs);
  }

  #symbolic(): { readonly inputs: I; readonly outputs: O } {
    if (this.#ends) return this.#ends;
    throw new ArgumentError({
      where: this.label,
      what: 'the model has no symbolic ends',
      expected: 'a functional model, or a Sequential that is built',
    });
  }

  /** Shapes of the outputs, where they are known. */
  get outputShapes(): readonly KerasShape[] | undefined {
    return this.#ends && flatten<KerasTensor>(this.#ends.outputs).map((x) => x.shape);
  }

  override computeOutputShape(inputShape: ShapeOf<ValuesOf<I>>): ShapeOf<ValuesOf<O>> {
    if (!this.outputShapes) return super.computeOutputShape(inputShape);
    const [batch = null] = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as KerasShape;
    const shapes = this.outputShapes.map(([, ...rest]): KerasShape => [batch, ...rest]);
    return (Array.isArray(this.#ends!.outputs) ? shapes : shapes[0]!) as ShapeOf<ValuesOf<O>>;
  }

  override call(inputs: ValuesOf<I>, { training, mask }: CallOptions<ValuesOf<I>>): ValuesOf<O> {
    const graph = this.#graph;
    if (!graph)
      throw new ArgumentError({
        where: this.label,
        what: 'the model does not say what it computes',
        expected: 'inputs and outputs, or a method call',
        hint: 'new Model({ inputs, outputs })',
      });
    const given = this.#fit(flatten<Tensor>(inputs));
    const outputs = graph.run(mask === undefined ? given : withMasks(given, mask), { training });
    return (Array.isArray(this.#ends!.outputs) ? outputs : outputs[0]!) as ValuesOf<O>;
  }

  /** Inputs checked against the symbolic ones; a sample that is one number gets an axis where one is expected. */
  #fit(given: readonly Tensor[]): readonly Tensor[] {
    const expected = this.inputs;
    if (given.length !== expected.length)
      throw new ShapeError({
        where: this.label,
        what: 'another number of inputs',
        got: `${given.length} arrays`,
        expected: expected.map((x) => `'${x.name}' ${showShape(x.shape)}`).join(', '),
      });
    return given.map((x, i) => {
      const { shape, name } = expected[i]!;
      if (shape.length === x.ndim && shape.every((n, d) => n === null || n === x.shape[d])) return x;
      if (x.ndim === 1 && shape.length === 2 && shape[1] === 1) return x.reshape([-1, 1]);
      throw new ShapeError({
        where: this.label,
        what: `input '${name}' does not fit`,
        got: `[${x.shape.join(', ')}]`,
        expected: showShape(shape),
        hint:
          shape.length === x.ndim + 1
            ? 'the first axis counts samples: x.reshape([1, ...])?'
            : 'None stands for any length',
      });
    });
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

  /** The metrics that are reported beside the loss; made at the first batch. */
  get metrics(): readonly Metric[] {
    return this.#compiled?.metrics ?? [];
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
      const prepared = prepareFit({ model: this, compiled, where: 'fit' }, source, given);
      return fitLoop(this, compiled, prepared, given);
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
      const batches = evaluationBatches({ model: this, compiled, where: 'evaluate' }, source, given);
      return evaluateLoop(this, compiled, batches, given);
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
      ? new IterableBatches(x, 'predict', ({ x: inputs }) => this.ensureBuiltFor(inputs))
      : this.#inputBatches(x, options.batchSize ?? 32);
    const outputs = await predictLoop(this, batches, options);
    return (outputs.length === 1 && !Array.isArray(this.#ends?.outputs) ? outputs[0]! : outputs) as ArraysOf<O>;
  }

  #inputBatches(x: Data, batchSize: number): ArrayBatches {
    const samples = readSamples([x], 'predict');
    this.ensureBuiltFor(samples.x);
    return new ArrayBatches(samples, batchSize);
  }

  /** One step of training on one batch; gives its loss and metrics. @throws As `fit`. */
  trainOnBatch(x: Data, y: Data, sampleWeight?: Data): Logs {
    const compiled = this.#needCompiled('trainOnBatch');
    const batch = this.#readBatch(sampleWeight === undefined ? [x, y] : [x, y, sampleWeight], compiled, 'trainOnBatch');
    compiled.reset();
    compiled.trainStep(this, batch);
    return compiled.logs();
  }

  /** Loss and metrics of one batch. @throws As `fit`. */
  testOnBatch(x: Data, y: Data, sampleWeight?: Data): Logs {
    const compiled = this.#needCompiled('testOnBatch');
    const batch = this.#readBatch(sampleWeight === undefined ? [x, y] : [x, y, sampleWeight], compiled, 'testOnBatch');
    compiled.reset();
    compiled.testStep(this, batch);
    return compiled.logs();
  }

  /** Outputs for one batch. @throws ShapeError when the inputs do not fit. */
  predictOnBatch(x: Data): ArraysOf<O> {
    const outputs = predictStep(this, toArrays(x));
    return (outputs.length === 1 && !Array.isArray(this.#ends?.outputs) ? outputs[0]! : outputs) as ArraysOf<O>;
  }

  #readBatch(
    tuple: BatchTuple,
    compiled: Compiled,
    where: string,
  ): ReturnType<typeof readSamples> & { readonly size: number } {
    const samples = readSamples(tuple, where);
    checkSamples({ model: this, compiled, where }, samples);
    return { ...samples, size: samples.x[0]!.shape[0]! };
  }

  /** Prints the layers, their output shapes and numbers of parameters (`summary`). */
  summary(options: SummaryOptions = {}): void {
    printSummary(this, options);
  }
}
