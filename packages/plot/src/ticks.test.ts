import { describe, expect, test } from 'vitest';
import golden from '../test/goldens/ticks.json' with { type: 'json' };
import { linearLabels, logLabel } from './tick-labels.ts';
import { linearTicks, logMinorTicks, logTicks } from './ticks.ts';

describe(`ticks of matplotlib ${golden.matplotlib}`, () => {
  test.each(golden.linear)(
    'linear $range with $nbins intervals',
    ({ range: [low, high], nbins, ticks, labels, factor }) => {
      const ours = linearTicks(low!, high!, { intervals: nbins });
      expect(ours).toHaveLength(ticks.length);
      ours.forEach((tick, i) =>
        expect(Math.abs(tick - ticks[i]!)).toBeLessThanOrEqual(1e-12 * Math.max(Math.abs(low!), Math.abs(high!))),
      );
      expect(linearLabels(ours)).toEqual({ labels, factor });
    },
  );

  test.each(golden.integer)('whole numbers in $range with $nbins intervals', ({ range: [low, high], nbins, ticks }) => {
    expect(linearTicks(low!, high!, { intervals: nbins, integer: true })).toEqual(ticks);
  });

  test.each(golden.log)('powers of ten in $range', ({ range: [low, high], ticks }) => {
    const ours = logTicks(low!, high!, 9);
    expect(ours.map((tick) => tick.toPrecision(12))).toEqual(ticks.map((tick) => tick.toPrecision(12)));
  });
});

test('ticks are the nearest decimals, not sums of steps', () => {
  expect(linearTicks(0, 1, { intervals: 9 })).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linearTicks(0, 0.0007, { intervals: 9 })).toEqual([0, 0.0001, 0.0002, 0.0003, 0.0004, 0.0005, 0.0006, 0.0007]);
});

test('wide logarithmic axes skip decades and keep 1', () => {
  expect(logTicks(1e-30, 1e10, 5)).toEqual([1e-27, 1e-18, 1e-9, 1, 1e9]);
  expect(logTicks(2, 8, 9)).toEqual([]);
});

test('minor ticks and labels of logarithmic axes', () => {
  expect(logMinorTicks(5, 30)).toEqual([5, 6, 7, 8, 9, 20, 30]);
  expect([1, 10, 1e-12, 3e5].map(logLabel)).toEqual(['10⁰', '10¹', '10⁻¹²', '3×10⁵']);
});
