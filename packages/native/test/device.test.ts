import { deviceCases } from '@isograd/device/testing';
import { describe, expect, test } from 'vitest';
import { built, hasAddon, instructionSets, open } from './built-addon.ts';

if (!hasAddon) console.info(`${built.line}: what needs the addon is not tested`);

test('the addon builds wherever there is a compiler', () => {
  expect(built.status, built.line).toBe(0);
});

// Each instruction set is a separate compilation with vectors of its own, so each has the whole suite.
describe.skipIf(!hasAddon).each(instructionSets())('the device suite on %s', (isa) => {
  const device = open({ isa, threads: 1 });
  test.each(deviceCases())('$name', ({ check }) => {
    const { compared, absent } = check(device);
    expect(absent).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });
});
