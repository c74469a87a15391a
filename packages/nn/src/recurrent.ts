import { ArgumentError, type DType, ShapeError } from '@isograd/device';
import { concatenate, stack } from '@isograd/ndarray';
import { asTensor, type Draw, type Tensor, zeros } from '@isograd/autograd';
import { dropout } from './functional/dropout.ts';
import { linear } from './functional/linear.ts';
import { uniform_ } from './init.ts';
import { LibraryModule } from './library-module.ts';
import { gruGates, lstmGates } from './ops/gated-cells.ts';
import { stepsOf } from './ops/steps.ts';
import { Parameter } from './parameter.ts';
import { pythonName } from './python-text.ts';

/** Parameters of one layer in one direction. */
interface Weights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
  readonly weightHr?: Tensor | undefined;
}

/** What is carried from step to step; the first is the output. */
type State = readonly Tensor[];

/** One step: `gates` are the input's part of all gates, `[batch, gates hidden]`. */
type Step = (gates: Tensor, state: State, weights: Weights) => State;

/** What kinds of cell differ in. */
interface Kind {
  /** Numbers of gates, and of tensors that are carried. */
  readonly gates: number;
  readonly states: number;
  readonly step: Step;
}

const recur = (h: Tensor, { weightHh, biasHh }: Weights): Tensor => linear(h, weightHh, biasHh);

const elman = (act: (x: Tensor) => Tensor): Kind => ({
  gates: 1,
  states: 1,
  step: (gates, [h], weights) => [act(gates.add(recur(h!, weights)))],
});

const LSTM_KIND: Kind = {
  gates: 4,
  states: 2,
  step: (gates, [h, c], weights) => {
    const [hidden, cell] = lstmGates(gates, recur(h!, weights), c!) as [Tensor, Tensor];
    return [weights.weightHr ? linear(hidden, weights.weightHr) : hidden, cell];
  },
};

const GRU_KIND: Kind = {
  gates: 3,
  states: 1,
  step: (gates, [h], weights) => gruGates(gates, recur(h!, weights), h!),
};

const KINDS = { RNN_TANH: elman((x) => x.tanh()), RNN_RELU: elman((x) => x.relu()), LSTM: LSTM_KIND, GRU: GRU_KIND };

/** Function behind the sum in an Elman net. */
export type RNNNonlinearity = 'tanh' | 'relu';

const elmanKind = (nonlinearity: RNNNonlinearity, where: string): Kind => {
  if (nonlinearity !== 'tanh' && nonlinearity !== 'relu')
    throw new ArgumentError({
      where,
      what: 'unknown nonlinearity',
      got: String(nonlinearity),
      expected: "'tanh' or 'relu'",
    });
  return nonlinearity === 'tanh' ? KINDS.RNN_TANH : KINDS.RNN_RELU;
};

/** Options that cells and layers share. */
export interface CellOptions extends Draw {
  /** Whether there are biases; default true. */
  readonly bias?: boolean;
  /** Dtype of the parameters; default `float32`. */
  readonly dtype?: DType;
}

/** Options of {@link RNNCell}. */
export interface RNNCellOptions extends CellOptions {
  /** Default `tanh`. */
  readonly nonlinearity?: RNNNonlinearity;
}

/** Fills parameters with uniform values in ±1/√hiddenSize. */
function reset(parameters: readonly Tensor[], hiddenSize: number, draw: Draw): void {
  const bound = hiddenSize > 0 ? 1 / Math.sqrt(hiddenSize) : 0;
  for (const p of parameters) uniform_(p, -bound, bound, draw);
}

/** One step of a recurrent net (PyTorch's `nn.RNNCellBase`). */
export abstract class RNNCellBase extends LibraryModule {
  readonly inputSize: number;
  readonly hiddenSize: number;
  weightIh: Parameter;
  weightHh: Parameter;
  biasIh: Parameter | null;
  biasHh: Parameter | null;
  readonly #kind: Kind;

