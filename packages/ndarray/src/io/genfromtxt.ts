import { ArgumentError, checkDType, DataError, type DType, DTYPES } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { complex } from '../complex.ts';
import { isScalar, type Scalar } from '../elements.ts';
import type { Converter } from './loadtxt.ts';
import { parseComplexText, parseFloatText, parseIntegerText, strip, words } from './number-text.ts';
import { arrange, arrayOf, checkCount, checkMinAxes, type MinAxes } from './rows.ts';
import { readLines, type TextSource } from './text-source.ts';

/** Options of {@link genfromtxt}. */
export interface GenfromtxtOptions {
  /** Default float64; `null` finds the one that suits all columns. */
  readonly dtype?: DType | null;
  /** What begins a comment; `null` for none. Default `'#'`. */
  readonly comments?: string | null;
  /** Text between fields, or the width of all fields or of each; default runs of space. */
  readonly delimiter?: string | number | readonly number[] | null;
  /** Lines to leave out at the beginning and rows at the end; default 0. */
  readonly skipHeader?: number;
  readonly skipFooter?: number;
  /** Functions for some columns. */
  readonly converters?: { readonly [column: number]: Converter };
  /** Words that stand for a missing value besides nothing at all: for all columns (comma-separated), in order, or by column. */
  readonly missingValues?: string | readonly string[] | { readonly [column: number]: string | readonly string[] };
  /** What stands in the array where a value is missing: for all columns, in order, or by column. Default NaN, -1 for integers. */
  readonly fillingValues?: Scalar | readonly Scalar[] | { readonly [column: number]: Scalar };
  /** Columns to read, negative ones from the right; default all. */
  readonly usecols?: number | readonly number[];
  /** Whether to strip space from fields. */
  readonly autostrip?: boolean;
  /** Whether what is no number counts as missing (default), instead of being refused. */
  readonly loose?: boolean;
  /** Whether rows of another length are refused (default), instead of being left out. */
  readonly invalidRaise?: boolean;
  readonly maxRows?: number;
  /** Whether to give columns as rows. */
  readonly unpack?: boolean;
  /** Fewest axes of the result. Default 0. */
  readonly ndmin?: MinAxes;
  /** Default `'utf-8'`. */
  readonly encoding?: string;
}

const WHERE = 'genfromtxt';

function bad(what: string, got: string, hint: string): never {
  throw new DataError({ where: WHERE, what, got, expected: 'rows of equally many numbers', hint });
}

function badOption(what: string, got: unknown, hint: string): never {
  const expected = 'options of genfromtxt without those for arrays with fields';
  throw new ArgumentError({ where: WHERE, what, got: JSON.stringify(got) ?? 'undefined', expected, hint });
}

type Splitter = (line: string) => string[];

function slices(line: string, widths: readonly number[]): string[] {
  let at = 0;
  return widths.map((width) => line.slice(at, (at += width)));
}

function splitterOf({ delimiter = null, comments = '#', autostrip = false }: GenfromtxtOptions): Splitter {
  const uncommented: Splitter = (line) => [comments === null || comments === '' ? line : line.split(comments)[0]!];
  const split = (line: string): string[] => {
    const [text = ''] = uncommented(line);
    if (typeof delimiter === 'object' && delimiter !== null) return text === '' ? [] : slices(text, delimiter);
    if (typeof delimiter === 'number' && delimiter !== 0)
      return text === '' ? [] : (text.match(new RegExp(`.{1,${delimiter}}`, 'gsu')) ?? []);
    const inner = strip(text, (char) => char === ' ' || char === '\r' || char === '\n');
    if (inner === '') return [];
    return typeof delimiter === 'string' && delimiter !== '' ? inner.split(delimiter) : words(inner);
  };
  return autostrip ? (line) => split(line).map((field) => strip(field)) : split;
}

/** Python's numbers may have single underscores between digits. */
function plain(text: string): string {
  return strip(text).replace(/(?<=\d)_(?=\d)/g, '');
}

