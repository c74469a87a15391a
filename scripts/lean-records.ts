import { parseSync } from 'oxc-parser';

/** Fields of an op's record that tests, goldens and pages are derived from, and that no call reads. */
const TEST_FIELDS: ReadonlySet<string> = new Set(['samples', 'errors', 'parity', 'domain', 'why']);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const isNode = (x: unknown): x is Node => typeof x === 'object' && x !== null && 'type' in x;

function keyOf(property: Node): string | undefined {
  const { key, computed } = property as unknown as { key?: Node; computed?: boolean };
  if (key === undefined || computed) return undefined;
  return key.type === 'Identifier' ? String(key['name']) : undefined;
}

/** Ranges of source, properties of records with the comma behind each. */
function testRanges(source: string, file: string): [start: number, end: number][] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const ranges: [number, number][] = [];
  const visit = (node: Node): void => {
    if (node.type === 'ObjectExpression') {
      const properties = node['properties'] as readonly Node[];
      // Only a record says how an op is spelled elsewhere.
      if (properties.some((p) => keyOf(p) === 'parity'))
        for (const p of properties) {
          if (!TEST_FIELDS.has(keyOf(p) ?? '')) continue;
          const comma = /^\s*,/.exec(source.slice(p.end));
          ranges.push([p.start, p.end + (comma?.[0].length ?? 0)]);
        }
    }
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) value.filter(isNode).forEach(visit);
      else if (isNode(value)) visit(value);
    }
  };
  visit(program as unknown as Node);
  return ranges.sort((a, b) => a[0] - b[0]);
}

/**
 * A module without the test data of its op records: what users download is what runs.
 *
 * `exp.spec` keeps its name, family, rule and derivative; samples, refused calls and spellings in other libraries stay in the sources.
 */
export function leanRecords(source: string, file: string): string {
  let out = '';
  let at = 0;
  for (const [start, end] of testRanges(source, file)) {
    if (start < at) continue;
    out += source.slice(at, start);
    at = end;
  }
  return out + source.slice(at);
}
