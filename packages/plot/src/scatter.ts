import { ArgumentError, ShapeError } from '@isograd/device';
import { type Artist, checkNumber, type Frame } from './artist.ts';
import { type Color, type Paint, readColor } from './color.ts';
import { drawMarkers, isMarker, MARKERS } from './markers.ts';
import type { Point } from './polyline.ts';
import { POINT } from './text.ts';
import { readVector, type Values } from './values.ts';

/** How `scatter` draws. */
export interface ScatterOptions {
  /** Default: the next colour of the cycle. */
  readonly color?: Color;
  /** Area of the markers in square points, one for all or one for each. Default 36. */
  readonly s?: number | Values;
  /** One of `. o x + s D d ^ v < > * | _`. Default `o`. */
  readonly marker?: string;
  /** Opacity from 0 to 1. Default 1. */
  readonly alpha?: number;
  /** Entry in the legend. */
  readonly label?: string;
}

/**
 * Makes the points of one call of `scatter`.
 *
 * @throws DataError for no data; ShapeError when x, y and s differ in length; ArgumentError for an unknown colour or marker.
 */
export function makeScatter(x: Values, y: Values, options: ScatterOptions, nextColor: () => string): Scatter {
  const { s = 36, marker = 'o', alpha = 1 } = options;
  if (!isMarker(marker))
    throw new ArgumentError({
      where: 'scatter',
      what: 'unknown marker',
      got: `'${marker}'`,
      expected: `one of ${Object.keys(MARKERS).join(' ')}`,
    });
  const [xs, ys] = [readVector(x, 'scatter'), readVector(y, 'scatter')];
  const areas = typeof s === 'number' ? undefined : readVector(s, 'scatter');
  if (xs.length !== ys.length || (areas && areas.length !== xs.length)) {
    throw new ShapeError({
      where: 'scatter',
      what: 'the values differ in number',
      got: `x [${xs.length}], y [${ys.length}]${areas ? `, s [${areas.length}]` : ''}`,
      expected: 'as many of each',
    });
  }
  const sizes = Array.from(areas ?? [s as number], (area) => Math.sqrt(checkNumber(area, 's', 'scatter')) * POINT);
  const paint = readColor(options.color ?? nextColor(), 'scatter');
  const opacity = paint.opacity * checkNumber(alpha, 'alpha', 'scatter', [0, 1]);
  return new Scatter(xs, ys, { sizes, marker, paint: { color: paint.color, opacity }, label: options.label });
}

interface ScatterLook {
  /** In pixels: one for each point, or one for all. */
  readonly sizes: readonly number[];
  readonly marker: string;
  readonly paint: Paint;
  readonly label: string | undefined;
}

const STROKE = 1.5 * POINT;

/** Points that no line joins. */
export class Scatter implements Artist {
  readonly zorder = 1;
  readonly label: string | undefined;
  readonly extent: Artist['extent'];
  readonly #xs: Float64Array;
  readonly #ys: Float64Array;
  readonly #look: ScatterLook;

  constructor(xs: Float64Array, ys: Float64Array, look: ScatterLook) {
    this.#xs = xs;
    this.#ys = ys;
    this.#look = look;
    this.label = look.label;
    this.extent = { x: { values: xs }, y: { values: ys } };
  }

  draw(frame: Frame): string {
    const { sizes, marker, paint } = this.#look;
    const bySize = new Map<number, Point[]>();
    Array.from(this.#xs, (value, i) => {
      const place: Point = [frame.x.pixel(value), frame.y.pixel(this.#ys[i]!)];
      const size = sizes[i] ?? sizes[0]!;
      if (!place.every(Number.isFinite)) return;
      const group = bySize.get(size);
      if (group) group.push(place);
      else bySize.set(size, [place]);
    });
    // Large ones first, so that none hides another.
    return [...bySize]
      .sort(([a], [b]) => b - a)
      .map(([size, places]) => drawMarkers(places, { marker, size, paint, width: STROKE }))
      .join('');
  }

  handle(width: number, height: number): string {
    const { sizes, marker, paint } = this.#look;
    return drawMarkers([[width / 2, height / 2]], { marker, size: Math.min(sizes[0]!, height), paint, width: STROKE });
  }

  places(frame: Frame): readonly Point[] {
    return Array.from(this.#xs, (value, i): Point => [frame.x.pixel(value), frame.y.pixel(this.#ys[i]!)]).filter(
      (place) => place.every(Number.isFinite),
    );
  }
}
