import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import type { SavedOptions } from '../../../layer.ts';
import type { FactorRange } from './factors.ts';
import { constant, rescale, type ValueOptions } from './image-layer.ts';
import { Valued } from './tones.ts';
import { wholeNumber } from '../../../whole-number.ts';

const BYTES = [0, 255] as const;

/** A layer that looks values up in a table made of the image itself; it has no gradient. */
abstract class LookedUp extends Valued<true> {
  override draw(): true {
    return true;
  }

  /** New values of pixels from 0 to 255, `[batch, height, width, channels]`. */
  protected abstract looked(pixels: ArrayLike<number>, shape: readonly number[]): Float32Array;

  /** Values of one range in another. */
  protected scaled(x: Tensor, from: FactorRange, to: FactorRange): Tensor {
    return rescale(x, from, to);
  }

  override transform(images: Tensor): Tensor {
    const bytes = this.scaled(images.detach(), this.valueRange, BYTES).copy();
    const looked = constant(this.looked(bytes.data as Float32Array, images.shape), images.shape, images);
    return this.scaled(looked, BYTES, this.valueRange);
  }
}

/** Options of {@link Equalization}. */
export interface EqualizationOptions extends ValueOptions {
  /** Number of steps that values are counted in; default 256. */
  readonly bins?: number;
}

/** Half to even, as NumPy rounds. */
function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}

/**
 * Spreads the values of a batch so that all are about equally frequent, channel by channel (`keras.layers.Equalization`).
 *
 * @throws ArgumentError when the range is none, or for less than one bin.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Equalization()(tensor([[[0], [1], [2], [3]]])).tolist() // => [ [ [ 0 ], [ 85 ], [ 170 ], [ 255 ] ] ]
 */
export class Equalization extends LookedUp {
  static override readonly name: string = 'Equalization';
  static override readonly saved: SavedOptions = {
    options: { bins: 256, valueRange: BYTES, dataFormat: 'channelsLast' },
  };
  readonly bins: number;

  constructor(options: EqualizationOptions = {}) {
    super(options);
    this.bins = wholeNumber(options.bins ?? 256, 'Equalization', 'bins is no number of steps');
  }

  /** As Keras computes it here, so that values fall into the same bins. */
  protected override scaled(x: Tensor, [low, high]: FactorRange, [toLow, toHigh]: FactorRange): Tensor {
    const scale = (toHigh - toLow) / (high - low);
    return x.mul(scale).add(toLow - low * scale);
  }

  protected override looked(pixels: ArrayLike<number>, shape: readonly number[]): Float32Array {
    const channels = shape.at(-1)!;
    const result = Float32Array.from(pixels);
    for (let c = 0; c < channels; c++) {
      const table = this.#table(pixels, c, channels);
      if (table)
        for (let p = c; p < result.length; p += channels)
          result[p] = table[this.#bin(Math.fround(result[p]! / 255) * (this.bins - 1))]!;
    }
    return result;
  }

  #bin(place: number): number {
    return Math.trunc(Math.min(Math.max(Math.fround(place), 0), this.bins - 1));
  }

  /** New values for the steps of a channel; none when all pixels are in one. */
  #table(pixels: ArrayLike<number>, channel: number, channels: number): number[] | null {
    const counts = Array<number>(this.bins).fill(0);
    for (let p = channel; p < pixels.length; p += channels)
      counts[this.#bin(Math.fround(pixels[p]! * (this.bins - 1)) / 255)]!++;
    if (counts.filter((n) => n > 0).length <= 1) return null;
    let sum = 0;
    const sums = counts.map((n) => (sum += n));
    const first = sums.find((n) => n > 0)!;
    return sums.map((n) =>
      Math.min(Math.max(roundHalfEven(Math.fround(Math.fround((n - first) * 255) / (sum - first))), 0), 255),
    );
  }
}

/** Options of {@link ContrastLimitedAdaptiveHistogramEqualization}. */
export interface AdaptiveEqualizationOptions extends ValueOptions {
  /** How many times the mean a count may be at most; 0 is no limit; default 4. */
  readonly clipLimit?: number;
  /** Number of tiles along the height and the width; default [8, 8]. */
  readonly tileGridSize?: readonly [rows: number, columns: number];
}

/** The two tiles next to each row or column of pixels, with the share of the second. */
function between(count: number, tile: number, tiles: number): readonly (readonly [number, number, number])[] {
  return Array.from({ length: count }, (_, i) => {
    const place = Math.fround((i - tile / 2) / tile + 1);
    const low = Math.floor(place);
    const inside = (t: number): number => Math.min(Math.max(t, 0), tiles + 1);
    return [inside(low), inside(low + 1), Math.fround(place - low)] as const;
  });
}

