import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PythonEnvironment, pythonOf, pythonVariables } from '@isograd/parity';

/** Folder of the Python scripts that write goldens. */
export const SCRIPTS: string = fileURLToPath(new URL('../python/', import.meta.url));

/** What scripts share. */
const MODULES: ReadonlySet<string> = new Set([
  'golden.py',
  'keras_cases.py',
  'numpy_draws.py',
  'saved_models.py',
  'transform_programs.py',
]);

/** Names of the scripts without their ending. */
export function goldenScripts(): string[] {
  return readdirSync(SCRIPTS)
    .filter((file) => file.endsWith('.py') && !MODULES.has(file))
    .map((file) => file.slice(0, -3))
    .sort();
}

/** What a script of an environment prints, run so that it rounds alike on every machine. */
export function runPython(environment: PythonEnvironment, script: string, args: readonly string[] = []): string {
  return execFileSync(pythonOf(environment), [join(SCRIPTS, `${script}.py`), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...pythonVariables() },
    maxBuffer: 2 ** 26,
    // An error that is thrown then ends with what the script complained of.
    stdio: 'pipe',
  });
}

/** The environment that a script needs, by the library it is about. */
export function environmentOf(script: string): PythonEnvironment {
  return script.includes('torch') ? 'torch' : 'keras';
}
