import fc from 'fast-check';
import { arrayOf } from './array-spec.ts';
import { Chooser, raw, type Raw } from './draw.ts';
import { judge } from './judge.ts';
import type { NumpyProcess } from './numpy.ts';
import type { PropertyCase, PropertyFamily, Row } from './property.ts';

/** A case on which isograd and NumPy differ, made as small as it goes. */
export interface Failure {
  readonly row: string;
  readonly what: string;
  /** How to see it in Python and here. */
  readonly shown: string;
  /** How many cases of the function differ. */
  readonly count: number;
}

/** How many cases are drawn, and from which seed. */
export interface Budget {
  readonly runs: number;
  readonly seed: number;
}

/** What the run of a family found. */
export interface FamilyResult {
  readonly family: string;
  readonly runs: number;
  /** How many functions were asked. */
  readonly functions: number;
  readonly failures: readonly Failure[];
  /** How many cases differ in a way that is known, by the reason. */
  readonly known: ReadonlyMap<string, number>;
}

/** The case that a row makes of drawn numbers. */
export function caseOf(row: Row, drawn: Raw): PropertyCase {
  const { inputs, attrs = {} } = row.draw(new Chooser(drawn));
  return { row, inputs, attrs };
}

const BATCH = 400;

/** Draws the cases of a function under a seed. */
export function casesOf(row: Row, runs: number, seed: number): PropertyCase[] {
  return fc.sample(raw, { numRuns: runs, seed }).map((drawn) => caseOf(row, drawn));
}

/** What a case says in both languages. */
function show({ row, inputs, attrs }: PropertyCase): string {
  const arrays = inputs.map((spec, i) => {
    const view = `${spec.axes ? `.transpose(${spec.axes.join(', ')})` : ''}${spec.steps ? `[${spec.steps.map((s) => `::${s}`).join(', ')}]` : ''}`;
    const values = Array.from(spec.memory as Iterable<number | bigint>, (v) => (Object.is(v, -0) ? '-0' : String(v)));
    return `x${i + 1} = ${spec.dtype} memory [${values.join(', ')}] reshape(${spec.base.join(', ')})${view}, shape [${arrayOf(spec).shape.join(', ')}]`;
  });
  return [row.python(attrs), ...arrays].join('\n      ');
}

/** Which of the drawn cases failed, and in what way. */
interface Drawn {
  readonly index: number;
  readonly seed: number;
  readonly runs: number;
  readonly group: string;
}

async function shrunk(row: Row, drawn: Drawn, numpy: NumpyProcess): Promise<{ case: PropertyCase; what: string }> {
  let last: { case: PropertyCase; what: string } | undefined;
  await fc.check(
    fc.asyncProperty(raw, async (r) => {
      const item = caseOf(row, r);
      const [answer] = await numpy.ask([item]);
      const found = judge(item, answer!);
      if (found === undefined || found.known || groupOf(item, found.what) !== drawn.group) return true;
      last = { case: item, what: found.what };
      return false;
    }),
    { seed: drawn.seed, numRuns: drawn.runs, path: String(drawn.index) },
  );
  if (last === undefined) throw new Error(`${row.name}: the failing case could not be drawn again`);
  return last;
}

/** Failures of one function that are told apart: of complex numbers, of float16 and of all else; values, dtypes and refusals. */
function groupOf(item: PropertyCase, what: string): string {
  const dtypes = item.inputs.map((x) => x.dtype);
  const numbers = dtypes.some((d) => d.startsWith('complex'))
    ? 'complex'
    : dtypes.includes('float16')
      ? 'half'
      : 'real';
  return `${numbers} ${/^(crashes|refuses|takes)/.exec(what)?.[0] ?? (what.includes('element') ? 'values' : 'form')}`;
}

interface Group {
  readonly index: number;
  count: number;
}

async function failuresOf(
  row: Row,
  budget: Budget,
  numpy: NumpyProcess,
  known: Map<string, number>,
): Promise<Map<string, Group>> {
  const cases = casesOf(row, budget.runs, budget.seed);
  const groups = new Map<string, Group>();
  for (let start = 0; start < cases.length; start += BATCH) {
    const batch = cases.slice(start, start + BATCH);
    const answers = await numpy.ask(batch);
    for (const [i, item] of batch.entries()) {
      const found = judge(item, answers[i]!);
      if (found?.known) known.set(found.known.why, (known.get(found.known.why) ?? 0) + 1);
      if (found === undefined || found.known) continue;
      const group = groupOf(item, found.what);
      const before = groups.get(group);
      if (before) before.count++;
      else groups.set(group, { index: start + i, count: 1 });
    }
  }
  return groups;
}

/** Runs so many cases of every function of a family; shrinks the first failure of each kind. */
export async function runFamily(
  family: PropertyFamily,
  { runs, seed }: Budget,
  numpy: NumpyProcess,
): Promise<FamilyResult> {
  const failures: Failure[] = [];
  const known = new Map<string, number>();
  const each = Math.max(Math.ceil(runs / family.rows.length), 1);
  for (const row of family.rows) {
    for (const [group, { index, count }] of await failuresOf(row, { runs: each, seed }, numpy, known)) {
      const small = await shrunk(row, { index, seed, runs: each, group }, numpy);
      failures.push({ row: row.name, what: small.what, shown: show(small.case), count });
    }
  }
  return { family: family.name, runs: each * family.rows.length, functions: family.rows.length, failures, known };
}
