import { ArgumentError, checkDType, DataError, type DType } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { isScalar, type Scalar } from '../elements.ts';
import { type FieldRules, FieldSplitter } from './field-splitter.ts';
import { parseElement } from './number-text.ts';
import { arrange, arrayOf, checkCount, checkMinAxes, type MinAxes } from './rows.ts';
import { readLines, type TextSource } from './text-source.ts';

/** Makes an element of the text of a field. */
export type Converter = (field: string) => Scalar;

/** Options of {@link loadtxt}. */
export interface LoadtxtOptions {
  /** Default float64. */
  readonly dtype?: DType;
  /** What begins a comment; `null` for none. Default `'#'`. */
  readonly comments?: string | readonly string[] | null;
  /** One character between fields; default runs of space. */
  readonly delimiter?: string | null;
  /** A function for all fields, or one for some columns; a column may be negative. */
  readonly converters?: Converter | { readonly [column: number]: Converter };
  /** Lines to leave out first, comments and empty ones included; default 0. */
  readonly skiprows?: number;
  /** Columns to read, negative ones from the right; default all. */
  readonly usecols?: number | readonly number[];
  /** Whether to give columns as rows: `const [x, y] = loadtxt(...)`. */
  readonly unpack?: boolean;
  /** Fewest axes of the result; axes of length 1 beyond it are dropped. Default 0. */
  readonly ndmin?: MinAxes;
  /** Rows to read at most, empty lines not counted; default all. */
  readonly maxRows?: number;
  /** One character that encloses fields with delimiters or comments in them; default none. */
  readonly quotechar?: string | null;
  /** Default `'utf-8'`. */
  readonly encoding?: string;
}

function bad(what: string, got: string, hint: string): never {
  throw new DataError({ where: 'loadtxt', what, got, expected: 'rows of equally many numbers', hint });
}

function badOption(what: string, got: unknown, expected: string): never {
  const hint = 'leave it out for the default';
  throw new ArgumentError({ where: 'loadtxt', what, got: JSON.stringify(got) ?? 'undefined', expected, hint });
}

function checkCharacter(name: string, char: string | null): void {
  if (char === null) return;
  if (char.length !== 1) badOption(`${name} must be a single unicode character or None`, char, 'one character');
  if (char === '\n' || char === '\r') badOption(`${name} cannot be a newline`, char, 'another character');
}

function rulesOf({ comments = '#', delimiter = null, quotechar = null }: LoadtxtOptions): FieldRules {
  const marks = comments === null ? [] : typeof comments === 'string' ? [comments] : [...comments];
  if (marks.includes(''))
    badOption('comments cannot be an empty string. Use comments=None to disable comments', '', 'text');
  checkCharacter('delimiter', delimiter);
  checkCharacter('quotechar', quotechar);
  if (quotechar !== null && marks.some((mark) => mark.length !== 1 || marks.length > 1))
    badOption(
      'when multiple comments or a multi-character comment is given, quotes are not supported',
      quotechar,
      'quotechar null',
    );
  for (const [name, char] of [
    ['delimiter', delimiter],
    ['quotechar', quotechar],
  ] as const)
    if (char !== null && (marks.includes(char) || (name === 'quotechar' && char === delimiter)))
      badOption(`the values for control characters are incompatible: ${name}`, char, 'different characters');
  return { delimiter, comments: marks, quote: quotechar };
}

function columnsOf(usecols: LoadtxtOptions['usecols']): readonly number[] | undefined {
  if (usecols === undefined) return undefined;
  const columns = typeof usecols === 'number' ? [usecols] : usecols;
  if (!columns.every(Number.isInteger)) badOption('usecols must be an int or a sequence of ints', usecols, 'integers');
  return columns;
}

function converterOf(
  converters: LoadtxtOptions['converters'],
  count: number,
): (column: number) => Converter | undefined {
  if (converters === undefined) return () => undefined;
  if (typeof converters === 'function') return () => converters;
  const byColumn = new Map<number, Converter>();
  for (const [key, convert] of Object.entries(converters)) {
    const column = Number(key);
    if (!Number.isInteger(column) || column < -count || column >= count)
      badOption(
        `converter specified for column ${key}, which is invalid for the number of fields ${count}`,
        key,
        'a column',
      );
    byColumn.set(column < 0 ? column + count : column, convert);
  }
  return (column) => byColumn.get(column);
}

