import { ShapeError } from '@isograd/device';
import { pad } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { axisMap, tapsOf } from '@isograd/nn';
import * as functional from '@isograd/nn/functional';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import type { LayerOptions, SavedOptions } from '../layer.ts';
import { type DataFormat, type Lengths, oneOf, perAxis, Spatial } from './spatial.ts';

/** Options of pooling over windows. */
export interface PoolingOptions extends LayerOptions {
  /** Distance of neighbouring windows; default the length of a window. */
  readonly strides?: Lengths | null;
  /** Only whole windows (`valid`), or as many as strides fit (`same`); default `valid`. */
  readonly padding?: 'valid' | 'same';
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Options of {@link MaxPooling1D} and its relatives. */
export interface MaxPoolingOptions extends PoolingOptions {
  /** Length of a window; default 2. */
  readonly poolSize?: Lengths;
}

/** Options of pooling into a number of parts. */
export interface AdaptivePoolingOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Number of spatial axes. */
export type Rank = 1 | 2 | 3;
/** Bounds of windows along one axis, which may reach beyond its ends. */
type Bounds = readonly (readonly [start: number, end: number])[];

/** The positions of an axis that a window covers. */
const covered = (length: number, [start, end]: readonly [number, number]): number[] => {
  const first = Math.max(start, 0);
  return Array.from({ length: Math.min(end, length) - first }, (_, i) => first + i);
};

/** Means of windows, axis by axis: the mean over several axes is that of the means. */
function means(x: Tensor, bounds: readonly Bounds[], firstAxis: number): Tensor {
  return bounds.reduce((y, windows, d) => {
    const length = x.shape[firstAxis + d]!;
    const outputs = windows.map((window) => {
      const at = covered(length, window);
      return { at, weights: at.map(() => 1 / at.length) };
    });
    return axisMap(y, tapsOf(length, outputs), firstAxis + d);
  }, x);
}

const MAXIMA = [functional.maxPool1d, functional.maxPool2d, functional.maxPool3d] as const;
const ADAPTIVE = [functional.adaptiveMaxPool1d, functional.adaptiveMaxPool2d, functional.adaptiveMaxPool3d] as const;

/** A layer that pools, with what all of them share. */
export abstract class Pool extends Spatial {
  /** Runs a function of `[batch, channels, ...]` on the input. */
  protected channelsFirst(x: Tensor, f: (turned: Tensor) => Tensor): Tensor {
    if (!this.channelsLast) return f(x);
    const spatial = Array.from({ length: this.rank }, (_, d) => d);
    const y = f(x.transpose([0, this.rank + 1, ...spatial.map((d) => d + 1)]));
    return y.transpose([0, ...spatial.map((d) => d + 2), 1]);
  }

  protected abstract outputLengths(lengths: KerasShape): KerasShape;

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return this.reshaped(inputShape, this.outputLengths(this.lengthsOf(inputShape)));
  }
}

const WINDOW_OPTIONS = { strides: null, padding: 'valid', dataFormat: 'channelsLast' } as const;

/** A layer that pools windows. */
abstract class WindowPool extends Pool {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';

  constructor(rank: Rank, poolSize: Lengths, options: PoolingOptions) {
    const where = new.target.name;
    const size = perAxis(poolSize, rank, { where, name: 'poolSize' });
    const strides = perAxis(options.strides ?? size, rank, { where, name: 'strides' });
    // What is saved is one number for each axis, as in Keras.
    super(rank, { ...options, poolSize: size, strides } as PoolingOptions);
    this.poolSize = size;
    this.strides = strides;
    this.padding = oneOf(options.padding ?? 'valid', ['valid', 'same'], { where, name: 'padding' });
  }

  /** Elements of the padding before the first and behind the last, of an axis. */
  protected sides(length: number, d: number): readonly [number, number] {
    if (this.padding === 'valid') return [0, 0];
    const [size, stride] = [this.poolSize[d]!, this.strides[d]!];
    const all = Math.max((Math.ceil(length / stride) - 1) * stride + size - length, 0);
    return [Math.floor(all / 2), Math.ceil(all / 2)];
  }

