import { describe, expect, test } from 'vitest';
import { gradcheck, gradgradcheck, tensor } from '@isograd/autograd';
import { gradientProblems } from '@isograd/autograd/testing';
import { inputsOf, label } from '@isograd/ndarray/testing';
import { neuralTable } from '../src/testing.ts';

describe.each(neuralTable().map((op) => [op.name, op] as const))('%s', (_name, op) => {
  const problems = gradientProblems(op);

  test('has a sample on which its gradient is checked, or says why it has none', () => {
    expect(op.nonDifferentiable === undefined ? problems.length : 1).toBeGreaterThan(0);
  });

  test.skipIf(op.nonDifferentiable !== undefined).each(problems)('first derivatives of $label', ({ f, xs }) => {
    expect(gradcheck(f, xs)).toBe(true);
  });

  test.skipIf(op.nonDifferentiable !== undefined).each(problems)('second derivatives of $label', ({ f, xs }) => {
    expect(gradgradcheck(f, xs)).toBe(true);
  });

  test.each(op.spec.errors.map((sample) => [label(op.spec, sample), sample] as const))(
    'refuses %s',
    (_label, sample) => {
      const inputs = inputsOf(op.spec, sample).map((x) => tensor(x, { dtype: x.dtype }));
      expect(() => op.call(inputs, sample.args)).toThrow(sample.throws);
    },
  );
});
