import { concatenate, type RandomState, type Shape } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import type { SequenceOptions } from '@isograd/nn';
import { type Activation, type ActivationLike, get as getActivation, sigmoid, tanh } from '../../activations.ts';
import { get as getInitializer, type Initializer, type InitializerLike } from '../../initializers.ts';
import type { KerasShape } from '../../keras-tensor.ts';
import type { LayerOptions } from '../../layer.ts';
import { defaultSeed, randomState } from '../../session.ts';
import type { RuleOptions } from '../../weight-rules.ts';
import { checkProbability, dropoutFactors } from '../seeded.ts';
import { type CellCall, RecurrentCell, type ScanOptions, type Scanned, scanSteps, type States } from './cell.ts';
import { partsOf } from './pieces.ts';
import { wholeNumber } from '../../whole-number.ts';

type CellRole = 'kernel' | 'recurrent' | 'bias';

/** Kinds of weights for which cells take regularizers and constraints. */
export const CELL_RULES: readonly CellRole[] = ['kernel', 'recurrent', 'bias'];

/** Options of all cells of Keras. */
export interface CellOptions extends LayerOptions, RuleOptions<CellRole> {
  /** Default `tanh`. */
  readonly activation?: ActivationLike;
  /** Whether a bias is added; default true. */
  readonly useBias?: boolean;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerLike;
  /** Default `orthogonal`. */
  readonly recurrentInitializer?: InitializerLike;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerLike;
  /** Probability with which parts of the input are dropped while training, the same at every step; default 0. */
  readonly dropout?: number;
  /** Probability with which parts of the state are dropped while training, the same at every step; default 0. */
  readonly recurrentDropout?: number;
  /** Seed of the dropout; default the shared generator, see {@link setRandomSeed}. */
  readonly seed?: number | null;
}

/** Options of cells whose gates have an activation of their own. */
export interface GatedCellOptions extends CellOptions {
  /** Activation of the gates; default `sigmoid`. */
  readonly recurrentActivation?: ActivationLike;
}

/** Options of {@link CellOptions} with their defaults, as they are saved. */
export const CELL_DEFAULTS = {
  activation: 'tanh',
  useBias: true,
  kernelInitializer: 'glorotUniform',
  recurrentInitializer: 'orthogonal',
  biasInitializer: 'zeros',
  dropout: 0,
  recurrentDropout: 0,
} as const;

/** What is the same at all steps of one call. */
export interface Prepared {
  /** Kernels of the state: one for all gates, or one for each. */
  readonly kernels: readonly Tensor[];
  /** Factors that drop parts of the state, as many as kernels. */
  readonly factors: readonly Tensor[] | undefined;
  /** What is added to the state's part, where that has a bias of its own. */
  readonly recurrentBias: Tensor | null;
}

/** A cell whose gates are sums of products with the input and with the state: the input's part is computed for all steps at once. */
export abstract class GatedCell extends RecurrentCell {
  abstract readonly gates: number;
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly dropout: number;
  readonly recurrentDropout: number;
  /** `[features, gates units]`; made by `build`. */
  kernel: Tensor | null = null;
  /** `[units, gates units]`; made by `build`. */
  recurrentKernel: Tensor | null = null;
  /** Made by `build`; `null` without `useBias`. */
  bias: Tensor | null = null;
  protected readonly initializers: readonly [kernel: Initializer, recurrent: Initializer, bias: Initializer];
  readonly #state: RandomState | undefined;

