import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the repository, without a trailing slash. */
export const ROOT: string = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** What a package.json says, as far as the checks read it. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  /** What takes the place of fields when the package is packed. */
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A folder of the workspace with a package.json of its own. */
export interface WorkspacePackage {
  readonly name: string;
  /** Folder relative to the root, with forward slashes: `packages/device`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

const PARENTS = ['packages', 'apps'];
const SINGLES = ['parity-tests', 'bench'];

function foldersOf(parent: string): string[] {
  const path = join(ROOT, parent);
  return existsSync(path) ? readdirSync(path).map((name) => `${parent}/${name}`) : [];
}

/** All packages of the workspace, in the order of their folders. */
export function workspacePackages(): WorkspacePackage[] {
  return [...PARENTS.flatMap(foldersOf), ...SINGLES]
    .filter((folder) => existsSync(join(ROOT, folder, 'package.json')))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
      return { name: manifest.name, folder, manifest };
    });
}

/** Packages that are published: those not marked private. */
export function publishedPackages(): WorkspacePackage[] {
  return workspacePackages().filter((item) => item.manifest.private !== true);
}

/** A way into a package: what a user imports, and the source behind it. */
export interface EntryPoint {
  /** `@isograd/device` or `@isograd/device/testing`. */
  readonly specifier: string;
  /** Source file relative to the root. */
  readonly source: string;
}

/** The ways into the given packages (all of them unless told) that their `exports` offer. */
export function entryPoints(items: readonly WorkspacePackage[] = workspacePackages()): EntryPoint[] {
  return items.flatMap(({ name, folder, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
      if (typeof target !== 'object' || target === null || !('isograd-source' in target)) return [];
      return [{ specifier: name + subpath.slice(1), source: join(folder, String(target['isograd-source'])) }];
    }),
  );
}

/** The ways into packages as users get them: some are there in the workspace only. */
export function publishedEntryPoints(items: readonly WorkspacePackage[]): EntryPoint[] {
  return items.flatMap((item) => {
    const offered = item.manifest.publishConfig?.exports ?? item.manifest.exports ?? {};
    return entryPoints([item]).filter(({ specifier }) => `.${specifier.slice(item.name.length)}` in offered);
  });
}

/** Packages that may hold tests: those with sources or a test folder. */
export function testedPackages(): WorkspacePackage[] {
  return workspacePackages().filter(({ folder }) =>
    ['src', 'test'].some((name) => existsSync(join(ROOT, folder, name))),
  );
}

/** Name of a package's project in vitest: the last part of its folder. */
export function projectName({ folder }: WorkspacePackage): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}

const SKIPPED = new Set(['node_modules', 'dist', 'build', '.turbo', '.doctest', 'coverage']);

/** Files below a folder whose names end in one of `endings`, relative to the root with forward slashes, sorted. */
export function filesBelow(folder: string, endings: readonly string[]): string[] {
  const start = join(ROOT, folder);
  if (!existsSync(start)) return [];
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) visit(join(path, entry.name));
      if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) found.push(join(path, entry.name));
    }
  };
  visit(start);
  return found.map((path) => relative(ROOT, path).split(sep).join('/')).sort();
}

/** Text of a file named relative to the root. */
export function readSource(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Whether a file is a test or belongs to the tests: these may use Node and throw plain errors. */
export function isTestFile(file: string): boolean {
  return (
    /\.(test|test-d|bench)\.ts$/.test(file) || /^[^/]+\/[^/]+\/test\//.test(file) || file.startsWith('parity-tests/')
  );
}
