import { gradientProblems, layoutcheck, MEMORY_LAYOUTS } from '@isograd/autograd/testing';
import { describe, expect, test } from 'vitest';
import { neuralTable } from '../src/testing.ts';

const table = neuralTable().filter((op) => op.nonDifferentiable === undefined);

/** Last digits: their kernels sum along the row or across rows, whichever lies together in memory. */
const OTHER_ORDER: ReadonlySet<string> = new Set([
  'convolution',
  'convolutionTranspose',
  'rmsStandardize',
  'rmsStandardizeScaled',
  'softmaxCrossEntropy',
  'softmaxCrossEntropyGrad',
  'standardize',
  'standardizeAffine',
]);

describe.each(MEMORY_LAYOUTS)('gradients at %s inputs are those at contiguous copies', (layout) => {
  test.each(table.map((op) => [op.name, op] as const))('%s', (name, op) => {
    const tolerance = OTHER_ORDER.has(name) ? 1e-14 : 0;
    for (const { f, xs, label } of gradientProblems(op))
      expect(layoutcheck(f, xs, layout, tolerance), label).toBe(true);
  });
});