  constructor(inputSize: number, hiddenSize: number, options: CellOptions, kind: Kind) {
    super();
    const { bias = true, dtype = 'float32' } = options;
    const make = (...shape: readonly number[]): Parameter => new Parameter(zeros(shape, { dtype }));
    const rows = kind.gates * hiddenSize;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.#kind = kind;
    this.weightIh = make(rows, inputSize);
    this.weightHh = make(rows, hiddenSize);
    this.biasIh = bias ? make(rows) : null;
    this.biasHh = bias ? make(rows) : null;
    reset(this.parameters(), hiddenSize, options);
  }

  protected advance(x: Tensor, state: State | undefined): State {
    const single = x.ndim === 1;
    const batch = single ? x.expandDims(0) : x;
    if (batch.ndim !== 2 || batch.shape[1] !== this.inputSize)
      throw new ShapeError({
        where: this.constructor.name,
        what: 'the input does not fit',
        got: `[${x.shape.join(', ')}]`,
        expected: `[batch, ${this.inputSize}] or [${this.inputSize}]`,
      });
    const before =
      state?.map((h) => (single ? h.expandDims(0) : h)) ??
      Array.from({ length: this.#kind.states }, () => zeros([batch.shape[0]!, this.hiddenSize], { dtype: x.dtype }));
    const after = this.#kind.step(linear(batch, this.weightIh, this.biasIh), before, this);
    return single ? after.map((h) => h.squeeze(0)) : after;
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.biasIh ? '' : ', bias=False'}`;
  }
}

/** `act(W x + b + U h + c)`: `x` `[batch, inputSize]`, `h` `[batch, hiddenSize]` → the next `h` (PyTorch's `nn.RNNCell`; Elman 1990). */
export class RNNCell extends RNNCellBase {
  static override readonly name: string = 'RNNCell';
  readonly #nonlinearity: RNNNonlinearity;

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    const { nonlinearity = 'tanh' } = options;
    super(inputSize, hiddenSize, options, elmanKind(nonlinearity, 'RNNCell'));
    this.#nonlinearity = nonlinearity;
  }

  override forward(x: Tensor, h?: Tensor): Tensor {
    return this.advance(x, h && [h])[0]!;
  }

  override extraRepr(): string {
    return this.#nonlinearity === 'tanh'
      ? super.extraRepr()
      : `${super.extraRepr()}, nonlinearity=${this.#nonlinearity}`;
  }
}

/** One step of long short-term memory: `x` `[batch, inputSize]`, `[h, c]` `[batch, hiddenSize]` each → the next `[h, c]` (PyTorch's `nn.LSTMCell`). */
export class LSTMCell extends RNNCellBase {
  static override readonly name: string = 'LSTMCell';

  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(inputSize, hiddenSize, options, KINDS.LSTM);
  }

  override forward(x: Tensor, state?: readonly [h: Tensor, c: Tensor]): [h: Tensor, c: Tensor] {
    return [...this.advance(x, state)] as [Tensor, Tensor];
  }
}

/** One step of gated recurrent units: `x` `[batch, inputSize]`, `h` `[batch, hiddenSize]` → the next `h` (PyTorch's `nn.GRUCell`). */
export class GRUCell extends RNNCellBase {
  static override readonly name: string = 'GRUCell';

  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(inputSize, hiddenSize, options, KINDS.GRU);
  }

  override forward(x: Tensor, h?: Tensor): Tensor {
    return this.advance(x, h && [h])[0]!;
  }
}

/** Options of recurrent layers. */
export interface RecurrentOptions extends CellOptions {
  /** Number of layers, each reading the outputs of the one below; default 1. */
  readonly numLayers?: number;
  /** Whether the input is `[batch, steps, features]` instead of `[steps, batch, features]`; default false. */
  readonly batchFirst?: boolean;
  /** Probability of dropout between layers while training; default 0. */
  readonly dropout?: number;
  /** Whether each layer reads both ways; default false. */
  readonly bidirectional?: boolean;
}

/** Options of {@link LSTM}. */
export interface LSTMOptions extends RecurrentOptions {
  /** Length that outputs are projected to; default 0, which is none. */
  readonly projSize?: number;
}

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** Default `tanh`. */
  readonly nonlinearity?: RNNNonlinearity;
}

