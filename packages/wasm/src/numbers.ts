import type { DType } from '@isograd/device';
import type { FunctionBuilder } from './asm/function-builder.ts';
import { f32, f64, i32, i64 } from './asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2 } from './asm/simd.ts';
import type { I32, Value, Vec } from './asm/value.ts';
import { LAYOUTS } from './operands.ts';

/** A number of whatever kind. */
export type Number = Value<'i32' | 'i64' | 'f32' | 'f64'>;

/** Instructions of one kind of number, by elements and by vectors. */
export interface Numbers {
  load(address: I32): Number;
  add(a: Number, b: Number): Number;
  mul(a: Number, b: Number): Number;
  readonly vectors: Readonly<Record<'add' | 'mul', (a: Vec, b: Vec) => Vec>>;
}

const FLOAT32: Numbers = { load: f32.load, add: f32.add, mul: f32.mul, vectors: f32x4 };
const FLOAT64: Numbers = { load: f64.load, add: f64.add, mul: f64.mul, vectors: f64x2 };
const INT64: Numbers = { load: i64.load, add: i64.add, mul: i64.mul, vectors: i64x2 };
// Sums and products wrap around, so the sign of what is loaded does not matter.
const INT32: readonly Numbers[] = [i32.load8U, i32.load16U, i32.load].map((load) => ({
  load,
  add: (a: Value<'i32'>, b: Value<'i32'>) => i32.add(a, b),
  mul: (a: Value<'i32'>, b: Value<'i32'>) => i32.mul(a, b),
  vectors: i32x4,
}));

/** The instructions of a dtype that wrap around or round as it does. */
export function numbersOf(dtype: DType): Numbers {
  if (dtype === 'float32') return FLOAT32;
  if (dtype === 'float64') return FLOAT64;
  const { shift } = LAYOUTS[dtype];
  return shift === 3 ? INT64 : INT32[shift]!;
}

/** Writes an element of `1 << shift` bytes; of narrow ones the low bits. */
export function storeNumber(f: FunctionBuilder, address: I32, x: Number, shift: number): void {
  if (shift >= 2) f.store(address, x);
  else f.storeLow(address, x as Value<'i32'>, shift ? 16 : 8);
}
