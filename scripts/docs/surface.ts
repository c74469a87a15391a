import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type EntryPoint, entryPoints, publishedPackages, ROOT } from '../workspace.ts';

function kindOf(value: unknown): string {
  if (typeof value !== 'function') return Array.isArray(value) ? 'list' : typeof value;
  return /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function';
}

const isNamespace = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Object.prototype.toString.call(value) === '[object Module]';

type Exports = Readonly<Record<string, unknown>>;

/**
 * Lines of what a module exports at run time: `relu function`. A namespace that is another entry point is told as that
 * (`np = @isograd/ndarray`), one of its own is taken apart: `init.uniform_ function`.
 */
export function surfaceLines(module: Exports, entries: ReadonlyMap<unknown, string>, prefix = ''): string[] {
  return Object.entries(module)
    .flatMap(([name, value]) => {
      if (!isNamespace(value)) return [`${prefix}${name} ${kindOf(value)}`];
      const entry = entries.get(value);
      return entry === undefined ? surfaceLines(value, entries, `${prefix}${name}.`) : [`${prefix}${name} = ${entry}`];
    })
    .sort();
}

/** File of the surface of an entry point: `@isograd/datasets/node` is `datasets.node.txt`. */
export function surfaceFile({ specifier }: EntryPoint): string {
  return `docs/surface/${specifier.replace('@isograd/', '').replaceAll('/', '.')}.txt`;
}

/** What every entry point exports at run time, one file each. */
export async function surfaces(): Promise<Map<string, string>> {
  const modules = new Map<Exports, EntryPoint>();
  for (const entry of entryPoints(publishedPackages())) {
    modules.set((await import(pathToFileURL(join(ROOT, entry.source)).href)) as Exports, entry);
  }
  const names = new Map([...modules].map(([module, { specifier }]) => [module, specifier]));
  return new Map(
    [...modules].map(([module, entry]) => [surfaceFile(entry), `${surfaceLines(module, names).join('\n')}\n`]),
  );
}
