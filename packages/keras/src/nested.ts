/** One thing, or several in a list. */
export type Nested<T> = T | readonly T[];

/** The things in order. */
export function flatten<T extends object>(x: Nested<T>): readonly T[] {
  return Array.isArray(x) ? (x as readonly T[]) : [x as T];
}

/** Maps each; one stays one. */
export function mapNested<T extends object, U>(x: Nested<T>, f: (item: T) => U): Nested<U> {
  return Array.isArray(x) ? (x as readonly T[]).map(f) : f(x as T);
}
