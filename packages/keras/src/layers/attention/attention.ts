import { ArgumentError } from '@isograd/device';
import { type NDArray, type RandomState, where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { get as getInitializer } from '../../initializers.ts';
import { type KerasShape, type KerasTensor, showShape } from '../../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../../layer.ts';
import { defaultSeed, randomState } from '../../session.ts';
import { checkProbability, dropoutFactors } from '../seeded.ts';
import { both, bools, causal } from './masks.ts';

/** Options of {@link AdditiveAttention}. */
export interface AdditiveAttentionOptions extends LayerOptions {
  /** Whether the scores have a learned factor; default false, of additive attention true. */
  readonly useScale?: boolean;
  /** Probability with which weights are dropped while training; default 0. */
  readonly dropout?: number;
}

/** Options of {@link Attention}. */
export interface AttentionOptions extends AdditiveAttentionOptions {
  /** Products of queries and keys, or sums of the tanh of theirs; default `dot`. */
  readonly scoreMode?: 'dot' | 'concat';
  /** Seed of the dropout; default the shared generator, see {@link setRandomSeed}. */
  readonly seed?: number | null;
}

/** What an attention layer is told with its inputs. */
export interface ScoresCall extends CallOptions<readonly Tensor[]> {
  /** Whether the weights are given too, in a list behind the output; default false. */
  readonly returnAttentionScores?: boolean;
  /** Whether a place sees those up to its own only; default false. */
  readonly useCausalMask?: boolean;
}

/** What a call gives: the output, or with `returnAttentionScores` a list of it and the weights. */
export type WithScores<C> = C extends { readonly returnAttentionScores: true } ? readonly [Tensor, Tensor] : Tensor;

/** The symbolic counterpart of {@link WithScores}. */
export type SymbolWithScores<C> = C extends { readonly returnAttentionScores: true }
  ? readonly [KerasTensor, KerasTensor]
  : KerasTensor;

/** Calls say whether the weights are given. */
export interface Attention {
  <C extends Partial<ScoresCall>>(inputs: readonly NDArray[], options: C): WithScores<C>;
  <C extends Partial<ScoresCall>>(inputs: readonly KerasTensor[], options: C): SymbolWithScores<C>;
}

/**
 * Attention with dot products, `softmax(query keyᵀ) value`, of `[query, value]` or `[query, value, key]`: `query` `[batch, queries, features]`,
 * `value` `[batch, keys, values]`, `key` `[batch, keys, features]` → `[batch, queries, values]` (`keras.layers.Attention`; Luong et al. 2015).
 *
 * Masks are `[query mask, value mask]`, `[batch, queries]` and `[batch, keys]`; outputs of masked queries are 0.
 *
 * @throws ArgumentError for inputs that are no list of two or three, or an unknown `scoreMode`.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new layers.Attention()([zeros([2, 3, 4]), zeros([2, 5, 4])]).shape // => [ 2, 3, 4 ]
 * const [, scores] = new layers.Attention()([zeros([2, 3, 4]), zeros([2, 5, 4])], { returnAttentionScores: true });
 * scores.shape // => [ 2, 3, 5 ]
 */
export class Attention extends Layer<readonly Tensor[], Tensor> {
  static override readonly name: string = 'Attention';
  static override readonly saved: SavedOptions = {
    options: { useScale: false, scoreMode: 'dot', dropout: 0, seed: null },
  };
  readonly useScale: boolean;
  readonly scoreMode: 'dot' | 'concat';
  readonly dropout: number;
  /** Made by `build`; `null` without `useScale`. */
  scale: Tensor | null = null;
  /** Made by `build`; `null` unless `scoreMode` is `concat`. */
  concatScoreWeight: Tensor | null = null;
  readonly #state: RandomState | undefined;

  constructor(options: AttentionOptions = {}) {
    super(options);
    const where = this.constructor.name;
    const { scoreMode = 'dot', seed } = options;
    if (scoreMode !== 'dot' && scoreMode !== 'concat')
      throw new ArgumentError({ where, what: 'unknown scoreMode', got: String(scoreMode), expected: 'dot or concat' });
    this.useScale = options.useScale ?? false;
    this.scoreMode = scoreMode;
    this.dropout = checkProbability(options.dropout ?? 0, where, 'dropout');
    this.#state = typeof seed === 'number' ? randomState(seed) : undefined;
    // Keras draws a seed here; without it weights that are made later would not be Keras's.
    if (this.dropout > 0 && !this.#state) defaultSeed();
  }

  override get generators(): readonly RandomState[] {
    return this.#state ? [this.#state, ...super.generators] : super.generators;
  }

  #check(shapes: readonly KerasShape[]): void {
    if (Array.isArray(shapes[0]) && (shapes.length === 2 || shapes.length === 3)) return;
    throw new ArgumentError({
      where: this.label,
      what: 'takes a list of two or three inputs',
      got: Array.isArray(shapes[0]) ? `${shapes.length} inputs` : 'one input',
      expected: '[query, value] or [query, value, key]',
    });
  }

  override build(shapes: readonly KerasShape[]): void {
    this.#check(shapes);
    const one = getInitializer('ones');
    if (this.useScale) this.scale = this.makeScale(shapes[0]!);
    if (this.scoreMode === 'concat') this.concatScoreWeight = this.addWeight('concatScoreWeight', [], one);
  }

  protected makeScale(_query: KerasShape): Tensor {
    return this.addWeight('scale', [], getInitializer('ones'));
  }

  /** How much each query has of each key, `[batch, queries, keys]`, before softmax. */
  protected scores(query: Tensor, key: Tensor): Tensor {
    if (this.scoreMode === 'dot') {
      const products = query.matmul(key.mT);
      return this.scale ? products.mul(this.scale) : products;
    }
    const sums = query.expandDims(-2).add(key.expandDims(-3));
    return (this.scale ? sums.mul(this.scale) : sums).tanh().sum(-1).mul(this.concatScoreWeight!);
  }

  override call(inputs: readonly Tensor[], options: ScoresCall): Tensor {
    this.#check(inputs.map((x) => x.shape));
    const [query, value, key = value] = inputs as readonly [Tensor, Tensor, Tensor?];
    const [queryMask, valueMask] = (options.mask ?? []).map(bools);
    const scores = this.scores(query, key);
    const order = options.useCausalMask ? causal(scores.shape.at(-2)!, scores.shape.at(-1)!) : undefined;
    const allowed = both(valueMask?.expandDims(-2), order);
    // Not -Infinity: where no key is allowed Keras takes all alike.
    const weights = (allowed ? asTensor(where(allowed, scores, scores.sub(1e9))) : scores).softmax(-1);
    const y = this.#drop(weights, options.training).matmul(value);
    const output = queryMask ? asTensor(where(queryMask.expandDims(-1), y, 0)) : y;
    return (options.returnAttentionScores ? [output, weights] : output) as Tensor;
  }

  #drop(weights: Tensor, training: boolean): Tensor {
    if (!training || this.dropout === 0) return weights;
    return weights.mul(dropoutFactors(this.#state ?? randomState(), this.dropout, weights.shape, weights.dtype));
  }

  override computeMask(_inputs: readonly Tensor[], masks?: readonly (NDArray | null)[]): NDArray | null {
    return masks?.[0] ?? null;
  }

  override computeOutputShape(
    shapes: readonly KerasShape[],
    { returnAttentionScores = false }: Partial<ScoresCall> = {},
  ): KerasShape {
    this.#check(shapes);
    const [query, value, key = value] = shapes as readonly [KerasShape, KerasShape, KerasShape?];
    const output = [...query.slice(0, -1), value.at(-1)!];
    const all = [output, [...query.slice(0, -1), key.at(-2)!]];
    return (returnAttentionScores ? all : output) as KerasShape;
  }
}

/**
 * Attention with sums, `softmax(Σ scale tanh(query + key)) value`, of `[query, value]` or `[query, value, key]`: `query` `[batch, queries, features]`,
 * `value` `[batch, keys, values]`, `key` `[batch, keys, features]` → `[batch, queries, values]` (`keras.layers.AdditiveAttention`; Bahdanau et al. 2014).
 *
 * Masks are those of {@link Attention}.
 *
 * @throws ArgumentError for inputs that are no list of two or three.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new AdditiveAttention()([zeros([2, 3, 4]), zeros([2, 5, 4])]).shape // => [ 2, 3, 4 ]
 */
export class AdditiveAttention extends Attention {
  static override readonly name: string = 'AdditiveAttention';
  static override readonly saved: SavedOptions = { options: { useScale: true, dropout: 0, seed: null } };

  constructor(options: AdditiveAttentionOptions & Pick<AttentionOptions, 'seed'> = {}) {
    super({ ...options, useScale: options.useScale ?? true });
  }

  protected override makeScale(query: KerasShape): Tensor {
    const features = query.at(-1);
    if (typeof features === 'number') return this.addWeight('scale', [features], getInitializer('glorotUniform'));
    throw new ArgumentError({
      where: this.label,
      what: 'the last axis of the query must be known',
      got: showShape(query),
      expected: '[batch, queries, features]',
    });
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    const sums = query.expandDims(-2).add(key.expandDims(-3)).tanh();
    return (this.scale ? sums.mul(this.scale) : sums).sum(-1);
  }
}
