import { ArgumentError, type DType, sizeOf } from '@isograd/device';
import { pad, type PadMode } from '@isograd/ndarray';
import { type Draw, type Tensor, zeros } from '@isograd/autograd';
import * as F from './functional/convolution.ts';
import { kaimingUniform_, uniform_ } from './init.ts';
import { Module } from './module.ts';
import { type AxisPadding, perAxis } from './ops/conv-geometry.ts';
import { Parameter } from './parameter.ts';

/** A number for all spatial axes, or one for each. */
export type Lengths = number | readonly number[];

/** What stands around the input of a convolution. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

/** Options that convolutions and their transposes share. */
interface BaseOptions extends Draw {
  /** Distance of neighbouring outputs in the input; default 1. */
  readonly stride?: Lengths;
  /** Distance of neighbouring elements of the kernel in the input; default 1. */
  readonly dilation?: Lengths;
  /** Parts into which the channels are divided; default 1. */
  readonly groups?: number;
  /** Whether a bias is added; default true. */
  readonly bias?: boolean;
  /** Dtype of the parameters; default `float32`. */
  readonly dtype?: DType;
}

/** Options of {@link Conv1d}, {@link Conv2d} and {@link Conv3d}. */
export interface ConvModuleOptions extends BaseOptions {
  /** What is added around the input; `'same'` keeps the lengths (stride 1 only). Default 0. */
  readonly padding?: Lengths | 'same' | 'valid';
  /** What the padding is made of; default `zeros`. */
  readonly paddingMode?: PaddingMode;
}

/** Options of {@link ConvTranspose1d}, {@link ConvTranspose2d} and {@link ConvTranspose3d}. */
export interface ConvTransposeModuleOptions extends BaseOptions {
  /** So much is cut from both sides of the result; default 0. */
  readonly padding?: Lengths;
  /** Elements added to one side of the result; default 0. */
  readonly outputPadding?: Lengths;
}

/** NumPy's words for what PyTorch pads with. */
const NUMPY_MODES: { readonly [M in Exclude<PaddingMode, 'zeros'>]: PadMode } = {
  reflect: 'reflect',
  replicate: 'edge',
  circular: 'wrap',
};

/** A tuple as Python prints it. */
const tuple = (list: readonly number[]): string => `(${list.join(', ')}${list.length === 1 ? ',' : ''})`;

function checkChannels(channels: readonly [number, number], groups: number, where: string): void {
  perAxis([...channels, groups], 3, { where, name: 'inChannels, outChannels or groups', least: 1 });
  const bad = channels.findIndex((n) => n % groups !== 0);
  if (bad === -1) return;
  throw new ArgumentError({
    where,
    what: `${bad === 0 ? 'inChannels' : 'outChannels'} cannot be divided into groups`,
    got: `${channels[bad]} channels, ${groups} groups`,
    expected: `a multiple of ${groups}`,
  });
}

function checkPaddingMode(mode: PaddingMode, where: string): void {
  if (mode === 'zeros' || Object.hasOwn(NUMPY_MODES, mode)) return;
  const expected = 'zeros, reflect, replicate or circular';
  throw new ArgumentError({ where, what: 'unknown paddingMode', got: String(mode), expected });
}

function checkSame(stride: readonly number[], where: string): void {
  if (stride.every((n) => n === 1)) return;
  throw new ArgumentError({
    where,
    what: "padding 'same' has no meaning for strides",
    got: `stride ${tuple(stride)}`,
    expected: 'stride 1, or padding in numbers',
  });
}

