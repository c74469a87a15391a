import type { NDArray, Sample } from '@isograd/ndarray';
import { describeInput, inputsOf, label, type TableOp } from '@isograd/ndarray/testing';
import { asTensor, type Tensor } from './tensor.ts';

/** A call of an op as a function of those inputs of which gradients are asked, for `gradcheck`. */
export interface GradientProblem {
  /** The sample in words. */
  readonly label: string;
  /** The op with all other inputs and arguments filled in. */
  readonly f: (...xs: Tensor[]) => Tensor | Tensor[];
  /** The inputs, float64. */
  readonly xs: readonly NDArray[];
}

function problemOf(op: TableOp, sample: Sample): GradientProblem | undefined {
  const inputs = inputsOf(op.spec, sample);
  const wanted = sample.inputs.flatMap((input, i) =>
    inputs[i]!.dtype === 'float64' && describeInput(input).differentiable !== false ? [i] : [],
  );
  if (wanted.length === 0) return undefined;
  const f = (...xs: Tensor[]): Tensor | Tensor[] => {
    const all = inputs.map((x, i) => (wanted.includes(i) ? xs[wanted.indexOf(i)]! : asTensor(x)));
    return op.call(all, sample.args) as Tensor | Tensor[];
  };
  const xs = wanted.map((i) => inputs[i]!);
  const outputs = [f(...xs.map(asTensor))].flat();
  return outputs.some((y) => y.dtype === 'float64' && y.size > 0)
    ? { label: label(op.spec, sample), f, xs }
    : undefined;
}

/**
 * The samples of an op on which derivatives can be checked: those with a float64 input and output.
 *
 * @example
 * import { opTable } from '@isograd/ndarray/testing';
 * const [first] = gradientProblems(opTable().find((op) => op.name === 'exp'));
 * gradcheck(first.f, first.xs) // => true
 */
export function gradientProblems(op: TableOp): readonly GradientProblem[] {
  return op.spec.samples.flatMap((sample) => problemOf(op, sample) ?? []);
}
