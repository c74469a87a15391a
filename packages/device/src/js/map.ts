import { type DType, isBig, isComplex, isFloat, type RealDType } from '../dtype.ts';
import { type Instruction, linearize, type Program } from '../expr.ts';
import { collapse, type Loops } from '../geometry.ts';
import type { DescOf, Kernel } from '../kernel.ts';
import { roundHalf } from '../half.ts';
import * as functions from './scalar-functions.ts';

type Template = (...args: string[]) => string;
type Templates = Readonly<Record<string, Template>>;

const COMPARE: Readonly<Record<string, string>> = { eq: '===', ne: '!==', lt: '<', le: '<=', gt: '>', ge: '>=' };
const MATH = (
  'abs sqrt exp expm1 log log1p log2 log10 cbrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh ' +
  'floor ceil trunc max min'
).split(' ');
const OWN = 'pow erf floorDiv exp2 hypot copysign ldexp exponent'.split(' ');

const calls = (scope: string, names: readonly string[]): Templates =>
  Object.fromEntries(names.map((name) => [name, (...args: string[]) => `${scope}.${name}(${args.join(', ')})`]));

const floatTemplates = (bits: 16 | 32 | 64): Templates => ({
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  neg: (a) => `-${a}`,
  round: (a) => `F.roundHalfEven(${a})`,
  mod: (a, b) => `F.floorMod(${a}, ${b})`,
  fmod: (a, b) => `${a} % ${b}`,
  nextafter: (a, b) => `F.nextafter${bits}(${a}, ${b})`,
  ...calls('Math', MATH),
  ...calls('F', OWN),
});

