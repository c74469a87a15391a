import { ArgumentError, type DType, ShapeError } from '@isograd/device';
import { type Draw, type Tensor, zeros } from '@isograd/autograd';
import { linear } from './functional/linear.ts';
import { uniform_ } from './init.ts';
import { LibraryModule } from './library-module.ts';
import { gruGates, lstmGates } from './ops/gated-cells.ts';
import { gruSequence, lstmSequence, reluSequence, type SequenceOptions, tanhSequence } from './ops/sequences.ts';
import { Parameter } from './parameter.ts';

/** Parameters of one layer in one direction. */
export interface Weights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
  readonly weightHr?: Tensor | undefined;
}

/** What is carried from step to step; the first is the output. */
export type State = readonly Tensor[];

/** One step: `gates` are the input's part of all gates, `[batch, gates hidden]`. */
export type Step = (gates: Tensor, state: State, weights: Weights) => State;

/** What kinds of cell differ in. */
export interface Kind {
  /** Numbers of gates, and of tensors that are carried. */
  readonly gates: number;
  readonly states: number;
  readonly step: Step;
  /** All steps of `[steps, batch, features]` at once: the outputs, and the state behind the last. */
  readonly run: (x: Tensor, state: State, weights: Weights, options: SequenceOptions) => readonly Tensor[];
}

/** The input's part of all steps, where both biases may be added to it. */
const both = (x: Tensor, { weightIh, biasIh, biasHh }: Weights): Tensor =>
  linear(x, weightIh, biasIh && biasIh.add(biasHh!));

const recur = (h: Tensor, { weightHh, biasHh }: Weights): Tensor => linear(h, weightHh, biasHh);

const elman = (act: (x: Tensor) => Tensor, sequence: typeof tanhSequence): Kind => ({
  gates: 1,
  states: 1,
  step: (gates, [h], weights) => [act(gates.add(recur(h!, weights)))],
  run: (x, [h], weights, options) => sequence(both(x, weights), h!, weights.weightHh.t(), options),
});

const LSTM_KIND: Kind = {
  gates: 4,
  states: 2,
  step: (gates, [h, c], weights) => {
    const [hidden, cell] = lstmGates(gates, recur(h!, weights), c!) as [Tensor, Tensor];
    return [weights.weightHr ? linear(hidden, weights.weightHr) : hidden, cell];
  },
  run: (x, [h, c], weights, options) => lstmSequence(both(x, weights), h!, c!, weights.weightHh.t(), options),
};

const GRU_KIND: Kind = {
  gates: 3,
  states: 1,
  step: (gates, [h], weights) => gruGates(gates, recur(h!, weights), h!),
  run: (x, [h], { weightIh, weightHh, biasIh, biasHh }, options) =>
    gruSequence(
      linear(x, weightIh, biasIh),
      h!,
      weightHh.t(),
      biasHh ?? zeros([weightHh.shape[0]!], { dtype: weightHh.dtype }),
      options,
    ),
};

/** The kinds of cell by PyTorch's names. */
export const KINDS: Readonly<Record<'RNN_TANH' | 'RNN_RELU' | 'LSTM' | 'GRU', Kind>> = {
  RNN_TANH: elman((x) => x.tanh(), tanhSequence),
  RNN_RELU: elman((x) => x.relu(), reluSequence),
  LSTM: LSTM_KIND,
  GRU: GRU_KIND,
};

/** Function behind the sum in an Elman net. */
export type RNNNonlinearity = 'tanh' | 'relu';

/** The kind of an Elman net. @throws ArgumentError for an unknown function. */
export const elmanKind = (nonlinearity: RNNNonlinearity, where: string): Kind => {
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
export function reset(parameters: readonly Tensor[], hiddenSize: number, draw: Draw): void {
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
