import type { FunctionBuilder, FunctionRef, Local } from '../asm/function-builder.ts';
import { ModuleBuilder } from '../asm/module-builder.ts';
import { i32 } from '../asm/scalar.ts';
import { v128 } from '../asm/simd.ts';
import type { Value } from '../asm/value.ts';
import type { Engine } from '../engine.ts';
import type { Runtime } from '../runtime.ts';
import { packFunction } from './pack.ts';
import { dotProducts } from './dots.ts';
import { blockFields, K_BLOCK } from './gemm-block.ts';
import { emitTile, type GemmDType, smaller, type Width, widthOf } from './tile.ts';

/** Columns of `b` packed at once. */
export const N_BLOCK = 1024;
/** Rows of `a` packed at once, about: together they stay in the second-level cache. */
export const M_BLOCK = 240;

/** Register tile of the packed path: with 16 registers, more running sums spill. */
export interface TileShape {
  readonly rows: number;
  readonly vectors: number;
}

/** The register tile that is best for an engine; without fused multiply-add the product takes a register of its own. */
export function tileShape({ fma, wide }: Engine): TileShape {
  return { rows: fma ? 6 : 5, vectors: wide ? 4 : 2 };
}

type Int = Local<'i32'>;

/** The tile over packed panels. Parameters: steps, panel of `a`, panel of `b`, target, its row stride, whether to add. */
function packedTile(module: ModuleBuilder, width: Width, shape: TileShape): FunctionRef {
  return module.function({ params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: [] }, (f) => {
    const p = (index: number): Local<'i32'> => f.param(index, 'i32');
    const [steps, a, b] = [p(0), p(1), p(2)];
    const operands = {
      a: (row: number) => width.splat(a, row * width.bytes),
      b: (vector: number) => v128.load(b, 16 * vector),
      advance: (): void => {
        f.set(a, i32.add(a, shape.rows * width.bytes));
        f.set(b, i32.add(b, shape.vectors * 16));
      },
    };
    emitTile(f, width, shape, { steps, operands, target: { c: p(3), ldc: p(4), accumulate: p(5) } });
  });
}

/** Products of any size: operands are packed block by block, then multiplied tile by tile. */
function packedProduct(module: ModuleBuilder, width: Width, shape: TileShape): void {
  const tile = packedTile(module, width, shape);
  const columns = shape.vectors * width.lanes;
  const packA = packFunction(module, width, shape.rows);
  const packB = packFunction(module, width, columns);
  const mBlock = Math.floor(M_BLOCK / shape.rows) * shape.rows;
  const body = (f: FunctionBuilder): void => {
    const g = blockFields(f);
    const [m, n, k] = [g('m'), g('n'), g('k')];
    const [a, aRow, aColumn] = [g('a'), g('aRow'), g('aColumn')];
    const [b, bRow, bColumn] = [g('b'), g('bRow'), g('bColumn')];
    const [c, ldc, aPanels, bPanels] = [g('c'), g('ldc'), g('aPanels'), g('bPanels')];
    const [jc, pc, ic, jr, ir] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const [nb, kb, mb, aPanel, bPanel, target] = [
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
      f.local('i32'),
    ];
    const at = (base: Int, [i, row]: readonly [Int, Int], [j, column]: readonly [Int, Int]): Value<'i32'> =>
      i32.add(base, i32.add(i32.mul(i, row), i32.mul(j, column)));
    const tiles = (): void => {
      f.set(bPanel, bPanels);
      f.for(jr, { from: 0, to: nb, step: columns }, () => {
        f.set(aPanel, aPanels);
        f.set(target, i32.add(c, i32.add(i32.mul(ic, ldc), i32.mul(i32.add(jc, jr), width.bytes))));
        f.for(ir, { from: 0, to: mb, step: shape.rows }, () => {
          f.call(tile, kb, aPanel, bPanel, target, ldc, pc);
          f.set(aPanel, i32.add(aPanel, i32.mul(kb, shape.rows * width.bytes)));
          f.set(target, i32.add(target, i32.mul(ldc, shape.rows)));
        });
        f.set(bPanel, i32.add(bPanel, i32.mul(kb, columns * width.bytes)));
      });
    };
    f.for(jc, { from: 0, to: n, step: N_BLOCK }, () => {
      f.set(nb, smaller(N_BLOCK, i32.sub(n, jc)));
      f.for(pc, { from: 0, to: k, step: K_BLOCK }, () => {
        f.set(kb, smaller(K_BLOCK, i32.sub(k, pc)));
        f.call(packB, nb, kb, at(b, [pc, bRow], [jc, bColumn]), bColumn, bRow, bPanels);
        f.for(ic, { from: 0, to: m, step: mBlock }, () => {
          f.set(mb, smaller(mBlock, i32.sub(m, ic)));
          f.call(packA, mb, kb, at(a, [ic, aRow], [pc, aColumn]), aRow, aColumn, aPanels);
          tiles();
        });
      });
    });
  };
  module.function({ params: ['i32'], results: [] }, body, 'packed');
}

