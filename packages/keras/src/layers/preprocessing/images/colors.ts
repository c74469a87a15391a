import { where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { epsilon } from '../../../config.ts';
import type { SavedOptions } from '../../../layer.ts';
import { checkProbability } from '../../seeded.ts';
import { hsvToRgb, rgbToGrayscale, rgbToHsv } from './color-spaces.ts';
import type { Factor } from './factors.ts';
import { constant, ImageLayer, type ImageOptions, type ImageSize, rescale, type ValueOptions } from './image-layer.ts';
import { Factored, RandomBrightness, RandomContrast, Valued } from './tones.ts';

/** A number for each image, as it is broadcast over one channel of a batch. */
const perPlane = (values: readonly number[], like: Tensor): Tensor => constant(values, [values.length, 1, 1], like);

/**
 * Turns the hues of each image by up to half the circle, either way (`keras.layers.RandomHue`).
 *
 * @param factor - Two shares of half the circle, or the largest; from 0 to 1.
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const red = tensor([[[1, 0, 0]]]);
 * new RandomHue([1, 1], { valueRange: [0, 1] })(red).tolist() // => [ [ [ 0, 1, 1 ] ] ]
 */
export class RandomHue extends Factored {
  static override readonly name: string = 'RandomHue';

  constructor(factor: Factor, options: ValueOptions = {}) {
    super([0, 1], factor, options);
  }

  override draw({ batch }: ImageSize): readonly number[] {
    const signs = this.uniform(batch).map((u) => (u > 0.5 ? -1 : 1));
    return this.uniform(batch, ...this.factor).map((share, i) => signs[i]! * share * 0.5);
  }

  override transform(images: Tensor, turns: readonly number[]): Tensor {
    const [hue, saturation, value] = rgbToHsv(rescale(images, this.valueRange, [0, 1]));
    const turned = hue.add(perPlane(turns, images));
    const below = asTensor(where(turned.gt(1), turned.sub(1), turned));
    const inside = asTensor(where(below.lt(0), below.add(1), below));
    return rescale(hsvToRgb(inside, saturation, value).clip(0, 1), [0, 1], this.valueRange);
  }
}

/**
 * Multiplies the saturation of each image: by 0 at factor 0, by 1 at 0.5, by very much at 1 (`keras.layers.RandomSaturation`).
 *
 * As in Keras, the saturation is bounded by `valueRange`, and colours are taken as they are, from 0 to 1.
 *
 * @param factor - Two from 0 to 1, or the largest.
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new RandomSaturation([0, 0])(tensor([[[0.5, 0.25, 0]]])).tolist() // => [ [ [ 0.5, 0.5, 0.5 ] ] ]
 */
export class RandomSaturation extends Factored {
  static override readonly name: string = 'RandomSaturation';

  constructor(factor: Factor, options: ValueOptions = {}) {
    super([-1, 1], factor, options);
  }

  override draw({ batch }: ImageSize): readonly number[] {
    return this.uniform(batch, ...this.factor).map((share) => share / (1 - share + epsilon()));
  }

  override transform(images: Tensor, factors: readonly number[]): Tensor {
    const [hue, saturation, value] = rgbToHsv(images);
    return hsvToRgb(hue, this.clipped(saturation.mul(perPlane(factors, images))), value);
  }
}

/** Options of {@link RandomGrayscale}. */
export interface RandomGrayscaleOptions extends ImageOptions {
  /** Probability with which an image loses its colours; default 0.5. */
  readonly factor?: number;
}

/**
 * Takes the colours from some images (`keras.layers.RandomGrayscale`).
 *
 * @throws ArgumentError when the factor is outside [0, 1].
 * @example
 * import { tensor } from '@isograd/autograd';
 * new RandomGrayscale({ factor: 1 })(tensor([[[0, 1000, 0]]])).tolist() // => [ [ [ 587, 587, 587 ] ] ]
 */
export class RandomGrayscale extends ImageLayer<readonly boolean[]> {
  static override readonly name: string = 'RandomGrayscale';
  static override readonly saved: SavedOptions = { options: { factor: 0.5, dataFormat: 'channelsLast' } };
  readonly factor: number;

  constructor(options: RandomGrayscaleOptions = {}) {
    super(options);
    this.factor = checkProbability(options.factor ?? 0.5, 'RandomGrayscale', 'factor');
  }

  override draw({ batch }: ImageSize): readonly boolean[] {
    return this.uniform(batch).map((u) => u < this.factor);
  }

  override transform(images: Tensor, chosen: readonly boolean[]): Tensor {
    return asTensor(where(this.perImage(chosen.map(Number), images), rgbToGrayscale(images), images));
  }
}

/**
 * Mixes each image with its brightness: factor 0 keeps the colours, 1 takes them away (`keras.layers.RandomColorDegeneration`).
 *
 * @param factor - Two from -1 to 1, or one for both directions.
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new RandomColorDegeneration([0, 0])(tensor([[[0, 100, 0]]])).tolist() // => [ [ [ 0, 100, 0 ] ] ]
 */
export class RandomColorDegeneration extends Factored {
  static override readonly name: string = 'RandomColorDegeneration';

  constructor(factor: Factor, options: ValueOptions = {}) {
    super([-1, 1], factor, options);
  }

  override draw({ batch }: ImageSize): readonly number[] {
    return this.uniform(batch, ...this.factor);
  }

  override transform(images: Tensor, factors: readonly number[]): Tensor {
    return this.clipped(images.add(rgbToGrayscale(images).sub(images).mul(this.perImage(factors, images))));
  }
}

/** Options of {@link RandomColorJitter}. */
export interface RandomColorJitterOptions extends ValueOptions {
  /** Of {@link RandomBrightness}; default none. */
  readonly brightnessFactor?: Factor | null;
  /** Of {@link RandomContrast}; default none. */
  readonly contrastFactor?: Factor | null;
  /** Of {@link RandomSaturation}; default none. */
  readonly saturationFactor?: Factor | null;
  /** Of {@link RandomHue}; default none. */
  readonly hueFactor?: Factor | null;
}

/**
 * Brightness, contrast, saturation and hue one after the other, those that have a factor (`keras.layers.RandomColorJitter`).
 *
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { ones } from '@isograd/autograd';
 * new RandomColorJitter({ brightnessFactor: 0.2, hueFactor: 0.1 })(ones([2, 4, 4, 3])).shape // => [ 2, 4, 4, 3 ]
 */
export class RandomColorJitter extends Valued<readonly (readonly number[])[]> {
  static override readonly name: string = 'RandomColorJitter';
  static override readonly saved: SavedOptions = {
    options: {
      valueRange: [0, 255],
      brightnessFactor: null,
      contrastFactor: null,
      saturationFactor: null,
      hueFactor: null,
      seed: null,
      dataFormat: 'channelsLast',
    },
  };
  readonly #steps: readonly Valued<readonly number[]>[];

  constructor(options: RandomColorJitterOptions = {}) {
    super(options);
    const { brightnessFactor, contrastFactor, saturationFactor, hueFactor } = options;
    const { valueRange } = this;
    const steps = [
      ...(brightnessFactor == null ? [] : [new RandomBrightness(brightnessFactor, { valueRange })]),
      ...(contrastFactor == null ? [] : [new RandomContrast(contrastFactor, { valueRange })]),
      ...(saturationFactor == null ? [] : [new RandomSaturation(saturationFactor, { valueRange })]),
      ...(hueFactor == null ? [] : [new RandomHue(hueFactor, { valueRange })]),
    ];
    this.#steps = steps.map((step) => step.drawWith(this));
  }

  override draw(size: ImageSize): readonly (readonly number[])[] {
    return this.#steps.map((step) => step.draw(size)!);
  }

  override transform(images: Tensor, drawn: readonly (readonly number[])[]): Tensor {
    return this.#steps.reduce((x, step, i) => step.transform(x, drawn[i]!), images);
  }
}
