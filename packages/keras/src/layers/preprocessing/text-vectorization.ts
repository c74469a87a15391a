import { ArgumentError, ShapeError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { type KerasShape, showShape } from '../../keras-tensor.ts';
import type { AnyLayer, LayerOptions, LayerState, SavedOptions } from '../../layer.ts';
import { oneOf } from '../spatial.ts';
import { type LookupMode, type TokenData, tokenBatches } from './index-lookup.ts';
import { StringLookup } from './string-lookup.ts';
import { TextLayer, type Tokens, tokensOf } from './strings.ts';
import { TokenCounts } from './vocabulary.ts';

/** What is done to texts first. */
export type Standardize = 'lowerAndStripPunctuation' | 'lower' | 'stripPunctuation';

/** Options of {@link TextVectorization}. */
export interface TextVectorizationOptions extends Pick<LayerOptions, 'name' | 'trainable'> {
  /** Largest number of words, special tokens among them; default any. */
  readonly maxTokens?: number | null;
  /** What is done to texts first, `null` for nothing, or a function; default `lowerAndStripPunctuation`. Only A to Z become lower case. */
  readonly standardize?: Standardize | ((text: string) => string) | null;
  /** How texts become words, `null` for not at all, or a function; default `whitespace`. */
  readonly split?: 'whitespace' | 'character' | ((text: string) => readonly string[]) | null;
  /** Words that follow each other are joined: up to so many, or these numbers of them; default not. */
  readonly ngrams?: number | readonly number[] | null;
  /** Default `int`. */
  readonly outputMode?: LookupMode;
  /** Length of the rows with `int`: they are cut, or filled with 0; default that of the longest. */
  readonly outputSequenceLength?: number | null;
  /** Whether rows are as long as maxTokens says, however many words there are; default false. */
  readonly padToMaxTokens?: boolean;
  /** The words; default what `adapt` finds. */
  readonly vocabulary?: readonly string[] | null;
  /** With `tfIdf` a weight for each word of the vocabulary. */
  readonly idfWeights?: readonly number[] | null;
}

const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const strip = (text: string): string => text.replace(/[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g, '');

const STANDARDIZE: Readonly<Record<Standardize, (text: string) => string>> = {
  lower,
  stripPunctuation: strip,
  lowerAndStripPunctuation: (text) => strip(lower(text)),
};

const SPLIT: Readonly<Record<'whitespace' | 'character', (text: string) => readonly string[]>> = {
  // What C calls white space.
  whitespace: (text) => text.split(/[ \t\n\v\f\r]+/).filter((word) => word !== ''),
  character: (text) => Array.from(text),
};

/**
 * Texts as rows of the places of their words in a vocabulary, or of counts (`keras.layers.TextVectorization`).
 *
 * Inputs are texts `[batch]` or `[batch, 1]`. Place 0 fills rows, 1 is that of unknown words.
 *
 * @throws ArgumentError for options that do not fit each other; ShapeError for inputs that are no list of texts.
 * @example
 * const layer = new TextVectorization({ outputSequenceLength: 4 });
 * layer.adapt(['foo bar', 'bar baz.']);
 * layer.getVocabulary() // => [ '', '[UNK]', 'bar', 'foo', 'baz' ]
 * layer(['Foo qux bar', 'baz']).tolist() // => [ [ 3, 1, 2, 0 ], [ 4, 0, 0, 0 ] ]
 */
export class TextVectorization extends TextLayer<Tensor> {
  static override readonly name: string = 'TextVectorization';
  static override readonly saved: SavedOptions = {
    nullable: ['standardize', 'split'],
    options: {
      maxTokens: null,
      standardize: 'lowerAndStripPunctuation',
      split: 'whitespace',
      ngrams: null,
      outputMode: 'int',
      outputSequenceLength: null,
      padToMaxTokens: false,
      sparse: false,
      ragged: false,
      vocabulary: null,
      idfWeights: null,
      encoding: 'utf-8',
      vocabularySize: null,
    },
  };
  readonly outputMode: LookupMode;
  readonly outputSequenceLength: number | null;
  readonly #standardize: (text: string) => string;
  readonly #split: ((text: string) => readonly string[]) | null;
  readonly #ngrams: readonly number[] | null;
  readonly #lookup: StringLookup;

  constructor(options: TextVectorizationOptions = {}) {
    super(options);
    const { standardize = 'lowerAndStripPunctuation', split = 'whitespace', ngrams = null } = options;
    const where = 'TextVectorization';
    this.#standardize =
      typeof standardize === 'function'
        ? standardize
        : standardize === null
          ? String
          : STANDARDIZE[oneOf(standardize, Object.keys(STANDARDIZE) as Standardize[], { where, name: 'standardize' })];
    this.#split =
      typeof split === 'function' || split === null
        ? split
        : SPLIT[oneOf(split, ['whitespace', 'character'], { where, name: 'split' })];
    this.#ngrams = typeof ngrams === 'number' ? Array.from({ length: ngrams }, (_, i) => i + 1) : ngrams;
    this.outputMode = options.outputMode ?? 'int';
    this.outputSequenceLength = options.outputSequenceLength ?? null;
    if (this.outputSequenceLength !== null && this.outputMode !== 'int')
      throw new ArgumentError({
        where,
        what: 'outputSequenceLength is of no use',
        got: `outputMode '${this.outputMode}'`,
        expected: "outputMode 'int'",
      });
    const { maxTokens = null, padToMaxTokens = false, vocabulary = null, idfWeights = null } = options;
    const { outputMode } = this;
    const { vocabularySize } = this.given as { readonly vocabularySize?: number };
    const given = { maxTokens, padToMaxTokens, vocabulary, idfWeights, outputMode, vocabularySize };
    this.#lookup = new StringLookup({ ...given, maskToken: '' });
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    return { ...this.given, vocabularySize: this.vocabularySize() };
  }

  /** See {@link StringLookup.getVocabulary}. */
  getVocabulary(options: { readonly includeSpecialTokens?: boolean } = {}): string[] {
    return this.#lookup.getVocabulary(options);
  }

  /** See {@link StringLookup.vocabularySize}. */
  vocabularySize(): number {
    return this.#lookup.vocabularySize();
  }

  /** See {@link StringLookup.setVocabulary}. */
  setVocabulary(vocabulary: readonly string[], idfWeights?: readonly number[] | null): void {
    this.#lookup.setVocabulary(vocabulary, idfWeights);
  }

  /** Finds the words of texts, the most frequent first; what was found before is forgotten. @throws ArgumentError when the vocabulary was given. */
  adapt(data: TokenData): void {
    const counts = new TokenCounts();
    for (const [batch] of tokenBatches(data)) counts.add(this.#rows(batch).rows);
    this.#lookup.adaptCounts(counts);
  }

  /** Texts as rows of words; whether it was one text alone. */
  #rows(inputs: Tokens): { readonly rows: readonly (readonly string[])[]; readonly single: boolean } {
    const { values, shape } = tokensOf(inputs, this.label);
    const texts = values.map((text) => this.#standardize(String(text)));
    const single = shape.length === 0;
    if (this.#split === null) {
      const width = shape.length > 1 ? shape.at(-1)! : 1;
      const rows = Array.from({ length: texts.length / width }, (_, i) => texts.slice(i * width, (i + 1) * width));
      return { rows: rows.map((row) => this.#joined(row)), single };
    }
    if (shape.length > 2 || (shape.length === 2 && shape[1] !== 1))
      throw new ShapeError({
        where: this.label,
        what: 'the input is no list of texts',
        got: showShape(shape),
        expected: '[batch] or [batch, 1]',
        hint: 'split: null takes words that are split already',
      });
    return { rows: texts.map((text) => this.#joined(this.#split!(text))), single };
  }

  /** Words, and words that follow each other joined. */
  #joined(words: readonly string[]): readonly string[] {
    if (this.#ngrams === null) return words;
    return this.#ngrams.flatMap((n) =>
      Array.from({ length: Math.max(words.length - n + 1, 0) }, (_, i) => words.slice(i, i + n).join(' ')),
    );
  }

  protected override read(inputs: Tokens): Tensor {
    const { rows, single } = this.#rows(inputs);
    const width = this.outputSequenceLength ?? Math.max(0, ...rows.map((row) => row.length));
    // The mask's word, which is empty, fills rows and counts nowhere.
    const values = rows.flatMap((row) => Array.from({ length: width }, (_, i) => row[i] ?? ''));
    const places = this.#lookup.placesOf({ values, shape: single ? [width] : [rows.length, width] });
    return places;
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    if (this.outputMode === 'int') return [inputShape[0] ?? null, this.outputSequenceLength];
    const split = this.#split !== null;
    return this.#lookup.computeOutputShape(
      split ? [...inputShape, null] : inputShape.length < 2 ? [...inputShape, 1] : inputShape,
    );
  }

  /** Keras looks for the words in both places. */
  override namedSublayers(): readonly (readonly [field: string, layer: AnyLayer])[] {
    return [['_lookupLayer', this.#lookup]];
  }

  override savedState(): LayerState {
    return this.#lookup.savedState();
  }

  override loadState(state: LayerState): void {
    this.#lookup.loadState(state);
  }
}
