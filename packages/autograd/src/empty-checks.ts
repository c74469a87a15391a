import { GradientError, isComplex, isFloat } from '@isograd/device';
import { type InputSpec, type NDArray, type Sample } from '@isograd/ndarray';
import { describeInput, inputsOf, label, type TableOp } from '@isograd/ndarray/testing';
import { type Answer, outcomeOfCall } from './sample-outcomes.ts';
import { asTensor } from './tensor.ts';

/** A sample with some axes cut to length 0, given values with them. */
function cut(sample: Sample, isCut: (input: number, axis: number) => boolean): Sample {
  const inputs = sample.inputs.map((input, i): InputSpec => {
    const { values, ...rest } = describeInput(input);
    const shape = rest.shape.map((n, d) => (isCut(i, d) ? 0 : n));
    return { ...rest, shape, ...(values && { values: shape.includes(0) ? [] : values }) };
  });
  return { ...sample, inputs };
}

/**
 * A sample with axes of length 0 in their places: each axis of each input alone, and all axes of one length together.
 *
 * @example
 * emptied({ inputs: [[2, 3], [3]] }).map(({ inputs }) => inputs.map(({ shape }) => shape.join('x')).join(' ')) // => [ '0x3 3', '2x0 3', '2x3 0', '2x0 0' ]
 */
export function emptied(sample: Sample): readonly Sample[] {
  const shapes = sample.inputs.map((input) => describeInput(input).shape);
  const alone = shapes.flatMap((shape, i) => shape.map((_, d) => cut(sample, (j, e) => i === j && d === e)));
  const together = [...new Set(shapes.flat())].map((n) => cut(sample, (i, d) => shapes[i]![d] === n));
  const found = new Map([...alone, ...together].map((each) => [JSON.stringify(each.inputs), each]));
  found.delete(JSON.stringify(cut(sample, () => false).inputs));
  return [...found.values()];
}

const isNumber = (x: NDArray): boolean => isFloat(x.dtype) || isComplex(x.dtype);
const isFinite = (x: NDArray): boolean => !isNumber(x) || x.isfinite().all().item() === true;

function checkGradients(title: string, { values, gradients = [] }: Answer, inputs: readonly NDArray[]): void {
  const refuse = (i: number, what: string, got: NDArray): never => {
    throw new GradientError({
      where: 'emptycheck',
      what: `the gradient of input ${i} of ${title} ${what}`,
      got: `[${got.shape.join(', ')}] ${JSON.stringify(got.tolist())}`,
      expected: `[${inputs[i]!.shape.join(', ')}]`,
      hint: 'what no element depends on has the gradient 0',
    });
  };
  const nothing = values.every((y) => y.size === 0);
  gradients.forEach((g, i) => {
    if (g.shape.join() !== inputs[i]!.shape.join()) refuse(i, 'has another shape', g);
    if (nothing && g.any().item() === true) refuse(i, 'is not 0, although there is no result', g);
    if (values.every(isFinite) && !isFinite(g)) refuse(i, 'is not finite', g);
  });
}

/**
 * Holds that a sample with axes cut to length 0 is refused in words, or gives gradients of the shape of the inputs: zeros where there is no
 * result, never NaN out of finite results.
 *
 * @returns How many of the cut samples gave an answer.
 * @throws GradientError that names the sample and the input; what the op throws that is no refusal.
 * @example
 * import { opTable } from '@isograd/ndarray/testing';
 * const op = opTable().find(({ name }) => name === 'sum');
 * emptycheck(op, { inputs: [[2, 3]] }) // => 2
 */
export function emptycheck(op: TableOp, sample: Sample): number {
  let answers = 0;
  for (const each of emptied(sample)) {
    const inputs = inputsOf(op.spec, each).map(asTensor);
    const outcome = outcomeOfCall(op, inputs, each.args);
    if ('refused' in outcome) continue;
    answers++;
    checkGradients(label(op.spec, each), outcome, inputs);
  }
  return answers;
}
