import { ParityError, partOf } from '@isograd/device';
import { type RefArray, refArray } from './references/arrays.ts';

/** A function from float64 (and other) arrays to one float64 array; may ask another process. */
export type Evaluate = (inputs: readonly (readonly RefArray[])[]) => Promise<readonly RefArray[]>;

/** Difference quotients of one input. */
export interface Quotients {
  /** For every element the central quotient of `sum(cotangent * f)`; NaN where they depend on the side or the step: at a kink, a jump, or an edge of the domain. */
  readonly gradient: RefArray;
  /** How many elements have a quotient. */
  readonly known: number;
}

/**
 * Gradients by central differences in float64: an answer that shares nothing with any library's rules. At a kink there is
 * no derivative and libraries choose; the answer there is NaN.
 *
 * @param evaluate - Computes `f` for a list of argument lists, in the order given.
 * @param inputs - Arguments of `f`; those of dtype float64 and complex128 are varied, of the latter both parts.
 * @param cotangent - Weights of the elements of `f`'s result, same shape.
 * @returns For each input its quotients, or null where it is neither float64 nor complex128.
 * @throws ParityError when `evaluate` gives another number of results, or of elements, than asked for.
 */
export async function finiteDifferences(
  evaluate: Evaluate,
  inputs: readonly RefArray[],
  cotangent: RefArray,
): Promise<(Quotients | null)[]> {
  const steps = inputs.flatMap(({ dtype, values }, input) =>
    partOf(dtype) === 'float64' ? Array.from(values as Float64Array, (x, at) => ({ input, at, h: stepFor(x) })) : [],
  );
  const moved = steps.flatMap((step) => [1, -1, 2, -2].map((times) => moveBy(inputs, step, times * step.h)));
  const results = await evaluate([inputs, ...moved]);
  if (results.length !== moved.length + 1 || results.some(({ values }) => values.length !== cotangent.values.length)) {
    throw new ParityError({
      where: 'finiteDifferences',
      what: 'the function did not give a result of the shape of the cotangent for every argument',
      got: `${results.length} results, the first of ${results[0]?.values.length ?? 0} elements`,
      expected: `${moved.length + 1} results of ${cotangent.values.length} elements`,
      hint: 'does the function refuse some of the inputs?',
    });
  }
  const totals = results.map((y) => weigh(y, cotangent));
  const quotients = steps.map(({ h }, i) => quotient(totals[0]!, totals.slice(4 * i + 1, 4 * i + 5), h));
  return inputs.map(({ dtype, shape }, input) => {
    if (partOf(dtype) !== 'float64') return null;
    const own = quotients.filter((_, i) => steps[i]!.input === input);
    return { gradient: refArray(dtype, shape, own), known: own.filter((q) => !Number.isNaN(q)).length };
  });
}

// The cube root of the epsilon balances the rounding error of the difference with its truncation error. A power of two, so that x + h is exact more often.
const STEP = 2 ** -17;
const stepFor = (x: number): number => STEP * Math.max(1, 2 ** Math.floor(Math.log2(Math.abs(x) || 1)));

function moveBy(inputs: readonly RefArray[], { input, at }: { input: number; at: number }, by: number): RefArray[] {
  return inputs.map((x, i) => {
    if (i !== input) return x;
    const values = (x.values as Float64Array).slice();
    values[at] = values[at]! + by;
    return { ...x, values };
  });
}

function weigh({ values }: RefArray, cotangent: RefArray): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Number(values[i]) * Number(cotangent.values[i]);
  return total;
}

/** Central quotient from the values at `x` and at `x` plus and minus `h` and `2 h`. */
function quotient(center: number, around: readonly number[], h: number): number {
  const [above = NaN, below = NaN, far = NaN, deep = NaN] = around;
  const [right, left, wide] = [(above - center) / h, (center - below) / h, (far - deep) / (4 * h)];
  // For a smooth function these differ by multiples of h times a higher derivative: far less than this.
  const smooth = Math.max(Math.abs(right - left), Math.abs(right - wide)) <= 1e-3 * Math.max(1, Math.abs(wide));
  return smooth ? (above - below) / (2 * h) : NaN;
}
