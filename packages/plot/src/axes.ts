import { ArgumentError } from '@isograd/device';
import type { Artist } from './artist.ts';
import { CYCLE } from './color.ts';
import { colormap } from './colormap.ts';
import { type ColorKey, Image, type ImageOptions, makeImage } from './image.ts';
import { checkLegend, type LegendOptions } from './legend.ts';
import { makeLines, type PlotOptions, type StrokeOptions } from './line.ts';
import { Band, type BarOptions, Bars, Caption, type FillOptions, Ruler, type TextOptions } from './region.ts';
import { checkLimits, type Limits, type ScaleName } from './scale.ts';
import { makeScatter, type ScatterOptions } from './scatter.ts';
import type { Tick } from './ticks.ts';
import { readVector, type Values } from './values.ts';

/** Place among the axes of a figure: the place `index`, from 1, in a grid. */
export interface GridPlace {
  readonly rows: number;
  readonly cols: number;
  readonly index: number;
}

/** What one axis was told. */
export interface AxisSettings {
  readonly label: string;
  readonly scale: ScaleName;
  readonly limits?: Limits;
  readonly ticks?: readonly Tick[];
}

/** How `colorbar` draws. */
export interface ColorbarOptions {
  /** Text beside it. */
  readonly label?: string;
}

/** How `grid` draws. */
export interface GridOptions {
  /** Which lines. Default both. */
  readonly axis?: 'x' | 'y' | 'both';
}

/** All that drawing needs to know about a pair of axes. */
export interface AxesState {
  readonly place: GridPlace;
  readonly artists: readonly Artist[];
  readonly title: string;
  readonly x: AxisSettings;
  readonly y: AxisSettings;
  readonly ticksOnTop: boolean;
  readonly frameShown: boolean;
  readonly grid: 'x' | 'y' | 'both' | 'none';
  readonly legend: LegendOptions | undefined;
  readonly colorbar: { readonly key: ColorKey; readonly label: string } | undefined;
}

/**
 * A pair of axes: what matplotlib calls `Axes`, with the words of `pyplot`. Each method returns the axes.
 *
 * Made by `subplot`, `gca` or the first drawing function; drawn by the figure.
 *
 * @example
 * const fig = figure();
 * fig.subplot(1, 2, 1).plot([1, 3, 2], 'x-').title('left');
 * fig.subplot(1, 2, 2).imshow([[0, 1], [1, 0]], { cmap: 'gray' }).axis('off');
 * fig.toSvg().startsWith('<svg') // => true
 */
export class Axes {
  #state: AxesState;
  #colors = 0;
  #cmap = 'viridis';

