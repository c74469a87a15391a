// `pnpm run docs`: writes the pages that are derived from the code. `--check` compares instead, and says what differs.
import '@isograd/ndarray';
import { type Device, deviceNames, openDevice } from '@isograd/device';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../workspace.ts';
import { coveragePage, type Library } from './coverage.ts';
import { firstDifference } from './difference.ts';
import { columnOf, type Columns, opSupportPage } from './op-support.ts';
import { supportPage } from './support.ts';
import { surfaces } from './surface.ts';

const LIBRARIES: readonly Library[] = ['numpy', 'array_api_strict', 'torch', 'keras'];
const OP_SUPPORT = 'docs/op-support.md';
const SURFACE = 'docs/surface';

const read = (file: string): string | undefined =>
  existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : undefined;

/** A device, or its column as the committed page has it where this machine cannot run it. */
function columnFor(name: string): Device | ReadonlyMap<string, string> {
  const device = openDevice(name);
  if (typeof device !== 'string') return device;
  process.stdout.write(`docs: the column of ${name} is left as it was: ${device}\n`);
  return columnOf(read(OP_SUPPORT) ?? '', name);
}

function columns(): Columns {
  const names = deviceNames().filter((name) => name !== 'js');
  return Object.fromEntries(names.map((name) => [name, columnFor(name)]));
}

async function pages(): Promise<Map<string, string>> {
  const all = await surfaces();
  for (const library of LIBRARIES) all.set(`docs/coverage/${library.replaceAll('_', '-')}.md`, coveragePage(library));
  all.set('docs/support.md', supportPage());
  all.set(OP_SUPPORT, opSupportPage(columns()));
  return all;
}

function check(all: ReadonlyMap<string, string>, stale: readonly string[]): number {
  const problems = [...all].flatMap(([file, text]) => {
    const before = read(file);
    return before === text ? [] : [`${file}: ${before === undefined ? 'missing' : firstDifference(before, text)}`];
  });
  const left = stale.map((file) => `${file}: nothing of this name is exported any more`);
  for (const problem of [...problems, ...left]) process.stdout.write(`${problem}\n`);
  if (problems.length + left.length === 0) return 0;
  process.stdout.write('run `pnpm run docs` and commit what it writes\n');
  return 1;
}

function write(all: ReadonlyMap<string, string>, stale: readonly string[]): number {
  for (const file of stale) rmSync(join(ROOT, file));
  for (const [file, text] of all) {
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), text);
  }
  process.stdout.write(`${all.size} pages written\n`);
  return 0;
}

const all = await pages();
const stale = (existsSync(join(ROOT, SURFACE)) ? readdirSync(join(ROOT, SURFACE)) : [])
  .map((file) => `${SURFACE}/${file}`)
  .filter((file) => !all.has(file));
process.exitCode = process.argv.includes('--check') ? check(all, stale) : write(all, stale);
