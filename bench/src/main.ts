import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { main as arrays } from './arrays/main.ts';
import { findContenders, Running } from './contenders.ts';
import { type Workload, WORKLOADS } from './protocol.ts';

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
if (positionals.some((name) => name !== 'ndarray' && name !== 'steps'))
  throw new Error(`bench: no such table: ${positionals.join(' ')}; there are: steps (the default), ndarray`);
const rounds = Number(values.rounds ?? 7);
const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[xs.length >> 1]!;

/** Microseconds a step for every contender: rounds go round all contenders, so that a busy moment hits all alike. */
async function measure(all: readonly Running[], workload: Workload): Promise<Map<string, number>> {
  const running = all.filter(({ name }) => !WORKLOADS[workload].without?.includes(name));
  const steps = new Map<string, number>();
  const times = new Map<string, number[]>(running.map((r) => [r.name, []]));
  for (const r of running) {
    await r.run(workload, 3);
    const { ms } = await r.run(workload, 3);
    // About a quarter of a second a round, and at least three steps, whatever the contender's speed.
    const count = Math.min(WORKLOADS[workload].steps * 20, Math.max(3, Math.round(250 / (ms / 3))));
    steps.set(r.name, count);
    await r.run(workload, count);
  }
  for (let round = 0; round < rounds; round++) {
    for (const r of running) {
      const count = steps.get(r.name)!;
      const { ms } = await r.run(workload, count);
      times.get(r.name)!.push((ms / count) * 1000);
    }
  }
  return new Map([...times].map(([name, xs]) => [name, median(xs)]));
}

function table(results: ReadonlyMap<Workload, ReadonlyMap<string, number>>): string {
  return [...results]
    .map(([workload, times]) => {
      const peers = [...times.keys()].filter((n) => !n.startsWith('isograd'));
      const head = `| contender | us | ${peers.map((p) => `vs ${p}`).join(' | ')} |`;
      const rows = [...times].map(
        ([name, us]) =>
          `| ${name} | ${us.toFixed(us < 100 ? 1 : 0)} | ${peers.map((p) => (p === name ? '1' : `${(times.get(p)! / us).toFixed(2)}x`)).join(' | ')} |`,
      );
      return [
        `### ${WORKLOADS[workload].title}`,
        '',
        head,
        `|---|---|${peers.map(() => '---|').join('')}`,
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}

async function steps(): Promise<void> {
  const { contenders, missing } = findContenders();
  for (const line of missing) console.log(`not measured: ${line}`);
  const running = contenders.map((c) => new Running(c));
  try {
    for (const r of running) await r.start();
    const results = new Map<Workload, Map<string, number>>();
    const only = new RegExp(values.only ?? '');
    for (const workload of (Object.keys(WORKLOADS) as Workload[]).filter((name) => only.test(name))) {
      results.set(workload, await measure(running, workload));
      console.log(`\n${table(new Map([[workload, results.get(workload)!]]))}`);
    }
    const text = [
      '# Whole training steps, side by side',
      '',
      `One run of \`pnpm bench\`: ${rounds} rounds that go round all contenders, the median of each. A ratio above 1 means faster than the peer of that column.`,
      `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.versions.node}. The machine is shared: read the ratios, not the microseconds.`,
      '',
      ...running.map((r) => `- ${r.name}: ${r.info}`),
      ...missing.map((line) => `- not measured: ${line}`),
      '',
      table(results),
      '',
    ].join('\n');
    if (values.write) writeFileSync(fileURLToPath(new URL('../RESULTS.md', import.meta.url)), text);
  } finally {
    for (const r of running) r.stop();
  }
}

if (positionals.includes('ndarray'))
  await arrays({
    rounds: Number(values.rounds ?? 3),
    only: values.only === undefined ? undefined : new RegExp(values.only),
    write: values.write,
  });
else await steps();
