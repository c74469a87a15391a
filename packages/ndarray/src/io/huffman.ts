/** Longest code of deflate's literals and distances, in bits. */
export const MAX_BITS = 15;

/** Extra bits and first values of deflate's length codes 257 to 285. Source: RFC 1951, 3.2.5. */
export const LENGTH_EXTRA: readonly number[] = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
/** Extra bits of deflate's 30 distance codes. */
export const DISTANCE_EXTRA: readonly number[] = Array.from({ length: 30 }, (_, i) => (i < 4 ? 0 : (i >> 1) - 1));

function firstValues(extra: readonly number[], first: number): number[] {
  let value = first;
  return extra.map((bits) => {
    const here = value;
    value += 1 << bits;
    return here;
  });
}

/** The shortest match that each length code stands for; the last one is 258 alone. */
export const LENGTH_BASE: readonly number[] = firstValues(LENGTH_EXTRA, 3).map((n, i) => (i === 28 ? 258 : n));
/** The shortest distance that each distance code stands for. */
export const DISTANCE_BASE: readonly number[] = firstValues(DISTANCE_EXTRA, 1);

/** Order in which the lengths of the code-length code are written. */
export const CODE_LENGTH_ORDER: readonly number[] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Code lengths of deflate's fixed code for literals and lengths. */
export const FIXED_LITERALS: Uint8Array = Uint8Array.from({ length: 288 }, (_, i) =>
  i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8,
);
/** Code lengths of deflate's fixed code for distances. */
export const FIXED_DISTANCES: Uint8Array = new Uint8Array(30).fill(5);

/** Canonical codes from their lengths, bits reversed as deflate sends them, first bit lowest. */
export function canonicalCodes(lengths: Uint8Array): Uint16Array {
  const next = new Uint16Array(MAX_BITS + 2);
  for (const length of lengths) if (length > 0) next[length + 1]!++;
  for (let bits = 1; bits <= MAX_BITS + 1; bits++) next[bits] = (next[bits]! + next[bits - 1]!) << 1;
  return Uint16Array.from(lengths, (length) => (length === 0 ? 0 : reverseBits(next[length]!++, length)));
}

function reverseBits(code: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i++) out |= ((code >> i) & 1) << (length - 1 - i);
  return out;
}

interface Package {
  readonly weight: number;
  readonly leaves: readonly number[];
}

/** Two sorted lists as one. */
function mergeSorted(a: readonly Package[], b: readonly Package[]): Package[] {
  const out: Package[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;)
    out.push(j === b.length || (i < a.length && a[i]!.weight <= b[j]!.weight) ? a[i++]! : b[j++]!);
  return out;
}

/**
 * The lengths of the best prefix code whose codes have at most `limit` bits; symbols that do not occur have none.
 *
 * Source: Larmore & Hirschberg 1990, package-merge.
 */
export function codeLengths(counts: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const leaves: Package[] = [];
  counts.forEach((weight, symbol) => {
    if (weight > 0) leaves.push({ weight, leaves: [symbol] });
  });
  if (leaves.length < 2) {
    for (const { leaves: used } of leaves) lengths[used[0]!] = 1;
    return lengths;
  }
  leaves.sort((a, b) => a.weight - b.weight);
  let list = leaves;
  for (let level = 1; level < limit; level++) {
    const pairs: Package[] = [];
    for (let i = 0; i + 1 < list.length; i += 2) {
      const [a, b] = [list[i]!, list[i + 1]!];
      pairs.push({ weight: a.weight + b.weight, leaves: [...a.leaves, ...b.leaves] });
    }
    list = mergeSorted(leaves, pairs);
  }
  for (const { leaves: used } of list.slice(0, 2 * leaves.length - 2)) for (const symbol of used) lengths[symbol]!++;
  return lengths;
}
