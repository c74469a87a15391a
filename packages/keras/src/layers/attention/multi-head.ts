import { ArgumentError } from '@isograd/device';
import type { KerasShape } from '../../keras-tensor.ts';
import type { SavedOptions } from '../../layer.ts';
import { checkSize, type Heads, HEADS_DEFAULTS, HEADS_RULES, type HeadsOptions, ProjectedAttention } from './heads.ts';

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions extends HeadsOptions {
  /** Features of each head of the values; default `keyDim`. */
  readonly valueDim?: number | null;
  /** Shape of one output, behind the axes that stay; default the features of the query. */
  readonly outputShape?: number | readonly number[] | null;
  /** Axes of the query along which is attended; default all but the batch and the features. */
  readonly attentionAxes?: number | readonly number[] | null;
}

const listed = (value: number | readonly number[] | null | undefined): readonly number[] | null =>
  value === null || value === undefined ? null : typeof value === 'number' ? [value] : value;

/**
 * Attention with several heads: `query` `[batch, queries, features]`, `value` and `key` `[batch, keys, ...]` → `[batch, queries, features]`
 * (`keras.layers.MultiHeadAttention`; Vaswani et al. 2017).
 *
 * It is called with `layer(query, value)`, `layer(query, value, key)`, and options behind them; inputs may have more axes between batch and features.
 * With `returnAttentionScores` it gives a list of the output and the weights `[batch, heads, queries, keys]`.
 *
 * @throws ArgumentError for sizes that are none, or axes that the query does not have; ShapeError for inputs that do not go together.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const layer = new MultiHeadAttention(2, 4);
 * layer(zeros([3, 5, 8]), zeros([3, 7, 6])).shape // => [ 3, 5, 8 ]
 * const [, scores] = layer(zeros([3, 5, 8]), zeros([3, 7, 6]), { returnAttentionScores: true });
 * scores.shape // => [ 3, 2, 5, 7 ]
 */
export class MultiHeadAttention extends ProjectedAttention {
  static override readonly name: string = 'MultiHeadAttention';
  static override readonly saved: SavedOptions = {
    args: ['numHeads', 'keyDim'],
    options: { ...HEADS_DEFAULTS, valueDim: null, outputShape: null, attentionAxes: null },
    rules: HEADS_RULES,
  };
  readonly numHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly outputShape: readonly number[] | null;
  /** As given, or as `build` finds them. */
  attentionAxes: readonly number[] | null;

  constructor(numHeads: number, keyDim: number, options: MultiHeadAttentionOptions = {}) {
    super(options);
    // Keras hands it on to the projections alone.
    this.activityRegularizer = null;
    const where = 'MultiHeadAttention';
    this.numHeads = checkSize(numHeads, where, 'numHeads');
    this.keyDim = checkSize(keyDim, where, 'keyDim');
    this.valueDim = checkSize(options.valueDim ?? keyDim, where, 'valueDim');
    this.outputShape = listed(options.outputShape);
    this.attentionAxes = listed(options.attentionAxes);
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    const { valueDim, outputShape, attentionAxes } = this;
    return { ...this.given, valueDim, outputShape, attentionAxes };
  }

  protected override get heads(): Heads {
    const { numHeads, keyDim, valueDim } = this;
    return { queries: numHeads, keys: numHeads, keyDim, valueDim };
  }

  protected override outputFeatures(query: KerasShape): readonly number[] {
    return this.outputShape ?? [this.lastAxis(query)];
  }

  protected override attendedAxes(query: KerasShape): readonly number[] {
    const between = query.slice(1, -1).map((_, d) => d + 1);
    if (this.attentionAxes === null) return between;
    const axes = this.attentionAxes.map((axis) => (axis < 0 ? axis + query.length : axis));
    if (axes.every((axis) => between.includes(axis))) return axes;
    throw new ArgumentError({
      where: this.label,
      what: 'the query has no such axis to attend along',
      got: `attentionAxes [${this.attentionAxes.join(', ')}]`,
      expected: `some of [${between.join(', ')}]`,
    });
  }

  override build(shapes: readonly KerasShape[]): void {
    super.build(shapes);
    this.attentionAxes = this.attendedAxes(shapes[0]!);
  }

  protected override savedField(field: string): string {
    return field === 'gateDense' ? '_gateDense' : field;
  }
}
