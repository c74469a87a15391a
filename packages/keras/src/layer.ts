import { ArgumentError, DTypeError, ShapeError } from '@isograd/device';
import { attachPrinting, NDArray, type RandomState, type Shape } from '@isograd/ndarray';
import { asTensor, noGrad, Tensor } from '@isograd/autograd';
import { Callable } from '@isograd/nn';
import type {
  AnyLayer,
  CallOptions,
  InputsOf,
  LayerOptions,
  LayerState,
  MasksOf,
  SavedOptions,
  ShapeOf,
  SymbolOf,
  WeightOptions,
} from './any-layer.ts';
import { floatx, type FloatDType } from './config.ts';
import type { Initializer } from './initializers.ts';
import { type CallArguments, KerasTensor, type KerasShape, type Node, showShape, symbolsIn } from './keras-tensor.ts';
import { AddedLosses, addedBy } from './layer-losses.ts';
import { type Masks, maskOf, masksOf, passMasks, setMask } from './masking.ts';
import { flatten, mapNested, type Nested } from './nested.ts';
import { get as getRegularizer, type RegularizerFunction } from './regularizers.ts';
import { autoName } from './session.ts';
import { penaltiesOf, readRules, roleOf, type Rules, setRules } from './weight-rules.ts';

export type {
  AnyLayer,
  CallOptions,
  InputsOf,
  LayerOptions,
  LayerState,
  MasksOf,
  SavedOptions,
  ShapeOf,
  SymbolOf,
  WeightOptions,
} from './any-layer.ts';

/** Calling a layer with symbolic tensors adds it to a graph; with values it computes. */
export interface Layer<In extends Nested<Tensor> = Tensor, Out extends Nested<Tensor> = Tensor> {
  (inputs: SymbolOf<In>, options?: CallArguments): SymbolOf<Out>;
  (inputs: InputsOf<In>, options?: Partial<CallOptions<In>>): Out;
}

/**
 * Base of layers and models (`keras.Layer`): make weights in `build`, compute in `call`, and call the layer.
 *
 * Layers in fields, or in lists in fields, count as parts of this one.
 *
 * @example
 * import { ones } from '@isograd/autograd';
 * class Scale extends Layer {
 *   build() { this.factor = this.addWeight('factor', [], initializers.get('ones')); }
 *   call(x) { return x.mul(this.factor); }
 * }
 * new Scale()(ones([2, 3])).shape // => [ 2, 3 ]
 * new Scale().name // => scale_1
 */
export abstract class Layer<In extends Nested<Tensor> = Tensor, Out extends Nested<Tensor> = Tensor> extends Callable {
  /** What of the constructor's arguments is saved, beside the options of every layer. */
  static readonly saved: SavedOptions = {};
  // A function's own name stands in the way of a plain assignment.
  declare readonly name: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly dtype: FloatDType;
  /** Whether its weights are made. */
  built = false;
  /** Whether masks of the inputs reach the outputs; default whether the layer has a `computeMask` of its own. */
  supportsMasking: boolean = this.computeMask !== Layer.prototype.computeMask;
  #warned = false;
  /** What its outputs add to the loss. */
  activityRegularizer: RegularizerFunction | null;
  readonly #added = new AddedLosses();
  readonly #rules: ReadonlyMap<string, Rules>;
  /** Calls on symbolic tensors so far. */
  readonly inboundNodes: Node[] = [];
  readonly #own: Tensor[] = [];
  readonly #names = new Map<Tensor, string>();
  /** Own weights that training never changes by their gradients. */
  readonly #fixed: Tensor[] = [];
  #trainable: boolean;

  constructor(options: LayerOptions = {}) {
    super();
    Object.defineProperty(this, 'name', { value: options.name ?? autoName(this.constructor.name), configurable: true });
    this.given = options as Readonly<Record<string, unknown>>;
    this.dtype = options.dtype ?? floatx();
    this.#trainable = options.trainable ?? true;
    this.activityRegularizer = options.activityRegularizer ? getRegularizer(options.activityRegularizer) : null;
    this.#rules = readRules((this.constructor as typeof Layer).saved.rules ?? [], this.given);
  }

