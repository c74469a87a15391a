import { type DescOf, planRows, planWalks, type Program, subProgram } from '@isograd/device';
import { codeProgram } from './program.ts';
import type { Operations } from './select.ts';

/** Codes of steps; the order is that of `enum step_kind` in csrc/rows.h. */
const STEP_CODES = { values: 0, folds: 1, elements: 2 } as const;
/** Codes of folds as reductions; the order is that of `enum reduce_op` in csrc/tables.h. */
const FOLD_CODES = { sum: 0, max: 2, value: 0 } as const;
/** Largest number of stages, see csrc/rows.h. */
const MAX_STAGES = 16;

/** Operations that cost more than to store their result and to read it again. */
const DEAR = new Set(['exp', 'expm1', 'exp2', 'log', 'log1p', 'log2', 'tanh', 'erf', 'pow', 'sin', 'cos']);

/** A program in which some stages are computed where they are read. */
function inlined({ steps, outputs, key }: Program, inputs: number, stages: readonly number[]): Program {
  const standing = (at: number): number => {
    const { op, index } = steps[at]!;
    return op === 'input' && stages.includes(index - inputs) ? standing(outputs[index - inputs]!) : at;
  };
  return { steps: steps.map((step) => ({ ...step, args: step.args.map(standing) })), outputs, key };
}

/** A step before it is encoded: the stages it finds, and what it keeps. */
interface Step {
  readonly kind: keyof typeof STEP_CODES;
  readonly stages: readonly number[];
  /** What is kept, then the stages; or the outputs of elements. */
  readonly program: Program;
  readonly keeps: readonly number[];
}

/** The steps of a kernel, and how many values are kept of each element. */
function stepsOf(desc: DescOf<'rows'>): { readonly steps: readonly Step[]; readonly kept: number } {
  const plan = planRows(desc);
  const { kept, walks } = planWalks(desc, plan, (op) => DEAR.has(op));
  const steps = plan.passes.flatMap(({ values, folds }, w): Step[] => {
    const { program, keeps } = walks[w]!;
    const whole = inlined(plan.program, desc.inputs.length, values);
    const roots = values.map((s) => whole.outputs[s]!);
    const outputs = [...program.outputs.slice(folds.length), ...program.outputs.slice(0, folds.length)];
    const known: Step = { kind: 'values', stages: values, program: subProgram(whole, roots), keeps: [] };
    const found: Step = { kind: 'folds', stages: folds, program: { ...program, outputs }, keeps };
    return [known, found].filter(({ stages }) => stages.length > 0);
  });
  const { program } = walks.at(-1)!;
  if (program.outputs.length > 0) steps.push({ kind: 'elements', stages: [], program, keeps: [] });
  return { steps, kept: kept.length };
}

/** Encodes a kernel of rows as csrc/kernels.c reads it; undefined when the addon cannot run it. */
export function encodeRows(desc: DescOf<'rows'>, operations: Operations): readonly number[] | undefined {
  const { inputs, scalars, folds, outputs, written } = desc;
  const dtype = outputs[0]!.dtype;
  const { steps, kept } = stepsOf(desc);
  if (Math.max(folds.length, steps.length, kept) > MAX_STAGES || outputs.some((o) => o.dtype !== dtype))
    return undefined;
  const operands = [...inputs, ...folds.map(() => dtype), ...Array.from({ length: kept }, () => dtype)];
  const coded = steps.map(({ kind, stages, program, keeps }) => {
    const outs = kind === 'elements' ? program.outputs.length : keeps.length;
    const code = codeProgram(program, { inputs: operands, scalars, written: outs }, operations);
    const found = stages.flatMap((s, i) => [s, FOLD_CODES[folds[s]!], code?.results[i] ?? 0]);
    return (
      code && [
        STEP_CODES[kind],
        stages.length,
        ...found,
        keeps.length,
        ...keeps,
        ...code.reads.map(Number),
        ...code.words,
      ]
    );
  });
  if (!coded.every((step) => step !== undefined)) return undefined;
  const elements = outputs.length - folds.length;
  return [inputs.length, folds.length, elements, kept, written.length, ...written, coded.length, ...coded.flat()];
}
