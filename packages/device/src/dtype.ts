import { DTypeError } from './errors.ts';

/** Name of a dtype whose elements are one number each; these are what kernels compute with. */
export type RealDType =
  | 'bool'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float16'
  | 'float32'
  | 'float64';

/** Name of a complex dtype; kernels see its parts, see {@link lowerComplex}. */
export type ComplexDType = 'complex64' | 'complex128';

/** Name of an element type, as NumPy spells it. */
export type DType = RealDType | ComplexDType;

/** Memory that holds elements of a {@link DType}: float16 as its bits, complex numbers as pairs. */
export type TypedArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** Kind of a dtype as NumPy letters: `b` bool, `u` unsigned, `i` signed, `f` float, `c` complex. */
export type DTypeKind = 'b' | 'u' | 'i' | 'f' | 'c';

/** What there is to know about a dtype. */
export interface DTypeInfo<D extends DType = DType> {
  readonly name: D;
  readonly kind: DTypeKind;
  /** Bytes of one element. */
  readonly itemsize: number;
  /** Numbers in memory for one element: 2 for complex ones. */
  readonly lanes: 1 | 2;
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

function row<D extends DType>(name: D, kind: DTypeKind, tag: string, Array: TypedArrayConstructor): DTypeInfo<D> {
  const lanes = kind === 'c' ? 2 : 1;
  return { name, kind, tag, Array, lanes, itemsize: Array.BYTES_PER_ELEMENT * lanes };
}

/** The table of dtypes; promotion and casting rules are derived from kind and size, so a new row needs no new rule. */
export const DTYPES: { readonly [D in DType]: DTypeInfo<D> } = {
  bool: row('bool', 'b', 'b', Uint8Array),
  uint8: row('uint8', 'u', 'u1', Uint8Array),
  uint16: row('uint16', 'u', 'u2', Uint16Array),
  uint32: row('uint32', 'u', 'u4', Uint32Array),
  uint64: row('uint64', 'u', 'u8', BigUint64Array),
  int8: row('int8', 'i', 'i1', Int8Array),
  int16: row('int16', 'i', 'i2', Int16Array),
  int32: row('int32', 'i', 'i4', Int32Array),
  int64: row('int64', 'i', 'i8', BigInt64Array),
  float16: row('float16', 'f', 'f2', Uint16Array),
  float32: row('float32', 'f', 'f4', Float32Array),
  float64: row('float64', 'f', 'f8', Float64Array),
  complex64: row('complex64', 'c', 'c8', Float32Array),
  complex128: row('complex128', 'c', 'c16', Float64Array),
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

/** Names of all dtypes, in the order of the table. */
export const DTYPE_NAMES: readonly DType[] = Object.values(DTYPES).map((d) => d.name);

/** Tells whether a dtype is a floating-point one. */
export function isFloat(dtype: DType): boolean {
  return DTYPES[dtype].kind === 'f';
}

/** Tells whether a dtype is a signed or unsigned integer (not bool). */
export function isInteger(dtype: DType): boolean {
  const { kind } = DTYPES[dtype];
  return kind === 'i' || kind === 'u';
}

/** Tells whether a dtype is a complex one. */
export function isComplex(dtype: DType): dtype is ComplexDType {
  return DTYPES[dtype].kind === 'c';
}

/** Tells whether elements of a dtype stand in memory as bigints. */
export function isBig(dtype: DType): dtype is 'int64' | 'uint64' {
  return dtype === 'int64' || dtype === 'uint64';
}

/** The dtype of the parts of a complex dtype; of any other dtype itself. */
export function partOf(dtype: DType): RealDType {
  return dtype === 'complex64' ? 'float32' : dtype === 'complex128' ? 'float64' : dtype;
}
