import { ArgumentError, ShapeError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { type Place, type Size, sizes, spatialStart } from './spatial.ts';

/** Options of pooling over windows. */
export interface WindowOptions {
  /** Step from window to window; default the length of the window. */
  readonly stride?: Size | undefined;
  /** Elements added at both ends of each axis, at most half a window; default 0. */
  readonly padding?: Size;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: Size;
  /** Whether a last window may reach beyond the end; default false. */
  readonly ceilMode?: boolean;
}

/** The windows along one axis: `count` of them, the first element of the o-th is `o stride - padding`. */
export interface AxisWindows {
  readonly length: number;
  readonly count: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** The windows along every spatial axis of an input. @throws ArgumentError or ShapeError where they do not fit. */
export function windowsOf(x: NDArray, kernelSize: Size, options: WindowOptions, place: Place): readonly AxisWindows[] {
  const start = spatialStart(x, place);
  const kernel = sizes(kernelSize, 'kernelSize', 1, place);
  const stride = options.stride === undefined ? kernel : sizes(options.stride, 'stride', 1, place);
  const padding = sizes(options.padding ?? 0, 'padding', 0, place);
  const dilation = sizes(options.dilation ?? 1, 'dilation', 1, place);
  const far = padding.findIndex((p, i) => 2 * p > dilation[i]! * (kernel[i]! - 1) + 1);
  if (far !== -1)
    throw new ArgumentError({
      where: place.where,
      what: 'the padding is wider than half a window',
      got: `padding ${padding[far]}, kernelSize ${kernel[far]}`,
      expected: `at most ${Math.floor((dilation[far]! * (kernel[far]! - 1) + 1) / 2)}`,
    });
  return kernel.map((size, i) => {
    const [s, p, d, length] = [stride[i]!, padding[i]!, dilation[i]!, x.shape[start + i]!];
    const room = length + 2 * p - d * (size - 1) - 1;
    let count = (options.ceilMode ? Math.ceil(room / s) : Math.floor(room / s)) + 1;
    // A last window that would begin in the padding behind is left out.
    if (options.ceilMode && (count - 1) * s >= length + p) count--;
    if (length < 1 || count < 1)
      throw new ShapeError({
        where: place.where,
        what: 'the windows do not fit into the input',
        got: `[${x.shape.join(', ')}], kernelSize ${size}, dilation ${d}, padding ${p}`,
        expected: `at least ${d * (size - 1) + 1 - 2 * p} elements along axis ${start + i}`,
      });
    return { length, count, size, stride: s, padding: p, dilation: d };
  });
}

/** Numbers of parts; `null` leaves an axis as it is. */
export type AdaptiveSize = number | readonly (number | null)[];

/** Numbers of parts along every spatial axis. @throws ArgumentError or ShapeError where they do not fit. */
export function adaptiveCounts(x: NDArray, outputSize: AdaptiveSize, place: Place): readonly number[] {
  const start = spatialStart(x, place);
  const given = typeof outputSize === 'number' ? outputSize : outputSize.map((n, i) => n ?? x.shape[start + i] ?? 0);
  const counts = sizes(given, 'outputSize', 0, place);
  if (x.shape.slice(1).includes(0))
    throw new ShapeError({
      where: place.where,
      what: 'an axis behind the batch has no elements',
      got: `[${x.shape.join(', ')}]`,
      expected: 'lengths from 1',
    });
  return counts;
}

/** Bounds of windows that divide an axis into `count` parts, which overlap where it does not divide evenly. */
export function parts(length: number, count: number): readonly (readonly [start: number, end: number])[] {
  return Array.from({ length: count }, (_, o) => [
    Math.floor((o * length) / count),
    Math.ceil(((o + 1) * length) / count),
  ]);
}
