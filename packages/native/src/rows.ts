import { type DescOf, type Expr, planRows } from '@isograd/device';
import { codeProgram } from './program.ts';
import type { Operations } from './select.ts';

/** Codes of steps; the order is that of `enum step_kind` in csrc/rows.h. */
const STEP_CODES = { values: 0, folds: 1, elements: 2 } as const;
/** Codes of folds as reductions; the order is that of `enum reduce_op` in csrc/tables.h. */
const FOLD_CODES = { sum: 0, max: 2, value: 0 } as const;
/** Largest number of stages, see csrc/rows.h. */
const MAX_STAGES = 16;

/** Encodes a kernel of rows as csrc/kernels.c reads it; undefined when the addon cannot run it. */
export function encodeRows(desc: DescOf<'rows'>, operations: Operations): readonly number[] | undefined {
  const { inputs, scalars, folds, outputs, written } = desc;
  const dtype = outputs[0]!.dtype;
  if (folds.length > MAX_STAGES || outputs.some((o) => o.dtype !== dtype)) return undefined;
  const step = (kind: keyof typeof STEP_CODES, stages: readonly number[], exprs: readonly Expr[]) => {
    const operands = [...inputs, ...folds.map(() => dtype)];
    const coded = codeProgram({ inputs: operands, scalars, outputs: exprs, reduces: kind !== 'elements' }, operations);
    if (!coded) return undefined;
    const found = stages.flatMap((s, i) => [s, FOLD_CODES[folds[s]!], coded.results[i]!]);
    return [STEP_CODES[kind], stages.length, ...found, ...coded.reads.map(Number), ...coded.words];
  };
  const steps = planRows(desc).passes.flatMap(({ values, folds: found }) => [
    ...values.map((s) => step('values', [s], [outputs[s]!])),
    ...(found.length > 0
      ? [
          step(
            'folds',
            found,
            found.map((s) => outputs[s]!),
          ),
        ]
      : []),
  ]);
  const elements = outputs.slice(folds.length);
  if (elements.length > 0) steps.push(step('elements', [], elements));
  if (steps.length > MAX_STAGES || !steps.every((s) => s !== undefined)) return undefined;
  return [inputs.length, folds.length, elements.length, written.length, ...written, steps.length, ...steps.flat()];
}
