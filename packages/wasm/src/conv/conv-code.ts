import type { FunctionBuilder, FunctionRef, Local } from '../asm/function-builder.ts';
import { ModuleBuilder } from '../asm/module-builder.ts';
import { i32 } from '../asm/scalar.ts';
import { v128 } from '../asm/simd.ts';
import { tileShape } from '../gemm/gemm-code.ts';
import { emitTile, smaller, type Width, widthOf } from '../gemm/tile.ts';
import type { Runtime } from '../runtime.ts';
import { biasAddition, lineCopy } from './moves-code.ts';

type Int = Local<'i32'>;

/** Steps of a block: sums begin anew with each, and a panel of weights stays in the first-level cache. */
const STEP_BLOCK = 256;
/** Places of the grid whose sums of a gradient run side by side; more would need more address registers than there are. */
export const GRADIENT_STEPS = 4;
/** Vectors of rows of a gradient. */
export const GRADIENT_VECTORS = 2;

/** Parameters in linear memory, all int32; addresses and distances in bytes. */
export const CONV_BLOCK = {
  steps: 0,
  /** Positions of a plane, the zeros between the rows among them. */
  positions: 8,
  /** The plane of the grid, and places in it by step. */
  grid: 12,
  places: 16,
  panels: 20,
  out: 24,
  outRow: 28,
  /** Of a gradient: positions along each axis, distances of planes and lines. */
  depth: 32,
  height: 36,
  width: 40,
  plane: 44,
  line: 48,
  turned: 52,
  /** Numbers of tiles of each of the four heights. */
  tiles: 56,
} as const;

/** A tile of fewer rows takes as long as one of so many: its sums wait for one another. */
const LOW_TILE = 4;

/** Numbers of rows that there are tiles for, tallest first. */
export const tileHeights = (runtime: Pick<Runtime, 'engine'>): readonly number[] => [
  tileShape(runtime.engine).rows,
  LOW_TILE,
  2,
  1,
];

/** How many tiles of each height cover rows: one fewer of the tallest than fit, where that saves a low one. */
export function tileCounts([tall, ...lower]: readonly number[], rows: number): readonly number[] {
  const fitting = Math.floor(rows / tall!);
  const [most, fewer] = [fitting, Math.max(fitting - 1, 0)].map((count) => {
    let left = rows - count * tall!;
    const rest = lower.map((height) => {
      const n = Math.floor(left / height);
      left -= n * height;
      return n;
    });
    const cost = rest.reduce((sum, n, i) => sum + n * Math.max(lower[i]!, LOW_TILE), count * tall!);
    return { counts: [count, ...rest], cost };
  });
  return fewer!.cost < most!.cost ? fewer!.counts : most!.counts;
}

function fields(f: FunctionBuilder): (name: keyof typeof CONV_BLOCK) => Int {
  const block = f.param(0, 'i32');
  return (name) => f.let(i32.load(block, CONV_BLOCK[name]));
}

/** A tile of positions by rows of weights. Parameters: steps, panel, grid, places, target, its row stride, whether to add. */
function windowTile(module: ModuleBuilder, width: Width, rows: number, vectors: number): FunctionRef {
  return module.function({ params: Array<'i32'>(7).fill('i32'), results: [] }, (f) => {
    const p = (index: number): Int => f.param(index, 'i32');
    const [steps, a, grid, places] = [p(0), p(1), p(2), p(3)];
    const at = f.local('i32');
    const operands = {
      a: (row: number) => width.splat(a, row * width.bytes),
      b: (vector: number) => {
        if (vector === 0) f.set(at, i32.add(grid, i32.load(places, 0)));
        return v128.load(at, 16 * vector);
      },
      advance: (): void => {
        f.set(a, i32.add(a, rows * width.bytes));
        f.set(places, i32.add(places, 4));
      },
    };
    emitTile(f, width, { rows, vectors }, { steps, operands, target: { c: p(4), ldc: p(5), accumulate: p(6) } });
  });
}

