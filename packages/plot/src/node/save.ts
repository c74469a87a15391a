import { ArgumentError, DataError, DeviceError } from '@isograd/device';
import type * as ResvgModule from '@resvg/resvg-js';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure } from '../figure.ts';
import { PIXELATED } from '../image.ts';
import { gcf } from '../pyplot.ts';
import { isInFont } from '../text.ts';

/** How fine a PNG is. */
export interface PngOptions {
  /** Pixels per inch, 1 to 2400. Default 100. */
  readonly dpi?: number;
}

/** What `savefig` writes. */
export interface SaveOptions extends PngOptions {
  /** Default: the current figure. */
  readonly figure?: Figure;
}

const FONT = fileURLToPath(new URL('../../fonts/DejaVuSans-subset.ttf', import.meta.url));
const SVG_DPI = 100;
const FINEST = 2400;

/**
 * Draws a figure as PNG, with the font of this package: the same pixels on every machine. Texts with other characters take the system's fonts.
 *
 * @throws ArgumentError for a dpi out of range; DeviceError when the optional package `@resvg/resvg-js` is not installed; as {@link Figure.toSvg}.
 * @example
 * const fig = figure();
 * plot([1, 2, 3]);
 * new TextDecoder().decode(toPng(fig).subarray(1, 4)) // => PNG
 */
export function toPng(figure: Figure, { dpi = SVG_DPI }: PngOptions = {}): Uint8Array {
  if (!(dpi >= 1 && dpi <= FINEST))
    throw new ArgumentError({
      where: 'toPng',
      what: 'dpi is out of range',
      got: String(dpi),
      expected: `a number from 1 to ${FINEST}`,
    });
  // resvg knows only the older word of SVG 1.1, browsers only the newer one of CSS.
  const svg = figure.toSvg().replaceAll(PIXELATED, 'image-rendering:optimizeSpeed');
  const { Resvg } = loadResvg();
  const font = {
    fontFiles: [FONT],
    loadSystemFonts: !isInFont(svg),
    defaultFontFamily: 'DejaVu Sans',
    sansSerifFamily: 'DejaVu Sans',
  };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: dpi / SVG_DPI } }).render().asPng();
}

function loadResvg(): typeof ResvgModule {
  try {
    return createRequire(import.meta.url)('@resvg/resvg-js') as typeof ResvgModule;
  } catch (cause) {
    throw new DeviceError(
      {
        where: 'toPng',
        what: 'the package that draws PNG cannot be loaded',
        got: cause instanceof Error ? cause.message.split('\n')[0]! : String(cause),
        expected: '@resvg/resvg-js',
        hint: 'install @resvg/resvg-js, or save as .svg',
      },
      { cause },
    );
  }
}

/**
 * Writes a figure to a file; the ending says how: `.svg` or `.png`.
 *
 * @throws ArgumentError for another ending, before anything is drawn; DataError when the file cannot be written; as {@link toPng}.
 * @example
 * figure();
 * plot([1, 2, 3], 'o-');
 * savefig(`${process.env.TMPDIR ?? '/tmp'}/squares.png`, { dpi: 150 });
 */
export function savefig(path: string, options: SaveOptions = {}): void {
  const format = extname(path).toLowerCase();
  if (format !== '.svg' && format !== '.png') {
    throw new ArgumentError({
      where: 'savefig',
      what: 'unknown format',
      got: `'${path}'`,
      expected: 'a name that ends in .svg or .png',
    });
  }
  const figure = options.figure ?? gcf();
  const content =
    format === '.svg' ? `<?xml version="1.0" encoding="UTF-8"?>\n${figure.toSvg()}\n` : toPng(figure, options);
  try {
    writeFileSync(path, content);
  } catch (cause) {
    throw new DataError(
      {
        where: 'savefig',
        what: 'the file cannot be written',
        got: cause instanceof Error ? cause.message : String(cause),
        expected: 'a folder that exists and can be written',
        hint: 'make the folder first, or save elsewhere',
      },
      { cause },
    );
  }
}
