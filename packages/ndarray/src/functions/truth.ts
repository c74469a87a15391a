import type { NDArray } from '../array.ts';

/** The C-order places of the elements that are not 0, NaN among them. */
export function truePlaces(x: NDArray): Int32Array {
  const { data } = x.dtype === 'bool' ? x.plain() : x.plain().astype('bool');
  const mask = data as Uint8Array;
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i]!;
  // Written without a branch: random masks are mispredicted half of the time. The last write may be one too many.
  const places = new Int32Array(count + 1);
  for (let i = 0, k = 0; k < count; i++) {
    places[k] = i;
    k += mask[i]!;
  }
  return places.subarray(0, count);
}