  protected override outputLengths(lengths: KerasShape): KerasShape {
    return lengths.map((n, d) => {
      if (n === null) return null;
      const [size, stride] = [this.poolSize[d]!, this.strides[d]!];
      const out = this.padding === 'valid' ? Math.floor((n - size) / stride) + 1 : Math.ceil(n / stride);
      if (out > 0) return out;
      throw new ShapeError({
        where: this.label,
        what: 'the window is larger than the input',
        got: `input ${showShape(lengths)}, poolSize [${this.poolSize.join(', ')}]`,
        expected: `at least ${size} elements along each axis`,
        hint: "use padding: 'same'?",
      });
    });
  }
}

abstract class MaxPooling extends WindowPool {
  static override readonly saved: SavedOptions = { options: { poolSize: 2, ...WINDOW_OPTIONS } };

  constructor(rank: Rank, options: MaxPoolingOptions) {
    super(rank, options.poolSize ?? 2, options);
  }

  override call(x: Tensor): Tensor {
    const lengths = this.lengthsOf(x.shape) as readonly number[];
    this.outputLengths(lengths);
    const sides = lengths.map((n, d) => this.sides(n, d));
    return this.channelsFirst(x, (turned) => {
      const none = [0, 0] as const;
      const filled = sides.some(([before, behind]) => before + behind > 0)
        ? asTensor(pad(turned, [none, none, ...sides], { constantValues: -Infinity }))
        : turned;
      return MAXIMA[this.rank - 1]!(filled, this.poolSize, { stride: this.strides });
    });
  }
}

abstract class AveragePooling extends WindowPool {
  static override readonly saved: SavedOptions = { args: ['poolSize'], options: WINDOW_OPTIONS };

  override call(x: Tensor): Tensor {
    const lengths = this.lengthsOf(x.shape) as readonly number[];
    const counts = this.outputLengths(lengths) as readonly number[];
    const bounds = counts.map((count, d): Bounds => {
      const [before] = this.sides(lengths[d]!, d);
      return Array.from({ length: count }, (_, o) => {
        const start = o * this.strides[d]! - before;
        return [start, start + this.poolSize[d]!];
      });
    });
    return means(x, bounds, this.firstAxis);
  }
}

abstract class AdaptivePool extends Pool {
  static override readonly saved: SavedOptions = { args: ['outputSize'], options: { dataFormat: 'channelsLast' } };
  readonly outputSize: readonly number[];

  constructor(rank: Rank, outputSize: Lengths, options: AdaptivePoolingOptions) {
    super(rank, options);
    this.outputSize = perAxis(outputSize, rank, { where: this.constructor.name, name: 'outputSize' });
  }

  protected override outputLengths(): KerasShape {
    return this.outputSize;
  }
}

abstract class AdaptiveMaxPooling extends AdaptivePool {
  override call(x: Tensor): Tensor {
    this.lengthsOf(x.shape);
    return this.channelsFirst(x, (turned) => ADAPTIVE[this.rank - 1]!(turned, this.outputSize));
  }
}

abstract class AdaptiveAveragePooling extends AdaptivePool {
  override call(x: Tensor): Tensor {
    const lengths = this.lengthsOf(x.shape) as readonly number[];
    const bounds = this.outputSize.map((count, d) =>
      Array.from({ length: count }, (_, o): readonly [number, number] => [
        Math.floor((o * lengths[d]!) / count),
        Math.ceil(((o + 1) * lengths[d]!) / count),
      ]),
    );
    return means(x, bounds, this.firstAxis);
  }
}

/**
 * The largest element of each window along length: `[batch, steps, channels]`, or `[batch, channels, steps]` (`keras.layers.MaxPooling1D`).
 *
 * @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit.
 * @example
 * import { tensor } from '@isograd/autograd';
 * new MaxPooling1D({ poolSize: 2 })(tensor([[[1], [3], [2], [0]]])).tolist() // => [ [ [ 3 ], [ 2 ] ] ]
 */
export class MaxPooling1D extends MaxPooling {
  static override readonly name: string = 'MaxPooling1D';

  constructor(options: MaxPoolingOptions = {}) {
    super(1, options);
  }
}

