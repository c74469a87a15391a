import { ShapeError } from '@isograd/device';
import { slice } from '@isograd/ndarray';
import { type Tensor, tensor } from '@isograd/autograd';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import type { LayerOptions, SavedOptions } from '../layer.ts';
import { type DataFormat, type Lengths, oneOf, perAxis, Spatial } from './spatial.ts';

/** Elements before and after an axis. */
type Pair = readonly [before: number, after: number];
/** One number for all sides; one for each axis; a pair for each axis (for a single axis the pair itself). */
export type Margins = number | readonly (number | Pair)[];

/** Options of layers that change the spatial lengths alone. */
export interface ResizingOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Options of {@link UpSampling2D}. */
export interface UpSampling2DOptions extends ResizingOptions {
  /** Whether elements are repeated or interpolated; default `nearest`. */
  readonly interpolation?: 'nearest' | 'bilinear';
}

/** Reads margins. @throws ArgumentError unless they are whole numbers from 0, two for each axis. */
function margins(
  value: Margins,
  rank: number,
  { where, name }: { readonly where: string; readonly name: string },
): readonly Pair[] {
  const list: readonly (number | Pair)[] =
    typeof value === 'number'
      ? Array<number>(rank).fill(value)
      : rank === 1 && value.length === 2
        ? [value as Pair]
        : value;
  const pairs = list.map((item): Pair => (typeof item === 'number' ? [item, item] : item));
  perAxis(pairs.flat(), 2 * rank, { where, name, least: 0 });
  return pairs;
}

const SAVED_MARGINS = (name: string): SavedOptions => ({ args: [name], options: { dataFormat: 'channelsLast' } });

/** Zeros around the spatial axes, of any rank. */
abstract class ZeroPadding extends Spatial {
  static override readonly saved: SavedOptions = SAVED_MARGINS('padding');
  readonly padding: Margins;
  readonly #pairs: readonly Pair[];

  constructor(rank: number, padding: Margins, options: ResizingOptions) {
    super(rank, options);
    this.#pairs = margins(padding, rank, { where: this.constructor.name, name: 'padding' });
    // Keras has a bare pair for a single axis.
    this.padding = rank === 1 ? this.#pairs[0]! : this.#pairs;
  }

  override call(x: Tensor): Tensor {
    this.lengthsOf(x.shape);
    const widths = x.shape.map((_, axis): Pair => this.#pairs[axis - this.firstAxis] ?? [0, 0]);
    return x.pad(widths as never);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const lengths = this.lengthsOf(inputShape).map((n, d) =>
      n === null ? null : n + this.#pairs[d]![0] + this.#pairs[d]![1],
    );
    return this.reshaped(inputShape, lengths);
  }
}

/** Cuts the ends of the spatial axes off, of any rank. */
abstract class Cropping extends Spatial {
  static override readonly saved: SavedOptions = SAVED_MARGINS('cropping');
  readonly cropping: Margins;
  readonly #pairs: readonly Pair[];

  constructor(rank: number, cropping: Margins, options: ResizingOptions) {
    super(rank, options);
    this.#pairs = margins(cropping, rank, { where: this.constructor.name, name: 'cropping' });
    // Keras has a bare pair for a single axis.
    this.cropping = rank === 1 ? this.#pairs[0]! : this.#pairs;
  }

  override call(x: Tensor): Tensor {
    this.computeOutputShape(x.shape);
    const index = x.shape.map((n, axis) => {
      const pair = this.#pairs[axis - this.firstAxis];
      return pair ? slice(pair[0], n - pair[1]) : ':';
    });
    return x.at(...index) as Tensor;
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const lengths = this.lengthsOf(inputShape).map((n, d) =>
      n === null ? null : n - this.#pairs[d]![0] - this.#pairs[d]![1],
    );
    if (lengths.every((n) => n === null || n > 0)) return this.reshaped(inputShape, lengths);
    throw new ShapeError({
      where: this.label,
      what: 'nothing is left of the input',
      got: `input ${showShape(inputShape)}, cropping ${JSON.stringify(this.cropping)}`,
      expected: 'an input that is longer than what is cut off',
    });
  }
}

/** Weights of linear interpolation between the centres of elements: `[size n, n]`. */
function interpolation(n: number, size: number, like: Tensor): Tensor {
  const rows = Array.from({ length: n * size }, (_, i) => {
    const at = Math.min(Math.max((i + 0.5) / size - 0.5, 0), n - 1);
    const low = Math.floor(at);
    const row = Array<number>(n).fill(0);
    row[low]! += 1 - (at - low);
    if (at > low) row[low + 1]! += at - low;
    return row;
  });
  return tensor(rows, { dtype: like.dtype });
}

/** More elements along the spatial axes, of any rank. */
abstract class UpSampling extends Spatial {
  static override readonly saved: SavedOptions = SAVED_MARGINS('size');
  readonly size: Lengths;
  readonly #factors: readonly number[];
  readonly interpolation: 'nearest' | 'bilinear';

  constructor(rank: number, size: Lengths, options: UpSampling2DOptions) {
    super(rank, options);
    const where = this.constructor.name;
    this.#factors = perAxis(size, rank, { where, name: 'size' });
    this.size = rank === 1 ? this.#factors[0]! : this.#factors;
    this.interpolation = oneOf(options.interpolation ?? 'nearest', ['nearest', 'bilinear'], {
      where,
      name: 'interpolation',
    });
  }

