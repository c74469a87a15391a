import type { NDArray } from '@isograd/ndarray';
import * as nd from '@isograd/ndarray';
import type { Attrs, Given, Row } from '../property.ts';

type AnyFunction = (...args: unknown[]) => Given;

type Table = Readonly<Record<string, AnyFunction | undefined>>;

/** The function of a name, which may be that of a part of the package before a point. */
function functionOf(name: string): AnyFunction | undefined {
  const [part, own] = name.split('.');
  const table = nd as unknown as Table & Readonly<Record<string, Table | undefined>>;
  return own === undefined ? table[name] : table[part!]?.[own];
}

/** Functions that rows ask for and that do not exist. */
export const MISSING: string[] = [];

/** What a row is made of; `ours` is given the function of its name. */
export interface Entry extends Omit<Row, 'ours'> {
  /** Name of the function, where it is not that of the row. */
  readonly of?: string;
  readonly ours: (f: AnyFunction, xs: readonly NDArray[], attrs: Attrs) => Given;
}

/** Rows of the functions that exist; what does not is left out. */
export function rows(entries: readonly Entry[]): Row[] {
  return entries.flatMap(({ of, ours, ...row }) => {
    const f = functionOf(of ?? row.name);
    if (f === undefined) MISSING.push(row.name);
    return f === undefined ? [] : [{ ...row, ours: (xs, attrs) => ours(f, xs, attrs) }];
  });
}

/** Options without those that were not drawn. */
export function some(options: Attrs): Attrs {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Keyword arguments in Python, in front of which stands a comma; those not drawn are left out. */
export function keywords(options: Attrs, spell: (value: unknown) => string): string {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `, ${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}=${spell(value)}`)
    .join('');
}
