import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type NDArray, sigmoid } from '@isograd/ndarray';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EXIT, main } from './command.ts';

class Text extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

let [stdout, stderr] = [new Text(), new Text()];
let folder = '';

beforeEach(() => {
  [stdout, stderr] = [new Text(), new Text()];
  folder = mkdtempSync(join(tmpdir(), 'isograd parity '));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const run = (...args: string[]): Promise<number> => main(args, { stdout, stderr });

// Twenty runs each, one of them in plain loops: a few seconds, more on a busy machine.
describe('the main job, a few steps of it', { timeout: 120_000 }, () => {
  const TINY = ['--steps', '3', '--device', 'wasm'] as const;

  test('agrees with tfjs, prints a table and leaves one page', async () => {
    expect(await run(...TINY, '--out', join(folder, 'report'))).toBe(EXIT.agrees);
    expect(stdout.text).toMatch(/784-256-64-10\n/);
    expect(stdout.text).toMatch(/gradients of 6 parameters, 3 batches .* agrees/);
    expect(stdout.text).toMatch(/5 optim\.Adam, 3 steps .* agrees +\d+(\.\d)?x/);
    expect(stdout.text).toContain('isograd agrees with tfjs-wasm');
    expect(stderr.text).toMatch(/784-100-10 {2}isograd \(wasm\) +3 steps, loss 2\.4079 to/);
    expect(readdirSync(join(folder, 'report'))).toEqual(['index.html']);
    const page = readFileSync(join(folder, 'report/index.html'), 'utf8');
    expect(page).toContain('isograd agrees with tfjs-wasm');
    expect(page.match(/<svg/g)!.length).toBeGreaterThan(14 + 28);
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
  });

  test('a wrong gradient rule in isograd is found: exit code 1, and the page says so', async () => {
    // sigmoid' = y (1 - y), here a thousandth too large.
    const spec = sigmoid.spec as { vjp: (...args: unknown[]) => readonly NDArray[] };
    const right = spec.vjp;
    vi.spyOn(spec, 'vjp').mockImplementation((...args) => right(...args).map((g) => g.mul(1.001)));
    expect(await run(...TINY, '--out', folder)).toBe(EXIT.disagrees);
    expect(stdout.text).toMatch(/gradients of 6 parameters, 3 batches .* disagrees/);
    expect(stdout.text).toMatch(/gradients in float64, by central differences .* disagrees/);
    // Both nets have a sigmoid; the two-layer net has none.
    expect(stdout.text).toMatch(/5 optim\.Adam, 3 steps .* agrees/);
    expect(stdout.text).toMatch(/isograd disagrees with tfjs-wasm in \d+ of \d+ comparisons/);
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toContain('class="verdict bad"');
  });
});

describe('refused before any work', () => {
  test.each([
    [
      'an unknown opponent',
      ['--against', 'tensorflow'],
      '--against names nothing',
      "'tensorflow'",
      'tfjs-wasm, tfjs-node',
    ],
    ['an unknown option', ['--ful'], 'the options cannot be read', "Unknown option '--ful'", '--full, --against'],
    ['a stray word', ['full'], 'the options cannot be read', "Unexpected argument 'full'", '--full'],
    ['steps that are no number', ['--steps', 'many'], '--steps is no whole number', "'many'", 'digits'],
    ['no steps', ['--steps', '0'], '--steps is no whole number in range', '0', 'from 1'],
    ['a seed out of range', ['--seed', '4294967296'], '--seed is no whole number in range', '4294967296', '4294967295'],
    ['an unknown device', ['--device', 'gpu'], '--device names no device', "'gpu'", 'js, wasm'],
    ['an empty folder name', ['--out', ''], '--out is empty', "''", 'a folder'],
  ])('%s', async (_, args, what, got, expected) => {
    expect(await run('--out', join(folder, 'report'), ...args)).toBe(EXIT.failed);
    const [first, second, third, fourth] = stderr.text.split('\n');
    expect(first).toMatch(new RegExp(`^ArgumentError: npm start: ${what}`));
    expect(second).toContain(`got:      ${got}`);
    expect(third).toContain('expected: ');
    expect(third).toContain(expected);
    expect(fourth).toContain('hint: ');
    expect(stdout.text).toBe('');
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['a file', 'taken'],
    ['below a file', 'taken/report'],
  ])('a report folder that is %s', async (_, name) => {
    writeFileSync(join(folder, 'taken'), 'kept');
    expect(await run('--out', join(folder, name))).toBe(EXIT.failed);
    expect(stderr.text).toMatch(
      /^ParityError: npm start: the report folder cannot be written\n {2}got: +E(EXIST|NOTDIR)/,
    );
    expect(stderr.text).toContain('hint:     name another one with --out');
    expect(readFileSync(join(folder, 'taken'), 'utf8')).toBe('kept');
  });

  test('MNIST that is damaged', async () => {
    vi.stubEnv('ISOGRAD_DATA_DIR', folder);
    writeFileSync(join(folder, 'train-images-idx3-ubyte.gz'), 'not MNIST');
    expect(await run('--full', '--out', join(folder, 'a/b'))).toBe(EXIT.failed);
    expect(stderr.text).toMatch(/^DataError: dataset: .*train-images-idx3-ubyte\.gz is not the published file/);
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });
});

test('--help says what each option does and does nothing else', async () => {
  expect(await run('--help')).toBe(EXIT.agrees);
  for (const name of ['full', 'against', 'device', 'steps', 'seed', 'out']) expect(stdout.text).toContain(`--${name}`);
  expect(stderr.text).toBe('');
});