/** A row of tiles over operands as they lie, `b` with its rows in one run. Parameters: columns, steps, a, aRow, aColumn, b, bRow, c, ldc, whether to add. */
function directStrip(module: ModuleBuilder, width: Width, rows: number, widths: readonly number[]): FunctionRef {
  return module.function({ params: Array<'i32'>(10).fill('i32'), results: [] }, (f) => {
    const p = (index: number): Local<'i32'> => f.param(index, 'i32');
    const [left, steps, a, aRow, aColumn, b, bRow, c, ldc, accumulate] = [
      p(0),
      p(1),
      p(2),
      p(3),
      p(4),
      p(5),
      p(6),
      p(7),
      p(8),
      p(9),
    ] as const;
    const [from, pointers] = [f.local('i32'), Array.from({ length: rows }, () => f.local('i32'))];
    widths.forEach((vectors, i) => {
      const columns = vectors * width.lanes;
      // All but the narrowest tile only where they fit, the narrowest also over the edge.
      const least = i === widths.length - 1 ? 1 : columns;
      f.block((end) =>
        f.loop((again) => {
          f.branchIf(end, i32.ltS(left, least));
          f.set(from, b);
          pointers.forEach((q, r) => f.set(q, r === 0 ? a : i32.add(pointers[r - 1]!, aRow)));
          const operands = {
            a: (row: number) => width.splat(pointers[row]!, 0),
            b: (vector: number) => v128.load(from, 16 * vector),
            advance: (): void => {
              for (const q of pointers) f.set(q, i32.add(q, aColumn));
              f.set(from, i32.add(from, bRow));
            },
          };
          emitTile(f, width, { rows, vectors }, { steps, operands, target: { c, ldc, accumulate } });
          f.set(b, i32.add(b, vectors * 16));
          f.set(c, i32.add(c, vectors * 16));
          f.set(left, i32.sub(left, columns));
          f.branchIf(again, i32.const(1));
        }),
      );
    });
  });
}

/** Rows of the tile of the direct path; six, which packing allows, would need more address registers than there are. */
const DIRECT_ROWS = 4;

/** Small products, and those with few rows: nothing is packed. */
function directProduct(module: ModuleBuilder, width: Width, vectors: number): void {
  const many = directStrip(module, width, DIRECT_ROWS, vectors === 2 ? [2] : [vectors, 2]);
  const one = directStrip(module, width, 1, [8, 2]);
  const body = (f: FunctionBuilder): void => {
    const g = blockFields(f);
    const [m, n, k, aRow, aColumn, bRow, ldc] = [g('m'), g('n'), g('k'), g('aRow'), g('aColumn'), g('bRow'), g('ldc')];
    const [a, b, c] = [g('a'), g('b'), g('c')];
    const [pc, kb, i, row, target] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    f.for(pc, { from: 0, to: k, step: K_BLOCK }, () => {
      f.set(kb, smaller(K_BLOCK, i32.sub(k, pc)));
      f.set(row, i32.add(a, i32.mul(pc, aColumn)));
      f.set(target, c);
      const strip = (rows: number, callee: FunctionRef): void => {
        f.call(callee, n, kb, row, aRow, aColumn, i32.add(b, i32.mul(pc, bRow)), bRow, target, ldc, pc);
        f.set(row, i32.add(row, i32.mul(aRow, rows)));
        f.set(target, i32.add(target, i32.mul(ldc, rows)));
      };
      f.for(i, { from: 0, to: i32.and(m, -DIRECT_ROWS), step: DIRECT_ROWS }, () => strip(DIRECT_ROWS, many));
      f.for(i, { from: 0, to: i32.and(m, DIRECT_ROWS - 1), step: 1 }, () => strip(1, one));
    });
  };
  module.function({ params: ['i32'], results: [] }, body, 'direct');
}

/** Moves the rows of the result together: `n` elements each, no gaps. */
function compaction(module: ModuleBuilder, width: Width): void {
  const body = (f: FunctionBuilder): void => {
    const g = blockFields(f);
    const [m, n, c, ldc] = [g('m'), g('n'), g('c'), g('ldc')];
    const bytes = f.let(i32.mul(n, width.bytes));
    const [i, j, from, to] = [f.local('i32'), f.local('i32'), f.let(i32.add(c, ldc)), f.let(i32.add(c, bytes))];
    f.for(i, { from: 1, to: m, step: 1 }, () => {
      // A whole vector at the end of a row would run into the next one before that is moved.
      f.for(j, { from: 0, to: i32.and(bytes, -16), step: 16 }, () =>
        f.storeVector(i32.add(to, j), v128.load(i32.add(from, j))),
      );
      f.for(j, { from: i32.and(bytes, -16), to: bytes, step: 4 }, () =>
        f.store(i32.add(to, j), i32.load(i32.add(from, j))),
      );
      f.set(from, i32.add(from, ldc));
      f.set(to, i32.add(to, bytes));
    });
  };
  module.function({ params: ['i32'], results: [] }, body, 'compact');
}

/** Generates the products of one dtype: `packed`, `direct`, `dots` for a single row, and `compact` for their results. */
export function gemmModule({ engine, memory }: Runtime, dtype: GemmDType): ModuleBuilder {
  const module = new ModuleBuilder({ shared: memory.shared });
  const width = widthOf(dtype, engine.fma);
  const tile = tileShape(engine);
  packedProduct(module, width, tile);
  directProduct(module, width, tile.vectors);
  dotProducts(module, width);
  compaction(module, width);
  return module;
}
