import { type DType, isFloat } from '../dtype.ts';
import { type Instruction, linearize, type Program } from '../expr.ts';
import { collapse, type Loops } from '../geometry.ts';
import type { DescOf, Kernel } from '../kernel.ts';
import * as functions from './scalar-functions.ts';

type Template = (...args: string[]) => string;

const COMPARE: Readonly<Record<string, string>> = { eq: '===', ne: '!==', lt: '<', le: '<=', gt: '>', ge: '>=' };
const MATH = [
  'abs',
  'sqrt',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tanh',
  'floor',
  'ceil',
  'trunc',
  'max',
  'min',
] as const;

const FLOAT: Readonly<Record<string, Template>> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  neg: (a) => `-${a}`,
  pow: (a, b) => `F.pow(${a}, ${b})`,
  erf: (a) => `F.erf(${a})`,
  round: (a) => `F.roundHalfEven(${a})`,
  floorDiv: (a, b) => `F.floorDiv(${a}, ${b})`,
  mod: (a, b) => `F.floorMod(${a}, ${b})`,
  ...Object.fromEntries(MATH.map((name) => [name, (...args: string[]) => `Math.${name}(${args.join(', ')})`])),
};

// Written for a wrap at the end: `| 0` or `& 255`.
const INT: Readonly<Record<string, Template>> = {
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
  and: (a, b) => `${a} & ${b}`,
  or: (a, b) => `${a} | ${b}`,
  xor: (a, b) => `${a} ^ ${b}`,
  not: (a) => `~${a}`,
};

const INT64: Readonly<Record<string, Template>> = {
  ...INT,
  mul: (a, b) => `${a} * ${b}`,
  abs: (a) => `(${a} < 0n ? -${a} : ${a})`,
  max: (a, b) => `(${a} > ${b} ? ${a} : ${b})`,
  min: (a, b) => `(${a} < ${b} ? ${a} : ${b})`,
  pow: (a, b) => `F.powInt64(${a}, ${b})`,
  floorDiv: (a, b) => `F.floorDiv64(${a}, ${b})`,
  mod: (a, b) => `F.floorMod64(${a}, ${b})`,
};

const BOOL: Readonly<Record<string, Template>> = {
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

const TEMPLATES: { readonly [D in DType]: Readonly<Record<string, Template>> } = {
  bool: BOOL,
  uint8: INT,
  int32: INT,
  int64: INT64,
  float32: FLOAT,
  float64: FLOAT,
};

const WRAP: { readonly [D in DType]: Template } = {
  bool: (e) => e,
  uint8: (e) => `(${e}) & 255`,
  int32: (e) => `(${e}) | 0`,
  int64: (e) => `BigInt.asIntN(64, ${e})`,
  float32: (e) => `Math.fround(${e})`,
  float64: (e) => e,
};

function literal(value: number, dtype: DType): string {
  if (dtype === 'bool') return String(value !== 0);
  if (dtype === 'int64') return `${BigInt(value)}n`;
  const rounded = dtype === 'float32' ? Math.fround(value) : value;
  return Object.is(rounded, -0) ? '-0' : `(${rounded})`;
}

function castSource(x: string, from: DType, to: DType): string {
  if (to === 'bool') return from === 'int64' ? `${x} !== 0n` : `${x} !== 0`;
  if (from === 'bool') return to === 'int64' ? `(${x} ? 1n : 0n)` : `(${x} ? 1 : 0)`;
  if (to === 'int64') return isFloat(from) ? `F.toInt64(${x})` : `BigInt(${x})`;
  if (from === 'int64')
    return isFloat(to) ? WRAP[to](`Number(${x})`) : `Number(BigInt.asIntN(32, ${x}))${to === 'uint8' ? ' & 255' : ''}`;
  if (isFloat(from) && !isFloat(to)) return `F.toInt32(${x})${to === 'uint8' ? ' & 255' : ''}`;
  return WRAP[to](x);
}

/** JavaScript of one step; `load` gives the source of array operands. */
function stepSource(step: Instruction, steps: readonly Instruction[], load: (index: number) => string): string {
  const args = step.args.map((a) => `t${a}`);
  const from = step.args.length ? steps[step.args.at(-1)!]!.dtype : step.dtype;
  switch (step.op) {
    case 'input':
      return step.dtype === 'bool' ? `${load(step.index)} !== 0` : load(step.index);
    case 'scalar':
      return step.dtype === 'bool'
        ? `c[${step.index}] !== 0`
        : step.dtype === 'int64'
          ? `BigInt(c[${step.index}])`
          : WRAP[step.dtype](`c[${step.index}]`);
    case 'const':
      return literal(step.value, step.dtype);
    case 'where':
      return `${args[0]} ? ${args[1]} : ${args[2]}`;
    case 'cast':
      return castSource(args[0]!, from, step.dtype);
    default:
      if (COMPARE[step.op]) return `${args[0]} ${COMPARE[step.op]} ${args[1]}`;
      return WRAP[step.dtype](TEMPLATES[step.dtype][step.op]!(...args));
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
      ['input', 'scalar', 'const', 'where', 'cast'].includes(s.op) || s.op in COMPARE || s.op in TEMPLATES[s.dtype],
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
  let body = `${programSource(program, (index) => `m${outs + index}[p${outs + index}]`)}\n${program.outputs.map((t, v) => `m${v}[p${v}] = t${t};`).join('\n')}`;
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
