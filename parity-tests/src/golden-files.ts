import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Answer, fromJson, type JsonArray, type ReferenceName, type Result, toJson } from '@isograd/parity';
import type { OpCase } from './op-cases.ts';

/** Folder of the frozen answers. */
export const GOLDENS: string = fileURLToPath(new URL('../goldens/', import.meta.url));

/** What was asked, frozen with the answers so that a changed sample is noticed. */
export interface FrozenCase {
  readonly id: string;
  readonly inputs?: readonly JsonArray[];
  /** Instead of inputs that are the same for every op: the start of the checksum of their JSON. */
  readonly sha256?: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** What one reference answered to one case. */
export interface FrozenAnswer {
  readonly id: string;
  readonly outputs?: readonly JsonArray[];
  readonly grads?: readonly (JsonArray | null)[];
  /** What it refused: everything, or with `outputs` the gradient alone. */
  readonly error?: string;
}

/** A file of frozen cases or answers. */
export interface GoldenFile<T> {
  readonly provenance: { readonly script: string; readonly versions?: Readonly<Record<string, string>> };
  /** In which words the reference was asked, by op. */
  readonly words?: Readonly<Record<string, string>>;
  readonly cases: readonly T[];
}

/** A golden file by its name without ending, such as `numpy/unary`. @throws Error when it is not there. */
export function readGolden<T>(name: string): GoldenFile<T> {
  const path = join(GOLDENS, `${name}.json`);
  if (!existsSync(path)) throw new Error(`goldens/${name}.json is missing; write it with: pnpm goldens`);
  return JSON.parse(readFileSync(path, 'utf8')) as GoldenFile<T>;
}

/** Whether there is a golden file of a name. */
export function hasGolden(name: string): boolean {
  return existsSync(join(GOLDENS, `${name}.json`));
}

/** Text of a golden file: one case a line. */
export function goldenText<T>({ provenance, words, cases }: GoldenFile<T>): string {
  const lines = words && Object.entries(words).map(([op, expr]) => `${JSON.stringify(op)}:${JSON.stringify(expr)}`);
  return `{"provenance":${JSON.stringify(provenance)},\n${lines ? `"words":{\n${lines.join(',\n')}\n},\n` : ''}"cases":[\n${cases.map((item) => JSON.stringify(item)).join(',\n')}\n]}\n`;
}

/** Writes a golden file. */
export function writeGolden<T>(name: string, file: GoldenFile<T>): void {
  const path = join(GOLDENS, `${name}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, goldenText(file));
}

/** Files of a set of cases: those of one family of ops. */
export function familiesOf(cases: readonly OpCase[]): Map<string, OpCase[]> {
  const families = new Map<string, OpCase[]>();
  for (const item of cases) families.set(item.op.spec.family, [...(families.get(item.op.spec.family) ?? []), item]);
  return families;
}

/** A case as it is frozen. */
export function freezeCase({ id, inputs, attrs, sweep }: OpCase): FrozenCase {
  const json = inputs.map(toJson);
  const asked = sweep
    ? { sha256: createHash('sha256').update(JSON.stringify(json)).digest('hex').slice(0, 12) }
    : { inputs: json };
  return { id, ...asked, ...(Object.keys(attrs).length > 0 && { attrs }) };
}

/** The words in which a reference is asked, or undefined where it has none. */
export function wordsFor({ op: { spec } }: OpCase, reference: ReferenceName): string | undefined {
  const key = reference.startsWith('tfjs') ? 'tfjs' : reference;
  return (spec.parity as Readonly<Record<string, string | null | undefined>>)[key] ?? undefined;
}

/** The words for each op that a reference has any for. */
export function wordsOf(items: readonly OpCase[], reference: ReferenceName): Record<string, string> {
  return Object.fromEntries(
    items.flatMap((item) =>
      [wordsFor(item, reference)].flatMap((expr) => (expr === undefined ? [] : [[item.op.name, expr]])),
    ),
  );
}

/** An answer as it is frozen. */
export function freezeAnswer(result: Result): FrozenAnswer {
  const { id } = result;
  if ('error' in result) return { id, error: `${result.error.name}: ${firstLine(result.error.message)}` };
  const { outputs, grads } = result;
  return { id, outputs: outputs.map(toJson), ...(grads && { grads: grads.map((g) => g && toJson(g)) }) };
}

/** A frozen answer as arrays. */
export function thaw({ outputs, grads }: FrozenAnswer): Partial<Pick<Answer, 'outputs' | 'grads'>> {
  return {
    ...(outputs && { outputs: outputs.map(fromJson) }),
    ...(grads && { grads: grads.map((g) => g && fromJson(g)) }),
  };
}

const firstLine = (text: string): string => text.split('\n')[0]!.slice(0, 160);
