// Before a package is packed: its compiled modules without the test data of the op records. Run twice it changes nothing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leanRecords } from './lean-records.ts';

/** Makes every module below `dist` of a package lean. */
export function leanDist(folder: string): void {
  const dist = join(folder, 'dist');
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue;
    const path = join(dist, file);
    const source = readFileSync(path, 'utf8');
    const lean = leanRecords(source, path);
    if (lean !== source) writeFileSync(path, lean);
  }
}

if (process.argv[1]?.endsWith('lean-dist.ts')) leanDist(process.argv[2] ?? process.cwd());
