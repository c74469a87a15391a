import { parseSync } from 'oxc-parser';
import { filesBelow, isTestFile, readSource, workspacePackages } from './workspace.ts';

/** Sources that ship: no tests, no generated files. */
export function shippedSources(): string[] {
  return workspacePackages()
    .filter(({ folder }) => folder.startsWith('packages/'))
    .flatMap(({ folder }) => filesBelow(`${folder}/src`, ['.ts']))
    .filter((file) => !isTestFile(file));
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Exported declarations of a source without a doc comment right before them: `file:line name`. */
export function undocumentedExports(file: string, text: string = readSource(file)): string[] {
  const { program, comments } = parseSync(file, text);
  const seen = new Set<string>();
  return program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration' || statement.declaration === null) return [];
    const { declaration } = statement;
    const name =
      declaration.type === 'VariableDeclaration'
        ? declaration.declarations.map(({ id }) => text.slice(id.start, id.end).split(':')[0]).join(', ')
        : (('id' in declaration ? text.slice(declaration.id?.start, declaration.id?.end) : '') as string);
    // Overloads and a merged interface share the comment of the first.
    const isRepeated = seen.has(name);
    seen.add(name);
    const before = comments.findLast(({ end }) => end <= statement.start);
    const isDocumented =
      before?.type === 'Block' && before.value.startsWith('*') && text.slice(before.end, statement.start).trim() === '';
    return isDocumented || isRepeated ? [] : [`${file}:${lineOf(text, statement.start)} ${name}`];
  });
}

/** Places that throw an error without the four parts of the house: `file:line`. */
export function bareErrors(file: string, text: string = readSource(file)): string[] {
  return [...text.matchAll(/\bthrow new (?:Range|Type|Syntax|Reference)?Error\(/g)].map(
    ({ index }) => `${file}:${lineOf(text, index)}`,
  );
}

const VAGUE = /(^|[-/])(utils?|helpers?|common|misc|shared)(\.ts$|\/)/;

/** Files whose name says nothing of what is in them. */
export function vagueNames(files: readonly string[]): string[] {
  return files.filter((file) => VAGUE.test(file));
}
