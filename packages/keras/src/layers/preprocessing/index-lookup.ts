import { ArgumentError } from '@isograd/device';
import { array } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { floatx } from '../../config.ts';
import type { KerasShape } from '../../keras-tensor.ts';
import type { LayerOptions, LayerState } from '../../layer.ts';
import { type CategoryMode, checkMode, encodeCategories, encodedShape } from './categories.ts';
import { bucketOf } from './hashing.ts';
import { int64, saltOf, TextLayer, type Token, type TokenArray, type Tokens, tokensOf } from './strings.ts';
import { plainVocabulary, rowsOf, TokenCounts } from './vocabulary.ts';

/** How the places of words are given: as {@link CategoryMode}, or counted and weighed by how rare a word is. */
export type LookupMode = CategoryMode | 'tfIdf';

/** Options of {@link StringLookup} and {@link IntegerLookup}. */
export interface LookupOptions<T extends Token> extends Pick<LayerOptions, 'name' | 'trainable'> {
  /** Largest number of words, special tokens among them; default any. */
  readonly maxTokens?: number | null;
  /** Number of places for words that are not in the vocabulary; 0 refuses them; default 1. */
  readonly numOovIndices?: number;
  /** The word that stands for nothing, at place 0; default none. */
  readonly maskToken?: T | null;
  /** The word that stands for unknown ones. */
  readonly oovToken?: T | null;
  /** The words; default what `adapt` finds. */
  readonly vocabulary?: readonly T[] | null;
  /** With `tfIdf` a weight for each word of the vocabulary. */
  readonly idfWeights?: readonly number[] | null;
  /** Whether places become words; default false. */
  readonly invert?: boolean;
  /** Default `int`. */
  readonly outputMode?: LookupMode;
  /** Whether rows are as long as maxTokens says, however many words there are; default false. */
  readonly padToMaxTokens?: boolean;
  /** Key of the hash that spreads unknown words over their places, one number or two; default a hash without a key. */
  readonly salt?: number | readonly [number, number] | null;
}

/** Batches of texts or numbers that a layer adapts to, or all at once. */
export type TokenData = Tokens | Iterable<Tokens>;

/** Batches one after the other; whether they were given as such. */
export function* tokenBatches(data: TokenData): Generator<readonly [batch: Tokens, whole: boolean]> {
  const isWhole = typeof data !== 'object' || Array.isArray(data) || 'dtype' in data;
  if (isWhole) yield [data as Tokens, true];
  else for (const batch of data as Iterable<Tokens>) yield [batch, false];
}

const MODES: readonly LookupMode[] = ['int', 'oneHot', 'multiHot', 'count', 'tfIdf'];

/** Keras's table of words and their places. */
export abstract class IndexLookup<T extends Token> extends TextLayer<Tensor> {
  readonly maxTokens: number | null;
  readonly numOovIndices: number;
  readonly maskToken: T | null;
  readonly oovToken: T | null;
  readonly invert: boolean;
  readonly outputMode: LookupMode;
  readonly padToMaxTokens: boolean;
  readonly salt: readonly [number, number] | null;
  #tokens: readonly T[] = [];
  #places = new Map<Token, number>();
  #idf: readonly number[] | null = null;
  #fixed: { readonly vocabulary: readonly T[]; readonly idfWeights: readonly number[] | null } | null = null;

  constructor(options: LookupOptions<T>, oovToken: T) {
    super(options);
    this.maxTokens = options.maxTokens ?? null;
    this.numOovIndices = options.numOovIndices ?? 1;
    this.maskToken = options.maskToken ?? null;
    this.oovToken = options.oovToken === undefined ? oovToken : options.oovToken;
    this.invert = options.invert ?? false;
    const { name } = this.constructor;
    this.outputMode = checkMode(options.outputMode ?? 'int', MODES, name);
    this.padToMaxTokens = options.padToMaxTokens ?? false;
    this.salt = saltOf(options.salt, name);
    this.#check(options, name);
    if (options.vocabulary == null) return;
    this.setVocabulary(options.vocabulary, options.idfWeights);
    this.#fixed = { vocabulary: options.vocabulary, idfWeights: options.idfWeights ?? null };
  }

