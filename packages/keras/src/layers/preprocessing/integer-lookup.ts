import { ArgumentError, DTypeError } from '@isograd/device';
import type { SavedOptions } from '../../layer.ts';
import { oneOf } from '../spatial.ts';
import { IndexLookup, type LookupOptions } from './index-lookup.ts';
import { LOOKUP } from './string-lookup.ts';
import { int64, type Token, type TokenArray, type Tokens, tokensOf } from './strings.ts';

/** Options of {@link IntegerLookup}. */
export interface IntegerLookupOptions extends LookupOptions<number> {
  /** How unknown numbers are spread over several places: by their remainder, or by a hash; default `floormod`. */
  readonly oovMethod?: 'floormod' | 'farmhash';
}

/**
 * Whole numbers as their places in a vocabulary, or rows made of these; with `invert` the other way round (`keras.layers.IntegerLookup`).
 *
 * @throws ArgumentError for options that do not fit each other; DTypeError for what is no whole number.
 * @example
 * const layer = new IntegerLookup({ vocabulary: [12, 36, 1138, 42] });
 * layer([[12, 1138, 42], [42, 1000, 36]]).tolist() // => [ [ 1, 3, 4 ], [ 4, 0, 2 ] ]
 */
export class IntegerLookup extends IndexLookup<number> {
  static override readonly name: string = 'IntegerLookup';
  static override readonly saved: SavedOptions = {
    nullable: ['oovToken'],
    options: { ...LOOKUP, oovToken: -1, vocabularyDtype: 'int64' },
  };
  readonly oovMethod: 'floormod' | 'farmhash';

  constructor(options: IntegerLookupOptions = {}) {
    super(options, -1);
    this.oovMethod = oneOf(options.oovMethod ?? 'floormod', ['floormod', 'farmhash'], {
      where: 'IntegerLookup',
      name: 'oovMethod',
    });
    if (this.salt && this.oovMethod !== 'farmhash')
      throw new ArgumentError({
        where: 'IntegerLookup',
        what: 'salt is of no use',
        got: `oovMethod '${this.oovMethod}'`,
        expected: "oovMethod 'farmhash'",
      });
  }

  protected override tokens(inputs: Tokens): TokenArray {
    const found = tokensOf(inputs, this.label);
    const other = found.values.find((value) => !Number.isInteger(value));
    if (other === undefined) return found;
    throw new DTypeError({
      where: this.label,
      what: 'an element is no whole number',
      got: String(other),
      expected: 'whole numbers',
      hint: 'StringLookup takes texts',
    });
  }

  protected override bucket(token: Token): number {
    if (this.oovMethod === 'farmhash') return super.bucket(token);
    return ((Number(token) % this.numOovIndices) + this.numOovIndices) % this.numOovIndices;
  }

  protected override words(values: readonly number[], shape: readonly number[]): unknown {
    return int64(values, shape);
  }

  protected override fromLine(line: string): number {
    return Number(line);
  }
}