/** Index of a pixel behind the end of an image that is continued by its mirror image. */
const mirrored = (i: number, n: number): number => {
  const j = i % (2 * n);
  return j < n ? j : 2 * n - 1 - j;
};

/**
 * Spreads the values in each tile of an image so that all are about equally frequent, with a limit that keeps noise down, and interpolates
 * between the tiles (`keras.layers.ContrastLimitedAdaptiveHistogramEqualization`; Zuiderveld 1994).
 *
 * It works outside of training too.
 *
 * @throws ArgumentError when the range or the grid is none.
 * @example
 * import { ones } from '@isograd/autograd';
 * new ContrastLimitedAdaptiveHistogramEqualization({ tileGridSize: [2, 2] })(ones([1, 4, 4, 1])).shape // => [ 1, 4, 4, 1 ]
 */
export class ContrastLimitedAdaptiveHistogramEqualization extends LookedUp {
  static override readonly name: string = 'ContrastLimitedAdaptiveHistogramEqualization';
  static override readonly saved: SavedOptions = {
    options: { valueRange: BYTES, clipLimit: 4, tileGridSize: [8, 8], dataFormat: 'channelsLast' },
  };
  readonly clipLimit: number;
  readonly tileGridSize: readonly [rows: number, columns: number];

  constructor(options: AdaptiveEqualizationOptions = {}) {
    super(options);
    this.clipLimit = options.clipLimit ?? 4;
    this.tileGridSize = options.tileGridSize ?? [8, 8];
    if (this.tileGridSize.length !== 2 || !this.tileGridSize.every((n) => Number.isInteger(n) && n > 0))
      throw new ArgumentError({
        where: 'ContrastLimitedAdaptiveHistogramEqualization',
        what: 'tileGridSize is no grid',
        got: JSON.stringify(this.tileGridSize),
        expected: 'two whole numbers from 1',
      });
  }

  protected override get always(): boolean {
    return true;
  }

  protected override looked(pixels: ArrayLike<number>, shape: readonly number[]): Float32Array {
    const [batch, height, width, channels] = shape as readonly [number, number, number, number];
    const [rows, columns] = this.tileGridSize;
    const [tileHeight, tileWidth] = [Math.ceil(height / rows), Math.ceil(width / columns)];
    const byte = (p: number): number => Math.trunc(Math.min(Math.max(pixels[p]!, 0), 255));
    const result = new Float32Array(pixels.length);
    const [down, right] = [between(height, tileHeight, rows), between(width, tileWidth, columns)];
    for (let image = 0; image < batch; image++)
      for (let channel = 0; channel < channels; channel++) {
        const at = (y: number, x: number): number => ((image * height + y) * width + x) * channels + channel;
        const tables = Array.from({ length: rows * columns }, (_, t) => {
          const [top, left] = [Math.floor(t / columns) * tileHeight, (t % columns) * tileWidth];
          const counts = new Float64Array(256);
          for (let y = top; y < top + tileHeight; y++)
            for (let x = left; x < left + tileWidth; x++) counts[byte(at(mirrored(y, height), mirrored(x, width)))]!++;
          return this.#table(counts, tileHeight * tileWidth);
        });
        // Beyond the first and the last tile their own tables go on.
        const clamp = (t: number, n: number): number => Math.min(Math.max(t - 1, 0), n - 1);
        const value = (row: number, column: number, v: number): number =>
          tables[clamp(row, rows) * columns + clamp(column, columns)]![v]!;
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const v = byte(at(y, x));
            const [[y0, y1, wy], [x0, x1, wx]] = [down[y]!, right[x]!];
            const above = value(y0, x0, v) * (1 - wx) + value(y0, x1, v) * wx;
            const below = value(y1, x0, v) * (1 - wx) + value(y1, x1, v) * wx;
            result[at(y, x)] = above * (1 - wy) + below * wy;
          }
      }
    return result;
  }

  /** New values for 0 to 255 in a tile of so many pixels. */
  #table(counts: Float64Array, pixels: number): Float64Array {
    const limit = (this.clipLimit * pixels) / 256;
    const clipped = this.clipLimit > 0 ? counts.map((n) => Math.min(n, limit)) : counts;
    const excess = counts.reduce((sum, n, i) => sum + n - clipped[i]!, 0) / 256;
    let sum = 0;
    const sums = clipped.map((n) => (sum += n + excess));
    const [least] = sums as unknown as [number];
    const range = pixels - least === 0 ? 1 : pixels - least;
    return sums.map((n) => Math.min(Math.max(((n - least) * 255) / range, 0), 255));
  }
}
