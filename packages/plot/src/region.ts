import { ArgumentError, ShapeError } from '@isograd/device';
import { type Artist, checkNumber, type Frame } from './artist.ts';
import { type Color, type Paint, readColor } from './color.ts';
import { readStroke, type Stroke, type StrokeOptions, strokePath } from './line.ts';
import { pathOf, type Point } from './polyline.ts';
import { element } from './svg.ts';
import { POINT, textElement } from './text.ts';
import { readVector, type Values } from './values.ts';

/** A straight line across the axes at one value. */
export class Ruler implements Artist {
  readonly zorder = 2;
  readonly label: string | undefined;
  readonly extent: Artist['extent'];
  readonly #axis: 'x' | 'y';
  readonly #value: number;
  readonly #stroke: Stroke;

  constructor(axis: 'x' | 'y', value: number, options: StrokeOptions) {
    const where = axis === 'y' ? 'axhline' : 'axvline';
    this.#axis = axis;
    this.#value = checkNumber(value, axis, where, [-Infinity, Infinity]);
    this.#stroke = readStroke(options, 'C0', where);
    this.label = options.label;
    this.extent = axis === 'y' ? { y: { values: [value] } } : { x: { values: [value] } };
  }

  draw(frame: Frame): string {
    const [from, to] = this.#ends(frame);
    return [...from, ...to].every(Number.isFinite) ? strokePath(pathOf([from, to]), this.#stroke) : '';
  }

  handle(width: number, height: number): string {
    return strokePath(
      pathOf([
        [0, height / 2],
        [width, height / 2],
      ]),
      this.#stroke,
    );
  }

  #ends({ x, y, box }: Frame): readonly [Point, Point] {
    const at = this.#axis === 'y' ? y.pixel(this.#value) : x.pixel(this.#value);
    if (this.#axis === 'y')
      return [
        [box.x, at],
        [box.x + box.width, at],
      ];
    return [
      [at, box.y],
      [at, box.y + box.height],
    ];
  }
}

/** How `fillBetween` and `bar` draw. */
export interface FillOptions {
  /** Default: the next colour of the cycle. */
  readonly color?: Color;
  /** Opacity from 0 to 1. Default 1. */
  readonly alpha?: number;
  /** Entry in the legend. */
  readonly label?: string;
}

function readFill(options: FillOptions, nextColor: () => string, where: string): Paint {
  const { color, opacity } = readColor(options.color ?? nextColor(), where);
  return { color, opacity: opacity * checkNumber(options.alpha ?? 1, 'alpha', where, [0, 1]) };
}

function fillPath(d: string, { color, opacity }: Paint): string {
  return d === '' ? '' : element('path', { d, fill: color, 'fill-opacity': opacity === 1 ? undefined : opacity });
}

function fillHandle(width: number, height: number, paint: Paint): string {
  const top = height * 0.15;
  return fillPath(
    pathOf(
      [
        [0, top],
        [width, top],
        [width, height - top],
        [0, height - top],
      ],
      true,
    ),
    paint,
  );
}

/** The area between two curves. */
export class Band implements Artist {
  readonly zorder = 1;
  readonly label: string | undefined;
  readonly extent: Artist['extent'];
  readonly #data: { readonly xs: Float64Array; readonly lower: Float64Array; readonly upper: Float64Array };
  readonly #paint: Paint;

  constructor(
    { x, lower, upper }: { readonly x: Values; readonly lower: Values; readonly upper: Values },
    options: FillOptions,
    nextColor: () => string,
  ) {
    const data = {
      xs: readVector(x, 'fillBetween'),
      lower: readVector(lower, 'fillBetween'),
      upper: readVector(upper, 'fillBetween'),
    };
    const lengths = Object.values(data).map((values) => values.length);
    if (new Set(lengths).size > 1) {
      throw new ShapeError({
        where: 'fillBetween',
        what: 'x and the two curves differ in length',
        got: lengths.map((length) => `[${length}]`).join(', '),
        expected: 'as many of each',
      });
    }
    this.#data = data;
    this.#paint = readFill(options, nextColor, 'fillBetween');
    this.label = options.label;
    this.extent = { x: { values: data.xs }, y: { values: [...data.lower, ...data.upper] } };
  }

