import { ArgumentError } from '@isograd/device';
import { Axes } from './axes.ts';
import { drawAxes } from './draw-axes.ts';
import { layOut, SIZES } from './layout.ts';
import { element } from './svg.ts';
import { FONT_FAMILY, textElement, textHeight } from './text.ts';

/** How big a figure is. */
export interface FigureOptions {
  /** Width and height in inches of 100 pixels. Default `[6.4, 4.8]`. */
  readonly figsize?: readonly [width: number, height: number];
}

const PIXELS_PER_INCH = 100;
const LARGEST = 200;

/**
 * A picture with one or more pairs of axes.
 *
 * Room for labels, titles and legends is found by itself. Colours keep apart for colour-blind readers.
 *
 * @example
 * const fig = new Figure({ figsize: [4, 3] });
 * fig.subplot(1, 1, 1).plot([0, 1, 4, 9]).title('squares');
 * fig.toSvg().slice(0, 32) // => <svg xmlns="http://www.w3.org/20
 */
export class Figure {
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  readonly #axes: Axes[] = [];
  #current: Axes | undefined;
  #title = '';

  /** @throws ArgumentError unless the size is two numbers above 0, of at most 200 inches. */
  constructor({ figsize = [6.4, 4.8] }: FigureOptions = {}) {
    if (figsize.length !== 2 || !figsize.every((inches) => inches > 0 && inches <= LARGEST)) {
      throw new ArgumentError({
        where: 'figure',
        what: 'figsize is no size',
        got: `[${figsize.join(', ')}]`,
        expected: `[width, height] in inches, above 0 and at most ${LARGEST}`,
      });
    }
    [this.width, this.height] = [Math.round(figsize[0] * PIXELS_PER_INCH), Math.round(figsize[1] * PIXELS_PER_INCH)];
  }

  /**
   * The axes at a place in a grid of `rows` and `cols`, counted from 1, row by row; made when they are not there. They become the current ones.
   *
   * @throws ArgumentError when there is no such place.
   */
  subplot(rows: number, cols: number, index: number): Axes {
    const whole = [rows, cols, index].every((n) => Number.isInteger(n) && n >= 1);
    if (!whole || index > rows * cols) {
      throw new ArgumentError({
        where: 'subplot',
        what: 'there is no such place in the grid',
        got: `rows ${rows}, cols ${cols}, index ${index}`,
        expected: 'whole numbers from 1, the index up to rows x cols',
      });
    }
    const found = this.#axes.find(
      ({ state: { place } }) => place.rows === rows && place.cols === cols && place.index === index,
    );
    this.#current = found ?? new Axes({ rows, cols, index });
    if (!found) this.#axes.push(this.#current);
    return this.#current;
  }

  /** The current axes: the last that `subplot` gave, else one pair that fills the figure. */
  gca(): Axes {
    return this.#current ?? this.subplot(1, 1, 1);
  }

  /** Writes a title above all axes. */
  suptitle(text: string): this {
    this.#title = text;
    return this;
  }

  /**
   * Draws the figure as SVG: one element that can stand in an HTML page, next to others.
   *
   * @throws DataError when a logarithmic axis has no value above 0.
   */
  toSvg(): string {
    const { width, height } = this;
    const top = this.#title === '' ? 0 : SIZES.cellGap + textHeight(this.#title, SIZES.titleFont);
    const placed = layOut(
      this.#axes.map((axes) => axes.state),
      { x: 0, y: top, width, height: height - top },
    );
    const title =
      this.#title === ''
        ? ''
        : textElement(
            this.#title,
            { x: width / 2, y: SIZES.cellGap + SIZES.titleFont / 4, align: 'middle', valign: 'top' },
            { size: SIZES.titleFont },
          );
    const name =
      [this.#title, ...placed.map(({ state }) => state.title)].filter((text) => text !== '').join('; ') || 'plot';
    const background = element('rect', { width, height, fill: '#ffffff' });
    const attributes = {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': FONT_FAMILY,
      role: 'img',
      'aria-label': name,
    };
    return element('svg', attributes, background + title + placed.map(drawAxes).join(''));
  }
}
