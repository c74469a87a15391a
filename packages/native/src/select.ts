import { DTYPES, type Instruction, type Program } from '@isograd/device';
import { computeDType, type Fused, matchFused, parseFused } from './pattern.ts';

/** The element-wise operations of the addon, by name and by what they fuse. */
export interface Operations {
  readonly codes: ReadonlyMap<string, number>;
  /** Fused operations by the operation at their root and the tag of their dtype, largest first. */
  readonly fused: ReadonlyMap<string, readonly Fused[]>;
}

/** Sorts the names of the addon's operations. */
export function operationsOf(names: readonly string[]): Operations {
  const codes = new Map(names.map((name, code) => [name, code]));
  const fused = new Map<string, Fused[]>();
  names.forEach((name, code) => {
    const entry = parseFused(name, code);
    if (!entry || typeof entry.pattern === 'string') return;
    const key = `${entry.pattern.op}.${entry.tag}`;
    const list = fused.get(key);
    if (list) list.push(entry);
    else fused.set(key, [entry]);
  });
  for (const list of fused.values()) list.sort((x, y) => y.size - x.size);
  return { codes, fused };
}

/** One instruction before registers are chosen: what computes a step, from which other steps. */
export interface Selected {
  readonly code: number;
  readonly step: number;
  readonly args: readonly number[];
}

const LEAVES = new Set(['input', 'scalar', 'const']);

/** Whether a step only names an operand. */
export function isLeaf(step: Instruction): boolean {
  return LEAVES.has(step.op);
}

/** Name of the operation that computes one step alone. */
function plainName(program: Program, step: Instruction): string {
  if (step.op === 'cast') return `cast.${DTYPES[program.steps[step.args[0]!]!.dtype].tag}.${DTYPES[step.dtype].tag}`;
  return `${step.op}.${DTYPES[computeDType(program.steps, step)].tag}`;
}

/** How many steps use each step; more than one for an output. */
function countUses(program: Program): number[] {
  const uses = program.steps.map(() => 0);
  // A square uses what it squares once.
  for (const step of program.steps) for (const arg of new Set(step.args)) uses[arg]!++;
  // An output is never inside of a fused operation.
  for (const output of program.outputs) uses[output]! += 2;
  return uses;
}

/**
 * Chooses instructions for a program, the largest fused operation that fits first; undefined when the addon lacks an operation.
 *
 * Fused operations round after each of their parts, so the choice changes no result.
 */
export function select(program: Program, operations: Operations): readonly Selected[] | undefined {
  const uses = countUses(program);
  const steps = { steps: program.steps, isInner: (step: number): boolean => uses[step] === 1 };
  const needed = new Set(program.outputs);
  const selected: Selected[] = [];
  for (let at = program.steps.length - 1; at >= 0; at--) {
    const step = program.steps[at]!;
    if (!needed.has(at) || isLeaf(step)) continue;
    const instruction = selectOne(program, at, operations, steps);
    if (!instruction) return undefined;
    selected.push(instruction);
    for (const arg of instruction.args) needed.add(arg);
  }
  return selected.reverse();
}

function selectOne(
  program: Program,
  at: number,
  operations: Operations,
  steps: { readonly steps: readonly Instruction[]; readonly isInner: (step: number) => boolean },
): Selected | undefined {
  const step = program.steps[at]!;
  const tag = DTYPES[computeDType(program.steps, step)].tag;
  for (const fused of operations.fused.get(`${step.op}.${tag}`) ?? []) {
    const args = matchFused(steps, fused, at);
    if (args) return { code: fused.code, step: at, args };
  }
  const code = operations.codes.get(plainName(program, step));
  return code === undefined ? undefined : { code, step: at, args: step.args };
}
