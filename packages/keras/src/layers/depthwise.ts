import type { Tensor } from '@isograd/autograd';
import { convolution } from '@isograd/nn';
import { get as getInitializer, type Initializer, type InitializerLike } from '../initializers.ts';
import type { KerasShape } from '../keras-tensor.ts';
import type { SavedOptions } from '../layer.ts';
import type { RuleOptions } from '../weight-rules.ts';
import { type Lengths, perAxis, WINDOW_DEFAULTS, Windowed, type WindowOptions } from './spatial.ts';

/** Options of {@link DepthwiseConv1D} and {@link DepthwiseConv2D}. */
export interface DepthwiseConvOptions extends WindowOptions, RuleOptions<'depthwise'> {
  /** Outputs of each channel; default 1. */
  readonly depthMultiplier?: number;
  /** Default `glorotUniform`. */
  readonly depthwiseInitializer?: InitializerLike;
}

/** Options of {@link SeparableConv1D} and {@link SeparableConv2D}. */
export interface SeparableConvOptions extends DepthwiseConvOptions, RuleOptions<'pointwise'> {
  /** Default `glorotUniform`. */
  readonly pointwiseInitializer?: InitializerLike;
}

/** A kernel for each channel by itself. */
abstract class ByChannel extends Windowed {
  readonly depthMultiplier: number;
  protected readonly initializers: readonly [depthwise: Initializer, bias: Initializer];

  constructor(rank: number, kernelSize: Lengths, options: DepthwiseConvOptions) {
    super(rank, kernelSize, options);
    const { depthMultiplier = 1, depthwiseInitializer, biasInitializer } = options;
    this.depthMultiplier = perAxis(depthMultiplier, 1, { where: this.constructor.name, name: 'depthMultiplier' })[0]!;
    this.initializers = [
      getInitializer(depthwiseInitializer ?? 'glorotUniform'),
      getInitializer(biasInitializer ?? 'zeros'),
    ];
  }

  /** Convolves each channel with its kernels `[...kernel, channels, depthMultiplier]`. */
  protected byChannel(x: Tensor, kernel: Tensor, bias: Tensor | null): Tensor {
    const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
    const grouped = kernel.reshape([...this.kernelSize, 1, channels * multiplier]);
    return this.convolve(x, grouped, bias, channels);
  }
}

/** Depthwise convolutions of any rank. */
abstract class DepthwiseConv extends ByChannel {
  static override readonly saved: SavedOptions = {
    args: ['kernelSize'],
    options: { ...WINDOW_DEFAULTS, depthMultiplier: 1, depthwiseInitializer: 'glorotUniform' },
    rules: ['depthwise', 'bias'],
  };
  /** Made by `build`. */
  kernel: Tensor | null = null;
  /** Made by `build`; `null` without `useBias`. */
  bias: Tensor | null = null;

  override build(inputShape: KerasShape): void {
    const channels = this.channelsOf(inputShape);
    const [kernel, bias] = this.initializers;
    this.kernel = this.addWeight('kernel', [...this.kernelSize, channels, this.depthMultiplier], kernel, {
      role: 'depthwise',
    });
    if (this.useBias) this.bias = this.addWeight('bias', [channels * this.depthMultiplier], bias);
  }

  override call(x: Tensor): Tensor {
    return this.activation(this.byChannel(x, this.kernel!, this.bias));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const channels = this.channelsOf(inputShape) * this.depthMultiplier;
    return this.reshaped(inputShape, this.outputLengths(this.lengthsOf(inputShape)), channels);
  }
}

/** Separable convolutions of any rank: each channel by itself, then the channels at each place. */
abstract class SeparableConv extends ByChannel {
  static override readonly saved: SavedOptions = {
    args: ['filters', 'kernelSize'],
    options: {
      ...WINDOW_DEFAULTS,
      depthMultiplier: 1,
      depthwiseInitializer: 'glorotUniform',
      pointwiseInitializer: 'glorotUniform',
    },
    rules: ['depthwise', 'pointwise', 'bias'],
  };
  readonly filters: number;
  /** Made by `build`. */
  depthwiseKernel: Tensor | null = null;
  /** Made by `build`. */
  pointwiseKernel: Tensor | null = null;
  /** Made by `build`; `null` without `useBias`. */
  bias: Tensor | null = null;
  readonly #pointwise: Initializer;

