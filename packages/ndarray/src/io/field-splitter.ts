import { strip, words } from './number-text.ts';

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

const isSpace = (char: string): boolean => strip(char) === '';

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
    let [line, i, field] = [first, 0, ''];
    let inField = false;
    let inQuotes = false;
    for (;;) {
      if (i >= line.length) {
        const next = inQuotes ? this.#lines[this.at] : undefined;
        if (next === undefined) break;
        this.at++;
        field += '\n';
        [line, i] = [next, 0];
        continue;
      }
      const char = line[i++]!;
      if (inQuotes) {
        if (char !== quote) field += char;
        else if (line[i] === quote) field += line[i++]!;
        else inQuotes = false;
      } else if (char === quote && !inField) {
        inQuotes = inField = true;
      } else if (comments.includes(char)) {
        break;
      } else if (ends(char)) {
        if (inField || delimiter !== null) fields.push(field);
        field = '';
        inField = false;
      } else {
        field += char;
        inField = true;
      }
    }
    if (inField || (delimiter !== null && (fields.length > 0 || field !== ''))) fields.push(field);
    return fields;
  }
}
