import { ArgumentError, ShapeError } from '@isograd/device';
import { array, NDArray } from '@isograd/ndarray';
import { asTensor, Tensor } from '@isograd/autograd';
import { type KerasShape, showShape } from '../../../keras-tensor.ts';
import type { KerasTensor } from '../../../keras-tensor.ts';
import type { CallOptions, SavedOptions } from '../../../layer.ts';
import type { Nested } from '../../../nested.ts';
import { Seeded, type SeededOptions } from '../../seeded.ts';
import { type DataFormat, oneOf } from '../../spatial.ts';

/** Options of layers of images. */
export interface ImageOptions extends SeededOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | undefined;
}

/** Options of layers that change the values of pixels. */
export interface ValueOptions extends ImageOptions {
  /** Least and largest value that a pixel can have; default [0, 255]. */
  readonly valueRange?: readonly [low: number, high: number];
}

/** Rectangles in images, `[batch, boxes, 4]`, and what is in them, `[batch, boxes]`. */
export interface BoundingBoxes {
  readonly boxes: NDArray;
  readonly labels: NDArray;
}

/** Images with what belongs to them; layers that move pixels move those of the masks alike. */
export interface ImageData {
  readonly images: NDArray;
  /** One-hot classes `[batch, classes]`. */
  readonly labels?: NDArray;
  /** A class for each pixel, `[batch, height, width, 1]` in the layout of the images. */
  readonly segmentationMasks?: NDArray;
  readonly boundingBoxes?: BoundingBoxes;
}

/** Lengths of a batch of images. */
export interface ImageSize {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** How a value between pixels is found. */
export type Interpolation = 'nearest' | 'bilinear';

/** A layer of images, of a batch with what belongs to it. */
export interface ImageLayer<T> {
  (data: ImageData, options?: Partial<CallOptions>): ImageData;
  /** Only for its type. */
  readonly transformationType?: T;
}

const isData = (x: unknown): x is ImageData =>
  typeof x === 'object' && x !== null && 'images' in x && x.images instanceof NDArray;

/**
 * Base of layers that change images `[batch, height, width, channels]`, or a single one without the batch: a layer says what it draws
 * for a batch, and what it makes of a batch with the channels last. Called by itself it is in training, in a model it is when the model is.
 *
 * Keras's `BaseImagePreprocessingLayer`.
 */
export abstract class ImageLayer<T = null> extends Seeded {
  readonly dataFormat: DataFormat;

  constructor(options: ImageOptions) {
    super(options);
    this.dataFormat = oneOf(options.dataFormat ?? 'channelsLast', ['channelsLast', 'channelsFirst'], {
      where: this.constructor.name,
      name: 'dataFormat',
    });
  }

  /** Options are saved as the fields that were made of them. */
  override savedOptions(): Readonly<Record<string, unknown>> {
    const fields = this as unknown as Readonly<Record<string, unknown>>;
    const { options = {} } = (this.constructor as unknown as { readonly saved: SavedOptions }).saved;
    const read = Object.keys(options).map((key) => [key, fields[key] ?? this.given[key]] as const);
    return { ...this.given, ...Object.fromEntries(read) };
  }

  /** Whether the layer does its work outside of training too; by default not. */
  protected get always(): boolean {
    return false;
  }

  /** What is drawn for a batch; `null` when nothing is to be done. */
  abstract draw(size: ImageSize): T | null;

  /** What becomes of images `[batch, height, width, channels]`. */
  abstract transform(images: Tensor, transformation: T): Tensor;

  /** What becomes of masks `[batch, height, width, channels]`; by default they stay. */
  transformMasks(masks: Tensor, _transformation: T): Tensor {
    return masks;
  }

  /** Draws what {@link transformImages} is told: the place, the strength, for each image of a batch. `null` outside of training. */
  getRandomTransformation(data: NDArray | ImageData, { training = true }: Partial<CallOptions> = {}): T | null {
    if (!training && !this.always) return null;
    return this.draw(this.#sizeOf(isData(data) ? data.images.shape : data.shape));
  }

  /** Images as a transformation changes them, in the layout of the layer. */
  transformImages(images: NDArray, transformation: T | null, { training = true }: Partial<CallOptions> = {}): Tensor {
    const x = this.convert(images);
    if ((!training && !this.always) || transformation === null) return x;
    return this.#inBatch(x, (batch) => this.transform(batch, transformation));
  }

  /** Masks as a transformation changes them, in the layout of the layer. */
  transformSegmentationMasks(masks: NDArray, transformation: T | null): Tensor {
    const x = this.convert(masks);
    return transformation === null ? x : this.#inBatch(x, (batch) => this.transformMasks(batch, transformation));
  }

  /** Labels as a transformation changes them; by default they stay. */
  transformLabels(labels: NDArray, _transformation: T | null): Tensor {
    return labels instanceof Tensor ? labels : asTensor(labels);
  }

  /** Boxes as a transformation changes them. @throws ArgumentError where pixels move: boxes are not moved after them yet. */
  transformBoundingBoxes(boxes: BoundingBoxes, transformation: T | null): BoundingBoxes {
    const moves = this.transformMasks !== ImageLayer.prototype.transformMasks;
    if (!moves || transformation === null) return boxes;
    throw new ArgumentError({
      where: this.label,
      what: 'bounding boxes are not moved with the pixels',
      got: 'boundingBoxes',
      expected: 'images, labels and segmentationMasks',
      hint: 'make masks of the boxes?',
    });
  }

  #inBatch(x: Tensor, f: (batch: Tensor) => Tensor): Tensor {
    const single = x.ndim === 3;
    const batch = single ? x.reshape([1, ...x.shape]) : x;
    const last = this.dataFormat === 'channelsLast';
    const y = f(last ? batch : batch.transpose([0, 2, 3, 1]));
    const turned = last ? y : y.transpose([0, 3, 1, 2]);
    return single ? turned.reshape(turned.shape.slice(1)) : turned;
  }