  #axis(x: Tensor, axis: number, size: number): Tensor {
    const { shape } = x;
    const n = shape[axis]!;
    if (size === 1) return x;
    if (this.interpolation === 'bilinear')
      return x
        .moveaxis(axis, -1)
        .matmul(interpolation(n, size, x).t())
        .moveaxis(-1, axis) as Tensor;
    const [before, after] = [shape.slice(0, axis + 1), shape.slice(axis + 1)];
    const repeated = x.reshape([...before, 1, ...after]).broadcastTo([...before, size, ...after]);
    return repeated.reshape([...shape.slice(0, axis), n * size, ...after]) as Tensor;
  }

  override call(x: Tensor): Tensor {
    this.lengthsOf(x.shape);
    return this.#factors.reduce((y, size, d) => this.#axis(y, this.firstAxis + d, size), x);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const lengths = this.lengthsOf(inputShape).map((n, d) => (n === null ? null : n * this.#factors[d]!));
    return this.reshaped(inputShape, lengths);
  }
}

/**
 * Zeros around one axis (`keras.layers.ZeroPadding1D`).
 *
 * @param padding - One number for both sides, or a pair; default 1.
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new ZeroPadding1D(1)(zeros([2, 4, 3])).shape // => [ 2, 6, 3 ]
 */
export class ZeroPadding1D extends ZeroPadding {
  static override readonly name: string = 'ZeroPadding1D';

  constructor(padding: Margins = 1, options: ResizingOptions = {}) {
    super(1, padding, options);
  }
}

/**
 * Zeros around two axes (`keras.layers.ZeroPadding2D`).
 *
 * @param padding - One number for all sides, one for each axis, or a pair for each axis; default 1.
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new ZeroPadding2D(1)(zeros([2, 4, 4, 3])).shape // => [ 2, 6, 6, 3 ]
 */
export class ZeroPadding2D extends ZeroPadding {
  static override readonly name: string = 'ZeroPadding2D';

  constructor(padding: Margins = 1, options: ResizingOptions = {}) {
    super(2, padding, options);
  }
}

/**
 * Zeros around three axes (`keras.layers.ZeroPadding3D`).
 *
 * @param padding - One number for all sides, one for each axis, or a pair for each axis; default 1.
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new ZeroPadding3D(1)(zeros([2, 4, 4, 4, 3])).shape // => [ 2, 6, 6, 6, 3 ]
 */
export class ZeroPadding3D extends ZeroPadding {
  static override readonly name: string = 'ZeroPadding3D';

  constructor(padding: Margins = 1, options: ResizingOptions = {}) {
    super(3, padding, options);
  }
}

/**
 * Cuts the ends off one axis (`keras.layers.Cropping1D`).
 *
 * @param cropping - One number for both sides, or a pair; default [1, 1].
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Cropping1D(1)(zeros([2, 4, 3])).shape // => [ 2, 2, 3 ]
 */
export class Cropping1D extends Cropping {
  static override readonly name: string = 'Cropping1D';
  static override readonly saved: SavedOptions = { args: ['cropping'] };

  constructor(cropping: Margins = [1, 1], options: LayerOptions = {}) {
    super(1, cropping, options);
  }
}

/**
 * Cuts the ends off two axes (`keras.layers.Cropping2D`).
 *
 * @param cropping - One number for all sides, one for each axis, or a pair for each axis; default 0.
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Cropping2D(1)(zeros([2, 4, 4, 3])).shape // => [ 2, 2, 2, 3 ]
 */
export class Cropping2D extends Cropping {
  static override readonly name: string = 'Cropping2D';

  constructor(cropping: Margins = 0, options: ResizingOptions = {}) {
    super(2, cropping, options);
  }
}

/**
 * Cuts the ends off three axes (`keras.layers.Cropping3D`).
 *
 * @param cropping - One number for all sides, one for each axis, or a pair for each axis; default 1.
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Cropping3D(1)(zeros([2, 4, 4, 4, 3])).shape // => [ 2, 2, 2, 2, 3 ]
 */
export class Cropping3D extends Cropping {
  static override readonly name: string = 'Cropping3D';

  constructor(cropping: Margins = 1, options: ResizingOptions = {}) {
    super(3, cropping, options);
  }
}

/**
 * Repeats each element along one axis (`keras.layers.UpSampling1D`).
 *
 * @param size - Factor of all axes or of each; default 2.
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new UpSampling1D(3)(zeros([2, 2, 4])).shape // => [ 2, 6, 4 ]
 */
export class UpSampling1D extends UpSampling {
  static override readonly name: string = 'UpSampling1D';
  static override readonly saved: SavedOptions = { args: ['size'] };

  constructor(size: Lengths = 2, options: LayerOptions = {}) {
    super(1, size, options);
  }
}

/**
 * Repeats each element along two axes, or interpolates between them (`keras.layers.UpSampling2D`).
 *
 * @param size - Factor of all axes or of each; default 2.
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new UpSampling2D(3)(zeros([2, 2, 2, 4])).shape // => [ 2, 6, 6, 4 ]
 */
export class UpSampling2D extends UpSampling {
  static override readonly name: string = 'UpSampling2D';
  static override readonly saved: SavedOptions = {
    args: ['size'],
    options: { dataFormat: 'channelsLast', interpolation: 'nearest' },
  };

  constructor(size: Lengths = 2, options: UpSampling2DOptions = {}) {
    super(2, size, options);
  }
}

/**
 * Repeats each element along three axes (`keras.layers.UpSampling3D`).
 *
 * @param size - Factor of all axes or of each; default 2.
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new UpSampling3D(3)(zeros([2, 2, 2, 2, 4])).shape // => [ 2, 6, 6, 6, 4 ]
 */
export class UpSampling3D extends UpSampling {
  static override readonly name: string = 'UpSampling3D';

  constructor(size: Lengths = 2, options: ResizingOptions = {}) {
    super(3, size, options);
  }
}
