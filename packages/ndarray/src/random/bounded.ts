import { ArgumentError, type DType, DTypeError, DTYPES, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { commonShape } from '../broadcast.ts';
import { type ArraySource, asarray } from '../creation.ts';
import { integerRange, readElement } from '../elements.ts';
import { broadcastTo } from '../ops/views.ts';
import { allocate } from '../storage.ts';
import { type BitGenerator, type Size, shapeOfSize } from './bit-generator.ts';
import { outputShape } from './drawing.ts';
import { BoundedIntegers, type Width } from './integers.ts';
import { storeInt64 } from './words.ts';

/** Options of {@link RandomState.randint}. */
export interface RandintOptions {
  /** Element type, which decides the stream too; default `int64`. */
  readonly dtype?: DType | undefined;
  /** Number of values or the shape of their array; default that of the bounds. */
  readonly size?: Size | null | undefined;
}

/** Options of {@link Generator.integers}. */
export interface IntegersOptions extends RandintOptions {
  /** Whether `high` may come up; default false. */
  readonly endpoint?: boolean | undefined;
}

/** A bound of integers: one, or an array of them that broadcasts. */
export type Bound = number | bigint | ArraySource;

/** What a call of `integers` or `randint` says. */
export interface IntegersCall extends IntegersOptions {
  readonly where: string;
  readonly low: Bound;
  readonly high: Bound | null | undefined;
  /** By masking, as `RandomState`. */
  readonly masked: boolean;
}

function rangeOf(dtype: DType, where: string): readonly [bigint, bigint] {
  if (dtype === 'bool') return [0n, 1n];
  const kind = DTYPES[dtype]?.kind;
  if (kind === 'i' || kind === 'u') return integerRange(dtype);
  throw new DTypeError({
    where,
    what: `Unsupported dtype '${dtype}' for ${where.replace('random.', '')}`,
    got: String(dtype),
    expected: 'bool or integers of 8 to 64 bits',
    hint: 'convert with astype',
  });
}

function toBigInt(bound: unknown, where: string): bigint {
  if (typeof bound === 'bigint' || Number.isSafeInteger(bound)) return BigInt(bound as bigint | number);
  if (typeof bound === 'boolean') return BigInt(bound);
  throw new ArgumentError({
    where,
    what: 'a bound is not an integer',
    got: String(bound),
    expected: 'integers; above 2^53 as bigint',
    hint: 'round it first?',
  });
}

/** Bounds in C order over the common shape, or one of each. */
interface Bounds {
  readonly shape: Shape;
  readonly low: readonly bigint[];
  readonly last: readonly bigint[];
}

function read(bound: Bound, shape: Shape, where: string): bigint[] {
  if (typeof bound === 'number' || typeof bound === 'bigint') return [toBigInt(bound, where)];
  const x = broadcastTo(asarray(bound), shape);
  const { data, dtype } = x;
  return Array.from({ length: x.size }, (_, i) => toBigInt(readElement(data, i, dtype), where));
}

const isOne = (bound: Bound): boolean => typeof bound === 'number' || typeof bound === 'bigint';

function boundsOf(call: IntegersCall, dtype: DType): Bounds {
  const { where, endpoint = false } = call;
  const isOneSided = call.high === null || call.high === undefined;
  const low = isOneSided ? 0 : call.low;
  const high = isOneSided ? call.low : call.high!;
  const shape = commonShape(
    where,
    [low, high].map((bound) => (isOne(bound) ? [] : asarray(bound as ArraySource).shape)),
  );
  const lows = read(low, shape, where);
  const lasts = read(high, shape, where).map((bound) => (endpoint ? bound : bound - 1n));
  const [least, most] = rangeOf(dtype, where);
  const refuse = (what: string, i: number): never => {
    const top = lasts[i % lasts.length]!;
    throw new ArgumentError({
      where,
      what,
      got: `low ${lows[i % lows.length]}, high ${endpoint ? top : top + 1n}`,
      expected: `${least} <= low ${endpoint ? '<=' : '<'} high <= ${endpoint ? most : most + 1n}`,
      hint: endpoint ? 'high is included' : 'high is not included',
    });
  };
  for (let i = 0; i < Math.max(lows.length, lasts.length); i++) {
    const first = lows[i % lows.length]!;
    const last = lasts[i % lasts.length]!;
    if (first < least) refuse(`low is out of bounds for ${dtype}`, i);
    if (last > most) refuse(`high is out of bounds for ${dtype}`, i);
    if (first > last) refuse(first === 0n ? `high ${endpoint ? '<' : '<='} 0` : `low ${endpoint ? '>' : '>='} high`, i);
  }
  return { shape, low: lows, last: lasts };
}

/** Puts `low + value` into memory of any integer dtype. */
function writer(out: NDArray): (place: number, low: bigint, value: number) => void {
  const { memory, dtype } = out;
  if (dtype !== 'int64' && dtype !== 'uint64') {
    const small = memory as Int32Array;
    return (place, low, value) => (small[place] = Number(low) + value);
  }
  const words = new Int32Array(memory.buffer, memory.byteOffset, 2 * memory.length);
  const wide = memory as BigInt64Array;
  return (place, low, value) => {
    if (low > -4503599627370496n && low < 4503599627370496n) storeInt64(words, place, Number(low) + value);
    else wide[place] = low + BigInt(value);
  };
}

function fill(out: NDArray, integers: BoundedIntegers, { low, last }: Bounds): void {
  const write = writer(out);
  const wide = out.memory as BigInt64Array;
  const ranges =
    last.length >= low.length ? last.map((top, i) => top - low[i % low.length]!) : low.map((first) => last[0]! - first);
  const narrow = ranges.map((range) => (range <= 0xffffffffn ? Number(range) : -1));
  for (let i = 0; i < out.size; i++) {
    const first = low[low.length === 1 ? 0 : i]!;
    const place = ranges.length === 1 ? 0 : i;
    if (narrow[place]! >= 0) write(i, first, integers.next(narrow[place]!));
    else wide[i] = first + integers.nextWide(ranges[place]!);
  }
}

/** Integers between bounds, of any integer dtype; one number without `size` when the bounds are numbers. */
export function boundedIntegers(bits: BitGenerator, call: IntegersCall): NDArray | number | bigint {
  const { where, dtype = 'int64', size, masked } = call;
  rangeOf(dtype, where);
  const given = size === undefined || size === null ? undefined : shapeOfSize(size, where);
  const isEmpty = given !== undefined && sizeOf(given) === 0;
  if (isEmpty) return new NDArray(allocate(dtype, 0), dtype, given);
  const bounds = boundsOf(call, dtype);
  const shape = outputShape(given, bounds.shape, where);
  const width: Width = dtype === 'bool' ? 1 : ((8 * DTYPES[dtype].itemsize) as Width);
  const out = new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);
  const spread = sameCount(bounds, shape);
  fill(out, new BoundedIntegers(bits, width, masked), spread);
  const isScalar = given === undefined && [call.low, call.high ?? 0].every(isOne);
  return isScalar ? (out.item() as number | bigint) : out;
}

/** Bounds for every element of a result. */
function sameCount({ shape, low, last }: Bounds, final: Shape): Bounds {
  const spread = (values: readonly bigint[]): readonly bigint[] => {
    if (values.length === 1) return values;
    const indices = new NDArray(allocate('int64', values.length), 'int64', shape);
    (indices.memory as BigInt64Array).set(values.map((_, i) => BigInt(i)));
    return Array.from(broadcastTo(indices, final).data as BigInt64Array, (i) => values[Number(i)]!);
  };
  return { shape: final, low: spread(low), last: spread(last) };
}

/** Integers from 0 to 2^63 - 1. */
export function positiveIntegers(bits: BitGenerator, size: Size | null | undefined): NDArray | number | bigint {
  const isScalar = size === undefined || size === null;
  const shape = isScalar ? [] : shapeOfSize(size, 'random.tomaxint');
  const out = new NDArray(allocate('int64', sizeOf(shape)), 'int64', shape);
  const memory = out.memory as BigInt64Array;
  for (let i = 0; i < memory.length; i++) memory[i] = bits.nextUint64() >> 1n;
  return isScalar ? (out.item() as number | bigint) : out;
}
