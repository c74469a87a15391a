import type { NDArray } from '../array.ts';

/** The C-order places of the elements that are not 0, NaN among them. */
export function truePlaces(x: NDArray): Int32Array {
  const { data } = x.dtype === 'bool' ? x.plain() : x.plain().astype('bool');
  const mask = data as Uint8Array;
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i]!;
  const places = new Int32Array(count);
  for (let i = 0, k = 0; k < count; i++) if (mask[i] !== 0) places[k++] = i;
  return places;
}
