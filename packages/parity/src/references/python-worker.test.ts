import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ParityError } from '@isograd/device';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openReference, pythonStatus, refArray } from './index.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isograd-python-'));
  vi.stubEnv('ISOGRAD_PYTHON_DIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** An environment whose interpreter is a shell script. */
function environment(script: string, requirements?: string): void {
  mkdirSync(join(folder, 'keras', 'bin'), { recursive: true });
  writeFileSync(join(folder, 'keras', 'bin', 'python'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const copy = join(folder, 'keras', 'isograd-requirements.txt');
  if (requirements === undefined)
    copyFileSync(fileURLToPath(new URL('../../python/requirements-keras.txt', import.meta.url)), copy);
  else writeFileSync(copy, requirements);
}

const CASE = { id: 'a', op: 'copy', expr: 'x1', inputs: [refArray('float32', [1], [1])] };

test('a missing environment is told by the status and refused on opening', async () => {
  expect(pythonStatus('keras')).toEqual({
    ready: false,
    detail: `no Python environment in ${join(folder, 'keras')} (run scripts/setup-python.sh keras)`,
  });
  await expect(openReference('numpy')).rejects.toThrow(ParityError);
  await expect(openReference('numpy')).rejects.toThrow("the Python environment 'keras' is not set up");
});

test('an environment with other versions is not ready', () => {
  environment('exit 0', 'numpy==1.0\n');
  expect(pythonStatus('keras')).toMatchObject({ ready: false, detail: expect.stringContaining('other versions') });
});

test('an environment with the pinned versions is ready, though nothing was started', () => {
  environment('exit 9');
  expect(pythonStatus('keras')).toEqual({ ready: true, detail: join(folder, 'keras') });
});

test('a process that dies under a request refuses it with its last words, and later ones too', async () => {
  environment('read line; echo "out of memory" >&2; exit 3');
  const reference = await openReference('numpy');
  await expect(reference.run([CASE])).rejects.toThrow(/has ended\n.*exit code 3 \| out of memory/);
  await expect(reference.run([CASE])).rejects.toThrow(ParityError);
  await reference.close();
});

test('an answer of another dtype than ours is a refusal of that case', async () => {
  environment(
    `read line; echo '{"outputs": [{"dtype": "complex256", "shape": [], "data": "AAAAAAAAAAA="}]}'; read line`,
  );
  const reference = await openReference('numpy');
  expect(await reference.run([CASE])).toMatchObject([
    { id: 'a', error: { name: 'Unreadable', message: expect.stringContaining("'complex256'") } },
  ]);
  await reference.close();
});
