import { ArgumentError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { convolutionTranspose } from '@isograd/nn';
import { get as getInitializer, type Initializer, type InitializerLike } from '../initializers.ts';
import type { KerasShape } from '../keras-tensor.ts';
import type { SavedOptions } from '../layer.ts';
import type { RuleOptions } from '../weight-rules.ts';
import { type Lengths, type Padding, perAxis, WINDOW_DEFAULTS, Windowed, type WindowOptions } from './spatial.ts';

/** Options of {@link Conv1D}, {@link Conv2D} and {@link Conv3D}. */
export interface ConvOptions extends WindowOptions, RuleOptions<'kernel'> {
  /** Parts into which the channels are divided; default 1. */
  readonly groups?: number;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerLike;
}

/** Options of {@link Conv1DTranspose}, {@link Conv2DTranspose} and {@link Conv3DTranspose}. */
export interface ConvTransposeOptions extends Omit<ConvOptions, 'groups' | 'padding'> {
  /** Default `valid`. */
  readonly padding?: Exclude<Padding, 'causal'>;
  /** Elements added to one side of the result, less than the strides; default what gives `strides` times as many elements. */
  readonly outputPadding?: Lengths | null;
}

const SAVED: SavedOptions = {
  args: ['filters', 'kernelSize'],
  options: { ...WINDOW_DEFAULTS, groups: 1, kernelInitializer: 'glorotUniform' },
  rules: ['kernel', 'bias'],
};
const { groups: _, ...TRANSPOSE_DEFAULTS } = SAVED.options!;
const SAVED_TRANSPOSE: SavedOptions = { ...SAVED, options: { ...TRANSPOSE_DEFAULTS, outputPadding: null } };

/** What convolutions and their transposes share: filters and weights. */
abstract class Filtering extends Windowed {
  readonly filters: number;
  /** Made by `build`. */
  kernel: Tensor | null = null;
  /** Made by `build`; `null` without `useBias`. */
  bias: Tensor | null = null;
  readonly #initializers: readonly [kernel: Initializer, bias: Initializer];

  constructor(rank: number, [filters, kernelSize]: readonly [number, Lengths], options: ConvOptions) {
    super(rank, kernelSize, options);
    this.filters = perAxis(filters, 1, { where: this.constructor.name, name: 'filters' })[0]!;
    this.#initializers = [
      getInitializer(options.kernelInitializer ?? 'glorotUniform'),
      getInitializer(options.biasInitializer ?? 'zeros'),
    ];
  }

  /** Makes the weights, the kernel with the last two axes given. */
  protected makeWeights(channels: readonly [number, number]): void {
    this.kernel = this.addWeight('kernel', [...this.kernelSize, ...channels], this.#initializers[0]);
    if (this.useBias) this.bias = this.addWeight('bias', [this.filters], this.#initializers[1]);
  }
}

/** Convolutions of any rank. */
abstract class Conv extends Filtering {
  static override readonly saved: SavedOptions = SAVED;
  readonly groups: number;

  constructor(rank: number, given: readonly [number, Lengths], options: ConvOptions) {
    super(rank, given, options);
    this.groups = perAxis(options.groups ?? 1, 1, { where: this.constructor.name, name: 'groups' })[0]!;
    this.#checkGroups('filters', this.filters);
  }

  #checkGroups(name: string, n: number): void {
    if (n % this.groups === 0) return;
    throw new ArgumentError({
      where: this.label,
      what: `the ${name} cannot be divided into groups`,
      got: `${n} ${name}, ${this.groups} groups`,
      expected: `a multiple of ${this.groups}`,
    });
  }

  override build(inputShape: KerasShape): void {
    const channels = this.channelsOf(inputShape);
    this.#checkGroups('channels', channels);
    this.makeWeights([channels / this.groups, this.filters]);
  }

  override call(x: Tensor): Tensor {
    return this.activation(this.convolve(x, this.kernel!, this.bias, this.groups));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return this.reshaped(inputShape, this.outputLengths(this.lengthsOf(inputShape)), this.filters);
  }
}

/** Transposed convolutions of any rank. */
abstract class ConvTranspose extends Filtering {
  static override readonly saved: SavedOptions = SAVED_TRANSPOSE;
  readonly outputPadding: readonly number[] | null;

  constructor(rank: number, given: readonly [number, Lengths], options: ConvTransposeOptions) {
    super(rank, given, options);
    const where = this.constructor.name;
    const { outputPadding = null } = options;
    this.outputPadding =
      outputPadding === null ? null : perAxis(outputPadding, rank, { where, name: 'outputPadding', least: 0 });
    if ((this.padding as string) === 'causal')
      throw new ArgumentError({ where, what: 'unknown padding', got: 'causal', expected: 'valid, same' });
    if (this.outputPadding?.some((n, d) => n >= this.strides[d]!))
      throw new ArgumentError({
        where,
        what: 'outputPadding is too large',
        got: `outputPadding [${this.outputPadding.join(', ')}], strides [${this.strides.join(', ')}]`,
        expected: 'less than the strides',
      });
  }

  override build(inputShape: KerasShape): void {
    this.makeWeights([this.filters, this.channelsOf(inputShape)]);
  }

  /** Along one axis: what is cut before, and the length of the result. */
  #axis(n: number, d: number): { readonly before: number; readonly length: number } {
    const [stride, reach, extra] = [this.strides[d]!, this.reach(d), this.outputPadding?.[d]];
    if (this.padding === 'valid')
      return { before: 0, length: (n - 1) * stride + reach + (extra ?? Math.max(stride - reach, 0)) };
    // Counted as zeros around an input spread by its strides; the odd one stands in front.
    const zeros = extra === undefined ? stride + reach - 2 : reach + (reach % 2) - 2 + extra;
    const front = Math.min(Math.ceil(zeros / 2), reach - 1);
    return { before: reach - 1 - front, length: (n - 1) * stride + zeros - reach + 2 };
  }

  protected override outputLengths(lengths: KerasShape): KerasShape {
    return lengths.map((n, d) => (n === null ? null : this.#axis(n, d).length));
  }

  /** Along each axis: what is cut of the full result before and behind, and what is added behind; whatever the length of the input is. */
  get ends(): readonly { readonly before: number; readonly cut: number; readonly added: number }[] {
    return this.kernelSize.map((_, d) => {
      const { before, length } = this.#axis(1, d);
      const behind = length - (this.reach(d) - before);
      return { before, cut: Math.max(-behind, 0), added: Math.max(behind, 0) };
    });
  }

  override call(x: Tensor): Tensor {
    this.lengthsOf(x.shape);
    const { ends } = this;
    const y = convolutionTranspose(x, this.oriented(this.kernel!), this.bias, {
      stride: this.strides,
      dilation: this.dilationRate,
      padding: ends.map(({ before, cut }) => [before, cut] as const),
      outputPadding: ends.map(({ added }) => added),
      channelsLast: this.channelsLast,
      where: this.label,
    });
    return this.activation(y);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return this.reshaped(inputShape, this.outputLengths(this.lengthsOf(inputShape)), this.filters);
  }
}

/**
 * Convolution over one axis (`keras.layers.Conv1D`): `[batch, ..., channels]` → `[batch, ..., filters]`.
 *
 * `kernel` is `[...kernelSize, channels / groups, filters]`, `bias` `[filters]`; both are made when the number of channels is known.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Conv1D(4, 3, { padding: 'same', strides: 2 })(zeros([2, 6, 3])).shape // => [ 2, 3, 4 ]
 */
export class Conv1D extends Conv {
  static override readonly name: string = 'Conv1D';

  constructor(filters: number, kernelSize: Lengths, options: ConvOptions = {}) {
    super(1, [filters, kernelSize], options);
  }
}

/**
 * Convolution over two axes (`keras.layers.Conv2D`): `[batch, ..., channels]` → `[batch, ..., filters]`.
 *
 * `kernel` is `[...kernelSize, channels / groups, filters]`, `bias` `[filters]`; both are made when the number of channels is known.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Conv2D(4, 3, { padding: 'same', strides: 2 })(zeros([2, 6, 6, 3])).shape // => [ 2, 3, 3, 4 ]
 */
export class Conv2D extends Conv {
  static override readonly name: string = 'Conv2D';

  constructor(filters: number, kernelSize: Lengths, options: ConvOptions = {}) {
    super(2, [filters, kernelSize], options);
  }
}

/**
 * Convolution over three axes (`keras.layers.Conv3D`): `[batch, ..., channels]` → `[batch, ..., filters]`.
 *
 * `kernel` is `[...kernelSize, channels / groups, filters]`, `bias` `[filters]`; both are made when the number of channels is known.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Conv3D(4, 3, { padding: 'same', strides: 2 })(zeros([2, 6, 6, 6, 3])).shape // => [ 2, 3, 3, 3, 4 ]
 */
export class Conv3D extends Conv {
  static override readonly name: string = 'Conv3D';

  constructor(filters: number, kernelSize: Lengths, options: ConvOptions = {}) {
    super(3, [filters, kernelSize], options);
  }
}

/**
 * Transposed convolution over one axis (`keras.layers.Conv1DTranspose`): `[batch, ..., channels]` → `[batch, ..., filters]`.
 *
 * `kernel` is `[...kernelSize, filters, channels]`, `bias` `[filters]`; both are made when the number of channels is known.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Conv1DTranspose(4, 3, { padding: 'same', strides: 2 })(zeros([2, 3, 2])).shape // => [ 2, 6, 4 ]
 */
export class Conv1DTranspose extends ConvTranspose {
  static override readonly name: string = 'Conv1DTranspose';

  constructor(filters: number, kernelSize: Lengths, options: ConvTransposeOptions = {}) {
    super(1, [filters, kernelSize], options);
  }
}

/**
 * Transposed convolution over two axes (`keras.layers.Conv2DTranspose`): `[batch, ..., channels]` → `[batch, ..., filters]`.
 *
 * `kernel` is `[...kernelSize, filters, channels]`, `bias` `[filters]`; both are made when the number of channels is known.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Conv2DTranspose(4, 3, { padding: 'same', strides: 2 })(zeros([2, 3, 3, 2])).shape // => [ 2, 6, 6, 4 ]
 */
export class Conv2DTranspose extends ConvTranspose {
  static override readonly name: string = 'Conv2DTranspose';

  constructor(filters: number, kernelSize: Lengths, options: ConvTransposeOptions = {}) {
    super(2, [filters, kernelSize], options);
  }
}

/**
 * Transposed convolution over three axes (`keras.layers.Conv3DTranspose`): `[batch, ..., channels]` → `[batch, ..., filters]`.
 *
 * `kernel` is `[...kernelSize, filters, channels]`, `bias` `[filters]`; both are made when the number of channels is known.
 *
 * @throws ArgumentError for numbers and names that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Conv3DTranspose(4, 3, { padding: 'same', strides: 2 })(zeros([2, 3, 3, 3, 2])).shape // => [ 2, 6, 6, 6, 4 ]
 */
export class Conv3DTranspose extends ConvTranspose {
  static override readonly name: string = 'Conv3DTranspose';

  constructor(filters: number, kernelSize: Lengths, options: ConvTransposeOptions = {}) {
    super(3, [filters, kernelSize], options);
  }
}
