import { ShapeError } from '@isograd/device';
import type { Shape } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { type KerasShape, showShape } from '../../keras-tensor.ts';
import type { SavedOptions } from '../../layer.ts';
import { type Lengths, Windowed, type WindowOptions } from '../spatial.ts';
import { CELL_RULES } from './gated-cell.ts';
import { LSTM_DEFAULTS, LSTMCell, type LSTMCellOptions } from './lstm.ts';
import { type Given, RNN, RNN_DEFAULTS, type RNNOptions } from './rnn.ts';

/** What of the options says how the window moves. */
type Moves = Pick<WindowOptions, 'strides' | 'padding' | 'dataFormat' | 'dilationRate'>;

/** Options of {@link ConvLSTM1D} and its like. */
export interface ConvLSTMOptions<R extends boolean = false> extends LSTMCellOptions, Moves, RNNOptions<R> {}

/** A window that is moved over one step, with kernels of whoever has it. */
class Window extends Windowed {
  static override readonly name: string = 'ConvLSTM';

  /** Moves a kernel over `[..., batch, ...step]`. */
  over(x: Tensor, kernel: Tensor): Tensor {
    const own = this.rank + 2;
    if (x.ndim === own) return this.convolve(x, kernel, null, 1);
    const y = this.convolve(x.reshape([-1, ...x.shape.slice(1 - own)]), kernel, null, 1);
    return y.reshape([...x.shape.slice(0, 1 - own), ...y.shape.slice(1)]);
  }

  /** The axis of the channels, counted from behind. */
  get channelAxis(): number {
    return this.channelsLast ? -1 : -this.rank - 1;
  }

  /** The channels of a step. @throws ShapeError where it has open lengths. */
  channels(shape: KerasShape): number {
    if (!this.lengthsOf(shape).includes(null)) return this.channelsOf(shape);
    throw new ShapeError({
      where: this.label,
      what: 'the spatial lengths of the input must be known',
      got: showShape(shape),
      expected: 'numbers, but for the batch and the steps',
    });
  }

