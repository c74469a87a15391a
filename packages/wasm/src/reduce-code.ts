import type { DescOf, DType, Program, ReduceOp } from '@isograd/device';
import { callValue, type FunctionBuilder, type FunctionRef, type Local } from './asm/function-builder.ts';
import { ModuleBuilder } from './asm/module-builder.ts';
import { f64, i32, i64 } from './asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from './asm/simd.ts';
import type { Vec } from './asm/value.ts';
import { type Group, isWide, narrow } from './casts.ts';
import { ScalarFunctions } from './math/scalar-functions.ts';
import { LAYOUTS, loadGroup, splatGroup, storeGroup } from './operands.ts';
import { emitProgram, slowFunctions } from './program.ts';
import { type Callees, type ProgramContext, programContext } from './program-context.ts';
import { importSlow, type Runtime } from './runtime.ts';

/**
 * Parameters of a reduction in linear memory: number of results, rows of each, columns, address of the results, then address and bytes from
 * row to row of each input, all int32; then the run-time scalars as float64.
 */
export const REDUCE_BLOCK = {
  results: 0,
  rows: 4,
  columns: 8,
  out: 12,
  address: (input: number): number => 16 + 8 * input,
  step: (input: number): number => 20 + 8 * input,
  scalar: (inputs: number, index: number): number => 16 + 8 * inputs + 8 * index,
} as const;

/** Rows up to this length are summed with eight running sums, longer ones in halves. */
const LEAF = 128;

type Combine = (a: Vec, b: Vec) => Vec;
type FoldOp = Exclude<ReduceOp, 'argmax' | 'argmin'>;

const INT32: { readonly [O in FoldOp]?: Combine } = { sum: i32x4.add, prod: i32x4.mul, max: i32x4.max, min: i32x4.min };
const COMBINE: { readonly [D in DType]: { readonly [O in FoldOp]?: Combine } } = {
  bool: { any: v128.or, all: v128.and },
  uint8: INT32,
  int32: INT32,
  int64: { sum: i64x2.add, prod: i64x2.mul, max: (a, b) => v128.bitselect(a, b, i64x2.gt(a, b)), min: (a, b) => v128.bitselect(a, b, i64x2.lt(a, b)) },
  float32: { sum: f32x4.add, prod: f32x4.mul, max: f32x4.max, min: f32x4.min },
  float64: { sum: f64x2.add, prod: f64x2.mul, max: f64x2.max, min: f64x2.min },
};

/** The operation whose result the position of an extreme is that of. */
function foldOp(op: ReduceOp): FoldOp {
  return op === 'argmax' ? 'max' : op === 'argmin' ? 'min' : op;
}

/** Whether a reduction has code on this device. */
export function isReducible(op: ReduceOp, dtype: DType): boolean {
  return COMBINE[dtype][foldOp(op)] !== undefined;
}

/** The value that changes nothing: for a sum -0, since 0 would change -0. */
export function identityOf(op: ReduceOp, dtype: DType): number | bigint {
  const float = dtype === 'float32' || dtype === 'float64';
  switch (foldOp(op)) {
    case 'sum':
      return dtype === 'int64' ? 0n : float ? -0 : 0;
    case 'prod':
      return dtype === 'int64' ? 1n : 1;
    case 'max':
      return float ? -Infinity : dtype === 'int64' ? -(1n << 63n) : dtype === 'uint8' ? 0 : -(2 ** 31);
    case 'min':
      return float ? Infinity : dtype === 'int64' ? (1n << 63n) - 1n : dtype === 'uint8' ? 255 : 2 ** 31 - 1;
    case 'any':
      return 0;
    case 'all':
      return 1;
  }
}

/** What the generators of one module share. */
interface Shared extends Callees {
  readonly desc: DescOf<'reduce'>;
  readonly program: Program;
  readonly fma: boolean;
  /** For each input, whether one element serves a whole row. */
  readonly repeated: readonly boolean[];
  readonly combine: Combine;
}

