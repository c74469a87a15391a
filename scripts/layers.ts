import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { importsOf, type ImportSite } from './imports.ts';
import { filesBelow, isTestFile, workspacePackages, type WorkspacePackage } from './workspace.ts';

/** The layers: what each package stands on. What those stand on is allowed too. */
const STANDS_ON: Readonly<Record<string, readonly string[]>> = {
  device: [],
  wasm: ['device'],
  native: ['device'],
  ndarray: ['device', 'wasm'],
  autograd: ['ndarray'],
  nn: ['autograd'],
  optim: ['autograd'],
  keras: ['nn', 'optim'],
  datasets: ['ndarray'],
  plot: ['device'],
  parity: ['keras', 'datasets', 'plot', 'native'],
  isograd: ['keras', 'datasets', 'plot'],
};

/** What a package looks for at run time and works without; never a static import, so no layer. */
const FOUND_AT_RUN_TIME: Readonly<Record<string, readonly string[]>> = { ndarray: ['native'] };

const foundAtRunTime = (layer: string, name: string): boolean =>
  FOUND_AT_RUN_TIME[layer]?.includes(shortName(name)) ?? false;

const BROWSER = new Set(['device', 'wasm', 'ndarray', 'autograd', 'nn', 'optim', 'keras']);
const BUILTIN = new Set(builtinModules);

function allowedBelow(name: string): Set<string> {
  const seen = new Set<string>();
  const visit = (below: string): void => {
    if (seen.has(below)) return;
    seen.add(below);
    STANDS_ON[below]?.forEach(visit);
  };
  STANDS_ON[name]?.forEach(visit);
  return seen;
}

const shortName = (name: string): string => name.replace('@isograd/', '');
const isOurs = (name: string): boolean => name === 'isograd' || name.startsWith('@isograd/');

/** Name of the package that a bare specifier belongs to: `@isograd/nn` of `@isograd/nn/init`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function declared(item: WorkspacePackage, isTest: boolean): Set<string> {
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = item.manifest;
  const kinds = [dependencies, optionalDependencies, peerDependencies, ...(isTest ? [devDependencies] : [])];
  return new Set(kinds.flatMap((kind) => Object.keys(kind ?? {})));
}

function relativeProblem(item: WorkspacePackage, file: string, specifier: string): string | undefined {
  const target = normalize(join(dirname(file), specifier)).replaceAll('\\', '/');
  return target.startsWith(`${item.folder}/`)
    ? undefined
    : `leaves its package with "${specifier}"; import the package by its name`;
}

function bareProblem(item: WorkspacePackage, file: string, site: ImportSite): string | undefined {
  const { specifier } = site;
  const isTest = isTestFile(file);
  const name = packageOf(specifier);
  if (specifier.startsWith('node:') || BUILTIN.has(name)) {
    if (!specifier.startsWith('node:')) return `imports "${specifier}" without the node: prefix`;
    const forBrowser = BROWSER.has(shortName(item.name)) && file.startsWith(`${item.folder}/src/`) && !isTest;
    return forBrowser ? `imports "${specifier}", but ${item.name} runs in browsers` : undefined;
  }
  if (name === item.name) return `imports itself by name; use a relative path`;
  if (isOurs(name) && item.folder.startsWith('packages/')) {
    const layer = shortName(item.name);
    if (foundAtRunTime(layer, name)) return undefined;
    if (!allowedBelow(layer).has(shortName(name))) return `imports ${name}, which is not below ${item.name}`;
  }
  if (isTest && name === 'vitest') return undefined;
  if (!declared(item, isTest).has(name)) return `imports ${name}, which its package.json does not declare`;
  return undefined;
}

function subpathProblem(packages: readonly WorkspacePackage[], specifier: string): string | undefined {
  const name = packageOf(specifier);
  const target = packages.find((item) => item.name === name);
  if (target === undefined) return undefined;
  const subpath = `.${specifier.slice(name.length)}`;
  if (target.manifest.exports !== undefined && subpath in target.manifest.exports) return undefined;
  return `imports "${specifier}", which ${name} does not export`;
}

/** Problem of one import in one file, as a sentence without its subject; undefined when it is in order. */
export function importProblem(item: WorkspacePackage, file: string, site: ImportSite): string | undefined {
  if (/^[./]/.test(site.specifier)) return relativeProblem(item, file, site.specifier);
  return bareProblem(item, file, site) ?? subpathProblem(workspacePackages(), site.specifier);
}

/** Every import that breaks the layers, the browser rule or a package's `exports`: `file:line what`. */
export function layerProblems(): string[] {
  return workspacePackages().flatMap((item) =>
    filesBelow(item.folder, ['.ts']).flatMap((file) =>
      importsOf(file).flatMap((site) => {
        const problem = importProblem(item, file, site);
        return problem === undefined ? [] : [`${file}:${site.line} ${problem}`];
      }),
    ),
  );
}

/** Every dependency between packages that package.json and tsconfig.json tell differently, or that no layer allows. */
export function dependencyProblems(readReferences: (folder: string) => string[]): string[] {
  return workspacePackages()
    .filter((item) => item.folder.startsWith('packages/'))
    .flatMap((item) => {
      const names = [...declared(item, false)].filter(
        (name) => isOurs(name) && !foundAtRunTime(shortName(item.name), name),
      );
      const folders = new Set(names.map((name) => `../${shortName(name)}`));
      const references = readReferences(item.folder);
      const below = allowedBelow(shortName(item.name));
      return [
        ...names
          .filter((name) => !below.has(shortName(name)))
          .map((name) => `${item.folder}: depends on ${name}, which is not below it`),
        ...references
          .filter((path) => !folders.has(path))
          .map((path) => `${item.folder}: tsconfig references ${path}, package.json does not`),
        ...[...folders]
          .filter((path) => !references.includes(path))
          .map((path) => `${item.folder}: package.json depends on ${path}, tsconfig does not reference it`),
      ];
    });
}
