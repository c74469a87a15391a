import { where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import type { SavedOptions } from '../../../layer.ts';
import { oneOf } from '../../spatial.ts';
import { around, type Factor, type FactorRange, factorRange, within } from './factors.ts';
import { ImageLayer, type ImageOptions, type ImageSize, type Interpolation } from './image-layer.ts';
import { type FillMode, projected, type Projection, sample } from './sampling.ts';

/** Which way images are flipped. */
export type FlipMode = 'horizontal' | 'vertical' | 'horizontalAndVertical';

/** Options of {@link RandomFlip}. */
export interface RandomFlipOptions extends ImageOptions {
  /** Default `horizontalAndVertical`: both ways at once. */
  readonly mode?: FlipMode;
}

/**
 * Flips each image with probability one half (`keras.layers.RandomFlip`).
 *
 * @throws ArgumentError for an unknown mode.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const image = tensor([[[1], [2]]]);
 * const layer = new RandomFlip({ mode: 'horizontal' });
 * layer.transformImages(image, [true]).tolist() // => [ [ [ 2 ], [ 1 ] ] ]
 */
export class RandomFlip extends ImageLayer<readonly boolean[]> {
  static override readonly name: string = 'RandomFlip';
  static override readonly saved: SavedOptions = {
    options: { mode: 'horizontalAndVertical', seed: null, dataFormat: 'channelsLast' },
  };
  readonly mode: FlipMode;

  constructor(options: RandomFlipOptions = {}) {
    super(options);
    this.mode = oneOf(options.mode ?? 'horizontalAndVertical', ['horizontal', 'vertical', 'horizontalAndVertical'], {
      where: 'RandomFlip',
      name: 'mode',
    });
  }

  override draw({ batch }: ImageSize): readonly boolean[] {
    return this.uniform(batch).map((u) => u <= 0.5);
  }

  override transform(images: Tensor, flips: readonly boolean[]): Tensor {
    const flipped = images.at(
      ':',
      this.mode === 'horizontal' ? ':' : '::-1',
      this.mode === 'vertical' ? ':' : '::-1',
    ) as Tensor;
    return asTensor(where(this.perImage(flips.map(Number), images), flipped, images));
  }

  override transformMasks(masks: Tensor, flips: readonly boolean[]): Tensor {
    return this.transform(masks, flips);
  }
}

/** Options of layers that move the pixels of an image. */
export interface WarpOptions extends ImageOptions {
  /** How values between pixels are found; default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** What stands outside of the image; default `reflect`. */
  readonly fillMode?: Exclude<FillMode, 'mirror'>;
  /** What stands outside with `fillMode: 'constant'`; default 0. */
  readonly fillValue?: number;
}

const WARP = {
  fillMode: 'reflect',
  interpolation: 'bilinear',
  fillValue: 0,
  seed: null,
  dataFormat: 'channelsLast',
} as const;

/** A layer that sends pixels to other places by a projective map for each image. */
abstract class Projected extends ImageLayer<readonly Projection[]> {
  readonly interpolation: Interpolation;
  readonly fillMode: Exclude<FillMode, 'mirror'>;
  readonly fillValue: number;

  constructor(options: WarpOptions) {
    super(options);
    const { name } = this.constructor;
    this.interpolation = oneOf(options.interpolation ?? 'bilinear', ['nearest', 'bilinear'], {
      where: name,
      name: 'interpolation',
    });
    this.fillMode = oneOf(options.fillMode ?? 'reflect', ['reflect', 'wrap', 'constant', 'nearest'], {
      where: name,
      name: 'fillMode',
    });
    this.fillValue = options.fillValue ?? 0;
  }

  #move(images: Tensor, maps: readonly Projection[], interpolation: Interpolation): Tensor {
    const [, height, width] = images.shape as readonly [number, number, number];
    const { fillMode, fillValue } = this;
    return sample(images, projected(maps, height, width), { interpolation, fillMode, fillValue });
  }

  override transform(images: Tensor, maps: readonly Projection[]): Tensor {
    return this.#move(images, maps, this.interpolation);
  }

  override transformMasks(masks: Tensor, maps: readonly Projection[]): Tensor {
    return this.#move(masks, maps, 'nearest');
  }
}