function identityVector(context: ProgramContext, { desc }: Shared): Local<'v128'> {
  const dtype = desc.pre.dtype;
  const identity = identityOf(desc.op, dtype);
  if (dtype === 'bool') return context.narrowLanes.integer(identity ? -1 : 0);
  if (dtype === 'float32' || dtype === 'float64') return (dtype === 'float32' ? context.narrowLanes : context.wideLanes).number(Number(identity));
  return (dtype === 'int64' ? context.wideLanes : context.narrowLanes).integer(identity);
}

/** One row of the inputs within a function: where it is, and how far the walk along it has come. */
interface Cursor {
  readonly at: readonly Local<'i32'>[];
  readonly splats: readonly (Group | undefined)[];
}

function openRow(context: ProgramContext, { desc, repeated }: Shared, starts: readonly Local<'i32'>[]): Cursor {
  const { f } = context;
  const splats = starts.map((start, i) => (repeated[i] ? splatGroup(context, desc.inputs[i]!, start).map((x) => f.let(x)) : undefined));
  return { at: starts.map((start) => f.let(start)), splats };
}

/** The expression for the group of four elements that stands `ahead` groups further. */
function element(context: ProgramContext, { program, desc }: Shared, cursor: Cursor, block: Local<'i32'>, ahead: number): Group {
  const [group] = emitProgram(context, program, {
    input: (i) => cursor.splats[i] ?? loadGroup(context, desc.inputs[i]!, cursor.at[i]!, ahead * (4 << LAYOUTS[desc.inputs[i]!].shift)),
    scalar: (i) => f64.load(block, REDUCE_BLOCK.scalar(desc.inputs.length, i)),
  });
  return group!;
}

function advance(f: FunctionBuilder, { desc, repeated }: Shared, cursor: Cursor, groups: number): void {
  cursor.at.forEach((at, i) => {
    if (!repeated[i]) f.set(at, i32.add(at, groups * (4 << LAYOUTS[desc.inputs[i]!].shift)));
  });
}

const evenOdd = (wide: boolean, a: Vec, b: Vec): readonly [Vec, Vec] => (wide ? [i64x2.shuffle(a, b, [0, 2]), i64x2.shuffle(a, b, [1, 3])] : [i32x4.shuffle(a, b, [0, 2, 4, 6]), i32x4.shuffle(a, b, [1, 3, 5, 7])]);

/** Eight running results as one in lane 0: ((0 1) (2 3)) ((4 5) (6 7)), the order of NumPy's pairwise sum. */
function horizontal(f: FunctionBuilder, wide: boolean, combine: Combine, [low, high]: readonly [Group, Group]): Vec {
  const fold = (a: Vec, b: Vec): Local<'v128'> => {
    const [even, odd] = evenOdd(wide, a, b);
    return f.let(combine(f.let(even), f.let(odd)));
  };
  if (wide) {
    const quarters = fold(fold(low[0]!, low[1]!), fold(high[0]!, high[1]!));
    return fold(quarters, quarters);
  }
  const pairs = fold(low[0]!, high[0]!);
  const quarters = fold(pairs, pairs);
  return fold(quarters, quarters);
}

/** The element of a lane, in lane 0. */
function laneFirst(wide: boolean, group: Group, lane: number): Vec {
  if (wide) return lane & 1 ? i64x2.shuffle(group[lane >> 1]!, group[lane >> 1]!, [1, 0]) : group[lane >> 1]!;
  return lane ? i32x4.shuffle(group[0]!, group[0]!, [lane, lane, lane, lane]) : group[0]!;
}