  constructor(place: GridPlace) {
    const axis: AxisSettings = { label: '', scale: 'linear' };
    this.#state = {
      place,
      artists: [],
      title: '',
      x: axis,
      y: axis,
      ticksOnTop: false,
      frameShown: true,
      grid: 'none',
      legend: undefined,
      colorbar: undefined,
    };
  }

  /** What has been said so far. */
  get state(): AxesState {
    return this.#state;
  }

  /**
   * Draws a line, or one for each column of `y` `[n, lines]`: `plot(y)`, `plot(x, y)`, each with a format string such as `'ro--'` and options after it.
   *
   * @throws DataError for no data; ShapeError when x and y differ in length; ArgumentError for an unknown format, colour, marker or style.
   */
  plot(y: Values, options?: PlotOptions): this;
  plot(y: Values, format: string, options?: PlotOptions): this;
  plot(x: Values, y: Values, options?: PlotOptions): this;
  plot(x: Values, y: Values, format: string, options?: PlotOptions): this;
  plot(...args: PlotArguments): this {
    const { x, y, format, options } = readPlotArguments(args);
    return this.#add(...makeLines({ x, y, format }, options, () => this.#nextColor()));
  }

  /**
   * Draws points, `x` and `y` `[n]`.
   *
   * @throws DataError for no data; ShapeError when the values differ in number; ArgumentError for an unknown colour or marker.
   */
  scatter(x: Values, y: Values, options: ScatterOptions = {}): this {
    return this.#add(makeScatter(x, y, options, () => this.#nextColor()));
  }

  /**
   * Draws an image: values `[height, width]` through a colormap, or colours `[height, width, 3 or 4]`.
   *
   * @throws DataError for no values or colours out of range; ShapeError for another shape; ArgumentError for an unknown colormap.
   */
  imshow(values: Values, options: ImageOptions = {}): this {
    return this.#image(makeImage(values, options, this.#cmap, 'imshow'));
  }

  /**
   * Draws a matrix `[rows, columns]` through a colormap, with the columns counted on top.
   *
   * @throws as {@link imshow}.
   */
  matshow(values: Values, options: ImageOptions = {}): this {
    this.#image(makeImage(values, options, this.#cmap, 'matshow'));
    return this.#set({ ticksOnTop: true });
  }

  /** Draws upright bars; `x` are numbers or names. @throws ShapeError when there are not as many heights. */
  bar(x: Values | readonly string[], heights: Values, options: BarOptions = {}): this {
    const bars = new Bars(x, heights, options, () => this.#nextColor());
    if (bars.names)
      this.xticks(
        bars.names.map((_, i) => i),
        bars.names,
      );
    return this.#add(bars);
  }

  /** Fills the area between two curves over `x` `[n]`. @throws ShapeError when the values differ in number. */
  fillBetween(x: Values, lower: Values, upper: Values, options: FillOptions = {}): this {
    return this.#add(new Band({ x, lower, upper }, options, () => this.#nextColor()));
  }

  /** Draws a line across the axes at `y`. Default colour: the first of the cycle. */
  axhline(y = 0, options: StrokeOptions = {}): this {
    return this.#add(new Ruler('y', y, options));
  }

  /** Draws a line up the axes at `x`. Default colour: the first of the cycle. */
  axvline(x = 0, options: StrokeOptions = {}): this {
    return this.#add(new Ruler('x', x, options));
  }

  /** Writes a text at a place among the data. */
  text(x: number, y: number, text: string, options: TextOptions = {}): this {
    return this.#add(new Caption([x, y], text, options));
  }

  /** Writes a title above. */
  title(text: string): this {
    return this.#set({ title: text });
  }

  /** Writes what x is. */
  xlabel(text: string): this {
    return this.#set({ x: { ...this.#state.x, label: text } });
  }

  /** Writes what y is. */
  ylabel(text: string): this {
    return this.#set({ y: { ...this.#state.y, label: text } });
  }

  /** Sets the first and last value of x; the larger one first turns the axis round. @throws ArgumentError unless they are two different numbers. */
  xlim(first: number, last: number): this {
    return this.#set({ x: { ...this.#state.x, limits: checkLimits([first, last], this.#state.x.scale, 'xlim') } });
  }

  /** Sets the first and last value of y, as {@link xlim}. */
  ylim(first: number, last: number): this {
    return this.#set({ y: { ...this.#state.y, limits: checkLimits([first, last], this.#state.y.scale, 'ylim') } });
  }

  /** Makes x linear or logarithmic (values up to 0 are then left out). @throws ArgumentError for another scale. */
  xscale(name: ScaleName): this {
    return this.#set({ x: this.#scaled(this.#state.x, name, 'xscale') });
  }

  /** Makes y linear or logarithmic, as {@link xscale}. */
  yscale(name: ScaleName): this {
    return this.#set({ y: this.#scaled(this.#state.y, name, 'yscale') });
  }

  /** Sets the ticks of x, and what is written beside them; an empty list hides them. @throws ArgumentError when there are not as many labels. */
  xticks(values: Values | readonly [], labels?: readonly string[]): this {
    return this.#set({ x: { ...this.#state.x, ticks: readTicks(values, labels, 'xticks') } });
  }

  /** Sets the ticks of y, as {@link xticks}. */
  yticks(values: Values | readonly [], labels?: readonly string[]): this {
    return this.#set({ y: { ...this.#state.y, ticks: readTicks(values, labels, 'yticks') } });
  }

  /** Draws pale lines at the ticks, or none. */
  grid(shown = true, { axis = 'both' }: GridOptions = {}): this {
    return this.#set({ grid: shown ? axis : 'none' });
  }

  /** Shows or hides the frame with its ticks and labels. */
  axis(shown: 'on' | 'off'): this {
    return this.#set({ frameShown: shown !== 'off' });
  }

  /** Shows the labels of what is drawn. @throws ArgumentError for an unknown place. */
  legend(options: LegendOptions = {}): this {
    return this.#set({ legend: checkLegend(options) });
  }

  /** Shows which colour means which value of the last image. @throws ArgumentError when there is none. */
  colorbar({ label = '' }: ColorbarOptions = {}): this {
    const image = this.#state.artists.findLast((artist) => artist instanceof Image && artist.key !== undefined);
    if (image instanceof Image && image.key) return this.#set({ colorbar: { key: image.key, label } });
    throw new ArgumentError({
      where: 'colorbar',
      what: 'there is no image with a colormap',
      got: `${this.#state.artists.length} other things drawn`,
      expected: 'imshow or matshow of [height, width] before',
    });
  }

  /** Sets the colormap of the images that follow. @throws ArgumentError when there is no such map. */
  setCmap(name: string): this {
    colormap(name, 'setCmap');
    this.#cmap = name;
    return this;
  }

  #image(image: Image): this {
    this.#add(image);
    // The first row is on top.
    return this.#set({ y: { ...this.#state.y, limits: [image.raster.height - 0.5, -0.5] } });
  }

  #scaled(axis: AxisSettings, name: ScaleName, where: string): AxisSettings {
    if (name !== 'linear' && name !== 'log')
      throw new ArgumentError({
        where,
        what: 'unknown scale',
        got: `'${String(name)}'`,
        expected: "'linear' or 'log'",
      });
    if (axis.limits) checkLimits(axis.limits, name, where);
    return { ...axis, scale: name };
  }

  #add(...artists: readonly Artist[]): this {
    return this.#set({ artists: [...this.#state.artists, ...artists] });
  }

  #set(change: Partial<AxesState>): this {
    this.#state = { ...this.#state, ...change };
    return this;
  }

  #nextColor(): string {
    return CYCLE[this.#colors++ % CYCLE.length]!;
  }
}

