import { ArgumentError, checkDType, DataError, type DType, DTYPES } from '@isograd/device';
import { NDArray } from '../array.ts';
import { readElement, type Scalar } from '../elements.ts';
import { type DTypeSpec, parseDtype } from '../functions/dtype-spec.ts';
import { Storage } from '../storage.ts';
import {
  bytesOf,
  type ByteSource,
  elementBytes,
  fromBytes,
  isBytes,
  LITTLE_ENDIAN,
  swapped,
  typedMemory,
} from './bytes.ts';
import { fileBytes, writeFile } from './files.ts';
import { scanNumbers } from './number-scan.ts';
import { percentFormat } from './percent-format.ts';
import { arrayOf, checkCount } from './rows.ts';
import { decode } from './text-source.ts';

/** Options of {@link frombuffer}. */
export interface FrombufferOptions {
  /** A dtype, or a spelling with a byte order: `'>i4'`. Default float64. */
  readonly dtype?: string;
  /** Elements to read; default all. */
  readonly count?: number;
  /** Bytes to leave out first; default 0. */
  readonly offset?: number;
}

/** Options of {@link fromfile}. */
export interface FromfileOptions extends FrombufferOptions {
  /** What stands between the numbers of a text; default `''`, for a file of bytes. */
  readonly sep?: string;
}

/** Options of {@link tofile}. */
export interface TofileOptions {
  /** What to write between the numbers of a text; default `''`, for bytes. */
  readonly sep?: string;
  /** How to write each number of a text; default `'%s'`. */
  readonly format?: string;
}

function specOf(spec: string, where: string): DTypeSpec {
  return parseDtype(spec) ?? { dtype: checkDType(spec, where), order: 'native' };
}

function refuse(where: string, what: string, got: string, expected: string): never {
  throw new DataError({ where, what, got, expected, hint: 'check dtype, count and offset' });
}

const isForeign = (order: DTypeSpec['order']): boolean =>
  order === 'big' ? LITTLE_ENDIAN : order === 'little' && !LITTLE_ENDIAN;

/**
 * Memory as an array of one axis that shares it: writes show on both sides.
 *
 * Copied instead are elements of the other byte order, and those that do not begin at a multiple of their size, which JavaScript cannot address.
 *
 * @throws DataError when the memory does not have the elements; ArgumentError for what is no memory.
 * @example
 * frombuffer(new Uint8Array([1, 0, 2, 0]), { dtype: 'uint16' }).tolist() // => [ 1, 2 ]
 * frombuffer(new Uint8Array([0, 1, 0, 2]), { dtype: '>u2' }).tolist() // => [ 1, 2 ]
 */
export function frombuffer(buffer: ByteSource, options: FrombufferOptions = {}): NDArray {
  const where = 'frombuffer';
  if (!isBytes(buffer))
    throw new ArgumentError({
      where,
      what: 'a bytes-like object is required',
      got: buffer === null ? 'null' : typeof buffer,
      expected: 'an ArrayBuffer or a view of one',
      hint: 'array(...) makes one of numbers',
    });
  const raw = slice(bytesOf(buffer), options, where);
  const { dtype, order } = specOf(options.dtype ?? 'float64', where);
  const { itemsize, lanes } = DTYPES[dtype];
  const bytes = isForeign(order) ? swapped(raw, itemsize / lanes) : raw;
  return new NDArray(new Storage(typedMemory(bytes, dtype, true)), dtype, [bytes.length / itemsize]);
}

/** The bytes of the elements asked for. */
function slice(
  bytes: Uint8Array,
  { dtype = 'float64', count = -1, offset = 0 }: FrombufferOptions,
  where: string,
): Uint8Array {
  const { itemsize } = DTYPES[specOf(dtype, where).dtype];
  if (!Number.isInteger(offset) || offset < 0 || offset > bytes.length)
    refuse(
      where,
      `offset must be non-negative and no greater than buffer length (${bytes.length})`,
      String(offset),
      'an offset inside the memory',
    );
  const left = bytes.length - offset;
  if (count === -1) {
    if (left % itemsize !== 0)
      refuse(where, 'buffer size must be a multiple of element size', `${left} bytes`, `a multiple of ${itemsize}`);
    return bytes.subarray(offset);
  }
  checkCount(count, 'count', 0, where);
  if (count * itemsize > left)
    refuse(where, 'buffer is smaller than requested size', `${left} bytes`, `${count * itemsize} bytes`);
  return bytes.subarray(offset, offset + count * itemsize);
}

