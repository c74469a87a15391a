import { type DType, DTYPES, isFloat } from '@isograd/device';
import { callValue, type FunctionRef } from './asm/function-builder.ts';
import { f64 } from './asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from './asm/simd.ts';
import type { Vec } from './asm/value.ts';
import { demote, join, narrow, promote, upperHalf, widenMask } from './lane-pairs.ts';
import { doubleToHalf, floatToHalf, halfToFloat } from './math/half.ts';
import type { ProgramContext } from './program-context.ts';

/** Four elements: one vector of 32-bit lanes (bools as masks, float16 as its bits), or two of 64-bit lanes. */
export type Group = readonly Vec[];

/** Whether elements of a dtype take 64-bit lanes. */
export function isWide(dtype: DType): boolean {
  return DTYPES[dtype].itemsize === 8;
}

/** Whether a dtype has no negative numbers. */
export function isUnsigned(dtype: DType): boolean {
  const { kind } = DTYPES[dtype];
  return kind === 'u' || kind === 'b';
}

/** Brings 32-bit lanes back into the range of an integer dtype. */
export function wrapInteger({ narrowLanes }: Pick<ProgramContext, 'narrowLanes'>, x: Vec, dtype: DType): Vec {
  const { itemsize, kind } = DTYPES[dtype];
  if (itemsize >= 4) return x;
  const rest = 32 - 8 * itemsize;
  return kind === 'u'
    ? v128.and(x, narrowLanes.integer(2 ** (8 * itemsize) - 1))
    : i32x4.shrS(i32x4.shl(x, rest), rest);
}

function toBool({ narrowLanes, wideLanes }: ProgramContext, [x, y]: Group, from: DType): Group {
  const zero = narrowLanes.integer(0);
  if (from === 'float32') return [f32x4.ne(x!, zero)];
  if (from === 'float64') return [narrow(f64x2.ne(x!, wideLanes.number(0)), f64x2.ne(y!, wideLanes.number(0)))];
  if (isWide(from)) return [narrow(i64x2.ne(x!, zero), i64x2.ne(y!, zero))];
  // The sign of a float16 zero does not make it true.
  return [i32x4.ne(from === 'float16' ? i32x4.shl(x!, 17) : x!, zero)];
}

function fromBool({ narrowLanes, wideLanes }: ProgramContext, mask: Vec, to: DType): Group {
  if (to === 'float16') return [v128.and(mask, narrowLanes.integer(0x3c00))];
  if (to === 'float32') return [v128.and(mask, narrowLanes.number(1))];
  if (!isWide(to)) return [v128.and(mask, narrowLanes.integer(1))];
  const one = to === 'float64' ? wideLanes.number(1) : wideLanes.integer(1n);
  return widenMask(mask).map((m) => v128.and(m, one));
}

// x86 and NumPy give the smallest integer for NaN and for what is out of range, where WebAssembly saturates.
function float32ToInt32({ narrowLanes: v }: ProgramContext, x: Vec): Vec {
  const fits = v128.and(f32x4.ge(x, v.number(-(2 ** 31))), f32x4.lt(x, v.number(2 ** 31)));
  return v.select(fits, i32x4.truncSatF32(x), v.integer(-(2 ** 31)));
}

function float64ToInt32({ narrowLanes, wideLanes: v }: ProgramContext, [x, y]: Group): Vec {
  const fits = (z: Vec): Vec => v128.and(f64x2.gt(z, v.number(-(2 ** 31) - 1)), f64x2.lt(z, v.number(2 ** 31)));
  return narrowLanes.select(
    narrow(fits(x!), fits(y!)),
    join(i32x4.truncSatF64Zero(x!), i32x4.truncSatF64Zero(y!)),
    narrowLanes.integer(-(2 ** 31)),
  );
}

/** Two lanes through a scalar function. */
function float64ToInt64(x: Vec, convert: FunctionRef): Vec {
  const at = (lane: number): ReturnType<typeof callValue<'i64'>> => callValue(convert, 'i64', [f64x2.extract(x, lane)]);
  return i64x2.replace(i64x2.splat(at(0)), 1, at(1));
}

function int64ToFloat64(x: Vec, from: DType): Vec {
  const convert = from === 'uint64' ? f64.fromU64 : f64.fromI64;
  return f64x2.replace(f64x2.splat(convert(i64x2.extract(x, 0))), 1, convert(i64x2.extract(x, 1)));
}

/** Any number as float64. */
function toFloat64(context: ProgramContext, x: Group, from: DType): Group {
  if (from === 'float64') return x;
  if (from === 'float32') return promote(x[0]!);
  if (from === 'float16') return promote(context.f.let(halfToFloat(context.narrowLanes, x[0]!)));
  if (isWide(from)) return x.map((half) => int64ToFloat64(half, from));
  const convert = from === 'uint32' ? f64x2.convertLowU32 : f64x2.convertLowI32;
  return [convert(x[0]!), convert(upperHalf(x[0]!))];
}

/** Any number as float32, rounded once. */
export function toFloat32(context: ProgramContext, x: Group, from: DType): Vec {
  if (from === 'float32') return x[0]!;
  if (from === 'float16') return halfToFloat(context.narrowLanes, x[0]!);
  if (isWide(from)) return demote(toFloat64(context, x, from));
  return (from === 'uint32' ? f32x4.convertU32 : f32x4.convertI32)(x[0]!);
}

/** Any number as the bits of a float16, rounded once; integers above 2^24, which float32 would round, are infinite. */
export function toFloat16(context: ProgramContext, x: Group, from: DType): Vec {
  if (!isWide(from)) return floatToHalf(context.narrowLanes, toFloat32(context, x, from));
  return doubleToHalf(context, toFloat64(context, x, from));
}

/** The low 32 bits of any number as an integer. */
function toInt32(context: ProgramContext, x: Group, from: DType, to: DType): Vec {
  if (!isFloat(from)) return isWide(from) ? narrow(x[0]!, x[1]!) : x[0]!;
  if (to === 'uint32') {
    const [low, high] = toInt64(context, x, from, 'int64');
    return narrow(low!, high!);
  }
  return from === 'float64'
    ? float64ToInt32(context, x)
    : float32ToInt32(context, context.f.let(toFloat32(context, x, from)));
}

function toInt64(context: ProgramContext, x: Group, from: DType, to: DType): Group {
  if (isFloat(from)) {
    const convert = to === 'uint64' ? context.scalars.toUint64() : context.scalars.toInt64();
    return toFloat64(context, x, from).map((half) => float64ToInt64(context.f.let(half), convert));
  }
  if (isWide(from)) return x;
  if (from === 'uint32') return [i64x2.extendLowU(x[0]!), i64x2.extendHighU(x[0]!)];
  return [i64x2.extendLowS(x[0]!), i64x2.extendHighS(x[0]!)];
}

/** Four elements as another dtype; the arguments are locals. */
export function castGroup(context: ProgramContext, x: Group, from: DType, to: DType): Group {
  if (to === 'bool') return toBool(context, x, from);
  if (from === 'bool') return fromBool(context, x[0]!, to);
  switch (to) {
    case 'float16':
      return [toFloat16(context, x, from)];
    case 'float32':
      return [toFloat32(context, x, from)];
    case 'float64':
      return toFloat64(context, x, from);
    default:
      if (isWide(to)) return toInt64(context, x, from, to);
      return [wrapInteger(context, toInt32(context, x, from, to), to)];
  }
}
