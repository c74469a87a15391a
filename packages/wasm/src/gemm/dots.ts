import type { FunctionBuilder, Local } from '../asm/function-builder.ts';
import type { ModuleBuilder } from '../asm/module-builder.ts';
import { i32 } from '../asm/scalar.ts';
import { v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import { turnSquare } from '../transpose.ts';
import { blockFields, K_BLOCK } from './gemm-block.ts';
import { smaller, type Width } from './tile.ts';

type Int = Local<'i32'>;

/** Vectors of sums that run side by side. */
const VECTORS = 2;

/** A row and a few columns, all runs of `steps` elements. */
interface Strip {
  readonly x: Int;
  readonly columns: readonly Int[];
  readonly steps: Int;
}

/** The sums of a few columns of `b` over one block of k; lanes are columns, so squares of `b` are transposed on the way. */
function emitStrip(f: FunctionBuilder, width: Width, { x, columns, steps }: Strip): readonly Local<'v128'>[] {
  const { lanes, bytes } = width;
  const zero = f.hoist('zero', v128.const(new Uint8Array(16)));
  const sums = Array.from({ length: VECTORS }, () => f.let(zero));
  const groups = sums.map((_, g) => columns.slice(g * lanes, (g + 1) * lanes));
  const advance = (by: number): void => {
    for (const pointer of [x, ...columns]) f.set(pointer, i32.add(pointer, by));
  };
  const q = f.local('i32');
  f.for(q, { from: 0, to: i32.and(steps, -lanes), step: lanes }, () => {
    const turned = groups.map((pointers) =>
      turnSquare(
        f,
        pointers.map((p) => f.let(v128.load(p))),
      ),
    );
    for (let step = 0; step < lanes; step++) {
      const factor = f.let(width.splat(x, step * bytes));
      sums.forEach((sum, g) => f.set(sum, width.madd(factor, turned[g]![step]!, sum)));
    }
    advance(16);
  });
  f.for(q, { from: 0, to: i32.and(steps, lanes - 1), step: 1 }, () => {
    const factor = f.let(width.splat(x, 0));
    const load = bytes === 4 ? v128.load32Lane : v128.load64Lane;
    sums.forEach((sum, g) => {
      const gathered = groups[g]!.reduce<Vec>((v, p, lane) => load(p, v, lane), zero);
      f.set(sum, width.madd(factor, gathered, sum));
    });
    advance(bytes);
  });
  return sums;
}

/** Products of one row with a matrix whose columns are runs: dot products, some columns at a time. */
export function dotProducts(module: ModuleBuilder, width: Width): void {
  const strip = VECTORS * width.lanes;
  const body = (f: FunctionBuilder): void => {
    const g = blockFields(f);
    const [n, k, a, b, bColumn, c] = [g('n'), g('k'), g('a'), g('b'), g('bColumn'), g('c')];
    const [pc, j, steps, x, target] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const columns = Array.from({ length: strip }, () => f.local('i32'));
    const last = f.let(i32.sub(n, 1));
    f.for(pc, { from: 0, to: k, step: K_BLOCK }, () => {
      f.set(steps, smaller(K_BLOCK, i32.sub(k, pc)));
      f.for(j, { from: 0, to: n, step: strip }, () => {
        f.set(x, i32.add(a, i32.mul(pc, width.bytes)));
        // Beyond the edge the last column is taken again; what comes of it is not read.
        columns.forEach((p, i) => {
          const column = smaller(last, i32.add(j, i));
          f.set(p, i32.add(b, i32.add(i32.mul(column, bColumn), i32.mul(pc, width.bytes))));
        });
        const sums = emitStrip(f, width, { x, columns, steps });
        f.set(target, i32.add(c, i32.mul(j, width.bytes)));
        const store = (value: (sum: Vec, offset: number) => Vec): void =>
          sums.forEach((sum, v) => f.storeVector(target, value(sum, 16 * v), 16 * v));
        f.if(
          pc,
          () => store((sum, offset) => width.add(v128.load(target, offset), sum)),
          () => store((sum) => sum),
        );
      });
    });
  };
  module.function({ params: ['i32'], results: [] }, body, 'dots');
}
