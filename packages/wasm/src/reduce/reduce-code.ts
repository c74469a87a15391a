import type { DescOf, DType, Program } from '@isograd/device';
import { callValue, type FunctionBuilder, type FunctionRef, type Local } from '../asm/function-builder.ts';
import { ModuleBuilder } from '../asm/module-builder.ts';
import { i32, i64 } from '../asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import { isWide } from '../casts.ts';
import { narrow } from '../lane-pairs.ts';
import { ScalarFunctions } from '../math/scalar-functions.ts';
import { groupBytes, LAYOUTS, loadGroup, storeGroup } from '../operands.ts';
import { slowFunctions } from '../program.ts';
import { programContext } from '../program-context.ts';
import { importSlow, type Runtime } from '../runtime.ts';
import {
  advance,
  combineOf,
  element,
  foldExtreme,
  foldHalves,
  foldLeaf,
  openRow,
  REDUCE_BLOCK,
  type Shared,
} from './fold.ts';

/** Rows up to this length are summed with eight running sums, longer ones in halves. */
const LEAF = 128;

/** Rows from this length on are worth a first look for their extreme. */
const GLANCE = 64;
/** Programs up to this length leave registers for two rows at once. */
const LIGHT = 6;

/** Function that folds a row: sums of floats in halves down to {@link LEAF} elements, as NumPy does. */
function rowFunction(module: ModuleBuilder, shared: Shared): FunctionRef {
  const { desc, program, repeated } = shared;
  const params = ['i32', 'i32', ...desc.inputs.map(() => 'i32' as const)] as const;
  const float = desc.pre.dtype === 'float32' || desc.pre.dtype === 'float64';
  const halves = (f: FunctionBuilder, self: FunctionRef): void => {
    const [block, n] = [f.param(0, 'i32'), f.param(1, 'i32')];
    const starts = desc.inputs.map((_, i) => f.param(2 + i, 'i32'));
    const left = f.let(i32.and(i32.shrU(n, 1), -8));
    const right = f.let(i32.sub(n, left));
    const moved = starts.map((start, i) =>
      repeated[i] ? start : f.let(i32.add(start, i32.shl(left, LAYOUTS[desc.inputs[i]!].shift))),
    );
    if (program.steps.length <= LIGHT)
      f.if(i32.leS(right, LEAF), () => f.return(foldHalves(f, shared, { left, right, starts: [starts, moved] })));
    const sums = [callValue(self, 'v128', [block, left, ...starts]), callValue(self, 'v128', [block, right, ...moved])];
    f.return(shared.combine(programContext(f, shared.fma, shared))(sums[0]!, sums[1]!));
  };
  return module.function({ params, results: ['v128'] }, (f, self) => {
    const n = f.param(1, 'i32');
    const starts = desc.inputs.map((_, i) => f.param(2 + i, 'i32'));
    if (float && desc.op === 'sum') f.if(i32.gtS(n, LEAF), () => halves(f, self));
    else if (float && desc.op !== 'prod') {
      f.if(i32.geS(n, GLANCE), () => {
        const [extreme, doubtful] = foldExtreme(f, shared, n, starts);
        f.if(i32.eqz(doubtful), () => f.return(extreme));
      });
    }
    f.result(foldLeaf(f, shared, n, starts));
  });
}

/** Position of the first element equal to the extreme, or of the first NaN when that is the extreme. */
function positionFunction(module: ModuleBuilder, shared: Shared): FunctionRef {
  const { desc, fma } = shared;
  const dtype = desc.pre.dtype;
  const params = ['i32', 'v128', ...desc.inputs.map(() => 'i32' as const)] as const;
  return module.function({ params, results: ['i32'] }, (f) => {
    const context = programContext(f, fma, shared);
    const starts = desc.inputs.map((_, i) => f.param(2 + i, 'i32'));
    const cursor = openRow(context, shared, starts);
    const extreme = f.param(1, 'v128');
    const everywhere = isWide(dtype)
      ? i64x2.shuffle(extreme, extreme, [0, 0])
      : i32x4.shuffle(extreme, extreme, [0, 0, 0, 0]);
    const best = f.let(everywhere);
    const position = f.local('i32');
    const hits = f.local('i32');
    f.loop((again) => {
      const group = element(context, shared, cursor, 0);
      const masks = group.map((x) => equalOrNaN(dtype, x, best));
      f.set(hits, i32x4.bitmask(masks.length === 2 ? narrow(masks[0]!, masks[1]!) : masks[0]!));
      f.if(hits, () => f.return(i32.add(position, i32.ctz(hits))));
      advance(f, shared, cursor, 1);
      f.set(position, i32.add(position, 4));
      f.branchIf(again, i32.const(1));
    });
    f.result(i32.const(0));
  });
}

function equalOrNaN(dtype: DType, x: Vec, best: Vec): Vec {
  if (dtype === 'float32') return v128.or(f32x4.eq(x, best), v128.and(f32x4.ne(best, best), f32x4.ne(x, x)));
  if (dtype === 'float64') return v128.or(f64x2.eq(x, best), v128.and(f64x2.ne(best, best), f64x2.ne(x, x)));
  return isWide(dtype) ? i64x2.eq(x, best) : i32x4.eq(x, best);
}

function storeFirst(f: FunctionBuilder, dtype: DType, address: Local<'i32'>, x: Vec): void {
  const bits = 8 << LAYOUTS[dtype].shift;
  if (dtype === 'bool') f.storeLow(address, i32.and(i32x4.extract(x, 0), 1), 8);
  else if (bits === 8 || bits === 16) f.storeLow(address, i32x4.extract(x, 0), bits);
  else f.storeLane(address, x, { bits: isWide(dtype) ? 64 : 32, lane: 0 });
}

