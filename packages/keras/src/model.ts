import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import type { ByteSource } from '@isograd/ndarray/io';
import type { Tensor } from '@isograd/autograd';
import type { AnyModel } from './any-model.ts';
import { type Graph, makeGraph } from './graph.ts';
import { type KerasShape, type KerasTensor, showShape } from './keras-tensor.ts';
import type { AnyLayer, CallOptions, LayerOptions, ShapeOf } from './layer.ts';
import { type Masks, setMask } from './masking.ts';
import { flatten, type Nested } from './nested.ts';
import { printSummary, type SummaryOptions } from './summary.ts';
import { Trainer, type ValuesOf } from './trainer.ts';

/** Symbolic ends of a functional model. */
export interface ModelOptions<I extends Nested<KerasTensor>, O extends Nested<KerasTensor>> extends LayerOptions {
  /** What `Input` gave: one, or a list. */
  readonly inputs: I;
  /** What layers gave: one, or a list. */
  readonly outputs: O;
}

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
  extends SavingMethods, Trainer<I, O> {}

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
  extends Trainer<I, O>
  implements AnyModel
{
  static override readonly name: string = 'Functional';
  #graph: Graph | undefined;
  #weights: readonly Tensor[] | undefined;
  #ends: { readonly inputs: I; readonly outputs: O } | undefined;

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

  /** The only symbolic input, or all of them in a list. @throws ArgumentError when the model has none. */
  get input(): KerasTensor | readonly KerasTensor[] {
    return this.#symbolic().inputs;
  }

  /** The only symbolic output, or all of them in a list. @throws ArgumentError when the model has none. */
  get output(): KerasTensor | readonly KerasTensor[] {
    return this.#symbolic().outputs;
  }

  /** Names of the inputs, under which data may be given. */
  get inputNames(): readonly string[] | undefined {
    return this.#ends && flatten<KerasTensor>(this.#ends.inputs).map(({ name }) => name);
  }

  /** Names of the outputs, under which labels, losses and metrics may be given. */
  get outputNames(): readonly string[] | undefined {
    return this.#ends && flatten<KerasTensor>(this.#ends.outputs).map(({ name }) => name);
  }

  protected override get hasOneOutput(): boolean {
    return !Array.isArray(this.#ends?.outputs);
  }

  /** The layer of a name, or of a place in {@link layers} (`get_layer`). @throws ArgumentError when there is none. */
  getLayer(which: string | number): AnyLayer {
    const { layers } = this;
    const found = typeof which === 'string' ? layers.find(({ name }) => name === which) : layers.at(which);
    if (found) return found;
    throw new ArgumentError({
      where: `getLayer of ${this.label}`,
      what: 'there is no such layer',
      got: typeof which === 'string' ? `'${which}'` : String(which),
      expected:
        typeof which === 'string' ? layers.map(({ name }) => `'${name}'`).join(', ') : `0 to ${layers.length - 1}`,
    });
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

  /** Prints the layers, their output shapes and numbers of parameters (`summary`). */
  summary(options: SummaryOptions = {}): void {
    printSummary(this, options);
  }
}
