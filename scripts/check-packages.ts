// The packages as a user gets them: packed, linted, their types resolved, then installed into an empty project and used.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkSizes } from './sizes.ts';
import { publishedEntryPoints, publishedPackages, ROOT, type WorkspacePackage } from './workspace.ts';

const PACKED = join(ROOT, '.reports/packed');
const CONSUMER = join(ROOT, 'scripts/consumer');

/** Runs a tool; prints what it said and counts as a problem when it fails. */
function succeeds(what: string, command: string, args: readonly string[], cwd: string = ROOT): boolean {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status === 0) return true;
  process.stdout.write(`${what}: failed\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`);
  return false;
}

const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);

/** `@isograd/device` packs to `isograd-device-0.1.0.tgz`. */
function tarballOf(item: WorkspacePackage): string {
  const stem = item.name.replace('@', '').replace('/', '-');
  const file = readdirSync(PACKED).find((name) => new RegExp(`^${stem}-\\d.*\\.tgz$`).test(name));
  return join(PACKED, file ?? `${stem}.tgz`);
}

function pack(items: readonly WorkspacePackage[]): boolean {
  rmSync(PACKED, { recursive: true, force: true });
  mkdirSync(PACKED, { recursive: true });
  return items.every((item) =>
    succeeds(`pack ${item.name}`, 'pnpm', ['pack', '--pack-destination', PACKED], join(ROOT, item.folder)),
  );
}

/** Files that have no business in a tarball, or that a tarball lacks. */
function contentProblems(tarball: string): string[] {
  const listed = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  const stray = listed.filter((path) => /\.test\.(ts|js|d\.ts)$|\.tsbuildinfo$|\/test\//.test(path));
  const missing = ['package/LICENSE', 'package/README.md'].filter((path) => !listed.includes(path));
  return [...stray.map((path) => `holds ${path}`), ...missing.map((path) => `lacks ${path.replace('package/', '')}`)];
}

function lintTarball(item: WorkspacePackage): boolean {
  const tarball = tarballOf(item);
  const problems = contentProblems(tarball);
  for (const problem of problems) process.stdout.write(`${basename(tarball)} ${problem}\n`);
  const lints = succeeds(`publint ${item.name}`, bin('publint'), ['run', '--strict', tarball]);
  const resolves = succeeds(`attw ${item.name}`, bin('attw'), [
    tarball,
    '--profile',
    'esm-only',
    '--no-emoji',
    '--format',
    'ascii',
  ]);
  return problems.length === 0 && lints && resolves;
}

/** Lays an empty project that knows nothing of this workspace, with the tarballs as its dependencies. */
function layProject(folder: string, items: readonly WorkspacePackage[]): void {
  const tarballs = Object.fromEntries(items.map((item) => [item.name, `file:${tarballOf(item)}`]));
  cpSync(CONSUMER, folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies: tarballs }, null, 2),
  );
  const overrides = Object.entries(tarballs).map(([name, path]) => `  '${name}': '${path}'`);
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), `packages: []\noverrides:\n${overrides.join('\n')}\n`);
  writeFileSync(
    join(folder, 'entry-points.json'),
    JSON.stringify(publishedEntryPoints(items).map(({ specifier }) => specifier)),
  );
}

/** The TypeScripts that users may have. */
const COMPILERS = ['typescript-5.9', 'typescript-6', 'typescript'] as const;

function compile(name: string): readonly [string, string, readonly string[]] {
  const compiler = join(ROOT, 'node_modules', name, 'bin/tsc');
  return [`compile against the types with ${name}`, process.execPath, [compiler, '-p', 'tsconfig.json']];
}

async function useInEmptyProject(items: readonly WorkspacePackage[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'isograd consumer '));
  try {
    layProject(folder, items);
    const steps: readonly (readonly [string, string, readonly string[]])[] = [
      ['install the tarballs', 'pnpm', ['install', '--offline', '--ignore-scripts']],
      ['import every entry point', process.execPath, ['import-all.mjs']],
      ['train XOR', process.execPath, ['train-xor.mjs']],
      ...COMPILERS.map((name) => compile(name)),
    ];
    const used = steps.every(([what, command, args]) => succeeds(what, command, args, folder));
    return used && (await checkSizes(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// parity brings tfjs along, which is no part of what a user of the libraries installs.
const packages = publishedPackages();
const libraries = packages.filter(({ name }) => name !== '@isograd/parity');
const isSound = pack(packages) && packages.map(lintTarball).every(Boolean) && (await useInEmptyProject(libraries));
process.stdout.write(isSound ? `${packages.length} packages packed, linted, installed and used\n` : '');
process.exitCode = isSound ? 0 : 1;