  #check({ idfWeights }: LookupOptions<T>, where: string): void {
    const { maxTokens, numOovIndices } = this;
    const refuse = (what: string, got: unknown, expected: string): never => {
      throw new ArgumentError({ where, what, got: String(got), expected });
    };
    if (maxTokens !== null && !(Number.isInteger(maxTokens) && maxTokens > 1))
      refuse('maxTokens is no number of words', maxTokens, 'a whole number above 1');
    if (this.padToMaxTokens && maxTokens === null)
      refuse('the length of rows is not known', 'padToMaxTokens', 'maxTokens');
    if (!(Number.isInteger(numOovIndices) && numOovIndices >= 0))
      refuse('numOovIndices is no number of places', numOovIndices, 'a whole number from 0');
    if (this.invert && this.outputMode !== 'int')
      refuse('only places become words', `outputMode '${this.outputMode}'`, "outputMode 'int'");
    if (idfWeights != null && this.outputMode !== 'tfIdf')
      refuse('idfWeights count nowhere', `outputMode '${this.outputMode}'`, "outputMode 'tfIdf'");
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    const { maxTokens, numOovIndices, oovToken, maskToken, invert, outputMode, padToMaxTokens, salt } = this;
    const own = { maxTokens, numOovIndices, oovToken, maskToken, invert, outputMode, padToMaxTokens, salt };
    const known = this.#tokens.length > 0 ? this.vocabularySize() : null;
    return { ...this.given, ...own, ...this.#fixed, vocabularySize: known };
  }

