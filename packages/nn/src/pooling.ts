import { ArgumentError } from '@isograd/device';
import type { NDArray, Shape } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import * as F from './functional/pooling.ts';
import { fieldText, type TensorLayer } from './library-module.ts';
import { Module } from './module.ts';
import type { Rank } from './ops/spatial.ts';

type Pooled = readonly [values: Tensor, indices: Tensor];

/** A pool that gives positions beside the values. */
export interface IndexedLayer extends Module {
  forward(x: Tensor): Pooled;
}

/** Options of `MaxPool1d` and its relatives. */
export interface MaxPoolOptions extends F.WindowOptions {
  /** Whether the positions of the largest elements are given too, for `MaxUnpool1d` and its relatives; default false. */
  readonly returnIndices?: boolean;
}

/** The class of a pool that takes the largest element of each window. */
export interface MaxPoolClass {
  new (kernelSize: F.Size, options: MaxPoolOptions & { readonly returnIndices: true }): IndexedLayer;
  new (kernelSize: F.Size, options?: MaxPoolOptions): TensorLayer;
}

const MAX_POOLS = { 1: F.maxPool1d, 2: F.maxPool2d, 3: F.maxPool3d } as const;
const INDEXED_MAX_POOLS = {
  1: F.maxPool1dWithIndices,
  2: F.maxPool2dWithIndices,
  3: F.maxPool3dWithIndices,
} as const;

function maxPoolClass(rank: Rank): MaxPoolClass {
  const MaxPool = class extends Module {
    static override readonly name: string = `MaxPool${rank}d`;
    readonly kernelSize: F.Size;
    readonly stride: F.Size;
    readonly padding: F.Size;
    readonly dilation: F.Size;
    readonly returnIndices: boolean;
    readonly ceilMode: boolean;

    constructor(kernelSize: F.Size, options: MaxPoolOptions = {}) {
      super();
      this.kernelSize = kernelSize;
      this.stride = options.stride ?? kernelSize;
      this.padding = options.padding ?? 0;
      this.dilation = options.dilation ?? 1;
      this.returnIndices = options.returnIndices ?? false;
      this.ceilMode = options.ceilMode ?? false;
    }

    override forward(x: Tensor): Tensor | Pooled {
      return this.returnIndices
        ? INDEXED_MAX_POOLS[rank](x, this.kernelSize, this)
        : MAX_POOLS[rank](x, this.kernelSize, this);
    }

    override extraRepr(): string {
      return fieldText(this, ['kernelSize', 'stride', 'padding', 'dilation', 'ceilMode']);
    }
  };
  return MaxPool as unknown as MaxPoolClass;
}

/** Options of `AdaptiveMaxPool1d` and its relatives. */
export interface AdaptiveMaxPoolOptions {
  /** Whether the positions of the largest elements are given too; default false. */
  readonly returnIndices?: boolean;
}

/** The class of a pool that takes the largest element of each part. */
export interface AdaptiveMaxPoolClass {
  new (outputSize: F.AdaptiveSize, options: { readonly returnIndices: true }): IndexedLayer;
  new (outputSize: F.AdaptiveSize, options?: AdaptiveMaxPoolOptions): TensorLayer;
}

const ADAPTIVE_MAX_POOLS = { 1: F.adaptiveMaxPool1d, 2: F.adaptiveMaxPool2d, 3: F.adaptiveMaxPool3d } as const;
const INDEXED_ADAPTIVE_MAX_POOLS = {
  1: F.adaptiveMaxPool1dWithIndices,
  2: F.adaptiveMaxPool2dWithIndices,
  3: F.adaptiveMaxPool3dWithIndices,
} as const;

