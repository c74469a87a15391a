import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { openReference, pythonOf, pythonStatus } from '@isograd/parity';
import { ask } from './ask.ts';
import { familiesOf, freezeCase, writeGolden } from './golden-files.ts';
import { opCases } from './op-cases.ts';
import { FROZEN_REFERENCES, missingReferences } from './references.ts';
import { environmentOf, goldenScripts, SCRIPTS } from './scripts.ts';

/**
 * Rewrites the goldens: `pnpm goldens` all of them, `pnpm goldens ops` those of the op table, `pnpm goldens torch_optim`
 * those of one script. Every reference must be set up, so that no file is left behind by the others.
 */
async function main(names: readonly string[]): Promise<void> {
  const scripts = goldenScripts();
  for (const name of names.length > 0 ? names : ['ops', ...scripts]) {
    if (name === 'ops') await writeOps();
    else if (scripts.includes(name)) runScript(name);
    else throw new Error(`no goldens are called '${name}'; there are: ops, ${scripts.join(', ')}`);
  }
}

async function writeOps(): Promise<void> {
  const missing = missingReferences();
  if (missing.length > 0) throw new Error(`not set up: ${missing.join(', ')}`);
  const families = familiesOf(opCases());
  for (const [family, cases] of families) {
    writeGolden(`cases/${family}`, { provenance: { script: 'op table' }, cases: cases.map(freezeCase) });
  }
  for (const name of FROZEN_REFERENCES) {
    const reference = await openReference(name);
    const versions = await reference.versions();
    let answered = 0;
    for (const [family, cases] of families) {
      const answers = await ask(reference, cases);
      writeGolden(`${name}/${family}`, { provenance: { script: 'op table', versions }, cases: answers });
      answered += answers.length;
    }
    await reference.close();
    console.log(`goldens/${name}: ${answered} answers`);
  }
}

function runScript(name: string): void {
  const environment = environmentOf(name);
  const { ready, detail } = pythonStatus(environment);
  if (!ready) throw new Error(`${name} needs the Python environment '${environment}': ${detail}`);
  execFileSync(pythonOf(environment), [join(SCRIPTS, `${name}.py`)], { stdio: ['ignore', 'inherit', 'ignore'] });
}

await main(process.argv.slice(2));
