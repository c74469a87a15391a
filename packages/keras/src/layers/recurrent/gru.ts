import { concatenate, type Shape } from '@isograd/ndarray';
import { asTensor, type Tensor, zeros } from '@isograd/autograd';
import { type SequenceOptions, updateFirstGates, updateFirstSequence } from '@isograd/nn';
import { type Activation, get as getActivation } from '../../activations.ts';
import type { SavedOptions } from '../../layer.ts';
import type { States } from './cell.ts';
import { CELL_DEFAULTS, CELL_RULES, GatedCell, type GatedCellOptions, type Prepared } from './gated-cell.ts';
import { partsOf, stepsOf } from './pieces.ts';
import { type Given, RNN, RNN_DEFAULTS, type RNNOptions } from './rnn.ts';

/** Options of {@link GRUCell}. */
export interface GRUCellOptions extends GatedCellOptions {
  /** Whether the reset gate comes after the product with the state, as in cuDNN and PyTorch, or before it, as in the first paper; default true. */
  readonly resetAfter?: boolean;
}

const GRU_DEFAULTS = { ...CELL_DEFAULTS, recurrentActivation: 'sigmoid', resetAfter: true, seed: null } as const;

/**
 * One step of gated recurrent units: `x` `[batch, features]`, `h` `[batch, units]` (`keras.layers.GRUCell`; Cho et al. 2014).
 *
 * Gates stand in the order update, reset, candidate in `kernel` `[features, 3 units]` and `recurrentKernel` `[units, 3 units]`; `bias` is `[2, 3 units]`,
 * for the input and for the state, or with `resetAfter: false` `[3 units]`.
 *
 * @throws ArgumentError when `units` is no number of units, or a probability is none.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const [output, h] = new GRUCell(4)(zeros([2, 3]), { states: [zeros([2, 4])] });
 * output.shape // => [ 2, 4 ]
 */
export class GRUCell extends GatedCell {
  static override readonly name: string = 'GRUCell';
  static override readonly saved: SavedOptions = { args: ['units'], options: GRU_DEFAULTS, rules: CELL_RULES };
  readonly recurrentActivation: Activation;
  readonly resetAfter: boolean;

  constructor(units: number, options: GRUCellOptions = {}) {
    super(units, options);
    this.recurrentActivation = getActivation(
      options.recurrentActivation === undefined ? 'sigmoid' : options.recurrentActivation,
    );
    this.resetAfter = options.resetAfter ?? true;
  }

  get gates(): number {
    return 3;
  }

  protected override get biasShape(): Shape {
    return this.resetAfter ? [2, 3 * this.units] : [3 * this.units];
  }

  protected override get biases(): readonly [input: Tensor | null, recurrent: Tensor | null] {
    if (!this.bias || !this.resetAfter) return [this.bias, null];
    return stepsOf(this.bias) as readonly [Tensor, Tensor];
  }

  protected override get apart(): boolean {
    return super.apart || !this.resetAfter;
  }

  protected override advance(z: Tensor, [h]: States, prepared: Prepared): States {
    if (this.resetAfter && this.isFused(prepared, this.recurrentActivation))
      return updateFirstGates(z, this.#inner(h!, prepared), h!);
    const [update, candidate] = this.resetAfter
      ? this.#resetAfter(z, h!, prepared)
      : this.#resetBefore(z, h!, prepared);
    // As Keras has it: n + u (h - n) rounds otherwise.
    return [update.mul(h!).add(update.rsub(1).mul(candidate))];
  }

  protected override advanceAll(
    z: Tensor,
    [h]: States,
    prepared: Prepared,
    options: SequenceOptions | undefined,
  ): readonly Tensor[] | undefined {
    if (!this.resetAfter || !this.isFused(prepared, this.recurrentActivation)) return undefined;
    const bias = prepared.recurrentBias ?? zeros([3 * this.units], { dtype: z.dtype });
    return updateFirstSequence(z, h!, prepared.kernels[0]!, bias, options);
  }

  /** The state's part of the gates, with its bias. */
  #inner(h: Tensor, prepared: Prepared): Tensor {
    const { kernels, recurrentBias } = prepared;
    const products = kernels.map((_, gate) => this.recur(h, prepared, gate));
    const product = products.length === 1 ? products[0]! : asTensor(concatenate(products, -1));
    return recurrentBias ? product.add(recurrentBias) : product;
  }

  #resetAfter(z: Tensor, h: Tensor, prepared: Prepared): readonly [update: Tensor, candidate: Tensor] {
    const inner = partsOf(this.#inner(h, prepared), 3);
    const [update, reset, candidate] = partsOf(z, 3) as readonly [Tensor, Tensor, Tensor];
    const r = this.recurrentActivation(reset.add(inner[1]!));
    return [this.recurrentActivation(update.add(inner[0]!)), this.activation(candidate.add(r.mul(inner[2]!)))];
  }

  #resetBefore(z: Tensor, h: Tensor, prepared: Prepared): readonly [update: Tensor, candidate: Tensor] {
    const [update, reset, candidate] = partsOf(z, 3) as readonly [Tensor, Tensor, Tensor];
    const u = this.recurrentActivation(update.add(this.recur(h, prepared, 0)));
    const r = this.recurrentActivation(reset.add(this.recur(h, prepared, 1)));
    const inner = prepared.factors ? h.mul(prepared.factors[2]!) : h;
    return [u, this.activation(candidate.add(r.mul(inner).matmul(prepared.kernels[2]!)))];
  }
}

/** Options of {@link GRU}. */
export interface GRUOptions<R extends boolean = false> extends GRUCellOptions, RNNOptions<R> {}

/**
 * {@link GRUCell} over the steps of sequences: `[batch, steps, features]` → `[batch, units]` (`keras.layers.GRU`).
 *
 * @throws ArgumentError as the cell does.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new GRU(4, { returnSequences: true })(zeros([2, 5, 3])).shape // => [ 2, 5, 4 ]
 */
export class GRU<R extends boolean = false> extends RNN<Given<R, readonly [Tensor, Tensor]>> {
  static override readonly name: string = 'GRU';
  static override readonly saved: SavedOptions = {
    args: ['units'],
    options: { ...RNN_DEFAULTS, ...GRU_DEFAULTS },
    rules: CELL_RULES,
  };
  declare readonly cell: GRUCell;

  constructor(units: number, options: GRUOptions<R> = {}) {
    super(new GRUCell(units, { ...options, name: 'gru_cell' }), options as RNNOptions<boolean>);
  }

  get units(): number {
    return this.cell.units;
  }
}
