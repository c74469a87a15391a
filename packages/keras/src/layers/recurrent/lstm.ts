import { concatenate, type Shape } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { lstmGates, lstmSequence, type SequenceOptions } from '@isograd/nn';
import { type Activation, get as getActivation } from '../../activations.ts';
import { get as getInitializer, type Initializer } from '../../initializers.ts';
import type { SavedOptions } from '../../layer.ts';
import type { States } from './cell.ts';
import { CELL_DEFAULTS, CELL_RULES, GatedCell, type GatedCellOptions, type Prepared } from './gated-cell.ts';
import { type Given, RNN, RNN_DEFAULTS, type RNNOptions } from './rnn.ts';

/** Options of {@link LSTMCell}. */
export interface LSTMCellOptions extends GatedCellOptions {
  /** Whether the bias of the forget gate starts at 1; default true (Jozefowicz et al. 2015). */
  readonly unitForgetBias?: boolean;
}

/** Options of {@link LSTMCellOptions} with their defaults, as they are saved. */
export const LSTM_DEFAULTS: Readonly<Record<string, unknown>> = {
  ...CELL_DEFAULTS,
  recurrentActivation: 'sigmoid',
  unitForgetBias: true,
  seed: null,
};

/** Gates in Keras's order, before their activations, and the carry: the output and the next carry (Hochreiter & Schmidhuber 1997; Gers et al. 2000). */
function lstmStep(
  [input, forget, candidate, output]: readonly Tensor[],
  carry: Tensor,
  activation: Activation,
  gate: Activation,
): States {
  const next = gate(forget!)
    .mul(carry)
    .add(gate(input!).mul(activation(candidate!)));
  return [gate(output!).mul(activation(next)), next];
}

/** A bias whose second quarter, that of the forget gate, is 1. */
function forgetBias(initializer: Initializer): Initializer {
  return ([length]: Shape, dtype) => {
    const units = length! / 4;
    return concatenate([
      initializer([units], dtype),
      getInitializer('ones')([units], dtype),
      initializer([2 * units], dtype),
    ]);
  };
}

/**
 * One step of long short-term memory: `x` `[batch, features]`, `states` `[h, c]` `[batch, units]` each (`keras.layers.LSTMCell`; Hochreiter & Schmidhuber 1997).
 *
 * Gates stand in the order input, forget, candidate, output in `kernel` `[features, 4 units]`, `recurrentKernel` `[units, 4 units]` and `bias` `[4 units]`.
 *
 * @throws ArgumentError when `units` is no number of units, or a probability is none.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const [output, h, c] = new LSTMCell(4)(zeros([2, 3]), { states: [zeros([2, 4]), zeros([2, 4])] });
 * c.shape // => [ 2, 4 ]
 */
export class LSTMCell extends GatedCell {
  static override readonly name: string = 'LSTMCell';
  static override readonly saved: SavedOptions = { args: ['units'], options: LSTM_DEFAULTS, rules: CELL_RULES };
  readonly recurrentActivation: Activation;
  readonly unitForgetBias: boolean;

  constructor(units: number, options: LSTMCellOptions = {}) {
    super(units, options);
    this.recurrentActivation = getActivation(
      options.recurrentActivation === undefined ? 'sigmoid' : options.recurrentActivation,
    );
    this.unitForgetBias = options.unitForgetBias ?? true;
  }

  get gates(): number {
    return 4;
  }

  override get stateSize(): readonly number[] {
    return [this.units, this.units];
  }

  protected override get biasInitializer(): Initializer {
    return this.unitForgetBias ? forgetBias(super.biasInitializer) : super.biasInitializer;
  }

  protected override advance(z: Tensor, [h, c]: States, prepared: Prepared): States {
    if (this.isFused(prepared, this.recurrentActivation)) return lstmGates(z, this.recur(h!, prepared), c!);
    return lstmStep(this.gatesOf(z, h!, prepared), c!, this.activation, this.recurrentActivation);
  }

  protected override advanceAll(
    z: Tensor,
    [h, c]: States,
    prepared: Prepared,
    options: SequenceOptions | undefined,
  ): readonly Tensor[] | undefined {
    if (!this.isFused(prepared, this.recurrentActivation)) return undefined;
    return lstmSequence(z, h!, c!, prepared.kernels[0]!, options);
  }
}

/** Options of {@link LSTM}. */
export interface LSTMOptions<R extends boolean = false> extends LSTMCellOptions, RNNOptions<R> {}

/**
 * {@link LSTMCell} over the steps of sequences: `[batch, steps, features]` → `[batch, units]` (`keras.layers.LSTM`).
 *
 * @throws ArgumentError as the cell does.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new LSTM(4)(zeros([2, 5, 3])).shape // => [ 2, 4 ]
 * const [outputs, h, c] = new LSTM(4, { returnSequences: true, returnState: true })(zeros([2, 5, 3]));
 * outputs.shape // => [ 2, 5, 4 ]
 */
export class LSTM<R extends boolean = false> extends RNN<Given<R, readonly [Tensor, Tensor, Tensor]>> {
  static override readonly name: string = 'LSTM';
  static override readonly saved: SavedOptions = {
    args: ['units'],
    options: { ...RNN_DEFAULTS, ...LSTM_DEFAULTS },
    rules: CELL_RULES,
  };
  declare readonly cell: LSTMCell;

  constructor(units: number, options: LSTMOptions<R> = {}) {
    super(new LSTMCell(units, { ...options, name: 'lstm_cell' }), options as RNNOptions<boolean>);
  }

  get units(): number {
    return this.cell.units;
  }
}
