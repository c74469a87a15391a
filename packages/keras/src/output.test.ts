import { afterEach, expect, test, vi } from 'vitest';
import { resolveOutput } from './output.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each<[string, object | undefined, 0 | 1 | 2]>([
  ['a terminal', { stdout: { write: () => true, isTTY: true } }, 1],
  ['a file', { stdout: { write: () => true } }, 2],
  ['a page', undefined, 0],
])('auto in %s', (_, host, verbose) => {
  vi.stubGlobal('process', host);
  const resolved = resolveOutput('auto', undefined);
  vi.unstubAllGlobals();
  expect(resolved.verbose).toBe(verbose);
});

test('an output that is given is written to, with a bar', () => {
  const output = { write: () => true };
  expect(resolveOutput('auto', output)).toEqual({ output, verbose: 1 });
});

test('a page prints whole lines, as they look in the end', () => {
  const lines: unknown[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line));
  vi.stubGlobal('process', undefined);
  const { output, verbose } = resolveOutput(1, undefined);
  vi.unstubAllGlobals();
  output.write('Epoch 1/2\n\rone');
  output.write('\b\b\b\rtwo\nrest');
  expect([verbose, lines]).toEqual([1, ['Epoch 1/2', 'two']]);
});
