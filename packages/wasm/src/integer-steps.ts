import type { DType, Instruction } from '@isograd/device';
import { callValue } from './asm/function-builder.ts';
import { f64x2, i32x4, i64x2, v128 } from './asm/simd.ts';
import type { Value, Vec } from './asm/value.ts';
import type { Group } from './casts.ts';
import { eachLane64, type ProgramContext } from './program-context.ts';

type Binary = (a: Vec, b: Vec) => Vec;

const BITWISE: Readonly<Record<string, Binary>> = {
  and: v128.and,
  or: v128.or,
  xor: v128.xor,
  not: (a) => v128.not(a),
};
const INT32: Readonly<Record<string, Binary>> = {
  ...BITWISE,
  add: i32x4.add,
  sub: i32x4.sub,
  mul: i32x4.mul,
  max: i32x4.max,
  min: i32x4.min,
  neg: (a) => i32x4.neg(a),
  abs: (a) => i32x4.abs(a),
};
const INT64: Readonly<Record<string, Binary>> = {
  ...BITWISE,
  add: i64x2.add,
  sub: i64x2.sub,
  mul: i64x2.mul,
  max: (a, b) => v128.bitselect(a, b, i64x2.gt(a, b)),
  min: (a, b) => v128.bitselect(a, b, i64x2.lt(a, b)),
  neg: (a) => i64x2.neg(a),
  abs: (a) => i64x2.abs(a),
};

/** Python's quotient of int32, 0 for a divisor of 0: exact in float64, rounded down there. */
function floorDiv32({ f, narrowLanes: v }: ProgramContext, a: Vec, b: Vec): Vec {
  const upper = (x: Vec): Vec => i64x2.shuffle(x, x, [1, 0]);
  const half = (x: Vec, y: Vec): Vec =>
    i32x4.truncSatF64Zero(f64x2.floor(f64x2.div(f64x2.convertLowI32(x), f64x2.convertLowI32(y))));
  const quotient = f.let(i64x2.shuffle(half(a, b), half(upper(a), upper(b)), [0, 2]));
  // Divided by -1 the smallest integer wraps around, where the conversion saturates.
  const wrapped = v.select(i32x4.eq(b, v.integer(-1)), i32x4.neg(a), quotient);
  return v128.andnot(wrapped, i32x4.eq(b, v.integer(0)));
}

function mod32(context: ProgramContext, a: Vec, b: Vec): Vec {
  const quotient = context.f.let(floorDiv32(context, a, b));
  return v128.andnot(i32x4.sub(a, i32x4.mul(quotient, b)), i32x4.eq(b, context.narrowLanes.integer(0)));
}

function power32({ scalars }: ProgramContext, a: Vec, b: Vec): Vec {
  const at = (lane: number): Value<'i32'> =>
    callValue(scalars.power(32), 'i32', [i32x4.extract(a, lane), i32x4.extract(b, lane)]);
  return [1, 2, 3].reduce((v, lane) => i32x4.replace(v, lane, at(lane)), i32x4.splat(at(0)));
}

const CALLED = new Set<string>(['floorDiv', 'mod', 'pow']);

/** Whether an operation has code on integers of a dtype. */
export function isIntegerStep(op: string, dtype: DType): boolean {
  return CALLED.has(op) || op in (dtype === 'int64' ? INT64 : INT32);
}

function step32(context: ProgramContext, op: string, a: Vec, b: Vec): Vec {
  if (op === 'floorDiv') return floorDiv32(context, a, b);
  if (op === 'mod') return mod32(context, a, b);
  return op === 'pow' ? power32(context, a, b) : INT32[op]!(a, b);
}

function step64({ scalars }: ProgramContext, op: string, a: Vec, b: Vec): Vec {
  if (op === 'floorDiv' || op === 'mod') return eachLane64('i64', scalars.divide64(op), [a, b]);
  return op === 'pow' ? eachLane64('i64', scalars.power(64), [a, b]) : INT64[op]!(a, b);
}

/** Code of an arithmetic step on integers; the arguments are locals. Bytes are computed as int32 and cut off. */
export function compileInteger(context: ProgramContext, step: Instruction, args: readonly Group[]): Group {
  const [x, y] = [args[0]!, args[1] ?? args[0]!];
  if (step.dtype === 'int64') return [0, 1].map((i) => step64(context, step.op, x[i]!, y[i]!));
  const result = step32(context, step.op, x[0]!, y[0]!);
  return [step.dtype === 'uint8' ? v128.and(result, context.narrowLanes.integer(255)) : result];
}