  /** Makes the weights, for inputs of a shape; called once, before the first call. */
  build(_inputShape: ShapeOf<In>): void {}

  /** Computes the outputs. */
  abstract call(inputs: In, options: CallOptions<In>): Out;

  /** Masks of the outputs, for inputs and their masks (`compute_mask`); asked where {@link supportsMasking}. By default those of the inputs. */
  computeMask(_inputs: In, previous?: MasksOf<In>): Masks | null | undefined {
    return previous;
  }

  /** Shape of the outputs for inputs of a shape, and what the call is told; by default the same. */
  computeOutputShape(inputShape: ShapeOf<In>, _options?: CallArguments): ShapeOf<Out> {
    return inputShape as ShapeOf<Nested<Tensor>> as ShapeOf<Out>;
  }

  /** Builds the layer unless it is built. */
  ensureBuilt(inputShape: ShapeOf<In>): void {
    if (this.built) return;
    this.build(inputShape);
    this.built = true;
    if (!this.#trainable) this.trainable = false;
  }

  /** The options as they are saved: those given, unless the layer found out more since, as `adapt` does. */
  savedOptions(): Readonly<Record<string, unknown>> {
    return this.given;
  }

  /** What a file keeps of the layer beside its options and weights; by default nothing. */
  savedState(): LayerState {
    return { arrays: {}, texts: {} };
  }

  /** Takes what a file kept of the layer. */
  loadState(_state: LayerState): void {}

  /**
   * Makes a weight of this layer, in its dtype unless told otherwise; call it in `build`. One that is not `trainable` has no gradient.
   *
   * Regularizer and constraint are by default those that the options of the layer have for its `role`.
   */
  protected addWeight(name: string, shape: Shape, initializer: Initializer, options: WeightOptions = {}): Tensor {
    const { trainable = true, dtype, role = roleOf(name) } = options;
    const initial = asTensor(initializer(shape, this.dtype));
    const weight = (dtype === undefined ? initial : initial.astype(dtype)).requiresGrad_(trainable);
    if (weight.shape.join() !== shape.join())
      throw new ShapeError({
        where: this.label,
        what: `the initialiser of ${name} gave another shape`,
        got: `[${weight.shape.join(', ')}]`,
        expected: `[${shape.join(', ')}]`,
      });
    this.#names.set(weight, name);
    setRules(weight, { ...this.#rules.get(role), ...options });
    (trainable ? this.#own : this.#fixed).push(weight);
    return weight;
  }

  /** Generators with seeds of their own, of this layer and of those below, each once; a training that is resumed goes on in them. */
  get generators(): readonly RandomState[] {
    return [...new Set(this.sublayers().flatMap((layer) => layer.generators))];
  }

  /** Whether Keras hands the layer its inputs one by one instead of in a list. */
  get takesSeveral(): boolean {
    return false;
  }

  /** How errors name this layer. */
  get label(): string {
    return `${this.constructor.name} '${this.name}'`;
  }

  /** Layers that are fields of this one. */
  sublayers(): readonly AnyLayer[] {
    return Object.values(this)
      .flatMap((value): unknown[] => (Array.isArray(value) ? value : [value]))
      .filter((value) => value instanceof Layer);
  }

  /** Layers that are fields of this one, or in lists in fields, by the names of the fields. */
  namedSublayers(): readonly (readonly [field: string, layers: AnyLayer | readonly AnyLayer[]])[] {
    return Object.entries(this).flatMap(([field, value]): (readonly [string, AnyLayer | readonly AnyLayer[]])[] => {
      if (value instanceof Layer) return [[field, value]];
      const some = Array.isArray(value) ? value.filter((item): item is Layer => item instanceof Layer) : [];
      return some.length > 0 ? [[field, some]] : [];
    });
  }

  /** Whether training changes the weights; setting it reaches all layers below. */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(on: boolean) {
    this.#trainable = on;
    for (const weight of this.#own) weight.requiresGrad_(on);
    for (const layer of this.sublayers()) layer.trainable = on;
  }

  /** Weights of the layer itself, without those of layers below: those that training may change first, as Keras saves them. */
  get ownWeights(): readonly Tensor[] {
    return [...this.#own, ...this.#fixed];
  }

  /** Names under which {@link ownWeights} were made: `kernel`, `bias`. */
  get ownWeightNames(): readonly string[] {
    return this.ownWeights.map((weight) => this.#names.get(weight)!);
  }

  /** All weights, each once: own ones, then those of the layers below. */
  get weights(): readonly Tensor[] {
    return [...new Set([...this.ownWeights, ...this.sublayers().flatMap((layer) => layer.weights)])];
  }

  /** Weights that training changes. */
  get trainableWeights(): readonly Tensor[] {
    return this.weights.filter((weight) => weight.requiresGrad);
  }

  /** Weights that training leaves alone. */
  get nonTrainableWeights(): readonly Tensor[] {
    return this.weights.filter((weight) => !weight.requiresGrad);
  }

  /** Number of elements of all weights. */
  countParams(): number {
    return this.weights.reduce((sum, weight) => sum + weight.size, 0);
  }

  /** Copies of all weights, as arrays. */
  getWeights(): NDArray[] {
    return this.weights.map((weight) => weight.plain().copy());
  }

  /**
   * Copies values into the weights, cast to their dtypes; refuses all before it writes any.
   *
   * @throws ArgumentError when there is another number of them; ShapeError when a shape differs.
   */
  setWeights(values: readonly NDArray[]): void {
    const { weights } = this;
    if (values.length !== weights.length) {
      throw new ArgumentError({
        where: `setWeights of ${this.label}`,
        what: 'another number of arrays than of weights',
        got: String(values.length),
        expected: String(weights.length),
        hint: this.built ? 'take them from getWeights() of an equal model' : 'build the layer first',
      });
    }
    const bad = weights.findIndex((weight, i) => weight.shape.join() !== values[i]!.shape.join());
    if (bad !== -1)
      throw new ShapeError({
        where: `setWeights of ${this.label}`,
        what: `weight ${bad} has another shape`,
        got: `[${values[bad]!.shape.join(', ')}]`,
        expected: `[${weights[bad]!.shape.join(', ')}]`,
      });
    noGrad(() => weights.forEach((weight, i) => weight.copy_(values[i]!)));
  }

  protected override invoke(
    inputs: Nested<KerasTensor> | Nested<NDArray>,
    options?: Partial<CallOptions<In>>,
  ): Nested<KerasTensor> | Nested<Tensor> {
    const first = Array.isArray(inputs) ? (inputs as readonly unknown[])[0] : inputs;
    if (first instanceof KerasTensor) return this.connect(inputs as Nested<KerasTensor>, options as CallArguments);
    return this.run(inputs as Nested<NDArray>, { ...options, training: options?.training ?? false });
  }

  /** Computes; builds the layer first where needed. What calling it with values does. */
  run(inputs: Nested<NDArray>, options: CallOptions<Nested<Tensor>>): Nested<Tensor> {
    return this.#added.within(() => {
      const tensors = mapNested(inputs, (x) => this.#take(x));
      if (!this.built) this.ensureBuilt(mapNested(tensors, (x): KerasShape => x.shape) as ShapeOf<In>);
      const mask = options.mask ?? masksOf(tensors);
      const told = mask === options.mask ? options : { ...options, mask };
      const outputs = this.call(tensors as In, told as CallOptions<In>);
      if (this.supportsMasking)
        passMasks(outputs, () => this.computeMask(tensors as In, mask as MasksOf<In> | undefined));
      else if (mask !== undefined) this.#warnOfMask(outputs);
      if (this.activityRegularizer) this.#regularize(this.activityRegularizer, outputs);
      return outputs;
    });
  }

  /** Adds what outputs cost, for each sample, to the loss. */
  #regularize(regularizer: RegularizerFunction, outputs: Out): void {
    for (const y of flatten<Tensor>(outputs)) {
      const loss = regularizer(y);
      this.addLoss(y.ndim > 0 && y.shape[0]! > 0 ? loss.div(y.shape[0]!) : loss);
    }
  }

  /** Adds to the loss of the model, until the next call; called in `call` (`add_loss`). */
  addLoss(loss: Tensor): void {
    this.#added.add(loss);
  }

  /** What {@link addLoss} was given in the latest call. */
  get addedLosses(): readonly Tensor[] {
    return this.#added.losses;
  }

  /** What is added to the loss: what this layer and those below gave `addLoss` in the latest call, and what regularizers ask for weights. */
  get losses(): readonly Tensor[] {
    return [...addedBy(this), ...penaltiesOf(this.trainableWeights)];
  }

  /** Forgets what was added to the loss. */
  clearLosses(): void {
    this.#added.clear();
  }

  /** An input as {@link convert} gives it, with its mask. */
  #take(x: NDArray): Tensor {
    const tensor = this.convert(x);
    const mask = tensor === x ? undefined : maskOf(x);
    if (mask) setMask(tensor, mask);
    return tensor;
  }

  /** Says once that a mask ends here, as Keras does. */
  #warnOfMask(outputs: Out): void {
    if (this.#warned || flatten<Tensor>(outputs).some((y) => maskOf(y))) return;
    this.#warned = true;
    console.warn(`${this.label} does not support masks: layers behind it do not see the mask of its input`);
  }

  /** Adds the layer to a graph. What calling it with symbolic tensors does. */
  connect(inputs: Nested<KerasTensor>, options: CallArguments = {}): Nested<KerasTensor> {
    const shape = mapNested(inputs, (x) => x.shape) as ShapeOf<In>;
    this.ensureBuilt(shape);
    return this.addNode(inputs, this.computeOutputShape(shape, options) as Nested<KerasShape>, options);
  }

  /** An input as a tensor of the layer's dtype. */
  protected convert(x: NDArray): Tensor {
    if (!(x instanceof NDArray))
      throw new DTypeError({
        where: this.label,
        what: 'the input is not an array',
        got: x === null ? 'null' : typeof x,
        expected: 'a Tensor, an NDArray or a symbolic tensor of Input',
        hint: 'make one with tensor(...)',
      });
    const t = x instanceof Tensor ? x : asTensor(x);
    return t.dtype === this.dtype ? t : t.astype(this.dtype);
  }

  /** Records a call on symbolic tensors and gives its outputs. */
  protected addNode(
    inputs: Nested<KerasTensor>,
    shape: Nested<KerasShape>,
    options: CallArguments = {},
  ): Nested<KerasTensor> {
    const nodeIndex = this.inboundNodes.length;
    const make = (s: KerasShape, tensorIndex: number): KerasTensor =>
      new KerasTensor(s, this.dtype, { layer: this, nodeIndex, tensorIndex });
    const several = Array.isArray(shape[0]);
    const outputs = several ? (shape as readonly KerasShape[]).map(make) : make(shape as KerasShape, 0);
    const given = flatten(inputs);
    this.inboundNodes.push({
      layer: this,
      inputs: [...given, ...symbolsIn(Object.values(options))],
      count: given.length,
      options,
      takesList: Array.isArray(inputs),
      outputs,
    });
    return outputs;
  }

  /** Refuses an input whose last axis is not what the layer was built for. */
  protected checkFeatures(x: Tensor, features: number): void {
    if (x.shape.at(-1) === features && x.ndim > 1) return;
    throw new ShapeError({
      where: this.label,
      what: 'the input does not fit the layer',
      got: `[${x.shape.join(', ')}]`,
      expected: `[batch, ..., ${features}]`,
      hint: 'it was built for this number of features',
    });
  }

  /** Length of the last axis of an input shape. @throws ShapeError when it is open. */
  protected lastAxis(shape: KerasShape): number {
    const n = shape.at(-1);
    if (typeof n === 'number' && shape.length > 1) return n;
    throw new ShapeError({
      where: this.label,
      what: 'the last axis of the input must be known',
      got: showShape(shape),
      expected: '[batch, ..., features]',
      hint: 'give each sample an axis: reshape([-1, 1])?',
    });
  }
}

/** A layer as Keras prints it: `<Dense name=dense, built=True>`. */
function layerRepr(layer: AnyLayer): string {
  return `<${layer.constructor.name} name=${layer.name}, built=${layer.built ? 'True' : 'False'}>`;
}

attachPrinting(Layer.prototype, { str: layerRepr, repr: layerRepr });
