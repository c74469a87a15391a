import { type NDArray, pad } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import type { SavedOptions } from '../../../layer.ts';
import { type BoundingBoxes, ImageLayer, type ImageOptions } from './image-layer.ts';
import { wholeNumber } from '../../../whole-number.ts';

/** Options of {@link MaxNumBoundingBoxes}. */
export interface MaxNumBoundingBoxesOptions extends ImageOptions {
  /** What stands for boxes and classes that are not there; default -1. */
  readonly fillValue?: number;
}

/**
 * As many bounding boxes for each image of a batch: those that are too many are left out, missing ones filled (`keras.layers.MaxNumBoundingBoxes`).
 *
 * @throws ArgumentError when the number is none.
 * @example
 * import { ones } from '@isograd/autograd';
 * const boundingBoxes = { boxes: ones([1, 1, 4]), labels: ones([1, 1]) };
 * const found = new MaxNumBoundingBoxes(2)({ images: ones([1, 4, 4, 3]), boundingBoxes });
 * found.boundingBoxes.labels.tolist() // => [ [ 1, -1 ] ]
 */
export class MaxNumBoundingBoxes extends ImageLayer<true> {
  static override readonly name: string = 'MaxNumBoundingBoxes';
  static override readonly saved: SavedOptions = { args: ['maxNumber'], options: { dataFormat: 'channelsLast' } };
  readonly maxNumber: number;
  readonly fillValue: number;

  constructor(maxNumber: number, options: MaxNumBoundingBoxesOptions = {}) {
    super(options);
    this.maxNumber = wholeNumber(maxNumber, 'MaxNumBoundingBoxes', 'maxNumber is no number of boxes');
    this.fillValue = Math.trunc(options.fillValue ?? -1);
  }

  protected override get always(): boolean {
    return true;
  }

  override draw(): true {
    return true;
  }

  override transform(images: Tensor): Tensor {
    return images;
  }

  override transformBoundingBoxes({ boxes, labels }: BoundingBoxes): BoundingBoxes {
    const few = (x: NDArray): NDArray => {
      const kept = x.at(':', `:${this.maxNumber}`);
      const missing = this.maxNumber - kept.shape[1]!;
      const widths = kept.shape.map((_, d): [number, number] => [0, d === 1 ? missing : 0]);
      return asTensor(pad(kept, widths as never, { constantValues: this.fillValue }));
    };
    return { boxes: few(boxes), labels: few(labels) };
  }
}