  /** The shape of the output for that of a step. */
  outputShape(shape: KerasShape, filters: number): KerasShape {
    return this.reshaped(shape, this.outputLengths(this.lengthsOf(shape)), filters);
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

/** One step of an LSTM whose products are convolutions, of any rank: the state's with padding and without strides, so that it keeps its shape. */
class ConvLSTMCell extends LSTMCell {
  static override readonly name: string = 'ConvLSTMCell';
  readonly #input: Window;
  readonly #recurrent: Window;

  constructor(rank: number, [filters, kernelSize]: readonly [number, Lengths], options: ConvLSTMOptions<boolean>) {
    super(filters, options);
    const { dataFormat, dtype } = options;
    this.#input = new Window(rank, kernelSize, { ...options, name: 'conv_lstm_cell' });
    const kept = { padding: 'same', name: 'conv_lstm_cell', dtype, ...(dataFormat && { dataFormat }) } as const;
    this.#recurrent = new Window(rank, kernelSize, kept);
  }

  /** How the window moves over the input. */
  get window(): Pick<Windowed, 'kernelSize' | 'strides' | 'padding' | 'dataFormat' | 'dilationRate'> {
    return this.#input;
  }

  protected override kernelShapes(inputShape: KerasShape): readonly [input: Shape, recurrent: Shape] {
    const { kernelSize } = this.#input;
    return [
      [...kernelSize, this.#input.channels(inputShape)],
      [...kernelSize, this.units],
    ];
  }

  protected override times(x: Tensor, kernel: Tensor): Tensor {
    return this.#input.over(x, kernel);
  }

  protected override timesState(h: Tensor, kernel: Tensor): Tensor {
    return this.#recurrent.over(h, kernel);
  }

  protected override get gateAxis(): number {
    return this.#input.channelAxis;
  }

  protected override get dropsEach(): boolean {
    return true;
  }

  protected override checkInput(): void {}

  protected override addBias(z: Tensor, bias: Tensor): Tensor {
    return z.add(bias.reshape([-1, ...Array<number>(-this.gateAxis - 1).fill(1)]));
  }

  override computeOutputShape(stepShape: KerasShape): readonly KerasShape[] {
    const shape = this.#input.outputShape(stepShape, this.units);
    return [shape, shape, shape];
  }
}

/** An LSTM with convolutions for products, of any rank. */
abstract class ConvLSTM<R extends boolean> extends RNN<Given<R, readonly [Tensor, Tensor, Tensor]>> {
  static override readonly saved: SavedOptions = {
    args: ['filters', 'kernelSize'],
    options: {
      ...RNN_DEFAULTS,
      ...LSTM_DEFAULTS,
      strides: 1,
      padding: 'valid',
      dataFormat: 'channelsLast',
      dilationRate: 1,
    },
    rules: CELL_RULES,
  };
  declare readonly cell: ConvLSTMCell;

  constructor(rank: number, sizes: readonly [filters: number, kernelSize: Lengths], options: ConvLSTMOptions<R>) {
    super(new ConvLSTMCell(rank, sizes, { ...options, name: 'conv_lstm_cell' }), options as RNNOptions<boolean>);
  }

  get filters(): number {
    return this.cell.units;
  }

  get kernelSize(): readonly number[] {
    return this.cell.window.kernelSize;
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    const { strides, dilationRate } = this.cell.window;
    return { ...super.savedOptions(), strides, dilationRate };
  }
}

/**
 * An LSTM with convolutions for products over sequences of lines: `[batch, steps, length, channels]` → `[batch, length, filters]`
 * (`keras.layers.ConvLSTM1D`; Shi et al. 2015).
 *
 * @throws ArgumentError for sizes that are none; ShapeError for open lengths.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new ConvLSTM1D(4, 3)(zeros([2, 5, 8, 1])).shape // => [ 2, 6, 4 ]
 */
export class ConvLSTM1D<R extends boolean = false> extends ConvLSTM<R> {
  static override readonly name: string = 'ConvLSTM1D';

  constructor(filters: number, kernelSize: Lengths, options: ConvLSTMOptions<R> = {}) {
    super(1, [filters, kernelSize], options);
  }
}

/**
 * An LSTM with convolutions for products over sequences of images: `[batch, steps, rows, columns, channels]` → `[batch, rows, columns, filters]`
 * (`keras.layers.ConvLSTM2D`; Shi et al. 2015).
 *
 * @throws ArgumentError for sizes that are none; ShapeError for open lengths.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new ConvLSTM2D(4, 3, { padding: 'same', returnSequences: true })(zeros([1, 2, 8, 8, 3])).shape // => [ 1, 2, 8, 8, 4 ]
 */
export class ConvLSTM2D<R extends boolean = false> extends ConvLSTM<R> {
  static override readonly name: string = 'ConvLSTM2D';

  constructor(filters: number, kernelSize: Lengths, options: ConvLSTMOptions<R> = {}) {
    super(2, [filters, kernelSize], options);
  }
}

/**
 * An LSTM with convolutions for products over sequences of volumes: `[batch, steps, planes, rows, columns, channels]` →
 * `[batch, planes, rows, columns, filters]` (`keras.layers.ConvLSTM3D`; Shi et al. 2015).
 *
 * @throws ArgumentError for sizes that are none; ShapeError for open lengths.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new ConvLSTM3D(2, 2)(zeros([1, 2, 3, 3, 3, 1])).shape // => [ 1, 2, 2, 2, 2 ]
 */
export class ConvLSTM3D<R extends boolean = false> extends ConvLSTM<R> {
  static override readonly name: string = 'ConvLSTM3D';

  constructor(filters: number, kernelSize: Lengths, options: ConvLSTMOptions<R> = {}) {
    super(3, [filters, kernelSize], options);
  }
}