/** Layers of a recurrent net, each in one or two directions (PyTorch's `nn.RNNBase`). */
export abstract class RNNBase extends LibraryModule {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;
  readonly #bias: boolean;
  readonly #kind: Kind;
  readonly #draw: Draw;

  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions, kind: Kind) {
    super();
    const { bias = true, dtype = 'float32', numLayers = 1, batchFirst = false, projSize = 0 } = options;
    if (
      !(
        Number.isInteger(hiddenSize) &&
        hiddenSize > 0 &&
        Number.isInteger(numLayers) &&
        numLayers > 0 &&
        projSize < hiddenSize
      )
    )
      throw new ArgumentError({
        where: new.target.name,
        what: 'sizes do not fit',
        got: `hiddenSize ${hiddenSize}, numLayers ${numLayers}, projSize ${projSize}`,
        expected: 'whole numbers from 1, projSize below hiddenSize',
      });
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.batchFirst = batchFirst;
    this.dropout = options.dropout ?? 0;
    this.bidirectional = options.bidirectional ?? false;
    this.projSize = projSize;
    this.#bias = bias;
    this.#kind = kind;
    this.#draw = options.generator ? { generator: options.generator } : {};
    this.#makeParameters(dtype);
    reset(this.parameters(), hiddenSize, options);
  }

  #makeParameters(dtype: DType): void {
    const { hiddenSize, projSize, inputSize } = this;
    const [rows, out] = [this.#kind.gates * hiddenSize, projSize || hiddenSize];
    const make = (name: string, ...shape: readonly number[]): void => {
      Object.assign(this, { [name]: new Parameter(zeros(shape, { dtype })) });
    };
    for (let layer = 0; layer < this.numLayers; layer++)
      for (const suffix of this.#suffixes(layer)) {
        make(`weightIh${suffix}`, rows, layer === 0 ? inputSize : out * (this.bidirectional ? 2 : 1));
        make(`weightHh${suffix}`, rows, out);
        if (this.#bias) for (const name of ['biasIh', 'biasHh']) make(`${name}${suffix}`, rows);
        if (projSize > 0) make(`weightHr${suffix}`, projSize, hiddenSize);
      }
  }

  #suffixes(layer: number): readonly string[] {
    return this.bidirectional ? [`L${layer}`, `L${layer}Reverse`] : [`L${layer}`];
  }

  #weights(suffix: string): Weights {
    const own = this as unknown as Readonly<Record<string, Tensor | undefined>>;
    return {
      weightIh: own[`weightIh${suffix}`]!,
      weightHh: own[`weightHh${suffix}`]!,
      biasIh: own[`biasIh${suffix}`] ?? null,
      biasHh: own[`biasHh${suffix}`] ?? null,
      weightHr: own[`weightHr${suffix}`],
    };
  }

  /** One layer in one direction over `[steps, batch, features]`. */
  #direction(x: Tensor, state: State, suffix: string): { readonly outputs: Tensor[]; readonly last: State } {
    const weights = this.#weights(suffix);
    const gates = stepsOf(linear(x, weights.weightIh, weights.biasIh));
    const steps = Array.from({ length: x.shape[0]! }, (_, t) => t);
    const outputs = new Array<Tensor>(steps.length);
    for (const t of suffix.endsWith('Reverse') ? steps.toReversed() : steps) {
      state = this.#kind.step(gates[t]!, state, weights);
      outputs[t] = state[0]!;
    }
    return { outputs, last: state };
  }

  /** All layers; `state` and what is given back are `[layers directions, batch, size]` each. */
  protected runLayers(given: Tensor, state: State | undefined): { readonly output: Tensor; readonly state: State } {
    const single = given.ndim === 2;
    const wide = single ? given.expandDims(this.batchFirst ? 0 : 1) : given;
    this.#check(given, wide);
    let x = this.batchFirst ? wide.transpose([1, 0, 2]) : wide;
    const before = state?.map((h) => (single ? h.expandDims(1) : h)) ?? this.#zeroState(x);
    const lasts: State[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      const ways = this.#suffixes(layer).map((suffix) => {
        const own = before.map((h) => h.at(lasts.length));
        const way = this.#direction(x, own, suffix);
        lasts.push(way.last);
        return asTensor(stack(way.outputs));
      });
      x = ways.length === 1 ? ways[0]! : asTensor(concatenate(ways, -1));
      if (layer < this.numLayers - 1) x = dropout(x, { p: this.dropout, training: this.training, ...this.#draw });
    }
    const after = before.map((_, k) => asTensor(stack(lasts.map((last) => last[k]!))));
    const output = this.batchFirst ? x.transpose([1, 0, 2]) : x;
    if (!single) return { output, state: after };
    return { output: output.squeeze(this.batchFirst ? 0 : 1), state: after.map((h) => h.squeeze(1)) };
  }

  #zeroState(x: Tensor): State {
    const layers = this.numLayers * (this.bidirectional ? 2 : 1);
    const widths = [this.projSize || this.hiddenSize, this.hiddenSize];
    return Array.from({ length: this.#kind.states }, (_, k) =>
      zeros([layers, x.shape[1]!, widths[k]!], { dtype: x.dtype }),
    );
  }

  #check(given: Tensor, wide: Tensor): void {
    if (wide.ndim === 3 && wide.shape[2] === this.inputSize && wide.shape[this.batchFirst ? 1 : 0]! > 0) return;
    throw new ShapeError({
      where: this.constructor.name,
      what: 'the input does not fit',
      got: `[${given.shape.join(', ')}]`,
      expected: `${this.batchFirst ? '[batch, steps, ' : '[steps, batch, '}${this.inputSize}], with a step or more`,
    });
  }

  override extraRepr(): string {
    const text = [`${this.inputSize}, ${this.hiddenSize}`];
    if (this.projSize > 0) text.push(`${pythonName('projSize')}=${this.projSize}`);
    if (this.numLayers !== 1) text.push(`num_layers=${this.numLayers}`);
    if (!this.#bias) text.push('bias=False');
    if (this.batchFirst) text.push('batch_first=True');
    if (this.dropout !== 0) text.push(`dropout=${this.dropout}`);
    if (this.bidirectional) text.push('bidirectional=True');
    return text.join(', ');
  }
}

