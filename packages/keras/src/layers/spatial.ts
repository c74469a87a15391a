import { ArgumentError, ShapeError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { convolution } from '@isograd/nn';
import { type Activation, type ActivationLike, get as getActivation } from '../activations.ts';
import { type InitializerLike } from '../initializers.ts';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import { Layer, type LayerOptions } from '../layer.ts';
import type { RuleOptions } from '../weight-rules.ts';

/** A number for all spatial axes, or one for each. */
export type Lengths = number | readonly number[];
/** Where the channels stand: after the spatial axes, or before them. */
export type DataFormat = 'channelsLast' | 'channelsFirst';
/** How lengths change: only whole windows (`valid`), as many outputs as strides fit (`same`), nothing of what comes later (`causal`, one axis only). */
export type Padding = 'valid' | 'same' | 'causal';

/** Options of all layers that move a window. */
export interface WindowOptions extends LayerOptions, RuleOptions<'bias'> {
  /** Default 1. */
  readonly strides?: Lengths;
  /** Default `valid`. */
  readonly padding?: Padding;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Distance of neighbouring elements of the kernel; default 1. */
  readonly dilationRate?: Lengths;
  /** Default none. */
  readonly activation?: ActivationLike;
  /** Whether a bias is added; default true. */
  readonly useBias?: boolean;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerLike;
}

/** Options of {@link WindowOptions} with their defaults, as they are saved. */
export const WINDOW_DEFAULTS = {
  strides: 1,
  padding: 'valid',
  dataFormat: 'channelsLast',
  dilationRate: 1,
  activation: 'linear',
  useBias: true,
  biasInitializer: 'zeros',
} as const;

/** Reads a number for all axes or one for each. @throws ArgumentError unless there are `rank` whole numbers from `least`. */
export function perAxis(
  value: Lengths,
  rank: number,
  { where, name, least = 1 }: { readonly where: string; readonly name: string; readonly least?: number },
): readonly number[] {
  const list = typeof value === 'number' ? Array<number>(rank).fill(value) : value;
  if (list.length === rank && list.every((n) => Number.isInteger(n) && n >= least)) return list;
  throw new ArgumentError({
    where,
    what: `${name} does not fit`,
    got: JSON.stringify(value),
    expected: `a whole number from ${least}, or one for each of ${rank} axes`,
  });
}

/** Reads one of several words. @throws ArgumentError for another. */
export function oneOf<T extends string>(
  value: T,
  words: readonly T[],
  { where, name }: { readonly where: string; readonly name: string },
): T {
  if (words.includes(value)) return value;
  throw new ArgumentError({ where, what: `unknown ${name}`, got: String(value), expected: words.join(', ') });
}

/** A layer of arrays with spatial axes: `[batch, ..., channels]`, or `[batch, channels, ...]`. */
export abstract class Spatial extends Layer {
  readonly rank: number;
  readonly dataFormat: DataFormat;

  constructor(rank: number, options: LayerOptions & { readonly dataFormat?: DataFormat | undefined }) {
    super(options);
    this.rank = rank;
    const where = this.constructor.name;
    this.dataFormat = oneOf(options.dataFormat ?? 'channelsLast', ['channelsLast', 'channelsFirst'], {
      where,
      name: 'dataFormat',
    });
  }

  protected get channelsLast(): boolean {
    return this.dataFormat === 'channelsLast';
  }

  /** The first of the spatial axes. */
  protected get firstAxis(): number {
    return this.channelsLast ? 1 : 2;
  }

  /** The spatial lengths of a shape. @throws ShapeError for another number of axes. */
  protected lengthsOf(shape: KerasShape): KerasShape {
    if (shape.length === this.rank + 2) return shape.slice(this.firstAxis, this.firstAxis + this.rank);
    throw new ShapeError({
      where: this.label,
      what: 'wrong number of axes',
      got: showShape(shape),
      expected: `${this.rank + 2} axes: ${this.channelsLast ? '[batch, ..., channels]' : '[batch, channels, ...]'}`,
    });
  }

  /** The channels of a shape. @throws ShapeError where they are open. */
  protected channelsOf(shape: KerasShape): number {
    this.lengthsOf(shape);
    const channels = shape[this.channelsLast ? this.rank + 1 : 1];
    if (typeof channels === 'number') return channels;
    throw new ShapeError({
      where: this.label,
      what: 'the channels of the input must be known',
      got: showShape(shape),
      expected: 'a number of channels',
    });
  }

  /** A shape with other spatial lengths, and with other channels if they are given. */
  protected reshaped(shape: KerasShape, lengths: KerasShape, channels?: number): KerasShape {
    const [batch = null] = shape;
    const own = channels ?? shape[this.channelsLast ? this.rank + 1 : 1]!;
    return this.channelsLast ? [batch, ...lengths, own] : [batch, own, ...lengths];
  }
}

/** The options with one number for each axis, as Keras keeps them. */
function perAxisOptions(rank: number, options: WindowOptions, where: string): WindowOptions {
  const strides = perAxis(options.strides ?? 1, rank, { where, name: 'strides' });
  const dilationRate = perAxis(options.dilationRate ?? 1, rank, { where, name: 'dilationRate' });
  return { ...options, strides, dilationRate };
}

/** A layer that moves a window with weights over its input. */
export abstract class Windowed extends Spatial {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: Padding;
  readonly dilationRate: readonly number[];
  readonly activation: Activation;
  readonly useBias: boolean;

  constructor(rank: number, kernelSize: Lengths, options: WindowOptions) {
    super(rank, perAxisOptions(rank, options, new.target.name));
    const where = this.constructor.name;
    this.kernelSize = perAxis(kernelSize, rank, { where, name: 'kernelSize' });
    this.strides = this.given['strides'] as readonly number[];
    this.dilationRate = this.given['dilationRate'] as readonly number[];
    this.padding = oneOf(options.padding ?? 'valid', rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same'], {
      where,
      name: 'padding',
    });
    if (this.strides.some((n) => n > 1) && this.dilationRate.some((n) => n > 1))
      throw new ArgumentError({
        where,
        what: 'strides and dilationRate cannot both be above 1',
        got: `strides [${this.strides.join(', ')}], dilationRate [${this.dilationRate.join(', ')}]`,
        expected: 'one of them 1',
      });
    this.activation = getActivation(options.activation);
    this.useBias = options.useBias ?? true;
  }

  /** Length of the kernel along an axis with the gaps in it. */
  protected reach(d: number): number {
    return this.dilationRate[d]! * (this.kernelSize[d]! - 1) + 1;
  }

  /** Zeros before and after each axis of an input; the odd one stands behind. */
  #sides(lengths: readonly number[]): readonly (readonly [number, number])[] {
    return lengths.map((n, d) => {
      if (this.padding === 'valid') return [0, 0];
      if (this.padding === 'causal') return [this.reach(d) - 1, 0];
      const stride = this.strides[d]!;
      const all = Math.max((Math.ceil(n / stride) - 1) * stride + this.reach(d) - n, 0);
      return [Math.floor(all / 2), Math.ceil(all / 2)];
    });
  }

  /** Spatial lengths of the output for those of the input. @throws ShapeError where the kernel is larger than the input. */
  protected outputLengths(lengths: KerasShape): KerasShape {
    return lengths.map((n, d) => {
      if (n === null) return null;
      const [stride, reach] = [this.strides[d]!, this.reach(d)];
      const out = this.padding === 'valid' ? Math.floor((n - reach) / stride) + 1 : Math.ceil(n / stride);
      if (out > 0) return out;
      throw new ShapeError({
        where: this.label,
        what: 'the kernel is larger than the input',
        got: `input ${showShape(lengths)}, kernel [${this.kernelSize.join(', ')}]`,
        expected: `at least ${reach} elements along each axis`,
        hint: "use padding: 'same'?",
      });
    });
  }

  /** A kernel `[...kernel, in, out]` as the op has it for the data format. */
  protected oriented(kernel: Tensor): Tensor {
    if (this.channelsLast) return kernel;
    const { ndim } = kernel;
    return kernel.transpose([ndim - 1, ndim - 2, ...Array.from({ length: ndim - 2 }, (_, d) => d)]);
  }

  /** Moves a kernel `[...kernel, in / groups, out]` over an input. */
  protected convolve(x: Tensor, kernel: Tensor, bias: Tensor | null, groups: number): Tensor {
    const lengths = this.lengthsOf(x.shape) as readonly number[];
    this.outputLengths(lengths);
    const { strides: stride, dilationRate: dilation, channelsLast, label: where } = this;
    const padding = this.#sides(lengths);
    return convolution(x, this.oriented(kernel), bias, { stride, padding, dilation, groups, channelsLast, where });
  }
}
