import { ArgumentError, type DType, ShapeError } from '@isograd/device';
import { full, type Tensor, zeros } from '@isograd/autograd';
import { batchNorm, instanceNorm } from './functional/normalization.ts';
import { ones_, zeros_ } from './init.ts';
import { fieldText, LibraryModule } from './library-module.ts';
import { Parameter } from './parameter.ts';
import type { Rank } from './ops/spatial.ts';

/** Options that the layers of batch and instance normalisation share. */
export interface ChannelNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
  /** Share of a batch in the running statistics; `null` is their plain mean. Default 0.1. */
  readonly momentum?: number | null;
  /** Whether there are factors and shifts to be learned; default true for batches, false for instances. */
  readonly affine?: boolean;
  /** Whether there are shifts beside the factors; default true. */
  readonly bias?: boolean;
  /** Whether there are running statistics; default true for batches, false for instances. */
  readonly trackRunningStats?: boolean;
  /** Dtype of parameters and statistics; default `float32`. */
  readonly dtype?: DType;
}

/** A layer that normalises each of `numFeatures` channels. */
export abstract class ChannelNorm extends LibraryModule {
  numFeatures: number;
  readonly eps: number;
  momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  weight: Parameter | null = null;
  bias: Parameter | null = null;
  declare runningMean: Tensor | null;
  declare runningVar: Tensor | null;
  declare numBatchesTracked: Tensor | null;
  readonly #shifts: boolean;
  readonly #dtype: DType;

  constructor(numFeatures: number, options: Required<ChannelNormOptions>) {
    super();
    const { eps, momentum, affine, bias, trackRunningStats, dtype } = options;
    if (!(Number.isInteger(numFeatures) && numFeatures >= 0))
      throw new ArgumentError({
        where: this.constructor.name,
        what: 'numFeatures is not a number of channels',
        got: String(numFeatures),
        expected: 'a whole number from 0',
      });
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.#shifts = bias;
    this.#dtype = dtype;
    this.makeState(numFeatures);
  }

  /** Makes parameters and statistics for a number of channels. */
  protected makeState(numFeatures: number): void {
    const dtype = (this.weight ?? this.runningMean)?.dtype ?? this.#dtype;
    const one = (value: number): Tensor => full([numFeatures], value, { dtype });
    this.numFeatures = numFeatures;
    this.weight = this.affine ? new Parameter(one(1)) : null;
    this.bias = this.affine && this.#shifts ? new Parameter(one(0)) : null;
    const track = this.trackRunningStats;
    this.registerBuffer('runningMean', track ? one(0) : null);
    this.registerBuffer('runningVar', track ? one(1) : null);
    this.registerBuffer('numBatchesTracked', track ? zeros([], { dtype: 'int64' }) : null);
  }

  /** Starts the running statistics anew. */
  resetRunningStats(): void {
    if (this.runningMean) zeros_(this.runningMean);
    if (this.runningVar) ones_(this.runningVar);
    if (this.numBatchesTracked) zeros_(this.numBatchesTracked);
  }

  /** Starts parameters and running statistics anew. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight) ones_(this.weight);
    if (this.bias) zeros_(this.bias);
  }

  /** Counts a batch, and gives its share in the running statistics. */
  protected countBatch(): number {
    if (!this.training || !this.numBatchesTracked) return this.momentum ?? 0;
    const count = Number(this.numBatchesTracked.item()) + 1;
    this.numBatchesTracked.fill_(count);
    return this.momentum ?? 1 / count;
  }

  override extraRepr(): string {
    const shifts = this.bias ? 'True' : 'False';
    return `${this.numFeatures}, ${fieldText(this, ['eps', 'momentum', 'affine'])}, bias=${shifts}, ${fieldText(this, ['trackRunningStats'])}`;
  }
}

function refuseAxes(x: Tensor, where: string, expected: string): never {
  throw new ShapeError({
    where,
    what: 'the input has another number of axes',
    got: `[${x.shape.join(', ')}]`,
    expected,
  });
}

const AXES = ['length', 'height, width', 'depth, height, width'];

