import { ArgumentError, type DType, ShapeError } from '@isograd/device';
import { arange, array, concatenate, type NDArray, stack } from '@isograd/ndarray';
import { asTensor, type Draw, type Tensor, zeros } from '@isograd/autograd';
import { dropout } from './functional/dropout.ts';
import { linear } from './functional/linear.ts';
import { LibraryModule } from './library-module.ts';
import { PackedSequence } from './packed-sequence.ts';
import { Parameter } from './parameter.ts';
import { pythonName } from './python-text.ts';
import {
  type CellOptions,
  elmanKind,
  type Kind,
  KINDS,
  reset,
  type RNNNonlinearity,
  type State,
  type Weights,
} from './recurrent-cells.ts';

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

/** What one direction of a layer gives: its outputs, and the state after its last step. */
interface Way {
  readonly output: Tensor;
  readonly last: State;
}

/** What all layers give. */
interface Layers {
  readonly output: Tensor;
  readonly state: State;
}

/** Where parts of these lengths end, but for the last: 2, 3, 1 → 2, 5. */
function cumulated(sizes: readonly number[]): number[] {
  let sum = 0;
  return sizes.slice(0, -1).map((n) => (sum += n));
}

/** Where rows of padded steps stand among packed ones (padding reads the first), where packed ones stand among padded, and which are no padding, `[steps, batch]`. */
function placesOf(sizes: readonly number[]): Readonly<Record<'padded' | 'packed' | 'mask', NDArray>> {
  const batch = sizes[0]!;
  const padded = new BigInt64Array(sizes.length * batch);
  const packed: bigint[] = [];
  sizes.forEach((size, t) => {
    for (let b = 0; b < size; b++) {
      padded[t * batch + b] = BigInt(packed.length);
      packed.push(BigInt(t * batch + b));
    }
  });
  const mask = array(sizes).expandDims(1).greater(arange(batch));
  return { padded: array(padded), packed: array(BigInt64Array.from(packed)), mask };
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

  /** One layer in one direction over `[steps, batch, features]`, whose steps a mask may leave out: one op, or with projections step by step. */
  #direction(x: Tensor, state: State, suffix: string, mask?: NDArray): Way {
    if (this.projSize > 0) {
      const [steps, batch] = x.shape as readonly [number, number];
      const rows = x.reshape([steps * batch, x.shape[2]!]);
      const { output, last } = this.#stepByStep(rows, state, suffix, new Array<number>(steps).fill(batch));
      return { output: output.reshape([steps, batch, this.projSize]), last };
    }
    const options = { reverse: suffix.endsWith('Reverse'), ...(mask && { mask }) };
    const [output, ...last] = this.#kind.run(x, state, this.#weights(suffix), options);
    return { output: output!, last };
  }

  /** One layer in one direction over packed steps, by way of padded ones. */
  #packedDirection(x: Tensor, state: State, suffix: string, sizes: readonly number[]): Way {
    if (this.projSize > 0) return this.#stepByStep(x, state, suffix, sizes);
    const { padded, packed, mask } = placesOf(sizes);
    const wide = x.take(padded, 0).reshape([...mask.shape, x.shape[1]!]);
    const { output, last } = this.#direction(wide, state, suffix, mask);
    return { output: output.reshape([padded.size, this.hiddenSize]).take(packed, 0), last };
  }

  /** The same step by step, each with as many rows as sequences go on. */
  #stepByStep(x: Tensor, state: State, suffix: string, sizes: readonly number[]): Way {
    const weights = this.#weights(suffix);
    const rows = linear(x, weights.weightIh, weights.biasIh).split(cumulated(sizes)) as Tensor[];
    const reverse = suffix.endsWith('Reverse');
    const [initial, ended] = [state, [] as State[]];
    const outputs = new Array<Tensor>(sizes.length);
    let now = initial.map((h) => h.at(`:${reverse ? sizes.at(-1)! : sizes[0]!}`));
    for (let i = 0; i < sizes.length; i++) {
      const t = reverse ? sizes.length - 1 - i : i;
      const [size, before] = [sizes[t]!, now[0]!.shape[0]!];
      // Backwards shorter sequences join as their ends come; forwards they leave.
      if (size > before) now = now.map((h, k) => asTensor(concatenate([h, initial[k]!.at(`${before}:${size}`)])));
      if (size < before) {
        ended.unshift(now.map((h) => h.at(`${size}:`)));
        now = now.map((h) => h.at(`:${size}`));
      }
      now = [...this.#kind.step(rows[t]!, now, weights)];
      outputs[t] = now[0]!;
    }
    const last = now.map((h, k) => asTensor(concatenate([h, ...ended.map((states) => states[k]!)])));
    return { output: asTensor(concatenate(outputs)), last };
  }

  /** All layers over whatever one direction of one reads. */
  #layers(x: Tensor, before: State, run: (x: Tensor, state: State, suffix: string) => Way): Layers {
    const lasts: State[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      const ways = this.#suffixes(layer).map((suffix) => {
        const own = before.map((h) => h.at(lasts.length));
        const way = run(x, own, suffix);
        lasts.push(way.last);
        return way.output;
      });
      x = ways.length === 1 ? ways[0]! : asTensor(concatenate(ways, -1));
      if (layer < this.numLayers - 1) x = dropout(x, { p: this.dropout, training: this.training, ...this.#draw });
    }
    return { output: x, state: before.map((_, k) => asTensor(stack(lasts.map((last) => last[k]!)))) };
  }

  /** All layers; `state` and what is given back are `[layers directions, batch, size]` each. */
  #runPadded(given: Tensor, state: State | undefined): Layers {
    const single = given.ndim === 2;
    const wide = single ? given.expandDims(this.batchFirst ? 0 : 1) : given;
    this.#check(given, wide);
    const x = this.batchFirst ? wide.transpose([1, 0, 2]) : wide;
    const before = state?.map((h) => (single ? h.expandDims(1) : h)) ?? this.#zeroState(x, x.shape[1]!);
    const { output: steps, state: after } = this.#layers(x, before, (...args) => this.#direction(...args));
    const output = this.batchFirst ? steps.transpose([1, 0, 2]) : steps;
    if (!single) return { output, state: after };
    return { output: output.squeeze(this.batchFirst ? 0 : 1), state: after.map((h) => h.squeeze(1)) };
  }

  /** All layers over padded or packed steps; what is given back is of the same kind. */
  protected run<X extends Tensor | PackedSequence>(
    x: X,
    state: State | undefined,
  ): { readonly output: X; readonly state: State } {
    const found = x instanceof PackedSequence ? this.#runPacked(x, state) : this.#runPadded(x, state);
    return found as { readonly output: X; readonly state: State };
  }

  /** All layers over a packed sequence; states stand in the order of the sequences before they were sorted. */
  #runPacked(
    { data, batchSizes, sortedIndices, unsortedIndices }: PackedSequence,
    state: State | undefined,
  ): { readonly output: PackedSequence; readonly state: State } {
    this.#checkPacked(data);
    const sizes = Array.from(batchSizes.data, Number);
    const sorted = sortedIndices ? state?.map((h) => h.take(sortedIndices, 1)) : state;
    const before = sorted ?? this.#zeroState(data, sizes[0]!);
    const found = this.#layers(data, before, (...args) => this.#packedDirection(...args, sizes));
    return {
      output: new PackedSequence(found.output, batchSizes, sortedIndices, unsortedIndices),
      state: unsortedIndices ? found.state.map((h) => h.take(unsortedIndices, 1)) : found.state,
    };
  }

  #zeroState(x: Tensor, batch: number): State {
    const layers = this.numLayers * (this.bidirectional ? 2 : 1);
    const widths = [this.projSize || this.hiddenSize, this.hiddenSize];
    return Array.from({ length: this.#kind.states }, (_, k) => zeros([layers, batch, widths[k]!], { dtype: x.dtype }));
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

  #checkPacked(data: Tensor): void {
    if (data.ndim === 2 && data.shape[1] === this.inputSize) return;
    throw new ShapeError({
      where: this.constructor.name,
      what: 'the packed input does not fit',
      got: `[${data.shape.join(', ')}]`,
      expected: `[rows, ${this.inputSize}]`,
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

/** Calls as `forward` takes them. */
interface SimpleRNN {
  (x: PackedSequence, h?: Tensor): [output: PackedSequence, h: Tensor];
  (x: Tensor, h?: Tensor): [output: Tensor, h: Tensor];
}

/** A layer whose state is one tensor `[layers directions, batch, hiddenSize]`. */
abstract class SimpleRNN extends RNNBase {
  override forward(x: PackedSequence, h?: Tensor): [output: PackedSequence, h: Tensor];
  override forward(x: Tensor, h?: Tensor): [output: Tensor, h: Tensor];
  override forward(x: Tensor | PackedSequence, h?: Tensor): [output: Tensor | PackedSequence, h: Tensor] {
    const { output, state } = this.run(x, h && [h]);
    return [output, state[0]!];
  }
}

/** Elman's net over sequences `[steps, batch, inputSize]`, or packed ones, → `[output, h]` (PyTorch's `nn.RNN`). @throws ArgumentError for sizes that do not fit. */
export class RNN extends SimpleRNN {
  static override readonly name: string = 'RNN';

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    super(inputSize, hiddenSize, options, elmanKind(options.nonlinearity ?? 'tanh', 'RNN'));
  }
}

/** Gated recurrent units over sequences `[steps, batch, inputSize]`, or packed ones, → `[output, h]` (PyTorch's `nn.GRU`). @throws ArgumentError for sizes that do not fit. */
export class GRU extends SimpleRNN {
  static override readonly name: string = 'GRU';

  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(inputSize, hiddenSize, options, KINDS.GRU);
  }
}

type LSTMState = readonly [h: Tensor, c: Tensor];

/** Calls as `forward` takes them. */
export interface LSTM {
  (x: PackedSequence, state?: LSTMState): [output: PackedSequence, state: [h: Tensor, c: Tensor]];
  (x: Tensor, state?: LSTMState): [output: Tensor, state: [h: Tensor, c: Tensor]];
}

/**
 * Long short-term memory over sequences `[steps, batch, inputSize]`, or packed ones, → `[output, [h, c]]` (PyTorch's `nn.LSTM`).
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

  override forward(x: PackedSequence, state?: LSTMState): [output: PackedSequence, state: [h: Tensor, c: Tensor]];
  override forward(x: Tensor, state?: LSTMState): [output: Tensor, state: [h: Tensor, c: Tensor]];
  override forward(
    x: Tensor | PackedSequence,
    state?: LSTMState,
  ): [output: Tensor | PackedSequence, state: [h: Tensor, c: Tensor]] {
    const { output, state: after } = this.run(x, state);
    return [output, [...after] as [Tensor, Tensor]];
  }
}
