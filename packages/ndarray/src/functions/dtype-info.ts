import { ArgumentError, DTypeError, type DType, DTYPES, partOf } from '@isograd/device';
import { NDArray } from '../array.ts';
import { formatScalar } from '../print/float-string.ts';
import { parseDtype } from './dtype-spec.ts';

/**
 * The dtype that a spelling names: `'f4'`, `'<i8'`, `'float'`, `'single'`, `'?'`, as `numpy.dtype` reads it; an array's own.
 *
 * The byte order of a spelling is read and forgotten: in memory all numbers have this machine's.
 *
 * @throws DTypeError for a spelling without a dtype.
 * @example
 * dtype('f4') // => float32
 * dtype('float') // => float64
 */
export function dtype(spec: string | NDArray): DType {
  return dtypeOf(spec, 'dtype');
}

function dtypeOf(spec: string | NDArray, where: string): DType {
  if (spec instanceof NDArray) return spec.dtype;
  const found = typeof spec === 'string' ? parseDtype(spec) : undefined;
  if (found) return found.dtype;
  throw new DTypeError({
    where,
    what: `data type '${String(spec)}' not understood`,
    got: `'${String(spec)}'`,
    expected: `one of ${Object.keys(DTYPES).join(', ')}, or another of NumPy's spellings`,
    hint: 'objects, strings, dates and fields have no dtype here',
  });
}

/** What a floating-point format can hold; {@link finfo}. */
export interface FInfo {
  readonly dtype: 'float16' | 'float32' | 'float64';
  readonly bits: number;
  /** Distance from 1 to the next larger number. */
  readonly eps: number;
  /** Distance from 1 to the next smaller number. */
  readonly epsneg: number;
  /** Largest and smallest finite number. */
  readonly max: number;
  readonly min: number;
  /** Smallest positive number with all its digits. */
  readonly tiny: number;
  readonly smallestNormal: number;
  readonly smallestSubnormal: number;
  /** Decimal digits that are kept for sure, and ten to minus that. */
  readonly precision: number;
  readonly resolution: number;
  /** Bits of fraction and of exponent. */
  readonly nmant: number;
  readonly nexp: number;
  readonly iexp: number;
  /** Powers of two of `eps`, of `epsneg`, of `tiny`, and of the first number that is too large. */
  readonly machep: number;
  readonly negep: number;
  readonly minexp: number;
  readonly maxexp: number;
  /** As Python shows it. */
  toString(): string;
}

const FRACTION = { float16: 10, float32: 23, float64: 52 } as const;
const PRECISION = { float16: 3, float32: 6, float64: 15 } as const;
const WIDTH = { float16: 16, float32: 32, float64: 64 } as const;
// Python writes these two with the digits of the format
const EXTREMES = { float16: '6.55040e+04', float32: '3.4028235e+38', float64: '1.7976931348623157e+308' } as const;

/**
 * What a floating-point dtype can hold; of a complex one, what its parts can.
 *
 * @param type A dtype or an array of it.
 * @throws DTypeError for integers and bools.
 * @example
 * finfo('float32').eps // => 1.1920928955078125e-7
 * String(finfo('float64')) // => finfo(resolution=1e-15, min=-1.7976931348623157e+308, max=1.7976931348623157e+308, dtype=float64)
 */
export function finfo(type: string | NDArray): FInfo {
  const name = partOf(dtypeOf(type, 'finfo'));
  if (name !== 'float16' && name !== 'float32' && name !== 'float64')
    throw new DTypeError({
      where: 'finfo',
      what: `data type '${name}' not inexact`,
      got: name,
      expected: 'float16, float32, float64, complex64 or complex128',
      hint: 'iinfo tells about integers',
    });
  const [bits, nmant] = [WIDTH[name], FRACTION[name]];
  const nexp = bits - 1 - nmant;
  const maxexp = 2 ** (nexp - 1);
  const max = (2 - 2 ** -nmant) * 2 ** (maxexp - 1);
  const precision = PRECISION[name];
  const tiny = 2 ** (2 - maxexp);
  return {
    dtype: name,
    bits,
    eps: 2 ** -nmant,
    epsneg: 2 ** (-nmant - 1),
    max,
    min: -max,
    tiny,
    smallestNormal: tiny,
    smallestSubnormal: tiny * 2 ** -nmant,
    precision,
    resolution: Number(`1e-${precision}`),
    nmant,
    nexp,
    iexp: nexp,
    machep: -nmant,
    negep: -nmant - 1,
    minexp: 2 - maxexp,
    maxexp,
    toString: () =>
      `finfo(resolution=${formatScalar(Number(`1e-${precision}`))}, min=-${EXTREMES[name]}, max=${EXTREMES[name]}, dtype=${name})`,
  };
}

