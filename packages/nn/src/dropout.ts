import type { Draw, Tensor } from '@isograd/autograd';
import * as F from './functional/dropout.ts';
import { Module } from './module.ts';
import { pythonFloat } from './python-text.ts';

/** A layer that drops elements while training. */
export interface DropoutLayer extends Module {
  readonly p: number;
  forward(x: Tensor): Tensor;
}

/** The class of a layer that drops elements with probability `p`, default 0.5. @throws ArgumentError when `p` is outside [0, 1]. */
export type DropoutClass = new (p?: number, options?: Draw) => DropoutLayer;

function dropoutClass(name: string, drop: (x: Tensor, options: F.DropoutOptions) => Tensor): DropoutClass {
  return class DroppingLayer extends Module {
    static override readonly name: string = name;
    readonly p: number;
    readonly #draw: Draw;

    constructor(p = 0.5, options: Draw = {}) {
      super();
      this.p = F.checkDropout(p, name);
      this.#draw = options;
    }

    override forward(x: Tensor): Tensor {
      return drop(x, { p: this.p, training: this.training, ...this.#draw });
    }

    override extraRepr(): string {
      return `p=${pythonFloat(this.p)}, inplace=False`;
    }
  };
}

/** Sets elements to 0 with probability `p` while training, and scales the others by 1 / (1 - p) (PyTorch's `nn.Dropout`; Hinton et al. 2012). */
export const Dropout: DropoutClass = dropoutClass('Dropout', F.dropout);
/** See the class. */
export type Dropout = InstanceType<typeof Dropout>;
/** {@link Dropout} of whole channels of `[batch, channels, length]` (PyTorch's `nn.Dropout1d`). */
export const Dropout1d: DropoutClass = dropoutClass('Dropout1d', F.dropout1d);
/** See the class. */
export type Dropout1d = InstanceType<typeof Dropout1d>;
/** {@link Dropout} of whole channels of `[batch, channels, height, width]` (PyTorch's `nn.Dropout2d`; Tompson et al. 2015). */
export const Dropout2d: DropoutClass = dropoutClass('Dropout2d', F.dropout2d);
/** See the class. */
export type Dropout2d = InstanceType<typeof Dropout2d>;
/** {@link Dropout} of whole channels of `[batch, channels, depth, height, width]` (PyTorch's `nn.Dropout3d`). */
export const Dropout3d: DropoutClass = dropoutClass('Dropout3d', F.dropout3d);
/** See the class. */
export type Dropout3d = InstanceType<typeof Dropout3d>;
/** Dropout that keeps mean and variance of SELU's outputs (PyTorch's `nn.AlphaDropout`; Klambauer et al. 2017). */
export const AlphaDropout: DropoutClass = dropoutClass('AlphaDropout', F.alphaDropout);
/** See the class. */
export type AlphaDropout = InstanceType<typeof AlphaDropout>;
/** {@link AlphaDropout} of whole channels `[batch, channels, ...]` (PyTorch's `nn.FeatureAlphaDropout`). */
export const FeatureAlphaDropout: DropoutClass = dropoutClass('FeatureAlphaDropout', F.featureAlphaDropout);
/** See the class. */
export type FeatureAlphaDropout = InstanceType<typeof FeatureAlphaDropout>;