/**
 * Reads a file of bytes without a header, or with `sep` a text of numbers.
 *
 * A file that does not have the elements asked for, or ends within one, is refused; NumPy gives what is there.
 *
 * @param file A path (in Node), or bytes.
 * @returns [elements]
 * @throws DataError for a file that does not fit; DeviceError for a path where there are no files.
 * @example
 * fromfile(new Uint8Array([1, 2, 3]), { dtype: 'uint8', offset: 1 }).tolist() // => [ 2, 3 ]
 */
export function fromfile(file: string | ByteSource, options: FromfileOptions = {}): NDArray {
  const where = 'fromfile';
  const all = fileBytes(file, where);
  const { dtype, order } = specOf(options.dtype ?? 'float64', where);
  const { sep = '', count = -1 } = options;
  if (sep !== '')
    return numbers(decode(all.subarray(options.offset ?? 0), 'utf-8', where), { dtype, sep, count }, where);
  const raw = slice(all, options, where);
  const { itemsize, lanes } = DTYPES[dtype];
  const bytes = isForeign(order) ? swapped(raw, itemsize / lanes) : raw.slice();
  return fromBytes(bytes, dtype, [bytes.length / itemsize]);
}

/** Options of {@link fromstring}. */
export interface FromstringOptions {
  /** Default float64. */
  readonly dtype?: DType;
  /** Numbers to read; default all. */
  readonly count?: number;
  /** What stands between the numbers; space in it stands for any amount of space. */
  readonly sep: string;
}

/**
 * Reads the numbers in a text.
 *
 * @returns [numbers]
 * @throws DataError for what is no number, is out of range, or when there are fewer than `count`; ArgumentError without `sep`.
 * @example
 * fromstring('1, 2, 3.5', { sep: ',' }).tolist() // => [ 1, 2, 3.5 ]
 */
export function fromstring(string: string, options: FromstringOptions): NDArray {
  const where = 'fromstring';
  const { dtype = 'float64', count = -1, sep } = options;
  if (typeof sep !== 'string' || sep === '')
    throw new ArgumentError({
      where,
      what: 'The binary mode of fromstring is removed, use frombuffer instead',
      got: JSON.stringify(sep) ?? 'no sep',
      expected: 'what stands between the numbers',
      hint: "fromstring('1 2', { sep: ' ' })",
    });
  return numbers(string, { dtype: checkDType(dtype, where), sep, count }, where);
}

function numbers(text: string, options: { dtype: DType; sep: string; count: number }, where: string): NDArray {
  if (options.count !== -1) checkCount(options.count, 'count', 0, where);
  const values = scanNumbers(text, options, where);
  return arrayOf(values, options.dtype, [values.length], where);
}

/**
 * The bytes of the elements, as a copy.
 *
 * @param order `'C'` (default) row by row, `'F'` column by column.
 * @example
 * tobytes(array([1, 2], { dtype: 'uint8' })) // => Uint8Array(2) [ 1, 2 ]
 */
export function tobytes(x: NDArray, order: 'C' | 'F' = 'C'): Uint8Array {
  return elementBytes(order === 'F' ? x.plain().T : x).slice();
}

/**
 * Writes the elements in C order into a file, as bytes or with `sep` as text. What dtype and shape were, the file does not tell: `save` keeps them.
 *
 * @throws DataError when the file cannot be written; ArgumentError for a bad format; DeviceError where there are no files.
 */
export function tofile(x: NDArray, file: string, options: TofileOptions = {}): void {
  const { sep = '', format = '%s' } = options;
  if (sep === '') return writeFile(file, elementBytes(x), 'tofile');
  const print = percentFormat(format, 'tofile');
  if (print.count !== 1)
    throw new ArgumentError({
      where: 'tofile',
      what: 'the format must take one value',
      got: JSON.stringify(format),
      expected: "a format such as '%s' or '%.3f'",
      hint: 'sep stands between the values',
    });
  const { data, dtype } = x.plain();
  // Python prints elements as its own numbers, so a float32 with the digits of a float64
  const printed = DTYPES[dtype].kind === 'f' ? 'float64' : DTYPES[dtype].kind === 'c' ? 'complex128' : dtype;
  const texts = Array.from({ length: x.size }, (_, i): string => {
    const value: Scalar = readElement(data, i, dtype);
    return print.format([{ value, dtype: printed }]);
  });
  writeFile(file, new TextEncoder().encode(texts.join(sep)), 'tofile');
}
