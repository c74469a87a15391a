import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadTfjs, openReference, pythonStatus, type ReferenceName, tfjsCurve, tfjsVersions } from '@isograd/parity';
import { ask, TAKES_GRADIENTS } from './ask.ts';
import {
  familiesOf,
  freezeCase,
  type FrozenAnswer,
  type FrozenCase,
  type GoldenFile,
  GOLDENS,
  hasGolden,
  readGolden,
  wordsFor,
  wordsOf,
  writeGolden,
} from './golden-files.ts';
import { type OpCase, opCases } from './op-cases.ts';
import { FROZEN_REFERENCES, missingReferences } from './references.ts';
import { environmentOf, goldenScripts, runPython } from './scripts.ts';

/**
 * Rewrites the goldens: `pnpm goldens` all of them, `pnpm goldens ops` those of the op table, `pnpm goldens torch_optim`
 * those of one script, `pnpm goldens changed` those of the op table that are new or asked otherwise. Every reference
 * must be set up, so that no file is left behind by the others.
 */
async function main(names: readonly string[]): Promise<void> {
  const scripts = goldenScripts();
  for (const name of names.length > 0 ? names : ['ops', ...scripts, TFJS_CURVES]) {
    if (name === 'ops' || name === 'changed') await writeOps(name === 'changed');
    else if (name === TFJS_CURVES) await writeTfjsCurves();
    else if (scripts.includes(name)) runScript(name);
    else
      throw new Error(
        `no goldens are called '${name}'; there are: ops, changed, ${TFJS_CURVES}, ${scripts.join(', ')}`,
      );
  }
}

const TFJS_CURVES = 'tfjs_curves';

async function writeTfjsCurves(): Promise<void> {
  const versions = tfjsVersions(await loadTfjs('cpu'), 'cpu');
  writeGolden('../../packages/parity/curves/tfjs', {
    provenance: { script: 'parity-tests/src/generate.ts', versions },
    cases: [await tfjsCurve()],
  });
}

type Families = ReadonlyMap<string, readonly OpCase[]>;
type Answers = ReadonlyMap<string, FrozenAnswer>;

async function writeOps(onlyChanged: boolean): Promise<void> {
  const families = familiesOf(opCases());
  const kept = new Map(FROZEN_REFERENCES.map((name) => [name, onlyChanged ? unchanged(families, name) : new Map()]));
  const asked = FROZEN_REFERENCES.filter((name) => !onlyChanged || hasQuestions(name, families, kept.get(name)!));
  const missing = missingReferences(asked);
  if (missing.length > 0) throw new Error(`not set up: ${missing.join(', ')}`);
  const silent = FROZEN_REFERENCES.filter((name) => !asked.includes(name));
  const versions = new Map(silent.map((name) => [name, frozenVersions(name, families)]));
  // Families come and go with the table; their files with them.
  for (const folder of ['cases', ...FROZEN_REFERENCES]) rmSync(join(GOLDENS, folder), { recursive: true, force: true });
  for (const [family, cases] of families) {
    writeGolden(`cases/${family}`, { provenance: { script: 'op table' }, cases: cases.map(freezeCase) });
  }
  for (const name of asked) await askAndWrite(name, families, kept.get(name)!);
  for (const name of silent)
    writeAnswers(name, families, { answers: kept.get(name)!, versions: (family) => versions.get(name)!.get(family) });
}

/** Whether anything would be asked of a reference that has not answered it yet. */
const hasQuestions = (name: ReferenceName, families: Families, kept: Answers): boolean =>
  [...families.values()]
    .flat()
    .some((item) => !kept.has(item.id) && item.references.includes(name) && wordsFor(item, name) !== undefined);

type Versions = GoldenFile<FrozenAnswer>['provenance']['versions'];

function frozenVersions(name: ReferenceName, families: Families): ReadonlyMap<string, Versions> {
  const frozen = [...families.keys()].filter((family) => hasGolden(`${name}/${family}`));
  return new Map(frozen.map((family) => [family, readGolden(`${name}/${family}`).provenance.versions]));
}

async function askAndWrite(name: ReferenceName, families: Families, kept: Answers): Promise<void> {
  const reference = await openReference(name);
  const versions = await reference.versions();
  const answers = new Map(kept);
  for (const cases of families.values()) {
    const fresh = await ask(
      reference,
      cases.filter(({ id }) => !kept.has(id)),
    );
    for (const answer of fresh) answers.set(answer.id, answer);
  }
  await reference.close();
  writeAnswers(name, families, { answers, versions: () => versions });
  console.log(`goldens/${name}: ${answers.size - kept.size} answers`);
}

interface Answered {
  readonly answers: Answers;
  /** Of the reference that gave those of a family. */
  readonly versions: (family: string) => Versions;
}

function writeAnswers(name: ReferenceName, families: Families, { answers, versions }: Answered): void {
  for (const [family, cases] of families) {
    const known = versions(family);
    writeGolden(`${name}/${family}`, {
      provenance: { script: 'op table', ...(known && { versions: known }) },
      words: wordsOf(cases, name),
      cases: cases.flatMap(({ id }) => answers.get(id) ?? []),
    });
  }
}

/** Whether an answer says all that would be asked today: a dtype that was not ours may have become so, an op may have got a gradient. */
function isWhole({ error, grads }: FrozenAnswer, item: OpCase, name: ReferenceName): boolean {
  const asksGradients = item.differentiate && TAKES_GRADIENTS.includes(name);
  return error?.startsWith('Unreadable') !== true && (!asksGradients || grads !== undefined || error !== undefined);
}

/** Frozen answers to cases that are still asked the same in the same words. */
function unchanged(families: Families, name: ReferenceName): Map<string, FrozenAnswer> {
  const kept = new Map<string, FrozenAnswer>();
  for (const [family, cases] of families) {
    if (!hasGolden(`${name}/${family}`)) continue;
    const { words = {}, cases: answers } = readGolden<FrozenAnswer>(`${name}/${family}`);
    const asked = new Map(
      readGolden<FrozenCase>(`cases/${family}`).cases.map((item) => [item.id, JSON.stringify(item)]),
    );
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    for (const item of cases) {
      const answer = byId.get(item.id);
      const same =
        asked.get(item.id) === JSON.stringify(freezeCase(item)) && words[item.op.name] === wordsFor(item, name);
      if (answer && same && item.references.includes(name) && isWhole(answer, item, name)) kept.set(item.id, answer);
    }
  }
  return kept;
}

function runScript(name: string): void {
  const environment = environmentOf(name);
  const { ready, detail } = pythonStatus(environment);
  if (!ready) throw new Error(`${name} needs the Python environment '${environment}': ${detail}`);
  process.stdout.write(runPython(environment, name));
}

await main(process.argv.slice(2));
