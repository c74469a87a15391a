import { ArgumentError, partOf, ShapeError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { Complex } from '../complex.ts';
import { readElement } from '../elements.ts';
import { writeFile } from './files.ts';
import { type Formattable, type PercentFormat, percentFormat } from './percent-format.ts';

/** Options of {@link savetxt} and {@link toTxt}. */
export interface SavetxtOptions {
  /**
   * A format for each element, one for a whole row, or a list with one for each column; `%d`, `%.3f`, `%s` and the rest of Python's.
   * Default `'%.18e'`, which keeps every digit.
   */
  readonly fmt?: string | readonly string[];
  /** Between the columns; default a space. */
  readonly delimiter?: string;
  /** Behind each row; default `\n`. */
  readonly newline?: string;
  /** Lines before and behind the rows, each marked as a comment; default none. */
  readonly header?: string;
  readonly footer?: string;
  /** What marks them; default `'# '`. */
  readonly comments?: string;
}

function badFormat(what: string, got: unknown): never {
  throw new ArgumentError({
    where: 'savetxt',
    what,
    got: JSON.stringify(got) ?? 'undefined',
    expected: 'one format, or as many as there are columns',
    hint: "fmt: '%.3f'",
  });
}

function rowFormat(columns: number, complex: boolean, options: SavetxtOptions): PercentFormat {
  const { fmt = '%.18e', delimiter = ' ' } = options;
  const needed = complex ? 2 * columns : columns;
  let text: string;
  if (typeof fmt === 'string') {
    const count = fmt.split('%').length - 1;
    if (count === 1)
      text = Array<string>(columns)
        .fill(complex ? ` (${fmt}+${fmt}j)` : fmt)
        .join(delimiter);
    else if (count === needed) text = fmt;
    else badFormat(`fmt has wrong number of % formats:  ${fmt}`, fmt);
  } else if (Array.isArray(fmt)) {
    if (fmt.length !== columns) badFormat('fmt has wrong shape', fmt);
    text = fmt.join(delimiter);
  } else badFormat('invalid fmt', fmt);
  const format = percentFormat(text, 'savetxt');
  if (format.count !== needed) badFormat('the format does not take the values of a row', fmt);
  return format;
}

/** The values of a row, complex ones by their parts. */
function itemsOf(x: NDArray, begin: number, count: number): Formattable[] {
  const data = x.data;
  const part = partOf(x.dtype);
  return Array.from({ length: count }, (_, i) => readElement(data, begin + i, x.dtype)).flatMap((value) =>
    value instanceof Complex
      ? [
          { value: value.re, dtype: part },
          { value: value.im, dtype: part },
        ]
      : [{ value, dtype: x.dtype }],
  );
}

/**
 * An array as text, a row a line, as {@link savetxt} writes it.
 *
 * @param x [rows] or [rows, columns]
 * @throws ShapeError for another number of axes; ArgumentError for a format that does not suit.
 * @example
 * toTxt(array([[1, 2], [3, 4]]), { fmt: '%d', delimiter: ',', newline: ';' }) // => 1,2;3,4;
 */
export function toTxt(x: NDArray, options: SavetxtOptions = {}): string {
  const plain = x.plain();
  if (plain.ndim !== 1 && plain.ndim !== 2)
    throw new ShapeError({
      where: 'savetxt',
      what: `Expected 1D or 2D array, got ${plain.ndim}D array instead`,
      got: `shape [${plain.shape.join(', ')}]`,
      expected: '[rows] or [rows, columns]',
      hint: 'reshape it, or use save',
    });
  const { newline = '\n', header = '', footer = '', comments = '# ' } = options;
  const [rows = 0, columns = 1] = plain.shape;
  const complex = partOf(plain.dtype) !== plain.dtype;
  const format = rowFormat(columns, complex, options);
  const remark = (text: string): string =>
    text === '' ? '' : `${comments}${text.replaceAll('\n', `\n${comments}`)}${newline}`;
  let out = remark(header);
  for (let row = 0; row < rows; row++) {
    const line = format.format(itemsOf(plain, row * columns, columns)) + newline;
    // a negative imaginary part brings its own sign
    out += complex ? line.replaceAll('+-', '-') : line;
  }
  return out + remark(footer);
}

/**
 * Writes an array into a text file, a row a line, as `numpy.savetxt` does.
 *
 * The file is written as a whole or not at all. {@link toTxt} gives the text instead.
 *
 * @param x [rows] or [rows, columns]
 * @throws As {@link toTxt}; DataError when the file cannot be written; DeviceError where there are no files.
 */
export function savetxt(fname: string, x: NDArray, options: SavetxtOptions = {}): void {
  writeFile(fname, new TextEncoder().encode(toTxt(x, options)), 'savetxt');
}
