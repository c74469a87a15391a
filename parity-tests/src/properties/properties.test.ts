import { pythonStatus } from '@isograd/parity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAMILIES } from './families/index.ts';
import { leftOver, replay } from './frozen.ts';
import { NumpyProcess } from './numpy.ts';
import { runFamily } from './run.ts';

describe('against frozen answers of NumPy', () => {
  test.each(FAMILIES.map((family) => [family.name, family] as const))('%s', (_name, family) => {
    const { cases, differences } = replay(family);
    expect(cases).toBeGreaterThan(9);
    expect(differences).toEqual([]);
  });

  test('no file is left of a family that is no more', () => {
    expect(leftOver()).toEqual([]);
  });
});

// Few cases of one seed, so that a change is met by the same ones; `pnpm properties` draws as many as one likes.
const BUDGET = { runs: 150, seed: 2026 };

describe.runIf(pythonStatus('keras').ready)('against NumPy itself', () => {
  let numpy: NumpyProcess;
  beforeAll(() => {
    numpy = new NumpyProcess();
  });
  afterAll(() => numpy.close());

  test.each(FAMILIES.map((family) => [family.name, family] as const))('%s', async (_name, family) => {
    const { failures } = await runFamily(family, BUDGET, numpy);
    expect(failures.map(({ row, what, shown }) => `${row}: ${what}\n${shown}`)).toEqual([]);
  });
});
