import { describe, expect, test } from 'vitest';
import { gradientProblems, jvpcheck, mappedSamples, vmapcheck } from '@isograd/autograd/testing';
import { label } from '@isograd/ndarray/testing';
import { neuralTable } from '../src/testing.ts';

describe.each(neuralTable().map((op) => [op.name, op] as const))('%s', (_name, op) => {
  test.skipIf(op.nonDifferentiable !== undefined).each(gradientProblems(op))('jvp of $label', ({ f, xs }) => {
    expect(jvpcheck(f, xs)).toBe(true);
  });

  test.each(mappedSamples(op).map((sample) => [label(op.spec, sample), sample] as const))(
    'vmap of %s',
    (_label, sample) => {
      expect(vmapcheck(op, sample)).toBe(true);
    },
  );
});
