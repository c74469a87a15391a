import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundle, gzipSize } from './bundle.ts';

// Other versions of Node compress a little better or worse, and a fix may cost some bytes.
const GROWTH = 1.1;

const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(import [^`]+)` \| ([\d.]+) \|$/gm)].map(
  (row) => [row[1]!, Number(row[2])] as const,
);

test('the page has sizes', () => {
  expect(rows.length).toBeGreaterThanOrEqual(4);
});

test.each(rows)('%s: %d kB, as the page says', { timeout: 60_000 }, async (line, recorded) => {
  const names = /import (?:\{ ([^}]+) \}|\* as (\w+))/.exec(line)!;
  const kilobytes = gzipSize(await bundle(`${line};\nglobalThis.used = [${names[1] ?? names[2]}];`)) / 1000;
  expect(kilobytes, 'measured; write it into README.md where the growth is wanted').toBeLessThan(recorded * GROWTH);
  expect(kilobytes, 'measured; write it into README.md').toBeGreaterThan(recorded / GROWTH);
});