const asFloat = (text: string): number | undefined => parseFloatText(plain(text));
const asInteger = (text: string): number | bigint | undefined => parseIntegerText(plain(text));
const asComplex = (text: string): Scalar | undefined => {
  // Python takes a bare j for 1j
  const inner = plain(text).replace(/(^|[+-])(?=j\)?$)/i, '$11');
  return parseComplexText(inner.startsWith('(') ? `(${strip(inner.slice(1, -1))})` : inner);
};
function asBool(text: string): boolean | undefined {
  const upper = text.toUpperCase();
  return upper === 'TRUE' ? true : upper === 'FALSE' ? false : undefined;
}
/** NumPy reads integers of less than 64 bits through floats. */
function asTruncated(text: string): number | undefined {
  const value = asFloat(text);
  if (value === undefined || Number.isFinite(value)) return value === undefined ? undefined : Math.trunc(value);
  return Number.isNaN(value)
    ? undefined
    : bad('cannot convert float infinity to integer', `'${text}'`, 'read as float64');
}
function asInt64(text: string): number | bigint | undefined {
  const value = asInteger(text);
  return value !== undefined && BigInt.asIntN(64, BigInt(value)) === BigInt(value) ? value : undefined;
}

/** What a column is read as: the type, its function, and what a missing value becomes. */
interface Reading {
  readonly dtype: DType;
  readonly parse: (text: string) => Scalar | undefined;
  readonly missing: Scalar;
}

/** The types that a column is tried as, the narrowest first. */
const LADDER: readonly Reading[] = [
  { dtype: 'bool', parse: asBool, missing: false },
  { dtype: 'int64', parse: asInt64, missing: -1 },
  { dtype: 'float64', parse: asFloat, missing: Number.NaN },
  { dtype: 'complex128', parse: asComplex, missing: complex(Number.NaN, 0) },
];

function readingOf(dtype: DType): Reading {
  const { kind, itemsize } = DTYPES[dtype];
  const base = LADDER['bifc'.indexOf(kind === 'u' ? 'i' : kind)]!;
  return {
    ...base,
    dtype,
    parse: kind === 'i' || kind === 'u' ? (itemsize === 8 ? asInteger : asTruncated) : base.parse,
  };
}

interface Column extends Reading {
  readonly words: ReadonlySet<string>;
  /** Whether the values tell the type, which missing ones alone do not. */
  readonly known: boolean;
}

/** Reads an option that is given for all columns, in order, or by column. */
function perColumn<T>(
  option: T | readonly T[] | { readonly [column: number]: T } | undefined,
  columns: readonly number[] | undefined,
  count: number,
  isOne: (value: unknown) => value is T,
): (T | undefined)[] {
  if (option === undefined) return Array<undefined>(count).fill(undefined);
  if (isOne(option)) return Array<T>(count).fill(option);
  if (Array.isArray(option)) return Array.from({ length: count }, (_, i) => (option as readonly T[])[i]);
  const out = Array<T | undefined>(count).fill(undefined);
  for (const [key, value] of Object.entries(option as { readonly [column: number]: T })) {
    const column = Number(key);
    const at = columns?.includes(column) ? columns.indexOf(column) : column;
    const place = at < 0 ? at + count : at;
    if (place >= 0 && place < count) out[place] = value;
    else badOption(`there is no column ${key}`, key, `columns are 0 to ${count - 1}`);
  }
  return out;
}

interface Table {
  readonly rows: readonly (readonly string[])[];
  /** The rows and those of the footer, which take part in finding a dtype. */
  readonly all: readonly (readonly string[])[];
  readonly width: number;
  readonly columns: readonly number[] | undefined;
}

/** The columns to read, by the number of fields in the first row; `undefined` for all. */
function chosenColumns({ usecols }: GenfromtxtOptions, count: number): readonly number[] | undefined {
  if (usecols === undefined) return undefined;
  const columns = typeof usecols === 'number' ? [usecols] : usecols;
  if (!columns.every(Number.isInteger)) badOption('usecols must be integers', usecols, 'fields have no names here');
  return columns.length === 0 ? undefined : columns.map((column) => (column < 0 ? column + count : column));
}

