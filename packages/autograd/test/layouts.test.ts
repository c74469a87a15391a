import { opTable } from '@isograd/ndarray/testing';
import { describe, expect, test } from 'vitest';
import { gradientProblems, layoutcheck, MEMORY_LAYOUTS, tensorTable } from '../src/testing.ts';

const table = [...opTable(), ...tensorTable()].filter((op) => op.nonDifferentiable === undefined);

/** Last digits: numbers are summed or multiplied in the order of memory, as NumPy's are. */
const OTHER_ORDER: ReadonlySet<string> = new Set([
  'broadcastTo',
  'logsumexp',
  'meshgrid',
  'nanprod',
  'nanstd',
  'nanvar',
  'polyval',
  'prod',
  'std',
]);

/** Ops that refuse other layouts, as PyTorch does. */
const CONTIGUOUS_ONLY: { readonly [name: string]: RegExp } = { viewAsComplex: /whose pairs lie together in memory/ };

describe.each(MEMORY_LAYOUTS)('gradients at %s inputs are those at contiguous copies', (layout) => {
  test.each(table.map((op) => [op.name, op] as const))('%s', (name, op) => {
    const refusal = CONTIGUOUS_ONLY[name];
    for (const { f, xs, label } of gradientProblems(op)) {
      const check = (): boolean => {
        try {
          return layoutcheck(f, xs, layout, OTHER_ORDER.has(name) ? 1e-14 : 0);
        } catch (error) {
          if (refusal?.test((error as Error).message)) return true;
          throw error;
        }
      };
      expect(check(), label).toBe(true);
    }
  });
});
