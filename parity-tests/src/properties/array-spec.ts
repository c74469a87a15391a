import { checkDType, type DType, DTYPES, sizeOf, type TypedArray } from '@isograd/device';
import { NDArray, Storage } from '@isograd/ndarray';

/** An array as data: memory in C order, and the view of it that is meant. Both sides take the same view of the same memory. */
export interface ArraySpec {
  readonly dtype: DType;
  /** Lengths of the axes of the memory. */
  readonly base: readonly number[];
  readonly memory: TypedArray;
  /** Order of the axes of the memory in the view; default as they are. */
  readonly axes?: readonly number[];
  /** Steps along the axes of the view; default 1. */
  readonly steps?: readonly number[];
}

/** An {@link ArraySpec} on its way to Python, or in a file. */
export interface WireSpec {
  readonly dtype: string;
  readonly base: readonly number[];
  readonly data: string;
  readonly axes?: readonly number[];
  readonly steps?: readonly number[];
}

/** The bytes of memory in base64. */
export function packed(memory: TypedArray): string {
  return Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength).toString('base64');
}

/** Memory of so many elements from base64. */
export function unpacked(data: string, dtype: DType, size: number): TypedArray {
  const memory = new DTYPES[dtype].Array(size * DTYPES[dtype].lanes);
  new Uint8Array(memory.buffer).set(Buffer.from(data, 'base64'));
  return memory;
}

/** An array for Python or for a file. */
export function toWireSpec({ memory, ...rest }: ArraySpec): WireSpec {
  return { ...rest, data: packed(memory) };
}

/** An array from a file. */
export function fromWireSpec({ data, dtype, ...rest }: WireSpec): ArraySpec {
  const type = checkDType(dtype, 'fromWireSpec');
  return { ...rest, dtype: type, memory: unpacked(data, type, sizeOf(rest.base)) };
}

/** The array of isograd that is meant; its memory is its own. */
export function arrayOf({ dtype, base, memory, axes, steps }: ArraySpec): NDArray {
  let x = new NDArray(new Storage(memory.slice()), dtype, base);
  if (axes !== undefined) x = x.transpose([...axes]);
  if (steps !== undefined && steps.length > 0) x = x.at(...steps.map((step) => `::${step}` as '::2'));
  return x;
}
