import { sizeOf } from '@isograd/device';
import { ALL_DTYPES, type Chooser } from '../draw.ts';
import { type Attrs, type PropertyFamily, py } from '../property.ts';
import { EXACT } from '../tolerance.ts';
import { type Entry, rows } from './functions.ts';

type Drawing = { readonly inputs: readonly ReturnType<Chooser['array']>[]; readonly attrs?: Attrs };

function one(choose: Chooser, attrs: (shape: readonly number[]) => Attrs = () => ({}), least = 0): Drawing {
  const shape = choose.shape(4, least);
  return { inputs: [choose.array(choose.of(ALL_DTYPES), shape)], attrs: attrs(shape) };
}

/** Lengths with the same product: some neighbours joined, one left to be computed. */
function reshaped(choose: Chooser, shape: readonly number[]): number[] {
  const to = choose.permutation(shape.length).map((d) => shape[d]!);
  if (choose.once(2) && to.length > 1) to.splice(0, 2, to[0]! * to[1]!);
  if (choose.once(3)) to.push(1);
  if (choose.once(3) && to.length > 0 && sizeOf(to) > 0) to[choose.below(to.length)] = -1;
  return to;
}

/** Arrays of one shape but for an axis. */
function several(choose: Chooser, vary: boolean): Drawing {
  const shape = choose.shape(3, vary ? 1 : 0);
  const axis = choose.axis(shape.length + (vary ? 0 : 1));
  const at = axis < 0 ? axis + shape.length : axis;
  const inputs = Array.from({ length: 1 + choose.below(3) }, () =>
    choose.array(choose.of(ALL_DTYPES), vary ? shape.map((n, d) => (d === at ? choose.below(4) : n)) : shape),
  );
  return { inputs, attrs: { axis, count: inputs.length } };
}

const list = (count: unknown): string => `[${Array.from({ length: Number(count) }, (_, i) => `x${i + 1}`).join(', ')}]`;

const simple = (name: string, python: string, draw: Entry['draw'], order: readonly string[]): Entry => ({
  name,
  python: (attrs) =>
    `np.${python}(x1${order.map((k) => (attrs[k] === undefined ? '' : `, ${py(attrs[k])}`)).join('')})`,
  ours: (f, [x], attrs) => f(x, ...order.flatMap((k) => (attrs[k] === undefined ? [] : [attrs[k]]))),
  tolerance: EXACT,
  draw,
});

const withAxis = (name: string, python: string, least = 1): Entry =>
  simple(name, python, (choose) => one(choose, (shape) => ({ axis: choose.axis(shape.length) }), least), ['axis']);

const MODES = ['constant', 'edge', 'reflect', 'symmetric', 'wrap', 'linear_ramp', 'maximum', 'minimum', 'mean'];

/** Functions that move, join, repeat and pad elements. */
export const SHAPES: PropertyFamily = {
  name: 'shapes',
  rows: rows([
    simple('reshape', 'reshape', (choose) => one(choose, (shape) => ({ to: reshaped(choose, shape) })), ['to']),
    simple(
      'transpose',
      'transpose',
      (choose) => one(choose, (s) => (choose.once(2) ? { axes: choose.permutation(s.length) } : {})),
      ['axes'],
    ),
    simple('flip', 'flip', (choose) => one(choose, (s) => ({ axis: choose.axes(s.length) })), ['axis']),
    simple('ravel', 'ravel', (choose) => one(choose), []),
    simple('squeeze', 'squeeze', (choose) => one(choose), []),
    simple(
      'swapaxes',
      'swapaxes',
      (choose) => one(choose, (s) => ({ a: choose.axis(s.length), b: choose.axis(s.length) }), 1),
      ['a', 'b'],
    ),
    simple(
      'moveaxis',
      'moveaxis',
      (choose) => one(choose, (s) => ({ a: choose.axis(s.length), b: choose.axis(s.length) }), 1),
      ['a', 'b'],
    ),
    simple('expandDims', 'expand_dims', (choose) => one(choose, (s) => ({ axis: choose.axis(s.length + 1) })), [
      'axis',
    ]),
    simple(
      'roll',
      'roll',
      (choose) =>
        one(choose, (s) => ({
          shift: choose.below(9) - 4,
          axis: s.length === 0 || choose.once(3) ? null : choose.axis(s.length),
        })),
      ['shift', 'axis'],
    ),
    simple('rot90', 'rot90', (choose) => one(choose, () => ({ k: choose.below(5) - 1 }), 2), ['k']),
    simple('tile', 'tile', (choose) => one(choose, () => ({ reps: choose.of([2, [2], [1, 2], [2, 1, 2], 0]) })), [
      'reps',
    ]),
    simple(
      'repeat',
      'repeat',
      (choose) =>
        one(choose, (s) => ({ repeats: choose.below(4), axis: s.length === 0 ? null : choose.axis(s.length) })),
      ['repeats', 'axis'],
    ),
    simple(
      'broadcastTo',
      'broadcast_to',
      (choose) => {
        const shape = choose.shape(3);
        return { inputs: [choose.array(choose.of(ALL_DTYPES), choose.broadcastable(shape))], attrs: { shape } };
      },
      ['shape'],
    ),
    simple('tril', 'tril', (choose) => one(choose, () => ({ k: choose.below(5) - 2 }), 2), ['k']),
    simple('triu', 'triu', (choose) => one(choose, () => ({ k: choose.below(5) - 2 }), 2), ['k']),
    simple(
      'diag',
      'diag',
      (choose) => {
        const shape = choose.shape(2, 1);
        return { inputs: [choose.array(choose.of(ALL_DTYPES), shape)] };
      },
      [],
    ),
    simple('diff', 'diff', (choose) => one(choose, (s) => ({ n: choose.below(3), axis: choose.axis(s.length) }), 1), [
      'n',
      'axis',
    ]),
    withAxis('atleast3d', 'atleast_3d', 0),
    {
      name: 'concatenate',
      python: ({ axis, count }) => `np.concatenate(${list(count)}, axis=${py(axis)})`,
      ours: (f, xs, { axis }) => f(xs, axis),
      tolerance: EXACT,
      draw: (choose) => several(choose, true),
    },
    {
      name: 'stack',
      python: ({ axis, count }) => `np.stack(${list(count)}, axis=${py(axis)})`,
      ours: (f, xs, { axis }) => f(xs, axis),
      tolerance: EXACT,
      draw: (choose) => several(choose, false),
    },
    {
      name: 'pad',
      python: ({ widths, mode }) => `np.pad(x1, ${py(widths)}, mode=${py(mode)})`,
      ours: (f, [x], { widths, mode }) => f(x, widths, { mode }),
      tolerance: EXACT,
      draw: (choose) =>
        one(
          choose,
          (shape) => ({
            widths: shape.map(() => [choose.below(4), choose.below(3)]),
            mode: choose.of(MODES),
          }),
          1,
        ),
    },
    {
      name: 'where',
      python: () => 'np.where(x1, x2, x3)',
      ours: (f, xs) => f(...xs),
      tolerance: EXACT,
      draw: (choose) => {
        const shape = choose.shape();
        const other = (): ReturnType<Chooser['array']> =>
          choose.array(choose.of(ALL_DTYPES), choose.broadcastable(shape));
        return { inputs: [choose.array('bool', shape), other(), other()] };
      },
    },
  ]),
};
