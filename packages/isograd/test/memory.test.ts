import { execFile, execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const WORKER = fileURLToPath(new URL('memory-worker.mjs', import.meta.url));
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

// The young generation has one size from the start, so that its growth is not taken for a leak.
const FLAGS = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--expose-gc'];
const MOST = 150e6;
const GROWTH = 10e6;

/** Resident bytes: the most of 10,000 steps, and what a collection leaves at 2,000 and 10,000, in a process of its own. */
async function residentMemory(
  training: string,
  device: string,
): Promise<{ readonly most: number; readonly left: readonly [number, number] }> {
  const env = { ...process.env, ISOGRAD_DEVICE: device, NODE_OPTIONS: '' };
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, WORKER, training], { cwd: PACKAGE, env });
  return JSON.parse(stdout) as { most: number; left: [number, number] };
}

// The worker runs what ships; nothing is compiled anew when it is up to date.
const tsc = createRequire(`${ROOT}/package.json`).resolve('typescript/package.json').replace('package.json', 'bin/tsc');
execFileSync(process.execPath, [tsc, '-b', 'packages/keras'], { cwd: ROOT });
const devices = execFileSync(process.execPath, [WORKER, 'devices'], { cwd: PACKAGE, encoding: 'utf8' }).split(' ');

test('wasm is among the devices', () => {
  expect(devices).toContain('wasm');
});

describe.each(devices)('on %s', (device) => {
  test.each(['XOR by fit', 'two layers by backward and step', 'MLP by trainOnBatch'])(
    'ten thousand steps of %s take no more memory than two thousand',
    { timeout: 120_000 },
    async (training) => {
      const { most, left } = await residentMemory(training, device);
      expect(most).toBeLessThan(MOST);
      expect(left[1] - left[0]).toBeLessThan(GROWTH);
    },
  );
});
