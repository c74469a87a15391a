import { where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import type { KerasShape } from '../keras-tensor.ts';
import type { CallOptions, LayerOptions, SavedOptions } from '../layer.ts';
import { Pool, type Rank } from './pooling.ts';
import type { DataFormat } from './spatial.ts';

/** Options of what pools all elements. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Whether the spatial axes stay, with length 1; default false. */
  readonly keepdims?: boolean;
}

abstract class GlobalPool extends Pool {
  static override readonly saved: SavedOptions = { options: { dataFormat: 'channelsLast', keepdims: false } };
  readonly keepdims: boolean;

  constructor(rank: Rank, options: GlobalPoolingOptions) {
    super(rank, options);
    this.keepdims = options.keepdims ?? false;
  }

  protected override outputLengths(lengths: KerasShape): KerasShape {
    return this.keepdims ? lengths.map(() => 1) : [];
  }

  protected abstract reduce(x: Tensor, axes: readonly number[], options: { readonly keepdims: boolean }): Tensor;

  override call(x: Tensor, _options: CallOptions): Tensor {
    this.lengthsOf(x.shape);
    const axes = Array.from({ length: this.rank }, (_, d) => this.firstAxis + d);
    return this.reduce(x, axes, { keepdims: this.keepdims });
  }
}

abstract class GlobalMaxPooling extends GlobalPool {
  protected override reduce(x: Tensor, axes: readonly number[], options: { readonly keepdims: boolean }): Tensor {
    return x.max(axes, options);
  }
}

abstract class GlobalAveragePooling extends GlobalPool {
  protected override reduce(x: Tensor, axes: readonly number[], options: { readonly keepdims: boolean }): Tensor {
    return x.mean(axes, options);
  }
}

/** The largest element of each channel over length: `[batch, steps, channels]` → `[batch, channels]` (`keras.layers.GlobalMaxPooling1D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class GlobalMaxPooling1D extends GlobalMaxPooling {
  static override readonly name: string = 'GlobalMaxPooling1D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options);
  }
}

/** The largest element of each channel over height and width: `[batch, height, width, channels]` → `[batch, channels]` (`keras.layers.GlobalMaxPooling2D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class GlobalMaxPooling2D extends GlobalMaxPooling {
  static override readonly name: string = 'GlobalMaxPooling2D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(2, options);
  }
}

/** The largest element of each channel over depth, height and width: `[batch, depth, height, width, channels]` → `[batch, channels]` (`keras.layers.GlobalMaxPooling3D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class GlobalMaxPooling3D extends GlobalMaxPooling {
  static override readonly name: string = 'GlobalMaxPooling3D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(3, options);
  }
}

/** The mean of each channel over length: `[batch, steps, channels]` → `[batch, channels]` (`keras.layers.GlobalAveragePooling1D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class GlobalAveragePooling1D extends GlobalAveragePooling {
  static override readonly name: string = 'GlobalAveragePooling1D';
  override supportsMasking: boolean = true;

  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options);
  }

  /** A mask `[batch, steps]` leaves steps out of the mean. */
  override call(x: Tensor, options: CallOptions): Tensor {
    if (!options.mask) return super.call(x, options);
    this.lengthsOf(x.shape);
    const [axis, { keepdims }] = [this.firstAxis, this];
    const counts = options.mask.astype('bool').expandDims(3 - axis);
    const n = asTensor(counts.astype(x.dtype).sum(axis, { keepdims }));
    return asTensor(where(counts, x, 0))
      .sum(axis, { keepdims })
      .div(n);
  }

  /** The mask ends here. */
  override computeMask(): undefined {}
}

/** The mean of each channel over height and width: `[batch, height, width, channels]` → `[batch, channels]` (`keras.layers.GlobalAveragePooling2D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class GlobalAveragePooling2D extends GlobalAveragePooling {
  static override readonly name: string = 'GlobalAveragePooling2D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(2, options);
  }
}

/** The mean of each channel over depth, height and width: `[batch, depth, height, width, channels]` → `[batch, channels]` (`keras.layers.GlobalAveragePooling3D`). @throws ArgumentError for numbers out of range; ShapeError for inputs that do not fit. */
export class GlobalAveragePooling3D extends GlobalAveragePooling {
  static override readonly name: string = 'GlobalAveragePooling3D';

  constructor(options: GlobalPoolingOptions = {}) {
    super(3, options);
  }
}
