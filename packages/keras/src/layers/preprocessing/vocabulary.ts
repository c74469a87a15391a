import { ArgumentError } from '@isograd/device';
import type { Token, TokenArray } from './strings.ts';

/** By code points, as UTF-8 is ordered; JavaScript orders by halves of surrogate pairs. */
function compareTexts(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  const i = x.findIndex((c, k) => c !== y[k]);
  if (i === -1) return x.length - y.length;
  return y[i] === undefined ? 1 : x[i]!.codePointAt(0)! - y[i].codePointAt(0)!;
}

const compare = (a: Token, b: Token): number => (typeof a === 'string' ? compareTexts(a, String(b)) : a - Number(b));

/** How often words occur, and in how many rows of the data. */
export class TokenCounts {
  readonly #counts = new Map<Token, number>();
  readonly #documents = new Map<Token, number>();
  #rows = 0;

  /** Counts rows of words, each a document. */
  add(rows: readonly (readonly Token[])[]): void {
    const bump = (counts: Map<Token, number>, token: Token): void => {
      counts.set(token, (counts.get(token) ?? 0) + 1);
    };
    for (const row of rows) {
      for (const token of row) bump(this.#counts, token);
      for (const token of new Set(row)) bump(this.#documents, token);
    }
    this.#rows += rows.length;
  }

  /** Words from the most to the least frequent one, of equally frequent ones the last in order first. */
  ranked(without: readonly (Token | null)[]): Token[] {
    return [...this.#counts.keys()]
      .filter((token) => !without.includes(token))
      .sort((a, b) => this.#counts.get(b)! - this.#counts.get(a)! || compare(b, a));
  }

  /** `log(1 + documents / (1 + documents with the word))`. */
  inverseDocumentFrequency(token: Token): number {
    return Math.log(1 + this.#rows / (1 + (this.#documents.get(token) ?? 0)));
  }
}

/** The rows of words along the last axis. */
export function rowsOf({ values, shape }: TokenArray): Token[][] {
  const width = shape.at(-1) ?? 1;
  if (width === 0) return [];
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

/** What stands in front of the words: the mask token if it has a place, and the tokens for unknown words. */
export interface SpecialTokens {
  readonly mask: Token | null;
  readonly masks: number;
  readonly oov: Token | null;
  readonly oovs: number;
}

function refuse(where: string, what: string, got: string): never {
  throw new ArgumentError({
    where,
    what,
    got,
    expected: 'different words, special tokens only in front of them or not at all',
  });
}

/**
 * The words of a vocabulary without the special tokens in front of it.
 *
 * @throws ArgumentError when there are none, a word comes twice, or a special token among them.
 */
export function plainVocabulary(
  vocabulary: readonly Token[],
  { mask, masks, oov, oovs }: SpecialTokens,
  { where, invert }: { readonly where: string; readonly invert: boolean },
): { readonly tokens: readonly Token[]; readonly special: boolean } {
  if (vocabulary.length === 0) refuse(where, 'the vocabulary is empty', '[]');
  const front = [...Array<Token | null>(masks).fill(mask), ...Array<Token | null>(oovs).fill(oov)];
  const special = front.every((token, i) => token === vocabulary[i]);
  const tokens = special ? vocabulary.slice(front.length) : vocabulary;
  const twice = tokens.find((token, i) => tokens.indexOf(token) !== i);
  if (twice !== undefined && new Set(tokens).size !== tokens.length) refuse(where, 'a word comes twice', `'${twice}'`);
  if (mask !== null && tokens.includes(mask)) refuse(where, 'the mask token stands among the words', `'${mask}'`);
  if (oov !== null && invert && tokens.includes(oov))
    refuse(where, 'the token for unknown words stands among the words', `'${oov}'`);
  return { tokens, special };
}
