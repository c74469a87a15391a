import { ArgumentError, ShapeError } from '@isograd/device';
import type { Shape } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import type { CallOptions, SavedOptions } from '../layer.ts';
import { checkProbability, dropoutFactors, Seeded, type SeededOptions } from './seeded.ts';
import { type DataFormat, oneOf } from './spatial.ts';

/** Lengths of what is drawn; `null` takes that of the input, 1 shares a draw along the axis. */
export type NoiseShape = readonly (number | null)[];

/** Options of {@link Dropout}. */
export interface DropoutOptions extends SeededOptions {
  /** Lengths of the mask, which is broadcast over the input; default those of the input. */
  readonly noiseShape?: NoiseShape | null;
}

function checkNoiseShape(shape: NoiseShape | null, where: string): NoiseShape | null {
  if (shape === null || (Array.isArray(shape) && shape.every((n) => n === null || (Number.isInteger(n) && n > 0))))
    return shape;
  throw new ArgumentError({
    where,
    what: 'noiseShape is no shape',
    got: JSON.stringify(shape),
    expected: 'a list of whole numbers from 1, or null for the length of the input',
  });
}

/** A layer that draws one number for each element, or one for several. */
export abstract class Masked extends Seeded {
  override supportsMasking: boolean = true;
  readonly rate: number;
  readonly noiseShape: NoiseShape | null;

  /** @throws ArgumentError when `rate` is outside [0, 1], or `noiseShape` is no shape. */
  constructor(rate: number, options: DropoutOptions) {
    super(options);
    this.rate = checkProbability(rate, this.constructor.name, 'rate');
    this.noiseShape = checkNoiseShape(options.noiseShape ?? null, this.constructor.name);
  }

  /** Lengths of what is drawn for an input. @throws ShapeError where they cannot be broadcast over it. */
  protected noiseShapeFor(x: Tensor): Shape {
    if (this.noiseShape === null) return x.shape;
    const lengths = this.noiseShape.map((n, d) => n ?? x.shape[d]!);
    if (lengths.length === x.ndim && lengths.every((n, d) => n === 1 || n === x.shape[d])) return lengths;
    throw new ShapeError({
      where: this.label,
      what: 'noiseShape cannot be broadcast over the input',
      got: `noiseShape ${showShape(this.noiseShape)}, input ${showShape(x.shape)}`,
      expected: 'for each axis 1, null or the length of the input',
    });
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    return training && this.rate > 0 ? this.drop(x) : x;
  }

  /** The input with some elements dropped. */
  protected abstract drop(x: Tensor): Tensor;
}

/**
 * Sets elements to 0 with probability `rate` while training, and scales the others by 1 / (1 - rate) (`keras.layers.Dropout`).
 *
 * @throws ArgumentError when `rate` is outside [0, 1], or `noiseShape` is no shape; ShapeError where that cannot be broadcast over an input.
 * @example
 * import { ones } from '@isograd/autograd';
 * new Dropout(0.5)(ones([2, 2])).tolist() // => [ [ 1, 1 ], [ 1, 1 ] ]
 */
export class Dropout extends Masked {
  static override readonly name: string = 'Dropout';
  static override readonly saved: SavedOptions = { args: ['rate'], options: { seed: null, noiseShape: null } };

  constructor(rate: number, options: DropoutOptions = {}) {
    super(rate, options);
  }

  protected override drop(x: Tensor): Tensor {
    return x.mul(dropoutFactors(this.random, this.rate, this.noiseShapeFor(x), x.dtype));
  }
}

/** Options of {@link SpatialDropout2D} and its like. */
export interface SpatialDropoutOptions extends SeededOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** {@link Dropout} of whole channels, of any rank. */
abstract class SpatialDropout extends Dropout {
  static override readonly saved: SavedOptions = {
    args: ['rate'],
    options: { seed: null, dataFormat: 'channelsLast' },
    without: ['trainable'],
  };
  readonly rank: number;
  readonly dataFormat: DataFormat;

  constructor(rank: number, rate: number, options: SpatialDropoutOptions) {
    super(rate, options);
    this.rank = rank;
    this.dataFormat = oneOf(options.dataFormat ?? 'channelsLast', ['channelsLast', 'channelsFirst'], {
      where: this.constructor.name,
      name: 'dataFormat',
    });
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    if (inputShape.length === this.rank + 2) return inputShape;
    throw new ShapeError({
      where: this.label,
      what: 'wrong number of axes',
      got: showShape(inputShape),
      expected: `${this.rank + 2} axes: ${this.dataFormat === 'channelsLast' ? '[batch, ..., channels]' : '[batch, channels, ...]'}`,
    });
  }

  override call(x: Tensor, options: CallOptions): Tensor {
    this.computeOutputShape(x.shape);
    return super.call(x, options);
  }

  protected override noiseShapeFor({ shape }: Tensor): Shape {
    const channels = this.dataFormat === 'channelsLast' ? this.rank + 1 : 1;
    return shape.map((n, d) => (d === 0 || d === channels ? n : 1));
  }
}

/**
 * Sets whole channels of `[batch, steps, channels]` to 0 with probability `rate` while training (`keras.layers.SpatialDropout1D`; Tompson et al. 2015).
 *
 * @throws ArgumentError when `rate` is outside [0, 1]; ShapeError for another number of axes.
 * @example
 * import { ones } from '@isograd/autograd';
 * new SpatialDropout1D(0.5, { seed: 1 })(ones([1, 2, 3]), { training: true }).tolist() // => [ [ [ 0, 2, 0 ], [ 0, 2, 0 ] ] ]
 */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly name: string = 'SpatialDropout1D';
  static override readonly saved: SavedOptions = { args: ['rate'], options: { seed: null }, without: ['trainable'] };

  constructor(rate: number, options: SeededOptions = {}) {
    super(1, rate, options);
  }
}

/**
 * Sets whole channels of images to 0 with probability `rate` while training (`keras.layers.SpatialDropout2D`; Tompson et al. 2015).
 *
 * @throws ArgumentError when `rate` is outside [0, 1]; ShapeError for another number of axes.
 * @example
 * import { ones } from '@isograd/autograd';
 * new SpatialDropout2D(0.5, { seed: 1 })(ones([1, 1, 2, 3]), { training: true }).tolist() // => [ [ [ [ 0, 2, 0 ], [ 0, 2, 0 ] ] ] ]
 */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly name: string = 'SpatialDropout2D';

  constructor(rate: number, options: SpatialDropoutOptions = {}) {
    super(2, rate, options);
  }
}

/**
 * Sets whole channels of volumes to 0 with probability `rate` while training (`keras.layers.SpatialDropout3D`; Tompson et al. 2015).
 *
 * @throws ArgumentError when `rate` is outside [0, 1]; ShapeError for another number of axes.
 * @example
 * import { ones } from '@isograd/autograd';
 * new SpatialDropout3D(0.5)(ones([2, 4, 4, 4, 3])).shape // => [ 2, 4, 4, 4, 3 ]
 */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly name: string = 'SpatialDropout3D';

  constructor(rate: number, options: SpatialDropoutOptions = {}) {
    super(3, rate, options);
  }
}
