import { ArgumentError, ShapeError } from '@isograd/device';
import { type KerasShape, showShape } from '../../keras-tensor.ts';
import type { SavedOptions } from '../../layer.ts';
import { checkSize, type Heads, HEADS_DEFAULTS, HEADS_RULES, type HeadsOptions, ProjectedAttention } from './heads.ts';

/**
 * Attention whose heads of queries share heads of keys and values: `query` `[batch, queries, features]`, `value` and `key` `[batch, keys, features]` →
 * `[batch, queries, features]` (`keras.layers.GroupQueryAttention`; Ainslie et al. 2023).
 *
 * It is called as {@link MultiHeadAttention}.
 *
 * @throws ArgumentError for sizes that are none, or heads that cannot be shared; ShapeError for inputs that do not go together.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const layer = new GroupQueryAttention(4, 6, 2);
 * layer(zeros([3, 5, 8]), zeros([3, 7, 8])).shape // => [ 3, 5, 8 ]
 * layer.keyDense.kernel.shape // => [ 8, 2, 4 ]
 */
export class GroupQueryAttention extends ProjectedAttention {
  // Keras's own name of the class, from which names of layers and places in files are made.
  static override readonly name: string = 'GroupedQueryAttention';
  static override readonly saved: SavedOptions = {
    args: ['headDim', 'numQueryHeads', 'numKeyValueHeads'],
    options: HEADS_DEFAULTS,
    rules: HEADS_RULES,
    className: 'GroupQueryAttention',
  };
  readonly headDim: number;
  readonly numQueryHeads: number;
  readonly numKeyValueHeads: number;

  constructor(headDim: number, numQueryHeads: number, numKeyValueHeads: number, options: HeadsOptions = {}) {
    super(options);
    const where = 'GroupQueryAttention';
    this.headDim = checkSize(headDim, where, 'headDim');
    this.numQueryHeads = checkSize(numQueryHeads, where, 'numQueryHeads');
    this.numKeyValueHeads = checkSize(numKeyValueHeads, where, 'numKeyValueHeads');
    if (numQueryHeads % numKeyValueHeads !== 0)
      throw new ArgumentError({
        where,
        what: 'the heads of the queries cannot share those of the keys',
        got: `${numQueryHeads} and ${numKeyValueHeads}`,
        expected: 'a multiple',
      });
  }

  protected override get heads(): Heads {
    const { numQueryHeads: queries, numKeyValueHeads: keys, headDim } = this;
    return { queries, keys, keyDim: headDim, valueDim: headDim };
  }

  protected override outputFeatures(query: KerasShape): readonly number[] {
    return [this.lastAxis(query)];
  }

  protected override attendedAxes(query: KerasShape): readonly number[] {
    if (query.length === 3) return [1];
    throw new ShapeError({
      where: this.label,
      what: 'wrong number of axes',
      got: showShape(query),
      expected: '[batch, queries, features]',
    });
  }

  protected override savedField(field: string): string {
    return `_${field}`;
  }
}
