import { describe, expect, test } from 'vitest';
import type { NDArray, Sample } from '@isograd/ndarray';
import { describeInput, inputsOf, label, opTable, type TableOp } from '@isograd/ndarray/testing';
import { asTensor, gradcheck, gradgradcheck, Tensor } from '../src/index.ts';

const table = opTable();
const differentiable = table.filter((op) => op.nonDifferentiable === undefined);

/** The inputs of a sample of which gradients are asked, and the op as a function of them. */
function problem(
  op: TableOp,
  sample: Sample,
): { readonly f: (...xs: Tensor[]) => Tensor | Tensor[]; readonly xs: NDArray[] } | undefined {
  const inputs = inputsOf(op.spec, sample);
  const wanted = sample.inputs.flatMap((input, i) =>
    inputs[i]!.dtype === 'float64' && describeInput(input).differentiable !== false ? [i] : [],
  );
  if (wanted.length === 0) return undefined;
  const f = (...xs: Tensor[]): Tensor | Tensor[] => {
    const all = inputs.map((x, i) => (wanted.includes(i) ? xs[wanted.indexOf(i)]! : asTensor(x)));
    const y = op.call(all, sample.args);
    return Array.isArray(y) ? (y as Tensor[]) : (y as Tensor);
  };
  return { f, xs: wanted.map((i) => inputs[i]!) };
}

const hasFloatOutput = (f: (...xs: Tensor[]) => Tensor | Tensor[], xs: readonly NDArray[]): boolean =>
  [f(...xs.map(asTensor))].flat().some((y) => y.dtype === 'float64' && y.size > 0);

describe.each(differentiable.map((op) => [op.name, op] as const))('%s', (_name, op) => {
  const problems = op.spec.samples.flatMap((sample) => {
    const p = problem(op, sample);
    return p && hasFloatOutput(p.f, p.xs) ? [[label(op.spec, sample), p] as const] : [];
  });

  test('has a sample on which its gradient is checked', () => {
    expect(problems.length).toBeGreaterThan(0);
  });

  test.each(problems)('first derivatives of %s', (_label, { f, xs }) => {
    expect(gradcheck(f, xs)).toBe(true);
  });

  test.each(problems)('second derivatives of %s', (_label, { f, xs }) => {
    expect(gradgradcheck(f, xs)).toBe(true);
  });
});

test('what says that it has no gradient gives results without history', () => {
  for (const op of table.filter((o) => o.nonDifferentiable !== undefined)) {
    const sample = op.spec.samples[0]!;
    const tracked = inputsOf(op.spec, sample).map((x) =>
      x.dtype === 'float64' ? new Tensor(x.storage, x.dtype, x.shape).requiresGrad_() : asTensor(x),
    );
    const y = [op.call(tracked, sample.args)].flat() as Tensor[];
    expect(
      y.some((t) => t.requiresGrad),
      op.name,
    ).toBe(false);
  }
});
