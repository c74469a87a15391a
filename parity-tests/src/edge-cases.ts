/** A call at a kink, a tie or an edge of the domain, where libraries choose differently; float32 vectors. */
export interface EdgeCase {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly (readonly number[])[];
  readonly args?: readonly unknown[];
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** Where conventions differ; the differences themselves are rows of `known-differences.ts`. */
export const EDGE_CASES: readonly EdgeCase[] = [
  { op: 'max', name: 'equal largest elements', inputs: [[1, 2, 2]] },
  { op: 'max', name: 'all equal', inputs: [[3, 3, 3]] },
];
