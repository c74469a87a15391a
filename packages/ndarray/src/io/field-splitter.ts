import { isSpace, words } from './number-text.ts';

/** How lines are divided into fields. */
export interface FieldRules {
  /** One character; `null` for runs of space. */
  readonly delimiter: string | null;
  /** What begins a comment. */
  readonly comments: readonly string[];
  /** One character that encloses fields; `null` for none. */
  readonly quote: string | null;
}

function withoutComment(line: string, comments: readonly string[]): string {
  let text = line;
  for (const mark of comments) {
    const at = text.indexOf(mark);
    if (at >= 0) text = text.slice(0, at);
  }
  return text;
}

/** Divides lines into rows of fields; a quoted field may go on in the next line. */
export class FieldSplitter {
  readonly #lines: readonly string[];
  readonly #rules: FieldRules;
  /** The number of lines read. */
  at: number;

  constructor(lines: readonly string[], rules: FieldRules, skip: number) {
    this.#lines = lines;
    this.#rules = rules;
    this.at = skip;
  }

  /** The fields of the next row; empty for a line without any; `undefined` at the end. */
  next(): string[] | undefined {
    if (this.at >= this.#lines.length) return undefined;
    const line = this.#lines[this.at++]!;
    const { delimiter, comments, quote } = this.#rules;
    if (quote !== null && line.includes(quote)) return this.#quoted(line, quote);
    const text = withoutComment(line, comments);
    if (delimiter === null) return words(text);
    return text === '' ? [] : text.split(delimiter);
  }

  /** The row of a line with quotes, one character after the other. */
  #quoted(first: string, quote: string): string[] {
    const { delimiter, comments } = this.#rules;
    const ends = (char: string): boolean => (delimiter === null ? isSpace(char) : char === delimiter);
    const fields: string[] = [];
    let [line, at, field, begun] = [first, 0, '', false];
    for (; at < line.length; at++) {
      const char = line[at]!;
      if (char === quote && !begun) {
        begun = true;
        const inside = this.#enclosed(line, at + 1, quote);
        field += inside.text;
        [line, at] = [inside.line, inside.at];
      } else if (comments.includes(char)) break;
      else if (ends(char)) {
        if (begun || delimiter !== null) fields.push(field);
        [field, begun] = ['', false];
      } else {
        field += char;
        begun = true;
      }
    }
    if (begun || (delimiter !== null && fields.length > 0)) fields.push(field);
    return fields;
  }

  /** What stands between quotes from `at` on, where two quotes mean one; the place is that of the closing quote. */
  #enclosed(begin: string, from: number, quote: string): { text: string; line: string; at: number } {
    let [text, line, at] = ['', begin, from];
    for (;;) {
      const close = line.indexOf(quote, at);
      text += line.slice(at, close < 0 ? undefined : close);
      if (close >= 0 && line[close + 1] !== quote) return { text, line, at: close };
      if (close >= 0) {
        text += quote;
        at = close + 2;
        continue;
      }
      const next = this.#lines[this.at];
      if (next === undefined) return { text, line, at: line.length };
      this.at++;
      text += '\n';
      [line, at] = [next, 0];
    }
  }
}
