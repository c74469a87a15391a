import { parseSync } from 'oxc-parser';
import { readSource } from './workspace.ts';

/** One import, re-export, dynamic import or `require` of a source file. */
export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
  /** Erased when compiled: `import type`, or a re-export of types alone. */
  readonly typeOnly: boolean;
}

const REQUIRE = /\b(?:require|createRequire\([^)]*\)|require\.resolve)\(\s*(['"])([^'"]+)\1/g;

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Reads what a TypeScript source imports; a file that does not parse yields its error as a thrown message. */
export function importsOf(file: string, text: string = readSource(file)): ImportSite[] {
  const { module, errors } = parseSync(file, text);
  const [first] = errors;
  if (first !== undefined) throw new SyntaxError(`${file}: ${first.message}`);
  const sites: ImportSite[] = [];
  const add = (specifier: string, offset: number, typeOnly: boolean): void => {
    sites.push({ specifier, line: lineAt(text, offset), typeOnly });
  };
  for (const item of module.staticImports) {
    const typeOnly = item.entries.length > 0 && item.entries.every((entry) => entry.isType);
    add(item.moduleRequest.value, item.start, typeOnly);
  }
  for (const item of module.staticExports) {
    const request = item.entries.find((entry) => entry.moduleRequest != null)?.moduleRequest;
    if (request != null)
      add(
        request.value,
        item.start,
        item.entries.every((entry) => entry.isType),
      );
  }
  for (const item of module.dynamicImports) {
    const written = text.slice(item.moduleRequest.start, item.moduleRequest.end);
    const literal = /^(['"`])([^'"`$]*)\1$/.exec(written);
    if (literal?.[2] !== undefined) add(literal[2], item.start, false);
  }
  for (const match of text.matchAll(REQUIRE)) add(match[2] ?? '', match.index, false);
  return sites;
}
