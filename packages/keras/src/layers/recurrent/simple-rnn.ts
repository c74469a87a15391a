import type { Tensor } from '@isograd/autograd';
import { reluSequence, type SequenceOptions, tanhSequence } from '@isograd/nn';
import { relu, tanh } from '../../activations.ts';
import type { SavedOptions } from '../../layer.ts';
import type { States } from './cell.ts';
import { CELL_DEFAULTS, CELL_RULES, type CellOptions, GatedCell, type Prepared } from './gated-cell.ts';
import { type Given, RNN_DEFAULTS, RNN, type RNNOptions } from './rnn.ts';

/**
 * One step of Elman's net, `activation(x kernel + h recurrentKernel + bias)`: `x` `[batch, features]`, `h` `[batch, units]`
 * (`keras.layers.SimpleRNNCell`; Elman 1990).
 *
 * @throws ArgumentError when `units` is no number of units, or a probability is none.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const [output, h] = new SimpleRNNCell(4)(zeros([2, 3]), { states: [zeros([2, 4])] });
 * output.shape // => [ 2, 4 ]
 */
export class SimpleRNNCell extends GatedCell {
  static override readonly name: string = 'SimpleRNNCell';
  static override readonly saved: SavedOptions = {
    args: ['units'],
    options: { ...CELL_DEFAULTS, seed: null },
    rules: CELL_RULES,
  };

  constructor(units: number, options: CellOptions = {}) {
    super(units, options);
  }

  get gates(): number {
    return 1;
  }

  protected override drops(rate: number): boolean {
    return rate > 0;
  }

  protected override advance(z: Tensor, [h]: States, prepared: Prepared): States {
    return [this.activation(z.add(this.recur(h!, prepared)))];
  }

  protected override advanceAll(
    z: Tensor,
    [h]: States,
    { kernels }: Prepared,
    options: SequenceOptions | undefined,
  ): readonly Tensor[] | undefined {
    const run = this.activation === tanh ? tanhSequence : this.activation === relu ? reluSequence : undefined;
    return run?.(z, h!, kernels[0]!, options);
  }
}

/** Options of {@link SimpleRNN}. */
export interface SimpleRNNOptions<R extends boolean = false> extends CellOptions, RNNOptions<R> {}

/**
 * {@link SimpleRNNCell} over the steps of sequences: `[batch, steps, features]` → `[batch, units]` (`keras.layers.SimpleRNN`).
 *
 * @throws ArgumentError as the cell does.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new SimpleRNN(4)(zeros([2, 5, 3])).shape // => [ 2, 4 ]
 */
export class SimpleRNN<R extends boolean = false> extends RNN<Given<R, readonly [Tensor, Tensor]>> {
  static override readonly name: string = 'SimpleRNN';
  static override readonly saved: SavedOptions = {
    args: ['units'],
    options: { ...RNN_DEFAULTS, ...CELL_DEFAULTS },
    rules: CELL_RULES,
  };
  declare readonly cell: SimpleRNNCell;

  constructor(units: number, options: SimpleRNNOptions<R> = {}) {
    const { dtype, trainable } = options;
    super(
      new SimpleRNNCell(units, { ...options, dtype, trainable, name: 'simple_rnn_cell' }),
      options as RNNOptions<boolean>,
    );
  }

  get units(): number {
    return this.cell.units;
  }
}
