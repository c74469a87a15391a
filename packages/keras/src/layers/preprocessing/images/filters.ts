import { ArgumentError } from '@isograd/device';
import { where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { convolution } from '@isograd/nn';
import type { SavedOptions } from '../../../layer.ts';
import { type Factor, type FactorRange, factorRange, within } from './factors.ts';
import { constant, type ImageSize, type ValueOptions } from './image-layer.ts';
import { Valued } from './tones.ts';

/** A bell curve of `size` numbers that sum to 1. */
export function gaussian(size: number, sigma: number): number[] {
  const bell = Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - (size - 1) / 2) / sigma) ** 2));
  const sum = bell.reduce((a, b) => a + b, 0);
  return bell.map((v) => v / sum);
}

/** Weighs each pixel's surroundings, channel by channel, with zeros outside: `kernel` `[height, width]` as a list of rows. */
function filtered(images: Tensor, kernel: readonly (readonly number[])[]): Tensor {
  const channels = images.shape[3]!;
  const [rows, columns] = [kernel.length, kernel[0]!.length];
  const values = kernel.flatMap((row) => row.flatMap((v) => Array<number>(channels).fill(v)));
  const weight = constant(values, [rows, columns, 1, channels], images);
  const padding = [rows, columns].map((n): [number, number] => [(n - 1) >> 1, n >> 1]);
  return convolution(images, weight, null, { padding, groups: channels, channelsLast: true, where: 'blur' });
}

/** Images smoothed along both axes: `keras.ops.image.gaussian_blur`. */
export function blur(images: Tensor, vertical: readonly number[], horizontal: readonly number[]): Tensor {
  return filtered(
    images,
    vertical.map((v) => horizontal.map((h) => v * h)),
  );
}

/**
 * Mixes each image with a smoothed one: factor 0 smooths it, 0.5 leaves it, 1 sharpens it (`keras.layers.RandomSharpness`).
 *
 * @param factor - Two from 0 to 1, or the largest.
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { ones } from '@isograd/autograd';
 * new RandomSharpness([0.5, 0.5])(ones([1, 1, 1])).tolist() // => [ [ [ 1 ] ] ]
 */
export class RandomSharpness extends Valued<readonly number[]> {
  static override readonly name: string = 'RandomSharpness';
  static override readonly saved: SavedOptions = {
    args: ['factor'],
    options: { valueRange: [0, 255], seed: null, dataFormat: 'channelsLast' },
  };
  readonly factor: FactorRange;

  constructor(factor: Factor, options: ValueOptions = {}) {
    super(options);
    this.factor = factorRange(factor, within([0, 1], 'RandomSharpness'));
  }

  override draw({ batch }: ImageSize): readonly number[] {
    return this.uniform(batch, ...this.factor);
  }

  override transform(images: Tensor, factors: readonly number[]): Tensor {
    const [around, middle] = [1 / 13, 5 / 13];
    const smooth = filtered(
      images,
      [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === 1 && j === 1 ? middle : around))),
    );
    const share = this.perImage(
      factors.map((f) => 1 - 2 * f),
      images,
    );
    return this.clipped(images.add(share.mul(smooth.sub(images))));
  }
}

/** Options of {@link RandomGaussianBlur}. */
export interface RandomGaussianBlurOptions extends ValueOptions {
  /** Probability with which an image is changed, or the range that it is drawn from; default 1. */
  readonly factor?: Factor;
  /** How many pixels are weighed along x and y, odd; default 3. */
  readonly kernelSize?: number | readonly [x: number, y: number];
  /** Width of the bell curve in pixels: the largest, or two from 0 to 1; default 1. */
  readonly sigma?: Factor;
}

/** What {@link RandomGaussianBlur} draws for a batch. */
export interface Blurring {
  readonly chosen: readonly boolean[];
  readonly sigma: readonly [x: number, y: number];
}

/**
 * Smooths some images by a bell curve whose width is drawn for each axis (`keras.layers.RandomGaussianBlur`).
 *
 * @throws ArgumentError when a factor, the range or the size of the kernel is none.
 * @example
 * import { ones } from '@isograd/autograd';
 * new RandomGaussianBlur()(ones([2, 5, 5, 3])).shape // => [ 2, 5, 5, 3 ]
 */
export class RandomGaussianBlur extends Valued<Blurring> {
  static override readonly name: string = 'RandomGaussianBlur';
  static override readonly saved: SavedOptions = {
    options: { factor: 1, kernelSize: 3, sigma: 1, valueRange: [0, 255], seed: null, dataFormat: 'channelsLast' },
  };
  readonly factor: FactorRange;
  readonly kernelSize: readonly [x: number, y: number];
  readonly sigma: FactorRange;

  constructor(options: RandomGaussianBlurOptions = {}) {
    super(options);
    this.factor = factorRange(options.factor ?? 1, within([0, 1], 'RandomGaussianBlur'));
    this.sigma = factorRange(options.sigma ?? 1, within([0, 1], 'RandomGaussianBlur', 'sigma'));
    const { kernelSize = 3 } = options;
    const size = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
    if (!Array.isArray(size) || size.length !== 2 || !size.every((n) => Number.isInteger(n) && n > 0 && n % 2 === 1))
      throw new ArgumentError({
        where: 'RandomGaussianBlur',
        what: 'kernelSize does not fit',
        got: JSON.stringify(kernelSize),
        expected: 'an odd number of pixels, or two of them',
      });
    this.kernelSize = [size[0]!, size[1]!];
  }

  override draw({ batch }: ImageSize): Blurring {
    const chosen = this.chosen(batch, this.factor);
    const [x, y] = this.uniform(2, ...this.sigma) as [number, number];
    return { chosen, sigma: [x + 1e-6, y + 1e-6] };
  }

  override transform(images: Tensor, { chosen, sigma }: Blurring): Tensor {
    const [x, y] = this.kernelSize;
    const smooth = blur(images, gaussian(y, sigma[1]), gaussian(x, sigma[0]));
    return this.clipped(asTensor(where(this.perImage(chosen.map(Number), images), smooth, images)));
  }
}