/**
 * Turns each image around its middle by an angle from a range, in shares of a full turn, clockwise below 0 (`keras.layers.RandomRotation`).
 *
 * @param factor - Two shares of 2π, or one for both directions, from -1 to 1.
 * @throws ArgumentError when a factor is out of bounds, or for an unknown fillMode or interpolation.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const quarter = new RandomRotation([0.25, 0.25], { interpolation: 'nearest' });
 * quarter(tensor([[[1], [2]], [[3], [4]]])).tolist() // => [ [ [ 2 ], [ 4 ] ], [ [ 1 ], [ 3 ] ] ]
 */
export class RandomRotation extends Projected {
  static override readonly name: string = 'RandomRotation';
  static override readonly saved: SavedOptions = { args: ['factor'], options: WARP };
  readonly factor: FactorRange;

  constructor(factor: Factor, options: WarpOptions = {}) {
    super(options);
    this.factor = factorRange(factor, within([-1, 1], 'RandomRotation'));
  }

  override draw({ batch, height, width }: ImageSize): readonly Projection[] {
    const [low, high] = this.factor;
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    return this.uniform(batch, low * 360, high * 360).map((degrees) => {
      const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      return [cos, -sin, x - x * cos + y * sin, sin, cos, y - x * sin - y * cos, 0, 0];
    });
  }
}

/**
 * Moves each image by shares of its height and width from ranges, down and to the right above 0 (`keras.layers.RandomTranslation`).
 *
 * @param heightFactor - Two shares, or one for both directions, from -1 to 1.
 * @param widthFactor - Two shares, or one for both directions, from -1 to 1.
 * @throws ArgumentError when a factor is out of bounds, or for an unknown fillMode or interpolation.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const right = new RandomTranslation(0, [0.5, 0.5], { fillMode: 'constant' });
 * right(tensor([[[1], [2]]])).tolist() // => [ [ [ 0 ], [ 1 ] ] ]
 */
export class RandomTranslation extends Projected {
  static override readonly name: string = 'RandomTranslation';
  static override readonly saved: SavedOptions = { args: ['heightFactor', 'widthFactor'], options: WARP };
  readonly heightFactor: Factor;
  readonly widthFactor: Factor;
  readonly #heights: FactorRange;
  readonly #widths: FactorRange;

  constructor(heightFactor: Factor, widthFactor: Factor, options: WarpOptions = {}) {
    super(options);
    this.heightFactor = heightFactor;
    this.widthFactor = widthFactor;
    this.#heights = factorRange(heightFactor, around([-1, 1], 'RandomTranslation', 'heightFactor'));
    this.#widths = factorRange(widthFactor, around([-1, 1], 'RandomTranslation', 'widthFactor'));
  }

