import { DTypeError } from './errors.ts';

/** Name of an element type, as NumPy spells it. */
export type DType = 'bool' | 'uint8' | 'int32' | 'int64' | 'float32' | 'float64';

/** Memory that holds elements of a {@link DType}. */
export type TypedArray = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/** Kind of a dtype as NumPy letters: `b` bool, `u` unsigned, `i` signed, `f` float. */
export type DTypeKind = 'b' | 'u' | 'i' | 'f';

/** What there is to know about a dtype. */
export interface DTypeInfo {
  readonly name: DType;
  readonly kind: DTypeKind;
  /** Bytes of one element. */
  readonly itemsize: number;
  /** Short tag used in kernel keys. */
  readonly tag: string;
  readonly Array: TypedArrayConstructor;
}

/** Constructor of the memory of a dtype; over a buffer, or of a length. */
export interface TypedArrayConstructor {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
}

const row = (name: DType, kind: DTypeKind, tag: string, Array: TypedArrayConstructor): DTypeInfo => ({
  name,
  kind,
  tag,
  Array,
  itemsize: Array.BYTES_PER_ELEMENT,
});

/** The table of dtypes; promotion and casting rules are derived from kind and size, so a new row needs no new rule. */
export const DTYPES: { readonly [D in DType]: DTypeInfo } = {
  bool: row('bool', 'b', 'b', Uint8Array),
  uint8: row('uint8', 'u', 'u1', Uint8Array),
  int32: row('int32', 'i', 'i4', Int32Array),
  int64: row('int64', 'i', 'i8', BigInt64Array),
  float32: row('float32', 'f', 'f4', Float32Array),
  float64: row('float64', 'f', 'f8', Float64Array),
};

/**
 * Tells whether a value names a dtype that isograd has.
 *
 * @example
 * isDType('float32') // => true
 * isDType('float128') // => false
 */
export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(DTYPES, value);
}

/**
 * Returns the value when it names a dtype.
 *
 * @throws DTypeError when it does not.
 * @example
 * checkDType('int64', 'zeros') // => int64
 */
export function checkDType(value: unknown, where: string): DType {
  if (isDType(value)) return value;
  throw new DTypeError({
    where,
    what: 'unknown dtype',
    got: typeof value === 'string' ? `'${value}'` : String(value),
    expected: `one of ${Object.keys(DTYPES).join(', ')}`,
  });
}

/** Tells whether a dtype is a floating-point one. */
export function isFloat(dtype: DType): boolean {
  return DTYPES[dtype].kind === 'f';
}

/** Tells whether a dtype is a signed or unsigned integer (not bool). */
export function isInteger(dtype: DType): boolean {
  const { kind } = DTYPES[dtype];
  return kind === 'i' || kind === 'u';
}
