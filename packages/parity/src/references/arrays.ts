import {
  checkDType,
  type DType,
  DTYPES,
  halfToNumber,
  isBig,
  numberToHalf,
  ParityError,
  partOf,
  sizeOf,
  type TypedArray,
} from '@isograd/device';

/** An array as it travels between isograd and a reference: elements in row-major order, as an NDArray keeps them in memory. */
export interface RefArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** float16 as its bits, complex numbers as pairs; {@link numbersOf} reads both. */
  readonly values: TypedArray;
}

/** A {@link RefArray} on its way to another process: the little-endian bytes of its elements in base64. */
export interface WireArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string;
}

/** A {@link RefArray} in a golden file: numbers that read back to the same bits, or strings where JSON has none. */
export interface JsonArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

/**
 * Makes an array from numbers in row-major order; two for a complex element.
 *
 * @throws ParityError when there are more or fewer values than the shape has elements.
 * @example
 * refArray('float32', [2], [0.5, 1]).values // => Float32Array [0.5, 1]
 */
export function refArray(dtype: DType, shape: readonly number[], values: Iterable<number | bigint>): RefArray {
  const given = [...values];
  checkSize('refArray', given.length / DTYPES[dtype].lanes, shape);
  const memory = new DTYPES[dtype].Array(given.length) as { [i: number]: number | bigint };
  given.forEach((value, i) => {
    memory[i] = isBig(dtype) ? BigInt(value) : dtype === 'float16' ? numberToHalf(Number(value)) : Number(value);
  });
  return { dtype, shape, values: memory as TypedArray };
}

/**
 * The numbers of an array in row-major order, the parts of complex ones in turn.
 *
 * @example
 * numbersOf(refArray('float16', [1], [0.5])) // => [0.5]
 */
export function numbersOf({ dtype, values }: RefArray): ArrayLike<number | bigint> {
  return dtype === 'float16' ? Array.from(values as Uint16Array, halfToNumber) : values;
}

/** Packs an array for another process. */
export function toWire({ dtype, shape, values }: RefArray): WireArray {
  return { dtype, shape, data: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64') };
}

/**
 * Unpacks what another process sent.
 *
 * @throws DTypeError when isograd has no such dtype.
 * @throws ParityError when the bytes do not fill the shape.
 */
export function fromWire({ dtype, shape, data }: WireArray): RefArray {
  const name = checkDType(dtype, 'fromWire');
  const bytes = Buffer.from(data, 'base64');
  checkSize('fromWire', bytes.length / DTYPES[name].itemsize, shape);
  // A copy: the bytes of a Buffer may lie at an address that no typed array can start at.
  const memory = new DTYPES[name].Array(sizeOf(shape) * DTYPES[name].lanes);
  new Uint8Array(memory.buffer).set(bytes);
  return { dtype: name, shape, values: memory };
}

/**
 * Writes an array as JSON.
 *
 * @example
 * toJson(refArray('float32', [3], [0.1, NaN, -0])) // => { dtype: 'float32', shape: [3], values: [0.1, 'NaN', '-0'] }
 */
export function toJson(x: RefArray): JsonArray {
  const { dtype, shape } = x;
  return { dtype, shape, values: Array.from(numbersOf(x), (value) => jsonNumber(value, partOf(dtype))) };
}

/**
 * Reads an array of a golden file.
 *
 * @throws DTypeError when isograd has no such dtype.
 * @throws ParityError when there are more or fewer values than the shape has elements.
 */
export function fromJson({ dtype, shape, values }: JsonArray): RefArray {
  const name = checkDType(dtype, 'fromJson');
  return refArray(name, shape, isBig(name) ? values.map(BigInt) : values.map(Number));
}

function jsonNumber(value: number | bigint, dtype: DType): number | string {
  if (typeof value === 'bigint') return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : String(value);
  if (!Number.isFinite(value) || Object.is(value, -0)) return Object.is(value, -0) ? '-0' : String(value);
  return dtype === 'float32' ? shortestFloat32(value) : value;
}

function shortestFloat32(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

function checkSize(where: string, got: number, shape: readonly number[]): void {
  if (got === sizeOf(shape)) return;
  throw new ParityError({
    where,
    what: 'the values do not fill the shape',
    got: `${got} values for [${shape.join(', ')}]`,
    expected: `${sizeOf(shape)} values`,
    hint: 'is the shape that of the values?',
  });
}