/** Inputs of a function as it walks from row to row. */
function openRows(
  f: FunctionBuilder,
  inputs: number,
): { readonly block: Local<'i32'>; readonly starts: readonly Local<'i32'>[]; readonly steps: readonly Local<'i32'>[] } {
  const block = f.param(0, 'i32');
  const all = Array.from({ length: inputs }, (_, i) => i);
  return {
    block,
    starts: all.map((i) => f.let(i32.load(block, REDUCE_BLOCK.address(i)))),
    steps: all.map((i) => f.let(i32.load(block, REDUCE_BLOCK.step(i)))),
  };
}

const nextRow = (f: FunctionBuilder, starts: readonly Local<'i32'>[], steps: readonly Local<'i32'>[]): void =>
  starts.forEach((start, i) => f.set(start, i32.add(start, steps[i]!)));

/** Folds each row, and the rows of each result in order onto what stands in memory; or finds the position of the extreme of each row. */
function emitRows(module: ModuleBuilder, shared: Shared): void {
  const { desc } = shared;
  const dtype = desc.pre.dtype;
  const position = desc.op === 'argmax' || desc.op === 'argmin';
  const row = rowFunction(module, shared);
  const find = position ? positionFunction(module, shared) : undefined;
  const body = (f: FunctionBuilder): void => {
    const { block, starts, steps } = openRows(f, desc.inputs.length);
    const out = f.let(i32.load(block, REDUCE_BLOCK.out));
    const columns = f.let(i32.load(block, REDUCE_BLOCK.columns));
    const [r, j] = [f.local('i32'), f.local('i32')];
    const context = programContext(f, shared.fma, shared);
    const combine = shared.combine(context);
    f.for(r, { from: 0, to: i32.load(block, REDUCE_BLOCK.results), step: 1 }, () => {
      const fold = (): Local<'v128'> => f.let(callValue(row, 'v128', [block, columns, ...starts]));
      if (find) {
        const extreme = fold();
        f.storeVector(block, extreme, REDUCE_BLOCK.extreme);
        f.store(out, i64.extendS(callValue(find, 'i32', [block, extreme, ...starts])));
        nextRow(f, starts, steps);
      } else {
        const result = f.let(loadGroup(context, dtype, out, 0)[0]!);
        f.for(j, { from: 0, to: i32.load(block, REDUCE_BLOCK.rows), step: 1 }, () => {
          const value = fold();
          f.set(result, combine(result, value));
          nextRow(f, starts, steps);
        });
        storeFirst(f, dtype, out, result);
      }
      f.set(out, i32.add(out, find ? 8 : 1 << LAYOUTS[dtype].shift));
    });
  };
  module.function({ params: ['i32'], results: [] }, body, 'run');
}

/** Groups of columns folded at once: together a cache line of each row. */
const COLUMN_GROUPS = 4;

/** Folds rows element by element, in order, onto what stands in memory. */
function emitColumns(module: ModuleBuilder, shared: Shared): void {
  const { desc } = shared;
  const dtype = desc.pre.dtype;
  const body = (f: FunctionBuilder): void => {
    const { block, starts, steps } = openRows(f, desc.inputs.length);
    const context = programContext(f, shared.fma, shared);
    const combine = shared.combine(context);
    const out = f.let(i32.load(block, REDUCE_BLOCK.out));
    const rows = f.let(i32.load(block, REDUCE_BLOCK.rows));
    const groups = f.let(i32.shrU(i32.add(i32.load(block, REDUCE_BLOCK.columns), 3), 2));
    const [g, r] = [f.local('i32'), f.local('i32')];
    const tops = starts.map((start) => f.let(start));
    const strip = (count: number): void => {
      const running = Array.from({ length: count }, (_, u) =>
        loadGroup(context, dtype, out, u * groupBytes(dtype)).map((x) => f.let(x)),
      );
      starts.forEach((start, i) => f.set(start, tops[i]!));
      f.for(r, { from: 0, to: rows, step: 1 }, () => {
        const cursor = openRow(context, shared, starts);
        running.forEach((group, u) =>
          element(context, shared, cursor, u).forEach((x, part) => f.set(group[part]!, combine(group[part]!, x))),
        );
        nextRow(f, starts, steps);
      });
      running.forEach((group, u) => storeGroup(context, dtype, group, { address: out, offset: u * groupBytes(dtype) }));
      f.set(out, i32.add(out, count * groupBytes(dtype)));
      advance(f, shared, { at: tops, splats: [] }, count);
    };
    f.for(g, { from: 0, to: i32.shrU(groups, 2), step: 1 }, () => strip(COLUMN_GROUPS));
    f.for(g, { from: 0, to: i32.and(groups, COLUMN_GROUPS - 1), step: 1 }, () => strip(1));
  };
  module.function({ params: ['i32'], results: [] }, body, 'run');
}

/** Generates a reduction along the columns of rows, or along the rows element by element. */
export function reduceModule(
  { engine, memory }: Runtime,
  desc: DescOf<'reduce'>,
  program: Program,
  { repeated, along }: { readonly repeated: readonly boolean[]; readonly along: 'columns' | 'rows' },
): ModuleBuilder {
  const module = new ModuleBuilder({ shared: memory.shared });
  const slow = importSlow(module, slowFunctions(program));
  const shared: Shared = {
    desc,
    program,
    fma: engine.fma,
    repeated,
    slow,
    scalars: new ScalarFunctions(module),
    combine: (context) => combineOf(context, desc.op, desc.pre.dtype)!,
  };
  if (along === 'columns') emitRows(module, shared);
  else emitColumns(module, shared);
  return module;
}
