import { DTypeError } from '@isograd/device';
import type { NDArray, Sample } from '@isograd/ndarray';
import { describeInput, inputsOf, label, tableOf, type TableOp } from '@isograd/ndarray/testing';
import * as complexFunctions from './complex.ts';
import * as indexOps from './ops/index-ops.ts';
import * as orderOps from './ops/order.ts';
import * as scanOps from './ops/scans.ts';
import * as specialOps from './ops/special.ts';
import { asTensor, type Tensor } from './tensor.ts';

/** A call of an op as a function of those inputs of which gradients are asked, for `gradcheck`. */
export interface GradientProblem {
  /** The sample in words. */
  readonly label: string;
  /** The op with all other inputs and arguments filled in. */
  readonly f: (...xs: Tensor[]) => Tensor | Tensor[];
  /** The inputs, float64 or complex128. */
  readonly xs: readonly NDArray[];
}

/** The inputs of a sample in a dtype, and which of them are differentiated; nothing where the op does not take the dtype. */
function problemOf(op: TableOp, sample: Sample, dtype: GradientDType): GradientProblem | undefined {
  const inputs = inputsOf(op.spec, sample, { dtype });
  const wanted = sample.inputs.flatMap((input, i) =>
    inputs[i]!.dtype === dtype && describeInput(input).differentiable !== false ? [i] : [],
  );
  if (wanted.length === 0) return undefined;
  const f = (...xs: Tensor[]): Tensor | Tensor[] => {
    const all = inputs.map((x, i) => {
      const given = wanted.includes(i) ? xs[wanted.indexOf(i)]! : asTensor(x);
      return sample.hermitian ? given.add(given.conj().mT).mul(0.5) : given;
    });
    return op.unique(all, sample.args) as Tensor | Tensor[];
  };
  const xs = wanted.map((i) => inputs[i]!);
  const isChecked = (y: Tensor): boolean => ['float64', 'complex128'].includes(y.dtype) && y.size > 0;
  return outputsOrRefusal(f, xs, dtype).some(isChecked) ? { label: label(op.spec, sample), f, xs } : undefined;
}

/** No outputs where complex numbers are not taken; the samples themselves must be. */
function outputsOrRefusal(f: GradientProblem['f'], xs: readonly NDArray[], dtype: GradientDType): Tensor[] {
  try {
    return [f(...xs.map(asTensor))].flat();
  } catch (error) {
    if (dtype === 'complex128' && error instanceof DTypeError) return [];
    throw error;
  }
}

/**
 * The functions with a record of this package, as entries of a table by name: those of PyTorch that ndarray does not have.
 *
 * @example
 * tensorTable().some((op) => op.name === 'viewAsReal') // => true
 */
export function tensorTable(): readonly TableOp[] {
  return tableOf(
    [complexFunctions, indexOps, orderOps, scanOps, specialOps].flatMap((module) => Object.values<unknown>(module)),
  );
}

/** Dtypes in which derivatives are checked. */
export type GradientDType = 'float64' | 'complex128';

/**
 * The samples of an op on which derivatives can be checked: those with an input of the dtype and a float or complex output of 64 bits a number.
 * Of complex numbers there are none where the op does not take them.
 *
 * @example
 * import { opTable } from '@isograd/ndarray/testing';
 * const [first] = gradientProblems(opTable().find((op) => op.name === 'exp'));
 * gradcheck(first.f, first.xs) // => true
 */
export function gradientProblems(op: TableOp, dtype: GradientDType = 'float64'): readonly GradientProblem[] {
  return op.spec.samples.flatMap((sample) => problemOf(op, sample, dtype) ?? []);
}

export { jvpcheck, type JvpcheckOptions, mappedSamples, vmapcheck } from './transform-checks.ts';
export { transformWays, type TransformWays } from './transform-ways.ts';
export { layoutcheck, MEMORY_LAYOUTS, type MemoryLayout } from './layout-checks.ts';
export { axischeck, namesAxes } from './axis-checks.ts';
export { emptied, emptycheck } from './empty-checks.ts';
export { scalarcheck } from './scalar-checks.ts';