/** All rows of weights at all positions of a plane. */
function correlation(module: ModuleBuilder, width: Width, heights: readonly number[], vectors: number): void {
  const tiles = heights.map((rows) => windowTile(module, width, rows, vectors));
  const columns = vectors * width.lanes * width.bytes;
  const body = (f: FunctionBuilder): void => {
    const g = fields(f);
    const [steps, positions, grid, places] = [g('steps'), g('positions'), g('grid'), g('places')];
    const [panels, out, outRow] = [g('panels'), g('out'), g('outRow')];
    const counts = heights.map((_, i) => f.let(i32.load(f.param(0, 'i32'), CONV_BLOCK.tiles + 4 * i)));
    const [p, k, count, panel] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const [target, n, from, at] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const bytes = f.let(i32.mul(positions, width.bytes));
    f.for(p, { from: 0, to: bytes, step: columns }, () => {
      f.set(from, i32.add(grid, p));
      f.for(k, { from: 0, to: steps, step: STEP_BLOCK }, () => {
        f.set(count, smaller(STEP_BLOCK, i32.sub(steps, k)));
        f.set(at, i32.add(places, i32.mul(k, 4)));
        f.set(panel, panels);
        f.set(target, i32.add(out, p));
        heights.forEach((height, i) =>
          f.for(n, { from: 0, to: counts[i]!, step: 1 }, () => {
            const first = i32.add(panel, i32.mul(k, height * width.bytes));
            f.call(tiles[i]!, count, first, from, at, target, outRow, k);
            f.set(panel, i32.add(panel, i32.mul(steps, height * width.bytes)));
            f.set(target, i32.add(target, i32.mul(outRow, height)));
          }),
        );
      });
    });
  };
  module.function({ params: ['i32'], results: [] }, body, 'correlate');
}

/** Sums of some places of the grid against vectors of rows over all positions, added to a target. Parameters: block, places of the grid, target. */
function gradientTile(module: ModuleBuilder, width: Width): FunctionRef {
  const params = Array<'i32'>(2 + GRADIENT_STEPS).fill('i32');
  return module.function({ params, results: [] }, (f) => {
    const g = fields(f);
    const target = f.param(1, 'i32');
    const starts = Array.from({ length: GRADIENT_STEPS }, (_, i) => f.param(2 + i, 'i32'));
    const [depth, height, columns, plane, line] = [g('depth'), g('height'), g('width'), g('plane'), g('line')];
    const [turned, outRow] = [g('turned'), g('outRow')];
    const zero = f.hoist('zero', v128.const(new Uint8Array(16)));
    const sums = starts.map(() => Array.from({ length: GRADIENT_VECTORS }, () => f.let(zero)));
    const right = Array.from({ length: GRADIENT_VECTORS }, () => f.local('v128'));
    const [z, y, x, shift, a] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('v128')];
    const pointers = starts.map(() => f.local('i32'));
    f.for(z, { from: 0, to: depth, step: 1 }, () =>
      f.for(y, { from: 0, to: height, step: 1 }, () => {
        f.set(shift, i32.add(i32.mul(z, plane), i32.mul(y, line)));
        pointers.forEach((pointer, i) => f.set(pointer, i32.add(starts[i]!, shift)));
        f.for(x, { from: 0, to: columns, step: 1 }, () => {
          right.forEach((vector, j) => f.set(vector, v128.load(turned, 16 * j)));
          sums.forEach((row, i) => {
            f.set(a, width.splat(pointers[i]!, 0));
            row.forEach((sum, j) => f.set(sum, width.madd(a, right[j]!, sum)));
            f.set(pointers[i]!, i32.add(pointers[i]!, width.bytes));
          });
          f.set(turned, i32.add(turned, 16 * GRADIENT_VECTORS));
        });
      }),
    );
    sums.forEach((row) => {
      row.forEach((sum, j) => f.storeVector(target, width.add(v128.load(target, 16 * j), sum), 16 * j));
      f.set(target, i32.add(target, outRow));
    });
  });
}

/** A gradient: sums of every step of the window, a whole number of tiles, against one panel of rows. */
function gradient(module: ModuleBuilder, width: Width): void {
  const tile = gradientTile(module, width);
  const body = (f: FunctionBuilder): void => {
    const g = fields(f);
    const [steps, grid, places, out, outRow] = [g('steps'), g('grid'), g('places'), g('out'), g('outRow')];
    const [k, at, target] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.for(k, { from: 0, to: steps, step: GRADIENT_STEPS }, () => {
      f.set(at, i32.add(places, i32.mul(k, 4)));
      f.set(target, i32.add(out, i32.mul(k, outRow)));
      const starts = Array.from({ length: GRADIENT_STEPS }, (_, i) => i32.add(grid, i32.load(at, 4 * i)));
      f.call(tile, f.param(0, 'i32'), target, ...starts);
    });
  };
  module.function({ params: ['i32'], results: [] }, body, 'gradient');
}

/** Generates the convolutions of one dtype: `correlate` and `gradient`, and what moves their operands: `copyLines` and `addBias`. */
export function convModule(runtime: Pick<Runtime, 'engine' | 'memory'>, dtype: 'float32' | 'float64'): ModuleBuilder {
  const module = new ModuleBuilder({ shared: runtime.memory.shared });
  const width = widthOf(dtype, runtime.engine.fma);
  correlation(module, width, tileHeights(runtime), tileShape(runtime.engine).vectors);
  gradient(module, width);
  lineCopy(module);
  biasAddition(module, width);
  return module;
}
