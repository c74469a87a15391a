import type { NDArray } from '../array.ts';

type Bytes = readonly [start: number, stop: number];

/** First byte and the one behind the last that elements of an array stand in, in its buffer. */
function boundsOf(x: NDArray): Bytes {
  let [low, high] = [x.offset, x.offset];
  x.shape.forEach((n, d) => {
    const reach = (n - 1) * x.strides[d]!;
    if (reach < 0) low += reach;
    else high += reach;
  });
  const start = x.memory.byteOffset;
  return [start + low * x.itemsize, start + (high + 1) * x.itemsize];
}

function overlap(a: NDArray, b: NDArray): Bytes | undefined {
  if (a.size === 0 || b.size === 0 || a.memory.buffer !== b.memory.buffer) return undefined;
  const [[p, q], [r, s]] = [boundsOf(a), boundsOf(b)];
  const [start, stop] = [Math.max(p, r), Math.min(q, s)];
  return start < stop ? [start, stop] : undefined;
}

/**
 * Whether the memory between the first and last elements of two arrays overlaps; they need not have an element in common.
 *
 * @example
 * const x = arange(4);
 * mayShareMemory(x.at('::2'), x.at('1::2')) // => true
 */
export function mayShareMemory(a: NDArray, b: NDArray): boolean {
  return overlap(a, b) !== undefined;
}

/**
 * Whether two arrays have an element in common; exact, in time that grows with the sizes.
 *
 * @example
 * const x = arange(4);
 * sharesMemory(x.at('::2'), x.at('1::2')) // => false
 * sharesMemory(x, x.at('1:')) // => true
 */
export function sharesMemory(a: NDArray, b: NDArray): boolean {
  const common = overlap(a, b);
  if (common === undefined) return false;
  const [start, stop] = common;
  const taken = new Uint8Array(stop - start);
  const first = (x: NDArray, place: number): number => x.memory.byteOffset + place * x.itemsize - start;
  a.forEachPlace((place) => {
    const at = first(a, place);
    if (at + a.itemsize > 0 && at < taken.length) taken.fill(1, Math.max(at, 0), at + a.itemsize);
  });
  let found = false;
  b.forEachPlace((place) => {
    if (found) return;
    const at = first(b, place);
    for (let i = Math.max(at, 0); i < Math.min(at + b.itemsize, taken.length); i++) found ||= taken[i] === 1;
  });
  return found;
}
