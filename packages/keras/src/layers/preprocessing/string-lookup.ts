import { DTypeError } from '@isograd/device';
import type { SavedOptions } from '../../layer.ts';
import { IndexLookup, type LookupOptions, nested } from './index-lookup.ts';
import { type TokenArray, type Tokens, tokensOf } from './strings.ts';

/** Options of {@link StringLookup}. */
export type StringLookupOptions = LookupOptions<string>;

/** What both lookups save. */
export const LOOKUP = {
  maxTokens: null,
  numOovIndices: 1,
  maskToken: null,
  vocabulary: null,
  idfWeights: null,
  invert: false,
  outputMode: 'int',
  sparse: false,
  padToMaxTokens: false,
  vocabularySize: null,
  oovMethod: 'floormod',
  salt: null,
} as const;

/**
 * Texts as their places in a vocabulary, or rows made of these; with `invert` places as texts (`keras.layers.StringLookup`).
 *
 * Place 0 is that of unknown words; with a mask token it is the mask's, and unknown words are at 1.
 *
 * @throws ArgumentError for options that do not fit each other; DTypeError for what is no text; ShapeError for lists of different lengths.
 * @example
 * const layer = new StringLookup({ vocabulary: ['a', 'b', 'c'] });
 * layer([['a', 'c'], ['z', 'b']]).tolist() // => [ [ 1, 3 ], [ 0, 2 ] ]
 * const adapted = new StringLookup({ outputMode: 'count' });
 * adapted.adapt(['x', 'y', 'x']);
 * adapted.getVocabulary() // => [ '[UNK]', 'x', 'y' ]
 * adapted([['y', 'y', 'z']]).tolist() // => [ [ 1, 0, 2 ] ]
 * new StringLookup({ vocabulary: ['a', 'b'], invert: true })([2, 0]) // => [ 'b', '[UNK]' ]
 */
export class StringLookup extends IndexLookup<string> {
  static override readonly name: string = 'StringLookup';
  static override readonly saved: SavedOptions = {
    nullable: ['oovToken'],
    options: { ...LOOKUP, oovToken: '[UNK]', encoding: 'utf-8' },
  };

  constructor(options: StringLookupOptions = {}) {
    super(options, '[UNK]');
  }

  protected override tokens(inputs: Tokens): TokenArray {
    const found = tokensOf(inputs, this.label);
    const other = found.values.find((value) => typeof value !== 'string');
    if (other === undefined) return found;
    throw new DTypeError({
      where: this.label,
      what: 'an element is no text',
      got: String(other),
      expected: 'texts',
      hint: 'IntegerLookup takes numbers',
    });
  }

  protected override words(values: readonly string[], shape: readonly number[]): unknown {
    return nested(values, shape);
  }

  protected override fromLine(line: string): string {
    return line;
  }
}