  #sizeOf(shape: KerasShape): ImageSize {
    if (shape.length !== 3 && shape.length !== 4)
      throw new ShapeError({
        where: this.label,
        what: 'the input is no image and no batch of images',
        got: showShape(shape),
        expected:
          this.dataFormat === 'channelsLast' ? '[batch, height, width, channels]' : '[batch, channels, height, width]',
        hint: 'a single image has no axis of the batch',
      });
    const lengths = (shape.length === 3 ? [1, ...shape] : shape) as readonly number[];
    const [batch, a, b, c] = lengths as readonly [number, number, number, number];
    return this.dataFormat === 'channelsLast'
      ? { batch, height: a, width: b, channels: c }
      : { batch, channels: a, height: b, width: c };
  }

  protected override invoke(
    inputs: Nested<KerasTensor> | Nested<NDArray> | ImageData,
    options?: Partial<CallOptions>,
  ): Nested<KerasTensor> | Nested<Tensor> {
    const training = options?.training ?? true;
    if (isData(inputs)) return this.#augment(inputs, training) as unknown as Tensor;
    return super.invoke(inputs, { training });
  }

  #augment(data: ImageData, training: boolean): ImageData {
    const t = this.getRandomTransformation(data, { training });
    return {
      ...data,
      images: this.transformImages(data.images, t, { training }),
      ...(data.labels && { labels: this.transformLabels(data.labels, t) }),
      ...(data.segmentationMasks && { segmentationMasks: this.transformSegmentationMasks(data.segmentationMasks, t) }),
      ...(data.boundingBoxes && { boundingBoxes: this.transformBoundingBoxes(data.boundingBoxes, t) }),
    };
  }

  override call(x: Tensor, options: CallOptions): Tensor {
    return this.transformImages(x, this.getRandomTransformation(x, options), options);
  }

  /** Numbers from `low` to `high`, in the dtype of the layer. */
  protected uniform(count: number, low = 0, high = 1): number[] {
    const round = this.dtype === 'float32' ? Math.fround : Number;
    return Array.from(this.random.rand(count).data as Float64Array, (u) => round(low + (high - low) * u));
  }

  /** Whether each image is changed: with a probability that is itself drawn from a range. */
  protected chosen(batch: number, [low, high]: readonly [number, number]): readonly boolean[] {
    const probabilities = this.uniform(batch, low, high);
    return this.uniform(batch).map((u, i) => u < probabilities[i]!);
  }

  /** A number for each image, as it is broadcast over a batch. */
  protected perImage(values: readonly number[], like: Tensor): Tensor {
    return constant(values, [values.length, 1, 1, 1], like);
  }
}

/** Numbers as a tensor in the dtype of another. */
export function constant(values: ArrayLike<number>, shape: readonly number[], { dtype }: Tensor): Tensor {
  const data = dtype === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
  return asTensor(array(data, { shape }));
}

/** The options that say a range of values. @throws ArgumentError unless they are two numbers. */
export function valueRangeOf({ valueRange = [0, 255] }: ValueOptions, where: string): readonly [number, number] {
  if (Array.isArray(valueRange) && valueRange.length === 2 && valueRange.every(Number.isFinite))
    return [Math.min(...valueRange), Math.max(...valueRange)];
  throw new ArgumentError({
    where,
    what: 'valueRange is no range',
    got: JSON.stringify(valueRange),
    expected: 'two numbers',
  });
}

/** Moves values from one range to another, as all layers do that count in 0 to 255. */
export function rescale(x: Tensor, from: readonly [number, number], to: readonly [number, number]): Tensor {
  if (from[0] === to[0] && from[1] === to[1]) return x;
  return x
    .sub(from[0])
    .div(from[1] - from[0])
    .mul(to[1] - to[0])
    .add(to[0]);
}
