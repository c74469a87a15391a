import type { Axes, ColorbarOptions, GridOptions, PlotArguments } from './axes.ts';
import { Figure, type FigureOptions } from './figure.ts';
import type { ImageOptions } from './image.ts';
import type { LegendOptions } from './legend.ts';
import type { PlotOptions, StrokeOptions } from './line.ts';
import type { BarOptions, FillOptions, TextOptions } from './region.ts';
import type { ScaleName } from './scale.ts';
import type { ScatterOptions } from './scatter.ts';
import type { Values } from './values.ts';

let current: Figure | undefined;

/**
 * Begins a new figure, on which the functions that follow draw.
 *
 * Source of these words: matplotlib, `pyplot`.
 *
 * @throws ArgumentError for a size that cannot be.
 * @example
 * const fig = figure({ figsize: [6, 3] });
 * plot([1, 2, 3], [1, 4, 9], 'x-', { label: 'squares' });
 * xlabel('n');
 * legend();
 * fig.toSvg().includes('squares') // => true
 */
export function figure(options: FigureOptions = {}): Figure {
  current = new Figure(options);
  return current;
}

/** The current figure, begun when there is none. */
export function gcf(): Figure {
  return current ?? figure();
}

/** The current axes of the current figure. */
export function gca(): Axes {
  return gcf().gca();
}

/** Goes to the axes at a place in a grid, counted from 1; see {@link Figure.subplot}. */
export function subplot(rows: number, cols: number, index: number): Axes {
  return gcf().subplot(rows, cols, index);
}

/** Writes a title above all axes of the current figure. */
export function suptitle(text: string): Figure {
  return gcf().suptitle(text);
}

/** Draws lines on the current axes: `plot(y)`, `plot(x, y)`, each with a format such as `'ro--'` and options after it; see {@link Axes.plot}. */
export function plot(y: Values, options?: PlotOptions): Axes;
export function plot(y: Values, format: string, options?: PlotOptions): Axes;
export function plot(x: Values, y: Values, options?: PlotOptions): Axes;
export function plot(x: Values, y: Values, format: string, options?: PlotOptions): Axes;
export function plot(...args: PlotArguments): Axes {
  return gca().plot(...(args as unknown as [Values, Values, string, PlotOptions?]));
}

/** Draws points on the current axes; see {@link Axes.scatter}. */
export function scatter(x: Values, y: Values, options: ScatterOptions = {}): Axes {
  return gca().scatter(x, y, options);
}

/** Draws an image on the current axes; see {@link Axes.imshow}. */
export function imshow(values: Values, options: ImageOptions = {}): Axes {
  return gca().imshow(values, options);
}

/** Draws a matrix on the current axes, with the columns counted on top; see {@link Axes.matshow}. */
export function matshow(values: Values, options: ImageOptions = {}): Axes {
  return gca().matshow(values, options);
}

/** Draws upright bars on the current axes; see {@link Axes.bar}. */
export function bar(x: Values | readonly string[], heights: Values, options: BarOptions = {}): Axes {
  return gca().bar(x, heights, options);
}

/** Fills the area between two curves on the current axes; see {@link Axes.fillBetween}. */
export function fillBetween(x: Values, lower: Values, upper: Values, options: FillOptions = {}): Axes {
  return gca().fillBetween(x, lower, upper, options);
}

/** Draws a line across the current axes; see {@link Axes.axhline}. */
export function axhline(y = 0, options: StrokeOptions = {}): Axes {
  return gca().axhline(y, options);
}

/** Draws a line up the current axes; see {@link Axes.axvline}. */
export function axvline(x = 0, options: StrokeOptions = {}): Axes {
  return gca().axvline(x, options);
}

/** Writes a text among the data of the current axes; see {@link Axes.text}. */
export function text(x: number, y: number, content: string, options: TextOptions = {}): Axes {
  return gca().text(x, y, content, options);
}

/** Writes a title above the current axes. */
export function title(content: string): Axes {
  return gca().title(content);
}

/** Writes what x of the current axes is. */
export function xlabel(content: string): Axes {
  return gca().xlabel(content);
}

/** Writes what y of the current axes is. */
export function ylabel(content: string): Axes {
  return gca().ylabel(content);
}

/** Sets the first and last value of x; see {@link Axes.xlim}. */
export function xlim(first: number, last: number): Axes {
  return gca().xlim(first, last);
}

/** Sets the first and last value of y; see {@link Axes.xlim}. */
export function ylim(first: number, last: number): Axes {
  return gca().ylim(first, last);
}

/** Makes x linear or logarithmic; see {@link Axes.xscale}. */
export function xscale(name: ScaleName): Axes {
  return gca().xscale(name);
}

/** Makes y linear or logarithmic; see {@link Axes.xscale}. */
export function yscale(name: ScaleName): Axes {
  return gca().yscale(name);
}

/** Sets the ticks of x; see {@link Axes.xticks}. */
export function xticks(values: Values | readonly [], labels?: readonly string[]): Axes {
  return gca().xticks(values, labels);
}

/** Sets the ticks of y; see {@link Axes.xticks}. */
export function yticks(values: Values | readonly [], labels?: readonly string[]): Axes {
  return gca().yticks(values, labels);
}

/** Draws pale lines at the ticks of the current axes, or none. */
export function grid(shown = true, options: GridOptions = {}): Axes {
  return gca().grid(shown, options);
}

/** Shows or hides the frame of the current axes. */
export function axis(shown: 'on' | 'off'): Axes {
  return gca().axis(shown);
}

/** Shows the labels of what is drawn on the current axes; see {@link Axes.legend}. */
export function legend(options: LegendOptions = {}): Axes {
  return gca().legend(options);
}

/** Shows which colour means which value of the last image; see {@link Axes.colorbar}. */
export function colorbar(options: ColorbarOptions = {}): Axes {
  return gca().colorbar(options);
}

/** Sets the colormap of the images that follow on the current axes; see {@link Axes.setCmap}. */
export function setCmap(name: string): Axes {
  return gca().setCmap(name);
}
