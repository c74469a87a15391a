import type { NDArray } from '../array.ts';
import type { ComposedSpec, OpSpec } from '../op.ts';

/**
 * Python's named tuple: a list whose items have names too, so that `const [Q, R] = qr(x)` and `qr(x).Q` both work.
 *
 * The names are not enumerable: a list prints, compares and spreads as the list that it is.
 */
export type NamedTuple<Items extends readonly unknown[], Names extends object> = Items & Names;

/** Gives the items of a list their names. */
export function namedTuple<Items extends readonly unknown[], Names extends object>(
  names: readonly (keyof Names & string)[],
  items: Items,
): NamedTuple<Items, Names> {
  names.forEach((name, i) => Object.defineProperty(items, name, { value: items[i] }));
  return items as NamedTuple<Items, Names>;
}

/** Several results of one computation, each of the kind of the array that was given; they have no gradient. */
export function adoptAll(x: NDArray, spec: ComposedSpec, results: readonly NDArray[]): NDArray[] {
  if (!x.differentiable) return [...results];
  const why = { nonDifferentiable: spec.nonDifferentiable ?? 'it has several results' };
  const op = { ...spec, vjp: why } as unknown as OpSpec;
  return results.map((y) => x.adopt(y, { op, inputs: [x], attrs: undefined as never }));
}

/** Why a decomposition has no gradient yet. */
export const SEVERAL_RESULTS = 'no rule yet: an op has one result, a decomposition several';