/** Arguments of `plot`, before it is known which is which. */
export type PlotArguments = readonly [Values, (Values | string | PlotOptions)?, (string | PlotOptions)?, PlotOptions?];

function readPlotArguments([first, ...rest]: PlotArguments): {
  x: Values | undefined;
  y: Values;
  format: string;
  options: PlotOptions;
} {
  const [second] = rest;
  const hasX = second !== undefined && typeof second !== 'string' && !isOptions(second);
  const [format, options] = (hasX ? rest.slice(1) : rest) as [(string | PlotOptions)?, PlotOptions?];
  return {
    x: hasX ? first : undefined,
    y: hasX ? second : first,
    format: typeof format === 'string' ? format : '',
    options: (typeof format === 'string' ? options : format) ?? {},
  };
}

function isOptions(argument: Values | PlotOptions): argument is PlotOptions {
  return typeof argument === 'object' && argument !== null && !('length' in argument) && !('shape' in argument);
}

function readTicks(values: Values | readonly [], labels: readonly string[] | undefined, where: string): Tick[] {
  const read = Array.isArray(values) && values.length === 0 ? [] : [...readVector(values, where)];
  if (labels && labels.length !== read.length)
    throw new ArgumentError({
      where,
      what: 'labels and ticks differ in number',
      got: `${labels.length} labels`,
      expected: `${read.length}`,
    });
  return read.map((value, i) => ({ value, label: labels?.[i] ?? String(value).replace('-', '\u2212') }));
}
