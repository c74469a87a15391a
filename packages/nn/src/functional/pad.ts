import { ArgumentError, ShapeError } from '@isograd/device';
import { array, type NDArray, pad as padArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';

/** What stands in a margin: one value, or elements mirrored, repeated from the edge, or from the other end. */
export type PaddingMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of {@link pad}. */
export interface PaddingOptions {
  /** Default `constant`. */
  readonly mode?: PaddingMode;
  /** What stands in the margin with `constant`; default 0. */
  readonly value?: number;
}

type Sides = readonly [before: number, after: number];

/** Position in the axis of each element with its margins; `undefined` where there is none that may be taken. */
const SOURCES: { readonly [M in Exclude<PaddingMode, 'constant'>]: (i: number, n: number) => number } = {
  reflect: (i, n) => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i),
  replicate: (i, n) => Math.min(Math.max(i, 0), n - 1),
  circular: (i, n) => ((i % n) + n) % n,
};

function padAxis(x: NDArray, axis: number, [before, after]: Sides, mode: Exclude<PaddingMode, 'constant'>): NDArray {
  const n = x.shape[axis]!;
  const most = mode === 'reflect' ? n - 1 : mode === 'circular' ? n : n > 0 ? Infinity : 0;
  if (Math.max(before, after) > most || n + before + after < 1)
    throw new ShapeError({
      where: 'pad',
      what: `the margin is too wide for mode ${mode}`,
      got: `${before} and ${after} for an axis of ${n}`,
      expected: mode === 'replicate' ? 'an axis with elements' : `at most ${most}`,
    });
  if (before === 0 && after === 0) return x;
  const positions = Array.from({ length: n + before + after }, (_, i) => SOURCES[mode](i - before, n));
  return x.take(array(positions, { dtype: 'int64' }), axis);
}

/**
 * Adds margins to the last axes, or takes elements away where a width is negative (PyTorch's `F.pad`).
 *
 * @param widths Before and after the last axis, then before and after the one in front of it, and so on.
 * @throws ArgumentError for widths that are no pairs, or an unknown mode; ShapeError where the margin is too wide for the mode.
 * @example
 * import { tensor } from '@isograd/autograd';
 * pad(tensor([1, 2, 3]), [1, 2]).tolist() // => [ 0, 1, 2, 3, 0, 0 ]
 * pad(tensor([[1, 2, 3]]), [2, 0], { mode: 'reflect' }).tolist() // => [ [ 3, 2, 1, 2, 3 ] ]
 */
export function pad(x: Tensor, widths: readonly number[], options: PaddingOptions = {}): Tensor {
  const { mode = 'constant', value = 0 } = options;
  if (widths.length % 2 === 1 || widths.length > 2 * x.ndim || !widths.every(Number.isInteger))
    throw new ArgumentError({
      where: 'pad',
      what: 'the widths do not fit',
      got: JSON.stringify(widths),
      expected: `pairs of whole numbers for at most ${x.ndim} axes`,
    });
  if (mode !== 'constant' && !Object.hasOwn(SOURCES, mode))
    throw new ArgumentError({
      where: 'pad',
      what: 'unknown mode',
      got: String(mode),
      expected: 'constant, reflect, replicate or circular',
    });
  const sides = x.shape.map((_, d): Sides => {
    const at = 2 * (x.ndim - 1 - d);
    return [widths[at] ?? 0, widths[at + 1] ?? 0];
  });
  if (mode === 'constant') return padConstant(x, sides, value);
  return sides.reduce((y, pair, d) => padAxis(y, d, pair, mode), x as NDArray) as Tensor;
}

function padConstant(x: Tensor, sides: readonly Sides[], value: number): Tensor {
  const short = sides.findIndex(([before, after], d) => x.shape[d]! + before + after < 0);
  if (short !== -1)
    throw new ShapeError({
      where: 'pad',
      what: 'more elements are taken away than there are',
      got: `${sides[short]!.join(' and ')} for an axis of ${x.shape[short]}`,
      expected: 'a length from 0',
    });
  const wide = sides.map(([before, after]): [number, number] => [Math.max(before, 0), Math.max(after, 0)]);
  const padded = wide.some(([a, b]) => a > 0 || b > 0) ? padArray(x, wide, { constantValues: value }) : x;
  if (sides.every(([a, b]) => a >= 0 && b >= 0)) return padded;
  return padded.at(
    ...sides.map(([before, after], d) => `${Math.max(-before, 0)}:${padded.shape[d]! + Math.min(after, 0)}` as const),
  );
}
