import type { Tensor } from '@isograd/autograd';
import {
  channelShuffle,
  interpolate,
  type InterpolateOptions,
  type InterpolationMode,
  pixelShuffle,
  pixelUnshuffle,
} from './functional/resizing.ts';
import type { TensorLayer } from './library-module.ts';
import { Module } from './module.ts';
import { pythonFloat, pythonText } from './python-text.ts';

/** Resizes the spatial axes of `[batch, channels, ...]`, see `functional.interpolate` (PyTorch's `nn.Upsample`). */
export class Upsample extends Module {
  static override readonly name: string = 'Upsample';
  readonly size: number | readonly number[] | undefined;
  readonly scaleFactor: number | readonly number[] | undefined;
  readonly mode: InterpolationMode;
  readonly alignCorners: boolean | undefined;

  constructor(options: InterpolateOptions) {
    super();
    this.size = options.size;
    this.scaleFactor = options.scaleFactor;
    this.mode = options.mode ?? 'nearest';
    this.alignCorners = options.alignCorners;
  }

  override forward(x: Tensor): Tensor {
    return interpolate(x, this);
  }

  override extraRepr(): string {
    const { size, scaleFactor, mode } = this;
    const factors =
      typeof scaleFactor === 'number' ? pythonFloat(scaleFactor) : `(${scaleFactor?.map(pythonFloat).join(', ')})`;
    return `${scaleFactor === undefined ? `size=${pythonText(size)}` : `scale_factor=${factors}`}, mode='${mode}'`;
  }
}

/** Options of {@link UpsamplingNearest2d} and {@link UpsamplingBilinear2d}. */
export type UpsamplingOptions = Pick<InterpolateOptions, 'size' | 'scaleFactor'>;

/** {@link Upsample} of images by the nearest element (PyTorch's `nn.UpsamplingNearest2d`). */
export class UpsamplingNearest2d extends Upsample {
  static override readonly name: string = 'UpsamplingNearest2d';

  constructor(options: UpsamplingOptions) {
    super({ ...options, mode: 'nearest' });
  }
}

/** {@link Upsample} of images, linear along both axes, corners on corners (PyTorch's `nn.UpsamplingBilinear2d`). */
export class UpsamplingBilinear2d extends Upsample {
  static override readonly name: string = 'UpsamplingBilinear2d';

  constructor(options: UpsamplingOptions) {
    super({ ...options, mode: 'bilinear', alignCorners: true });
  }
}

/** The class of a layer that moves elements between channels and other places; its argument is a factor. */
export type ShuffleClass = new (factor: number) => TensorLayer;

function shuffleClass(name: string, field: string, shuffle: (x: Tensor, factor: number) => Tensor): ShuffleClass {
  return class Shuffle extends Module {
    static override readonly name: string = name;
    readonly factor: number;

    constructor(factor: number) {
      super();
      this.factor = factor;
    }

    override forward(x: Tensor): Tensor {
      return shuffle(x, this.factor);
    }

    override extraRepr(): string {
      return `${field}=${this.factor}`;
    }
  };
}

/** Channels as finer images, see `functional.pixelShuffle` (PyTorch's `nn.PixelShuffle`). */
export const PixelShuffle: ShuffleClass = shuffleClass('PixelShuffle', 'upscale_factor', pixelShuffle);
/** See the class. */
export type PixelShuffle = InstanceType<typeof PixelShuffle>;
/** Undoes {@link PixelShuffle} (PyTorch's `nn.PixelUnshuffle`). */
export const PixelUnshuffle: ShuffleClass = shuffleClass('PixelUnshuffle', 'downscale_factor', pixelUnshuffle);
/** See the class. */
export type PixelUnshuffle = InstanceType<typeof PixelUnshuffle>;
/** Exchanges channels between groups (PyTorch's `nn.ChannelShuffle`). */
export const ChannelShuffle: ShuffleClass = shuffleClass('ChannelShuffle', 'groups', channelShuffle);
/** See the class. */
export type ChannelShuffle = InstanceType<typeof ChannelShuffle>;
