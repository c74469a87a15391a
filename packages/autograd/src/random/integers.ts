import {
  ArgumentError,
  type DType,
  DTYPES,
  DTypeError,
  isBig,
  isFloat,
  numberToHalf,
  halfToNumber,
} from '@isograd/device';
import type { Generator, NumberArray } from './generator.ts';

/** A bound of integers. */
export type Bound = number | bigint;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Bits of the significand of each float dtype: up to 2 to that power whole numbers have no gaps. */
const DIGITS: { readonly [D in DType]?: number } = { float16: 11, float32: 24, float64: 53 };

/** The integers that a dtype holds, first and last. */
function limitsOf(dtype: DType): readonly [bigint, bigint] {
  if (dtype === 'bool') return [0n, 1n];
  if (dtype === 'float16') return [-65504n, 65504n];
  if (isFloat(dtype)) return [INT64_MIN, INT64_MAX];
  const { kind, itemsize } = DTYPES[dtype];
  const bits = BigInt(8 * itemsize - (kind === 'i' ? 1 : 0));
  const last = 2n ** bits - 1n;
  return [kind === 'i' ? -last - 1n : 0n, last > INT64_MAX ? INT64_MAX : last];
}

/** An integer as the nearest value of a float dtype; float32 without passing through a double that is rounded already. */
function nearest(value: bigint, dtype: DType): number {
  if (dtype === 'float64') return Number(value);
  const sticky = (value & 0xffffffn) === 0n ? 0n : 1n;
  const isLarge = value > 2n ** 52n || value < -(2n ** 52n);
  const x = isLarge ? Number((value >> 24n) | sticky) * 2 ** 24 : Number(value);
  return dtype === 'float16' ? halfToNumber(numberToHalf(x)) : Math.fround(x);
}

/** Distance of neighbours among the floats at an integer. */
function gapAt(value: bigint, digits: number): bigint {
  const magnitude = value < 0n ? -value : value;
  const power = magnitude.toString(2).length - digits;
  return power > 0 ? 1n << BigInt(power) : 1n;
}

const toInteger = (x: number): bigint => (x >= 2 ** 63 ? INT64_MIN : BigInt(x));

/** Moves bounds inwards so that no integer between them is rounded out of them. */
function withinFloats(low: bigint, high: bigint | null, dtype: DType): [bigint, bigint | null] {
  const digits = DIGITS[dtype]!;
  const above = toInteger(nearest(low + 1n, dtype));
  const first = above < low ? above + gapAt(low + 1n, digits) : low;
  if (high === null) return [first, null];
  const below = toInteger(nearest(high - 1n, dtype));
  return [first, below >= high ? below - gapAt(high - 1n, digits) : high];
}

function asBound(bound: Bound, where: string): bigint {
  if (typeof bound === 'bigint') return bound;
  if (Number.isSafeInteger(bound) || bound === -(2 ** 63)) return BigInt(bound);
  throw new ArgumentError({
    where,
    what: 'a bound is not an integer',
    got: String(bound),
    expected: 'integers; above 2^53 as bigint',
    hint: 'round it first?',
  });
}

/** What {@link drawIntegers} chooses from: `range` integers from `first` on. */
export interface IntegerRange {
  readonly first: bigint;
  readonly range: bigint;
}

/**
 * The integers in [low, high) that a dtype can hold.
 *
 * @param high `null` for all from `low` on: up to the largest of the dtype, for floats to where whole numbers get gaps.
 * @throws ArgumentError when there are none, or the dtype cannot hold them.
 */
export function integerRange(low: Bound, high: Bound | null, dtype: DType, where: string): IntegerRange {
  let first = asBound(low, where);
  let end = high === null ? null : asBound(high, where);
  const [least, most] = limitsOf(dtype);
  if (end !== null && first >= end) throw noneBetween(`low ${low}, high ${high}`, where);
  if (first === INT64_MIN && end === null && ['int64', 'float32', 'float64'].includes(dtype))
    return { first: 0n, range: 2n ** 64n };
  if (isFloat(dtype)) [first, end] = withinFloats(first, end, dtype);
  end ??= isFloat(dtype) ? 2n ** BigInt(DIGITS[dtype]!) + 1n : most + 1n;
  if (first >= end) throw noneBetween(`low ${first}, high ${end} as ${dtype}`, where);
  if (first < least || end - 1n > most)
    throw new ArgumentError({
      where,
      what: `${first < least ? 'low' : 'high - 1'} is out of bounds for ${dtype}`,
      got: `low ${first}, high ${end}`,
      expected: `integers from ${least} to ${most}`,
      hint: 'ask for a wider dtype',
    });
  return { first, range: end - first };
}

function noneBetween(got: string, where: string): ArgumentError {
  return new ArgumentError({
    where,
    what: 'no integer lies between the bounds',
    got,
    expected: 'low < high',
    hint: 'high is not included',
  });
}

/** The largest number up to which a dtype holds all whole numbers from 0, and one more for floats. */
export function wholeLimit(dtype: DType): bigint {
  const digits = DIGITS[dtype];
  return digits === undefined ? limitsOf(dtype)[1] : 2n ** BigInt(digits) + 1n;
}

/** How many integers `random_` without bounds chooses from: those from 0 that the dtype holds without gaps. @throws DTypeError for unsigned dtypes wider than uint8. */
export function wholeRange(dtype: DType, where: string): IntegerRange {
  if (['uint16', 'uint32', 'uint64'].includes(dtype))
    throw new DTypeError({
      where,
      what: 'has no stream of this dtype without bounds',
      got: dtype,
      expected: 'a signed dtype, uint8, bool or float',
      hint: 'pass bounds: random_(0, high)',
    });
  return { first: 0n, range: isFloat(dtype) ? wholeLimit(dtype) : wholeLimit(dtype) + 1n };
}

/** Stores whole numbers in memory of a dtype. */
export function integerWriter(out: NumberArray, dtype: DType): (i: number, value: bigint) => void {
  if (isBig(dtype)) return (i, value) => ((out as BigInt64Array)[i] = value);
  const memory = out as Float64Array;
  if (dtype === 'float16') return (i, value) => (memory[i] = numberToHalf(Number(value)));
  return isFloat(dtype) ? (i, value) => (memory[i] = nearest(value, dtype)) : (i, value) => (memory[i] = Number(value));
}

/**
 * Fills with integers of a range, as `torch.randint` draws them.
 *
 * @param wide Whether each takes 64 bits; default from 2^28 integers on.
 */
export function drawIntegers(
  out: NumberArray,
  { first, range }: IntegerRange,
  { dtype, generator, wide = range >= 1n << 28n }: { dtype: DType; generator: Generator; wide?: boolean },
): void {
  const write = integerWriter(out, dtype);
  if (wide) {
    const draw = range === 2n ** 64n ? () => generator.random64() : () => generator.random64() % range;
    for (let i = 0; i < out.length; i++) write(i, BigInt.asIntN(64, draw() + first));
    return;
  }
  if (isBig(dtype) || dtype === 'float16') {
    for (let i = 0; i < out.length; i++) write(i, (BigInt(generator.random()) % range) + first);
    return;
  }
  const [base, count] = [Number(first), Number(range)];
  for (let i = 0; i < out.length; i++) out[i] = (generator.random() % count) + base;
}