function convert(field: string, converter: Converter | undefined, dtype: DType): Scalar | undefined {
  if (converter === undefined) return parseElement(field, dtype);
  const value: unknown = converter(field);
  return isScalar(value) ? value : undefined;
}

/** Reads rows by the options; what it needs to know of the first row, it learns from it. */
class RowReader {
  readonly values: Scalar[] = [];
  rows = 0;
  readonly #options: LoadtxtOptions;
  readonly #dtype: DType;
  readonly #asked: readonly number[] | undefined;
  #fields = -1;
  #chosen: readonly number[] = [];
  #converter: (column: number) => Converter | undefined = () => undefined;

  constructor(options: LoadtxtOptions, dtype: DType) {
    this.#options = options;
    this.#dtype = dtype;
    this.#asked = columnsOf(options.usecols);
  }

  /** Numbers in a row. */
  get width(): number {
    return this.#asked?.length ?? Math.max(this.#fields, 1);
  }

  add(fields: readonly string[], line: number): void {
    if (this.#fields < 0) {
      this.#fields = fields.length;
      this.#chosen = this.#asked ?? fields.map((_, i) => i);
      this.#converter = converterOf(this.#options.converters, fields.length);
    }
    if (this.#asked === undefined && fields.length !== this.#fields)
      bad(
        `the number of columns changed from ${this.#fields} to ${fields.length} at row ${this.rows + 1}`,
        `line ${line}`,
        'use `usecols` to select a subset and avoid this error',
      );
    for (const index of this.#chosen) this.values.push(this.#element(fields, index, line));
    this.rows++;
  }

  #element(fields: readonly string[], index: number, line: number): Scalar {
    const column = index < 0 ? index + fields.length : index;
    const field = fields[column];
    if (field === undefined)
      return bad(
        `invalid column index ${index} at row ${this.rows + 1} with ${fields.length} columns`,
        `line ${line}`,
        'change usecols',
      );
    const value = convert(field, this.#converter(column), this.#dtype);
    if (value !== undefined) return value;
    return bad(
      `could not convert string ${JSON.stringify(field)} to ${this.#dtype} at row ${this.rows}, column ${column + 1}`,
      `line ${line}`,
      'pass skiprows, comments, delimiter or converters that suit the file; genfromtxt reads files with gaps',
    );
  }
}

/**
 * Reads a text file of numbers, each row with equally many.
 *
 * A file without numbers gives an empty array. Integers are read exactly, and refused where the dtype does not hold them.
 *
 * @param fname A path (in Node), the bytes of a file, or its lines.
 * @returns [rows, columns]; axes of length 1 are dropped down to `ndmin`.
 * @throws DataError for fields that are no numbers and rows of different lengths; ArgumentError for options without meaning.
 * @example
 * loadtxt(['1 2', '# half', '3 4.5']).tolist() // => [ [ 1, 2 ], [ 3, 4.5 ] ]
 * loadtxt(['1,2', '3,4'], { delimiter: ',', dtype: 'int32', usecols: 1 }).tolist() // => [ 2, 4 ]
 */
export function loadtxt(fname: TextSource, options: LoadtxtOptions = {}): NDArray {
  const dtype = checkDType(options.dtype ?? 'float64', 'loadtxt');
  const ndmin = checkMinAxes(options.ndmin ?? 0, 'loadtxt');
  checkCount(options.skiprows, 'skiprows', 0, 'loadtxt');
  checkCount(options.maxRows, 'maxRows', 0, 'loadtxt');
  const rules = rulesOf(options);
  const lines = readLines(fname, options.encoding ?? 'utf-8', 'loadtxt');
  const splitter = new FieldSplitter(lines, rules, options.skiprows ?? 0);
  const reader = new RowReader(options, dtype);
  const { maxRows = Infinity } = options;
  while (reader.rows < maxRows) {
    const fields = splitter.next();
    if (fields === undefined) break;
    if (fields.length > 0) reader.add(fields, splitter.at);
  }
  const x = arrayOf(reader.values, dtype, [reader.rows, reader.width], 'loadtxt');
  return arrange(x, ndmin, options.unpack ?? false);
}
