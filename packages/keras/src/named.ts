import { ArgumentError } from '@isograd/device';

/** Finds the entry of a table by its name. @throws ArgumentError that lists the names when there is none. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string, where: string): T {
  if (Object.hasOwn(table, name)) return table[name]!;
  throw new ArgumentError({
    where,
    what: 'unknown name',
    got: `'${name}'`,
    expected: `one of ${Object.keys(table).join(', ')}`,
    hint: 'names are spelled in camel case',
  });
}

/** Name under which a class is asked for: `meanSquaredError` of `MeanSquaredError`, `klDivergence` of `KLDivergence`. */
export function entryName(className: string): string {
  return className.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (initials) => initials.toLowerCase());
}