function adaptiveMaxPoolClass(rank: Rank): AdaptiveMaxPoolClass {
  const AdaptiveMaxPool = class extends Module {
    static override readonly name: string = `AdaptiveMaxPool${rank}d`;
    readonly outputSize: F.AdaptiveSize;
    readonly returnIndices: boolean;

    constructor(outputSize: F.AdaptiveSize, options: AdaptiveMaxPoolOptions = {}) {
      super();
      this.outputSize = outputSize;
      this.returnIndices = options.returnIndices ?? false;
    }

    override forward(x: Tensor): Tensor | Pooled {
      return this.returnIndices
        ? INDEXED_ADAPTIVE_MAX_POOLS[rank](x, this.outputSize)
        : ADAPTIVE_MAX_POOLS[rank](x, this.outputSize);
    }

    override extraRepr(): string {
      return fieldText(this, ['outputSize']);
    }
  };
  return AdaptiveMaxPool as unknown as AdaptiveMaxPoolClass;
}

/** The class of a pool that takes the mean of each window. */
export type AvgPoolClass = new (kernelSize: F.Size, options?: F.AveragePoolOptions) => TensorLayer;

const AVG_POOLS = { 1: F.avgPool1d, 2: F.avgPool2d, 3: F.avgPool3d } as const;

function avgPoolClass(rank: Rank): AvgPoolClass {
  return class AvgPool extends Module {
    static override readonly name: string = `AvgPool${rank}d`;
    readonly kernelSize: F.Size;
    readonly stride: F.Size;
    readonly padding: F.Size;
    readonly ceilMode: boolean;
    readonly countIncludePad: boolean;
    readonly divisorOverride: number | undefined;

    constructor(kernelSize: F.Size, options: F.AveragePoolOptions = {}) {
      super();
      const listed = (size: F.Size): F.Size => (rank === 1 && typeof size === 'number' ? [size] : size);
      this.kernelSize = listed(kernelSize);
      this.stride = listed(options.stride ?? kernelSize);
      this.padding = listed(options.padding ?? 0);
      this.ceilMode = options.ceilMode ?? false;
      this.countIncludePad = options.countIncludePad ?? true;
      this.divisorOverride = options.divisorOverride;
    }

    override forward(x: Tensor): Tensor {
      return AVG_POOLS[rank](x, this.kernelSize, this);
    }

    override extraRepr(): string {
      return fieldText(this, ['kernelSize', 'stride', 'padding']);
    }
  };
}

/** The class of a pool that takes the mean of each part. */
export type AdaptiveAvgPoolClass = new (outputSize: F.AdaptiveSize) => TensorLayer;

const ADAPTIVE_AVG_POOLS = { 1: F.adaptiveAvgPool1d, 2: F.adaptiveAvgPool2d, 3: F.adaptiveAvgPool3d } as const;

function adaptiveAvgPoolClass(rank: Rank): AdaptiveAvgPoolClass {
  return class AdaptiveAvgPool extends Module {
    static override readonly name: string = `AdaptiveAvgPool${rank}d`;
    readonly outputSize: F.AdaptiveSize;

    constructor(outputSize: F.AdaptiveSize) {
      super();
      this.outputSize = outputSize;
    }

    override forward(x: Tensor): Tensor {
      return ADAPTIVE_AVG_POOLS[rank](x, this.outputSize);
    }

    override extraRepr(): string {
      return fieldText(this, ['outputSize']);
    }
  };
}

/** The class of a pool that takes the p-norm of each window. */
export type LPPoolClass = new (normType: number, kernelSize: F.Size, options?: F.PowerPoolOptions) => TensorLayer;

const LP_POOLS = { 1: F.lpPool1d, 2: F.lpPool2d, 3: F.lpPool3d } as const;

function lpPoolClass(rank: Rank): LPPoolClass {
  return class LPPool extends Module {
    static override readonly name: string = `LPPool${rank}d`;
    readonly normType: number;
    readonly kernelSize: F.Size;
    readonly stride: F.Size | undefined;
    readonly ceilMode: boolean;

    constructor(normType: number, kernelSize: F.Size, options: F.PowerPoolOptions = {}) {
      super();
      this.normType = normType;
      this.kernelSize = kernelSize;
      this.stride = options.stride;
      this.ceilMode = options.ceilMode ?? false;
    }

    override forward(x: Tensor): Tensor {
      return LP_POOLS[rank](x, this.normType, this.kernelSize, this);
    }

    override extraRepr(): string {
      return fieldText(this, ['normType', 'kernelSize', 'stride', 'ceilMode']);
    }
  };
}

