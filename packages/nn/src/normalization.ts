import { ArgumentError, type DType } from '@isograd/device';
import type { Shape } from '@isograd/ndarray';
import { full, type Tensor, zeros } from '@isograd/autograd';
import { groupNorm, layerNorm, localResponseNorm, rmsNorm } from './functional/normalization.ts';
import { fieldText, LibraryModule } from './library-module.ts';
import { Parameter } from './parameter.ts';
import { pythonFloat } from './python-text.ts';

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
  /** Whether there are factors and shifts to be learned; default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether there are shifts; default true. */
  readonly bias?: boolean;
  /** Dtype of the parameters; default `float32`. */
  readonly dtype?: DType;
}

const listed = (shape: number | Shape): Shape => (typeof shape === 'number' ? [shape] : shape);

/**
 * Normalises over the last axes: `[..., ...normalizedShape]` (PyTorch's `nn.LayerNorm`; Ba et al. 2016).
 *
 * @example
 * String(new LayerNorm(4)) // => LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
 */
export class LayerNorm extends LibraryModule {
  static override readonly name: string = 'LayerNorm';
  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(normalizedShape: number | Shape, options: LayerNormOptions = {}) {
    super();
    const { eps = 1e-5, elementwiseAffine = true, bias = true, dtype = 'float32' } = options;
    this.normalizedShape = listed(normalizedShape);
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? new Parameter(full(this.normalizedShape, 1, { dtype })) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape, { dtype })) : null;
  }

  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this);
  }

  override extraRepr(): string {
    const shape = fieldText(this, ['normalizedShape']).replace('normalized_shape=', '');
    return `${shape}, ${fieldText(this, ['eps', 'elementwiseAffine'])}, bias=${this.bias ? 'True' : 'False'}`;
  }
}

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
  /** Whether there are factors and shifts to be learned; default true. */
  readonly affine?: boolean;
  /** Whether there are shifts beside the factors; default true. */
  readonly bias?: boolean;
  /** Dtype of the parameters; default `float32`. */
  readonly dtype?: DType;
}

/**
 * Normalises groups of channels of each example: `[batch, numChannels, ...]` (PyTorch's `nn.GroupNorm`; Wu & He 2018).
 *
 * @throws ArgumentError when the channels cannot be divided into the groups.
 */
export class GroupNorm extends LibraryModule {
  static override readonly name: string = 'GroupNorm';
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    const { eps = 1e-5, affine = true, bias = true, dtype = 'float32' } = options;
    if (numChannels % numGroups !== 0)
      throw new ArgumentError({
        where: 'GroupNorm',
        what: 'the channels cannot be divided into such groups',
        got: `${numChannels} channels, ${numGroups} groups`,
        expected: 'a divisor of the number of channels',
      });
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    this.affine = affine;
    this.weight = affine ? new Parameter(full([numChannels], 1, { dtype })) : null;
    this.bias = affine && bias ? new Parameter(zeros([numChannels], { dtype })) : null;
  }

  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, this);
  }

  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, ${fieldText(this, ['eps', 'affine'])}, bias=${this.bias ? 'True' : 'False'}`;
  }
}

/** Options of {@link RMSNorm}. */
export interface RMSNormLayerOptions {
  /** Added to the mean square; default the machine epsilon of the input's dtype. */
  readonly eps?: number;
  /** Whether there are factors to be learned; default true. */
  readonly elementwiseAffine?: boolean;
  /** Dtype of the parameters; default `float32`. */
  readonly dtype?: DType;
}

/** Divides by the root of the mean square over the last axes: `[..., ...normalizedShape]` (PyTorch's `nn.RMSNorm`; Zhang & Sennrich 2019). */
export class RMSNorm extends LibraryModule {
  static override readonly name: string = 'RMSNorm';
  readonly normalizedShape: Shape;
  readonly eps: number | undefined;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;

  constructor(normalizedShape: number | Shape, options: RMSNormLayerOptions = {}) {
    super();
    const { eps, elementwiseAffine = true, dtype = 'float32' } = options;
    this.normalizedShape = listed(normalizedShape);
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? new Parameter(full(this.normalizedShape, 1, { dtype })) : null;
  }

  override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, this);
  }

  override extraRepr(): string {
    const shape = fieldText(this, ['normalizedShape']).replace('normalized_shape=', '');
    return `${shape}, ${fieldText(this, ['eps', 'elementwiseAffine'])}`;
  }
}

/** Options of {@link LocalResponseNorm}. */
export interface LocalResponseNormOptions {
  /** Factor of the mean square; default 1e-4. */
  readonly alpha?: number;
  /** Exponent; default 0.75. */
  readonly beta?: number;
  /** Added to the mean square; default 1. */
  readonly k?: number;
}

/** Divides by a power of the mean square of neighbouring channels: `[batch, channels, ...]` (PyTorch's `nn.LocalResponseNorm`; Krizhevsky et al. 2012). */
export class LocalResponseNorm extends LibraryModule {
  static override readonly name: string = 'LocalResponseNorm';
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  override forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this);
  }

  override extraRepr(): string {
    return `${this.size}, ${fieldText(this, ['alpha', 'beta'])}, k=${pythonFloat(this.k)}`;
  }
}