  constructor(units: number, options: CellOptions) {
    super(options);
    const where = this.constructor.name;
    this.units = wholeNumber(units, where, 'units is not a number of outputs');
    this.activation = getActivation(options.activation === undefined ? 'tanh' : options.activation);
    this.useBias = options.useBias ?? true;
    this.dropout = checkProbability(options.dropout ?? 0, where, 'dropout');
    this.recurrentDropout = checkProbability(options.recurrentDropout ?? 0, where, 'recurrentDropout');
    this.initializers = [
      getInitializer(options.kernelInitializer ?? 'glorotUniform'),
      getInitializer(options.recurrentInitializer ?? 'orthogonal'),
      getInitializer(options.biasInitializer ?? 'zeros'),
    ];
    const { seed } = options;
    this.#state = typeof seed === 'number' ? randomState(seed) : undefined;
    // Keras draws a seed here; without it weights that are made later would not be Keras's.
    if (!this.#state) defaultSeed();
  }

  override get generators(): readonly RandomState[] {
    return this.#state ? [this.#state, ...super.generators] : super.generators;
  }

  get stateSize(): number | readonly number[] {
    return this.units;
  }

  protected get biasShape(): Shape {
    return [this.gates * this.units];
  }

  /** Shapes of the kernels of the input and of the state, but for the last axis. */
  protected kernelShapes(inputShape: KerasShape): readonly [input: Shape, recurrent: Shape] {
    return [[this.lastAxis(inputShape)], [this.units]];
  }

  override build(inputShape: KerasShape): void {
    const width = this.gates * this.units;
    const [kernel, recurrent] = this.initializers;
    const [input, state] = this.kernelShapes(inputShape);
    this.kernel = this.addWeight('kernel', [...input, width], kernel);
    this.recurrentKernel = this.addWeight('recurrentKernel', [...state, width], recurrent);
    if (this.useBias) this.bias = this.addWeight('bias', this.biasShape, this.biasInitializer);
  }

  /** One step, from the input's part of the gates `[batch, gates units]`: the states behind it. */
  protected abstract advance(z: Tensor, states: States, prepared: Prepared): States;

  /** All steps in one op, from the input's part `[steps, batch, gates units]`: the outputs, then the states behind the last; `undefined` where there is no such op. */
  protected advanceAll(
    _z: Tensor,
    _states: States,
    _prepared: Prepared,
    _options: SequenceOptions | undefined,
  ): readonly Tensor[] | undefined {
    return undefined;
  }

  /** The biases of the input's part and of the state's. */
  protected get biases(): readonly [input: Tensor | null, recurrent: Tensor | null] {
    return [this.bias, null];
  }

  /** The product with the input, of one step or of all. */
  protected times(x: Tensor, kernel: Tensor): Tensor {
    if (x.ndim === 2) return x.matmul(kernel);
    return x
      .reshape([-1, x.shape.at(-1)!])
      .matmul(kernel)
      .reshape([...x.shape.slice(0, -1), kernel.shape[1]!]);
  }

  /** The product with the state. */
  protected timesState(h: Tensor, kernel: Tensor): Tensor {
    return h.matmul(kernel);
  }

  /** The axis of one step, counted from behind, along which the gates stand. */
  protected get gateAxis(): number {
    return -1;
  }

  /** Whether other parts are dropped for each gate. */
  protected get dropsEach(): boolean {
    return this.recurrentDropout > 0;
  }

  /** Refuses inputs that do not fit the weights. */
  protected checkInput(x: Tensor): void {
    this.checkFeatures(x, this.kernel!.shape[0]!);
  }

  protected addBias(z: Tensor, bias: Tensor): Tensor {
    return z.add(bias);
  }

  /** What the bias starts as. */
  protected get biasInitializer(): Initializer {
    return this.initializers[2];
  }

  /** Whether the kernels of the gates are multiplied one by one. */
  protected get apart(): boolean {
    return this.recurrentDropout > 0;
  }

  override call(x: Tensor, { states, training }: CellCall): readonly Tensor[] {
    const before = this.readStates(states, x.shape);
    const { z, prepared } = this.#prepare(x, before[0]!, training);
    const after = this.advance(z, before, prepared);
    return [after[0]!, ...after];
  }

  override scan(xs: Tensor, states: States, { training, mask }: ScanOptions): Scanned {
    const { z, prepared } = this.#prepare(xs, states[0]!, training);
    const plain = mask?.interpreter === undefined && prepared.factors === undefined && z.ndim === 3;
    const [all, ...after] = (plain && this.advanceAll(z, states, prepared, mask && { mask })) || [];
    if (all) return { outputs: { last: after[0]!, all: () => all }, states: after };
    const step = (now: Tensor, before: States): { readonly output: Tensor; readonly next: States } => {
      const next = this.advance(now, before, prepared);
      return { output: next[0]!, next };
    };
    return scanSteps(step, z, states, mask);
  }

  /** The input's part of the gates, `[..., batch, gates units]`, and what all steps need. */
  #prepare(x: Tensor, h: Tensor, training: boolean): { readonly z: Tensor; readonly prepared: Prepared } {
    this.checkInput(x);
    const state = this.#state ?? randomState();
    const draw = (rate: number, shape: Shape): readonly Tensor[] | undefined => {
      if (!training || !this.drops(rate)) return undefined;
      const count = this.dropsEach ? this.gates : 1;
      return Array.from({ length: count }, () => dropoutFactors(state, rate, shape, x.dtype));
    };
    const inputFactors = draw(this.dropout, x.shape.slice(-h.ndim));
    const factors = draw(this.recurrentDropout, h.shape);
    const kernels = this.apart ? partsOf(this.recurrentKernel!, this.gates) : [this.recurrentKernel!];
    const z = this.#project(x, inputFactors);
    const [bias, recurrentBias] = this.biases;
    return { z: bias ? this.addBias(z, bias) : z, prepared: { kernels, factors, recurrentBias } };
  }

  /** Whether a probability means that something is dropped: gated cells take 1 for 0. */
  protected drops(rate: number): boolean {
    return rate > 0 && rate < 1;
  }

  #project(x: Tensor, factors: readonly Tensor[] | undefined): Tensor {
    const kernel = this.kernel!;
    if (!factors) return this.times(x, kernel);
    const parts = partsOf(kernel, factors.length).map((part, i) => this.times(x.mul(factors[i]!), part));
    return parts.length === 1 ? parts[0]! : asTensor(concatenate(parts, this.gateAxis));
  }

  /** Whether a step is one kernel behind the product: with the usual activations, as in Keras's own fast path. */
  protected isFused({ kernels }: Prepared, gate: Activation): boolean {
    return kernels.length === 1 && this.gateAxis === -1 && this.activation === tanh && gate === sigmoid;
  }

  /** A state, with parts dropped, times the kernel of one gate or of all. */
  protected recur(h: Tensor, { kernels, factors }: Prepared, gate = 0): Tensor {
    return this.timesState(factors ? h.mul(factors[gate]!) : h, kernels[gate]!);
  }

  /** The gates before their activations: the input's part and the state's. */
  protected gatesOf(z: Tensor, h: Tensor, prepared: Prepared): readonly Tensor[] {
    const { gates, gateAxis } = this;
    if (prepared.kernels.length === 1) return partsOf(z.add(this.recur(h, prepared)), gates, gateAxis);
    return partsOf(z, gates, gateAxis).map((part, gate) => part.add(this.recur(h, prepared, gate)));
  }
}