function readTable(lines: readonly string[], options: GenfromtxtOptions): Table {
  const { skipHeader = 0, maxRows = Infinity } = options;
  const split = splitterOf(options);
  let first = skipHeader;
  while (first < lines.length && split(lines[first]!).length === 0) first++;
  const count = first < lines.length ? split(lines[first]!).length : 0;
  const columns = chosenColumns(options, count);
  const width = columns?.length ?? count;
  const all: string[][] = [];
  const invalid: [number, number][] = [];
  for (let i = first; i < lines.length && all.length < maxRows; i++) {
    const fields = split(lines[i]!);
    if (fields.length === 0) continue;
    const row = columns ? columns.flatMap((column) => fields[column] ?? []) : fields;
    if (row.length === width) all.push(row);
    else invalid.push([i - first + skipHeader + 1, fields.length]);
  }
  return { rows: withoutFooter(all, invalid, width, options), all, width, columns };
}

/** Leaves out the last rows, good or bad ones; refuses bad ones before. */
function withoutFooter(
  rows: readonly string[][],
  invalid: readonly (readonly [number, number])[],
  width: number,
  options: GenfromtxtOptions,
): readonly string[][] {
  const { skipFooter = 0, skipHeader = 0, invalidRaise = true } = options;
  const last = rows.length + invalid.length - skipFooter + skipHeader;
  const reported = skipFooter > 0 ? invalid.filter(([line]) => line <= last) : invalid;
  const footer = Math.max(skipFooter - (invalid.length - reported.length), 0);
  if (reported.length > 0 && invalidRaise) {
    const list = reported.map(([line, count]) => `Line #${line} (got ${count} columns instead of ${width})`);
    const hint = 'pass { invalidRaise: false } to leave such lines out';
    bad('Some errors were detected !', list.slice(0, 5).join('; '), hint);
  }
  return footer > 0 ? rows.slice(0, -footer) : rows;
}

function missingWords(options: GenfromtxtOptions, { columns, width }: Table): ReadonlySet<string>[] {
  const isOne = (value: unknown): value is string => typeof value === 'string';
  const { missingValues } = options;
  const given =
    typeof missingValues === 'object' && !Array.isArray(missingValues)
      ? perColumn<string | readonly string[]>(missingValues as { [column: number]: string }, columns, width, isOne)
      : perColumn<string>(missingValues as string | readonly string[], columns, width, isOne);
  return given.map(
    (one) =>
      new Set([
        '',
        ...(one === undefined
          ? []
          : typeof one === 'string'
            ? typeof missingValues === 'string'
              ? one.split(',')
              : [one]
            : one),
      ]),
  );
}

/** The narrowest reading that takes every field of a column. */
function climb(fields: readonly string[], missing: ReadonlySet<string>, fill: Scalar | undefined): Column {
  for (const [step, reading] of LADDER.entries()) {
    let known = true;
    const fits = fields.every((field) => {
      if (reading.parse(field) !== undefined) return true;
      if (!missing.has(strip(field))) return false;
      known &&= step > 0;
      return true;
    });
    if (fits) return { ...reading, missing: fill ?? reading.missing, words: missing, known };
  }
  return bad(
    'a column of text has no dtype',
    JSON.stringify(fields.find((f) => asComplex(f) === undefined)),
    'leave it out with usecols',
  );
}

function columnsOf(table: Table, options: GenfromtxtOptions): Column[] {
  const { dtype = 'float64' } = options;
  const isOne = (value: unknown): value is Scalar => isScalar(value);
  const fills = perColumn<Scalar>(options.fillingValues, table.columns, table.width, isOne);
  const sets = missingWords(options, table);
  const read = dtype === null ? undefined : readingOf(checkDType(dtype, WHERE));
  return sets.map((missing, i) => {
    const fill = fills[i];
    if (read) return { ...read, missing: fill ?? read.missing, words: missing, known: true };
    return climb(
      table.all.map((row) => row[i]!),
      missing,
      fill,
    );
  });
}

