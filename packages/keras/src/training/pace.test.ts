import { afterEach, expect, test, vi } from 'vitest';
import { Pace } from './pace.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a break is due when its time has come, and not before', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const pace = new Pace(30);
  now.mockReturnValue(29);
  expect(pace.due).toBe(false);
  now.mockReturnValue(30);
  expect(pace.due).toBe(true);
  await pace.rest();
  expect(pace.due).toBe(false);
  now.mockRestore();
  expect(new Pace(Infinity).due).toBe(false);
});

test.each([
  ['where there is setImmediate', false],
  ['in a page', true],
])('a timer fires during breaks %s', async (_, inPage) => {
  if (inPage) vi.stubGlobal('setImmediate', undefined);
  const pace = new Pace(0);
  let fired = false;
  setTimeout(() => (fired = true), 1);
  const start = performance.now();
  while (!fired && performance.now() - start < 5000) await pace.rest();
  expect(fired).toBe(true);
});
