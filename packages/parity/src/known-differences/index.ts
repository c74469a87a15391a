import { COMPLEX } from './complex.ts';
import { JAX, NUMPY, PYTORCH } from './python.ts';
import { covers, type KnownDifference, type Place } from './known-difference.ts';
import { SPECIAL_VALUES } from './special-values.ts';
import { TFJS_GRADIENTS } from './tfjs.ts';
import { TFJS_MISSING } from './tfjs-missing.ts';
import { TFJS_VALUES } from './tfjs-values.ts';

export type { Aspect, KnownDifference, Place } from './known-difference.ts';

/** The known differences. A row that no longer shows is an error: the reference has changed, or we have. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  ...TFJS_GRADIENTS,
  ...TFJS_MISSING,
  ...TFJS_VALUES,
  ...JAX,
  ...PYTORCH,
  ...NUMPY,
  ...COMPLEX,
  ...SPECIAL_VALUES,
];

/** The row that covers a place, if any. */
export function findKnown(
  place: Place,
  rows: readonly KnownDifference[] = KNOWN_DIFFERENCES,
): KnownDifference | undefined {
  return rows.find((row) => covers(row, place));
}
