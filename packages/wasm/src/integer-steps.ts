import { type DType, DTYPES, type Instruction } from '@isograd/device';
import { callValue, type FunctionRef } from './asm/function-builder.ts';
import { f64x2, i16x8, i32x4, i64x2, i8x16, v128 } from './asm/simd.ts';
import { i32, i64 } from './asm/scalar.ts';
import type { Value, Vec } from './asm/value.ts';
import { type Group, isUnsigned, isWide, wrapInteger } from './casts.ts';
import { join, upperHalf } from './lane-pairs.ts';
import type { FloatLanes } from './lanes.ts';
import { eachLane64, type ProgramContext } from './program-context.ts';

/** Lanes of one width, and how their numbers are read. */
interface Lanes {
  readonly context: ProgramContext;
  readonly v: FloatLanes;
  readonly dtype: DType;
  readonly unsigned: boolean;
}

type Step = (lanes: Lanes, a: Vec, b: Vec) => Vec;

const flipped = (v: FloatLanes, x: Vec): Vec => v128.xor(x, v.integer(-(1n << 63n)));

/** The larger or smaller of two numbers. */
const extreme =
  (op: 'max' | 'min'): Step =>
  ({ v, unsigned }, a, b) => {
    if (v.bits === 32) return (unsigned ? (op === 'max' ? i32x4.maxU : i32x4.minU) : i32x4[op])(a, b);
    const above = unsigned ? i64x2.gt(flipped(v, a), flipped(v, b)) : i64x2.gt(a, b);
    return op === 'max' ? v128.bitselect(a, b, above) : v128.bitselect(b, a, above);
  };

const toward: { readonly [O in Division]: (x: Vec) => Vec } = {
  floorDiv: f64x2.floor,
  mod: f64x2.floor,
  fmod: f64x2.trunc,
};
type Division = 'floorDiv' | 'mod' | 'fmod';

/** The quotient of 32-bit integers: exact in float64, rounded there. */
function quotient32({ context, v, unsigned }: Lanes, op: Division, [a, b]: readonly [Vec, Vec]): Vec {
  const widen = unsigned ? f64x2.convertLowU32 : f64x2.convertLowI32;
  const cut = unsigned ? i32x4.truncSatF64UZero : i32x4.truncSatF64Zero;
  const half = (x: Vec, y: Vec): Vec => cut(toward[op](f64x2.div(widen(x), widen(y))));
  const quotient = context.f.let(join(half(a, b), half(upperHalf(a), upperHalf(b))));
  // Divided by -1 the smallest integer wraps around, where the conversion saturates.
  return unsigned ? quotient : v.select(i32x4.eq(b, v.integer(-1)), i32x4.neg(a), quotient);
}

/** Quotient or remainder as Python or, for `fmod`, C has it; 0 for a divisor of 0. */
const division =
  (op: Division): Step =>
  (lanes, a, b) => {
    const { context, v, unsigned } = lanes;
    if (v.bits === 64) return eachLane64('i64', context.scalars.divide64(op, unsigned), [a, b]);
    const quotient = quotient32(lanes, op, [a, b]);
    const result = op === 'floorDiv' ? quotient : i32x4.sub(a, i32x4.mul(context.f.let(quotient), b));
    return v128.andnot(result, i32x4.eq(b, v.integer(0)));
  };

/** Each lane through a scalar function of 64-bit integers. */
function eachLane({ v, unsigned }: Pick<Lanes, 'v' | 'unsigned'>, target: FunctionRef, args: readonly Vec[]): Vec {
  if (v.bits === 64) return eachLane64('i64', target, args);
  const extend = unsigned ? i64.extendU : i64.extendS;
  const at = (lane: number): Value<'i32'> =>
    i32.wrap(
      callValue(
        target,
        'i64',
        args.map((x) => extend(i32x4.extract(x, lane))),
      ),
    );
  return [1, 2, 3].reduce((x, lane) => i32x4.replace(x, lane, at(lane)), i32x4.splat(at(0)));
}