/** What an integer dtype can hold; {@link iinfo}. */
export interface IInfo {
  readonly dtype: DType;
  readonly bits: number;
  /** `i` for signed, `u` for unsigned ones. */
  readonly kind: 'i' | 'u';
  /** Kind and bits: `i32`. */
  readonly key: string;
  /** Bigints where a number is not exact. */
  readonly min: number | bigint;
  readonly max: number | bigint;
  /** As Python shows it. */
  toString(): string;
}

const exact = (x: bigint): number | bigint => (BigInt.asIntN(54, x) === x ? Number(x) : x);

/**
 * What an integer dtype can hold.
 *
 * @throws DTypeError for floats and bools.
 * @example
 * iinfo('int8').max // => 127
 * iinfo('int64').max // => 9223372036854775807n
 */
export function iinfo(type: string | NDArray): IInfo {
  const name = dtypeOf(type, 'iinfo');
  const { kind, itemsize } = DTYPES[name];
  if (kind !== 'i' && kind !== 'u')
    throw new DTypeError({
      where: 'iinfo',
      what: `Invalid integer data type '${kind}'`,
      got: name,
      expected: 'a signed or unsigned integer dtype',
      hint: 'finfo tells about floats',
    });
  const bits = 8 * itemsize;
  const signed = kind === 'i';
  const top = 1n << BigInt(signed ? bits - 1 : bits);
  const [min, max] = [exact(signed ? -top : 0n), exact(top - 1n)];
  const toString = (): string => `iinfo(min=${min}, max=${max}, dtype=${name})`;
  return { dtype: name, bits, kind, key: `${kind}${bits}`, min, max, toString };
}

const ARRAY_API_KINDS: { readonly [kind: string]: string } = {
  bool: 'b',
  'signed integer': 'i',
  'unsigned integer': 'u',
  integral: 'iu',
  'real floating': 'f',
  'complex floating': 'c',
  numeric: 'iufc',
};

/** A kind of dtypes, in the words of the Array API standard. */
export type DTypeKindName =
  | 'bool'
  | 'signed integer'
  | 'unsigned integer'
  | 'integral'
  | 'real floating'
  | 'complex floating'
  | 'numeric';

/**
 * Whether a dtype is of a kind, or one of several kinds and dtypes. Source: Array API standard, `isdtype`.
 *
 * @throws ArgumentError for an unknown kind.
 * @example
 * isdtype('uint8', 'integral') // => true
 * isdtype('float32', ['integral', 'float32']) // => true
 */
export function isdtype(
  type: DType | NDArray,
  kind: DTypeKindName | DType | readonly (DTypeKindName | DType)[],
): boolean {
  const name = dtypeOf(type, 'isdtype');
  const kinds: readonly string[] = typeof kind === 'string' ? [kind] : kind;
  return kinds
    .map((one) => {
      const letters = ARRAY_API_KINDS[one];
      if (letters !== undefined) return letters.includes(DTYPES[name].kind);
      if (Object.hasOwn(DTYPES, one)) return one === name;
      throw new ArgumentError({
        where: 'isdtype',
        what: `kind argument is a string, but '${one}' is not a known kind name`,
        got: `'${one}'`,
        expected: `${Object.keys(ARRAY_API_KINDS).join(', ')}, or a dtype`,
        hint: 'the names are those of the Array API standard',
      });
    })
    .some(Boolean);
}

/** The classes above NumPy's dtypes, by the kinds in them. */
const ABSTRACT: { readonly [name: string]: string } = {
  generic: 'biufc',
  number: 'iufc',
  integer: 'iu',
  signedinteger: 'i',
  unsignedinteger: 'u',
  inexact: 'fc',
  floating: 'f',
  complexfloating: 'c',
};

/** A class above NumPy's dtypes. */
export type AbstractDType =
  | 'generic'
  | 'number'
  | 'integer'
  | 'signedinteger'
  | 'unsignedinteger'
  | 'inexact'
  | 'floating'
  | 'complexfloating';

/**
 * Whether a dtype stands below another, or below a class of dtypes, in NumPy's hierarchy.
 *
 * @throws DTypeError for an unknown name.
 * @example
 * issubdtype('float32', 'floating') // => true
 * issubdtype('float32', 'float64') // => false
 */
export function issubdtype(arg1: DType | AbstractDType | NDArray, arg2: DType | AbstractDType): boolean {
  const name = typeof arg1 === 'string' && Object.hasOwn(ABSTRACT, arg1) ? arg1 : dtypeOf(arg1, 'issubdtype');
  const above = ABSTRACT[arg2];
  if (above === undefined) return name === dtypeOf(arg2, 'issubdtype');
  const kinds = ABSTRACT[name] ?? DTYPES[name as DType].kind;
  return [...kinds].every((kind) => above.includes(kind));
}