  draw({ x, y }: Frame): string {
    const { xs, lower, upper } = this.#data;
    const paths: string[] = [];
    let run: [Point, Point][] = [];
    const close = (): void => {
      if (run.length > 1)
        paths.push(pathOf([...run.map(([low]) => low), ...run.map(([, high]) => high).reverse()], true));
      run = [];
    };
    xs.forEach((value, i) => {
      const at = x.pixel(value);
      const [low, high] = [y.pixel(lower[i]!), y.pixel(upper[i]!)];
      if ([at, low, high].every(Number.isFinite))
        run.push([
          [at, low],
          [at, high],
        ]);
      else close();
    });
    close();
    return fillPath(paths.join(''), this.#paint);
  }

  handle(width: number, height: number): string {
    return fillHandle(width, height, this.#paint);
  }
}

/** How `bar` draws. */
export interface BarOptions extends FillOptions {
  /** Width of the bars in units of x, above 0. Default 0.8. */
  readonly width?: number;
}

/** Upright bars that stand on 0. */
export class Bars implements Artist {
  readonly zorder = 1;
  readonly label: string | undefined;
  readonly extent: Artist['extent'];
  /** Names of the bars, where x was names. */
  readonly names: readonly string[] | undefined;
  readonly #xs: Float64Array;
  readonly #heights: Float64Array;
  readonly #half: number;
  readonly #paint: Paint;

  constructor(x: Values | readonly string[], heights: Values, options: BarOptions, nextColor: () => string) {
    this.names = isNames(x) ? x : undefined;
    this.#xs = isNames(x) ? Float64Array.from(x, (_, i) => i) : readVector(x, 'bar');
    this.#heights = readVector(heights, 'bar');
    if (this.#xs.length !== this.#heights.length) {
      throw new ShapeError({
        where: 'bar',
        what: 'x and heights differ in number',
        got: `x [${this.#xs.length}], heights [${this.#heights.length}]`,
        expected: 'as many of each',
      });
    }
    this.#half = checkNumber(options.width ?? 0.8, 'width', 'bar', [Number.MIN_VALUE, Infinity]) / 2;
    this.#paint = readFill(options, nextColor, 'bar');
    this.label = options.label;
    this.extent = {
      x: { values: [...this.#xs].flatMap((at) => [at - this.#half, at + this.#half]) },
      y: { values: [0, ...this.#heights], sticky: [0] },
    };
  }

  draw({ x, y, box }: Frame): string {
    const foot = Number.isFinite(y.pixel(0)) ? y.pixel(0) : box.y + box.height;
    const bars = Array.from(this.#xs, (at, i) => {
      const [left, right, top] = [x.pixel(at - this.#half), x.pixel(at + this.#half), y.pixel(this.#heights[i]!)];
      return [left, right, top].every(Number.isFinite)
        ? pathOf(
            [
              [left, foot],
              [left, top],
              [right, top],
              [right, foot],
            ],
            true,
          )
        : '';
    });
    return fillPath(bars.join(''), this.#paint);
  }

  handle(width: number, height: number): string {
    return fillHandle(width, height, this.#paint);
  }

  places({ x, y }: Frame): readonly Point[] {
    return Array.from(this.#xs, (at, i): Point => [x.pixel(at), y.pixel(this.#heights[i]!)]).filter((place) =>
      place.every(Number.isFinite),
    );
  }
}

function isNames(x: Values | readonly string[]): x is readonly string[] {
  return Array.isArray(x) && x.length > 0 && x.every((item) => typeof item === 'string');
}

/** How `text` writes. */
export interface TextOptions {
  /** Default black. */
  readonly color?: Color;
  /** In points. Default 10. */
  readonly fontsize?: number;
  /** Side of the text that stands at x. Default `left`. */
  readonly ha?: 'left' | 'center' | 'right';
  /** Side of the text that stands at y. Default `baseline`. */
  readonly va?: 'top' | 'center' | 'baseline' | 'bottom';
}

const ALIGN = { left: 'start', center: 'middle', right: 'end' } as const;
const VALIGN = { top: 'top', center: 'middle', baseline: 'baseline', bottom: 'bottom' } as const;

/** A text at a place among the data. */
export class Caption implements Artist {
  readonly zorder = 3;
  readonly extent: Artist['extent'] = {};
  readonly #x: number;
  readonly #y: number;
  readonly #text: string;
  readonly #look: {
    readonly align: 'start' | 'middle' | 'end';
    readonly valign: 'top' | 'middle' | 'baseline' | 'bottom';
    readonly size: number;
    readonly color: string;
  };

  constructor([x, y]: Point, text: string, options: TextOptions) {
    const { ha = 'left', va = 'baseline', color = 'k', fontsize = 10 } = options;
    if (!Object.hasOwn(ALIGN, ha) || !Object.hasOwn(VALIGN, va)) {
      throw new ArgumentError({
        where: 'text',
        what: 'unknown alignment',
        got: `ha '${ha}', va '${va}'`,
        expected: 'ha left, center or right; va top, center, baseline or bottom',
      });
    }
    this.#x = checkNumber(x, 'x', 'text', [-Infinity, Infinity]);
    this.#y = checkNumber(y, 'y', 'text', [-Infinity, Infinity]);
    this.#text = text;
    this.#look = {
      align: ALIGN[ha],
      valign: VALIGN[va],
      size: checkNumber(fontsize, 'fontsize', 'text') * POINT,
      color: readColor(color, 'text').color,
    };
  }

  draw({ x, y }: Frame): string {
    const { align, valign, size, color } = this.#look;
    const [px, py] = [x.pixel(this.#x), y.pixel(this.#y)];
    return Number.isFinite(px) && Number.isFinite(py)
      ? textElement(this.#text, { x: px, y: py, align, valign }, { size, color })
      : '';
  }
}
