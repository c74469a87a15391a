import { ArgumentError } from '@isograd/device';
import { concatenate } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import type { KerasShape } from '../../../keras-tensor.ts';
import type { SavedOptions } from '../../../layer.ts';
import { oneOf } from '../../spatial.ts';
import { constant, ImageLayer, type ImageOptions, type ImageSize } from './image-layer.ts';
import { crop, cropBox, INTERPOLATIONS, resize, type ResizeInterpolation } from './resize.ts';
import { wholeNumber } from '../../../whole-number.ts';

/** A layer whose outputs have one height and width. */
abstract class Sized<T> extends ImageLayer<T> {
  readonly height: number;
  readonly width: number;

  constructor(height: number, width: number, options: ImageOptions) {
    super(options);
    for (const [name, value] of Object.entries({ height, width }))
      wholeNumber(value, this.constructor.name, `${name} is no length`);
    this.height = height;
    this.width = width;
  }

  protected get size(): readonly [height: number, width: number] {
    return [this.height, this.width];
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const own = inputShape.length - (this.dataFormat === 'channelsLast' ? 3 : 2);
    return [...inputShape.slice(0, own), this.height, this.width, ...inputShape.slice(own + 2)];
  }

  /** The largest part with the proportions of the outputs, in their size: `keras.utils.image_utils.smart_resize`. */
  protected fitted(images: Tensor, interpolation: ResizeInterpolation = 'bilinear', antialias = false): Tensor {
    const [, height, width] = images.shape as readonly [number, number, number];
    return resize(crop(images, cropBox([height, width], this.size)), this.size, interpolation, antialias);
  }
}

/** Options of {@link Resizing}. */
export interface ImageResizingOptions extends ImageOptions {
  /** How values between pixels are found; default `bilinear`. */
  readonly interpolation?: ResizeInterpolation;
  /** Whether the ends of the longer side are cut off, so that proportions stay; default false. */
  readonly cropToAspectRatio?: boolean;
  /** Whether something is added at the ends of the shorter side, so that proportions stay; default false. */
  readonly padToAspectRatio?: boolean;
  /** What is added; there is only `constant`. */
  readonly fillMode?: 'constant';
  /** What is added with `padToAspectRatio`; default 0. */
  readonly fillValue?: number;
  /** Whether a smaller image is smoothed first; default false. */
  readonly antialias?: boolean;
}

/**
 * Images of another size (`keras.layers.Resizing`), with the numbers of Keras on its JAX backend; gradients go through it.
 *
 * Masks take the nearest pixel. It works outside of training too.
 *
 * @throws ArgumentError for lengths that are none, an unknown interpolation, or proportions that are both cut and padded.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new Resizing(1, 4)(tensor([[[0], [4]]])).tolist() // => [ [ [ 0 ], [ 1 ], [ 3 ], [ 4 ] ] ]
 */
export class Resizing extends Sized<true> {
  static override readonly name: string = 'Resizing';
  static override readonly saved: SavedOptions = {
    args: ['height', 'width'],
    options: {
      interpolation: 'bilinear',
      cropToAspectRatio: false,
      padToAspectRatio: false,
      fillMode: 'constant',
      fillValue: 0,
      antialias: false,
      dataFormat: 'channelsLast',
    },
  };
  readonly interpolation: ResizeInterpolation;
  readonly cropToAspectRatio: boolean;
  readonly padToAspectRatio: boolean;
  readonly fillValue: number;
  readonly antialias: boolean;

  constructor(height: number, width: number, options: ImageResizingOptions = {}) {
    super(height, width, options);
    const where = 'Resizing';
    this.interpolation = oneOf(options.interpolation ?? 'bilinear', INTERPOLATIONS, { where, name: 'interpolation' });
    oneOf(options.fillMode ?? 'constant', ['constant'], { where, name: 'fillMode' });
    this.cropToAspectRatio = options.cropToAspectRatio ?? false;
    this.padToAspectRatio = options.padToAspectRatio ?? false;
    this.fillValue = options.fillValue ?? 0;
    this.antialias = options.antialias ?? false;
    if (this.cropToAspectRatio && this.padToAspectRatio)
      throw new ArgumentError({
        where,
        what: 'proportions cannot be kept in two ways',
        got: 'cropToAspectRatio and padToAspectRatio',
        expected: 'one of them',
      });
  }

