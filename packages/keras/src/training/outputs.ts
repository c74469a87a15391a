import { ArgumentError } from '@isograd/device';

/** The outputs of a model: their names, where it has them, and how many there are. */
export interface Outputs {
  readonly names: readonly string[] | undefined;
  readonly count: number;
}

/** One thing for each output: a list in their order, or by their names; null and what is left out mean none. */
export type PerOutput<T> = readonly (T | null)[] | { readonly [output: string]: T | null };

/** What was given for each output, in their order. @throws ArgumentError for a name that is no output, or a list of another length. */
export function perOutput<T>(
  given: PerOutput<T>,
  { names, count }: Outputs,
  what: string,
): readonly (T | null | undefined)[] {
  if (Array.isArray(given)) {
    const list = given as readonly (T | null)[];
    if (list.length === count) return list;
    throw new ArgumentError({
      where: 'compile',
      what: `another number of ${what} than of outputs`,
      got: String(list.length),
      expected: String(count),
    });
  }
  const table = given as { readonly [output: string]: T | null };
  const unknown = Object.keys(table).filter((name) => !names?.includes(name));
  if (unknown.length > 0)
    throw new ArgumentError({
      where: 'compile',
      what: `${what} of what is no output`,
      got: unknown.join(', '),
      expected: names?.join(', ') ?? 'a list: the outputs of this model have no names',
    });
  return names!.map((name) => table[name]);
}

/** Whether something is a table by the names of outputs: no list, and of no class. */
export function isTable(x: unknown): x is { readonly [output: string]: unknown } {
  return typeof x === 'object' && x !== null && !Array.isArray(x) && Object.getPrototypeOf(x) === Object.prototype;
}
