import { ArgumentError, AxisError, ShapeError } from '@isograd/device';
import { broadcastTo, type NDArray, where } from '@isograd/ndarray';
import { asTensor, noGrad, type Tensor } from '@isograd/autograd';
import { standardize, standardizeWithStats } from '@isograd/nn';
import { epsilon } from '../config.ts';
import { get as getInitializer, type Initializer, type InitializerLike } from '../initializers.ts';
import { type KerasShape, showShape } from '../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions, type SavedOptions } from '../layer.ts';
import { spreadMask } from '../masking.ts';
import type { RuleOptions } from '../weight-rules.ts';

/** One axis, or several; those below 0 count from the end. */
export type AxisList = number | readonly number[];

/** Options of layers that normalise and then apply a factor and a shift. */
export interface AffineOptions extends LayerOptions, RuleOptions<'beta' | 'gamma'> {
  /** Added to the variance; default 1e-3. */
  readonly epsilon?: number;
  /** Whether a shift `beta` is learned; default true. */
  readonly center?: boolean;
  /** Whether a factor `gamma` is learned; default true. */
  readonly scale?: boolean;
  /** Default `zeros`. */
  readonly betaInitializer?: InitializerLike;
  /** Default `ones`. */
  readonly gammaInitializer?: InitializerLike;
}

const AFFINE = {
  epsilon: 1e-3,
  center: true,
  scale: true,
  betaInitializer: 'zeros',
  gammaInitializer: 'ones',
} as const;

/** A layer that normalises along axes. */
export abstract class AlongAxes extends Layer {
  readonly axis: AxisList;

  constructor(options: LayerOptions & { readonly axis?: AxisList }) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  /** The axes counted from the front, in order. @throws AxisError for one that is not there. */
  protected axesOf(shape: KerasShape): readonly number[] {
    const list = typeof this.axis === 'number' ? [this.axis] : this.axis;
    return list
      .map((axis) => {
        const d = axis < 0 ? axis + shape.length : axis;
        if (shape[d] !== undefined) return d;
        throw new AxisError({
          where: this.label,
          what: 'the input has no such axis',
          got: `axis ${axis} of ${showShape(shape)}`,
          expected: `-${shape.length} to ${shape.length - 1}`,
        });
      })
      .sort((a, b) => a - b);
  }

  /** Lengths along the axes. @throws ShapeError where one is open. */
  protected lengthsOf(shape: KerasShape): readonly number[] {
    return this.axesOf(shape).map((d) => {
      const n = shape[d]!;
      if (n !== null) return n;
      throw new ShapeError({
        where: this.label,
        what: 'the length of an axis with weights must be known',
        got: showShape(shape),
        expected: `a number for axis ${d}`,
      });
    });
  }

  /** Refuses an input that the weights do not fit. */
  protected checkLengths(x: NDArray, lengths: readonly number[] | undefined): void {
    const got = this.axesOf(x.shape).map((d) => x.shape[d]!);
    if (lengths === undefined || got.join() === lengths.join()) return;
    throw new ShapeError({
      where: this.label,
      what: 'the input does not fit the layer',
      got: showShape(x.shape),
      expected: `[${lengths.join(', ')}] along axis ${this.axesOf(x.shape).join(', ')}`,
      hint: 'it was built for these lengths',
    });
  }

  /** What has a number for each position along the axes, as it is broadcast over an input. */
  protected spread(value: NDArray, x: Tensor): Tensor {
    const axes = this.axesOf(x.shape);
    return asTensor(value).reshape(x.shape.map((n, d) => (axes.includes(d) ? n : 1)));
  }
}

/** A layer that applies a factor `gamma` and a shift `beta` at the end. */
abstract class Affine extends AlongAxes {
  override supportsMasking: boolean = true;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  /** Made by `build`; `null` without `scale`. */
  gamma: Tensor | null = null;
  /** Made by `build`; `null` without `center`. */
  beta: Tensor | null = null;
  readonly #initializers: readonly [gamma: Initializer, beta: Initializer];