// Written for a wrap at the end: `| 0`, `& 255` and their relatives.
const intTemplates = (width: 8 | 16 | 32): Templates => ({
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `Math.imul(${a}, ${b})`,
  neg: (a) => `-${a}`,
  abs: (a) => `Math.abs(${a})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  pow: (a, b) => `F.powInt32(${a}, ${b})`,
  floorDiv: (a, b) => `(${b} === 0 ? 0 : Math.floor(${a} / ${b}))`,
  mod: (a, b) => `(${b} === 0 ? 0 : F.floorMod(${a}, ${b}))`,
  fmod: (a, b) => `(${b} === 0 ? 0 : ${a} % ${b})`,
  and: (a, b) => `${a} & ${b}`,
  or: (a, b) => `${a} | ${b}`,
  xor: (a, b) => `${a} ^ ${b}`,
  not: (a) => `~${a}`,
  shl: (a, b) => `F.shiftLeft(${a}, ${b}, ${width})`,
  shr: (a, b) => `F.shiftRight(${a}, ${b}, ${width})`,
  popcount: (a) => `F.popcount(${a})`,
  gcd: (a, b) => `F.gcd(${a}, ${b})`,
});

const INT64: Templates = {
  ...intTemplates(32),
  mul: (a, b) => `${a} * ${b}`,
  abs: (a) => `(${a} < 0n ? -${a} : ${a})`,
  max: (a, b) => `(${a} > ${b} ? ${a} : ${b})`,
  min: (a, b) => `(${a} < ${b} ? ${a} : ${b})`,
  pow: (a, b) => `F.powInt64(${a}, ${b})`,
  floorDiv: (a, b) => `F.floorDiv64(${a}, ${b})`,
  mod: (a, b) => `F.floorMod64(${a}, ${b})`,
  fmod: (a, b) => `F.fmod64(${a}, ${b})`,
  shl: (a, b) => `F.shiftLeft64(${a}, ${b})`,
  shr: (a, b) => `F.shiftRight64(${a}, ${b})`,
  popcount: (a) => `F.popcount64(${a})`,
  gcd: (a, b) => `F.gcd64(${a}, ${b})`,
};

const BOOL: Templates = {
  add: (a, b) => `${a} || ${b}`,
  mul: (a, b) => `${a} && ${b}`,
  max: (a, b) => `${a} || ${b}`,
  min: (a, b) => `${a} && ${b}`,
  and: (a, b) => `${a} && ${b}`,
  or: (a, b) => `${a} || ${b}`,
  xor: (a, b) => `${a} !== ${b}`,
  not: (a) => `!${a}`,
  abs: (a) => a,
};

const TEMPLATES: { readonly [D in RealDType]: Templates } = {
  bool: BOOL,
  uint8: intTemplates(8),
  uint16: intTemplates(16),
  uint32: intTemplates(32),
  uint64: INT64,
  int8: intTemplates(8),
  int16: intTemplates(16),
  int32: intTemplates(32),
  int64: INT64,
  float16: floatTemplates(16),
  float32: floatTemplates(32),
  float64: floatTemplates(64),
};

/** Source that brings the result of an operation back into the range or precision of its dtype. */
export const WRAP: { readonly [D in RealDType]: Template } = {
  bool: (e) => e,
  uint8: (e) => `(${e}) & 255`,
  uint16: (e) => `(${e}) & 65535`,
  uint32: (e) => `(${e}) >>> 0`,
  uint64: (e) => `BigInt.asUintN(64, ${e})`,
  int8: (e) => `(${e}) << 24 >> 24`,
  int16: (e) => `(${e}) << 16 >> 16`,
  int32: (e) => `(${e}) | 0`,
  int64: (e) => `BigInt.asIntN(64, ${e})`,
  float16: (e) => `F.roundHalf(${e})`,
  float32: (e) => `Math.fround(${e})`,
  float64: (e) => e,
};

/** A dtype that a kernel may compute with: complex expressions were lowered before. */
const real = (dtype: DType): RealDType => dtype as RealDType;

function literal(value: number, dtype: DType): string {
  if (dtype === 'bool') return String(value !== 0);
  if (isBig(dtype)) return `${BigInt(value)}n`;
  const rounded = dtype === 'float32' ? Math.fround(value) : dtype === 'float16' ? roundHalf(value) : value;
  return Object.is(rounded, -0) ? '-0' : `(${rounded})`;
}

function castSource(x: string, from: DType, to: DType): string {
  if (to === 'bool') return isBig(from) ? `${x} !== 0n` : `${x} !== 0`;
  if (from === 'bool') return isBig(to) ? `(${x} ? 1n : 0n)` : `(${x} ? 1 : 0)`;
  if (isBig(to)) {
    if (isFloat(from)) return to === 'int64' ? `F.toInt64(${x})` : `F.toUint64(${x})`;
    return WRAP[to](isBig(from) ? x : `BigInt(${x})`);
  }
  if (isBig(from)) return WRAP[real(to)](isFloat(to) ? `Number(${x})` : `Number(BigInt.asIntN(32, ${x}))`);
  if (!isFloat(from) || isFloat(to)) return WRAP[real(to)](x);
  return to === 'uint32' ? `F.toUint32(${x})` : WRAP[real(to)](`F.toInt32(${x})`);
}

/** Source that reads an element of memory as a value of its dtype. */
export function loadSource(place: string, dtype: DType): string {
  return dtype === 'bool' ? `${place} !== 0` : dtype === 'float16' ? `F.halfToNumber(${place})` : place;
}

/** Source of what is written to memory for a value. */
export function storeSource(value: string, dtype: DType): string {
  return dtype === 'float16' ? `F.numberToHalf(${value})` : value;
}

/** JavaScript of one step; `load` gives the source of array operands. */
function stepSource(step: Instruction, steps: readonly Instruction[], load: (index: number) => string): string {
  const args = step.args.map((a) => `t${a}`);
  const from = step.args.length ? steps[step.args.at(-1)!]!.dtype : step.dtype;
  switch (step.op) {
    case 'input':
      return loadSource(load(step.index), step.dtype);
    case 'scalar':
      return step.dtype === 'bool'
        ? `c[${step.index}] !== 0`
        : isBig(step.dtype)
          ? `BigInt(c[${step.index}])`
          : WRAP[real(step.dtype)](`c[${step.index}]`);
    case 'const':
      return literal(step.value, step.dtype);
    case 'where':
      return `${args[0]} ? ${args[1]} : ${args[2]}`;
    case 'cast':
      return castSource(args[0]!, from, step.dtype);
    default:
      if (COMPARE[step.op]) return `${args[0]} ${COMPARE[step.op]} ${args[1]}`;
      return WRAP[real(step.dtype)](TEMPLATES[real(step.dtype)][step.op]!(...args));
  }
}

/** Statements that compute a program into `t0, t1, ...`. */
export function programSource(program: Program, load: (index: number) => string): string {
  return program.steps.map((step, i) => `const t${i} = ${stepSource(step, program.steps, load)};`).join('\n');
}

/** Whether every step has a spelling for its dtype (there is no `neg` of bools, for one). */
export function isComputable(program: Program): boolean {
  return program.steps.every(
    (s) =>
      !isComplex(s.dtype) &&
      (['input', 'scalar', 'const', 'where', 'cast'].includes(s.op) ||
        s.op in COMPARE ||
        s.op in TEMPLATES[real(s.dtype)]),
  );
}

type Loop = (memories: unknown[], offsets: readonly number[], space: Loops, scalars: readonly number[]) => void;

/** Compiles JavaScript with the scalar functions in scope as `F`. */
export function evaluate<T>(source: string): T {
  return new Function('F', `"use strict"; return ${source};`)(functions) as T;
}

function compileLoop(program: Program, operands: number, rank: number): Loop {
  const outs = program.outputs.length;
  const all = Array.from({ length: operands }, (_, v) => v);
  const declare = all.map((v) => `const m${v} = m[${v}]; let p${v} = o[${v}];`).join('\n');
  let body = `${programSource(program, (index) => `m${outs + index}[p${outs + index}]`)}\n${program.outputs.map((t, v) => `m${v}[p${v}] = ${storeSource(`t${t}`, program.steps[t]!.dtype)};`).join('\n')}`;
  for (let d = rank - 1; d >= 0; d--) {
    const step = all.map((v) => `p${v} += s${v}_${d};`).join(' ');
    const back = all.map((v) => `p${v} -= s${v}_${d} * n${d};`).join(' ');
    body = `for (let i${d} = 0; i${d} < n${d}; i${d}++) {\n${body}\n${step}\n}\n${back}`;
  }
  const sizes = Array.from(
    { length: rank },
    (_, d) => `const n${d} = n[${d}]; ${all.map((v) => `const s${v}_${d} = s[${v}][${d}];`).join(' ')}`,
  ).join('\n');
  return evaluate<Loop>(`function (m, o, { shape: n, strides: s }, c) {\n${declare}\n${sizes}\n${body}\n}`);
}

/** Element-wise kernel: one loop nest a rank, generated from the program. */
export function compileMap(desc: DescOf<'map'>): Kernel | undefined {
  const program = linearize(desc.outputs);
  if (!isComputable(program)) return undefined;
  const loops: Loop[] = [];
  return {
    run(views, shape, scalars) {
      const space = collapse(shape, views);
      const rank = space.shape.length;
      const loop = (loops[rank] ??= compileLoop(program, views.length, rank));
      loop(
        views.map((v) => v.memory),
        views.map((v) => v.offset),
        space,
        scalars,
      );
    },
  };
}
