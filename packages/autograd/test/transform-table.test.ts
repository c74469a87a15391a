import { describe, expect, test } from 'vitest';
import { label, opTable } from '@isograd/ndarray/testing';
import { gradientProblems, jvpcheck, mappedSamples, tensorTable, vmapcheck } from '../src/testing.ts';

const table = [...opTable(), ...tensorTable()];

/** Ops that `vmap` cannot run on every sample, each with the reason and what it says. */
const NOT_MAPPED: { readonly [name: string]: RegExp } = {
  // The number of results depends on the values.
  intersect1d: /results of different shapes/,
  setdiff1d: /results of different shapes/,
  setxor1d: /results of different shapes/,
  union1d: /results of different shapes/,
};

describe.each(table.filter((op) => op.nonDifferentiable === undefined).map((op) => [op.name, op] as const))(
  'jvp: %s',
  (_name, op) => {
    test.each([...gradientProblems(op), ...gradientProblems(op, 'complex128')])('$label', ({ f, xs }) => {
      expect(jvpcheck(f, xs)).toBe(true);
    });
  },
);

const mapped = table.filter((op) => mappedSamples(op).length > 0);

describe.each(mapped.map((op) => [op.name, op] as const))('vmap: %s', (name, op) => {
  const refusal = NOT_MAPPED[name];
  test.each(mappedSamples(op).map((sample) => [label(op.spec, sample), sample] as const))('%s', (_label, sample) => {
    const check = (): boolean => {
      try {
        return vmapcheck(op, sample);
      } catch (error) {
        if (refusal?.test((error as Error).message)) return true;
        throw error;
      }
    };
    expect(check()).toBe(true);
  });
});
