import { ArgumentError, DTypeError, type DType, DTYPES, isComplex, isFloat, isInteger, partOf } from '@isograd/device';
import { NDArray } from '../array.ts';
import { iinfo } from './dtype-info.ts';

/**
 * The floating-point dtype in which arrays meet: float64 for integers, complex when one of them is.
 *
 * @throws DTypeError for bools.
 * @example
 * commonType(array([1], { dtype: 'float32' })) // => float32
 * commonType(array([1])) // => float64
 */
export function commonType(...arrays: readonly NDArray[]): DType {
  const widths = arrays.map(({ dtype: name }) => {
    if (name === 'bool')
      throw new DTypeError({
        where: 'commonType',
        what: "can't get common type for non-numeric array",
        got: 'bool',
        expected: 'arrays of numbers',
        hint: 'cast bools first: x.astype(...)',
      });
    return isInteger(name) ? 8 : DTYPES[partOf(name)].itemsize;
  });
  const width = Math.max(2, ...widths);
  const complex = arrays.some((x) => isComplex(x.dtype));
  if (complex) return width === 8 ? 'complex128' : 'complex64';
  return width === 8 ? 'float64' : width === 4 ? 'float32' : 'float16';
}

const UNSIGNED: readonly DType[] = ['uint8', 'uint16', 'uint32', 'uint64'];
const SIGNED: readonly DType[] = ['int8', 'int16', 'int32', 'int64'];

function smallestInteger(value: number | bigint): DType | undefined {
  return (value >= 0 ? UNSIGNED : SIGNED).find((name) => {
    const { min, max } = iinfo(name);
    return value >= min && value <= max;
  });
}

// NumPy's bounds: a little inside what float16 and float32 hold
function smallestFloat(...values: readonly number[]): 'float16' | 'float32' | 'float64' {
  const fits = (limit: number): boolean => values.every((x) => !Number.isFinite(x) || Math.abs(x) < limit);
  return fits(65000) ? 'float16' : fits(3.4e38) ? 'float32' : 'float64';
}

/**
 * The smallest dtype that holds a number; of an array with axes, its dtype.
 *
 * A whole number counts as an integer.
 *
 * @throws DTypeError for an integer beyond 64 bits.
 * @example
 * minScalarType(255) // => uint8
 * minScalarType(-1) // => int8
 * minScalarType(1.5) // => float16
 */
export function minScalarType(a: number | bigint | boolean | { re: number; im: number } | NDArray): DType {
  if (a instanceof NDArray) {
    if (a.ndim > 0) return a.dtype;
    const value = a.plain().item() as number | bigint | boolean | { re: number; im: number };
    return isFloat(a.dtype) ? smallestFloat(Number(value)) : minScalarType(value);
  }
  if (typeof a === 'boolean') return 'bool';
  if (typeof a === 'object') return smallestFloat(a.re, a.im) === 'float64' ? 'complex128' : 'complex64';
  if (typeof a === 'number' && (!Number.isInteger(a) || Object.is(a, -0))) return smallestFloat(a);
  const found = smallestInteger(a);
  if (found) return found;
  if (typeof a === 'number') return smallestFloat(a);
  throw new DTypeError({
    where: 'minScalarType',
    what: 'no dtype holds this integer',
    got: String(a),
    expected: 'an integer of at most 64 bits',
    hint: 'Number(x) gives the nearest float64',
  });
}

/** NumPy's words for its letters. */
const TYPE_NAMES: { readonly [letter: string]: string } = {
  '?': 'bool',
  b: 'signed char',
  B: 'unsigned char',
  h: 'short',
  H: 'unsigned short',
  i: 'integer',
  I: 'unsigned integer',
  l: 'long integer',
  L: 'unsigned long integer',
  q: 'long long integer',
  Q: 'unsigned long long integer',
  f: 'single precision',
  d: 'double precision',
  g: 'long precision',
  F: 'complex single precision',
  D: 'complex double precision',
  G: 'complex long double precision',
  S: 'string',
  U: 'unicode',
  V: 'void',
  O: 'object',
};

/**
 * What a letter for a dtype means, in words.
 *
 * @throws ArgumentError for a letter without words.
 * @example
 * typename('d') // => double precision
 */
export function typename(char: string): string {
  if (Object.hasOwn(TYPE_NAMES, char)) return TYPE_NAMES[char]!;
  throw new ArgumentError({
    where: 'typename',
    what: 'unknown letter',
    got: `'${char}'`,
    expected: `one of ${Object.keys(TYPE_NAMES).join(' ')}`,
    hint: 'dtype() reads names and letters alike',
  });
}

/** The letters of our dtypes. */
const CHARS: { readonly [D in DType]: string } = {
  bool: '?',
  int8: 'b',
  int16: 'h',
  int32: 'i',
  int64: 'l',
  uint8: 'B',
  uint16: 'H',
  uint32: 'I',
  uint64: 'L',
  float16: 'e',
  float32: 'f',
  float64: 'd',
  complex64: 'F',
  complex128: 'D',
};

/**
 * The letter of the smallest dtype, among those of `typeset`, that all the given ones can be cast to.
 *
 * @param typechars Letters, or arrays that have one.
 * @param fallback What to give when none of them is in `typeset`; default `'d'`.
 * @example
 * mintypecode(['d', 'f']) // => d
 * mintypecode('Fd') // => D
 */
export function mintypecode(
  typechars: string | readonly (string | NDArray)[],
  typeset = 'GDFgdf',
  fallback = 'd',
): string {
  const letters = [...typechars].map((t) => (typeof t === 'string' ? t : CHARS[t.dtype]));
  const within = letters.filter((letter) => typeset.includes(letter));
  if (within.length === 0) return fallback;
  if (within.includes('F') && within.includes('d')) return 'D';
  return [...'GDFgdfQqLlIiHhBb?'].find((letter) => within.includes(letter)) ?? fallback;
}

/**
 * Whether a value is a scalar: a number, bigint, boolean, string or complex number, but no array, not even a 0-d one.
 *
 * @example
 * isscalar(3) // => true
 * isscalar(array(3)) // => false
 */
export function isscalar(element: unknown): boolean {
  if (['number', 'bigint', 'boolean', 'string'].includes(typeof element)) return true;
  return typeof element === 'object' && element !== null && 're' in element && 'im' in element;
}

/**
 * Whether the elements lie in Fortran order, columns first, and not in C order too.
 *
 * @example
 * isfortran(zeros([2, 3]).T) // => true
 * isfortran(zeros([3])) // => false
 */
export function isfortran(a: NDArray): boolean {
  if (a.contiguous || a.size === 0) return false;
  let step = 1;
  return a.shape.every((n, d) => {
    const fits = n === 1 || a.strides[d] === step;
    step *= n;
    return fits;
  });
}
