import { type DType, DTYPES, type Expr, linearize, type Program } from '@isograd/device';
import { widenHalves } from './half.ts';
import { type Operations, select, type Selected } from './select.ts';

/** Codes of dtypes; the order is that of `enum dtype` in csrc/isograd.h. */
export const DTYPE_CODES: { readonly [D in DType]?: number } = {
  bool: 0,
  uint8: 1,
  uint16: 2,
  uint32: 3,
  uint64: 4,
  int8: 5,
  int16: 6,
  int32: 7,
  int64: 8,
  float16: 9,
  float32: 10,
  float64: 11,
};

/** What a program reads and writes; of one that reduces the outputs are left where they are found. */
export interface Signature {
  readonly inputs: readonly DType[];
  readonly scalars: readonly DType[];
  readonly outputs: readonly Expr[];
  /** Whether the outputs are to be reduced instead of written. */
  readonly reduces: boolean;
}

/** What a program in steps reads, and how many of its outputs, the first ones, it writes; the others are left where they are found. */
export interface Operands {
  readonly inputs: readonly DType[];
  readonly scalars: readonly DType[];
  readonly written: number;
}

/** Largest number of operands of a kernel, see csrc/isograd.h. */
const MAX_OPERANDS = 63;
const MAX_SLOTS = 4096;
/** Slots of an instruction, see csrc/isograd.h. */
const MAX_ARGS = 6;
/** Bytes that the tiles of all operands and registers may take: less than a first-level cache. */
const TILE_BYTES = 24576;

interface Coded {
  readonly code: number;
  /** Slot of the result, then of the arguments. */
  readonly slots: readonly number[];
}

/** Gives slots to the values of a program; registers are used again once nobody reads them any more. */
class Slots {
  readonly registers: DType[] = [];
  readonly constants: { readonly dtype: DType; readonly value: number }[];
  readonly #first: number;
  readonly #places = new Map<number, number>();
  readonly #free = new Map<number, number[]>();

