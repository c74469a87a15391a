import { ArgumentError, ShapeError } from '@isograd/device';
import { type Artist, checkNumber, type Frame } from './artist.ts';
import { type Color, type Paint, readColor } from './color.ts';
import { type LineStyle, readFormat } from './format-string.ts';
import { drawMarkers, isMarker, MARKERS } from './markers.ts';
import { pathOf, type Point, segments, thinned } from './polyline.ts';
import { element } from './svg.ts';
import { POINT } from './text.ts';
import { readValues, readVector, type Values } from './values.ts';

/** How a line looks. */
export interface StrokeOptions {
  /** Default: the next colour of the cycle. */
  readonly color?: Color;
  /** `-` solid, `--` dashed, `-.` dash-dotted, `:` dotted, `none`. Default `-`. */
  readonly linestyle?: LineStyle;
  /** In points. Default 1.5. */
  readonly linewidth?: number;
  /** Opacity from 0 to 1. Default 1. */
  readonly alpha?: number;
  /** Entry in the legend. */
  readonly label?: string;
}

/** How `plot` draws. */
export interface PlotOptions extends Omit<StrokeOptions, 'label'> {
  /** One of `. o x + s D d ^ v < > * | _`. Default none. */
  readonly marker?: string;
  /** In points. Default 6. */
  readonly markersize?: number;
  /** Entry in the legend; a list when `y` has several columns. */
  readonly label?: string | readonly string[];
}

/** A line as it is drawn. */
export interface Stroke {
  readonly paint: Paint;
  readonly style: LineStyle;
  /** In pixels. */
  readonly width: number;
}

const DASHES: { readonly [style in LineStyle]?: readonly number[] } = {
  '--': [3.7, 1.6],
  '-.': [6.4, 1.6, 1, 1.6],
  ':': [1, 1.65],
};

/**
 * Reads how a line looks.
 *
 * @throws ArgumentError for an unknown colour or style, or a number out of range.
 */
export function readStroke(options: Omit<StrokeOptions, 'label'>, color: Color, where: string): Stroke {
  const { linestyle = '-', linewidth = 1.5, alpha = 1 } = options;
  if (linestyle !== '-' && linestyle !== 'none' && !Object.hasOwn(DASHES, linestyle)) {
    throw new ArgumentError({
      where,
      what: 'unknown line style',
      got: `'${String(linestyle)}'`,
      expected: "one of '-', '--', '-.', ':', 'none'",
    });
  }
  const paint = readColor(options.color ?? color, where);
  const opacity = paint.opacity * checkNumber(alpha, 'alpha', where, [0, 1]);
  return {
    paint: { color: paint.color, opacity },
    style: linestyle,
    width: checkNumber(linewidth, 'linewidth', where) * POINT,
  };
}

/** Draws a line along path data. */
export function strokePath(d: string, { paint, style, width }: Stroke): string {
  const dashes = DASHES[style]?.map((length) => Math.round(length * width * 100) / 100).join(' ');
  return element('path', {
    d,
    fill: 'none',
    stroke: paint.color,
    'stroke-opacity': paint.opacity === 1 ? undefined : paint.opacity,
    'stroke-width': width,
    'stroke-dasharray': dashes,
    'stroke-linejoin': 'round',
    'stroke-linecap': dashes === undefined ? 'square' : undefined,
  });
}

/** What `plot` was given: values of y, perhaps of x, perhaps a format string. */
export interface PlotData {
  readonly x: Values | undefined;
  readonly y: Values;
  readonly format: string;
}

/**
 * Makes the lines of one call of `plot`: one for each column of `y` `[n]` or `[n, lines]`.
 *
 * @param nextColor Gives the next colour of the cycle.
 * @throws DataError for no data; ShapeError when x and y differ in length; ArgumentError for an unknown format, colour, marker or style.
 */
