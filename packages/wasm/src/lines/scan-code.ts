import type { DType } from '@isograd/device';
import type { FunctionBuilder } from '../asm/function-builder.ts';
import { ModuleBuilder } from '../asm/module-builder.ts';
import { i32 } from '../asm/scalar.ts';
import { v128 } from '../asm/simd.ts';
import { numbersOf, storeNumber } from '../numbers.ts';
import { LAYOUTS } from '../operands.ts';
import { instance, type Runtime } from '../runtime.ts';

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
        storeNumber(f, at, running, shift);
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
