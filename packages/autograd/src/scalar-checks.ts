import { GradientError } from '@isograd/device';
import type { InputSpec, NDArray, Sample } from '@isograd/ndarray';
import { describeInput, inputsOf, type TableOp } from '@isograd/ndarray/testing';
import { type Answer, type Outcome, outcomeOfCall, same } from './sample-outcomes.ts';
import { asTensor } from './tensor.ts';

const COUNT = 3;

/** A sample with vectors of three elements for all inputs. */
function vectors(sample: Sample): Sample {
  const inputs = sample.inputs.map((input): InputSpec => {
    const { values, ...rest } = describeInput(input);
    const turned = values && Array.from({ length: COUNT }, (_, i) => values[i % values.length]!);
    return { ...rest, shape: [COUNT], ...(turned && { values: turned }) };
  });
  return { ...sample, inputs };
}

const shapesOf = (outcome: Outcome): string =>
  'refused' in outcome ? outcome.refused : outcome.values.map((y) => y.shape.join()).join(';');

/**
 * Holds values and gradients at 0-d inputs against those at vectors of the same one element, to the bit, where an op is element-wise.
 *
 * @returns `true`; `false` where elements of vectors do not give what they give alone.
 * @throws GradientError that names what differs.
 * @example
 * import { opTable } from '@isograd/ndarray/testing';
 * const op = (name) => opTable().find((each) => each.name === name);
 * scalarcheck(op('exp'), { inputs: [[2, 3]] }) // => true
 * scalarcheck(op('cumsum'), { inputs: [[2, 3]], args: [0] }) // => false
 */
export function scalarcheck(op: TableOp, sample: Sample): boolean {
  if (sample.inputs.some((input) => describeInput(input).values?.length === 0)) return false;
  const inputs = inputsOf(op.spec, vectors(sample));
  const run = (pick: (x: NDArray) => NDArray): Outcome =>
    outcomeOfCall(
      op,
      inputs.map((x) => asTensor(pick(x)).copy()),
      sample.args,
    );
  const whole = run((x) => x);
  const alone = Array.from({ length: COUNT }, (_, i) => run((x) => x.at(`${i}:${i + 1}`)));
  if ('refused' in whole || whole.values.some((y) => y.shape.join() !== `${COUNT}`)) return false;
  const isElement = (each: Outcome, i: number): boolean =>
    !('refused' in each) &&
    each.values.every((y, k) => y.shape.join() === '1' && same(y, whole.values[k]!.at(`${i}:${i + 1}`)));
  if (!alone.every(isElement)) return false;
  const [expected, got] = [alone[0] as Answer, run((x) => x.at(0))];
  const refuse = (what: string, a: unknown, b: unknown): never => {
    throw new GradientError({
      where: 'scalarcheck',
      what: `${op.name} of 0-d arrays ${what}`,
      got: JSON.stringify(a),
      expected: JSON.stringify(b),
      hint: 'a 0-d array has one element, as [1] has',
    });
  };
  if ('refused' in got || got.values.some((y) => y.ndim > 0)) return refuse('gives no number', shapesOf(got), '0-d');
  for (const part of ['values', 'gradients'] as const)
    (expected[part] ?? []).forEach((y, i) => {
      const x = got[part]?.[i];
      if (x?.ndim !== 0 || !same(x.reshape([1]), y)) refuse(`has other ${part} than [1]`, x?.tolist(), y.tolist());
    });
  return true;
}
