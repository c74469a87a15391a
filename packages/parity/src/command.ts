import { parseArgs } from 'node:util';
import { ArgumentError, IsogradError } from '@isograd/device';
import { checkOptions, OPPONENTS, type ParityOptions } from './job/options.ts';
import { type ProgressTarget, showRuns } from './job/progress.ts';
import { type ParityHooks, runParity } from './job/run-parity.ts';
import { reportPage } from './report/page.ts';
import { textSummary } from './report/summary.ts';
import { colored, plain } from './report/table.ts';
import { checkReportFolder, writeReport } from './report/write-report.ts';

const WHERE = 'npm start';

/** Exit codes: everything agrees, something disagrees, the job could not be done. */
export const EXIT = { agrees: 0, disagrees: 1, failed: 2 } as const;

interface Flag {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly about: string;
}

const FLAGS = {
  full: { type: 'boolean', about: 'train on the whole MNIST, 60,000 digits, instead of the sample (downloaded once)' },
  against: {
    type: 'string',
    value: Object.keys(OPPONENTS).join('|'),
    about: 'what to compare with; default tfjs, its WebAssembly backend',
  },
  device: {
    type: 'string',
    value: 'js|wasm|native',
    about: 'what computes for isograd; default the fastest that is there',
  },
  steps: { type: 'string', value: 'n', about: 'training steps of each net; default 500' },
  seed: { type: 'string', value: 'n', about: 'seed of first weights and orders; default 0' },
  out: { type: 'string', value: 'folder', about: 'where the report goes; default parity-report' },
  help: { type: 'boolean', about: 'show this' },
} as const satisfies Readonly<Record<string, Flag>>;

/** Where the command writes. */
export interface CommandOutput {
  /** The table. */
  readonly stdout: ProgressTarget;
  /** Progress and errors. */
  readonly stderr: ProgressTarget;
}

/**
 * The main job as a command: checks everything first, runs, prints the table and writes the report.
 *
 * @param args - What stands after the command's name.
 * @returns The exit code, one of {@link EXIT}.
 */
export async function main(args: readonly string[], output: CommandOutput, hooks: ParityHooks = {}): Promise<number> {
  const { stdout, stderr } = output;
  try {
    const { help, out, options } = readArguments(args);
    if (help) {
      stdout.write(helpText());
      return EXIT.agrees;
    }
    checkOptions(options, WHERE);
    await checkReportFolder(out, WHERE);
    const result = await runParity(options, { show: showRuns(stderr), ...hooks });
    const paint = stdout.isTTY === true && process.env['NO_COLOR'] === undefined ? colored : plain;
    stdout.write(`\n${textSummary(result, paint)}\n`);
    const path = await writeReport(out, reportPage(result, ['npm start --', ...args].join(' ')), WHERE);
    stdout.write(`report: ${path}\n`);
    return result.agrees ? EXIT.agrees : EXIT.disagrees;
  } catch (error) {
    stderr.write(`${error instanceof IsogradError ? `${error.name}: ${error.message}` : stackOf(error)}\n`);
    return EXIT.failed;
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

interface Arguments {
  readonly help: boolean;
  readonly out: string;
  readonly options: ParityOptions;
}

function readArguments(args: readonly string[]): Arguments {
  const values = parse(args);
  const number = (name: 'seed' | 'steps'): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (/^\d+$/.test(text)) return Number(text);
    throw new ArgumentError({
      where: WHERE,
      what: `--${name} is no whole number`,
      got: `'${text}'`,
      expected: 'digits only',
      hint: `leave --${name} out to take the default`,
    });
  };
  const [seed, steps] = [number('seed'), number('steps')];
  const { help = false, out = 'parity-report', full = false, against, device } = values;
  if (out === '') {
    throw new ArgumentError({
      where: WHERE,
      what: '--out is empty',
      got: "''",
      expected: 'a folder',
      hint: 'leave --out out to write into parity-report',
    });
  }
  return {
    help,
    out,
    options: {
      full,
      ...(against !== undefined && { against }),
      ...(device !== undefined && { device }),
      ...(seed !== undefined && { seed }),
      ...(steps !== undefined && { steps }),
    },
  };
}

function parse(args: readonly string[]): {
  full?: boolean;
  help?: boolean;
  against?: string;
  device?: string;
  steps?: string;
  seed?: string;
  out?: string;
} {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const [sentence = ''] = cause instanceof Error ? cause.message.split(/\.\s/) : [];
    throw new ArgumentError(
      {
        where: WHERE,
        what: 'the options cannot be read',
        got: sentence,
        expected: `options among ${Object.keys(FLAGS)
          .map((name) => `--${name}`)
          .join(', ')}`,
        hint: 'npm start -- --help lists what each does',
      },
      { cause },
    );
  }
}

function helpText(): string {
  const lines = Object.entries(FLAGS).map(([name, flag]: [string, Flag]): [string, string] => [
    `--${name}${flag.value === undefined ? '' : ` <${flag.value}>`}`,
    flag.about,
  ]);
  const width = Math.max(...lines.map(([left]) => left.length));
  return [
    'npm start -- [options]',
    '',
    'Trains nets on MNIST with isograd and with TensorFlow.js from the same numbers, compares them, and writes a report.',
    'Exit code 0 when they agree, 1 when not, 2 when the job could not be done.',
    '',
    ...lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
  ].join('\n');
}
