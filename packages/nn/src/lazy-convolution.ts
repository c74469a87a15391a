import { ShapeError } from '@isograd/device';
import { type Draw, type Tensor, zeros } from '@isograd/autograd';
import {
  Conv1d,
  Conv2d,
  Conv3d,
  type ConvModuleOptions,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeModuleOptions,
  type Lengths,
} from './convolution.ts';
import { Parameter } from './parameter.ts';

/** The class of a convolution that learns its number of input channels from its first input. */
export type LazyConvClass<C, O> = new (outChannels: number, kernelSize: Lengths, options?: O) => C;

type AnyConv = Conv1d | Conv2d | Conv3d | ConvTranspose1d | ConvTranspose2d | ConvTranspose3d;
type FullClass<C extends AnyConv, O extends ConvModuleOptions | ConvTransposeModuleOptions> = (new (
  inChannels: number,
  outChannels: number,
  kernelSize: Lengths,
  options?: O,
) => C) & { readonly name: string };

/** The class of a layer that becomes one of another class when it sees its first input. */
function lazy<C extends AnyConv, O extends ConvModuleOptions | ConvTransposeModuleOptions>(
  Full: FullClass<C, O>,
  rank: number,
): LazyConvClass<C, O> {
  const Base = Full as unknown as FullClass<Conv1d, O>;
  return class Lazy extends Base {
    static override readonly name: string = `Lazy${Full.name}`;
    readonly #options: O;

    constructor(outChannels: number, kernelSize: Lengths, options = {} as O) {
      super(options.groups ?? 1, outChannels, kernelSize, options);
      this.#options = options;
      this.inChannels = 0;
      const { shape, dtype } = this.weight;
      const axis = Full.name.startsWith('ConvTranspose') ? 0 : 1;
      this.weight = new Parameter(
        zeros(
          shape.map((n, d) => (d === axis ? 0 : n)),
          { dtype },
        ),
      );
    }

    /** Nothing is drawn before the number of channels is known. */
    override resetParameters(_options?: Draw): void {}

    override forward(x: Tensor): Tensor {
      if (x.ndim !== rank + 1 && x.ndim !== rank + 2)
        throw new ShapeError({
          where: this.constructor.name,
          what: 'the input has another number of axes',
          got: `[${x.shape.join(', ')}]`,
          expected: `${rank + 2} axes, or ${rank + 1} without a batch`,
        });
      const channels = x.shape.at(-rank - 1)!;
      const full = new Base(channels, this.outChannels, this.kernelSize, {
        ...this.#options,
        dtype: this.weight.dtype,
      });
      this.inChannels = channels;
      this.weight = full.weight;
      this.bias = full.bias;
      Object.setPrototypeOf(this, Full.prototype as object);
      return (this as Conv1d).forward(x);
    }
  } as unknown as LazyConvClass<C, O>;
}

/**
 * {@link Conv1d} that learns its number of input channels from the first input, and is a `Conv1d` from then on (PyTorch's `nn.LazyConv1d`).
 *
 * @throws ArgumentError for numbers that make no sense; ShapeError for an input with another number of axes.
 * @example
 * import { zeros } from '@isograd/autograd';
 * const layer = new LazyConv1d(8, 3);
 * layer(zeros([2, 4, 8])).shape // => [ 2, 8, 6 ]
 * String(layer) // => Conv1d(4, 8, kernel_size=(3,), stride=(1,))
 */
export const LazyConv1d: LazyConvClass<Conv1d, ConvModuleOptions> = lazy(Conv1d, 1);
/** See the class. */
export type LazyConv1d = Conv1d;
/** {@link Conv2d} that learns its number of input channels from the first input (PyTorch's `nn.LazyConv2d`). */
export const LazyConv2d: LazyConvClass<Conv2d, ConvModuleOptions> = lazy(Conv2d, 2);
/** See the class. */
export type LazyConv2d = Conv2d;
/** {@link Conv3d} that learns its number of input channels from the first input (PyTorch's `nn.LazyConv3d`). */
export const LazyConv3d: LazyConvClass<Conv3d, ConvModuleOptions> = lazy(Conv3d, 3);
/** See the class. */
export type LazyConv3d = Conv3d;
/** {@link ConvTranspose1d} that learns its number of input channels from the first input (PyTorch's `nn.LazyConvTranspose1d`). */
export const LazyConvTranspose1d: LazyConvClass<ConvTranspose1d, ConvTransposeModuleOptions> = lazy(ConvTranspose1d, 1);
/** See the class. */
export type LazyConvTranspose1d = ConvTranspose1d;
/** {@link ConvTranspose2d} that learns its number of input channels from the first input (PyTorch's `nn.LazyConvTranspose2d`). */
export const LazyConvTranspose2d: LazyConvClass<ConvTranspose2d, ConvTransposeModuleOptions> = lazy(ConvTranspose2d, 2);
/** See the class. */
export type LazyConvTranspose2d = ConvTranspose2d;
/** {@link ConvTranspose3d} that learns its number of input channels from the first input (PyTorch's `nn.LazyConvTranspose3d`). */
export const LazyConvTranspose3d: LazyConvClass<ConvTranspose3d, ConvTransposeModuleOptions> = lazy(ConvTranspose3d, 3);
/** See the class. */
export type LazyConvTranspose3d = ConvTranspose3d;