/** Folds a whole row with eight running results and then what is left over, in order; the result stands in lane 0. */
function foldLeaf(f: FunctionBuilder, shared: Shared, block: Local<'i32'>, n: Local<'i32'>, starts: readonly Local<'i32'>[]): Vec {
  const { combine, desc, fma } = shared;
  const wide = isWide(desc.pre.dtype);
  const context = programContext(f, fma, shared);
  const cursor = openRow(context, shared, starts);
  const identity = identityVector(context, shared);
  const start = (): Local<'v128'>[] => (wide ? [identity, identity] : [identity]).map((x) => f.let(x));
  const running = [start(), start()] as const;
  const i = f.local('i32');
  f.for(i, { from: 0, to: i32.shrU(n, 3), step: 1 }, () => {
    for (const half of [0, 1] as const) element(context, shared, cursor, block, half).forEach((x, part) => f.set(running[half][part]!, combine(running[half][part]!, x)));
    advance(f, shared, cursor, 2);
  });
  const result = f.let(horizontal(f, wide, combine, running));
  const rest = f.let(i32.and(n, 7));
  f.block((end) => {
    for (const half of [0, 1]) {
      f.branchIf(end, i32.leS(rest, half * 4));
      const group = element(context, shared, cursor, block, half).map((x) => f.let(x));
      for (let lane = 0; lane < 4 - half; lane++) {
        if (lane) f.branchIf(end, i32.leS(rest, half * 4 + lane));
        f.set(result, combine(result, f.let(laneFirst(wide, group, lane))));
      }
    }
  });
  return result;
}

/** Function that folds a row: sums of floats in halves down to {@link LEAF} elements, as NumPy does. */
function rowFunction(module: ModuleBuilder, shared: Shared): FunctionRef {
  const { desc, repeated, combine } = shared;
  const params = ['i32', 'i32', ...desc.inputs.map(() => 'i32' as const)] as const;
  const halves = desc.op === 'sum' && (desc.pre.dtype === 'float32' || desc.pre.dtype === 'float64');
  return module.function({ params, results: ['v128'] }, (f, self) => {
    const [block, n] = [f.param(0, 'i32'), f.param(1, 'i32')];
    const starts = desc.inputs.map((_, i) => f.param(2 + i, 'i32'));
    if (halves) {
      f.if(i32.gtS(n, LEAF), () => {
        const half = f.let(i32.and(i32.shrU(n, 1), -8));
        const left = f.let(callValue(self, 'v128', [block, half, ...starts]));
        const moved = starts.map((start, i) => (repeated[i] ? start : i32.add(start, i32.shl(half, LAYOUTS[desc.inputs[i]!].shift))));
        const right = f.let(callValue(self, 'v128', [block, i32.sub(n, half), ...moved]));
        f.return(combine(left, right));
      });
    }
    f.result(foldLeaf(f, shared, block, n, starts));
  });
}

