import { DTypeError } from '@isograd/device';
import { NDArray, type NestedList } from '../array.ts';
import { type ArraySource, readArray } from '../creation.ts';
import { type ArrayLike, operand } from '../dispatch.ts';
import type { OpSpec } from '../op.ts';
import { NUMPY } from '../promotion.ts';

/** What a user gave where NumPy takes an array_like; arrays pass as they are. @throws DTypeError for anything that is no array. */
export function arrayFrom(x: ArraySource, where: string): NDArray {
  if (x instanceof NDArray) return x;
  if (x !== null && x !== undefined) return readArray(x, {}, NUMPY, where);
  throw new DTypeError({
    where,
    what: 'not an array',
    got: String(x),
    expected: 'an NDArray, nested lists or a number',
    hint: 'make one with array(...)',
  });
}

/** An array, or nested lists; a bare number takes the dtype of the arrays beside it. */
export type Operand = ArrayLike | readonly NestedList[];

/** An operand of a function that takes lists too. */
export function operandFrom(x: Operand, where: string): NDArray {
  return Array.isArray(x) ? arrayFrom(x, where) : operand(x as ArrayLike, where);
}

/** A list of positions may be empty, and then counts as integers. */
export function positionsFrom(x: ArraySource, where: string): NDArray {
  const empty = Array.isArray(x) && x.length === 0;
  return empty ? readArray([], { dtype: 'int64' }, NUMPY, where) : arrayFrom(x, where);
}

const refuse = (): never => {
  throw new DTypeError({
    where: 'gradient',
    what: 'a result without history was computed again',
    got: 'a call',
    expected: 'none',
  });
};

function withoutGradient(name: string): OpSpec {
  return {
    name,
    family: 'composed',
    forward: refuse,
    vjp: { nonDifferentiable: 'it is computed from plain arrays' },
    domain: [-2, 2],
    samples: [],
    errors: [],
    parity: { numpy: null, torch: null },
  };
}

/** Results that were computed from plain arrays, as the kind of array that is among the inputs; they have no history. */
export function adoptPlain(name: string, inputs: readonly NDArray[], results: readonly NDArray[]): NDArray[] {
  const owner = inputs.find((x) => x.differentiable);
  if (owner === undefined) return [...results];
  const call = { op: withoutGradient(name), inputs, attrs: undefined as never };
  return results.map((y) => owner.adopt(y, call));
}
