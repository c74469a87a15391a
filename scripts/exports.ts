import { parseSync } from 'oxc-parser';
import { dirname, join } from 'node:path';
import { entryPoints, readSource } from './workspace.ts';

/** Source file behind a specifier written in `file`, or undefined for a package that is not ours. */
function resolveSource(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(file), specifier).replaceAll('\\', '/');
  return entryPoints().find((entry) => entry.specifier === specifier)?.source;
}

/** Names of the values (not the types) that a source file exports, re-exports followed; sorted. */
export function exportedValues(file: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readSource(file);
  const { program, module } = parseSync(file, text);
  const typeNames = new Set(
    program.body.flatMap((statement) => {
      const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : null;
      const isType = declaration?.type === 'TSInterfaceDeclaration' || declaration?.type === 'TSTypeAliasDeclaration';
      return isType ? [declaration.id.name] : [];
    }),
  );
  const names = module.staticExports.flatMap((item) =>
    item.entries.flatMap((entry) => {
      if (entry.isType) return [];
      if (entry.importName.kind === 'AllButDefault') {
        const target = resolveSource(file, entry.moduleRequest?.value ?? '');
        return target === undefined ? [] : exportedValues(target, seen);
      }
      const name = entry.exportName.name;
      return name == null || typeNames.has(name) ? [] : [name];
    }),
  );
  return [...new Set(names)].sort();
}

/** Source files that a file re-exports as a whole (`export * from`), through others too; those of other packages left out. */
export function wholeReexports(file: string): string[] {
  const { module } = parseSync(file, readSource(file));
  return module.staticExports
    .flatMap(({ entries }) => entries)
    .filter(({ importName, exportName, isType }) => {
      return !isType && importName.kind === 'AllButDefault' && exportName.kind === 'None';
    })
    .map(({ moduleRequest }) => moduleRequest?.value ?? '')
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolveSource(file, specifier)!)
    .flatMap((target) => [target, ...wholeReexports(target)]);
}