  protected override get always(): boolean {
    return true;
  }

  override draw(): true {
    return true;
  }

  #padded(images: Tensor): Tensor {
    const [, height, width] = images.shape as readonly [number, number, number];
    const rows = Math.max(height, Math.trunc((width * this.height) / this.width));
    const columns = Math.max(width, Math.trunc((height * this.width) / this.height));
    const [top, left] = [Math.trunc((rows - height) / 2), Math.trunc((columns - width) / 2)];
    // Where both would be needed Keras adds rows alone.
    const [axis, count] = top > 0 ? [1, top] : [2, left];
    if (count === 0) return images;
    const shape = images.shape.with(axis, count);
    const size = shape.reduce((a, b) => a * b, 1);
    const edge = constant(new Float32Array(size).fill(this.fillValue), shape, images);
    return asTensor(concatenate([edge, images, edge], { axis }));
  }

  #resized(images: Tensor, interpolation: ResizeInterpolation): Tensor {
    if (this.cropToAspectRatio) return this.fitted(images, interpolation, this.antialias);
    const x = this.padToAspectRatio ? this.#padded(images) : images;
    return resize(x, this.size, interpolation, this.antialias);
  }

  override transform(images: Tensor): Tensor {
    return this.#resized(images, this.interpolation);
  }

  override transformMasks(masks: Tensor): Tensor {
    return this.#resized(masks, 'nearest');
  }
}

/**
 * The middle of each image; of one that is too small the largest part with these proportions, enlarged (`keras.layers.CenterCrop`).
 *
 * It works outside of training too.
 *
 * @throws ArgumentError for lengths that are none.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new CenterCrop(1, 2)(tensor([[[1], [2], [3], [4]]])).tolist() // => [ [ [ 2 ], [ 3 ] ] ]
 */
export class CenterCrop extends Sized<true> {
  static override readonly name: string = 'CenterCrop';
  static override readonly saved: SavedOptions = { args: ['height', 'width'], options: { dataFormat: 'channelsLast' } };

  constructor(height: number, width: number, options: ImageOptions = {}) {
    super(height, width, options);
  }

  protected override get always(): boolean {
    return true;
  }

  override draw(): true {
    return true;
  }

  override transform(images: Tensor): Tensor {
    const [, height, width] = images.shape as readonly [number, number, number];
    if (height < this.height || width < this.width) return this.fitted(images);
    const [top, left] = [(height - this.height) >> 1, (width - this.width) >> 1];
    return crop(images, { height: this.height, width: this.width, top, left });
  }

  override transformMasks(masks: Tensor): Tensor {
    return this.transform(masks);
  }
}

/**
 * A part of each image, at a place that is drawn for the batch; of one that is too small the middle, enlarged (`keras.layers.RandomCrop`).
 *
 * As in Keras, images stay as they are outside of training.
 *
 * @throws ArgumentError for lengths that are none.
 * @example
 * import { ones } from '@isograd/autograd';
 * new RandomCrop(2, 3)(ones([4, 8, 8, 1])).shape // => [ 4, 2, 3, 1 ]
 */
export class RandomCrop extends Sized<readonly [top: number, left: number]> {
  static override readonly name: string = 'RandomCrop';
  static override readonly saved: SavedOptions = {
    args: ['height', 'width'],
    options: { seed: null, dataFormat: 'channelsLast' },
  };

  constructor(height: number, width: number, options: ImageOptions = {}) {
    super(height, width, options);
  }

  override draw({ height, width }: ImageSize): readonly [number, number] {
    if (height > this.height && width > this.width) {
      const [top] = this.uniform(1, 0, height - this.height + 1) as [number];
      const [left] = this.uniform(1, 0, width - this.width + 1) as [number];
      return [Math.trunc(top), Math.trunc(left)];
    }
    const { top, left } = cropBox([height, width], this.size);
    return [top, left];
  }

  override transform(images: Tensor, [top, left]: readonly [number, number]): Tensor {
    const part = crop(images, { height: this.height, width: this.width, top, left });
    return resize(part, this.size, 'bilinear');
  }

  override transformMasks(masks: Tensor, place: readonly [number, number]): Tensor {
    return this.transform(masks, place);
  }
}
