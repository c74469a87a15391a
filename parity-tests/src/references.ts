import { type ReferenceName, referenceStatus } from '@isograd/parity';

/** References whose answers about the op table are frozen. */
export const FROZEN_REFERENCES: readonly ReferenceName[] = ['numpy', 'torch', 'jax', 'tfjs', 'tfjs-wasm', 'tfjs-node'];

/** Those of some that are not set up on this machine, with what to do about it. */
export function missingReferences(names: readonly ReferenceName[] = FROZEN_REFERENCES): string[] {
  return names
    .map((name) => ({ name, ...referenceStatus(name) }))
    .filter(({ ready }) => !ready)
    .map(({ name, detail }) => `${name} (${detail})`);
}
