import { parseSync } from 'oxc-parser';

/** Fields of an op's record that tests, goldens and pages are derived from, and that no call reads. */
const TEST_FIELDS: ReadonlySet<string> = new Set([
  'samples',
  'errors',
  'parity',
  'domain',
  'why',
  'without',
  'oneByOne',
]);

/** Names of the spellings of an op in other libraries; an object of these alone is one that a record is given. */
const SPELLINGS: ReadonlySet<string> = new Set(['numpy', 'torch', 'jax', 'tfjs', 'why']);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const isNode = (x: unknown): x is Node => typeof x === 'object' && x !== null && 'type' in x;

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const item of value) if (isNode(item)) walk(item, visit);
    if (isNode(value)) walk(value, visit);
  }
}

function bodyOf(source: string, file: string): readonly Node[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  return (program as unknown as { body: readonly Node[] }).body;
}

function keyOf({ key, computed }: Node): string | undefined {
  return isNode(key) && computed !== true && key.type === 'Identifier' ? String(key['name']) : undefined;
}

type Range = readonly [start: number, end: number];

function without(source: string, ranges: readonly Range[]): string {
  let [out, at] = ['', 0];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (start < at) continue;
    out += source.slice(at, start);
    at = end;
  }
  return out + source.slice(at);
}

/** Whether properties are those of a record, or of what several records have in common. */
function isRecord(keys: readonly (string | undefined)[]): boolean {
  return keys.includes('parity') || keys.includes('oneByOne') || (keys.includes('family') && keys.includes('samples'));
}

/** Properties that only tests read, each with the comma behind it. */
function withoutTestFields(source: string, file: string): string {
  const ranges: Range[] = [];
  for (const statement of bodyOf(source, file))
    walk(statement, (node) => {
      if (node.type !== 'ObjectExpression') return;
      const properties = node['properties'] as readonly Node[];
      const keys = properties.map(keyOf);
      const spelled = keys.includes('jax') && keys.every((key) => SPELLINGS.has(key ?? ''));
      if (!spelled && !isRecord(keys)) return;
      for (const p of properties) {
        if (!spelled && !TEST_FIELDS.has(keyOf(p) ?? '')) continue;
        ranges.push([p.start, p.end + (/^\s*,/.exec(source.slice(p.end))?.[0].length ?? 0)]);
      }
    });
  return without(source, ranges);
}

/** Constants and functions of a module that nothing in it names any more, until there are none. */
function withoutUnused(source: string, file: string): string {
  const body = bodyOf(source, file);
  const uses = new Map<string, number>();
  for (const statement of body)
    walk(statement, (node) => {
      if (node.type !== 'Identifier' && node.type !== 'JSXIdentifier') return;
      const name = String(node['name']);
      uses.set(name, (uses.get(name) ?? 0) + 1);
    });
  const once = (id: unknown): boolean => isNode(id) && id.type === 'Identifier' && uses.get(String(id['name'])) === 1;
  const unused = body.filter((statement) => {
    if (statement.type === 'FunctionDeclaration') return once(statement['id']);
    if (statement.type !== 'VariableDeclaration') return false;
    return (statement['declarations'] as readonly Node[]).every((d) => once(d['id']));
  });
  if (unused.length === 0) return source;
  return withoutUnused(
    without(
      source,
      unused.map((s) => [s.start, s.end]),
    ),
    file,
  );
}

const isNative = ({ type, name }: Node): boolean => type === 'Identifier' && /^(Math|Number)$/.test(String(name));

/** Whether evaluating an expression does what bundlers take for an effect: a call, or what a member or a spread could run. */
function mayHaveEffects(node: Node): boolean {
  if (/Function|Class/.test(node.type)) return false;
  if (/^(Call|New|Await)Expression$|^SpreadElement$/.test(node.type)) return true;
  if (node.type === 'MemberExpression' && !isNative(node['object'] as Node)) return true;
  return Object.values(node).some((value) =>
    (Array.isArray(value) ? value : [value]).some((item) => isNode(item) && mayHaveEffects(item)),
  );
}

/** Expressions that a statement of a module evaluates to make a constant or a class. */
function madeBy(statement: Node): readonly unknown[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement['declaration'] : statement;
  if (!isNode(declaration)) return [];
  if (declaration.type === 'VariableDeclaration')
    return (declaration['declarations'] as readonly Node[]).map((d) => d['init']);
  if (declaration.type !== 'ClassDeclaration') return [];
  const members = (declaration['body'] as { readonly body: readonly Node[] }).body;
  return [declaration['superClass'], ...members.filter((m) => m['static'] === true).map((m) => m['value'])];
}

const PURE = '/* @__PURE__ */ ';

/** The same value, marked as free of effects: a call as it is, anything else in a function that is called at once. */
function marked(made: Node, text: string): string {
  const isPlainCall =
    /^(Call|New)Expression$/.test(made.type) && !(made['arguments'] as readonly Node[]).some(mayHaveEffects);
  return PURE + (isPlainCall ? text : `(() => (${text}))()`);
}

/** Marks what makes a constant or a class of a module as free of effects, so that bundlers leave out what is not used. */
function withPureValues(source: string, file: string): string {
  const values = bodyOf(source, file)
    .flatMap(madeBy)
    .filter((made): made is Node => isNode(made) && mayHaveEffects(made) && !source.endsWith(PURE, made.start));
  return values.reduceRight(
    (text, made) => text.slice(0, made.start) + marked(made, source.slice(made.start, made.end)) + text.slice(made.end),
    source,
  );
}

/**
 * A module without the test data of its op records: what users download is what runs.
 *
 * `exp.spec` keeps its name, family, rule and derivative; samples, refused calls and spellings in other libraries stay in the sources.
 */
export function leanRecords(source: string, file: string): string {
  return withPureValues(withoutUnused(withoutTestFields(source, file), file), file);
}