/** Parameters and options of convolutions of any rank. */
abstract class AnyConv extends Module {
  inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly outputPadding: readonly number[];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    channels: readonly [inChannels: number, outChannels: number],
    kernelSize: Lengths,
    options: ConvModuleOptions & ConvTransposeModuleOptions,
    { rank, transposed }: { readonly rank: number; readonly transposed: boolean },
  ) {
    super();
    const where = this.constructor.name;
    const { groups = 1, bias = true, dtype = 'float32', paddingMode = 'zeros', padding = 0 } = options;
    const read = (name: string, value: Lengths, least: number): readonly number[] =>
      perAxis(value, rank, { where, name, least });
    [this.inChannels, this.outChannels] = channels;
    checkChannels(channels, groups, where);
    checkPaddingMode(paddingMode, where);
    this.kernelSize = read('kernelSize', kernelSize, 1);
    this.stride = read('stride', options.stride ?? 1, 1);
    this.padding = typeof padding === 'string' ? padding : read('padding', padding, 0);
    if (padding === 'same') checkSame(this.stride, where);
    this.dilation = read('dilation', options.dilation ?? 1, 1);
    this.outputPadding = read('outputPadding', options.outputPadding ?? 0, 0);
    this.groups = groups;
    this.paddingMode = paddingMode;
    const [rows, columns] = transposed ? channels : [this.outChannels, this.inChannels];
    this.weight = new Parameter(zeros([rows, columns / groups, ...this.kernelSize], { dtype }));
    this.bias = bias ? new Parameter(zeros([this.outChannels], { dtype })) : null;
    this.resetParameters(options);
  }

  /** Draws weight and bias anew. */
  resetParameters(options: Draw = {}): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5), ...options });
    if (this.bias) {
      const bound = 1 / Math.sqrt(sizeOf(this.weight.shape.slice(1)));
      uniform_(this.bias, -bound, bound, options);
    }
  }

  override extraRepr(): string {
    const { padding, dilation, outputPadding } = this;
    const parts = [
      `${this.inChannels}, ${this.outChannels}, kernel_size=${tuple(this.kernelSize)}, stride=${tuple(this.stride)}`,
    ];
    if (typeof padding === 'string') parts.push(`padding=${padding}`);
    else if (padding.some((n) => n !== 0)) parts.push(`padding=${tuple(padding)}`);
    if (dilation.some((n) => n !== 1)) parts.push(`dilation=${tuple(dilation)}`);
    if (outputPadding.some((n) => n !== 0)) parts.push(`output_padding=${tuple(outputPadding)}`);
    if (this.groups !== 1) parts.push(`groups=${this.groups}`);
    if (!this.bias) parts.push('bias=False');
    if (this.paddingMode !== 'zeros') parts.push(`padding_mode=${this.paddingMode}`);
    return parts.join(', ');
  }
}

/** Convolutions of any rank. */
abstract class Conv extends AnyConv {
  protected abstract readonly convolve: F.ConvFunction;

  /** The padding as numbers before and after. */
  #sides(): readonly AxisPadding[] {
    const { padding, kernelSize, dilation } = this;
    return kernelSize.map((k, d) => {
      if (typeof padding !== 'string') return [padding[d]!, padding[d]!];
      const all = padding === 'same' ? dilation[d]! * (k - 1) : 0;
      return [Math.floor(all / 2), Math.ceil(all / 2)];
    });
  }

  override forward(x: Tensor): Tensor {
    const { weight, bias, stride, dilation, groups, paddingMode, padding } = this;
    if (paddingMode === 'zeros') return this.convolve(x, weight, bias, { stride, padding, dilation, groups });
    const others = Array<readonly [number, number]>(x.ndim - this.kernelSize.length).fill([0, 0]);
    const widths = [...others, ...this.#sides()] as (readonly [number, number])[];
    this.#checkPadding(x, widths);
    const around = pad(x, widths, { mode: NUMPY_MODES[paddingMode] }) as Tensor;
    return this.convolve(around, weight, bias, { stride, dilation, groups });
  }

  /** NumPy goes round several times, PyTorch does not. */
  #checkPadding(x: Tensor, widths: readonly (readonly [number, number])[]): void {
    const { paddingMode } = this;
    const most = (n: number): number =>
      paddingMode === 'replicate' ? Infinity : paddingMode === 'reflect' ? n - 1 : n;
    const d = widths.findIndex((pair, axis) => Math.max(...pair) > most(x.shape[axis]!));
    if (d === -1) return;
    throw new ArgumentError({
      where: this.constructor.name,
      what: `there is too little to pad with by ${paddingMode}`,
      got: `padding ${tuple(widths[d]!)} of axis ${d} of [${x.shape.join(', ')}]`,
      expected: `at most ${most(x.shape[d]!)}`,
    });
  }
}