  constructor(rank: number, [filters, kernelSize]: readonly [number, Lengths], options: SeparableConvOptions) {
    super(rank, kernelSize, options);
    this.filters = perAxis(filters, 1, { where: this.constructor.name, name: 'filters' })[0]!;
    this.#pointwise = getInitializer(options.pointwiseInitializer ?? 'glorotUniform');
  }

  override build(inputShape: KerasShape): void {
    const channels = this.channelsOf(inputShape);
    const { depthMultiplier, kernelSize, filters } = this;
    const [depthwise, bias] = this.initializers;
    this.depthwiseKernel = this.addWeight('depthwise_kernel', [...kernelSize, channels, depthMultiplier], depthwise);
    const point = [...kernelSize.map(() => 1), channels * depthMultiplier, filters];
    this.pointwiseKernel = this.addWeight('pointwise_kernel', point, this.#pointwise);
    if (this.useBias) this.bias = this.addWeight('bias', [filters], bias);
  }

  override call(x: Tensor): Tensor {
    const deep = this.byChannel(x, this.depthwiseKernel!, null);
    const { channelsLast, label: where } = this;
    return this.activation(convolution(deep, this.oriented(this.pointwiseKernel!), this.bias, { channelsLast, where }));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return this.reshaped(inputShape, this.outputLengths(this.lengthsOf(inputShape)), this.filters);
  }
}

/**
 * Convolution of each channel by itself over one axis (`keras.layers.DepthwiseConv1D`): `[batch, ..., channels]` → `[batch, ..., channels * depthMultiplier]`.
 *
 * `kernel` is `[...kernelSize, channels, depthMultiplier]`.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new DepthwiseConv1D(3, { depthMultiplier: 2 })(zeros([2, 6, 3])).shape // => [ 2, 4, 6 ]
 */
export class DepthwiseConv1D extends DepthwiseConv {
  static override readonly name: string = 'DepthwiseConv1D';

  constructor(kernelSize: Lengths, options: DepthwiseConvOptions = {}) {
    super(1, kernelSize, options);
  }
}

/**
 * Convolution of each channel by itself over two axes (`keras.layers.DepthwiseConv2D`): `[batch, ..., channels]` → `[batch, ..., channels * depthMultiplier]`.
 *
 * `kernel` is `[...kernelSize, channels, depthMultiplier]`.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new DepthwiseConv2D(3, { depthMultiplier: 2 })(zeros([2, 6, 6, 3])).shape // => [ 2, 4, 4, 6 ]
 */
export class DepthwiseConv2D extends DepthwiseConv {
  static override readonly name: string = 'DepthwiseConv2D';

  constructor(kernelSize: Lengths, options: DepthwiseConvOptions = {}) {
    super(2, kernelSize, options);
  }
}

/**
 * Convolution of each channel by itself over one axis, then of the channels at each place (`keras.layers.SeparableConv1D`): `[batch, ..., channels]` → `[batch, ..., filters]`.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new SeparableConv1D(8, 3)(zeros([2, 6, 3])).shape // => [ 2, 4, 8 ]
 */
export class SeparableConv1D extends SeparableConv {
  static override readonly name: string = 'SeparableConv1D';

  constructor(filters: number, kernelSize: Lengths, options: SeparableConvOptions = {}) {
    super(1, [filters, kernelSize], options);
  }
}

/**
 * Convolution of each channel by itself over two axes, then of the channels at each place (`keras.layers.SeparableConv2D`): `[batch, ..., channels]` → `[batch, ..., filters]`.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new SeparableConv2D(8, 3)(zeros([2, 6, 6, 3])).shape // => [ 2, 4, 4, 8 ]
 */
export class SeparableConv2D extends SeparableConv {
  static override readonly name: string = 'SeparableConv2D';

  constructor(filters: number, kernelSize: Lengths, options: SeparableConvOptions = {}) {
    super(2, [filters, kernelSize], options);
  }
}
