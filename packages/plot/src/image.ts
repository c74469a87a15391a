import { ArgumentError, DataError, ShapeError } from '@isograd/device';
import type { Artist, Frame } from './artist.ts';
import { colormap, LEVELS } from './colormap.ts';
import { pngDataUri, type Raster } from './png.ts';
import { element } from './svg.ts';
import { type Numbers, readValues, type Values } from './values.ts';

/** How `imshow` and `matshow` draw. */
export interface ImageOptions {
  /** `gray`, `binary`, `viridis`, `magma`, `inferno`, `plasma`, `RdBu`, or one of them with `_r`. Default `viridis`, or what `setCmap` set. */
  readonly cmap?: string;
  /** The value that gets the first colour. Default: the smallest. */
  readonly vmin?: number;
  /** The value that gets the last colour. Default: the largest. */
  readonly vmax?: number;
}

/**
 * Makes an image of values `[height, width]`, drawn through a colormap, or of colours `[height, width, 3]` or `[height, width, 4]`.
 *
 * Colours are from 0 to 255 when one of them is above 1, else from 0 to 1; NaN among values is left transparent.
 *
 * @throws DataError for no values, none finite or colours out of range; ShapeError for another shape; ArgumentError for an unknown colormap or limits that are not in order.
 */
export function makeImage(values: Values, options: ImageOptions, defaultCmap: string, where: string): Image {
  const read = readValues(values, where);
  const [height, width, channels] = read.shape;
  const colours = read.shape.length === 3 && (channels === 3 || channels === 4);
  if (height === undefined || width === undefined || (read.shape.length !== 2 && !colours)) {
    throw new ShapeError({
      where,
      what: 'the values are no image',
      got: `[${read.shape.join(', ')}]`,
      expected: '[height, width], or [height, width, 3 or 4] for colours',
      hint: 'drop axes of length 1, and move the channels to the end',
    });
  }
  const map = colormap(options.cmap ?? defaultCmap, where);
  if (colours) return new Image({ width, height, pixels: colourBytes(read, where) }, undefined);
  const [low, high] = colourLimits(read, options, where);
  const pixels = Uint8Array.from(read.data, (value) => levelOf(value, low, high));
  const holes = read.data.some(Number.isNaN);
  const [palette, transparent] = holes ? [shortened(map), LEVELS - 1] : [map, undefined];
  if (holes)
    pixels.forEach((level, i) => (pixels[i] = Number.isNaN(read.data[i]) ? LEVELS - 1 : Math.min(level, LEVELS - 2)));
  return new Image(
    { width, height, pixels, palette, ...(transparent !== undefined && { transparent }) },
    { map, low, high },
  );
}

function levelOf(value: number, low: number, high: number): number {
  const place = high === low ? 0 : (value - low) / (high - low);
  return Math.min(Math.max(Math.floor(place * LEVELS), 0), LEVELS - 1);
}

/** A palette whose last place is free for what is missing. */
function shortened(map: Uint8Array): Uint8Array {
  const palette = map.slice();
  palette.set(map.subarray(-3), (LEVELS - 2) * 3);
  return palette;
}

function colourLimits({ data }: Numbers, { vmin, vmax }: ImageOptions, where: string): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high)
    throw new DataError({
      where,
      what: 'no value is finite',
      got: `${data.length} values, all NaN or infinite`,
      expected: 'one finite value or more',
    });
  [low, high] = [vmin ?? low, vmax ?? high];
  if (low <= high && Number.isFinite(low) && Number.isFinite(high)) return [low, high];
  throw new ArgumentError({
    where,
    what: 'vmin and vmax are not in order',
    got: `vmin ${low}, vmax ${high}`,
    expected: 'vmin up to vmax, both finite',
  });
}

function colourBytes({ data }: Numbers, where: string): Uint8Array {
  const factor = data.some((value) => value > 1) ? 1 : 255;
  const bad = data.find((value) => !(value >= 0 && value <= 255));
  if (bad !== undefined)
    throw new DataError({
      where,
      what: 'a colour is out of range',
      got: String(bad),
      expected: 'all from 0 to 1, or all from 0 to 255',
    });
  return Uint8Array.from(data, (value) => Math.round(value * factor));
}

/** What a colorbar shows: colours, and the values of the first and the last. */
export interface ColorKey {
  readonly map: Uint8Array;
  readonly low: number;
  readonly high: number;
}

/** An image whose pixels are centred on whole numbers, the first row on top. */
export class Image implements Artist {
  readonly zorder = 0;
  readonly extent: Artist['extent'];
  /** Undefined for an image of colours. */
  readonly key: ColorKey | undefined;
  readonly raster: Raster;

  constructor(raster: Raster, key: ColorKey | undefined) {
    const edges = (length: number): { values: number[]; sticky: number[] } => ({
      values: [-0.5, length - 0.5],
      sticky: [-0.5, length - 0.5],
    });
    this.raster = raster;
    this.key = key;
    this.extent = { x: edges(raster.width), y: edges(raster.height) };
  }

  draw({ x, y }: Frame): string {
    const [left, right] = [x.pixel(-0.5), x.pixel(this.raster.width - 0.5)].sort((a, b) => a - b) as [number, number];
    const [top, bottom] = [y.pixel(-0.5), y.pixel(this.raster.height - 0.5)].sort((a, b) => a - b) as [number, number];
    return pixelImage(this.raster, { x: left, y: top, width: right - left, height: bottom - top });
  }
}

/** Style of images whose pixels stay sharp, as browsers know it. */
export const PIXELATED = 'image-rendering:pixelated';

/** Draws pixels as they are, without smoothing, over a rectangle. */
export function pixelImage(
  raster: Raster,
  place: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): string {
  return element('image', { ...place, preserveAspectRatio: 'none', style: PIXELATED, href: pngDataUri(raster) });
}
