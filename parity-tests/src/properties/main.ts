import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { getDevice, setDevice } from '@isograd/ndarray';
import { pythonStatus } from '@isograd/parity';
import { MISSING } from './families/functions.ts';
import { FAMILIES } from './families/index.ts';
import { freeze } from './frozen.ts';
import { KNOWN } from './known.ts';
import { NumpyProcess } from './numpy.ts';
import { pageOf } from './report.ts';
import { type FamilyResult, runFamily } from './run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    family: { type: 'string' },
    row: { type: 'string' },
    freeze: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    devices: { type: 'string' },
  },
});

function report({ family, runs, failures, known }: FamilyResult, seconds: number): void {
  const head = `${family.padEnd(14)} ${String(runs).padStart(7)} cases  ${seconds.toFixed(1).padStart(6)} s  `;
  process.stdout.write(`${head}${failures.length === 0 ? 'all agree' : `${failures.length} functions differ`}\n`);
  for (const [why, count] of known) process.stdout.write(`   known, ${count} cases: ${why}\n`);
  for (const { row, what, shown, count } of failures)
    process.stdout.write(`   ${row} (${count} cases): ${what}\n      ${shown}\n`);
}

const { ready, detail } = pythonStatus('keras');
if (!ready) {
  process.stdout.write(`properties: NumPy is not here: ${detail}\n`);
  process.exit(1);
}
const SEEDS = (values.seeds ?? values.seed).split(',').map(Number);

async function runSeed(seed: number, numpy: NumpyProcess): Promise<FamilyResult[]> {
  const results: FamilyResult[] = [];
  for (const family of FAMILIES.filter(({ name }) => values.family === undefined || name === values.family)) {
    const rows = family.rows.filter(({ name }) => values.row === undefined || name === values.row);
    if (rows.length === 0) continue;
    const start = performance.now();
    const result = await runFamily({ ...family, rows }, { runs: Number(values.runs), seed }, numpy);
    report(result, (performance.now() - start) / 1000);
    results.push(result);
  }
  return results;
}

const PAGE = new URL('../../../docs/properties.md', import.meta.url);

async function runAll(numpy: NumpyProcess): Promise<number> {
  const start = performance.now();
  const results: FamilyResult[] = [];
  const devices = values.devices?.split(',') ?? [getDevice().name];
  for (const device of devices) {
    setDevice(device);
    for (const seed of SEEDS) {
      process.stdout.write(`seed ${seed} on ${device}\n`);
      results.push(...(await runSeed(seed, numpy)));
    }
  }
  if (MISSING.length > 0) process.stdout.write(`left out, for isograd lacks them: ${MISSING.join(', ')}\n`);
  if (values.page) {
    const seconds = (performance.now() - start) / 1000;
    const run = {
      seeds: SEEDS,
      runs: Number(values.runs),
      devices,
      numpy: await numpy.version(),
      seconds,
      results,
    };
    writeFileSync(PAGE, pageOf(run, KNOWN));
  }
  return results.reduce((sum, { failures }) => sum + failures.length, 0);
}

const FROZEN = 30;
const numpy = new NumpyProcess();
if (values.freeze) process.stdout.write(`${await freeze(FROZEN, SEEDS[0]!, numpy)} cases frozen\n`);
else if ((await runAll(numpy)) > 0) process.exitCode = 1;
numpy.close();