  constructor(program: Program, { inputs, scalars, written: outs }: Operands) {
    const constants: number[] = [];
    program.steps.forEach((step, at) => {
      if (step.op === 'input') this.#places.set(at, outs + step.index);
      else if (step.op === 'scalar') this.#places.set(at, outs + inputs.length + step.index);
      else if (step.op === 'const')
        this.#places.set(at, outs + inputs.length + scalars.length + constants.push(at) - 1);
    });
    this.constants = constants.map((at) => program.steps[at]!);
    this.#first = outs + inputs.length + scalars.length + constants.length;
    program.outputs.slice(0, outs).forEach((step, out) => {
      if (!this.#places.has(step)) this.#places.set(step, out);
    });
  }

  at(step: number): number {
    return this.#places.get(step)!;
  }

  take(step: number, dtype: DType): number {
    const known = this.#places.get(step);
    if (known !== undefined) return known;
    const register = this.#free.get(DTYPES[dtype].itemsize)?.pop() ?? this.registers.push(dtype) - 1;
    this.#places.set(step, this.#first + register);
    return this.#first + register;
  }

  release(step: number): void {
    const register = this.#places.get(step)! - this.#first;
    if (register < 0) return;
    const size = DTYPES[this.registers[register]!].itemsize;
    const list = this.#free.get(size);
    if (list) list.push(register);
    else this.#free.set(size, [register]);
  }

  get count(): number {
    return this.#first + this.registers.length;
  }
}

function lastUses(selected: readonly Selected[], program: Program): Map<number, number> {
  const last = new Map<number, number>();
  selected.forEach(({ args }, i) => args.forEach((arg) => last.set(arg, i)));
  for (const output of program.outputs) last.set(output, Infinity);
  return last;
}

function assign(selected: readonly Selected[], program: Program, slots: Slots): Coded[] {
  const last = lastUses(selected, program);
  return selected.map(({ code, step, args }, i) => {
    const sources = args.map((arg) => slots.at(arg));
    // An operation may write where it reads, so an argument that ends here makes room for the result.
    for (const arg of new Set(args)) if (last.get(arg) === i) slots.release(arg);
    return { code, slots: [slots.take(step, program.steps[step]!.dtype), ...sources] };
  });
}

/** Copies for outputs that no instruction writes: those that name an operand, and second ones of the same value. */
function copies(program: Program, written: number, slots: Slots, operations: Operations): Coded[] {
  return program.outputs.slice(0, written).flatMap((step, out) => {
    if (slots.at(step) === out) return [];
    const name = `copy.${DTYPES[program.steps[step]!.dtype].tag}`;
    return [{ code: operations.codes.get(name)!, slots: [out, slots.at(step)] }];
  });
}

/** For each output and input, whether the input is read after the output was written. */
function lateReads(code: readonly Coded[], outs: number, ins: number): number[] {
  const written = Array.from({ length: outs }, (_, out) => code.findIndex(({ slots }) => slots[0] === out));
  const read = Array.from({ length: ins }, (_, i) => code.findLastIndex(({ slots }) => slots.indexOf(outs + i, 1) > 0));
  return written.flatMap((at) => read.map((last) => Number(last > at)));
}

function tileOf(dtypes: readonly DType[]): number {
  const bytes = dtypes.reduce((sum, dtype) => sum + DTYPES[dtype].itemsize, 0);
  return Math.min(Math.max(Math.floor(TILE_BYTES / Math.max(bytes, 1) / 64) * 64, 128), 2048);
}

/** A program as csrc/kernels.c reads it. */
export interface CodedProgram {
  readonly words: readonly number[];
  /** Slots of the outputs that are not written. */
  readonly results: readonly number[];
  /** Of each input, whether it is read. */
  readonly reads: readonly boolean[];
}

/** Encodes a program; undefined when the addon cannot run it. */
export function encodeProgram(
  { inputs, scalars, outputs, reduces }: Signature,
  operations: Operations,
): readonly number[] | undefined {
  const written = reduces ? 0 : outputs.length;
  return codeProgram(linearize(widenHalves(outputs)), { inputs, scalars, written }, operations)?.words;
}

/** Encodes a program and says where its outputs stand; undefined when the addon cannot run it. */
export function codeProgram(program: Program, operands: Operands, operations: Operations): CodedProgram | undefined {
  const { inputs, scalars, written } = operands;
  const selected = select(program, operations);
  if (!selected) return undefined;
  const slots = new Slots(program, operands);
  const outs = program.outputs.slice(0, written).map((step) => program.steps[step]!.dtype);
  const code = assign(selected, program, slots);
  code.push(...copies(program, written, slots, operations));
  if (outs.length + inputs.length > MAX_OPERANDS || slots.count > MAX_SLOTS) return undefined;
  const fixed = [...outs, ...inputs, ...scalars, ...slots.constants.map((c) => c.dtype)];
  const counts = [
    outs.length,
    inputs.length,
    scalars.length,
    slots.constants.length,
    slots.registers.length,
    code.length,
  ];
  const results = program.outputs.slice(written).map((step) => slots.at(step));
  const touched = new Set([...results, ...selected.flatMap(({ args }) => args.map((arg) => slots.at(arg)))]);
  const words = [
    ...counts,
    tileOf([...outs, ...inputs, ...slots.registers]),
    results[0] ?? -1,
    ...[...fixed, ...slots.registers].map((dtype) => DTYPE_CODES[dtype]!),
    ...lateReads(code, outs.length, inputs.length),
    ...slots.constants.map((c) => c.value),
    ...code.flatMap((c) => [c.code, ...Array.from({ length: MAX_ARGS }, (_, i) => c.slots[i] ?? 0)]),
  ];
  return { words, results, reads: inputs.map((_, i) => touched.has(outs.length + i)) };
}