/** Position of the first element equal to the extreme, or of the first NaN when that is the extreme. */
function positionFunction(module: ModuleBuilder, shared: Shared): FunctionRef {
  const { desc, fma } = shared;
  const dtype = desc.pre.dtype;
  const params = ['i32', 'v128', ...desc.inputs.map(() => 'i32' as const)] as const;
  return module.function({ params, results: ['i32'] }, (f) => {
    const block = f.param(0, 'i32');
    const context = programContext(f, fma, shared);
    const cursor = openRow(context, shared, desc.inputs.map((_, i) => f.param(2 + i, 'i32')));
    const best = f.let(isWide(dtype) ? i64x2.shuffle(f.param(1, 'v128'), f.param(1, 'v128'), [0, 0]) : i32x4.shuffle(f.param(1, 'v128'), f.param(1, 'v128'), [0, 0, 0, 0]));
    const position = f.local('i32');
    const hits = f.local('i32');
    f.loop((again) => {
      const group = element(context, shared, cursor, block, 0);
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
  return dtype === 'int64' ? i64x2.eq(x, best) : i32x4.eq(x, best);
}

function storeFirst(f: FunctionBuilder, dtype: DType, address: Local<'i32'>, x: Vec): void {
  if (dtype === 'bool') f.store8(address, i32.and(i32x4.extract(x, 0), 1));
  else if (dtype === 'uint8') f.store8(address, i32x4.extract(x, 0));
  else f.storeLane(address, x, { bits: isWide(dtype) ? 64 : 32, lane: 0 });
}

/** Inputs of a function as it walks from row to row. */
function openRows(f: FunctionBuilder, inputs: number): { readonly block: Local<'i32'>; readonly starts: readonly Local<'i32'>[]; readonly steps: readonly Local<'i32'>[] } {
  const block = f.param(0, 'i32');
  const all = Array.from({ length: inputs }, (_, i) => i);
  return { block, starts: all.map((i) => f.let(i32.load(block, REDUCE_BLOCK.address(i)))), steps: all.map((i) => f.let(i32.load(block, REDUCE_BLOCK.step(i)))) };
}

const nextRow = (f: FunctionBuilder, starts: readonly Local<'i32'>[], steps: readonly Local<'i32'>[]): void => starts.forEach((start, i) => f.set(start, i32.add(start, steps[i]!)));

/** Folds each row, and the rows of each result in order onto what stands in memory; or finds the position of the extreme of each row. */
function emitRows(module: ModuleBuilder, shared: Shared): void {
  const { desc, combine } = shared;
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
    f.for(r, { from: 0, to: i32.load(block, REDUCE_BLOCK.results), step: 1 }, () => {
      const fold = (): Local<'v128'> => f.let(callValue(row, 'v128', [block, columns, ...starts]));
      if (find) {
        f.store(out, i64.extendS(callValue(find, 'i32', [block, fold(), ...starts])));
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
  const { desc, combine } = shared;
  const dtype = desc.pre.dtype;
  const body = (f: FunctionBuilder): void => {
    const { block, starts, steps } = openRows(f, desc.inputs.length);
    const context = programContext(f, shared.fma, shared);
    const out = f.let(i32.load(block, REDUCE_BLOCK.out));
    const rows = f.let(i32.load(block, REDUCE_BLOCK.rows));
    const groups = f.let(i32.shrU(i32.add(i32.load(block, REDUCE_BLOCK.columns), 3), 2));
    const [g, r] = [f.local('i32'), f.local('i32')];
    const tops = starts.map((start) => f.let(start));
    const strip = (count: number): void => {
      const running = Array.from({ length: count }, (_, u) => loadGroup(context, dtype, out, u * (4 << LAYOUTS[dtype].shift)).map((x) => f.let(x)));
      starts.forEach((start, i) => f.set(start, tops[i]!));
      f.for(r, { from: 0, to: rows, step: 1 }, () => {
        const cursor = openRow(context, shared, starts);
        running.forEach((group, u) => element(context, shared, cursor, block, u).forEach((x, part) => f.set(group[part]!, combine(group[part]!, x))));
        nextRow(f, starts, steps);
      });
      running.forEach((group, u) => storeGroup(context, dtype, out, cut(context, dtype, group), u * (4 << LAYOUTS[dtype].shift)));
      f.set(out, i32.add(out, count * (4 << LAYOUTS[dtype].shift)));
      advance(f, shared, { at: tops, splats: [] }, count);
    };
    f.for(g, { from: 0, to: i32.shrU(groups, 2), step: 1 }, () => strip(COLUMN_GROUPS));
    f.for(g, { from: 0, to: i32.and(groups, COLUMN_GROUPS - 1), step: 1 }, () => strip(1));
  };
  module.function({ params: ['i32'], results: [] }, body, 'run');
}

// Bytes are folded as int32; a store narrows with saturation, so the rest is cut off before.
function cut({ narrowLanes }: ProgramContext, dtype: DType, group: Group): Group {
  return dtype === 'uint8' ? group.map((x) => v128.and(x, narrowLanes.integer(255))) : group;
}

/** Generates a reduction along the columns of rows, or along the rows element by element. */
export function reduceModule({ engine, memory }: Runtime, desc: DescOf<'reduce'>, program: Program, { repeated, along }: { readonly repeated: readonly boolean[]; readonly along: 'columns' | 'rows' }): ModuleBuilder {
  const module = new ModuleBuilder({ shared: memory.shared });
  const slow = importSlow(module, slowFunctions(program));
  const shared: Shared = { desc, program, fma: engine.fma, repeated, slow, scalars: new ScalarFunctions(module), combine: COMBINE[desc.pre.dtype][foldOp(desc.op)]! };
  if (along === 'columns') emitRows(module, shared);
  else emitColumns(module, shared);
  return module;
}
