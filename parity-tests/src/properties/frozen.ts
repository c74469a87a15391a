import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sizeOf } from '@isograd/device';
import { GOLDENS } from '../golden-files.ts';
import { fromWireSpec, toWireSpec, type WireSpec } from './array-spec.ts';
import { FAMILIES } from './families/index.ts';
import { judge } from './judge.ts';
import type { NumpyAnswer, NumpyProcess } from './numpy.ts';
import type { Attrs, PropertyCase, PropertyFamily } from './property.ts';
import { casesOf } from './run.ts';

/** A case with NumPy's answer to it. */
interface FrozenProperty {
  readonly row: string;
  readonly inputs: readonly WireSpec[];
  readonly attrs?: Attrs;
  readonly answer: NumpyAnswer;
}

const FOLDER = join(GOLDENS, 'properties');

const fileOf = (family: string): string => join(FOLDER, `${family.replaceAll(' ', '-')}.json`);

// JSON has no NaN, infinities and -0.
const SPELLED: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };
const spell = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? { number: Object.is(value, -0) ? '-0' : String(value) }
    : value;
const unspell = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'number' in value ? SPELLED[String(value.number)] : value;

/** Cases small enough for a file, of each function the last ones of many, since draws begin with the simplest. */
function smallCases(family: PropertyFamily, count: number, seed: number): PropertyCase[] {
  const small = ({ inputs }: PropertyCase): boolean => inputs.every(({ base }) => sizeOf(base) <= 24);
  const each = Math.max(Math.ceil(count / family.rows.length), 1);
  return family.rows.flatMap((row) =>
    casesOf(row, 40 * each, seed)
      .filter(small)
      .slice(-each),
  );
}

/** Freezes NumPy's answers to some cases of each family; those on which isograd differs are left to the live run. Returns how many. */
export async function freeze(count: number, seed: number, numpy: NumpyProcess): Promise<number> {
  mkdirSync(FOLDER, { recursive: true });
  let frozen = 0;
  for (const family of FAMILIES) {
    const cases = smallCases(family, count, seed);
    const answers = await numpy.ask(cases);
    const lines = cases.flatMap((item, i) => {
      const answer = answers[i]!;
      if (judge(item, answer) !== undefined) return [];
      const { row, inputs, attrs } = item;
      const kept = Object.keys(attrs).length > 0 && { attrs };
      return [JSON.stringify({ row: row.name, inputs: inputs.map(toWireSpec), ...kept, answer }, spell)];
    });
    writeFileSync(fileOf(family.name), `[\n${lines.join(',\n')}\n]\n`);
    frozen += lines.length;
  }
  return frozen;
}

/** Where isograd differs from NumPy's frozen answers for a family. */
export function replay(family: PropertyFamily): { readonly cases: number; readonly differences: readonly string[] } {
  const cases = JSON.parse(readFileSync(fileOf(family.name), 'utf8'), unspell) as readonly FrozenProperty[];
  const differences = cases.flatMap(({ row: name, inputs, attrs = {}, answer }, i) => {
    const row = family.rows.find((r) => r.name === name);
    if (row === undefined) return [`case ${i}: ${family.name} has no function ${name} any more`];
    const found = judge({ row, inputs: inputs.map(fromWireSpec), attrs }, answer);
    return found === undefined ? [] : [`case ${i}, ${row.python(attrs)}: ${found.what}`];
  });
  return { cases: cases.length, differences };
}

/** Files of families that are no more. */
export function leftOver(): string[] {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  return files.filter((file) => !FAMILIES.some(({ name }) => fileOf(name).endsWith(`/${file}`)));
}
