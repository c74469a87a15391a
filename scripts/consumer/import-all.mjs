// Plain Node, no loader, no condition: what is imported here is the compiled code in the tarballs.
import { readFileSync } from 'node:fs';

const entryPoints = JSON.parse(readFileSync(new URL('entry-points.json', import.meta.url), 'utf8'));
for (const name of entryPoints) {
  const names = Object.keys(await import(name));
  if (names.length === 0) {
    process.stderr.write(`${name} exports nothing\n`);
    process.exitCode = 1;
  }
}
