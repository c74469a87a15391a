import { short } from './svg.ts';

/** A place in pixels. */
export type Point = readonly [x: number, y: number];

/**
 * Cuts a line where a value is missing (NaN or infinite).
 *
 * @example
 * segments([0, 1, 2, 3], [5, NaN, 5, 6]) // => [ [ [ 0, 5 ] ], [ [ 2, 5 ], [ 3, 6 ] ] ]
 */
export function segments(xs: ArrayLike<number>, ys: ArrayLike<number>): Point[][] {
  const found: Point[][] = [];
  let current: Point[] | undefined;
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [xs[i]!, ys[i]!];
    if (!Number.isFinite(x) || !Number.isFinite(y)) current = undefined;
    else if (current === undefined) found.push((current = [[x, y]]));
    else current.push([x, y]);
  }
  return found;
}

/**
 * Leaves out points that cannot be seen: of all in one column of pixels it keeps the first, lowest, highest and last.
 *
 * Lines that turn back in x stay as they are. Source: U. Jugel and others, "M4: A Visualization-Oriented Time Series Data Aggregation" (2014).
 */
export function thinned(points: readonly Point[]): readonly Point[] {
  if (points.some(([x], i) => i > 0 && x < points[i - 1]![0])) return points;
  const kept: Point[] = [];
  for (let start = 0; start < points.length;) {
    const column = Math.floor(points[start]![0]);
    let [end, low, high] = [start, start, start];
    for (; end < points.length && Math.floor(points[end]![0]) === column; end++) {
      if (points[end]![1] < points[low]![1]) low = end;
      if (points[end]![1] > points[high]![1]) high = end;
    }
    for (const i of [...new Set([start, low, high, end - 1])].sort((a, b) => a - b)) kept.push(points[i]!);
    start = end;
  }
  return kept;
}

/** A line as path data. */
export function pathOf(points: readonly Point[], closed = false): string {
  return `M${points.map(([x, y]) => `${short(x)} ${short(y)}`).join(' ')}${closed ? 'Z' : ''}`;
}