/** Transposed convolutions of any rank. */
abstract class ConvTranspose extends AnyConv {
  protected abstract readonly convolve: F.ConvFunction<F.ConvTransposeOptions>;

  /**
   * The result for an input.
   *
   * @param outputSize - Spatial lengths of the result, where strides leave a choice; default by `outputPadding`.
   * @throws ArgumentError when no output padding gives these lengths.
   */
  override forward(x: Tensor, outputSize?: readonly number[]): Tensor {
    const { weight, bias, stride, dilation, groups } = this;
    const padding = this.padding as readonly number[];
    const outputPadding = outputSize ? this.#paddingFor(x, outputSize, padding) : this.outputPadding;
    return this.convolve(x, weight, bias, { stride, padding, outputPadding, dilation, groups });
  }

  #paddingFor(x: Tensor, outputSize: readonly number[], padding: readonly number[]): readonly number[] {
    const lengths = x.shape.slice(-this.kernelSize.length);
    const least = lengths.map(
      (n, d) => (n - 1) * this.stride[d]! - 2 * padding[d]! + this.dilation[d]! * (this.kernelSize[d]! - 1) + 1,
    );
    const size = outputSize.slice(-lengths.length);
    if (least.every((n, d) => size[d]! >= n && size[d]! < n + this.stride[d]!))
      return least.map((n, d) => size[d]! - n);
    throw new ArgumentError({
      where: this.constructor.name,
      what: 'no output padding gives this size',
      got: `[${outputSize.join(', ')}]`,
      expected: `from [${least.join(', ')}] to [${least.map((n, d) => n + this.stride[d]! - 1).join(', ')}]`,
    });
  }
}

/**
 * Convolution over one axis (PyTorch's `nn.Conv1d`): `[batch, inChannels, length]` → `[batch, outChannels, ...]`, with floor((n + 2 padding - dilation (kernel - 1) - 1) / stride) + 1 elements an axis.
 *
 * `weight` `[outChannels, inChannels / groups, kernel]` and `bias` `[outChannels]` start uniform in ±1/√(elements of a filter), bit-equal to PyTorch's under `manualSeed`.
 *
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Conv1d(4, 8, 3, { padding: 'same' })(zeros([2, 4, 8])).shape // => [ 2, 8, 8 ]
 */
export class Conv1d extends Conv {
  static override readonly name: string = 'Conv1d';
  protected readonly convolve: F.ConvFunction = F.conv1d;

  constructor(inChannels: number, outChannels: number, kernelSize: Lengths, options: ConvModuleOptions = {}) {
    super([inChannels, outChannels], kernelSize, options as ConvModuleOptions & ConvTransposeModuleOptions, {
      rank: 1,
      transposed: false,
    });
  }
}

/**
 * Convolution over two axes (PyTorch's `nn.Conv2d`): `[batch, inChannels, height, width]` → `[batch, outChannels, ...]`, with floor((n + 2 padding - dilation (kernel - 1) - 1) / stride) + 1 elements an axis.
 *
 * `weight` `[outChannels, inChannels / groups, kernel, kernel]` and `bias` `[outChannels]` start uniform in ±1/√(elements of a filter), bit-equal to PyTorch's under `manualSeed`.
 *
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Conv2d(4, 8, 3, { padding: 'same' })(zeros([2, 4, 8, 8])).shape // => [ 2, 8, 8, 8 ]
 */
export class Conv2d extends Conv {
  static override readonly name: string = 'Conv2d';
  protected readonly convolve: F.ConvFunction = F.conv2d;

  constructor(inChannels: number, outChannels: number, kernelSize: Lengths, options: ConvModuleOptions = {}) {
    super([inChannels, outChannels], kernelSize, options as ConvModuleOptions & ConvTransposeModuleOptions, {
      rank: 2,
      transposed: false,
    });
  }
}

