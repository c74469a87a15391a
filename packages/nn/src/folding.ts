import type { Tensor } from '@isograd/autograd';
import * as F from './functional/convolution.ts';
import { Module } from './module.ts';
import type { UnfoldOptions } from './ops/folding.ts';

/** Numbers as PyTorch prints what its constructor was given. */
const printed = (value: number | readonly number[]): string =>
  typeof value === 'number' ? String(value) : `(${value.join(', ')})`;

function optionsRepr({ dilation = 1, padding = 0, stride = 1 }: UnfoldOptions): string {
  return `dilation=${printed(dilation)}, padding=${printed(padding)}, stride=${printed(stride)}`;
}

/**
 * Blocks of images, one a column (PyTorch's `nn.Unfold`): `[batch, channels, height, width]` → `[batch, channels * block, blocks]`.
 *
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Unfold([2, 3])(zeros([2, 5, 3, 4])).shape // => [ 2, 30, 4 ]
 */
export class Unfold extends Module {
  static override readonly name: string = 'Unfold';
  readonly kernelSize: number | readonly number[];
  readonly options: UnfoldOptions;

  constructor(kernelSize: number | readonly number[], options: UnfoldOptions = {}) {
    super();
    this.kernelSize = kernelSize;
    this.options = options;
  }

  override forward(x: Tensor): Tensor {
    return F.unfold(x, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    return `kernel_size=${printed(this.kernelSize)}, ${optionsRepr(this.options)}`;
  }
}

/**
 * Images from blocks, which are added where they overlap (PyTorch's `nn.Fold`): `[batch, channels * block, blocks]` → `[batch, channels, height, width]`.
 *
 * @example
 * import { zeros } from '@isograd/autograd';
 * new Fold([4, 5], 2)(zeros([1, 12, 12])).shape // => [ 1, 3, 4, 5 ]
 */
export class Fold extends Module {
  static override readonly name: string = 'Fold';
  readonly outputSize: number | readonly number[];
  readonly kernelSize: number | readonly number[];
  readonly options: UnfoldOptions;

  constructor(
    outputSize: number | readonly number[],
    kernelSize: number | readonly number[],
    options: UnfoldOptions = {},
  ) {
    super();
    this.outputSize = outputSize;
    this.kernelSize = kernelSize;
    this.options = options;
  }

  override forward(x: Tensor): Tensor {
    return F.fold(x, this.outputSize, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    return `output_size=${printed(this.outputSize)}, kernel_size=${printed(this.kernelSize)}, ${optionsRepr(this.options)}`;
  }
}
