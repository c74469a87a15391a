import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PythonEnvironment } from '@isograd/parity';

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

/** The environment that a script needs, by the library it is about. */
export function environmentOf(script: string): PythonEnvironment {
  return script.includes('torch') ? 'torch' : 'keras';
}
