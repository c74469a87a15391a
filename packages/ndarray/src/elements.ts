import {
  type DType,
  DTypeError,
  DTYPES,
  halfToNumber,
  isBig,
  isComplex,
  numberToHalf,
  type TypedArray,
} from '@isograd/device';
import { Complex } from './complex.ts';

/** One element as JavaScript has it; int64 and uint64 give a number where that is exact, else a bigint. */
export type Scalar = number | bigint | boolean | Complex;

type Numbers = { [place: number]: number | bigint };

/** Whether a value is one element. */
export function isScalar(x: unknown): x is Scalar {
  return typeof x === 'number' || typeof x === 'bigint' || typeof x === 'boolean' || x instanceof Complex;
}

/** The element at a place of memory. */
export function readElement(memory: TypedArray, place: number, dtype: DType): Scalar {
  if (isComplex(dtype)) {
    const parts = memory as Float64Array;
    return new Complex(parts[2 * place]!, parts[2 * place + 1]!);
  }
  const value = memory[place]!;
  if (dtype === 'bool') return value !== 0;
  if (dtype === 'float16') return halfToNumber(value as number);
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Writes an element to a place of memory. */
export type ElementWriter = (memory: TypedArray, place: number, value: Scalar) => void;

/** What writes elements of a dtype, see {@link toElement}; it throws a DTypeError for what the dtype does not hold. */
export function elementWriter(dtype: DType, where: string): ElementWriter {
  if (!isComplex(dtype))
    return (memory, place, value) => {
      (memory as Numbers)[place] = toElement(value, dtype, where);
    };
  return (memory, place, value) => {
    const parts = memory as Numbers;
    parts[2 * place] = value instanceof Complex ? value.re : Number(value);
    parts[2 * place + 1] = value instanceof Complex ? value.im : 0;
  };
}

/** Smallest and largest integer of a dtype of integers. */
export function integerRange(dtype: DType): readonly [bigint, bigint] {
  const { kind, itemsize } = DTYPES[dtype];
  const bits = BigInt(8 * itemsize);
  return kind === 'u' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}

/** Whether a dtype of integers holds a whole number. */
export function holds(dtype: DType, value: number | bigint): boolean {
  const [low, high] = integerRange(dtype);
  return value >= low && value <= high;
}

/**
 * A real scalar as the memory of a real dtype stores it: towards zero for integers, as NumPy's assignment.
 *
 * @throws DTypeError for NaN or infinity into integers, for integers out of range, for complex numbers.
 */
export function toElement(value: Scalar, dtype: DType, where: string): number | bigint {
  if (value instanceof Complex) return refuse(where, 'a complex number cannot become a real one', String(value), dtype);
  if (dtype === 'bool') return value ? 1 : 0;
  if (DTYPES[dtype].kind === 'f') return dtype === 'float16' ? numberToHalf(Number(value)) : Number(value);
  const whole = typeof value === 'bigint' ? value : Math.trunc(Number(value));
  if (typeof whole === 'number' && !Number.isFinite(whole))
    return refuse(where, 'cannot convert to an integer', String(value), dtype);
  if (!holds(dtype, whole)) return refuse(where, `integer ${whole} out of bounds for ${dtype}`, String(value), dtype);
  return isBig(dtype) ? BigInt(whole) : Number(whole);
}

function refuse(where: string, what: string, got: string, dtype: DType): never {
  const integer = 'iu'.includes(DTYPES[dtype].kind);
  throw new DTypeError({
    where,
    what,
    got,
    expected: integer ? `${integerRange(dtype).join(' to ')} for ${dtype}` : `a number for ${dtype}`,
    hint: integer ? 'replace such elements first, or use another dtype' : 'take its real part',
  });
}
