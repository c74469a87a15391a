/** How often the long way was taken for an op. */
export interface FallbackCount {
  /** Tangents by transposing the reverse rule. */
  transposed: number;
  /** Examples run one by one inside `vmap`. */
  loop: number;
}

const counts = new Map<string, FallbackCount>();

/** Counts one use of a long way. */
export function countFallback(op: string, way: keyof FallbackCount): void {
  const count = counts.get(op) ?? { transposed: 0, loop: 0 };
  count[way]++;
  counts.set(op, count);
}

/**
 * Ops that had no rule of their own inside `jvp` or `vmap` since the start, with how often they went the long way: right, and slower.
 *
 * @example
 * vmap((x) => x.add(1))(tensor([1, 2]));
 * transformFallbacks().get('add') // => undefined
 */
export function transformFallbacks(): ReadonlyMap<string, Readonly<FallbackCount>> {
  return counts;
}
