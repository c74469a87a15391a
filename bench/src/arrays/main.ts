// `npm run bench -- ndarray`: arrays beside NumPy and numpy-ts, one thread each, in one run.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { openDevice } from '@isograd/device';
import { getDevice } from '@isograd/ndarray';
import { pythonOf, pythonStatus } from '@isograd/parity';
import { type Contender, Worker } from '../worker.ts';
import { type ArrayReply, type ArrayRequest, type Row, rowName, ROWS } from './rows.ts';

const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', ISOGRAD_NUM_THREADS: '1' };

function contenders(): { readonly found: Contender[]; readonly missing: string[] } {
  const file = (name: string): string => fileURLToPath(new URL(`../workers/${name}.js`, import.meta.url));
  const node = (name: string, worker: string, env: Readonly<Record<string, string>> = {}): Contender => ({
    name,
    command: process.execPath,
    args: [file(worker)],
    env: { ...ONE_THREAD, ...env },
  });
  const missing: string[] = [];
  // Importing the package makes the devices known.
  getDevice();
  const found = ['native', 'wasm'].flatMap((device) => {
    const opened = openDevice(device);
    if (typeof opened !== 'string') return [node(device, 'arrays-isograd', { ISOGRAD_DEVICE: device })];
    missing.push(`${device}: ${opened}`);
    return [];
  });
  const python = pythonStatus('keras');
  if (python.ready) {
    const script = fileURLToPath(new URL('../../python/numpy_worker.py', import.meta.url));
    found.push({ name: 'numpy', command: pythonOf('keras'), args: [script], env: ONE_THREAD });
  } else missing.push(`numpy: ${python.detail}`);
  return { found: [...found, node('numpy-ts', 'arrays-numpy-ts')], missing };
}

type Times = ReadonlyMap<string, number | undefined>;

async function time(workers: readonly Worker<ArrayRequest, ArrayReply>[], row: Row, rounds: number): Promise<Times> {
  const best = new Map<string, number | undefined>();
  for (let round = 0; round < rounds; round++) {
    for (const worker of workers) {
      const { ns } = await worker.ask({ row, ms: row.n >= 1e6 ? 200 : 40 });
      const before = best.get(worker.name);
      best.set(worker.name, ns === undefined ? before : Math.min(ns, before ?? Infinity));
    }
  }
  return best;
}

/** How many times as fast as a peer one is; undefined where either was not timed. */
function ratio(times: Times, name: string, peer: string): number | undefined {
  const [own, other] = [times.get(name), times.get(peer)];
  return own === undefined || other === undefined ? undefined : other / own;
}

const PAIRS = [
  ['native', 'numpy'],
  ['native', 'numpy-ts'],
  ['wasm', 'numpy-ts'],
  ['wasm', 'numpy'],
] as const;

function spell(ns: number | undefined): string {
  if (ns === undefined) return '-';
  const [value, unit] = ns < 1e4 ? [ns, 'ns'] : ns < 1e7 ? [ns / 1e3, 'us'] : [ns / 1e6, 'ms'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

function line(row: Row, times: Times): string {
  const ratios = PAIRS.map(([name, peer]) => ratio(times, name, peer)?.toFixed(2) ?? '-');
  const own = ['native', 'wasm', 'numpy', 'numpy-ts'].map((name) => spell(times.get(name)));
  return `| ${row.group} | ${rowName(row)} | ${[...own, ...ratios].join(' | ')} |`;
}

const geometricMean = (xs: readonly number[]): number => Math.exp(xs.reduce((s, x) => s + Math.log(x), 0) / xs.length);

function summary(all: ReadonlyMap<Row, Times>): string[] {
  return PAIRS.flatMap(([name, peer]) => {
    const found = [...all].flatMap(([row, times]) => {
      const value = ratio(times, name, peer);
      return value === undefined ? [] : [{ row, value }];
    });
    if (found.length === 0) return [];
    const low = found.reduce((a, b) => (a.value < b.value ? a : b));
    const below = found.filter(({ value }) => value < (peer === 'numpy' ? 0.8 : 1)).length;
    return [
      `| ${name} | ${peer} | ${geometricMean(found.map((f) => f.value)).toFixed(2)} | ${low.value.toFixed(2)} (${rowName(low.row)}) | ${below} of ${found.length} |`,
    ];
  });
}

/** Times every row and gives the page. */
export async function benchArrays(options: {
  readonly rounds: number;
  readonly only?: RegExp | undefined;
}): Promise<string> {
  const { found, missing } = contenders();
  for (const reason of missing) console.log(`not measured: ${reason}`);
  const workers = found.map((c) => new Worker<ArrayRequest, ArrayReply>(c));
  const all = new Map<Row, Times>();
  try {
    for (const worker of workers) await worker.start();
    for (const row of ROWS.filter((r) => options.only === undefined || options.only.test(rowName(r)))) {
      all.set(row, await time(workers, row, options.rounds));
      console.log(line(row, all.get(row)!));
    }
  } finally {
    for (const worker of workers) worker.stop();
  }
  return [
    '# Arrays beside NumPy and numpy-ts',
    '',
    'One run of `npm run bench -- ndarray --write`: one thread each, the best of several rounds that go round all contenders. A ratio is how many times',
    'as fast as the peer; below 1 is slower. The machine is shared: read the ratios.',
    ...(options.only ? [`Only rows that match \`${options.only.source}\`.`] : []),
    '',
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, Node ${process.versions.node}.`,
    '',
    ...workers.map((w) => `- ${w.name}: ${w.info}`),
    ...missing.map((reason) => `- not measured: ${reason}`),
    '',
    '| isograd on | peer | geometric mean | lowest | below the aim (0.8 of NumPy, 1 of numpy-ts) |',
    '|---|---|--:|--:|--:|',
    ...summary(all),
    '',
    `| | | native | wasm | numpy | numpy-ts | ${PAIRS.map(([a, b]) => `${a} / ${b}`).join(' | ')} |`,
    `|---|---|--:|--:|--:|--:|${PAIRS.map(() => '--:').join('|')}|`,
    ...[...all].map(([row, times]) => line(row, times)),
    '',
  ].join('\n');
}

/** Where the page stands. */
export const ARRAYS_PAGE: URL = new URL('../../../docs/arrays-speed.md', import.meta.url);

/** Runs the table, and writes the page where asked to. */
export async function main(options: { rounds: number; only?: RegExp | undefined; write: boolean }): Promise<void> {
  const page = await benchArrays(options);
  console.log(`\n${page.slice(page.indexOf('| isograd on'), page.indexOf('| | |'))}`);
  if (options.write) writeFileSync(fileURLToPath(ARRAYS_PAGE), page);
}
