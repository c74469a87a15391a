import { type DescOf, type DType, DTYPES, isBig, isComplex, type Program, type ReduceOp } from '@isograd/device';
import type { FunctionBuilder, Local } from '../asm/function-builder.ts';
import { f64, i32 } from '../asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from '../asm/simd.ts';
import type { Value, Vec } from '../asm/value.ts';
import { type Group, isWide } from '../casts.ts';
import { combineIntegers } from '../integer-steps.ts';
import { groupBytes, loadGroup, splatGroup } from '../operands.ts';
import { emitProgram } from '../program.ts';
import { type Callees, type ProgramContext, programContext } from '../program-context.ts';

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
  /** Where the extreme of the last result is left, whose position was asked for. */
  extreme: 4080,
} as const;

/** Combines two vectors lane by lane. */
export type Combine = (a: Vec, b: Vec) => Vec;
type FoldOp = Exclude<ReduceOp, 'argmax' | 'argmin'>;

/** The operation whose result the position of an extreme is that of. */
function foldOp(op: ReduceOp): FoldOp {
  return op === 'argmax' ? 'max' : op === 'argmin' ? 'min' : op;
}

/**
 * The larger or smaller of floats, exactly, in half of the instructions that `max` and `min` become: the first of two equal or unordered
 * numbers, seen from both sides. Those differ in the sign of zero, and when one is NaN.
 */
function floatExtreme({ f }: ProgramContext, op: 'max' | 'min', float: typeof f32x4 | typeof f64x2): Combine {
  return (a, y) => {
    const b = f.let(y);
    if (op === 'min') return v128.or(float.pmin(a, b), float.pmin(b, a));
    const [p, q] = [f.let(float.pmax(a, b)), f.let(float.pmax(b, a))];
    return v128.or(v128.and(p, q), float.ne(p, q));
  };
}

