import { DataError, DTYPES, type DType, type TypedArray } from '@isograd/device';
import { type ByteSource, plainChunks } from './byte-source.ts';

/** What an IDX file holds, in C order. */
export interface IdxArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements, in the machine's byte order. */
  readonly data: TypedArray;
}

/** What a reader of IDX may know beforehand. */
export interface IdxOptions {
  /** What errors call the data. Default `IDX data`. */
  readonly name?: string;
  /** The shape that must be found; `null` stands for any length. Checked as soon as the header is read. */
  readonly shape?: readonly (number | null)[];
  /** The dtype that must be found. */
  readonly dtype?: DType;
}

const CODES: ReadonlyMap<number, DType> = new Map<number, DType>([
  [0x08, 'uint8'],
  [0x0c, 'int32'],
  [0x0d, 'float32'],
  [0x0e, 'float64'],
]);
const EXPECTED_MAGIC = `0, 0, a type code of ${[...CODES].map(([code, dtype]) => `${code} (${dtype})`).join(', ')}, the number of axes`;

/**
 * Reads an IDX array from chunks of any size: `push` each, then `finish`.
 *
 * Source: LeCun, Cortes, Burges, "The MNIST database", section "The IDX file format": two zero bytes, a type code, the number of axes, each
 * length as a big-endian uint32, then the elements, big-endian.
 *
 * @example
 * const reader = new IdxReader();
 * reader.push(new Uint8Array([0, 0, 8, 1, 0, 0]));
 * reader.push(new Uint8Array([0, 2, 7, 9]));
 * reader.finish().shape // => [ 2 ]
 */
export class IdxReader {
  readonly #name: string;
  readonly #wanted: IdxOptions;
  #header = new Uint8Array(4);
  #headerSize = 0;
  #dtype: DType | undefined;
  #shape: readonly number[] | undefined;
  #body = new Uint8Array(0);
  #bodySize = 0;

  constructor(options: IdxOptions = {}) {
    this.#name = options.name ?? 'IDX data';
    this.#wanted = options;
  }

  /**
   * Takes the next bytes.
   *
   * @throws DataError as soon as the header is wrong or there are more bytes than it announces.
   */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (this.#shape === undefined && at < chunk.length) {
      const taken = chunk.subarray(at, at + this.#header.length - this.#headerSize);
      this.#header.set(taken, this.#headerSize);
      this.#headerSize += taken.length;
      at += taken.length;
      if (this.#headerSize === this.#header.length) this.#readHeader();
    }
    const rest = chunk.subarray(at);
    if (rest.length > this.#body.length - this.#bodySize) {
      throw this.#broken('holds more bytes than its header says', {
        got: `at least ${this.#headerSize + this.#bodySize + rest.length} bytes`,
        expected: this.#expectedBytes(),
      });
    }
    this.#body.set(rest, this.#bodySize);
    this.#bodySize += rest.length;
  }

  /**
   * Ends the reading.
   *
   * @throws DataError when bytes are missing.
   */
  finish(): IdxArray {
    if (this.#shape === undefined || this.#dtype === undefined || this.#bodySize < this.#body.length) {
      throw this.#broken('is truncated', {
        got: `${this.#headerSize + this.#bodySize} bytes`,
        expected: this.#expectedBytes(),
        hint: 'fetch the file again',
      });
    }
    const { Array, itemsize } = DTYPES[this.#dtype];
    swapToNative(this.#body, itemsize);
    return { dtype: this.#dtype, shape: this.#shape, data: new Array(this.#body.buffer) };
  }

  #readHeader(): void {
    const view = new DataView(this.#header.buffer);
    const rank = view.getUint8(3);
    const dtype = CODES.get(view.getUint8(2));
    if (view.getUint16(0) !== 0 || dtype === undefined || rank === 0) {
      throw this.#broken('does not begin as an IDX file', {
        got: `bytes ${[...this.#header.subarray(0, 4)].join(', ')}`,
        expected: EXPECTED_MAGIC,
        hint: 'is it another format, or damaged?',
      });
    }
    this.#dtype = dtype;
    if (this.#headerSize < 4 + 4 * rank) {
      const header = new Uint8Array(4 + 4 * rank);
      header.set(this.#header);
      this.#header = header;
      return;
    }
    const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
    this.#checkWanted(dtype, shape);
    this.#allocate(
      shape.reduce((size, length) => size * length, DTYPES[dtype].itemsize),
      shape,
    );
    this.#shape = shape;
  }

  #checkWanted(dtype: DType, shape: readonly number[]): void {
    const { dtype: wantedType = dtype, shape: wanted = shape } = this.#wanted;
    const fits =
      wanted.length === shape.length && wanted.every((length, axis) => length === null || length === shape[axis]);
    if (fits && dtype === wantedType) return;
    throw this.#broken('holds another array than expected', {
      got: `${dtype} [${shape.join(', ')}]`,
      expected: `${wantedType} [${wanted.map((length) => length ?? 'n').join(', ')}]`,
      hint: 'is it another file of the set?',
    });
  }

  #allocate(bytes: number, shape: readonly number[]): void {
    try {
      this.#body = new Uint8Array(bytes);
    } catch (cause) {
      throw this.#broken(
        'announces more than fits into memory',
        { got: `shape [${shape.join(', ')}], ${bytes} bytes`, expected: 'what one buffer can hold' },
        cause,
      );
    }
  }

  #expectedBytes(): string {
    if (this.#shape === undefined) return `${this.#header.length} bytes of header`;
    return `${this.#headerSize + this.#body.length} bytes for shape [${this.#shape.join(', ')}] of ${this.#dtype}`;
  }

  #broken(what: string, parts: { got: string; expected: string; hint?: string }, cause?: unknown): DataError {
    return new DataError({ where: 'parseIdx', what: `${this.#name} ${what}`, ...parts }, { cause });
  }
}

/**
 * Reads an IDX array from bytes that are not compressed.
 *
 * @throws DataError when the bytes are truncated, begin wrongly, have another shape than asked for, or go on after the end.
 * @example
 * const { shape, data } = parseIdx(new Uint8Array([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6]));
 * shape // => [ 1, 2 ]
 * data // => Uint8Array(2) [ 5, 6 ]
 */
export function parseIdx(bytes: Uint8Array, options: IdxOptions = {}): IdxArray {
  const reader = new IdxReader(options);
  reader.push(bytes);
  return reader.finish();
}

/**
 * Reads an IDX array from a stream or buffer, plain or gzipped, without holding the compressed and the plain bytes at once.
 *
 * @throws DataError as {@link parseIdx}, and when the gzip data is damaged.
 * @example
 * const { shape } = await readIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 5]));
 * shape // => [ 1 ]
 */
export async function readIdx(source: ByteSource, options: IdxOptions = {}): Promise<IdxArray> {
  const reader = new IdxReader(options);
  for await (const chunk of plainChunks(source, options.name ?? 'IDX data')) reader.push(chunk);
  return reader.finish();
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function swapToNative(bytes: Uint8Array, itemsize: number): void {
  if (itemsize === 1 || !LITTLE_ENDIAN) return;
  for (let at = 0; at < bytes.length; at += itemsize) bytes.subarray(at, at + itemsize).reverse();
}
