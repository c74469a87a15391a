import { describe, expect, test } from 'vitest';
import { compareLosses } from './compare-losses.ts';
import type { Drift } from './drift.ts';

const falling = (steps: number, rate = 0.98): Float64Array => Float64Array.from({ length: steps }, (_, i) => rate ** i);
const times = (losses: Float64Array, factor: (step: number) => number): Float64Array =>
  losses.map((loss, step) => loss * factor(step));

describe('compareLosses', () => {
  const ours = falling(200);

  test.each([
    ['a tenth of what 100 steps allow', 1 + 1e-5, 'agrees'],
    ['just below it', 1 + 0.99e-4, 'agrees'],
    ['just above it', 1 + 1.01e-4, 'disagrees'],
    ['a loss that is not a number', NaN, 'disagrees'],
    ['an infinite loss', Infinity, 'disagrees'],
  ])('%s, a factor of %d at step 40: %s', (_, factor, verdict) => {
    const theirs = times(ours, (step) => (step === 40 ? factor : 1));
    const compared = compareLosses(ours, theirs);
    expect(compared).toMatchObject({ verdict, drifting: 0, ...(factor !== 1 && { step: 40 }), allowed: 1e-4 });
  });

  test('the hundred-and-first step may stand ten times as far off', () => {
    const at = (place: number): string =>
      compareLosses(
        ours,
        times(ours, (step) => (step === place ? 1.0005 : 1)),
      ).verdict;
    expect([at(99), at(100)]).toEqual(['disagrees', 'agrees']);
  });

  test('a run that lacks steps disagrees', () => {
    expect(compareLosses(ours, ours.subarray(0, 150)).verdict).toBe('disagrees');
  });

  test('infinite losses on both sides are no agreement', () => {
    const broken = times(ours, (step) => (step === 10 ? Infinity : 1));
    expect(compareLosses(broken, broken).verdict).toBe('disagrees');
  });

  describe('with runs that differ by rounding alone', () => {
    const own: Drift = [[ours, times(ours, (step) => (step < 150 ? 1 : 1 - 0.02))]];
    const off = (factor: number): Float64Array => times(ours, (step) => (step < 150 ? 1 : factor));

    test('twice their distance is allowed where they drift, and only there', () => {
      expect(compareLosses(ours, off(1.03), own)).toMatchObject({ verdict: 'agrees within drift', drifting: 50 });
      expect(compareLosses(ours, off(1.05), own).verdict).toBe('disagrees');
      expect(
        compareLosses(
          ours,
          times(ours, (step) => (step === 50 ? 1.03 : 1)),
          own,
        ).verdict,
      ).toBe('disagrees');
    });

    test('a tenth of the loss is the most that drift excuses', () => {
      const wild: Drift = [
        [ours, ours],
        [ours, times(ours, () => 1e-3)],
      ];
      expect(
        compareLosses(
          ours,
          times(ours, () => 1.1),
          wild,
        ).verdict,
      ).toBe('agrees within drift');
      expect(
        compareLosses(
          ours,
          times(ours, () => 1.12),
          wild,
        ).verdict,
      ).toBe('disagrees');
    });
  });
});
