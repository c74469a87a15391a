import type { DType } from '@isograd/device';
import type { FunctionBuilder } from '../asm/function-builder.ts';
import { ModuleBuilder } from '../asm/module-builder.ts';
import { f32, f64, i32, i64 } from '../asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from '../asm/simd.ts';
import type { I32, Value, Vec } from '../asm/value.ts';
import { LAYOUTS } from '../operands.ts';
import { instance, type Runtime } from '../runtime.ts';

type Number = Value<'i32' | 'i64' | 'f32' | 'f64'>;

/** Instructions of one kind of number, by elements and by vectors. */
interface Numbers {
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

function numbersOf(dtype: DType): Numbers {
  if (dtype === 'float32') return FLOAT32;
  if (dtype === 'float64') return FLOAT64;
  const { shift } = LAYOUTS[dtype];
  return shift === 3 ? INT64 : INT32[shift]!;
}

/** Running sums or products, in place. */
export interface Scan {
  /** Along rows that follow one another: address, rows, elements of each. */
  along(at: number, rows: number, columns: number): void;
  /** From row to row, element by element: address, rows, bytes of each, a multiple of 16. For elements of four bytes or more. */
  across(at: number, rows: number, bytes: number): void;
}

/** Generates the scans of a dtype. */
export function compileScans(runtime: Pick<Runtime, 'memory'>, dtype: DType, op: 'add' | 'mul'): Scan {
  const numbers = numbersOf(dtype);
  const { shift } = LAYOUTS[dtype];
  const bytes = 1 << shift;
  const module = new ModuleBuilder({ shared: runtime.memory.shared });
  const along = (f: FunctionBuilder): void => {
    const [at, rows, columns] = [f.param(0, 'i32'), f.param(1, 'i32'), f.param(2, 'i32')];
    const [r, i] = [f.local('i32'), f.local('i32')];
    f.for(r, { from: 0, to: rows, step: 1 }, () => {
      const running = f.let(numbers.load(at));
      f.set(at, i32.add(at, bytes));
      f.for(i, { from: 1, to: columns, step: 1 }, () => {
        f.set(running, numbers[op](running, numbers.load(at)));
        if (shift >= 2) f.store(at, running);
        else f.storeLow(at, running as Value<'i32'>, shift ? 16 : 8);
        f.set(at, i32.add(at, bytes));
      });
    });
  };
  const across = (f: FunctionBuilder): void => {
    const [at, rows, width] = [f.param(0, 'i32'), f.param(1, 'i32'), f.param(2, 'i32')];
    const [next, end] = [f.let(i32.add(at, width)), f.let(i32.add(at, i32.mul(rows, width)))];
    const i = f.local('i32');
    f.for(i, { from: next, to: end, step: 16 }, () => {
      f.storeVector(i, numbers.vectors[op](v128.load(at), v128.load(i)));
      f.set(at, i32.add(at, 16));
    });
  };
  module.function({ params: ['i32', 'i32', 'i32'], results: [] }, along, 'along');
  if (shift >= 2) module.function({ params: ['i32', 'i32', 'i32'], results: [] }, across, 'across');
  return instance(runtime, module) as unknown as Scan;
}
