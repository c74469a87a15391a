import { ArgumentError, isInteger, ShapeError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { array, empty } from '../creation.ts';
import { concatenate } from '../ops/joins.ts';
import { linspace } from '../ranges.ts';
import { int64Array } from './int64.ts';
import { ndindex } from './iteration.ts';
import { median } from './medians.ts';
import { type PadFunction, type PadMode, type PadOptions, pairsOf, type Sides, type Widths } from './pad-options.ts';

type Pair = readonly [before: number, after: number];

/** How one axis is padded. */
interface Padding extends PadOptions {
  /** Whether the array that is padded lies in Fortran order. */
  readonly fortran: boolean;
}

/** A run of an axis. */
function part(x: NDArray, axis: number, start: number, stop: number): NDArray {
  return x.at(...Array.from({ length: axis }, () => ':' as const), `${start}:${stop}`);
}

function picked(x: NDArray, axis: number, positions: readonly number[]): NDArray {
  return x.take(int64Array(positions), axis);
}

/** Mirrors an axis at both ends, again and again while the margins are wider than what there is to mirror. */
function mirrored(x: NDArray, axis: number, [left, right]: Pair, { mode, reflectType = 'even' }: PadOptions): NDArray {
  const n = x.shape[axis]!;
  const withEdge = mode === 'symmetric';
  // One element has no neighbour to mirror.
  if (n === 1 && !withEdge) return edged(x, axis, [left, right]);
  const period = withEdge ? n : n - 1;
  let [y, before, after] = [x, left, right];
  while (before > 0 || after > 0) {
    const length = y.shape[axis]!;
    const usable = Math.floor((withEdge ? length : length - 1) / period) * period;
    const [a, b] = [Math.min(usable, before), Math.min(usable, after)];
    const shift = withEdge ? 1 : 0;
    const chunk = (positions: readonly number[], edge: number): NDArray => {
      const mirror = picked(y, axis, positions);
      return reflectType === 'odd' ? picked(y, axis, [edge]).mul(2).sub(mirror).astype(x.dtype) : mirror;
    };
    const front = chunk(
      Array.from({ length: a }, (_, i) => a - shift - i),
      0,
    );
    const back = chunk(
      Array.from({ length: b }, (_, i) => length - 2 + shift - i),
      length - 1,
    );
    y = concatenate([front, y, back], axis);
    [before, after] = [before - a, after - b];
  }
  return y;
}

function wrapped(x: NDArray, axis: number, [left, right]: Pair): NDArray {
  const n = x.shape[axis]!;
  return picked(
    x,
    axis,
    Array.from({ length: left + n + right }, (_, i) => (((i - left) % n) + n) % n),
  );
}

function edged(x: NDArray, axis: number, [left, right]: Pair): NDArray {
  const n = x.shape[axis]!;
  return picked(
    x,
    axis,
    Array.from({ length: left + n + right }, (_, i) => Math.min(Math.max(i - left, 0), n - 1)),
  );
}

function ramped(x: NDArray, axis: number, [left, right]: Pair, endValues: Sides<number>): NDArray {
  const n = x.shape[axis]!;
  const [from, to] = pairsOf(endValues, x.ndim)[axis]!;
  // One value or pair for all axes is an array of its own dtype to NumPy; values for each axis take that of the array.
  const isEach = Array.isArray(endValues) && endValues.length > 1 && Array.isArray(endValues[0]);
  const lead = Array.from({ length: axis }, () => ':' as const);
  const ramp = (end: number, edge: NDArray, width: number): NDArray =>
    linspace(isEach ? end : array(end), edge, width, { endpoint: false, dtype: x.dtype, axis });
  const front = ramp(from, x.at(...lead, 0), left);
  const back = ramp(to, x.at(...lead, n - 1), right).flip(axis);
  return concatenate([front, x, back], axis);
}

type Statistic = (x: NDArray, axis: number) => NDArray;

/** A copy in C or Fortran order: sums follow the memory, and NumPy's are those of the padded array. */
const inOrder = (x: NDArray, fortran: boolean): NDArray => (fortran ? x.T.copy().T : x.copy());

const STATISTICS: { readonly [M in PadMode]?: Statistic } = {
  maximum: (x, axis) => x.max(axis, { keepdims: true }),
  minimum: (x, axis) => x.min(axis, { keepdims: true }),
  mean: (x, axis) => x.mean(axis, { keepdims: true }),
  median: (x, axis) => median(x, axis, { keepdims: true }) as NDArray,
};

function padStatistic(x: NDArray, axis: number, [left, right]: Pair, options: Padding): NDArray {
  const { statLength, mode, fortran } = options;
  const lengths = statLength == null ? [null, null] : pairsOf(statLength, x.ndim)[axis]!;
  const n = x.shape[axis]!;
  const [a, b] = lengths.map((length) => (length === null ? n : Math.min(length, n))) as [number, number];
  if ((a === 0 || b === 0) && (mode === 'maximum' || mode === 'minimum'))
    throw new ArgumentError({
      where: 'pad',
      what: 'stat_length of 0 yields no value for padding',
      got: `lengths ${a}, ${b}`,
      expected: '1 or more',
      hint: 'leave statLength out for all elements',
    });
  const margin = (run: NDArray, width: number): NDArray => {
    const y = STATISTICS[mode as PadMode]!(inOrder(run, fortran), axis);
    const rounded = isInteger(x.dtype) && !isInteger(y.dtype) ? y.round() : y;
    return rounded.astype(x.dtype).broadcastTo(x.shape.map((m, d) => (d === axis ? width : m)));
  };
  return concatenate([margin(part(x, axis, 0, a), left), x, margin(part(x, axis, n - b, n), right)], axis);
}

/** Lets a function write the margins of every line. */
function padWith(x: NDArray, widths: Widths, write: PadFunction, options: PadOptions): NDArray {
  const y = x.pad(widths as never);
  widths.forEach((pair, axis) => {
    const lines = y.moveaxis(axis, -1);
    for (const index of ndindex(lines.shape.slice(0, -1))) write(lines.at(...index), pair, axis, options);
  });
  return y;
}

function refuseEmpty(x: NDArray, widths: Widths, mode: PadMode): void {
  const axis = x.shape.findIndex((n, d) => n === 0 && widths[d]!.some((width) => width > 0));
  if (axis < 0) return;
  throw new ShapeError({
    where: 'pad',
    what: `can't extend empty axis ${axis} using modes other than 'constant' or 'empty'`,
    got: `array ${show(x.shape)}, mode ${mode}`,
    expected: 'an axis with elements',
    hint: 'pad with a constant',
  });
}

function padAxis(x: NDArray, axis: number, pair: Pair, options: Padding): NDArray {
  const mode = options.mode as PadMode;
  if (mode === 'edge') return edged(x, axis, pair);
  if (mode === 'wrap') return wrapped(x, axis, pair);
  if (mode === 'reflect' || mode === 'symmetric') return mirrored(x, axis, pair, options);
  if (mode === 'linear_ramp') return ramped(x, axis, pair, options.endValues ?? 0);
  return padStatistic(x, axis, pair, options);
}

/** Pads by any mode but `constant`, axis by axis as NumPy does: margins of later axes are made of those of earlier ones. */
export function padBy(x: NDArray, widths: Widths, options: PadOptions): NDArray {
  const { mode } = options;
  if (typeof mode === 'function') {
    const { mode: _mode, ...rest } = options;
    return padWith(x, widths, mode, rest);
  }
  const shape = x.shape.map((n, d) => n + widths[d]![0] + widths[d]![1]);
  if (mode !== 'empty') refuseEmpty(x, widths, mode!);
  if (mode === 'empty' || x.size === 0) return x.size === 0 ? empty(shape, { dtype: x.dtype }) : x.pad(widths as never);
  const padding = { ...options, fortran: !x.contiguous && x.T.contiguous };
  const y = widths.reduce(
    (padded, pair, d) => (pair[0] + pair[1] === 0 ? padded : padAxis(padded, d, pair, padding)),
    x,
  );
  return y === x ? x.copy() : y;
}
