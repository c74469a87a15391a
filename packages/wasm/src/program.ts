import { type DType, type Instruction, isComplex, isFloat, numberToHalf, type Program } from '@isograd/device';
import { f32, f64, i32, i64 } from './asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from './asm/simd.ts';
import type { Value, Vec } from './asm/value.ts';
import { castGroup, type Group, isWide, toFloat16, toFloat32, wrapInteger } from './casts.ts';
import { compileFloat, isFloatStep } from './float-steps.ts';
import { compileInteger, isIntegerStep } from './integer-steps.ts';
import { narrow, widenMask } from './lane-pairs.ts';
import type { ProgramContext } from './program-context.ts';
import type { SlowFunction } from './runtime.ts';

/** Names of the engine's functions that a program may call. */
export function slowFunctions(program: Program): readonly SlowFunction[] {
  return (['sin', 'cos', 'tan'] as const).filter((name) => program.steps.some((s) => s.op === name));
}

const COMPARISONS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;
type Comparison = (typeof COMPARISONS)[number];

function isComparison(op: string): op is Comparison {
  return (COMPARISONS as readonly string[]).includes(op);
}

const BOOL_COMPARE: { readonly [C in Comparison]: (a: Vec, b: Vec) => Vec } = {
  eq: (a, b) => v128.not(v128.xor(a, b)),
  ne: v128.xor,
  lt: (a, b) => v128.andnot(b, a),
  le: (a, b) => v128.or(v128.not(a), b),
  gt: (a, b) => v128.andnot(a, b),
  ge: (a, b) => v128.or(v128.not(b), a),
};

/** The comparisons of unsigned 32-bit lanes that differ from those of signed ones. */
const COMPARE_U: { readonly [C in Comparison]?: (a: Vec, b: Vec) => Vec } = {
  lt: i32x4.ltU,
  le: i32x4.leU,
  gt: i32x4.gtU,
  ge: i32x4.geU,
};

function compare(context: ProgramContext, op: Comparison, dtype: DType, [a, b]: readonly [Group, Group]): Group {
  switch (dtype) {
    case 'bool':
      return [BOOL_COMPARE[op](a[0]!, b[0]!)];
    case 'float16':
    case 'float32': {
      const [x, y] = [a, b].map((group) => context.f.let(toFloat32(context, group, dtype)));
      return [f32x4[op](x!, y!)];
    }
    case 'float64':
      return [narrow(f64x2[op](a[0]!, b[0]!), f64x2[op](a[1]!, b[1]!))];
    case 'int64':
      return [narrow(i64x2[op](a[0]!, b[0]!), i64x2[op](a[1]!, b[1]!))];
    case 'uint64': {
      // With the top bit flipped unsigned numbers are in the order of signed ones.
      const flip = (x: Vec): Vec => v128.xor(x, context.wideLanes.integer(-(1n << 63n)));
      return [narrow(i64x2[op](flip(a[0]!), flip(b[0]!)), i64x2[op](flip(a[1]!), flip(b[1]!)))];
    }
    case 'uint32':
      return [(COMPARE_U[op] ?? i32x4[op])(a[0]!, b[0]!)];
    default:
      return [i32x4[op](a[0]!, b[0]!)];
  }
}

const BOOL_STEPS: Readonly<Record<string, (a: Vec, b: Vec) => Vec>> = {
  add: v128.or,
  mul: v128.and,
  max: v128.or,
  min: v128.and,
  and: v128.and,
  or: v128.or,
  xor: v128.xor,
  not: (a) => v128.not(a),
  abs: (a) => a,
};

/** A constant of a dtype in all four elements. */
function constantGroup({ narrowLanes, wideLanes }: ProgramContext, value: number, dtype: DType): Group {
  switch (dtype) {
    case 'bool':
      return [narrowLanes.integer(value ? -1 : 0)];
    case 'float16':
      return [narrowLanes.integer(numberToHalf(value))];
    case 'float32':
      return [narrowLanes.number(value)];
    case 'float64':
      return [wideLanes.number(value), wideLanes.number(value)];
    default:
      if (!isWide(dtype)) return [narrowLanes.integer(value)];
      return [wideLanes.integer(BigInt(value)), wideLanes.integer(BigInt(value))];
  }
}

