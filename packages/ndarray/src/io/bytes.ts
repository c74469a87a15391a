import { DataError, type DType, DTYPES, sizeOf, type TypedArray } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { Storage } from '../storage.ts';

/** Whether this machine puts the low byte of a number first. */
export const LITTLE_ENDIAN: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Memory that can be read as bytes. */
export type ByteSource = ArrayBufferLike | ArrayBufferView;

/** Tells whether a value is memory. */
export function isBytes(value: unknown): value is ByteSource {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return true;
  return typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer;
}

/** The bytes of some memory, without a copy. */
export function bytesOf(source: ByteSource): Uint8Array {
  if (source instanceof Uint8Array) return source;
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return new Uint8Array(source);
}

/** The bytes of the elements in C order; they may be the memory of the array itself. */
export function elementBytes(x: NDArray): Uint8Array {
  return bytesOf(x.plain().data);
}

/** The bytes of numbers of `width` bytes each, in the other order. */
export function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const out = bytes.slice();
  if (width === 1) return out;
  for (let at = 0; at + width <= out.length; at += width) out.subarray(at, at + width).reverse();
  return out;
}

/** bfloat16, the upper half of a float32, as float32. */
export function widenedBfloat16(bytes: Uint8Array): Float32Array {
  const words = new Uint32Array(bytes.length / 2);
  for (let i = 0; i < words.length; i++) words[i] = (bytes[2 * i]! | (bytes[2 * i + 1]! << 8)) << 16;
  return new Float32Array(words.buffer);
}

/** Pieces of bytes one after another. */
export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Typed memory over bytes; shares them where they are aligned, unless a copy is asked for. */
export function typedMemory(bytes: Uint8Array, dtype: DType, share: boolean): TypedArray {
  const { Array, itemsize, lanes } = DTYPES[dtype];
  const length = (bytes.length / itemsize) * lanes;
  const aligned = bytes.byteOffset % Array.BYTES_PER_ELEMENT === 0;
  if (share && aligned) return new Array(bytes.buffer, bytes.byteOffset, length);
  return new Array(bytes.slice().buffer, 0, length);
}

/** An array in C order over its bytes; a bool is true whatever its byte is, if not 0. */
export function fromBytes(bytes: Uint8Array, dtype: DType, shape: Shape): NDArray {
  if (dtype === 'bool') bytes.forEach((byte, i) => byte > 1 && (bytes[i] = 1));
  return new NDArray(new Storage(typedMemory(bytes, dtype, true)), dtype, shape);
}

/** Elements that JavaScript's memory cannot address, or lengths that are no lengths. */
export function checkFileShape(shape: readonly number[], itemsize: number, where: string): number {
  const bad = shape.length > 64 || shape.some((n) => !Number.isSafeInteger(n) || n < 0);
  // zero-size arrays must not hide lengths that overflow
  const spread = shape.reduce((product, n) => product * Math.max(n, 1), itemsize);
  if (bad || spread > Number.MAX_SAFE_INTEGER)
    throw new DataError({
      where,
      what: 'the shape is not valid',
      got: `(${shape.join(', ')})`,
      expected: 'at most 64 lengths, not negative, whose product can be addressed',
      hint: 'the header is damaged',
    });
  return sizeOf(shape);
}