function commonDType(columns: readonly Column[]): DType {
  const found = [...new Set(columns.filter(({ known }) => known).map(({ dtype }) => dtype))];
  if (found.length === 1) return found[0]!;
  return bad(
    'the columns have different types, and arrays with fields (structured dtypes) are not supported',
    columns.map(({ dtype }) => dtype).join(', '),
    "pass a dtype such as 'float64', or read some columns with usecols",
  );
}

function valueOf(field: string, column: Column, converter: Converter | undefined, loose: boolean): Scalar {
  const value = converter === undefined ? column.parse(field) : converter(field);
  if (value !== undefined && isScalar(value)) return value;
  if (loose || column.words.has(strip(field))) return column.missing;
  return bad(`Cannot convert string '${field}'`, column.dtype, 'pass missingValues, or { loose: true }');
}

const UNSUPPORTED = ['names', 'excludelist', 'deletechars', 'replaceSpace', 'caseSensitive', 'defaultfmt', 'usemask'];

function checkOptions(options: GenfromtxtOptions): void {
  const named = UNSUPPORTED.find((name) => Object.hasOwn(options, name));
  if (named !== undefined)
    badOption(
      `'${named}' is for arrays with fields and masks, which are not supported`,
      named,
      'columns have numbers: usecols, unpack',
    );
  for (const name of ['skipHeader', 'skipFooter'] as const) checkCount(options[name], name, 0, WHERE);
  checkCount(options.maxRows, 'maxRows', 1, WHERE);
  if (options.maxRows !== undefined && (options.skipFooter ?? 0) > 0)
    badOption(
      "The keywords 'skipFooter' and 'maxRows' can not be specified at the same time",
      options.skipFooter,
      'leave one out',
    );
  const { delimiter } = options;
  const widths =
    typeof delimiter === 'number' ? [delimiter] : typeof delimiter === 'object' && delimiter !== null ? delimiter : [];
  for (const width of widths) checkCount(width, 'a width', 0, WHERE);
}

/**
 * Reads a text file of numbers in which some are missing.
 *
 * What is no number becomes NaN (-1 in integers, false in bools), or what `fillingValues` says.
 *
 * @param fname A path (in Node), the bytes of a file, or its lines.
 * @returns [rows, columns]; axes of length 1 are dropped down to `ndmin`.
 * @throws DataError for rows of different lengths, values that the dtype does not hold, columns that have no common dtype; ArgumentError for options of arrays with fields.
 * @example
 * genfromtxt(['1,,3', '4,x,6'], { delimiter: ',' }).tolist() // => [ [ 1, NaN, 3 ], [ 4, NaN, 6 ] ]
 * genfromtxt(['1,,3'], { delimiter: ',', dtype: null, fillingValues: 0 }).tolist() // => [ 1, 0, 3 ]
 */
export function genfromtxt(fname: TextSource, options: GenfromtxtOptions = {}): NDArray {
  checkOptions(options);
  const ndmin = checkMinAxes(options.ndmin ?? 0, WHERE);
  const table = readTable(readLines(fname, options.encoding ?? 'utf-8', WHERE), options);
  const columns = columnsOf(table, options);
  const dtype =
    options.dtype === null ? (columns.length === 0 ? 'float64' : commonDType(columns)) : (options.dtype ?? 'float64');
  const converters = columns.map((_, i) => options.converters?.[table.columns?.[i] ?? i]);
  const loose = options.loose ?? true;
  const values = table.rows.flatMap((row) => row.map((field, i) => valueOf(field, columns[i]!, converters[i], loose)));
  const shape = table.rows.length === 0 ? [0] : [table.rows.length, table.width];
  return arrange(arrayOf(values, dtype, shape, WHERE), ndmin, options.unpack ?? false);
}
