import type { Index, NDArray } from '@isograd/ndarray';
import { ALL_DTYPES, type Chooser } from '../draw.ts';
import type { PropertyFamily, Row } from '../property.ts';
import { EXACT } from '../tolerance.ts';
import { rows } from './functions.ts';

/** A part of an index in both languages. */
interface Part {
  readonly ours: Index;
  readonly python: string;
}

const intp = (list: unknown): string => `np.array(${JSON.stringify(list)}, dtype=np.intp)`;

function bound(choose: Chooser, n: number): string {
  return choose.once(2) ? '' : String(choose.below(2 * n + 3) - n - 1);
}

/** A part for an axis of length `n`; arrays of positions broadcast to `picked`. */
function part(choose: Chooser, n: number, picked: readonly number[]): Part {
  const kind = choose.below(8);
  if (kind < 3) {
    const step = choose.of(['', '', '1', '2', '-1', '-2', '3']);
    const text = `${bound(choose, n)}:${bound(choose, n)}${step === '' ? '' : `:${step}`}`;
    return { ours: text as Index, python: text };
  }
  const position = (): number => (n === 0 ? 0 : choose.below(2 * n) - n);
  if (kind < 5) {
    const at = position();
    return { ours: at, python: String(at) };
  }
  const shape = choose.broadcastable(picked);
  const list = (d: number): unknown =>
    d === shape.length ? position() : Array.from({ length: shape[d]! }, () => list(d + 1));
  const at = list(0);
  return Array.isArray(at) ? { ours: at as Index, python: intp(at) } : { ours: at as number, python: String(at) };
}

/** An index of an array of a shape. */
function indexOf(choose: Chooser, shape: readonly number[]): Part[] {
  const picked = choose.of([[2], [3], [1, 2], [2, 3], [0]]);
  const parts = shape.slice(0, choose.below(shape.length + 1)).map((n) => part(choose, n, picked));
  if (choose.once(4)) parts.splice(choose.below(parts.length + 1), 0, { ours: null, python: 'None' });
  // An ellipsis may stand where the parts behind it still mean their axes: at the end, or when all axes are named.
  if (choose.once(4)) parts.push({ ours: '...', python: '...' });
  return parts;
}

const key = (parts: readonly Part[]): string =>
  parts.length === 0 ? '()' : `${parts.map((p) => p.python).join(', ')},`;

const parts = (attrs: { readonly index?: unknown }): Part[] => attrs.index as Part[];

const SMALL_DTYPES = ALL_DTYPES;

function drawRead(choose: Chooser): ReturnType<Row['draw']> {
  const shape = choose.shape(4);
  return { inputs: [choose.array(choose.of(SMALL_DTYPES), shape)], attrs: { index: indexOf(choose, shape) } };
}

function drawMask(choose: Chooser): ReturnType<Row['draw']> {
  const shape = choose.shape(3, 1);
  const lead = 1 + choose.below(shape.length);
  return { inputs: [choose.array(choose.of(SMALL_DTYPES), shape), choose.array('bool', shape.slice(0, lead))] };
}

/** Reading and writing by positions, slices, lists of positions and masks, mixed. */
export const INDEXING: PropertyFamily = {
  name: 'indexing',
  rows: rows([
    {
      name: 'read',
      of: 'getitem',
      python: (attrs) => `x1[${key(parts(attrs))}]`,
      ours: (_f, [x], attrs) => x!.at(...parts(attrs).map((p) => p.ours)),
      tolerance: EXACT,
      draw: drawRead,
    },
    {
      name: 'write a number',
      of: 'getitem',
      python: (attrs) => `do x1[${key(parts(attrs))}] = 1`,
      ours: (_f, [x], attrs) =>
        x!.set(
          parts(attrs).map((p) => p.ours),
          1,
        ),
      tolerance: EXACT,
      draw: drawRead,
    },
    {
      name: 'write an array',
      of: 'getitem',
      python: (attrs) => `do x1[${key(parts(attrs))}] = x2`,
      ours: (_f, [x, y], attrs) =>
        x!.set(
          parts(attrs).map((p) => p.ours),
          y!,
        ),
      tolerance: EXACT,
      draw: (choose) => {
        const shape = choose.shape(3);
        const dtype = choose.of(SMALL_DTYPES);
        const index = shape.length === 0 ? [] : [part(choose, shape[0]!, [3]), ...indexOf(choose, shape.slice(1))];
        const value = choose.array(dtype, choose.of([[], [1], [3], shape.slice(1), shape.slice(-1)]));
        return { inputs: [choose.array(dtype, shape), value], attrs: { index } };
      },
    },
    {
      name: 'read by mask',
      of: 'getitem',
      python: () => 'x1[x2]',
      ours: (_f, [x, mask]) => x!.at(mask!),
      tolerance: EXACT,
      draw: drawMask,
    },
    {
      name: 'write by mask',
      of: 'getitem',
      python: () => 'do x1[x2] = 0',
      ours: (_f, [x, mask]): NDArray => x!.set([mask!], 0),
      tolerance: EXACT,
      draw: drawMask,
    },
  ]),
};