/** The largest element of each window along height and width: `[batch, height, width, channels]`, or `[batch, channels, height, width]` (`keras.layers.MaxPooling2D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class MaxPooling2D extends MaxPooling {
  static override readonly name: string = 'MaxPooling2D';

  constructor(options: MaxPoolingOptions = {}) {
    super(2, options);
  }
}

/** The largest element of each window along depth, height and width: `[batch, depth, height, width, channels]`, or `[batch, channels, depth, height, width]` (`keras.layers.MaxPooling3D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class MaxPooling3D extends MaxPooling {
  static override readonly name: string = 'MaxPooling3D';

  constructor(options: MaxPoolingOptions = {}) {
    super(3, options);
  }
}

/** The mean of each window along length; what lies beyond the ends does not count: `[batch, steps, channels]`, or `[batch, channels, steps]` (`keras.layers.AveragePooling1D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class AveragePooling1D extends AveragePooling {
  static override readonly name: string = 'AveragePooling1D';

  constructor(poolSize: Lengths, options: PoolingOptions = {}) {
    super(1, poolSize, options);
  }
}

/** The mean of each window along height and width; what lies beyond the ends does not count: `[batch, height, width, channels]`, or `[batch, channels, height, width]` (`keras.layers.AveragePooling2D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class AveragePooling2D extends AveragePooling {
  static override readonly name: string = 'AveragePooling2D';

  constructor(poolSize: Lengths, options: PoolingOptions = {}) {
    super(2, poolSize, options);
  }
}

/** The mean of each window along depth, height and width; what lies beyond the ends does not count: `[batch, depth, height, width, channels]`, or `[batch, channels, depth, height, width]` (`keras.layers.AveragePooling3D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class AveragePooling3D extends AveragePooling {
  static override readonly name: string = 'AveragePooling3D';

  constructor(poolSize: Lengths, options: PoolingOptions = {}) {
    super(3, poolSize, options);
  }
}

/** The largest element of each of `outputSize` parts along length: `[batch, steps, channels]`, or `[batch, channels, steps]` (`keras.layers.AdaptiveMaxPooling1D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class AdaptiveMaxPooling1D extends AdaptiveMaxPooling {
  static override readonly name: string = 'AdaptiveMaxPooling1D';

  constructor(outputSize: Lengths, options: AdaptivePoolingOptions = {}) {
    super(1, outputSize, options);
  }
}

/** The largest element of each of `outputSize` parts along height and width: `[batch, height, width, channels]`, or `[batch, channels, height, width]` (`keras.layers.AdaptiveMaxPooling2D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class AdaptiveMaxPooling2D extends AdaptiveMaxPooling {
  static override readonly name: string = 'AdaptiveMaxPooling2D';

  constructor(outputSize: Lengths, options: AdaptivePoolingOptions = {}) {
    super(2, outputSize, options);
  }
}

/** The largest element of each of `outputSize` parts along depth, height and width: `[batch, depth, height, width, channels]`, or `[batch, channels, depth, height, width]` (`keras.layers.AdaptiveMaxPooling3D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class AdaptiveMaxPooling3D extends AdaptiveMaxPooling {
  static override readonly name: string = 'AdaptiveMaxPooling3D';

  constructor(outputSize: Lengths, options: AdaptivePoolingOptions = {}) {
    super(3, outputSize, options);
  }
}

/** The mean of each of `outputSize` parts along length: `[batch, steps, channels]`, or `[batch, channels, steps]` (`keras.layers.AdaptiveAveragePooling1D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class AdaptiveAveragePooling1D extends AdaptiveAveragePooling {
  static override readonly name: string = 'AdaptiveAveragePooling1D';

  constructor(outputSize: Lengths, options: AdaptivePoolingOptions = {}) {
    super(1, outputSize, options);
  }
}

/** The mean of each of `outputSize` parts along height and width: `[batch, height, width, channels]`, or `[batch, channels, height, width]` (`keras.layers.AdaptiveAveragePooling2D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class AdaptiveAveragePooling2D extends AdaptiveAveragePooling {
  static override readonly name: string = 'AdaptiveAveragePooling2D';

  constructor(outputSize: Lengths, options: AdaptivePoolingOptions = {}) {
    super(2, outputSize, options);
  }
}

/** The mean of each of `outputSize` parts along depth, height and width: `[batch, depth, height, width, channels]`, or `[batch, channels, depth, height, width]` (`keras.layers.AdaptiveAveragePooling3D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class AdaptiveAveragePooling3D extends AdaptiveAveragePooling {
  static override readonly name: string = 'AdaptiveAveragePooling3D';

  constructor(outputSize: Lengths, options: AdaptivePoolingOptions = {}) {
    super(3, outputSize, options);
  }
}
