import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray, Shape } from '../array.ts';
import { show } from '../broadcast.ts';
import type { Scalar } from '../elements.ts';

/** Widths of the margins of every axis. */
export type Widths = readonly (readonly [before: number, after: number])[];

/** Something for each side of each axis: one for all, a pair for all axes, a pair (or one) for each axis. */
export type Sides<T> =
  | T
  | readonly [T]
  | readonly [before: T, after: T]
  | readonly (readonly [before: T, after: T] | readonly [T])[];

/** How far to pad: one number for all sides, a pair for all axes, a pair for each axis, or axes by number. */
export type PadWidth = Sides<number> | Readonly<Record<number, number | readonly [before: number, after: number]>>;

const MODES = [
  'constant',
  'edge',
  'linear_ramp',
  'maximum',
  'mean',
  'median',
  'minimum',
  'reflect',
  'symmetric',
  'wrap',
  'empty',
] as const;

/** What the margins are made of. */
export type PadMode = (typeof MODES)[number];

/** Writes the margins of one line of an array. */
export type PadFunction = (
  vector: NDArray,
  widths: readonly [before: number, after: number],
  axis: number,
  options: PadOptions,
) => void;

/** Options of `pad`. */
export interface PadOptions {
  /** Default `constant`. */
  readonly mode?: PadMode | PadFunction;
  /** Values of the margins in mode `constant`; default 0. */
  readonly constantValues?: Sides<Scalar>;
  /** Values at the ends of the margins in mode `linear_ramp`; default 0. */
  readonly endValues?: Sides<number>;
  /** Number of elements at each end that `maximum`, `minimum`, `mean` and `median` look at; default all. */
  readonly statLength?: Sides<number> | null;
  /** Whether `reflect` and `symmetric` mirror at the edge (`even`, the default), or also through its value (`odd`). */
  readonly reflectType?: 'even' | 'odd';
}

const ALLOWED: { readonly [M in PadMode]: readonly string[] } = {
  constant: ['constantValues'],
  edge: [],
  linear_ramp: ['endValues'],
  maximum: ['statLength'],
  mean: ['statLength'],
  median: ['statLength'],
  minimum: ['statLength'],
  reflect: ['reflectType'],
  symmetric: ['reflectType'],
  wrap: [],
  empty: [],
};

/** Refuses unknown modes, and options that a mode does not have. */
export function checkPadOptions({ mode = 'constant', ...options }: PadOptions): void {
  if (typeof mode === 'function') return;
  if (!MODES.includes(mode))
    throw new ArgumentError({
      where: 'pad',
      what: `mode '${mode}' is not supported`,
      got: mode,
      expected: MODES.join(', '),
      hint: 'a function writes margins of any kind',
    });
  const wrong = Object.keys(options).find((name) => !ALLOWED[mode].includes(name));
  if (wrong !== undefined)
    throw new ArgumentError({
      where: 'pad',
      what: `unsupported keyword arguments for mode '${mode}': ${wrong}`,
      got: wrong,
      expected: ALLOWED[mode].join(', ') || 'none',
      hint: 'name the mode that it belongs to',
    });
}

/** Pairs for every axis of what was given shorter. @throws ShapeError for another number of pairs than axes. */
export function pairsOf<T extends Scalar>(given: Sides<T>, ndim: number): readonly (readonly [T, T])[] {
  const all = (a: T, b: T): (readonly [T, T])[] => Array.from({ length: ndim }, () => [a, b] as const);
  if (!Array.isArray(given)) return all(given as T, given as T);
  const list = given as readonly (T | readonly T[])[];
  const pair = (item: readonly T[]): readonly [T, T] => [item[0]!, item.length > 1 ? item[1]! : item[0]!];
  if (!Array.isArray(list[0])) {
    const flat = list as readonly T[];
    if (flat.length === 1 || flat.length === 2) return all(flat[0]!, flat.at(-1)!);
  } else if (list.length === 1) return all(...pair(list[0] as readonly T[]));
  else if (
    list.length === ndim &&
    list.every((item) => Array.isArray(item) && (item.length === 1 || item.length === 2))
  )
    return (list as readonly (readonly T[])[]).map(pair);
  throw new ShapeError({
    where: 'pad',
    what: 'a pair of widths is needed for each axis',
    got: `${list.length} pairs, array of ${ndim} axes`,
    expected: `${ndim} pairs, one pair or one number`,
    hint: '[[1, 1], [0, 0]] pads the first of two axes',
  });
}

function byAxis(width: Readonly<Record<number, number | readonly [number, number]>>, ndim: number): Widths {
  const pairs = Array.from({ length: ndim }, () => [0, 0] as readonly [number, number]);
  for (const [key, value] of Object.entries(width)) {
    const d = Number(key) < 0 ? Number(key) + ndim : Number(key);
    if (!(d in pairs))
      throw new ShapeError({
        where: 'pad',
        what: `axis ${key} is out of bounds for array of dimension ${ndim}`,
        got: `axis ${key}`,
        expected: `${-ndim} to ${ndim - 1}`,
        hint: 'negative axes count from the last one',
      });
    pairs[d] = typeof value === 'number' ? [value, value] : value;
  }
  return pairs;
}

const isByAxis = (width: PadWidth): width is Readonly<Record<number, number | readonly [number, number]>> =>
  typeof width === 'object' && !Array.isArray(width);

/** Widths for every axis of a shape. @throws ArgumentError for negative widths. */
export function widthsOf(width: PadWidth, shape: Shape): Widths {
  const pairs = isByAxis(width) ? byAxis(width, shape.length) : pairsOf(width, shape.length);
  const bad = pairs.flat().find((n) => !Number.isInteger(n) || n < 0);
  if (bad === undefined) return pairs;
  throw new ArgumentError({
    where: 'pad',
    what: "widths can't be negative or fractions",
    got: `${bad}, array ${show(shape)}`,
    expected: 'whole numbers from 0',
    hint: 'cut an array with x.at(...)',
  });
}
