import { describe, expect, test } from 'vitest';
import { inputsOf, opTable } from '@isograd/ndarray/testing';
import { asTensor, gradcheck, gradgradcheck, Tensor } from '../src/index.ts';
import { gradientProblems, tensorTable } from '../src/testing.ts';

const table = [...opTable(), ...tensorTable()];
const differentiable = table.filter((op) => op.nonDifferentiable === undefined);

describe.each(differentiable.map((op) => [op.name, op] as const))('%s', (_name, op) => {
  const problems = gradientProblems(op);
  const complexProblems = gradientProblems(op, 'complex128');

  test('has a sample on which its gradient is checked', () => {
    expect(problems.length + complexProblems.length).toBeGreaterThan(0);
  });

  test.each(problems)('first derivatives of $label', ({ f, xs }) => {
    expect(gradcheck(f, xs)).toBe(true);
  });

  test.each(problems)('second derivatives of $label', ({ f, xs }) => {
    expect(gradgradcheck(f, xs)).toBe(true);
  });

  test.each(complexProblems)('both derivatives of complex $label', ({ f, xs }) => {
    expect(gradcheck(f, xs)).toBe(true);
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