/**
 * Convolution over three axes (PyTorch's `nn.Conv3d`): `[batch, inChannels, depth, height, width]` → `[batch, outChannels, ...]`, with floor((n + 2 padding - dilation (kernel - 1) - 1) / stride) + 1 elements an axis.
 *
 * `weight` `[outChannels, inChannels / groups, kernel, kernel, kernel]` and `bias` `[outChannels]` start uniform in ±1/√(elements of a filter), bit-equal to PyTorch's under `manualSeed`.
 *
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Conv3d(4, 8, 3, { padding: 'same' })(zeros([2, 4, 3, 5, 5])).shape // => [ 2, 8, 3, 5, 5 ]
 */
export class Conv3d extends Conv {
  static override readonly name: string = 'Conv3d';
  protected readonly convolve: F.ConvFunction = F.conv3d;

  constructor(inChannels: number, outChannels: number, kernelSize: Lengths, options: ConvModuleOptions = {}) {
    super([inChannels, outChannels], kernelSize, options as ConvModuleOptions & ConvTransposeModuleOptions, {
      rank: 3,
      transposed: false,
    });
  }
}

/**
 * Transposed convolution over one axis (PyTorch's `nn.ConvTranspose1d`): `[batch, inChannels, length]` → `[batch, outChannels, ...]`, with (n - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1 elements an axis.
 *
 * `weight` `[inChannels, outChannels / groups, kernel]` and `bias` `[outChannels]` start as PyTorch's do, bit-equal under `manualSeed`.
 *
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new ConvTranspose1d(8, 4, 2, { stride: 2 })(zeros([2, 8, 4])).shape // => [ 2, 4, 8 ]
 */
export class ConvTranspose1d extends ConvTranspose {
  static override readonly name: string = 'ConvTranspose1d';
  protected readonly convolve: F.ConvFunction<F.ConvTransposeOptions> = F.convTranspose1d;

  constructor(inChannels: number, outChannels: number, kernelSize: Lengths, options: ConvTransposeModuleOptions = {}) {
    super([inChannels, outChannels], kernelSize, options, { rank: 1, transposed: true });
  }
}

/**
 * Transposed convolution over two axes (PyTorch's `nn.ConvTranspose2d`): `[batch, inChannels, height, width]` → `[batch, outChannels, ...]`, with (n - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1 elements an axis.
 *
 * `weight` `[inChannels, outChannels / groups, kernel, kernel]` and `bias` `[outChannels]` start as PyTorch's do, bit-equal under `manualSeed`.
 *
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new ConvTranspose2d(8, 4, 2, { stride: 2 })(zeros([2, 8, 4, 4])).shape // => [ 2, 4, 8, 8 ]
 */
export class ConvTranspose2d extends ConvTranspose {
  static override readonly name: string = 'ConvTranspose2d';
  protected readonly convolve: F.ConvFunction<F.ConvTransposeOptions> = F.convTranspose2d;

  constructor(inChannels: number, outChannels: number, kernelSize: Lengths, options: ConvTransposeModuleOptions = {}) {
    super([inChannels, outChannels], kernelSize, options, { rank: 2, transposed: true });
  }
}

/**
 * Transposed convolution over three axes (PyTorch's `nn.ConvTranspose3d`): `[batch, inChannels, depth, height, width]` → `[batch, outChannels, ...]`, with (n - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1 elements an axis.
 *
 * `weight` `[inChannels, outChannels / groups, kernel, kernel, kernel]` and `bias` `[outChannels]` start as PyTorch's do, bit-equal under `manualSeed`.
 *
 * @throws ArgumentError for numbers that make no sense.
 * @example
 * import { zeros } from '@isograd/autograd';
 * new ConvTranspose3d(8, 4, 2, { stride: 2 })(zeros([2, 8, 2, 2, 2])).shape // => [ 2, 4, 4, 4, 4 ]
 */
export class ConvTranspose3d extends ConvTranspose {
  static override readonly name: string = 'ConvTranspose3d';
  protected readonly convolve: F.ConvFunction<F.ConvTransposeOptions> = F.convTranspose3d;

  constructor(inChannels: number, outChannels: number, kernelSize: Lengths, options: ConvTransposeModuleOptions = {}) {
    super([inChannels, outChannels], kernelSize, options, { rank: 3, transposed: true });
  }
}
