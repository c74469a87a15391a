import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { compileExample } from './doctest-compile.ts';
import { examplesOfMarkdown, examplesOfSource, type Example } from './doctest-extract.ts';
import { exportedValues } from './exports.ts';
import { filesBelow, isTestFile, readSource, ROOT, workspacePackages, type WorkspacePackage } from './workspace.ts';

const OUT = '.doctest';

/** Where a free name of an example may come from, nearest first. */
interface Source {
  readonly specifier: string;
  readonly names: ReadonlySet<string>;
}

function importLines(free: readonly string[], sources: readonly Source[]): string[] {
  const lines = new Map<string, string[]>();
  for (const name of free) {
    const source = sources.find(({ names }) => names.has(name));
    if (source !== undefined) lines.set(source.specifier, [...(lines.get(source.specifier) ?? []), name]);
  }
  return [...lines].map(([specifier, names]) => `const { ${names.join(', ')} } = await import('${specifier}');`);
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, '  ');

/** `import { a, type B } from 'x'` inside a function: a destructured dynamic import. */
function localImport(declaration: string): string {
  const named = /^import\s*\{([\s\S]*)\}\s*from\s*(['"][^'"]+['"])/.exec(declaration);
  const whole = /^import\s+\*\s+as\s+([\w$]+)\s+from\s*(['"][^'"]+['"])/.exec(declaration);
  if (whole !== null) return `const ${whole[1]} = await import(${whole[2]});`;
  if (named === null) return '';
  const names = (named[1] ?? '').split(',').map((name) => name.trim());
  const values = names.filter((name) => name !== '' && !name.startsWith('type '));
  return `const { ${values.map((name) => name.replace(/\s+as\s+/, ': ')).join(', ')} } = await import(${named[2]});`;
}

function testOf(example: Example, file: string, sources: readonly Source[]): string {
  const title = JSON.stringify(`${example.subject} (${file}:${example.line})`);
  try {
    const { imports, body, free } = compileExample(example);
    const head = [...imports.map(localImport), ...importLines(free, sources)].filter((line) => line !== '');
    return `test(${title}, async () => {\n${indent([...head, body].join('\n'))}\n});\n`;
  } catch (error) {
    const message = JSON.stringify(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return `test(${title}, () => {\n  throw new SyntaxError(${message});\n});\n`;
  }
}

function writeTests(file: string, examples: readonly Example[], sources: readonly Source[]): void {
  if (examples.length === 0) return;
  const target = join(ROOT, OUT, `${file}.test.ts`);
  const runtime = relative(dirname(target), join(ROOT, 'scripts/doctest-claim.ts')).replaceAll('\\', '/');
  const text = [
    `import { test } from 'vitest';`,
    `import { claimsOf, printed } from '${runtime}';`,
    // A module alone lacks what its package attaches when it is loaded.
    ...sources.slice(-1).map(({ specifier }) => `import '${specifier}';`),
    `const claim = claimsOf(${JSON.stringify(file)});`,
    ...examples.map((example) => testOf(example, file, sources)),
  ];
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${text.join('\n')}void [claim, printed];\n`);
}

function sourcesFor(item: WorkspacePackage, file: string): Source[] {
  const target = join(ROOT, OUT, `${file}.test.ts`);
  const own = relative(dirname(target), join(ROOT, file)).replaceAll('\\', '/');
  const index = exportedValues(`${item.folder}/src/index.ts`);
  return [
    { specifier: own, names: new Set(exportedValues(file)) },
    { specifier: item.name, names: new Set(index) },
  ];
}

/** Writes a test file for every source and page with examples; returns how many examples there are. */
export function generateDoctests(): number {
  rmSync(join(ROOT, OUT), { recursive: true, force: true });
  let count = 0;
  for (const item of workspacePackages().filter(({ folder }) => folder.startsWith('packages/'))) {
    for (const file of filesBelow(`${item.folder}/src`, ['.ts']).filter((name) => !isTestFile(name))) {
      const examples = examplesOfSource(file, readSource(file));
      count += examples.length;
      writeTests(file, examples, examples.length > 0 ? sourcesFor(item, file) : []);
    }
  }
  for (const file of filesBelow('.', ['.md'])) {
    const examples = examplesOfMarkdown(file, readSource(file));
    count += examples.length;
    writeTests(file, examples, []);
  }
  return count;
}