  get #masks(): number {
    return this.maskToken !== null && this.outputMode === 'int' ? 1 : 0;
  }

  /** Number of places in front of the words. */
  get #front(): number {
    return this.#masks + this.numOovIndices;
  }

  /** Number of words, special tokens among them (`vocabulary_size`). */
  vocabularySize(): number {
    return this.#tokens.length + this.#front;
  }

  /** The words in the order of their places (`get_vocabulary`); without the special tokens where told so. */
  getVocabulary({ includeSpecialTokens = true }: { readonly includeSpecialTokens?: boolean } = {}): T[] {
    if (!includeSpecialTokens) return [...this.#tokens];
    const masks = Array<T>(this.#masks).fill(this.maskToken!);
    return [...masks, ...Array<T>(this.numOovIndices).fill(this.oovToken!), ...this.#tokens];
  }

  /**
   * Sets the words, with or without the special tokens in front, and with `tfIdf` their weights (`set_vocabulary`).
   *
   * @throws ArgumentError when they are too many, one comes twice, or weights are missing or too many.
   */
  setVocabulary(vocabulary: readonly T[], idfWeights?: readonly number[] | null): void {
    const where = `setVocabulary of ${this.label}`;
    const special = { mask: this.maskToken, masks: this.#masks, oov: this.oovToken, oovs: this.numOovIndices };
    const found = plainVocabulary(vocabulary, special, { where, invert: this.invert });
    const size = found.tokens.length + this.#front;
    if (this.maxTokens !== null && size > this.maxTokens)
      throw new ArgumentError({
        where,
        what: 'there are too many words',
        got: String(size),
        expected: `at most ${this.maxTokens}`,
      });
    const idf = this.#weightsFor(vocabulary.length, found.special, idfWeights ?? null);
    this.#set(found.tokens as readonly T[], idf);
  }

  #weightsFor(count: number, special: boolean, weights: readonly number[] | null): readonly number[] | null {
    const needed = this.outputMode === 'tfIdf';
    if (needed !== (weights !== null) || (weights !== null && weights.length !== count))
      throw new ArgumentError({
        where: `setVocabulary of ${this.label}`,
        what: 'idfWeights do not fit',
        got: weights === null ? 'none' : String(weights.length),
        expected: needed ? `${count}, one for each word` : "none: outputMode is not 'tfIdf'",
      });
    if (weights === null) return null;
    const mean = weights.reduce((a, b) => a + b, 0) / weights.length;
    return this.#padded([...Array<number>(special ? 0 : this.#front).fill(mean), ...weights]);
  }

  #padded(weights: readonly number[]): readonly number[] {
    const missing = this.padToMaxTokens ? this.maxTokens! - weights.length : 0;
    return [...weights, ...Array<number>(Math.max(missing, 0)).fill(0)].map(Math.fround);
  }

  #set(tokens: readonly T[], idf: readonly number[] | null): void {
    this.#tokens = tokens;
    this.#places = new Map(tokens.map((token, i) => [token, i + this.#front]));
    this.#idf = idf;
  }

  /**
   * Finds the words of data, the most frequent first; what was found before is forgotten.
   *
   * @throws ArgumentError when the vocabulary was given.
   */
  adapt(data: TokenData): void {
    const counts = new TokenCounts();
    for (const [batch, whole] of tokenBatches(data)) {
      const { values, shape } = this.tokens(batch);
      // A list alone has a document in each place; as a batch it is one.
      counts.add(rowsOf({ values, shape: whole && shape.length === 1 ? [shape[0]!, 1] : shape }));
    }
    this.adaptCounts(counts);
  }

  /** Takes the words that were counted for the vocabulary. */
  adaptCounts(counts: TokenCounts): void {
    if (this.#fixed)
      throw new ArgumentError({
        where: `adapt of ${this.label}`,
        what: 'the vocabulary was given',
        got: 'vocabulary',
        expected: 'a layer without it',
      });
    const room = this.maxTokens === null ? Infinity : this.maxTokens - this.#front;
    const tokens = counts.ranked([this.maskToken, this.oovToken]).slice(0, room) as T[];
    if (tokens.length === 0) return;
    const idf = tokens.map((token) => counts.inverseDocumentFrequency(token)).map(Math.fround);
    const mean = Math.fround(idf.reduce((a, b) => a + b, 0) / idf.length);
    const all = [...Array<number>(this.#front).fill(mean), ...idf];
    this.#set(tokens, this.outputMode === 'tfIdf' ? this.#padded(all) : null);
  }

  /** Input as words of this kind. @throws DTypeError or ArgumentError for others. */
  protected abstract tokens(inputs: Tokens): TokenArray;

  /** Place of an unknown word among those for such words. */
  protected bucket(token: Token): number {
    return bucketOf(token, this.numOovIndices, this.salt);
  }

  #place(token: Token): number {
    // Without `int` the mask counts nowhere.
    if (token === this.maskToken) return this.outputMode === 'int' ? 0 : -1;
    const place = this.#places.get(token);
    if (place !== undefined) return place;
    if (this.numOovIndices === 1) return this.#masks;
    if (this.numOovIndices > 1) return this.#masks + this.bucket(token);
    throw new ArgumentError({
      where: this.label,
      what: 'a word is not in the vocabulary',
      got: `'${token}'`,
      expected: 'words of the vocabulary',
      hint: 'give unknown words a place: { numOovIndices: 1 }',
    });
  }

  /** Length of rows. */
  get #depth(): number {
    if (this.padToMaxTokens) return this.maxTokens!;
    // A file says how many words there will be before they are read.
    const { vocabularySize } = this.given as { readonly vocabularySize?: number | null };
    return this.#tokens.length === 0 ? (vocabularySize ?? this.vocabularySize()) : this.vocabularySize();
  }

  /** Places of words, encoded as `outputMode` says. */
  placesOf({ values, shape }: TokenArray): Tensor {
    if (this.outputMode !== 'int' && !this.padToMaxTokens && this.#tokens.length === 0)
      throw new ArgumentError({
        where: this.label,
        what: 'there is no vocabulary yet',
        got: `outputMode '${this.outputMode}'`,
        expected: 'a vocabulary, or a call of adapt()',
      });
    const places = values.map((token) => this.#place(token));
    if (this.outputMode === 'int') return int64(places, shape);
    const weighed = this.outputMode === 'tfIdf';
    const mode = weighed ? 'count' : (this.outputMode as CategoryMode);
    const rows = encodeCategories(
      { values: places, shape },
      { mode, depth: this.#depth, dtype: weighed ? floatx() : 'int64' },
    );
    return weighed ? rows.mul(asTensor(array([...this.#idf!], { dtype: floatx() }))) : rows;
  }

  protected override read(inputs: Tokens): Tensor {
    if (!this.invert) return this.placesOf(this.tokens(inputs));
    const { values, shape } = tokensOf(inputs, this.label);
    const first = this.#masks + this.numOovIndices;
    const found = values.map((place): T => {
      if (this.#masks === 1 && place === 0) return this.maskToken!;
      return this.#tokens[Number(place) - first] ?? this.oovToken!;
    });
    return this.words(found, shape) as unknown as Tensor;
  }

  /** Words in lists of a shape, or what else stands for them. */
  protected abstract words(values: readonly T[], shape: readonly number[]): unknown;

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    if (this.outputMode === 'int') return inputShape;
    if (this.outputMode === 'oneHot') return encodedShape(inputShape, 'oneHot', this.#depth);
    return [...inputShape.slice(0, -1), this.#depth];
  }

  /** What a file keeps of the layer beside its options: the words that it found, and their weights. */
  override savedState(): LayerState {
    return {
      arrays: this.#idf ? { idf_weights: array([...this.#idf], { dtype: 'float32' }) } : {},
      texts: this.#fixed ? {} : { 'vocabulary.txt': this.getVocabulary().map(String).join('\n') },
    };
  }

  /** Takes what a file kept. @throws ArgumentError when it is no vocabulary. */
  override loadState({ arrays, texts }: LayerState): void {
    const text = texts['vocabulary.txt'];
    if (this.#fixed || text === undefined) return;
    const lines = text.split(/\r?\n/);
    while (lines.at(-1) === '') lines.pop();
    const weights = arrays['idf_weights'];
    const front = lines.length === this.#front;
    if (front || lines.length === 0) return;
    this.setVocabulary(
      lines.map((line) => this.fromLine(line)),
      weights && Array.from(weights.astype('float64').data as Float64Array).slice(0, lines.length),
    );
  }

  /** A word as a file has it. */
  protected abstract fromLine(line: string): T;
}

/** Elements in lists of a shape. */
export function nested<T>(values: readonly T[], shape: readonly number[]): unknown {
  if (shape.length === 0) return values[0];
  const [length, ...rest] = shape as readonly [number, ...number[]];
  const size = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length }, (_, i) => nested(values.slice(i * size, (i + 1) * size), rest));
}
