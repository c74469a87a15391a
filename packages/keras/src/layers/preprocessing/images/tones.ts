import { where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import type { SavedOptions } from '../../../layer.ts';
import { type Factor, type FactorRange, factorRange, within } from './factors.ts';
import { ImageLayer, type ImageSize, rescale, type ValueOptions, valueRangeOf } from './image-layer.ts';

const BYTES = [0, 255] as const;

/** A layer that changes values in a range. */
export abstract class Valued<T> extends ImageLayer<T> {
  readonly valueRange: FactorRange;

  constructor(options: ValueOptions) {
    super(options);
    this.valueRange = valueRangeOf(options, this.constructor.name);
  }

  /** Values that are too small or too large as the nearest that may be. */
  protected clipped(x: Tensor): Tensor {
    return x.clip(...this.valueRange);
  }
}

/** One that is told a factor, or the range that it is drawn from for each image. */
export abstract class Factored extends Valued<readonly number[]> {
  static override readonly saved: SavedOptions = {
    args: ['factor'],
    options: { valueRange: BYTES, seed: null, dataFormat: 'channelsLast' },
  };
  readonly factor: FactorRange;

  constructor(bounds: FactorRange, factor: Factor, options: ValueOptions) {
    super(options);
    this.factor = factorRange(factor, within(bounds, this.constructor.name));
  }
}

/**
 * Adds to each image a share of the range of values (`keras.layers.RandomBrightness`).
 *
 * @param factor - Two shares, or one for both directions, from -1 to 1.
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new RandomBrightness([0.5, 0.5], { valueRange: [0, 1] })(tensor([[[0.25], [0.75]]])).tolist() // => [ [ [ 0.75 ], [ 1 ] ] ]
 */
export class RandomBrightness extends Factored {
  static override readonly name: string = 'RandomBrightness';

  constructor(factor: Factor, options: ValueOptions = {}) {
    super([-1, 1], factor, options);
  }

  override draw({ batch }: ImageSize): readonly number[] {
    const [low, high] = this.valueRange;
    return this.uniform(batch, ...this.factor).map((share) => share * (high - low));
  }

  override transform(images: Tensor, added: readonly number[]): Tensor {
    return this.clipped(images.add(this.perImage(added, images)));
  }
}

/**
 * Moves the pixels of each image away from its mean, channel by channel (`keras.layers.RandomContrast`).
 *
 * @param factor - The distance is multiplied by a number from `1 - low` to `1 + high`; of a single number `low` is 0. From 0 to 1.
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new RandomContrast([0, 0])(tensor([[[1], [3]]])).tolist() // => [ [ [ 1 ], [ 3 ] ] ]
 */
export class RandomContrast extends Factored {
  static override readonly name: string = 'RandomContrast';

  constructor(factor: Factor, options: ValueOptions = {}) {
    super([0, 1], factor, options);
  }

  override draw({ batch }: ImageSize): readonly number[] {
    const [low, high] = this.factor;
    return this.uniform(batch, 1 - low, 1 + high);
  }

  override transform(images: Tensor, factors: readonly number[]): Tensor {
    const mean = images.mean({ axis: 1, keepdims: true }).mean({ axis: 2, keepdims: true });
    return this.clipped(images.sub(mean).mul(this.perImage(factors, images)).add(mean));
  }
}

/** Options of {@link RandomInvert}. */
export interface RandomInvertOptions extends ValueOptions {
  /** Probability with which an image is changed, or the range that it is drawn from; default 1. */
  readonly factor?: Factor;
}

/**
 * Subtracts the pixels of some images from the largest value (`keras.layers.RandomInvert`).
 *
 * @throws ArgumentError when the factor or the range is none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new RandomInvert({ factor: [1, 1] })(tensor([[[1], [255]]])).tolist() // => [ [ [ 254 ], [ 0 ] ] ]
 */
export class RandomInvert extends Valued<readonly boolean[]> {
  static override readonly name: string = 'RandomInvert';
  static override readonly saved: SavedOptions = {
    options: { factor: 1, valueRange: BYTES, seed: null, dataFormat: 'channelsLast' },
  };
  readonly factor: FactorRange;

  constructor(options: RandomInvertOptions = {}) {
    super(options);
    this.factor = factorRange(options.factor ?? 1, within([0, 1], 'RandomInvert'));
  }

  override draw({ batch }: ImageSize): readonly boolean[] {
    return this.chosen(batch, this.factor);
  }

  override transform(images: Tensor, chosen: readonly boolean[]): Tensor {
    const inverted = images.rsub(this.valueRange[1]);
    return asTensor(where(this.perImage(chosen.map(Number), images), inverted, images));
  }
}

/** Options of {@link Solarization}. */
export interface SolarizationOptions extends ValueOptions {
  /** What is added first, in shares of 255: the largest, or two; from 0 to 1, default 0. */
  readonly additionFactor?: Factor;
  /** From where on pixels are inverted, in shares of 255: the largest, or two; from 0 to 1, default 0. */
  readonly thresholdFactor?: Factor;
}

/** What {@link Solarization} draws for each image. */
export interface Solarizing {
  readonly additions: readonly number[];
  readonly thresholds: readonly number[];
}

/**
 * Adds to each image, then inverts what lies at a threshold or above (`keras.layers.Solarization`).
 *
 * As in Keras, of two factors the first is not multiplied by 255.
 *
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Solarization()(tensor([[[1], [200]]])).tolist() // => [ [ [ 254 ], [ 55 ] ] ]
 */
export class Solarization extends Valued<Solarizing> {
  static override readonly name: string = 'Solarization';
  static override readonly saved: SavedOptions = {
    options: { additionFactor: 0, thresholdFactor: 0, valueRange: BYTES, seed: null, dataFormat: 'channelsLast' },
  };
  readonly additionFactor: FactorRange;
  readonly thresholdFactor: FactorRange;

  constructor(options: SolarizationOptions = {}) {
    super(options);
    const rule = { where: 'Solarization', bounds: [0, 1], least: () => 0 } as const;
    this.additionFactor = factorRange(options.additionFactor ?? 0, { ...rule, name: 'additionFactor' });
    this.thresholdFactor = factorRange(options.thresholdFactor ?? 0, { ...rule, name: 'thresholdFactor' });
  }

  override draw({ batch }: ImageSize): Solarizing {
    const [additions, thresholds] = [this.additionFactor, this.thresholdFactor].map(([low, high]) =>
      this.uniform(batch, low, high * 255),
    );
    return { additions: additions!, thresholds: thresholds! };
  }

  override transform(images: Tensor, { additions, thresholds }: Solarizing): Tensor {
    const x = rescale(images, this.valueRange, BYTES)
      .add(this.perImage(additions, images))
      .clip(...BYTES);
    const dark = x.lt(this.perImage(thresholds, images)) as Tensor;
    return rescale(asTensor(where(dark, x, x.rsub(255))), BYTES, this.valueRange);
  }
}

/**
 * Keeps the first bits of each pixel, a number of them drawn for each image (`keras.layers.RandomPosterization`).
 *
 * @param factor - How many bits: from 1 to 8, or the range they are drawn from, the last of it left out.
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new RandomPosterization([2, 2])(tensor([[[63], [65], [255]]])).tolist() // => [ [ [ 0 ], [ 64 ], [ 192 ] ] ]
 */
export class RandomPosterization extends Factored {
  static override readonly name: string = 'RandomPosterization';

  constructor(factor: Factor, options: ValueOptions = {}) {
    super([1, 8], factor, options);
  }

  override draw({ batch }: ImageSize): readonly number[] {
    const [low, high] = this.factor;
    if (low === high) return Array<number>(batch).fill(8 - low);
    return Array.from(this.random.randint(low, high, batch).data as BigInt64Array, (bits) => 8 - Number(bits));
  }

  override transform(images: Tensor, shifts: readonly number[]): Tensor {
    const steps = this.perImage(
      shifts.map((shift) => 2 ** shift),
      images,
    );
    const whole = rescale(images, this.valueRange, BYTES).floor();
    return rescale(whole.div(steps).floor().mul(steps), BYTES, this.valueRange);
  }
}

/**
 * Stretches the values of each image, channel by channel, over the whole range (`keras.layers.AutoContrast`).
 *
 * @throws ArgumentError when the range is none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new AutoContrast()(tensor([[[10], [20], [15]]])).tolist() // => [ [ [ 0 ], [ 255 ], [ 127.5 ] ] ]
 */
export class AutoContrast extends Valued<true> {
  static override readonly name: string = 'AutoContrast';
  static override readonly saved: SavedOptions = { options: { valueRange: BYTES, dataFormat: 'channelsLast' } };

  constructor(options: ValueOptions = {}) {
    super(options);
  }

  protected override get always(): boolean {
    return true;
  }

  override draw(): true {
    return true;
  }

  override transform(images: Tensor): Tensor {
    const x = rescale(images, this.valueRange, BYTES);
    const [low, high] = [x.min({ axis: [1, 2], keepdims: true }), x.max({ axis: [1, 2], keepdims: true })];
    const range = high.sub(low);
    const scale = range.rdiv(255);
    const stretched = x
      .mul(scale)
      .add(low.neg().mul(scale))
      .clip(...BYTES);
    const result = rescale(stretched, BYTES, this.valueRange);
    return asTensor(where(range.gt(0) as Tensor, result, images));
  }
}