/** A shift by another number of bits in each lane: by 1, 2, 4... where the count has that bit. */
const shift =
  (direction: 'left' | 'right'): Step =>
  ({ v, dtype, unsigned }, x, count) => {
    const { bits } = v;
    const move = direction === 'left' ? v.int.shl : unsigned ? v.int.shrU : v.int.shrS;
    const moved = v.let(x);
    for (let bit = 0; 1 << bit < bits; bit++) {
      const mask = v.int.shrS(v.int.shl(count, bits - 1 - bit), bits - 1);
      v.f.set(moved, v.select(mask, move(moved, 1 << bit), moved));
    }
    const width = 8 * DTYPES[dtype].itemsize;
    const outside = v.int.ne(v128.and(count, v.integer(-width)), v.integer(0));
    return v.select(outside, direction === 'left' || unsigned ? v.integer(0) : v.int.shrS(x, bits - 1), moved);
  };

function popcount({ v, unsigned }: Lanes, x: Vec): Vec {
  const words = i32x4.sumPairs(i16x8.sumPairs(i8x16.popcount(unsigned ? x : v.int.abs(x))));
  if (v.bits === 32) return words;
  const both = v.let(words);
  return v128.and(i64x2.add(both, i64x2.shrU(both, 32)), v.integer(127n));
}

const STEPS: Readonly<Record<string, Step>> = {
  and: (_, a, b) => v128.and(a, b),
  or: (_, a, b) => v128.or(a, b),
  xor: (_, a, b) => v128.xor(a, b),
  not: (_, a) => v128.not(a),
  add: ({ v }, a, b) => v.int.add(a, b),
  sub: ({ v }, a, b) => v.int.sub(a, b),
  mul: ({ v }, a, b) => v.int.mul(a, b),
  neg: ({ v }, a) => v.int.neg(a),
  abs: ({ v, unsigned }, a) => (unsigned ? a : v.int.abs(a)),
  max: extreme('max'),
  min: extreme('min'),
  floorDiv: division('floorDiv'),
  mod: division('mod'),
  fmod: division('fmod'),
  pow: (lanes, a, b) => eachLane(lanes, lanes.context.scalars.power(lanes.unsigned), [a, b]),
  gcd: ({ context, v, unsigned }, a, b) => {
    const sizes = [a, b].map((x) => v.let(unsigned ? x : v.int.abs(x)));
    return eachLane({ v, unsigned: true }, context.scalars.gcd(), sizes);
  },
  shl: shift('left'),
  shr: shift('right'),
  popcount,
};

/** Whether an operation has code on integers. */
export function isIntegerStep(op: string): boolean {
  return op in STEPS;
}

/** Code of an arithmetic step on integers; the arguments are locals. Narrow integers are computed as int32 and cut off. */
export function compileInteger(context: ProgramContext, { op, dtype }: Instruction, args: readonly Group[]): Group {
  const [x, y] = [args[0]!, args[1] ?? args[0]!];
  const v = isWide(dtype) ? context.wideLanes : context.narrowLanes;
  const lanes: Lanes = { context, v, dtype, unsigned: isUnsigned(dtype) };
  return x.map((lane, i) => {
    const result = STEPS[op]!(lanes, lane, y[i]!);
    return isWide(dtype) ? result : wrapInteger(context, context.f.let(result), dtype);
  });
}

/** Combines two vectors of integers as a step does, for reductions: sums, products, extremes. */
export function combineIntegers(
  context: ProgramContext,
  op: string,
  dtype: DType,
): ((a: Vec, b: Vec) => Vec) | undefined {
  const v = isWide(dtype) ? context.wideLanes : context.narrowLanes;
  const step = STEPS[op];
  return step && ((a, b) => step({ context, v, dtype, unsigned: isUnsigned(dtype) }, a, b));
}