const FLOAT_OPS = { sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const;

/** How a reduction combines two vectors; `undefined` when it has no code on this device. */
export function combineOf(context: ProgramContext, op: ReduceOp, dtype: DType): Combine | undefined {
  const fold = foldOp(op);
  if (dtype === 'bool') return fold === 'any' ? v128.or : fold === 'all' ? v128.and : undefined;
  if (fold === 'any' || fold === 'all') return undefined;
  if (dtype === 'float32' || dtype === 'float64') {
    const float = dtype === 'float32' ? f32x4 : f64x2;
    return fold === 'max' || fold === 'min' ? floatExtreme(context, fold, float) : float[FLOAT_OPS[fold]];
  }
  return combineIntegers(context, FLOAT_OPS[fold], dtype);
}

/** Whether a reduction has code on this device. */
export function hasFold(op: ReduceOp, dtype: DType): boolean {
  if (dtype === 'float16' || isComplex(dtype)) return false;
  return (op === 'any' || op === 'all') === (dtype === 'bool');
}

/** The value that an operation starts from and that changes nothing; for a sum of floats -0, since 0 would change -0. */
export function identityOf(op: ReduceOp, dtype: DType): number | bigint {
  const fold = foldOp(op);
  const { kind, itemsize } = DTYPES[dtype];
  const float = kind === 'f';
  const number = (x: number): number | bigint => (isBig(dtype) ? BigInt(x) : x);
  if (fold === 'sum') return float ? -0 : number(0);
  if (fold === 'prod') return number(1);
  if (fold === 'any' || fold === 'all') return Number(fold === 'all');
  if (float) return fold === 'max' ? -Infinity : Infinity;
  // The ends of the range, exact as bigints also where numbers are not.
  const [bits, signed] = [BigInt(8 * itemsize), kind === 'i'];
  const end = fold === 'max' ? (signed ? -(1n << (bits - 1n)) : 0n) : (1n << (signed ? bits - 1n : bits)) - 1n;
  return isBig(dtype) ? end : Number(end);
}

/** What the generators of one module share. */
export interface Shared extends Callees {
  readonly desc: DescOf<'reduce'>;
  readonly program: Program;
  readonly fma: boolean;
  /** For each input, whether one element serves a whole row. */
  readonly repeated: readonly boolean[];
  /** How two vectors are combined, in the function of a context. */
  readonly combine: (context: ProgramContext) => Combine;
}

function identityVector(context: ProgramContext, { desc }: Shared): Local<'v128'> {
  const dtype = desc.pre.dtype;
  const identity = identityOf(desc.op, dtype);
  if (dtype === 'bool') return context.narrowLanes.integer(identity ? -1 : 0);
  if (dtype === 'float32' || dtype === 'float64')
    return (dtype === 'float32' ? context.narrowLanes : context.wideLanes).number(Number(identity));
  return (isWide(dtype) ? context.wideLanes : context.narrowLanes).integer(identity);
}

/** One row of the inputs within a function: where it is, and how far the walk along it has come. */
export interface Cursor {
  readonly at: readonly Local<'i32'>[];
  readonly splats: readonly (Group | undefined)[];
}

/** Starts to walk a row of the inputs; what serves the whole row is loaded here. */
export function openRow(context: ProgramContext, { desc, repeated }: Shared, starts: readonly Local<'i32'>[]): Cursor {
  const { f } = context;
  const splats = starts.map((start, i) =>
    repeated[i] ? splatGroup(context, desc.inputs[i]!, start).map((x) => f.let(x)) : undefined,
  );
  return { at: starts.map((start) => f.let(start)), splats };
}

/** The expression for the group of four elements that stands `ahead` groups further. */
export function element(context: ProgramContext, { program, desc }: Shared, cursor: Cursor, ahead: number): Group {
  // The address of the parameters is the first argument of every function.
  const block = context.f.param(0, 'i32');
  const [group] = emitProgram(context, program, {
    input: (i) =>
      cursor.splats[i] ?? loadGroup(context, desc.inputs[i]!, cursor.at[i]!, ahead * groupBytes(desc.inputs[i]!)),
    scalar: (i) => f64.load(block, REDUCE_BLOCK.scalar(desc.inputs.length, i)),
  });
  return group!;
}

/** Moves a walk on by some groups of four elements. */
export function advance(f: FunctionBuilder, { desc, repeated }: Shared, cursor: Cursor, groups: number): void {
  cursor.at.forEach((at, i) => {
    if (!repeated[i]) f.set(at, i32.add(at, groups * groupBytes(desc.inputs[i]!)));
  });
}

const evenOdd = (wide: boolean, a: Vec, b: Vec): readonly [Vec, Vec] =>
  wide
    ? [i64x2.shuffle(a, b, [0, 2]), i64x2.shuffle(a, b, [1, 3])]
    : [i32x4.shuffle(a, b, [0, 2, 4, 6]), i32x4.shuffle(a, b, [1, 3, 5, 7])];

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

/** One row on its way through a function, with eight running results. */
class Leaf {
  readonly running: readonly (readonly Local<'v128'>[])[];
  readonly #context: ProgramContext;
  readonly #shared: Shared;
  readonly #combine: Combine;
  readonly #cursor: Cursor;

  constructor(context: ProgramContext, shared: Shared, starts: readonly Local<'i32'>[], combine: Combine) {
    this.#context = context;
    this.#shared = shared;
    this.#combine = combine;
    this.#cursor = openRow(context, shared, starts);
    const identity = identityVector(context, shared);
    const start = (): Local<'v128'>[] => (this.#wide ? [identity, identity] : [identity]).map((x) => context.f.let(x));
    this.running = [start(), start()];
  }

  get #wide(): boolean {
    return isWide(this.#shared.desc.pre.dtype);
  }

  /** Folds the next eight elements; `watch` sees them too. */
  step(watch?: (x: Local<'v128'>, part: number, half: number) => void): void {
    const { f } = this.#context;
    this.running.forEach((group, half) =>
      element(this.#context, this.#shared, this.#cursor, half).forEach((y, part) => {
        const x = watch ? f.let(y) : y;
        f.set(group[part]!, this.#combine(group[part]!, x));
        if (watch) watch(x as Local<'v128'>, part, half);
      }),
    );
    advance(f, this.#shared, this.#cursor, 2);
  }

  /** The eight results as one and then up to seven elements more, in order; in lane 0. */
  finish(rest: Local<'i32'>, watch?: (x: Local<'v128'>) => void): Local<'v128'> {
    const { f } = this.#context;
    const [low, high] = this.running;
    const result = f.let(horizontal(f, this.#wide, this.#combine, [low!, high!]));
    f.block((end) => {
      for (const half of [0, 1]) {
        f.branchIf(end, i32.leS(rest, half * 4));
        const group = element(this.#context, this.#shared, this.#cursor, half).map((x) => f.let(x));
        for (let lane = 0; lane < 4 - half; lane++) {
          if (lane) f.branchIf(end, i32.leS(rest, half * 4 + lane));
          const x = f.let(laneFirst(this.#wide, group, lane));
          f.set(result, this.#combine(result, x));
          watch?.(x);
        }
      }
    });
    return result;
  }
}

/** Folds a whole row with eight running results and then what is left over, in order; the result stands in lane 0. */
export function foldLeaf(f: FunctionBuilder, shared: Shared, n: Local<'i32'>, starts: readonly Local<'i32'>[]): Vec {
  const context = programContext(f, shared.fma, shared);
  const leaf = new Leaf(context, shared, starts, shared.combine(context));
  f.for(f.local('i32'), { from: 0, to: i32.shrU(n, 3), step: 1 }, () => leaf.step());
  return leaf.finish(f.let(i32.and(n, 7)));
}

/** Two rows, each of the length and the start of one half. */
export interface Halves {
  /** A multiple of eight. */
  readonly left: Local<'i32'>;
  /** At least as much. */
  readonly right: Local<'i32'>;
  readonly starts: readonly [left: readonly Local<'i32'>[], right: readonly Local<'i32'>[]];
}

/** Folds both halves of a row side by side, so that neither waits for its own last step, and combines them. */
export function foldHalves(f: FunctionBuilder, shared: Shared, { left, right, starts }: Halves): Vec {
  const context = programContext(f, shared.fma, shared);
  const combine = shared.combine(context);
  const [a, b] = starts.map((s) => new Leaf(context, shared, s, combine)) as [Leaf, Leaf];
  const i = f.local('i32');
  f.for(i, { from: 0, to: left, step: 8 }, () => {
    a.step();
    b.step();
  });
  f.for(i, { from: left, to: i32.and(right, -8), step: 8 }, () => b.step());
  const none = f.let(i32.const(0));
  return combine(a.finish(none), b.finish(f.let(i32.and(right, 7))));
}

/** The extreme of a row, unless it is zero, whose sign is not known, or there may have been NaN: then the second value is not 0. */
export function foldExtreme(
  f: FunctionBuilder,
  shared: Shared,
  n: Local<'i32'>,
  starts: readonly Local<'i32'>[],
): readonly [extreme: Local<'v128'>, doubtful: Value<'i32'>] {
  const context = programContext(f, shared.fma, shared);
  const { dtype } = shared.desc.pre;
  const float = dtype === 'float32' ? f32x4 : f64x2;
  const leaf = new Leaf(context, shared, starts, foldOp(shared.desc.op) === 'max' ? float.pmax : float.pmin);
  // NaN passes into a sum, whatever the comparisons make of it.
  const sums = leaf.running.map((group) => group.map(() => f.local('v128')));
  const rest = f.local('v128');
  f.for(f.local('i32'), { from: 0, to: i32.shrU(n, 3), step: 1 }, () =>
    leaf.step((x, part, half) => f.set(sums[half]![part]!, float.add(sums[half]![part]!, x))),
  );
  const extreme = leaf.finish(f.let(i32.and(n, 7)), (x) => f.set(rest, float.add(rest, x)));
  const sum = f.let(
    sums.flat().reduce<Vec>((x, y) => float.add(x, y), f.hoist('zero', v128.const(new Uint8Array(16)))),
  );
  const zero = float.eq(extreme, f.hoist('zero', v128.const(new Uint8Array(16))));
  const first = i32.and(i32x4.bitmask(v128.or(zero, float.ne(rest, rest))), 1);
  return [extreme, i32.or(first, v128.anyTrue(float.ne(sum, sum)))];
}
