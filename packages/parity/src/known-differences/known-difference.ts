import type { ReferenceName } from '../references/reference.ts';

/** Part of an answer that a difference is about; `default` is what a reference takes where nothing is said. */
export type Aspect = 'value' | 'gradient' | 'default';

/** One place where a reference is known to answer otherwise than isograd, and why that is right. */
export interface KnownDifference {
  /** Name of an op, or `*` for all. */
  readonly op: string;
  /** The case's id after the op's name; each `*` stands for any characters. */
  readonly case: string;
  readonly aspect: Aspect;
  readonly references: readonly ReferenceName[];
  /** When the difference is that the reference refuses: a part of its words. A row without it is about numbers. */
  readonly refusal?: string;
  /** What the reference does, what isograd does, and whom isograd follows. */
  readonly reason: string;
  /** Where the behaviour is written down. */
  readonly link: string;
}

/** Where a difference showed. */
export interface Place {
  readonly op: string;
  readonly case: string;
  readonly aspect: Aspect;
  readonly reference: ReferenceName;
  /** The words in which the reference refused, if it did. */
  readonly refused?: string;
}

/** Whether a row covers a place. */
export function covers(row: KnownDifference, place: Place): boolean {
  const words = row.refusal === undefined ? place.refused === undefined : place.refused?.includes(row.refusal);
  return (
    matches(row.op, place.op) &&
    matches(row.case, place.case) &&
    row.aspect === place.aspect &&
    row.references.includes(place.reference) &&
    words === true
  );
}

/** Whether a name fits a pattern whose stars stand for any characters. */
function matches(pattern: string, name: string): boolean {
  const [start = '', ...parts] = pattern.split('*');
  if (!name.startsWith(start)) return false;
  const end = parts.pop();
  if (end === undefined) return name === start;
  let at = start.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - end.length >= at && name.endsWith(end);
}