/** A layer of batch normalisation. */
export interface BatchNormLayer extends ChannelNorm {
  forward(x: Tensor): Tensor;
}
/** The class of {@link BatchNormLayer}. */
export type BatchNormClass = new (numFeatures: number, options?: ChannelNormOptions) => BatchNormLayer;
/** The class of a layer that learns the number of channels from its first input. */
export type LazyNormClass = new (options?: ChannelNormOptions) => BatchNormLayer;

const BATCH = {
  eps: 1e-5,
  momentum: 0.1,
  affine: true,
  bias: true,
  trackRunningStats: true,
  dtype: 'float32',
} as const;
const INSTANCE = { ...BATCH, affine: false, trackRunningStats: false } as const;

function batchNormClass(rank: Rank): BatchNormClass {
  return class BatchNorm extends ChannelNorm {
    static override readonly name: string = `BatchNorm${rank}d`;

    constructor(numFeatures: number, options: ChannelNormOptions = {}) {
      super(numFeatures, { ...BATCH, ...options });
    }

    override forward(x: Tensor): Tensor {
      if (x.ndim !== rank + 2 && !(rank === 1 && x.ndim === 2))
        refuseAxes(x, this.constructor.name, `[batch, channels, ${AXES[rank - 1]}]`);
      const momentum = this.countBatch();
      const { runningMean, runningVar, weight, bias, eps } = this;
      const training = this.training || (!runningMean && !runningVar);
      // In training statistics that are not tracked are left alone.
      return batchNorm(x, runningMean, runningVar, { weight, bias, training, momentum, eps });
    }
  };
}

function instanceNormClass(rank: Rank): BatchNormClass {
  return class InstanceNorm extends ChannelNorm {
    static override readonly name: string = `InstanceNorm${rank}d`;

    constructor(numFeatures: number, options: ChannelNormOptions = {}) {
      super(numFeatures, { ...INSTANCE, ...options });
    }

    override forward(x: Tensor): Tensor {
      if (x.ndim === rank + 1) return this.forward(x.expandDims(0)).squeeze(0);
      if (x.ndim !== rank + 2)
        refuseAxes(x, this.constructor.name, `[batch, channels, ${AXES[rank - 1]}] or [channels, ${AXES[rank - 1]}]`);
      const { runningMean, runningVar, weight, bias, eps } = this;
      const useInputStats = this.training || !this.trackRunningStats;
      return instanceNorm(x, {
        runningMean,
        runningVar,
        weight,
        bias,
        useInputStats,
        momentum: this.momentum ?? 0,
        eps,
      });
    }
  };
}

/** The class of a layer that becomes one of another class when it sees its first input. */
function lazyNormClass(Full: BatchNormClass, rank: Rank, stem: string): LazyNormClass {
  return class Lazy extends (Full as new (numFeatures: number, options?: ChannelNormOptions) => ChannelNorm) {
    static override readonly name: string = `Lazy${stem}${rank}d`;

    constructor(options: ChannelNormOptions = {}) {
      super(0, { trackRunningStats: true, affine: true, ...options });
    }

    override forward(x: Tensor): Tensor {
      const channels = x.shape[x.ndim === rank + 1 && stem === 'InstanceNorm' ? 0 : 1];
      if (channels === undefined) refuseAxes(x, this.constructor.name, '[batch, channels, ...]');
      this.makeState(channels);
      Object.setPrototypeOf(this, Full.prototype as object);
      return (this as unknown as BatchNormLayer).forward(x);
    }
  } as unknown as LazyNormClass;
}

/** Normalises each channel over the batch while training, by running statistics else: `[batch, channels]` or `[batch, channels, length]` (PyTorch's `nn.BatchNorm1d`; Ioffe & Szegedy 2015). */
export const BatchNorm1d: BatchNormClass = batchNormClass(1);
/** See the class. */
export type BatchNorm1d = InstanceType<typeof BatchNorm1d>;
/** {@link BatchNorm1d} that learns its number of channels from the first input (PyTorch's `nn.LazyBatchNorm1d`). */
export const LazyBatchNorm1d: LazyNormClass = lazyNormClass(BatchNorm1d, 1, 'BatchNorm');
/** See the class. */
export type LazyBatchNorm1d = InstanceType<typeof LazyBatchNorm1d>;
/**
 * Normalises each channel over the batch while training, by running statistics else: `[batch, channels, height, width]` (PyTorch's `nn.BatchNorm2d`; Ioffe & Szegedy 2015).
 *
 * @throws ArgumentError when `numFeatures` is no number of channels.
 * @example
 * import { ones } from '@isograd/autograd';
 * const norm = new BatchNorm2d(3);
 * norm(ones([2, 3, 4, 4])).shape // => [ 2, 3, 4, 4 ]
 * Object.keys(norm.stateDict()) // => [ 'weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked' ]
 */
