import type { FunctionBuilder, Local } from './asm/function-builder.ts';
import { ModuleBuilder } from './asm/module-builder.ts';
import { i32 } from './asm/scalar.ts';
import { i32x4, i64x2, v128 } from './asm/simd.ts';
import type { Vec } from './asm/value.ts';
import { instance, type Runtime } from './runtime.ts';

/** A matrix in linear memory whose columns are runs, and where its rows shall be runs; addresses and strides in bytes. */
export interface Turn {
  readonly source: number;
  /** From column to column of the source. */
  readonly sourceStride: number;
  readonly target: number;
  /** From row to row of the target. */
  readonly targetStride: number;
  readonly rows: number;
  readonly columns: number;
}

/** Transposes elements of 4 or 8 bytes, given as powers of two. */
export type Transpose = (shift: 2 | 3, turn: Turn) => void;

type Int = Local<'i32'>;

/** Four vectors of four 32-bit lanes, or two of two 64-bit lanes, transposed. */
export function turnSquare(f: FunctionBuilder, x: readonly Vec[]): Vec[] {
  if (x.length === 2) return [i64x2.shuffle(x[0]!, x[1]!, [0, 2]), i64x2.shuffle(x[0]!, x[1]!, [1, 3])];
  const pair = (a: number, b: number, lanes: readonly number[]): Vec => f.let(i32x4.shuffle(x[a]!, x[b]!, lanes));
  const [low, high] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ] as const;
  return [low, high].flatMap((lanes) => {
    const [a, b] = [pair(0, 2, lanes), pair(1, 3, lanes)];
    return [i32x4.shuffle(a, b, low), i32x4.shuffle(a, b, high)];
  });
}

/** Squares of `side` rows and columns, then what is left of the rows, then of the columns. */
function emitTranspose(f: FunctionBuilder, side: 2 | 4): void {
  const bytes = 16 / side;
  const p = (index: number): Int => f.param(index, 'i32');
  const [source, sourceStride, target, targetStride, rows, columns] = [p(0), p(1), p(2), p(3), p(4), p(5)];
  const [r, c, from, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [wholeRows, wholeColumns] = [f.let(i32.and(rows, -side)), f.let(i32.and(columns, -side))];
  const place = (): void => {
    f.set(from, i32.add(i32.add(source, i32.mul(r, bytes)), i32.mul(c, sourceStride)));
    f.set(to, i32.add(i32.add(target, i32.mul(c, bytes)), i32.mul(r, targetStride)));
  };
  const chain = (start: Int, stride: Int): Int[] => {
    const all = [start];
    while (all.length < side) all.push(f.let(i32.add(all.at(-1)!, stride)));
    return all;
  };
  f.for(r, { from: 0, to: wholeRows, step: side }, () =>
    f.for(c, { from: 0, to: wholeColumns, step: side }, () => {
      place();
      const x = chain(from, sourceStride).map((at) => f.let(v128.load(at)));
      const turned = turnSquare(f, x);
      chain(to, targetStride).forEach((at, i) => f.storeVector(at, turned[i]!));
    }),
  );
  const single = (): void => {
    place();
    f.storeLane(to, side === 4 ? v128.load32Zero(from) : v128.load64Zero(from), {
      bits: side === 4 ? 32 : 64,
      lane: 0,
    });
  };
  f.for(r, { from: wholeRows, to: rows, step: 1 }, () => f.for(c, { from: 0, to: columns, step: 1 }, single));
  f.for(r, { from: 0, to: wholeRows, step: 1 }, () => f.for(c, { from: wholeColumns, to: columns, step: 1 }, single));
}

/** Generates the transposition of matrices over the memory of a device. */
export function compileTranspose(runtime: Pick<Runtime, 'memory'>): Transpose {
  const module = new ModuleBuilder({ shared: runtime.memory.shared });
  const params = Array<'i32'>(6).fill('i32');
  module.function({ params, results: [] }, (f) => emitTranspose(f, 4), 'turn32');
  module.function({ params, results: [] }, (f) => emitTranspose(f, 2), 'turn64');
  const { turn32, turn64 } = instance(runtime, module) as Record<string, (...parameters: number[]) => void>;
  return (shift, { source, sourceStride, target, targetStride, rows, columns }) =>
    (shift === 2 ? turn32! : turn64!)(source, sourceStride, target, targetStride, rows, columns);
}
