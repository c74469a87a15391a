import { ArgumentError } from '@isograd/device';
import { array, type NDArray, take, where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import type { CallOptions, SavedOptions } from '../../../layer.ts';
import { type Factor, type FactorRange, factorRange, within } from './factors.ts';
import { constant, ImageLayer, type ImageOptions, type ImageSize, type ValueOptions } from './image-layer.ts';
import { Valued } from './tones.ts';

/** A rectangle of an image for each image; pixels whose place is at the start or behind it, and before the end, are in it. */
interface Boxes {
  readonly x: readonly (readonly [start: number, end: number])[];
  readonly y: readonly (readonly [start: number, end: number])[];
}

/** Where boxes are 1, and 0 elsewhere: `[batch, height, width, 1]`. */
function maskOf({ x, y }: Boxes, { height, width }: ImageSize, like: Tensor): Tensor {
  const values = x.flatMap(([left, right], i) => {
    const [top, bottom] = y[i]!;
    return Array.from({ length: height * width }, (_, p) => {
      const [row, column] = [Math.floor(p / width), p % width];
      return Number(column >= left && column < right && row >= top && row < bottom);
    });
  });
  return constant(values, [x.length, height, width, 1], like);
}

/** Parts of an axis that have shares of its length, at places that are drawn. */
function parts(shares: readonly number[], length: number, places: readonly number[]): Boxes['x'] {
  return shares.map((share, i) => {
    const own = Math.fround(share * length);
    const start = Math.fround(places[i]! * (length - own));
    return [start, Math.fround(start + own)];
  });
}

/** Options of {@link RandomErasing}. */
export interface RandomErasingOptions extends ValueOptions {
  /** Probability with which an image is changed, or the range that it is drawn from; default 1. */
  readonly factor?: Factor;
  /** How much of an image is erased: shares of its area, from 0 to 1; default [0.02, 0.33]. */
  readonly scale?: Factor;
  /** What stands in the part that is erased, one number or one for each of three channels; default noise. */
  readonly fillValue?: number | readonly [number, number, number] | null;
}

/** What {@link RandomErasing} draws for a batch. */
export interface Erasing {
  readonly chosen: readonly boolean[];
  readonly boxes: Boxes;
  /** What stands in the boxes: one for each channel, or one for each element. */
  readonly fill: readonly number[];
}

/**
 * Erases a rectangle of some images (`keras.layers.RandomErasing`; Zhong et al. 2017).
 *
 * @throws ArgumentError when a factor or the range is none.
 * @example
 * import { ones } from '@isograd/autograd';
 * new RandomErasing({ factor: [1, 1], fillValue: 0, scale: [1, 1] })(ones([1, 2, 2, 1])).tolist() // => [ [ [ [ 0 ], [ 0 ] ], [ [ 0 ], [ 0 ] ] ] ]
 */
export class RandomErasing extends Valued<Erasing> {
  static override readonly name: string = 'RandomErasing';
  static override readonly saved: SavedOptions = {
    options: {
      factor: 1,
      scale: [0.02, 0.33],
      fillValue: null,
      valueRange: [0, 255],
      seed: null,
      dataFormat: 'channelsLast',
    },
  };
  readonly factor: FactorRange;
  readonly scale: FactorRange;
  readonly fillValue: number | readonly [number, number, number] | null;

  constructor(options: RandomErasingOptions = {}) {
    super(options);
    this.factor = factorRange(options.factor ?? 1, within([0, 1], 'RandomErasing'));
    this.scale = factorRange(options.scale ?? [0.02, 0.33], within([0, 1], 'RandomErasing', 'scale'));
    this.fillValue = options.fillValue ?? null;
    if (Array.isArray(this.fillValue) && this.fillValue.length !== 3)
      throw new ArgumentError({
        where: 'RandomErasing',
        what: 'fillValue does not fit',
        got: JSON.stringify(this.fillValue),
        expected: 'a number, or one for each of three channels',
      });
  }

  override draw({ batch, height, width, channels }: ImageSize): Erasing {
    const shares = this.uniform(2 * batch, ...this.scale).map((share) => Math.fround(Math.sqrt(share)));
    const of = (d: number): number[] => shares.filter((_, i) => i % 2 === d);
    const x = parts(of(0), width, this.uniform(batch));
    const y = parts(of(1), height, this.uniform(batch));
    const chosen = this.chosen(batch, this.factor);
    return { chosen, boxes: { x, y }, fill: this.#fill(batch * height * width * channels, channels) };
  }

  #fill(elements: number, channels: number): readonly number[] {
    const [low, high] = this.valueRange;
    const { fillValue } = this;
    const values =
      fillValue === null
        ? Array.from(this.random.randn(elements).data as Float64Array, (z) => Math.fround(z) * high)
        : typeof fillValue === 'number'
          ? Array<number>(channels).fill(fillValue)
          : fillValue;
    return values.map((v) => Math.min(Math.max(v, low), high));
  }

  override transform(images: Tensor, { chosen, boxes, fill }: Erasing): Tensor {
    const [batch, height, width, channels] = images.shape as readonly [number, number, number, number];
    const size = { batch, height, width, channels };
    const erased = maskOf(boxes, size, images).mul(this.perImage(chosen.map(Number), images));
    const values = constant(fill, fill.length === channels ? [channels] : images.shape, images);
    return asTensor(where(erased, values, images));
  }
}

/** What layers that mix the images of a batch draw. */
interface Mixing {
  /** Which image each is mixed with. */
  readonly order: readonly number[];
  /** Share of each image itself. */
  readonly weights: readonly number[];
}

const reordered = (x: NDArray, { order }: Mixing): Tensor =>
  asTensor(take(x, array(Int32Array.from(order)), { axis: 0 }));

/** Labels mixed as their images are. */
function mixedLabels(labels: Tensor, mixing: Mixing): Tensor {
  const shares = constant(mixing.weights, [mixing.weights.length, ...labels.shape.slice(1).map(() => 1)], labels);
  return labels.mul(shares).add(reordered(labels, mixing).mul(shares.rsub(1)));
}

/** Options of {@link MixUp}. */
export interface MixUpOptions extends ImageOptions {
  /** Both parameters of the beta distribution of the shares, above 0; default 0.2. */
  readonly alpha?: number;
}

/**
 * Mixes each image, and its label, with another one of the batch (`keras.layers.MixUp`; Zhang et al. 2018).
 *
 * @throws ArgumentError when alpha is not above 0.
 * @example
 * import { ones } from '@isograd/autograd';
 * const { images, labels } = new MixUp()({ images: ones([2, 4, 4, 3]), labels: ones([2, 5]) });
 * labels.shape // => [ 2, 5 ]
 */
export class MixUp extends ImageLayer<Mixing> {
  static override readonly name: string = 'MixUp';
  static override readonly saved: SavedOptions = { options: { alpha: 0.2, seed: null, dataFormat: 'channelsLast' } };
  readonly alpha: number;

  constructor(options: MixUpOptions = {}) {
    super(options);
    this.alpha = options.alpha ?? 0.2;
    if (!(this.alpha > 0))
      throw new ArgumentError({
        where: 'MixUp',
        what: 'alpha is no parameter of a beta distribution',
        got: String(this.alpha),
        expected: 'a number above 0',
      });
  }

  override draw({ batch }: ImageSize): Mixing {
    const order = Array.from(this.random.permutation(batch).data as BigInt64Array, Number);
    const weights = Array.from(this.random.beta(this.alpha, this.alpha, batch).data as Float64Array, Math.fround);
    return { order, weights };
  }

  override transform(images: Tensor, mixing: Mixing): Tensor {
    return mixedLabels(images, mixing);
  }

  override transformMasks(masks: Tensor, mixing: Mixing): Tensor {
    return mixedLabels(masks, mixing);
  }

  override transformLabels(labels: NDArray, mixing: Mixing | null): Tensor {
    const x = super.transformLabels(labels, mixing);
    return mixing ? mixedLabels(x, mixing) : x;
  }
}

/** Options of {@link CutMix}. */
export interface CutMixOptions extends ImageOptions {
  /** Range of the parameter of the beta distribution of the shares; default 1, which is [0, 1]. */
  readonly factor?: Factor;
}

/** What {@link CutMix} draws for a batch. */
export interface Cutting extends Mixing {
  readonly boxes: Boxes;
}

/**
 * Pastes a rectangle of another image of the batch into each, and mixes their labels by the area (`keras.layers.CutMix`; Yun et al. 2019).
 *
 * A single image stays as it is. Masks keep their channels; in Keras they get those of the images.
 *
 * @throws ArgumentError when the factor is none.
 * @example
 * import { ones } from '@isograd/autograd';
 * new CutMix()({ images: ones([2, 4, 4, 3]), labels: ones([2, 5]) }).images.shape // => [ 2, 4, 4, 3 ]
 */
export class CutMix extends ImageLayer<Cutting> {
  static override readonly name: string = 'CutMix';
  static override readonly saved: SavedOptions = { options: { factor: 1, seed: null, dataFormat: 'channelsLast' } };
  readonly factor: FactorRange;

  constructor(options: CutMixOptions = {}) {
    super(options);
    this.factor = factorRange(options.factor ?? 1, within([0, 1], 'CutMix'));
  }

  override getRandomTransformation(
    data: Parameters<ImageLayer<Cutting>['getRandomTransformation']>[0],
    options: Partial<CallOptions> = {},
  ): Cutting | null {
    const images = 'images' in data ? data.images : data;
    return images.ndim === 3 ? null : super.getRandomTransformation(data, options);
  }

  override draw({ batch, height, width }: ImageSize): Cutting {
    const [alpha] = this.uniform(1, ...this.factor).map((a) => Math.fround(a + 1e-6)) as [number];
    const kept = Array.from(this.random.beta(alpha, alpha, batch).data as Float64Array, Math.fround);
    const shares = kept.map((share) => Math.fround(Math.sqrt(1 - share)));
    const x = parts(shares, width, this.uniform(batch));
    const y = parts(shares, height, this.uniform(batch));
    const weights = x.map(([left, right], i) => 1 - ((right - left) * (y[i]![1] - y[i]![0])) / (width * height));
    const order = Array.from(this.random.permutation(batch).data as BigInt64Array, Number);
    return { order, weights, boxes: { x, y } };
  }

  override transform(images: Tensor, cutting: Cutting): Tensor {
    const [batch, height, width, channels] = images.shape as readonly [number, number, number, number];
    const mask = maskOf(cutting.boxes, { batch, height, width, channels }, images);
    return asTensor(where(mask, reordered(images, cutting), images));
  }

  override transformMasks(masks: Tensor, cutting: Cutting): Tensor {
    return this.transform(masks, cutting);
  }

  override transformLabels(labels: NDArray, cutting: Cutting | null): Tensor {
    const x = super.transformLabels(labels, cutting);
    return cutting ? mixedLabels(x, cutting) : x;
  }
}
