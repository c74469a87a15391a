import type { FunctionBuilder, Local } from '../asm/function-builder.ts';
import type { ModuleBuilder } from '../asm/module-builder.ts';
import { f32, f64, i32 } from '../asm/scalar.ts';
import { f32x4, f64x2, i32x4, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { Float } from './pool-code.ts';

type Int = Local<'i32'>;

/** Parameters of `taps` in linear memory, all int32; addresses and distances in bytes. */
export const TAPS_BLOCK = {
  outer: 0,
  rows: 4,
  inner: 8,
  starts: 12,
  at: 16,
  weights: 20,
  in: 24,
  /** From block to block, from row to row of the input; the output is one run. */
  inOuter: 28,
  inRow: 32,
  out: 36,
} as const;

/** Four float32 or two float64 as doubles. */
function loadDoubles(dtype: Float, at: Int): readonly Vec[] {
  if (dtype === 'float64') return [v128.load(at)];
  return [f64x2.promoteLowF32(v128.load64Zero(at)), f64x2.promoteLowF32(v128.load64Zero(at, 8))];
}

function rounded(dtype: Float, sums: readonly Vec[]): Vec {
  if (dtype === 'float64') return sums[0]!;
  const [low, high] = sums.map((sum) => f32x4.demoteF64Zero(sum)) as [Vec, Vec];
  return i32x4.shuffle(low, high, [0, 1, 4, 5]);
}

/** A sparse matrix times blocks of rows; sums are kept in float64. */
export function taps(module: ModuleBuilder, dtype: Float): void {
  const bytes = dtype === 'float32' ? 4 : 8;
  const body = (f: FunctionBuilder): void => {
    const block = f.param(0, 'i32');
    const g = (name: keyof typeof TAPS_BLOCK): Int => f.let(i32.load(block, TAPS_BLOCK[name]));
    const [outer, rows, starts, positions, weights] = [g('outer'), g('rows'), g('starts'), g('at'), g('weights')];
    const [source, inOuter, inRow, out] = [g('in'), g('inOuter'), g('inRow'), g('out')];
    const width = f.let(i32.mul(g('inner'), bytes));
    const [o, r, q, t] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const [from, to, at] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const zero = f.hoist('zero', v128.const(new Uint8Array(16)));
    const sums = Array.from({ length: dtype === 'float32' ? 2 : 1 }, () => f.local('v128'));
    const single = f.local('f64');
    const each = (visit: (weight: Int) => void): void =>
      f.for(t, { from, to, step: 1 }, () => {
        const place = i32.mul(i32.load(i32.add(positions, i32.mul(t, 4))), inRow);
        f.set(at, i32.add(i32.add(source, place), q));
        visit(f.let(i32.add(weights, i32.mul(t, 8))));
      });
    const one = (): void => {
      f.set(single, f64.const(0));
      f.set(q, 0);
      each((weight) => {
        const x = dtype === 'float32' ? f64.promote(f32.load(at)) : f64.load(at);
        f.set(single, f64.add(single, f64.mul(f64.load(weight), x)));
      });
      f.store(out, dtype === 'float32' ? f32.demote(single) : single);
    };
    const many = (): void =>
      f.for(q, { from: 0, to: width, step: 16 }, () => {
        for (const sum of sums) f.set(sum, zero);
        each((weight) => {
          const w = f.let(v128.load64Splat(weight));
          loadDoubles(dtype, at).forEach((x, i) => f.set(sums[i]!, f64x2.add(sums[i]!, f64x2.mul(w, x))));
        });
        // What the last vector of a row writes behind it is written over by the next row.
        f.storeVector(i32.add(out, q), rounded(dtype, sums));
      });
    f.for(o, { from: 0, to: outer, step: 1 }, () => {
      f.for(r, { from: 0, to: rows, step: 1 }, () => {
        const start = f.let(i32.add(starts, i32.mul(r, 4)));
        f.set(from, i32.load(start));
        f.set(to, i32.load(start, 4));
        f.if(i32.eq(width, bytes), one, many);
        f.set(out, i32.add(out, width));
      });
      f.set(source, i32.add(source, inOuter));
    });
  };
  module.function({ params: ['i32'], results: [] }, body, 'taps');
}