/** Options of `MaxUnpool1d` and its relatives. */
export type MaxUnpoolOptions = Omit<F.UnpoolOptions, 'outputSize'>;

/** What undoes a pool by the largest element, as far as that can be undone. */
export interface MaxUnpoolLayer extends Module {
  forward(x: Tensor, indices: NDArray, outputSize?: Shape): Tensor;
}
/** The class of {@link MaxUnpoolLayer}. */
export type MaxUnpoolClass = new (kernelSize: F.Size, options?: MaxUnpoolOptions) => MaxUnpoolLayer;

const MAX_UNPOOLS = { 1: F.maxUnpool1d, 2: F.maxUnpool2d, 3: F.maxUnpool3d } as const;

function maxUnpoolClass(rank: Rank): MaxUnpoolClass {
  return class MaxUnpool extends Module {
    static override readonly name: string = `MaxUnpool${rank}d`;
    readonly kernelSize: F.Size;
    readonly stride: F.Size;
    readonly padding: F.Size;

    constructor(kernelSize: F.Size, options: MaxUnpoolOptions = {}) {
      super();
      const listed = (size: F.Size, name: string): readonly number[] => {
        const list = typeof size === 'number' ? new Array<number>(rank).fill(size) : size;
        if (list.length === rank) return list;
        throw new ArgumentError({
          where: `MaxUnpool${rank}d`,
          what: `${name} does not fit`,
          got: JSON.stringify(size),
          expected: `a number, or a list of ${rank}`,
        });
      };
      this.kernelSize = listed(kernelSize, 'kernelSize');
      this.stride = listed(options.stride ?? kernelSize, 'stride');
      this.padding = listed(options.padding ?? 0, 'padding');
    }

    override forward(x: Tensor, indices: NDArray, outputSize?: Shape): Tensor {
      const { kernelSize, stride, padding } = this;
      return MAX_UNPOOLS[rank](x, indices, kernelSize, { stride, padding, outputSize });
    }

    override extraRepr(): string {
      return fieldText(this, ['kernelSize', 'stride', 'padding']);
    }
  };
}

/** The largest element of each window of `[batch, channels, length]` (PyTorch's `nn.MaxPool1d`). */
export const MaxPool1d: MaxPoolClass = maxPoolClass(1);
/** See the class. */
export type MaxPool1d = InstanceType<typeof MaxPool1d>;
/**
 * The largest element of each window of `[batch, channels, height, width]` (PyTorch's `nn.MaxPool2d`).
 *
 * @example
 * import { zeros } from '@isograd/autograd';
 * new MaxPool2d(2)(zeros([1, 3, 8, 6])).shape // => [ 1, 3, 4, 3 ]
 */