  constructor(options: AffineOptions & { readonly axis?: AxisList }) {
    super(options);
    this.epsilon = options.epsilon ?? 1e-3;
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.#initializers = [
      getInitializer(options.gammaInitializer ?? 'ones'),
      getInitializer(options.betaInitializer ?? 'zeros'),
    ];
  }

  override build(inputShape: KerasShape): void {
    const shape = this.lengthsOf(inputShape);
    if (this.scale) this.gamma = this.addWeight('gamma', shape, this.#initializers[0]);
    if (this.center) this.beta = this.addWeight('beta', shape, this.#initializers[1]);
  }

  protected affine(x: Tensor): Tensor {
    const scaled = this.gamma ? x.mul(this.spread(this.gamma, x)) : x;
    return this.beta ? scaled.add(this.spread(this.beta, x)) : scaled;
  }
}

/** Options of {@link BatchNormalization}. */
export interface BatchNormalizationOptions extends AffineOptions {
  /** Axis of the features; default the last. */
  readonly axis?: number;
  /** Share of the moving statistics that stays at each step, from 0 to 1; default 0.99. */
  readonly momentum?: number;
  /** Default `zeros`. */
  readonly movingMeanInitializer?: InitializerLike;
  /** Default `ones`. */
  readonly movingVarianceInitializer?: InitializerLike;
}

/**
 * Normalises each feature over the batch while training, by moving statistics else (`keras.layers.BatchNormalization`; Ioffe & Szegedy 2015).
 *
 * The variance is divided by the number of elements; PyTorch's moving one is divided by one less, and its momentum is the share of the new.
 * A layer that is not trainable uses the moving statistics in training too.
 *
 * @throws AxisError or ShapeError for inputs that do not fit.
 * @example
 * import { tensor } from '@isograd/autograd';
 * const layer = new BatchNormalization({ momentum: 0.5, epsilon: 0 });
 * layer(tensor([[1], [3]]), { training: true }).tolist() // => [ [ -1 ], [ 1 ] ]
 * layer.movingMean.tolist() // => [ 1 ]
 */
export class BatchNormalization extends Affine {
  static override readonly name: string = 'BatchNormalization';
  static override readonly saved: SavedOptions = {
    options: {
      axis: -1,
      momentum: 0.99,
      ...AFFINE,
      movingMeanInitializer: 'zeros',
      movingVarianceInitializer: 'ones',
    },
    rules: ['beta', 'gamma'],
  };
  readonly momentum: number;
  /** Made by `build`. */
  movingMean: Tensor | null = null;
  /** Made by `build`. */
  movingVariance: Tensor | null = null;
  readonly #initializers: readonly [mean: Initializer, variance: Initializer];

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    this.momentum = options.momentum ?? 0.99;
    this.#initializers = [
      getInitializer(options.movingMeanInitializer ?? 'zeros'),
      getInitializer(options.movingVarianceInitializer ?? 'ones'),
    ];
  }

  override build(inputShape: KerasShape): void {
    super.build(inputShape);
    const shape = this.lengthsOf(inputShape);
    this.movingMean = this.addWeight('moving_mean', shape, this.#initializers[0], { trainable: false });
    this.movingVariance = this.addWeight('moving_variance', shape, this.#initializers[1], { trainable: false });
  }

  override call(x: Tensor, { training, mask }: CallOptions): Tensor {
    const [mean, variance] = [this.movingMean!, this.movingVariance!];
    this.checkLengths(x, mean.shape);
    if (!(training && this.trainable)) {
      const inverse = this.spread(variance.add(this.epsilon).pow(-0.5), x);
      return this.affine(x.sub(this.spread(mean, x)).mul(inverse));
    }
    const own = this.axesOf(x.shape);
    const others = x.shape.map((_, d) => d).filter((d) => !own.includes(d));
    if (mask) return this.#masked(x, mask, others);
    const { y, stats } = standardizeWithStats(x, others, this.epsilon);
    this.#move(mean, stats.mean);
    this.#move(variance, stats.variance);
    return this.affine(y);
  }

  /** Normalises by the statistics of the elements that count: `mask` has all axes but the last. */
  #masked(x: Tensor, mask: NDArray, others: readonly number[]): Tensor {
    if (mask.ndim !== x.ndim - 1)
      throw new ShapeError({
        where: this.label,
        what: 'the mask does not fit the input',
        got: `mask ${showShape(mask.shape)}, input ${showShape(x.shape)}`,
        expected: 'a mask with all axes of the input but the last',
      });
    const counts = broadcastTo(spreadMask(mask.astype('bool'), x.ndim), x.shape);
    const n = asTensor(counts.astype(x.dtype).sum([...others], { keepdims: true })).add(epsilon());
    const mean = asTensor(where(counts, x, 0))
      .sum([...others], { keepdims: true })
      .div(n);
    const distance = asTensor(where(counts, x.sub(mean), 0)).square();
    const variance = distance.sum([...others], { keepdims: true }).div(n);
    this.#move(this.movingMean!, mean.plain());
    this.#move(this.movingVariance!, variance.plain());
    return this.affine(x.sub(mean).mul(variance.add(this.epsilon).pow(-0.5)));
  }

  #move(moving: Tensor, value: NDArray): void {
    const now = asTensor(value).reshape(moving.shape);
    noGrad(() => moving.copy_(moving.mul(this.momentum).add(now.mul(1 - this.momentum))));
  }
}

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationOptions extends AffineOptions {
  /** Axes that are normalised together; default the last. */
  readonly axis?: AxisList;
}

