import { ArgumentError } from '@isograd/device';
import type { Point } from './polyline.ts';
import type { Extent, Scale } from './scale.ts';

/** A rectangle in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the data of a pair of axes are drawn. */
export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly box: Box;
}

/** Something drawn inside a pair of axes. */
export interface Artist {
  /** Higher ones are drawn over lower ones. */
  readonly zorder: number;
  /** Its entry in the legend; none without. */
  readonly label?: string | undefined;
  /** What the axes should show of it. */
  readonly extent: { readonly x?: Extent; readonly y?: Extent };
  draw(frame: Frame): string;
  /** Its sample in the legend, in a box of that size at the origin. */
  handle?(width: number, height: number): string;
  /** Places that a legend should not cover. */
  places?(frame: Frame): readonly Point[];
}

/**
 * Checks a number among the options.
 *
 * @throws ArgumentError unless it is a finite number from `low` to `high`.
 */
export function checkNumber(
  value: number,
  name: string,
  where: string,
  [low, high]: readonly [number, number] = [0, Infinity],
): number {
  if (Number.isFinite(value) && value >= low && value <= high) return value;
  throw new ArgumentError({
    where,
    what: `${name} is out of range`,
    got: String(value),
    expected: high === Infinity ? `a number from ${low}` : `a number from ${low} to ${high}`,
  });
}
