// `pnpm check`: everything that CI holds. Stops at the first failing stage; `--all` goes on to the end;
// names of stages (`pnpm check types lint`) run those alone.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counts } from './count-reporter.ts';
import { generateDoctests } from './doctest.ts';
import { closingLine, failedTests, stageTable, type StageReport } from './stage-report.ts';
import { projectName, ROOT, testedPackages } from './workspace.ts';

interface Stage {
  readonly name: string;
  /** Runs the stage; resolves to the exit code, and to the counts where tests were run. */
  readonly run: () => Promise<{ code: number; counts?: Counts | undefined }>;
}

function run(command: string, args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<number> {
  const isWindows = process.platform === 'win32';
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ...extra };
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: 'inherit', shell: isWindows });
    child.once('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);

const command = (name: string, file: string, ...args: string[]): Stage => ({
  name,
  run: async () => ({ code: await run(bin(file), args) }),
});

/** A script of the root package.json through turbo, which replays its output while its inputs are unchanged. */
const cached = (name: string, task: string): Stage =>
  command(
    name,
    'turbo',
    'run',
    `//#${task}`,
    '--output-logs=full',
    '--log-prefix=none',
    '--log-order=stream',
    '--no-update-notifier',
  );

async function runTests(
  name: string,
  filters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; counts: Counts | undefined }> {
  const file = join(ROOT, '.reports', `${name}.json`);
  rmSync(file, { force: true });
  const projects = filters.flatMap((filter) => ['--project', filter]);
  const reporters = ['--reporter=default', '--reporter=./scripts/count-reporter.ts'];
  const code = await run(bin('vitest'), ['run', ...projects, ...reporters], { ISOGRAD_COUNTS: file, ...env });
  const counts = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Counts) : undefined;
  return { code, counts };
}

/** Packages whose suites run once more on native: everything that computes through a device chosen at run time. */
const ON_NATIVE = ['autograd', 'nn', 'optim', 'keras'] as const;

const native: Stage = {
  name: 'native',
  run: async () => {
    if (existsSync(join(ROOT, 'packages/native/build/isograd.node')))
      return runTests('native', ON_NATIVE, { ISOGRAD_DEVICE: 'native' });
    process.stdout.write('native is not built here, so nothing runs on it\n');
    return { code: 0 };
  },
};

const STAGES: readonly Stage[] = [
  command('types', 'tsc', '-b', 'tsconfig.json', 'tsconfig.tests.json'),
  command('format', 'oxfmt', '--check'),
  cached('lint', 'check:lint'),
  cached('dead code', 'check:dead-code'),
  command('docs', 'tsx', '--conditions=isograd-source', 'scripts/docs/main.ts', '--check'),
  { name: 'layers', run: () => runTests('layers', ['workspace']) },
  {
    name: 'doctests',
    run: () => {
      generateDoctests();
      return runTests('doctests', ['doctest']);
    },
  },
  { name: 'tests', run: () => runTests('tests', testedPackages().map(projectName)) },
  native,
  cached('packages', 'check:packages'),
];

async function runStage(stage: Stage): Promise<StageReport> {
  process.stdout.write(`\n── ${stage.name}\n`);
  const begun = performance.now();
  const { code, counts } = await stage.run();
  return {
    name: stage.name,
    outcome: code === 0 ? 'ok' : 'failed',
    seconds: (performance.now() - begun) / 1000,
    counts,
  };
}

async function main(args: readonly string[]): Promise<number> {
  const wanted = args.filter((arg) => !arg.startsWith('-'));
  const unknown = wanted.find((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown !== undefined || args.some((arg) => arg.startsWith('-') && arg !== '--all')) {
    const expected = [...STAGES.map((stage) => stage.name), '--all'].join(', ');
    process.stderr.write(
      `CommandError: pnpm check: no such stage\n    got:      ${args.join(' ')}\n    expected: ${expected}\n`,
    );
    return 2;
  }
  const reports: StageReport[] = [];
  for (const stage of STAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const stopped = !args.includes('--all') && reports.some(({ outcome }) => outcome === 'failed');
    reports.push(
      stopped ? { name: stage.name, outcome: 'not run', seconds: 0, counts: undefined } : await runStage(stage),
    );
  }
  const closing = `${closingLine(reports)}\n`;
  mkdirSync(join(ROOT, '.reports'), { recursive: true });
  writeFileSync(join(ROOT, '.reports/summary.txt'), closing);
  process.stdout.write(`\n${stageTable(reports)}\n\n${failedTests(reports)}${closing}`);
  return reports.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
