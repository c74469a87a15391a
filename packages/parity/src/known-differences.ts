import type { ReferenceName } from './references/reference.ts';

/** Part of an answer that a difference is about. */
export type Aspect = 'value' | 'gradient';

/** One place where a reference is known to answer otherwise than isograd, and why that is right. */
export interface KnownDifference {
  readonly op: string;
  /** The case's id after the op's name, or `*` for all cases of the op. */
  readonly case: string;
  readonly aspect: Aspect;
  readonly references: readonly ReferenceName[];
  /** What the reference does, what isograd does, and whom isograd follows. */
  readonly reason: string;
  /** Where the behaviour is written down. */
  readonly link: string;
}

/** The known differences. A row that no longer shows is an error: the reference has changed, or we have. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];

/** The row that covers a difference, if any. */
export function findKnown(
  place: { readonly op: string; readonly case: string; readonly aspect: Aspect; readonly reference: ReferenceName },
  rows: readonly KnownDifference[] = KNOWN_DIFFERENCES,
): KnownDifference | undefined {
  return rows.find(
    (row) =>
      row.op === place.op &&
      (row.case === '*' || row.case === place.case) &&
      row.aspect === place.aspect &&
      row.references.includes(place.reference),
  );
}
