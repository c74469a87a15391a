import { parseSync } from 'oxc-parser';
import type { Comment, Statement } from 'oxc-parser';
import type { Example } from './doctest-extract.ts';

/** An example turned into the body of a test. */
export interface CompiledExample {
  /** Import declarations, moved to the top of the file. */
  readonly imports: readonly string[];
  /** Statements with a check after each value that is claimed. */
  readonly body: string;
  /** Names that the example uses but neither declares nor imports. */
  readonly free: readonly string[];
}

interface Claim {
  readonly statement: Statement;
  readonly expected: string;
  readonly line: number;
}

const lineOf = (code: string, offset: number): number => code.slice(0, offset).split('\n').length;

/** A comment that goes on with the value of the one before: alone on its line and set in by three blanks. */
function isContinuation(code: string, comment: Comment): boolean {
  const lineStart = code.lastIndexOf('\n', comment.start - 1) + 1;
  return code.slice(lineStart, comment.start).trim() === '' && /^ {3}/.test(comment.value);
}

function claimsOf(example: Example, statements: readonly Statement[], comments: readonly Comment[]): Claim[] {
  const { code } = example;
  const claims: Claim[] = [];
  for (let i = 0; i < comments.length; i++) {
    const comment = comments[i];
    const arrow = comment?.type === 'Line' ? /^\s*=>\s?([\s\S]*)$/.exec(comment.value) : null;
    if (comment === undefined || arrow === null) continue;
    const lines = [arrow[1] ?? ''];
    let line = lineOf(code, comment.start);
    for (let next = comments[i + 1]; next !== undefined && isContinuation(code, next); next = comments[i + 1]) {
      if (lineOf(code, next.start) !== line + 1) break;
      lines.push(next.value.trim());
      line++;
      i++;
    }
    const at = example.line + lineOf(code, comment.start) - 1;
    const isInside = statements.some(({ start, end }) => start < comment.start && comment.start < end);
    const statement = isInside ? undefined : statements.findLast(({ end }) => end <= comment.start);
    if (statement === undefined) throw new SyntaxError(`line ${at}: "// =>" follows no complete statement`);
    if (claims.at(-1)?.statement === statement) throw new SyntaxError(`line ${at}: a second "// =>" for one statement`);
    claims.push({ statement, expected: lines.join('\n').trim(), line: at });
  }
  return claims;
}

/** The text to evaluate for a claim, and whether the statement itself stays in front of it. */
function claimedExpression(code: string, { statement, line }: Claim): { expression: string; keep: boolean } {
  if (statement.type === 'ExpressionStatement') {
    const { expression } = statement;
    const isLog =
      expression.type === 'CallExpression' &&
      /^console\.(log|info)$/.test(code.slice(expression.callee.start, expression.callee.end));
    if (!isLog) return { expression: code.slice(expression.start, expression.end), keep: false };
    const printed = expression.arguments.map((argument) => code.slice(argument.start, argument.end)).join(', ');
    return { expression: `printed(${printed})`, keep: false };
  }
  const [declaration] = statement.type === 'VariableDeclaration' ? statement.declarations : [];
  if (declaration?.id.type === 'Identifier') return { expression: declaration.id.name, keep: true };
  throw new SyntaxError(`line ${line}: "// =>" stands after a statement without a value`);
}

function checkOf(code: string, claim: Claim): string {
  const { expression, keep } = claimedExpression(code, claim);
  const check = `await claim(async () => (${expression}), ${JSON.stringify(claim.expected)}, ${claim.line});`;
  return keep ? `${code.slice(claim.statement.start, claim.statement.end)}\n${check}` : check;
}

function collectNames(node: unknown, used: Set<string>, bound: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) collectNames(item, used, bound);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const { type, name, id } = node as { type?: string; name?: string; id?: { name?: string } };
  if (type === 'Identifier' && name !== undefined) used.add(name);
  const declares = type === 'FunctionDeclaration' || type === 'ClassDeclaration' || type === 'VariableDeclarator';
  if (declares && id?.name !== undefined) bound.add(id.name);
  for (const value of Object.values(node)) collectNames(value, used, bound);
}

/** Names bound by destructuring at the top level: `const [w, b] = ...`. */
function collectPatterns(statements: readonly Statement[], bound: Set<string>): void {
  for (const statement of statements) {
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id } of statement.declarations) collectNames(id, bound, bound);
  }
}

/** Turns an example into a test body; one that cannot be read throws a SyntaxError that names its line. */
export function compileExample(example: Example): CompiledExample {
  const { code } = example;
  const { program, comments, errors, module } = parseSync('example.ts', code, { sourceType: 'module' });
  const [error] = errors;
  if (error !== undefined) {
    const offset = error.labels[0]?.start ?? 0;
    throw new SyntaxError(`line ${example.line + lineOf(code, offset) - 1}: ${error.message}`);
  }
  const statements = program.body.filter((statement): statement is Statement => statement.type !== 'ImportDeclaration');
  const claims = claimsOf(example, statements, comments);
  const lines = statements.flatMap((statement) => {
    const own = claims.filter((claim) => claim.statement === statement);
    return own.length > 0 ? own.map((claim) => checkOf(code, claim)) : [code.slice(statement.start, statement.end)];
  });
  const used = new Set<string>();
  const bound = new Set(module.staticImports.flatMap((item) => item.entries.map((entry) => entry.localName.value)));
  collectNames(statements, used, bound);
  collectPatterns(statements, bound);
  return {
    imports: module.staticImports.map((item) => code.slice(item.start, item.end)),
    body: lines.join('\n'),
    free: [...used].filter((name) => !bound.has(name)),
  };
}
