import type { DType } from '@isograd/device';
import { callValue } from './asm/function-builder.ts';
import { f64 } from './asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from './asm/simd.ts';
import type { Vec } from './asm/value.ts';
import type { ProgramContext } from './program-context.ts';

/** Four elements: one vector of 32-bit lanes (bools as masks), or two of 64-bit lanes. */
export type Group = readonly Vec[];

/** Whether elements of a dtype take 64-bit lanes. */
export function isWide(dtype: DType): boolean {
  return dtype === 'float64' || dtype === 'int64';
}

/** A 32-bit mask as two 64-bit masks. */
export function widenMask(mask: Vec): Group {
  return [i64x2.extendLowS(mask), i64x2.extendHighS(mask)];
}

/** Two 64-bit masks as one 32-bit mask; also the low halves of 64-bit integers. */
export function narrow(low: Vec, high: Vec): Vec {
  return i32x4.shuffle(low, high, [0, 2, 4, 6]);
}

const upperHalf = (x: Vec): Vec => i64x2.shuffle(x, x, [1, 0]);
const join = (low: Vec, high: Vec): Vec => i64x2.shuffle(low, high, [0, 2]);

function toBool({ narrowLanes, wideLanes }: ProgramContext, [x, y]: Group, from: DType): Group {
  const zero = narrowLanes.integer(0);
  if (from === 'float32') return [f32x4.ne(x!, zero)];
  if (from === 'float64') return [narrow(f64x2.ne(x!, wideLanes.number(0)), f64x2.ne(y!, wideLanes.number(0)))];
  if (from === 'int64') return [narrow(i64x2.ne(x!, zero), i64x2.ne(y!, zero))];
  return [i32x4.ne(x!, zero)];
}

function fromBool({ narrowLanes, wideLanes }: ProgramContext, mask: Vec, to: DType): Group {
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
function float64ToInt64({ scalars }: ProgramContext, x: Vec): Vec {
  const convert = (lane: number): ReturnType<typeof callValue<'i64'>> =>
    callValue(scalars.toInt64(), 'i64', [f64x2.extract(x, lane)]);
  return i64x2.replace(i64x2.splat(convert(0)), 1, convert(1));
}

function int64ToFloat64(x: Vec): Vec {
  return f64x2.replace(f64x2.splat(f64.fromI64(i64x2.extract(x, 0))), 1, f64.fromI64(i64x2.extract(x, 1)));
}

/** Two float64 vectors as one of float32. */
export function demote([x, y]: Group): Vec {
  return join(f32x4.demoteF64Zero(x!), f32x4.demoteF64Zero(y!));
}

/** One float32 vector as two of float64. */
export function promote(x: Vec): Group {
  return [f64x2.promoteLowF32(x), f64x2.promoteLowF32(upperHalf(x))];
}

function toFloat64(x: Group, from: DType): Group {
  if (from === 'float32') return promote(x[0]!);
  if (from === 'int64') return x.map(int64ToFloat64);
  return [f64x2.convertLowI32(x[0]!), f64x2.convertLowI32(upperHalf(x[0]!))];
}

function toInt32(context: ProgramContext, x: Group, from: DType): Vec {
  if (from === 'float32') return float32ToInt32(context, x[0]!);
  if (from === 'float64') return float64ToInt32(context, x);
  return from === 'int64' ? narrow(x[0]!, x[1]!) : x[0]!;
}

/** Four elements as another dtype; the arguments are locals. */
export function castGroup(context: ProgramContext, x: Group, from: DType, to: DType): Group {
  if (to === 'bool') return toBool(context, x, from);
  if (from === 'bool') return fromBool(context, x[0]!, to);
  switch (to) {
    case 'float32':
      return [from === 'float64' ? demote(x) : from === 'int64' ? demote(toFloat64(x, from)) : f32x4.convertI32(x[0]!)];
    case 'float64':
      return toFloat64(x, from);
    case 'int32':
      return [toInt32(context, x, from)];
    case 'uint8':
      return [v128.and(toInt32(context, x, from), context.narrowLanes.integer(255))];
    case 'int64':
      if (from === 'float32' || from === 'float64')
        return (from === 'float32' ? promote(x[0]!) : x).map((half) =>
          float64ToInt64(context, context.wideLanes.let(half)),
        );
      return [i64x2.extendLowS(x[0]!), i64x2.extendHighS(x[0]!)];
  }
}
