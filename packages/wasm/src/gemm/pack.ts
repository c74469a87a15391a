import type { FunctionBuilder, FunctionRef, Local } from '../asm/function-builder.ts';
import type { ModuleBuilder } from '../asm/module-builder.ts';
import { i32 } from '../asm/scalar.ts';
import { v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { Width } from './tile.ts';

/** A matrix to pack: items (rows of `a`, columns of `b`) by steps of k. */
interface Source {
  readonly count: Local<'i32'>;
  readonly steps: Local<'i32'>;
  readonly source: Local<'i32'>;
  /** Bytes from item to item, and from step to step. */
  readonly itemStride: Local<'i32'>;
  readonly stepStride: Local<'i32'>;
  readonly out: Local<'i32'>;
}

function vectors(width: Width, panel: number): number {
  return Math.ceil(panel / width.lanes);
}

/** Items lie next to one another: whole vectors are copied. */
function copyPanel(f: FunctionBuilder, width: Width, panel: number, s: Source, start: Local<'i32'>): void {
  const p = f.let(start);
  const q = f.local('i32');
  f.for(q, { from: 0, to: s.steps, step: 1 }, () => {
    for (let j = 0; j < vectors(width, panel); j++) f.storeVector(s.out, v128.load(p, 16 * j), 16 * j);
    f.set(p, i32.add(p, s.stepStride));
    f.set(s.out, i32.add(s.out, panel * width.bytes));
  });
}

/** Steps lie next to one another: vectors along k are loaded and their lanes spread over the panel. */
function transposePanel(f: FunctionBuilder, width: Width, panel: number, s: Source, start: Local<'i32'>): void {
  const pointers = Array.from({ length: panel }, () => f.local('i32'));
  pointers.forEach((p, i) => f.set(p, i === 0 ? start : i32.add(pointers[i - 1]!, s.itemStride)));
  const q = f.local('i32');
  const x = f.local('v128');
  const bits = width.bytes === 4 ? 32 : 64;
  f.for(q, { from: 0, to: i32.and(s.steps, -width.lanes), step: width.lanes }, () => {
    pointers.forEach((p, i) => {
      f.set(x, v128.load(p));
      for (let lane = 0; lane < width.lanes; lane++) f.storeLane(s.out, x, { bits, lane, offset: (lane * panel + i) * width.bytes });
      f.set(p, i32.add(p, 16));
    });
    f.set(s.out, i32.add(s.out, 16 * panel));
  });
  singleSteps(f, width, panel, s, { pointers, steps: i32.and(s.steps, width.lanes - 1), move: width.bytes });
}

interface Walk {
  readonly pointers: readonly Local<'i32'>[];
  readonly steps: ReturnType<typeof i32.and>;
  readonly move: number | Local<'i32'>;
}

/** One element at a time. */
function singleSteps(f: FunctionBuilder, width: Width, panel: number, s: Source, { pointers, steps, move }: Walk): void {
  const q = f.local('i32');
  const bits = width.bytes === 4 ? 32 : 64;
  f.for(q, { from: 0, to: steps, step: 1 }, () => {
    pointers.forEach((p, i) => {
      f.storeLane(s.out, element(width, p), { bits, lane: 0, offset: i * width.bytes });
      f.set(p, i32.add(p, move));
    });
    f.set(s.out, i32.add(s.out, panel * width.bytes));
  });
}

const element = (width: Width, p: Local<'i32'>): Vec => (width.bytes === 4 ? v128.load32Zero(p) : v128.load64Zero(p));

/** The last panel when the items do not fill it: the rest is 0. */
function partialPanel(f: FunctionBuilder, width: Width, panel: number, s: Source, start: Local<'i32'>, items: Local<'i32'>): void {
  const zero = f.hoist('zero', v128.const(new Uint8Array(16)));
  const [q, i, p, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const bits = width.bytes === 4 ? 32 : 64;
  f.for(q, { from: 0, to: s.steps, step: 1 }, () => {
    for (let j = 0; j < vectors(width, panel); j++) f.storeVector(s.out, zero, 16 * j);
    f.set(p, start);
    f.set(to, s.out);
    f.for(i, { from: 0, to: items, step: 1 }, () => {
      f.storeLane(to, element(width, p), { bits, lane: 0 });
      f.set(p, i32.add(p, s.itemStride));
      f.set(to, i32.add(to, width.bytes));
    });
    f.set(start, i32.add(start, s.stepStride));
    f.set(s.out, i32.add(s.out, panel * width.bytes));
  });
}

/**
 * Adds a function that packs a matrix into panels: `panel` items side by side for each step of k, the last panel filled up with zeros.
 *
 * Parameters: number of items, steps, address, bytes from item to item and from step to step, address of the panels. Panels may be written
 * a vector past their end.
 */
export function packFunction(module: ModuleBuilder, width: Width, panel: number): FunctionRef {
  return module.function({ params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: [] }, (f) => {
    const p = (index: number): Local<'i32'> => f.param(index, 'i32');
    const s: Source = { count: p(0), steps: p(1), source: p(2), itemStride: p(3), stepStride: p(4), out: p(5) };
    const [i, start, items] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.for(i, { from: 0, to: s.count, step: panel }, () => {
      f.set(start, i32.add(s.source, i32.mul(i, s.itemStride)));
      f.set(items, i32.sub(s.count, i));
      f.if(
        i32.ltS(items, panel),
        () => partialPanel(f, width, panel, s, start, items),
        () =>
          f.if(
            i32.eq(s.itemStride, width.bytes),
            () => copyPanel(f, width, panel, s, start),
            () =>
              f.if(
                i32.eq(s.stepStride, width.bytes),
                () => transposePanel(f, width, panel, s, start),
                () => {
                  const pointers = Array.from({ length: panel }, () => f.local('i32'));
                  pointers.forEach((q, j) => f.set(q, j === 0 ? start : i32.add(pointers[j - 1]!, s.itemStride)));
                  singleSteps(f, width, panel, s, { pointers, steps: i32.add(s.steps, 0), move: s.stepStride });
                },
              ),
          ),
      );
    });
  });
}