export const BatchNorm2d: BatchNormClass = batchNormClass(2);
/** See the class. */
export type BatchNorm2d = InstanceType<typeof BatchNorm2d>;
/** {@link BatchNorm2d} that learns its number of channels from the first input (PyTorch's `nn.LazyBatchNorm2d`). */
export const LazyBatchNorm2d: LazyNormClass = lazyNormClass(BatchNorm2d, 2, 'BatchNorm');
/** See the class. */
export type LazyBatchNorm2d = InstanceType<typeof LazyBatchNorm2d>;
/** Normalises each channel over the batch while training, by running statistics else: `[batch, channels, depth, height, width]` (PyTorch's `nn.BatchNorm3d`; Ioffe & Szegedy 2015). */
export const BatchNorm3d: BatchNormClass = batchNormClass(3);
/** See the class. */
export type BatchNorm3d = InstanceType<typeof BatchNorm3d>;
/** {@link BatchNorm3d} that learns its number of channels from the first input (PyTorch's `nn.LazyBatchNorm3d`). */
export const LazyBatchNorm3d: LazyNormClass = lazyNormClass(BatchNorm3d, 3, 'BatchNorm');
/** See the class. */
export type LazyBatchNorm3d = InstanceType<typeof LazyBatchNorm3d>;
/** Normalises each channel of each example: `[batch, channels, length]`, the batch may be missing (PyTorch's `nn.InstanceNorm1d`; Ulyanov et al. 2016). */
export const InstanceNorm1d: BatchNormClass = instanceNormClass(1);
/** See the class. */
export type InstanceNorm1d = InstanceType<typeof InstanceNorm1d>;
/** {@link InstanceNorm1d} that learns its number of channels from the first input (PyTorch's `nn.LazyInstanceNorm1d`). */
export const LazyInstanceNorm1d: LazyNormClass = lazyNormClass(InstanceNorm1d, 1, 'InstanceNorm');
/** See the class. */
export type LazyInstanceNorm1d = InstanceType<typeof LazyInstanceNorm1d>;
/** Normalises each channel of each example: `[batch, channels, height, width]`, the batch may be missing (PyTorch's `nn.InstanceNorm2d`; Ulyanov et al. 2016). */
export const InstanceNorm2d: BatchNormClass = instanceNormClass(2);
/** See the class. */
export type InstanceNorm2d = InstanceType<typeof InstanceNorm2d>;
/** {@link InstanceNorm2d} that learns its number of channels from the first input (PyTorch's `nn.LazyInstanceNorm2d`). */
export const LazyInstanceNorm2d: LazyNormClass = lazyNormClass(InstanceNorm2d, 2, 'InstanceNorm');
/** See the class. */
export type LazyInstanceNorm2d = InstanceType<typeof LazyInstanceNorm2d>;
/** Normalises each channel of each example: `[batch, channels, depth, height, width]`, the batch may be missing (PyTorch's `nn.InstanceNorm3d`; Ulyanov et al. 2016). */
export const InstanceNorm3d: BatchNormClass = instanceNormClass(3);
/** See the class. */
export type InstanceNorm3d = InstanceType<typeof InstanceNorm3d>;
/** {@link InstanceNorm3d} that learns its number of channels from the first input (PyTorch's `nn.LazyInstanceNorm3d`). */
export const LazyInstanceNorm3d: LazyNormClass = lazyNormClass(InstanceNorm3d, 3, 'InstanceNorm');
/** See the class. */
export type LazyInstanceNorm3d = InstanceType<typeof LazyInstanceNorm3d>;
