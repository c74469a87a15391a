import { ArgumentError, type DType, ShapeError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { floatx, type FloatDType } from '../../config.ts';
import { type KerasShape, showShape } from '../../keras-tensor.ts';
import type { LayerOptions, SavedOptions } from '../../layer.ts';
import { type CategoryMode, checkCount, checkMode, encodeCategories } from './categories.ts';
import { fingerprint64, fingerprintCat64, sipHash } from './string-hashes.ts';
import { saltOf, TextLayer, type Token, type Tokens, tokensOf } from './strings.ts';

const UTF8 = /* @__PURE__ */ new TextEncoder();

/** The bucket of a text: TensorFlow's `to_hash_bucket_fast`, or `to_hash_bucket_strong` with a key. */
export function bucketOf(token: Token, buckets: number, key: readonly [number, number] | null): number {
  const bytes = UTF8.encode(String(token));
  const hash = key ? sipHash(bytes, [BigInt(key[0]), BigInt(key[1])]) : fingerprint64(bytes);
  return Number(hash % BigInt(buckets));
}

/** Options of {@link Hashing}. */
export interface HashingOptions extends Pick<LayerOptions, 'name' | 'trainable'> {
  /** A text or a number that is always in bin 0, where nothing else then is; default none. */
  readonly maskValue?: Token | null;
  /** Key of SipHash, one number or two; default FarmHash without a key. */
  readonly salt?: number | readonly [number, number] | null;
  /** Default `int`. */
  readonly outputMode?: CategoryMode;
  /** Default int64 with `int`, {@link floatx} else. */
  readonly dtype?: 'int32' | 'int64' | FloatDType;
}

/**
 * Texts or whole numbers as numbers of bins, by a hash that is TensorFlow's bit for bit (`keras.layers.Hashing`).
 *
 * @throws ArgumentError when numBins or salt is none, or for another mode.
 * @example
 * new Hashing(3)([['A'], ['B'], ['C'], ['D'], ['E']]).tolist() // => [ [ 1 ], [ 0 ], [ 1 ], [ 1 ], [ 2 ] ]
 * new Hashing(3, { salt: [133, 137] })([['A'], ['B'], ['C'], ['D'], ['E']]).tolist() // => [ [ 1 ], [ 2 ], [ 1 ], [ 0 ], [ 2 ] ]
 */
export class Hashing extends TextLayer<Tensor> {
  static override readonly name: string = 'Hashing';
  static override readonly saved: SavedOptions = {
    args: ['numBins'],
    options: { salt: null, maskValue: null, outputMode: 'int', sparse: false },
  };
  readonly numBins: number;
  readonly maskValue: Token | null;
  readonly salt: readonly [number, number] | null;
  readonly outputMode: CategoryMode;
  readonly #dtype: DType;

  constructor(numBins: number, options: HashingOptions = {}) {
    const { dtype, ...rest } = options;
    super(rest);
    this.numBins = checkCount(numBins, 'Hashing', 'numBins');
    this.maskValue = options.maskValue ?? null;
    this.salt = saltOf(options.salt, 'Hashing');
    this.outputMode = checkMode(options.outputMode ?? 'int', ['int', 'oneHot', 'multiHot', 'count'], 'Hashing');
    this.#dtype = dtype ?? (this.outputMode === 'int' ? 'int64' : floatx());
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    return { ...this.given, salt: this.salt, dtype: this.#dtype };
  }

  protected override read(inputs: Tokens): Tensor {
    const { values, shape } = tokensOf(inputs, this.label);
    const masked = this.maskValue !== null && this.numBins > 1;
    const bins = values.map((token) => {
      if (!masked) return bucketOf(token, this.numBins, this.salt);
      return token === this.maskValue ? 0 : 1 + bucketOf(token, this.numBins - 1, this.salt);
    });
    return encodeCategories(
      { values: bins, shape },
      { mode: this.outputMode, depth: this.numBins, dtype: this.#dtype },
    );
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return this.outputMode === 'int' ? inputShape : [...inputShape.slice(0, -1), this.numBins];
  }
}

/** Options of {@link HashedCrossing}. */
export interface HashedCrossingOptions extends Pick<LayerOptions, 'name'> {
  /** Default `int`. */
  readonly outputMode?: 'int' | 'oneHot';
  /** Default int64 with `int`, {@link floatx} else. */
  readonly dtype?: 'int32' | 'int64' | FloatDType;
}

// TensorFlow's.
const CROSS_KEY = 0xdecafcaffen;

/**
 * Several features together as numbers of bins, by a hash that is TensorFlow's bit for bit (`keras.layers.HashedCrossing`).
 *
 * Inputs are two or more of texts or whole numbers, `[batch]` or `[batch, 1]`, or single ones.
 *
 * @throws ArgumentError when numBins is none, for another mode, or for less than two inputs; ShapeError when they do not fit each other.
 * @example
 * new HashedCrossing(5)([['A', 'B', 'A', 'B', 'A'], [101, 101, 101, 102, 102]]).tolist() // => [ 1, 4, 1, 1, 3 ]
 */
export class HashedCrossing extends TextLayer<Tensor> {
  static override readonly name: string = 'HashedCrossing';
  static override readonly saved: SavedOptions = {
    args: ['numBins'],
    options: { outputMode: 'int', sparse: false },
    without: ['trainable'],
  };
  readonly numBins: number;
  readonly outputMode: 'int' | 'oneHot';
  readonly #dtype: DType;

  constructor(numBins: number, options: HashedCrossingOptions = {}) {
    const { dtype, ...rest } = options;
    super(rest);
    this.numBins = checkCount(numBins, 'HashedCrossing', 'numBins');
    this.outputMode = checkMode(options.outputMode ?? 'int', ['int', 'oneHot'], 'HashedCrossing');
    this.#dtype = dtype ?? (this.outputMode === 'int' ? 'int64' : floatx());
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    return { ...this.given, dtype: this.#dtype };
  }

  protected override read(inputs: Tokens): Tensor {
    if (!Array.isArray(inputs) || inputs.length < 2)
      throw new ArgumentError({
        where: this.label,
        what: 'there is nothing to cross',
        got: Array.isArray(inputs) ? `${inputs.length} inputs` : typeof inputs,
        expected: 'a list of two inputs or more',
      });
    const features = (inputs as readonly Tokens[]).map((input) => tokensOf(input, this.label));
    const { shape } = features[0]!;
    const bad = features.find((feature) => feature.shape.join() !== shape.join());
    if (bad || shape.length > 2 || (shape.length === 2 && shape[1] !== 1))
      throw new ShapeError({
        where: this.label,
        what: 'inputs do not fit',
        got: features.map((feature) => showShape(feature.shape)).join(', '),
        expected: 'one shape: [batch], [batch, 1] or none',
      });
    const values = features[0]!.values.map((_, i) => this.#bin(features.map((feature) => feature.values[i]!)));
    return encodeCategories({ values, shape }, { mode: this.outputMode, depth: this.numBins, dtype: this.#dtype });
  }

  #bin(tokens: readonly Token[]): number {
    const hash = tokens.reduce((key, token) => {
      const own = typeof token === 'string' ? fingerprint64(UTF8.encode(token)) : BigInt.asUintN(64, BigInt(token));
      return fingerprintCat64(key, own);
    }, CROSS_KEY);
    return Number(hash % BigInt(this.numBins));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const first = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as KerasShape;
    if (this.outputMode === 'int') return first;
    return first.at(-1) === 1 ? [...first.slice(0, -1), this.numBins] : [...first, this.numBins];
  }
}
