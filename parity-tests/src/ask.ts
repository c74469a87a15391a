import type { Case, Reference, ReferenceName, Result } from '@isograd/parity';
import { type FrozenAnswer, freezeAnswer, wordsFor } from './golden-files.ts';
import type { OpCase } from './op-cases.ts';

/** References that are asked for gradients too. */
export const TAKES_GRADIENTS: readonly ReferenceName[] = ['torch', 'jax', 'tfjs', 'tfjs-wasm', 'tfjs-node'];

/**
 * Puts cases to a reference. Where it refuses the gradient it is asked for the value alone, and the refusal is kept.
 * Cases for which it has no words are left out.
 */
export async function ask(reference: Reference, items: readonly OpCase[]): Promise<FrozenAnswer[]> {
  const asked = items.flatMap((item) => {
    const expr = item.references.includes(reference.name) ? wordsFor(item, reference.name) : undefined;
    return expr === undefined ? [] : [{ item, expr }];
  });
  const wanted = asked.map(({ item, expr }) =>
    toCase(item, expr, item.differentiate && TAKES_GRADIENTS.includes(reference.name)),
  );
  const results = await reference.run(wanted);
  const again = wanted.filter(({ grad }, i) => grad && 'error' in results[i]!);
  const values = new Map((await reference.run(again.map(withoutGradient))).map((result) => [result.id, result]));
  return results.map((result) => merge(result, values.get(result.id)));
}

const withoutGradient = ({ id, op, expr, inputs, attrs = {} }: Case): Case => ({ id, op, expr, inputs, attrs });

function merge(result: Result, valueOnly: Result | undefined): FrozenAnswer {
  const frozen = freezeAnswer(result);
  return valueOnly && 'outputs' in valueOnly ? { ...freezeAnswer(valueOnly), error: frozen.error! } : frozen;
}

function toCase({ id, op, inputs, attrs }: OpCase, expr: string, grad: boolean): Case {
  return { id, op: op.name, expr, inputs, attrs, ...(grad && { grad: {} }) };
}