/** Normalises each sample along axes (`keras.layers.LayerNormalization`; Ba et al. 2016). @throws AxisError or ShapeError for inputs that do not fit. */
export class LayerNormalization extends Affine {
  static override readonly name: string = 'LayerNormalization';
  static override readonly saved: SavedOptions = { options: { axis: -1, ...AFFINE }, rules: ['beta', 'gamma'] };

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
  }

  override call(x: Tensor): Tensor {
    this.checkLengths(x, (this.gamma ?? this.beta)?.shape);
    return this.affine(standardize(x, this.axesOf(x.shape), this.epsilon));
  }
}

/** Options of {@link GroupNormalization}. */
export interface GroupNormalizationOptions extends AffineOptions {
  /** Number of groups, a divisor of the number of channels; -1 for one for each channel. Default 32. */
  readonly groups?: number;
  /** Axis of the channels; default the last. */
  readonly axis?: number;
}

/**
 * Normalises groups of channels of each sample (`keras.layers.GroupNormalization`; Wu & He 2018).
 *
 * @throws ArgumentError when the channels cannot be divided into the groups; AxisError or ShapeError for inputs that do not fit.
 */
export class GroupNormalization extends Affine {
  static override readonly name: string = 'GroupNormalization';
  static override readonly saved: SavedOptions = {
    options: { groups: 32, axis: -1, ...AFFINE },
    rules: ['beta', 'gamma'],
  };
  readonly groups: number;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options);
    this.groups = options.groups ?? 32;
    if (!Number.isInteger(this.groups) || (this.groups < 1 && this.groups !== -1))
      throw new ArgumentError({
        where: 'GroupNormalization',
        what: 'groups is no number of groups',
        got: String(options.groups),
        expected: 'a whole number from 1, or -1 for one for each channel',
      });
  }

  override build(inputShape: KerasShape): void {
    const [channels] = this.lengthsOf(inputShape) as [number];
    if (channels % this.groups !== 0)
      throw new ArgumentError({
        where: this.label,
        what: 'the channels cannot be divided into such groups',
        got: `${channels} channels, ${this.groups} groups`,
        expected: 'a divisor of the number of channels',
      });
    super.build(inputShape);
  }

  override call(x: Tensor): Tensor {
    this.checkLengths(x, (this.gamma ?? this.beta)?.shape);
    const axis = this.axesOf(x.shape)[0]!;
    const channels = x.shape[axis]!;
    const groups = this.groups === -1 ? channels : this.groups;
    const grouped = x.reshape([...x.shape.slice(0, axis), groups, channels / groups, ...x.shape.slice(axis + 1)]);
    const axes = grouped.shape.map((_, d) => d).filter((d) => d !== 0 && d !== axis);
    return this.affine(standardize(grouped, axes, this.epsilon).reshape(x.shape));
  }
}

/** Options of {@link RMSNormalization}. */
export interface RMSNormalizationOptions extends LayerOptions {
  /** Axes that are normalised together; default the last. */
  readonly axis?: AxisList;
  /** Added to the mean square; default 1e-6. */
  readonly epsilon?: number;
}

/** Divides each sample by the root of its mean square along axes (`keras.layers.RMSNormalization`; Zhang & Sennrich 2019). @throws AxisError or ShapeError for inputs that do not fit. */
export class RMSNormalization extends AlongAxes {
  static override readonly name: string = 'RMSNormalization';
  static override readonly saved: SavedOptions = { options: { axis: -1, epsilon: 1e-6 } };
  readonly epsilon: number;
  /** Made by `build`. */
  scale: Tensor | null = null;

  constructor(options: RMSNormalizationOptions = {}) {
    super(options);
    this.epsilon = options.epsilon ?? 1e-6;
  }

  override build(inputShape: KerasShape): void {
    this.scale = this.addWeight('scale', this.lengthsOf(inputShape), getInitializer('ones'));
  }

  override call(x: Tensor): Tensor {
    this.checkLengths(x, this.scale!.shape);
    const square = x.square().mean(this.axesOf(x.shape), { keepdims: true });
    return x.mul(square.add(this.epsilon).pow(-0.5)).mul(this.spread(this.scale!, x));
  }
}

/** Options of {@link UnitNormalization}. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** Axes along which the squares sum to 1; default the last. */
  readonly axis?: AxisList;
}

/** Divides each sample by its length along axes (`keras.layers.UnitNormalization`). @throws AxisError for inputs that do not fit. */
export class UnitNormalization extends AlongAxes {
  static override readonly name: string = 'UnitNormalization';
  static override readonly saved: SavedOptions = { options: { axis: -1 } };
  override supportsMasking: boolean = true;

  constructor(options: UnitNormalizationOptions = {}) {
    super(options);
  }

  override call(x: Tensor): Tensor {
    const square = x.square().sum(this.axesOf(x.shape), { keepdims: true });
    // A length below 1e-12 counts as 1e-12.
    return x.mul(square.clip(1e-24, null).pow(-0.5));
  }
}