/** A run-time scalar, which arrives as float64 at an address, in all four elements. */
function scalarGroup(context: ProgramContext, { index, dtype }: Instruction, at: Sources['scalar']): Group {
  const { f } = context;
  const x = at(index);
  const hoist = (v: Vec): Vec => f.hoist(`scalar ${index} ${dtype}`, v);
  switch (dtype) {
    case 'bool':
      return [hoist(i32x4.splat(i32.sub(0, f64.ne(x, f64.const(0)))))];
    case 'float16': {
      const wide = f.hoist(`scalar ${index} float64`, f64x2.splat(x));
      return [toFloat16(context, [wide, wide], 'float64')];
    }
    case 'float32':
      return [hoist(f32x4.splat(f32.demote(x)))];
    case 'float64': {
      const both = hoist(f64x2.splat(x));
      return [both, both];
    }
    default: {
      if (!isWide(dtype)) return [wrapInteger(context, hoist(i32x4.splat(i32.wrap(i64.truncSat(x)))), dtype)];
      const both = hoist(i64x2.splat((dtype === 'uint64' ? i64.truncSatU : i64.truncSat)(x)));
      return [both, both];
    }
  }
}

/** Where the operands of a program come from. */
export interface Sources {
  /** Four elements of an array operand, ready to use. */
  input(index: number): Group;
  /** A run-time scalar. */
  scalar(index: number): Value<'f64'>;
}

/** A program on its way into a function. */
interface Emission {
  readonly context: ProgramContext;
  readonly program: Program;
  readonly sources: Sources;
}

function stepGroup({ context, program, sources }: Emission, step: Instruction, args: readonly Group[]): Group {
  const from = step.args.length ? program.steps[step.args.at(-1)!]!.dtype : step.dtype;
  switch (step.op) {
    case 'input':
      return sources.input(step.index);
    case 'scalar':
      return scalarGroup(context, step, sources.scalar);
    case 'const':
      return constantGroup(context, step.value, step.dtype);
    case 'cast':
      return castGroup(context, args[0]!, from, step.dtype);
    case 'where': {
      const masks = isWide(step.dtype) ? widenMask(args[0]![0]!) : args[0]!;
      return args[1]!.map((x, i) => v128.bitselect(x, args[2]![i]!, masks[i]!));
    }
    default:
      if (isComparison(step.op)) return compare(context, step.op, from, [args[0]!, args[1]!]);
      if (step.dtype === 'bool') return [BOOL_STEPS[step.op]!(args[0]![0]!, (args[1] ?? args[0])![0]!)];
      return isFloat(step.dtype) ? compileFloat(context, program, step, args) : compileInteger(context, step, args);
  }
}

const STRUCTURE = new Set<string>(['input', 'scalar', 'const', 'cast', 'where']);

/** Whether every step of a program has code on this device. */
export function isComputable(program: Program): boolean {
  return program.steps.every(
    ({ op, dtype }) =>
      !isComplex(dtype) &&
      (STRUCTURE.has(op) ||
        isComparison(op) ||
        (dtype === 'bool' ? op in BOOL_STEPS : isFloat(dtype) ? isFloatStep(op, dtype) : isIntegerStep(op))),
  );
}

/** Writes the code of a computable program for four elements and gives its outputs, kept in locals. */
export function emitProgram(context: ProgramContext, program: Program, sources: Sources): readonly Group[] {
  const done: Group[] = [];
  for (const step of program.steps) {
    const args = step.args.map((a) => done[a]!);
    const group = stepGroup({ context, program, sources }, step, args);
    done.push(group.map((x) => ('index' in x ? x : context.f.let(x))));
  }
  return program.outputs.map((o) => done[o]!);
}
