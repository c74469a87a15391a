import { ArgumentError } from '@isograd/device';
import { array, type ArraySource, NDArray } from '@isograd/ndarray';

/** Arrays by the names of inputs or outputs. */
export type NamedData = { readonly [name: string]: ArraySource };

/** Samples: an array `[samples, ...]`, nested lists; a list of arrays, or arrays by their names, for a model of several inputs or outputs. */
export type Data = ArraySource | readonly NDArray[] | NamedData;

/** What data is, for messages, and the names under which arrays may be given. */
export interface Slots {
  readonly where: string;
  readonly what: string;
  readonly names?: readonly string[] | undefined;
  /** Whether names may be left out. */
  readonly partial?: boolean;
}

/** Whether data has names: an object that is neither an array nor one of JavaScript's. */
export function isNamed(data: unknown): data is NamedData {
  if (typeof data !== 'object' || data === null || data instanceof NDArray) return false;
  return (
    !Array.isArray(data) && !ArrayBuffer.isView(data) && !(Symbol.iterator in data || Symbol.asyncIterator in data)
  );
}

function fromNames(data: NamedData, { where, what, names, partial = false }: Slots): readonly (NDArray | undefined)[] {
  const given = Object.keys(data);
  const known = names ?? given;
  const unknown = given.filter((name) => !known.includes(name));
  const missing = partial ? [] : known.filter((name) => !Object.hasOwn(data, name));
  if (unknown.length > 0 || missing.length > 0)
    throw new ArgumentError({
      where,
      what: `the names of the ${what} are not those of the model`,
      got: given.join(', ') || 'none',
      expected: known.join(', '),
    });
  return known.map((name) => (Object.hasOwn(data, name) ? asArray(data[name]!) : undefined));
}

const asArray = (data: ArraySource): NDArray => (data instanceof NDArray ? data.plain() : array(data));

/** Data as arrays, in the order of the model; undefined where names may be left out and are. @throws ArgumentError for names that are not the model's. */
export function toSlots(data: Data, slots: Slots): readonly (NDArray | undefined)[] {
  if (isNamed(data)) return fromNames(data, slots);
  if (Array.isArray(data) && data.length > 0) {
    const list = data as readonly ArraySource[];
    // Nested lists are one array, unless there is one for each of several slots and one of them is an array.
    if (list.every((item) => item instanceof NDArray) || (list.length === slots.names?.length && list.length > 1))
      return list.map(asArray);
  }
  return [asArray(data as ArraySource)];
}

/** As {@link toSlots}, where none may be left out. */
export function toArrays(data: Data, slots: Omit<Slots, 'partial'>): readonly NDArray[] {
  return toSlots(data, slots) as readonly NDArray[];
}