export const MaxPool2d: MaxPoolClass = maxPoolClass(2);
/** See the class. */
export type MaxPool2d = InstanceType<typeof MaxPool2d>;
/** The largest element of each window of `[batch, channels, depth, height, width]` (PyTorch's `nn.MaxPool3d`). */
export const MaxPool3d: MaxPoolClass = maxPoolClass(3);
/** See the class. */
export type MaxPool3d = InstanceType<typeof MaxPool3d>;
/** The largest element of each of `outputSize` parts of `[batch, channels, length]` (PyTorch's `nn.AdaptiveMaxPool1d`). */
export const AdaptiveMaxPool1d: AdaptiveMaxPoolClass = adaptiveMaxPoolClass(1);
/** See the class. */
export type AdaptiveMaxPool1d = InstanceType<typeof AdaptiveMaxPool1d>;
/** The largest element of each of `outputSize` parts of `[batch, channels, height, width]` (PyTorch's `nn.AdaptiveMaxPool2d`). */
export const AdaptiveMaxPool2d: AdaptiveMaxPoolClass = adaptiveMaxPoolClass(2);
/** See the class. */
export type AdaptiveMaxPool2d = InstanceType<typeof AdaptiveMaxPool2d>;
/** The largest element of each of `outputSize` parts of `[batch, channels, depth, height, width]` (PyTorch's `nn.AdaptiveMaxPool3d`). */
export const AdaptiveMaxPool3d: AdaptiveMaxPoolClass = adaptiveMaxPoolClass(3);
/** See the class. */
export type AdaptiveMaxPool3d = InstanceType<typeof AdaptiveMaxPool3d>;
/** The mean of each window of `[batch, channels, length]` (PyTorch's `nn.AvgPool1d`). */
export const AvgPool1d: AvgPoolClass = avgPoolClass(1);
/** See the class. */
export type AvgPool1d = InstanceType<typeof AvgPool1d>;
/** The mean of each window of `[batch, channels, height, width]` (PyTorch's `nn.AvgPool2d`). */
export const AvgPool2d: AvgPoolClass = avgPoolClass(2);
/** See the class. */
export type AvgPool2d = InstanceType<typeof AvgPool2d>;
/** The mean of each window of `[batch, channels, depth, height, width]` (PyTorch's `nn.AvgPool3d`). */
export const AvgPool3d: AvgPoolClass = avgPoolClass(3);
/** See the class. */
export type AvgPool3d = InstanceType<typeof AvgPool3d>;
/** The mean of each of `outputSize` parts of `[batch, channels, length]` (PyTorch's `nn.AdaptiveAvgPool1d`). */
export const AdaptiveAvgPool1d: AdaptiveAvgPoolClass = adaptiveAvgPoolClass(1);
/** See the class. */
export type AdaptiveAvgPool1d = InstanceType<typeof AdaptiveAvgPool1d>;
/** The mean of each of `outputSize` parts of `[batch, channels, height, width]` (PyTorch's `nn.AdaptiveAvgPool2d`). */
export const AdaptiveAvgPool2d: AdaptiveAvgPoolClass = adaptiveAvgPoolClass(2);
/** See the class. */
export type AdaptiveAvgPool2d = InstanceType<typeof AdaptiveAvgPool2d>;
/** The mean of each of `outputSize` parts of `[batch, channels, depth, height, width]` (PyTorch's `nn.AdaptiveAvgPool3d`). */
export const AdaptiveAvgPool3d: AdaptiveAvgPoolClass = adaptiveAvgPoolClass(3);
/** See the class. */
export type AdaptiveAvgPool3d = InstanceType<typeof AdaptiveAvgPool3d>;
/** `(Σ xᵖ)^(1/p)` over each window of `[batch, channels, length]` (PyTorch's `nn.LPPool1d`). */
export const LPPool1d: LPPoolClass = lpPoolClass(1);
/** See the class. */
export type LPPool1d = InstanceType<typeof LPPool1d>;
/** `(Σ xᵖ)^(1/p)` over each window of `[batch, channels, height, width]` (PyTorch's `nn.LPPool2d`). */
export const LPPool2d: LPPoolClass = lpPoolClass(2);
/** See the class. */
export type LPPool2d = InstanceType<typeof LPPool2d>;
/** `(Σ xᵖ)^(1/p)` over each window of `[batch, channels, depth, height, width]` (PyTorch's `nn.LPPool3d`). */
export const LPPool3d: LPPoolClass = lpPoolClass(3);
/** See the class. */
export type LPPool3d = InstanceType<typeof LPPool3d>;
/** Zeros with elements where they were the largest of their windows, `[batch, channels, length]` (PyTorch's `nn.MaxUnpool1d`). */
export const MaxUnpool1d: MaxUnpoolClass = maxUnpoolClass(1);
/** See the class. */
export type MaxUnpool1d = InstanceType<typeof MaxUnpool1d>;
/** Zeros with elements where they were the largest of their windows, `[batch, channels, height, width]` (PyTorch's `nn.MaxUnpool2d`). */
export const MaxUnpool2d: MaxUnpoolClass = maxUnpoolClass(2);
/** See the class. */
export type MaxUnpool2d = InstanceType<typeof MaxUnpool2d>;
/** Zeros with elements where they were the largest of their windows, `[batch, channels, depth, height, width]` (PyTorch's `nn.MaxUnpool3d`). */
export const MaxUnpool3d: MaxUnpoolClass = maxUnpoolClass(3);
/** See the class. */
export type MaxUnpool3d = InstanceType<typeof MaxUnpool3d>;