  override draw({ batch, height, width }: ImageSize): readonly Projection[] {
    const down = this.uniform(batch, ...this.#heights);
    const right = this.uniform(batch, ...this.#widths);
    return down.map((d, i) => [1, 0, -right[i]! * width, 0, 1, -d * height, 0, 0]);
  }
}

/**
 * Enlarges each image by a share from a range: below 0 it is enlarged, above 0 it becomes smaller (`keras.layers.RandomZoom`).
 *
 * @param heightFactor - Two shares, or one for both directions, above -1 to 1.
 * @throws ArgumentError when a factor is out of bounds, or for an unknown fillMode or interpolation.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const out = new RandomZoom([1, 1], { fillMode: 'constant' });
 * out(tensor([[[1], [2], [3]]])).tolist() // => [ [ [ 0 ], [ 2 ], [ 0 ] ] ]
 */
export class RandomZoom extends Projected {
  static override readonly name: string = 'RandomZoom';
  static override readonly saved: SavedOptions = {
    args: ['heightFactor'],
    options: {
      widthFactor: null,
      fillMode: 'reflect',
      interpolation: 'bilinear',
      fillValue: 0,
      seed: null,
      dataFormat: 'channelsLast',
    },
  };
  readonly heightFactor: Factor;
  readonly widthFactor: Factor | null;
  readonly #heights: FactorRange;
  readonly #widths: FactorRange | null;

  constructor(heightFactor: Factor, options: RandomZoomOptions = {}) {
    super(options);
    const rule = (name: string) => ({ ...around([-1, 1], 'RandomZoom', name), above: true });
    this.heightFactor = heightFactor;
    this.widthFactor = options.widthFactor ?? null;
    this.#heights = factorRange(heightFactor, rule('heightFactor'));
    this.#widths = this.widthFactor === null ? null : factorRange(this.widthFactor, rule('widthFactor'));
  }

  override draw({ batch, height, width }: ImageSize): readonly Projection[] {
    const zooms = ([low, high]: FactorRange): number[] => this.uniform(batch, 1 + low, 1 + high);
    const heights = zooms(this.#heights);
    const widths = this.#widths ? zooms(this.#widths) : heights;
    return heights.map((h, i) => {
      const w = widths[i]!;
      return [w, 0, ((width - 1) / 2) * (1 - w), 0, h, ((height - 1) / 2) * (1 - h), 0, 0];
    });
  }
}

/** Options of {@link RandomZoom}. */
export interface RandomZoomOptions extends WarpOptions {
  /** Two shares, or one for both directions, above -1 to 1; default the share of the height, which keeps the proportions. */
  readonly widthFactor?: Factor | null;
}

/** Options of {@link RandomShear}. */
export interface RandomShearOptions extends WarpOptions {
  /** How far rows move, in shares of the distance to the first: two from 0 to 1, or one for both directions; default 0. */
  readonly xFactor?: Factor;
  /** How far columns move, in shares of the distance to the first: two from 0 to 1, or one for both directions; default 0. */
  readonly yFactor?: Factor;
}

/** A factor from 0 to 1; files of Keras also have the range that a single one stands for. */
function shearRange(factor: Factor, name: string): FactorRange {
  const both = typeof factor !== 'number' && factor[0] === -factor[1];
  return factorRange(both ? factor[1] : factor, around([0, 1], 'RandomShear', name));
}

/**
 * Slants each image: rows move by a share of their distance to the first one, columns likewise (`keras.layers.RandomShear`).
 *
 * @throws ArgumentError when a factor is out of bounds, or for an unknown fillMode or interpolation.
 * @example
 * import { ones } from '@isograd/autograd';
 * new RandomShear({ xFactor: 0.3 })(ones([2, 4, 4, 3])).shape // => [ 2, 4, 4, 3 ]
 */
export class RandomShear extends Projected {
  static override readonly name: string = 'RandomShear';
  static override readonly saved: SavedOptions = {
    options: {
      xFactor: 0,
      yFactor: 0,
      fillMode: 'reflect',
      interpolation: 'bilinear',
      fillValue: 0,
      seed: null,
      dataFormat: 'channelsLast',
    },
  };
  readonly xFactor: FactorRange;
  readonly yFactor: FactorRange;

  constructor(options: RandomShearOptions = {}) {
    super(options);
    this.xFactor = shearRange(options.xFactor ?? 0, 'xFactor');
    this.yFactor = shearRange(options.yFactor ?? 0, 'yFactor');
  }

  /** Keras writes ranges that it refuses to read; a number it reads. */
  override savedOptions(): Readonly<Record<string, unknown>> {
    const [xFactor, yFactor] = [this.xFactor, this.yFactor].map((range) => (range[0] === -range[1] ? range[1] : range));
    return { ...super.savedOptions(), xFactor, yFactor };
  }

  override draw({ batch }: ImageSize): readonly Projection[] {
    const signs = this.uniform(batch).map((u) => (u > 0.5 ? -1 : 1));
    const ys = this.uniform(batch, ...this.yFactor);
    const xs = this.uniform(batch, ...this.xFactor);
    return signs.map((sign, i) => [1, sign * xs[i]!, 0, sign * ys[i]!, 1, 0, 0, 0]);
  }
}
