import { ArgumentError, DTypeError } from '@isograd/device';
import { NDArray } from '@isograd/ndarray';
import { type Data, isNamed } from './arrays.ts';
import type { BatchIterable, BatchTuple } from './batches.ts';
import type { EvaluateOptions } from './options.ts';

/** What a run is given: data, or an iterable of batches. */
export type Source = { readonly data: BatchTuple } | { readonly batches: BatchIterable };

const isArrayLike = (x: unknown): boolean =>
  x instanceof NDArray || Array.isArray(x) || ArrayBuffer.isView(x) || typeof x === 'number';

/** Whether something is arrays by their names, and no options. */
const isNamedData = (x: unknown): boolean =>
  isNamed(x) &&
  Object.keys(x).length > 0 &&
  Object.values(x).every((item) => typeof item === 'object' && isArrayLike(item));

/** Whether something can be walked and is no data itself. */
export function isBatches(x: Data | BatchIterable): x is BatchIterable {
  return !isArrayLike(x) && typeof x === 'object' && x !== null && (Symbol.iterator in x || Symbol.asyncIterator in x);
}

/** Refuses labels that are no array. */
function checkLabels(y: unknown, where: string): void {
  if (isArrayLike(y) || isNamedData(y)) return;
  throw new DTypeError({
    where,
    what: 'the labels are not an array',
    got: y === null ? 'null' : typeof y,
    expected: 'an NDArray, nested lists or a typed array',
  });
}

/**
 * Reads the arguments of `fit` and `evaluate`: data with labels, or batches alone, for which a list may stand too; then options.
 *
 * @throws DTypeError when the labels are no array; ArgumentError for weights of samples beside batches.
 */
export function readArguments<T extends EvaluateOptions>(
  where: string,
  x: Data | BatchIterable,
  y: Data | T | undefined,
  last: T | undefined,
): { readonly source: Source; readonly options: Partial<T> } {
  const isList = Array.isArray(x) && !isArrayLike(y) && !isNamedData(y) && last === undefined;
  const walked = isBatches(x) || isList;
  if (!walked) {
    checkLabels(y, where);
    const sampleWeight = last?.sampleWeight;
    const data = [x as Data, y as Data] as const;
    return { source: { data: sampleWeight === undefined ? data : [...data, sampleWeight] }, options: last ?? {} };
  }
  if (isArrayLike(y)) {
    throw new ArgumentError({
      where,
      what: 'labels beside an iterable of batches',
      expected: '[inputs, labels] in each batch',
    });
  }
  const options: Partial<T> = (y as T | undefined) ?? last ?? {};
  if (options.sampleWeight !== undefined) {
    throw new ArgumentError({
      where,
      what: 'sampleWeight beside an iterable of batches',
      expected: '[inputs, labels, sampleWeight] in each batch',
    });
  }
  return { source: { batches: x as BatchIterable }, options };
}