export function makeLines({ x, y, format }: PlotData, options: PlotOptions, nextColor: () => string): Line[] {
  const merged = { ...readFormat(format, 'plot'), ...options };
  const { marker, markersize = 6 } = merged;
  if (marker !== undefined && !isMarker(marker)) {
    throw new ArgumentError({
      where: 'plot',
      what: 'unknown marker',
      got: `'${marker}'`,
      expected: `one of ${Object.keys(MARKERS).join(' ')}`,
    });
  }
  const size = checkNumber(markersize, 'markersize', 'plot') * POINT;
  const columns = readColumns(y);
  const n = columns[0]!.length;
  const xs = x === undefined ? Float64Array.from({ length: n }, (_, i) => i) : readVector(x, 'plot');
  if (xs.length !== n)
    throw new ShapeError({
      where: 'plot',
      what: 'x and y differ in length',
      got: `x [${xs.length}], y [${n}]`,
      expected: 'as many x as y',
    });
  const labels =
    typeof merged.label === 'string' || merged.label === undefined ? columns.map(() => merged.label) : merged.label;
  if (labels.length !== columns.length)
    throw new ArgumentError({
      where: 'plot',
      what: 'labels and lines differ in number',
      got: `${labels.length} labels`,
      expected: `${columns.length}`,
    });
  return columns.map(
    (ys, i) =>
      new Line(xs, ys, {
        stroke: readStroke(merged, merged.color ?? nextColor(), 'plot'),
        marker,
        size,
        label: labels[i] as string | undefined,
      }),
  );
}

function readColumns(y: Values): Float64Array[] {
  const { shape, data } = readValues(y, 'plot');
  if (shape.length === 1) return [data];
  const [n, lines] = shape;
  if (shape.length !== 2 || n === undefined || lines === undefined) {
    throw new ShapeError({
      where: 'plot',
      what: 'y has too many axes',
      got: `[${shape.join(', ')}]`,
      expected: '[n] or [n, lines]',
    });
  }
  return Array.from({ length: lines }, (_, line) =>
    Float64Array.from({ length: n }, (_, i) => data[i * lines + line]!),
  );
}

/** How a {@link Line} looks. */
interface LineLook {
  readonly stroke: Stroke;
  readonly marker: string | undefined;
  /** Size of the markers, in pixels. */
  readonly size: number;
  readonly label: string | undefined;
}

/** A line through points, with markers on them. */
export class Line implements Artist {
  readonly zorder = 2;
  readonly label: string | undefined;
  readonly extent: Artist['extent'];
  readonly #xs: Float64Array;
  readonly #ys: Float64Array;
  readonly #look: LineLook;

  constructor(xs: Float64Array, ys: Float64Array, look: LineLook) {
    this.#xs = xs;
    this.#ys = ys;
    this.#look = look;
    this.label = look.label;
    this.extent = { x: { values: xs }, y: { values: ys } };
  }

  draw(frame: Frame): string {
    const { stroke, marker, size } = this.#look;
    const parts = segments(
      this.#xs.map((value) => frame.x.pixel(value)),
      this.#ys.map((value) => frame.y.pixel(value)),
    );
    const line =
      stroke.style === 'none'
        ? ''
        : parts
            .filter((part) => part.length > 1)
            .map((part) => pathOf(thinned(part)))
            .join('');
    const drawn = line === '' ? '' : strokePath(line, stroke);
    return marker === undefined
      ? drawn
      : drawn + drawMarkers(parts.flat(), { marker, size, paint: stroke.paint, width: stroke.width });
  }

  handle(width: number, height: number): string {
    const { stroke, marker, size } = this.#look;
    const middle = height / 2;
    const line =
      stroke.style === 'none'
        ? ''
        : strokePath(
            pathOf([
              [0, middle],
              [width, middle],
            ]),
            stroke,
          );
    return marker === undefined
      ? line
      : line + drawMarkers([[width / 2, middle]], { marker, size, paint: stroke.paint, width: stroke.width });
  }

  places(frame: Frame): readonly Point[] {
    return segments(
      this.#xs.map((value) => frame.x.pixel(value)),
      this.#ys.map((value) => frame.y.pixel(value)),
    ).flatMap((part) => (this.#look.stroke.style === 'none' ? part : filledIn(thinned(part))));
  }
}

// A legend is seldom smaller than this, so no line slips through between two places.
const GAP = 8;

function filledIn(points: readonly Point[]): Point[] {
  return points.flatMap(([x, y], i) => {
    const [fromX, fromY] = points[i - 1] ?? [x, y];
    const steps = Math.min(200, Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / GAP)));
    return Array.from({ length: steps }, (_, k): Point => [
      fromX + ((x - fromX) * (k + 1)) / steps,
      fromY + ((y - fromY) * (k + 1)) / steps,
    ]);
  });
}