/** A layer whose state is one tensor `[layers directions, batch, hiddenSize]`. */
abstract class SimpleRNN extends RNNBase {
  override forward(x: Tensor, h?: Tensor): [output: Tensor, h: Tensor] {
    const { output, state } = this.runLayers(x, h && [h]);
    return [output, state[0]!];
  }
}

/** Elman's net over sequences `[steps, batch, inputSize]` → `[output, h]` (PyTorch's `nn.RNN`). @throws ArgumentError for sizes that do not fit. */
export class RNN extends SimpleRNN {
  static override readonly name: string = 'RNN';

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    super(inputSize, hiddenSize, options, elmanKind(options.nonlinearity ?? 'tanh', 'RNN'));
  }
}

/** Gated recurrent units over sequences `[steps, batch, inputSize]` → `[output, h]` (PyTorch's `nn.GRU`). @throws ArgumentError for sizes that do not fit. */
export class GRU extends SimpleRNN {
  static override readonly name: string = 'GRU';

  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(inputSize, hiddenSize, options, KINDS.GRU);
  }
}

/**
 * Long short-term memory over sequences `[steps, batch, inputSize]` → `[output, [h, c]]` (PyTorch's `nn.LSTM`).
 *
 * @throws ArgumentError for sizes that do not fit.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const [output, [h]] = new LSTM(3, 4, { numLayers: 2 })(zeros([5, 2, 3]));
 * output.shape // => [ 5, 2, 4 ]
 * h.shape // => [ 2, 2, 4 ]
 */
export class LSTM extends RNNBase {
  static override readonly name: string = 'LSTM';

  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    super(inputSize, hiddenSize, options, KINDS.LSTM);
  }

  override forward(
    x: Tensor,
    state?: readonly [h: Tensor, c: Tensor],
  ): [output: Tensor, state: [h: Tensor, c: Tensor]] {
    const { output, state: after } = this.runLayers(x, state);
    return [output, [...after] as [Tensor, Tensor]];
  }
}
