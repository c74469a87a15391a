import type { NDArray } from '../array.ts';

/** Number of bools that are true; four at a time, in sums of bytes that are emptied before they run over. */
export function countTrue(mask: Uint8Array): number {
  const words = mask.byteOffset % 4 === 0 ? mask.length >> 2 : 0;
  const fours = new Uint32Array(mask.buffer, words > 0 ? mask.byteOffset : 0, words);
  let count = 0;
  for (let from = 0; from < words; from += 255) {
    let bytes = 0;
    const to = Math.min(from + 255, words);
    for (let i = from; i < to; i++) bytes += fours[i]!;
    count += (bytes & 255) + ((bytes >>> 8) & 255) + ((bytes >>> 16) & 255) + (bytes >>> 24);
  }
  for (let i = 4 * words; i < mask.length; i++) count += mask[i]!;
  return count;
}

/** The C-order places of the elements that are not 0, NaN among them. */
export function truePlaces(x: NDArray): Int32Array {
  const { data } = x.dtype === 'bool' ? x.plain() : x.plain().astype('bool');
  const mask = data as Uint8Array;
  const count = countTrue(mask);
  // Written without a branch: random masks are mispredicted half of the time. The last write may be one too many.
  const places = new Int32Array(count + 1);
  for (let i = 0, k = 0; k < count; i++) {
    places[k] = i;
    k += mask[i]!;
  }
  return places.subarray(0, count);
}
