import { DataError, type DType, DTYPES, isDType, type TypedArray } from '@isograd/device';
import { NDArray } from '../array.ts';
import { Storage } from '../storage.ts';

/**
 * The name of the protocol by which arrays are handed over between copies and versions of this package, and to other libraries:
 * `x[DLPACK]()` gives an {@link ArrayCapsule}. It is a registered symbol, so that nobody has to import it.
 */
export const DLPACK: unique symbol = Symbol.for('isograd.dlpack') as never;

/** An array as the protocol describes it; the memory is shared, not copied. */
export interface ArrayCapsule {
  /** Of the protocol; another major number means another meaning. */
  readonly version: readonly [major: number, minor: number];
  /** As NumPy names it. */
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Steps between neighbours along each axis, and the place of the first element; in elements. */
  readonly strides: readonly number[];
  readonly offset: number;
  /**
   * bool as bytes 0 and 1, float16 as its bits in a Uint16Array, int64 and uint64 as bigints, complex numbers as pairs of floats (an element is
   * two numbers of the memory).
   */
  readonly memory: TypedArray;
}

/** Whatever can hand over an array. */
export interface ArrayProvider {
  [DLPACK](): ArrayCapsule;
}

/** What is needed of a tensor of TensorFlow.js. */
export interface TfjsTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  dataSync(): unknown;
}

/**
 * Describes an array for other libraries and for other copies of this package; the memory is shared.
 *
 * @example
 * toDlpack(arange(6).reshape(2, 3).T).strides // => [ 1, 3 ]
 */
export function toDlpack(x: NDArray): ArrayCapsule {
  const { dtype, shape, strides, offset, memory } = x.plain();
  return { version: [1, 0], dtype, shape, strides, offset, memory };
}

function bad(what: string, got: unknown): never {
  throw new DataError({
    where: 'fromDlpack',
    what,
    got: String(got),
    expected: 'what toDlpack gives, something with the method Symbol.for("isograd.dlpack"), or a tensor of tfjs',
    hint: 'array(...) reads lists and typed arrays',
  });
}

const isRecord = (x: unknown): x is { readonly [key: PropertyKey]: unknown } => typeof x === 'object' && x !== null;

/** Typed memory of this realm over the same bytes. */
function memoryOf(memory: unknown, dtype: DType): TypedArray {
  const { Array } = DTYPES[dtype];
  const name = Object.prototype.toString.call(memory).slice(8, -1);
  if (!ArrayBuffer.isView(memory) || name !== Array.name)
    return bad(`the memory of ${dtype} must be ${Array.name}`, name);
  return new Array(memory.buffer, memory.byteOffset, memory.byteLength / Array.BYTES_PER_ELEMENT);
}

function integersOf(list: unknown, name: string, least: number): readonly number[] {
  const fits = (n: unknown): n is number => Number.isSafeInteger(n) && Number(n) >= least;
  if (Array.isArray(list) && list.length <= 64 && list.every(fits)) return [...(list as readonly number[])];
  return bad(`${name} is no list of integers`, Array.isArray(list) ? `[${list.join(', ')}]` : typeof list);
}

/** Refuses a layout that reaches beyond its memory. */
function checkBounds(shape: readonly number[], strides: readonly number[], offset: number, places: number): void {
  if (shape.includes(0)) return;
  let [low, high] = [offset, offset];
  shape.forEach((n, d) => {
    const reach = (n - 1) * strides[d]!;
    if (reach < 0) low += reach;
    else high += reach;
  });
  if (!(low >= 0 && high < places))
    bad('the layout reaches beyond the memory', `places ${low} to ${high} of ${places}`);
}

function fromCapsule(capsule: unknown): NDArray {
  if (!isRecord(capsule)) return bad('no capsule', capsule === null ? 'null' : typeof capsule);
  const { version, dtype, offset } = capsule;
  if (!Array.isArray(version) || version[0] !== 1) return bad('another version of the protocol', version);
  if (!isDType(dtype)) return bad('unknown dtype', dtype);
  const shape = integersOf(capsule['shape'], 'shape', 0);
  const strides = integersOf(capsule['strides'], 'strides', -Infinity);
  if (strides.length !== shape.length) return bad('shape and strides differ in length', strides.length);
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0)
    return bad('the offset is no place', offset);
  const memory = memoryOf(capsule['memory'], dtype);
  checkBounds(shape, strides, offset, Math.floor(memory.length / DTYPES[dtype].lanes));
  return new NDArray(new Storage(memory), dtype, { shape, strides, offset });
}

function fromTensor({ dtype, shape, dataSync }: { [K in keyof TfjsTensor]: unknown }, tensor: unknown): NDArray {
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool' && dtype !== 'complex64')
    return bad('a tensor of a dtype that arrays do not have', dtype);
  const lengths = integersOf(shape, 'shape', 0);
  const memory = memoryOf((dataSync as () => unknown).call(tensor), dtype);
  const size = lengths.reduce((product, n) => product * n, 1);
  if (memory.length !== size * DTYPES[dtype].lanes)
    return bad('the number of elements is not that of the shape', memory.length);
  return new NDArray(new Storage(memory), dtype, lengths);
}

/**
 * Takes over an array from another copy or version of this package, from any library that speaks the protocol, or a tensor of TensorFlow.js.
 *
 * The memory is shared where it is this machine's; with `{ copy: true }` it is not. Everything that is stated is checked before it is used.
 *
 * @throws DataError for a description that is incomplete, of another version, or reaches beyond its memory.
 * @example
 * const x = arange(6).reshape(2, 3);
 * fromDlpack({ [Symbol.for('isograd.dlpack')]: () => toDlpack(x) }).tolist() // => [ [ 0, 1, 2 ], [ 3, 4, 5 ] ]
 */
export function fromDlpack(
  x: ArrayProvider | ArrayCapsule | TfjsTensor | object,
  options: { readonly copy?: boolean } = {},
): NDArray {
  const y = takeOver(x);
  return options.copy ? y.copy() : y;
}

function takeOver(x: unknown): NDArray {
  if (!isRecord(x)) return bad('nothing that can be handed over', x === null ? 'null' : typeof x);
  const provide = x[DLPACK];
  if (typeof provide === 'function') return fromCapsule(provide.call(x));
  if ('memory' in x) return fromCapsule(x);
  const { dtype, shape, dataSync } = x;
  if (typeof dataSync === 'function') return fromTensor({ dtype, shape, dataSync }, x);
  return bad('nothing that can be handed over', 'an object without the method');
}
