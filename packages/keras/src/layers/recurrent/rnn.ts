import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { flip } from '@isograd/ndarray';
import { asTensor, noGrad, type Tensor } from '@isograd/autograd';
import { type KerasShape, showShape } from '../../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions, type ShapeOf } from '../../layer.ts';
import type { Nested } from '../../nested.ts';
import { choose, RecurrentCell, type Scanned, type States } from './cell.ts';

/** Options of {@link RNN}. */
export interface RNNOptions<R extends boolean = false> extends LayerOptions {
  /** Whether the outputs of all steps are given instead of the last one's; default false. */
  readonly returnSequences?: boolean;
  /** Whether the states behind the last step are given too, in a list behind the output; default false. */
  readonly returnState?: R;
  /** Whether the last step comes first; outputs are in the order in which they are computed. Default false. */
  readonly goBackwards?: boolean;
  /** Whether the states are kept for the next batch, sample by sample, until {@link RNN.resetState}; default false. */
  readonly stateful?: boolean;
  /** Kept for files: steps are always run one by one. Default false. */
  readonly unroll?: boolean;
  /** Whether outputs of masked steps are 0 instead of those before them; default false. */
  readonly zeroOutputForMask?: boolean;
}

/** Options of {@link RNNOptions} with their defaults, as they are saved. */
export const RNN_DEFAULTS = {
  returnSequences: false,
  returnState: false,
  goBackwards: false,
  stateful: false,
  unroll: false,
  zeroOutputForMask: false,
} as const;

/** What a recurrent layer is told with its input. */
export interface RecurrentCall extends CallOptions {
  /** States before the first step; default zeros, or with `stateful` those behind the batch before. */
  readonly initialState?: NDArray | readonly NDArray[] | undefined;
}

/** What a recurrent layer gives: the output, or a list with the states behind it. */
export type Given<R extends boolean, All extends readonly Tensor[]> = [R] extends [true] ? All : Tensor;

/** Calls with values take states too. */
export interface RNN<Out extends Nested<Tensor> = Tensor> {
  (inputs: NDArray, options?: Partial<RecurrentCall>): Out;
}

/**
 * A cell over the steps of sequences: `[batch, steps, ...]` → its last output `[batch, units]`, or `[batch, steps, units]` (`keras.layers.RNN`).
 *
 * A mask `[batch, steps]` says which steps count: at others samples keep their states.
 *
 * @throws ArgumentError for something that is no cell; ShapeError where `stateful` and the number of samples is open or another than before.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const rnn = new layers.RNN(new layers.LSTMCell(4), { returnSequences: true });
 * rnn(zeros([2, 5, 3])).shape // => [ 2, 5, 4 ]
 */
export class RNN<Out extends Nested<Tensor> = Tensor> extends Layer<Tensor, Out> {
  static override readonly name: string = 'RNN';
  static override readonly saved: SavedOptions = { args: ['cell'], options: RNN_DEFAULTS };
  readonly cell: RecurrentCell;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly stateful: boolean;
  readonly unroll: boolean;
  zeroOutputForMask: boolean;
  /** With `stateful` the states behind the latest batch. */
  states: States | null = null;

  constructor(cell: RecurrentCell, options: RNNOptions<boolean> = {}) {
    super(options);
    if (!(cell instanceof RecurrentCell))
      throw new ArgumentError({
        where: this.constructor.name,
        what: 'not a cell',
        got: typeof cell === 'function' ? 'a class: is new missing?' : typeof cell,
        expected: 'a RecurrentCell',
        hint: 'new layers.RNN(new layers.LSTMCell(4))',
      });
    this.cell = cell;
    this.returnSequences = options.returnSequences ?? false;
    this.returnState = options.returnState ?? false;
    this.goBackwards = options.goBackwards ?? false;
    this.stateful = options.stateful ?? false;
    this.unroll = options.unroll ?? false;
    this.zeroOutputForMask = options.zeroOutputForMask ?? false;
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    return { ...this.given, zeroOutputForMask: this.zeroOutputForMask };
  }

  /** The shape of one step of sequences `[batch, steps, ...]`. */
  #stepShape(shape: KerasShape): KerasShape {
    if (shape.length > 2) return [shape[0]!, ...shape.slice(2)];
    throw new ShapeError({
      where: this.label,
      what: 'the input is no batch of sequences',
      got: showShape(shape),
      expected: '[batch, steps, features]',
      hint: 'give each sample an axis of steps: reshape([batch, -1, features])?',
    });
  }

  override build(inputShape: KerasShape): void {
    const step = this.#stepShape(inputShape);
    this.cell.ensureBuilt(step);
    if (!this.stateful) return;
    if (step.includes(null))
      throw new ShapeError({
        where: this.label,
        what: 'with stateful the number of samples must be known',
        got: showShape(inputShape),
        expected: '[batch, steps, features] with numbers',
        hint: 'Input({ shape, batchSize: 32 })',
      });
    this.states = this.cell.getInitialState(step);
  }

  override computeMask(_x: Tensor, mask?: NDArray): NDArray | null {
    return (this.returnSequences && mask) || null;
  }

  /** Sets the states that `stateful` keeps to 0 (`reset_state`). */
  resetState(): void {
    noGrad(() => this.states?.forEach((state) => state.fill_(0)));
  }

  /** Other name of {@link resetState}. */
  resetStates(): void {
    this.resetState();
  }

  override computeOutputShape(inputShape: KerasShape): ShapeOf<Out> {
    const [output, ...states] = this.cell.computeOutputShape(this.#stepShape(inputShape));
    const [batch, ...rest] = output!;
    const whole = this.returnSequences ? [batch!, inputShape[1]!, ...rest] : output!;
    return (this.returnState ? [whole, ...states] : whole) as ShapeOf<Nested<Tensor>> as ShapeOf<Out>;
  }

  override call(x: Tensor, { training, mask, initialState }: RecurrentCall): Out {
    const step = this.#stepShape(x.shape);
    if (x.shape[1] === 0)
      throw new ShapeError({
        where: this.label,
        what: 'there is no step',
        got: showShape(x.shape),
        expected: 'one step or more',
      });
    const first = this.#firstStates(step, initialState);
    const order = (t: Tensor): Tensor => asTensor(this.goBackwards ? flip(t, 0) : t);
    const bools = mask && order(asTensor(mask).astype('bool').transpose([1, 0]));
    const steps = order(x.transpose([1, 0, ...step.slice(1).map((_, d) => d + 2)]));
    const ran = this.cell.scan(steps, first, { training, mask: bools });
    this.#keep(ran.states);
    const output = this.#output(ran, bools);
    return (this.returnState ? [output, ...ran.states] : output) as Out;
  }

  #firstStates(step: KerasShape, given: RecurrentCall['initialState']): States {
    const list = given && (Array.isArray(given) ? (given as readonly NDArray[]) : [given as NDArray]);
    // A copy: what is kept is overwritten at the end, while backward still needs what was there.
    return this.cell.readStates(list ?? this.states?.map((state) => state.clone()), step);
  }

  #keep(after: States): void {
    if (this.states) noGrad(() => this.states!.forEach((state, i) => state.copy_(after[i]!)));
  }

  #output({ outputs }: Scanned, mask: Tensor | undefined): Tensor {
    const zeroing = this.zeroOutputForMask ? mask : undefined;
    if (!this.returnSequences) return zeroing ? choose(zeroing.at(-1), outputs.last, 0) : outputs.last;
    const all = zeroing ? choose(zeroing, outputs.all(), 0) : outputs.all();
    return all.transpose([1, 0, ...all.shape.slice(2).map((_, d) => d + 2)]);
  }
}
