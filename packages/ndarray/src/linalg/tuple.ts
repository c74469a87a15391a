/**
 * Python's named tuple: a list whose items have names too, so that `const [Q, R] = qr(x)` and `qr(x).Q` both work.
 *
 * The names are not enumerable: a list prints, compares and spreads as the list that it is.
 */
export type NamedTuple<Items extends readonly unknown[], Names extends object> = Items & Names;

/** Gives the items of a list their names. */
export function namedTuple<Items extends readonly unknown[], Names extends object>(
  names: readonly (keyof Names & string)[],
  items: Items,
): NamedTuple<Items, Names> {
  names.forEach((name, i) => Object.defineProperty(items, name, { value: items[i] }));
  return items as NamedTuple<Items, Names>;
}
