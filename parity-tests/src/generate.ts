import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadTfjs, openReference, pythonStatus, type ReferenceName, tfjsCurve, tfjsVersions } from '@isograd/parity';
import { ask, TAKES_GRADIENTS } from './ask.ts';
import {
  familiesOf,
  freezeCase,
  type FrozenAnswer,
  type FrozenCase,
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

async function writeOps(onlyChanged: boolean): Promise<void> {
  const missing = missingReferences();
  if (missing.length > 0) throw new Error(`not set up: ${missing.join(', ')}`);
  const families = familiesOf(opCases());
  const kept = new Map(onlyChanged ? FROZEN_REFERENCES.map((name) => [name, unchanged(families, name)]) : []);
  // Families come and go with the table; their files with them.
  for (const folder of ['cases', ...FROZEN_REFERENCES]) rmSync(join(GOLDENS, folder), { recursive: true, force: true });
  for (const [family, cases] of families) {
    writeGolden(`cases/${family}`, { provenance: { script: 'op table' }, cases: cases.map(freezeCase) });
  }
  for (const name of FROZEN_REFERENCES) await writeAnswers(name, families, kept.get(name) ?? new Map());
}

async function writeAnswers(
  name: ReferenceName,
  families: ReadonlyMap<string, OpCase[]>,
  kept: ReadonlyMap<string, FrozenAnswer>,
): Promise<void> {
  const reference = await openReference(name);
  const versions = await reference.versions();
  let answered = 0;
  for (const [family, cases] of families) {
    const fresh = await ask(
      reference,
      cases.filter(({ id }) => !kept.has(id)),
    );
    const byId = new Map([...kept, ...fresh.map((answer) => [answer.id, answer] as const)]);
    const answers = cases.flatMap(({ id }) => byId.get(id) ?? []);
    writeGolden(`${name}/${family}`, {
      provenance: { script: 'op table', versions },
      words: wordsOf(cases, name),
      cases: answers,
    });
    answered += fresh.length;
  }
  await reference.close();
  console.log(`goldens/${name}: ${answered} answers`);
}

/** Whether an answer says all that would be asked today: a dtype that was not ours may have become so, an op may have got a gradient. */
function isWhole({ error, grads }: FrozenAnswer, item: OpCase, name: ReferenceName): boolean {
  const asksGradients = item.differentiate && TAKES_GRADIENTS.includes(name);
  return error?.startsWith('Unreadable') !== true && (!asksGradients || grads !== undefined || error !== undefined);
}

/** Frozen answers to cases that are still asked the same in the same words. */
function unchanged(families: ReadonlyMap<string, OpCase[]>, name: ReferenceName): Map<string, FrozenAnswer> {
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
