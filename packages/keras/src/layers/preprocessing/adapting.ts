import { DataError } from '@isograd/device';
import { array, type ArraySource, NDArray } from '@isograd/ndarray';

/** Data that a layer adapts to: an array, nested lists, or batches: arrays, or pairs of inputs and labels. */
export type AdaptData = ArraySource | Iterable<NDArray | readonly [x: NDArray, ...rest: unknown[]]>;

/** Batches of data; a whole array is `null` where layers tell it from a single batch. */
export function batchesOf(data: AdaptData, where: string): { readonly whole: boolean; readonly batches: NDArray[] } {
  if (data instanceof NDArray) return { whole: true, batches: [data.plain()] };
  const list: unknown[] = Array.isArray(data) ? data : [...(data as Iterable<unknown>)];
  const inBatches = list.map((item): unknown => (Array.isArray(item) && item[0] instanceof NDArray ? item[0] : item));
  if (list.length > 0 && inBatches.every((item) => item instanceof NDArray))
    return { whole: false, batches: inBatches.map((item) => (item as NDArray).plain()) };
  if (list.length > 0 && Array.isArray(data)) return { whole: true, batches: [array(data as ArraySource)] };
  throw new DataError({
    where,
    what: 'there is nothing to adapt to',
    got: list.length === 0 ? 'no batches' : `batches of ${typeof list[0]}`,
    expected: 'an array, or batches that are arrays',
  });
}
