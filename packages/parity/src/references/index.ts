import { ArgumentError } from '@isograd/device';
import { openPython, PYTHON_REFERENCES, type PythonReferenceName } from './python.ts';
import { pythonStatus } from './python-worker.ts';
import { type Availability, type Reference, REFERENCE_NAMES, type ReferenceName } from './reference.ts';
import { openTfjs, tfjsNodeStatus } from './tfjs.ts';

export * from './arrays.ts';
export { openPython, PYTHON_REFERENCES, type PythonReferenceName } from './python.ts';
export { type PythonEnvironment, pythonFolder, pythonOf, pythonStatus, pythonVariables } from './python-worker.ts';
export * from './reference.ts';
export {
  loadTfjs,
  openTfjs,
  type Tfjs,
  TFJS_REFERENCES,
  type TfjsBackend,
  tfjsNodeStatus,
  type TfjsReferenceName,
  tfjsVersions,
} from './tfjs.ts';

const isPython = (name: ReferenceName): name is PythonReferenceName => Object.hasOwn(PYTHON_REFERENCES, name);

/**
 * Returns the value when it names a reference.
 *
 * @throws ArgumentError when it does not.
 * @example
 * checkReference('torch', 'parity') // => torch
 */
export function checkReference(value: string, where: string): ReferenceName {
  const name = REFERENCE_NAMES.find((known) => known === value);
  if (name) return name;
  throw new ArgumentError({
    where,
    what: 'unknown reference',
    got: `'${value}'`,
    expected: `one of ${REFERENCE_NAMES.join(', ')}`,
    hint: 'tfjs needs no setting up',
  });
}

/**
 * Whether a reference can be opened on this machine; starts nothing.
 *
 * @example
 * referenceStatus('tfjs').ready // => true
 */
export function referenceStatus(name: ReferenceName): Availability {
  if (isPython(name)) return pythonStatus(PYTHON_REFERENCES[name]);
  return name === 'tfjs-node' ? tfjsNodeStatus() : { ready: true, detail: 'a dependency of @isograd/parity' };
}

/**
 * Opens a reference; close it when done, or the Python process keeps this one alive.
 *
 * @throws ParityError when it is not set up here; `referenceStatus` tells beforehand.
 */
export async function openReference(name: ReferenceName): Promise<Reference> {
  if (isPython(name)) return openPython(name);
  return openTfjs(name);
}
