import { ArgumentError, DTypeError, ShapeError } from '@isograd/device';
import type { NDArray, Shape } from '@isograd/ndarray';
import { asTensor, noGrad, type Tensor } from '@isograd/autograd';
import { axisMap, tapsOf } from '../ops/axis-map.ts';
import {
  type LineStats,
  rmsStandardize,
  rmsStandardizeScaled,
  standardize,
  standardizeAffine,
  standardizeWithStats,
} from '../ops/standardize.ts';

/** Factor and shift of each feature, applied after normalising. */
export interface AffineOptions {
  readonly weight?: NDArray | null | undefined;
  readonly bias?: NDArray | null | undefined;
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
}

/** Options of {@link batchNorm}. */
export interface BatchNormOptions extends AffineOptions {
  /** Whether the statistics are those of the batch instead of the running ones; default false. */
  readonly training?: boolean;
  /** Share of the batch in the running statistics; default 0.1. */
  readonly momentum?: number;
}

/** Options of {@link instanceNorm}. */
export interface InstanceNormOptions extends AffineOptions {
  readonly runningMean?: Tensor | null | undefined;
  readonly runningVar?: Tensor | null | undefined;
  /** Whether the statistics are those of each instance instead of the running ones; default true. */
  readonly useInputStats?: boolean;
  /** Share of the batch in the running statistics; default 0.1. */
  readonly momentum?: number;
}

const show = (shape: Shape): string => `[${shape.join(', ')}]`;

/** One number a channel, shaped to be broadcast over `[batch, channels, ...]`. */
const perChannel = (x: NDArray, ndim: number): Tensor =>
  asTensor(x).reshape([-1, ...new Array<number>(ndim - 2).fill(1)]);

function affine(x: Tensor, { weight, bias }: AffineOptions, shape: (v: NDArray) => NDArray): Tensor {
  const scaled = weight ? x.mul(shape(weight)) : x;
  return bias ? scaled.add(shape(bias)) : scaled;
}

/** Normalised with factors and shifts, and what was taken out. */
function normalized(
  x: Tensor,
  axes: readonly number[],
  { weight, bias, eps = 1e-5 }: AffineOptions,
  shape: (v: NDArray) => Tensor,
): { readonly y: Tensor; readonly stats: LineStats } {
  if (weight && bias) return standardizeWithStats(x, axes, eps, [shape(weight), shape(bias)]);
  const { y, stats } = standardizeWithStats(x, axes, eps);
  return { y: affine(y, { weight, bias }, shape), stats };
}

/** Axes of `[batch, channels, ...]` but that of the channels. */
const aroundChannels = (ndim: number): number[] => [0, ...Array.from({ length: ndim - 2 }, (_, i) => i + 2)];

function checkChannels(x: Tensor, tensors: readonly (NDArray | null | undefined)[], where: string): void {
  if (x.ndim < 2)
    throw new ShapeError({
      where,
      what: 'the input has no channels',
      got: show(x.shape),
      expected: '[batch, channels, ...]',
    });
  for (const t of tensors) {
    if (!t) continue;
    if (t.size !== x.shape[1] || t.ndim !== 1)
      throw new ShapeError({
        where,
        what: 'there is not one number for each channel',
        got: `${show(t.shape)} for an input ${show(x.shape)}`,
        expected: `[${x.shape[1]}]`,
      });
    checkDType(x, t, where);
  }
}

function checkDType(x: NDArray, t: NDArray, where: string): void {
  if (x.dtype !== t.dtype)
    throw new DTypeError({
      where,
      what: 'the input and what belongs to the layer differ in dtype',
      got: `input ${x.dtype}, layer ${t.dtype}`,
      expected: 'one floating-point dtype',
      hint: `convert with x.to('${t.dtype}')`,
    });
}

/** Moves running statistics by a share of the way to those of a batch; the variance is that divided by n - 1. */
function moveRunning(running: Tensor | null | undefined, value: Tensor | null | undefined, momentum: number): void {
  if (running && value) noGrad(() => running.copy_(running.mul(1 - momentum).add(value.mul(momentum))));
}

const unbiased = (stats: LineStats, n: number): Tensor => asTensor(stats.variance).mul(n / (n - 1));

/**
 * Normalises each channel over the batch, or by running statistics: `x` `[batch, channels, ...]` (PyTorch's `F.batch_norm`; Ioffe & Szegedy 2015).
 *
 * @param runningMean Mean of each channel, `[channels]`; in training it moves towards that of the batch. `null` for none.
 * @param runningVar Variance of each channel, as `runningMean`.
 * @throws ShapeError or DTypeError where shapes and dtypes do not fit; ArgumentError for a batch of one element a channel in training, or no statistics outside.
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  options: BatchNormOptions = {},
): Tensor {
  const { weight, bias, training = false, momentum = 0.1, eps = 1e-5 } = options;
  const where = 'batchNorm';
  checkChannels(x, [runningMean, runningVar, weight, bias], where);
  const channel = (v: NDArray): Tensor => perChannel(v, x.ndim);
  if (!training) {
    if (!runningMean || !runningVar)
      throw new ArgumentError({
        where,
        what: 'there are no running statistics to normalise by',
        got: 'null',
        expected: 'runningMean and runningVar, or { training: true }',
      });
    const inverse = runningVar.add(eps).pow(-0.5);
    const scale = weight ? inverse.mul(weight) : inverse;
    const shift = runningMean.neg().mul(scale);
    return x.mul(channel(scale)).add(channel(bias ? shift.add(bias) : shift));
  }
  const n = x.size / (x.shape[1] || 1);
  if (n <= 1)
    throw new ArgumentError({
      where,
      what: 'expected more than 1 value per channel when training',
      got: show(x.shape),
      expected: 'a larger batch',
      hint: 'call model.eval() to predict single examples',
    });
  const { y, stats } = normalized(x, aroundChannels(x.ndim), { weight, bias, eps }, channel);
  moveRunning(runningMean, asTensor(stats.mean), momentum);
  moveRunning(runningVar, unbiased(stats, n), momentum);
  return y;
}

/**
 * Normalises each channel of each example: `x` `[batch, channels, ...]` (PyTorch's `F.instance_norm`; Ulyanov et al. 2016).
 *
 * @throws ShapeError or DTypeError where shapes and dtypes do not fit; ArgumentError for one element a channel.
 */
export function instanceNorm(x: Tensor, options: InstanceNormOptions = {}): Tensor {
  const { weight, bias, eps = 1e-5, runningMean, runningVar, useInputStats = true, momentum = 0.1 } = options;
  const where = 'instanceNorm';
  if (!useInputStats) return batchNorm(x, runningMean ?? null, runningVar ?? null, { weight, bias, eps });
  checkChannels(x, [runningMean, runningVar, weight, bias], where);
  const axes = Array.from({ length: x.ndim - 2 }, (_, i) => i + 2);
  const n = axes.reduce((product, d) => product * x.shape[d]!, 1);
  if (n <= 1)
    throw new ArgumentError({
      where,
      what: 'expected more than 1 spatial element when training',
      got: show(x.shape),
      expected: 'longer spatial axes',
    });
  const { y, stats } = normalized(x, axes, { weight, bias, eps }, (v) => perChannel(v, x.ndim));
  moveRunning(runningMean, runningMean && asTensor(stats.mean).mean(0), momentum);
  moveRunning(runningVar, runningVar && unbiased(stats, n).mean(0), momentum);
  return y;
}

/** The last axes, which must be of a shape. */
function lastAxes(x: Tensor, shape: Shape, where: string): number[] {
  const start = x.ndim - shape.length;
  if (shape.length > 0 && start >= 0 && shape.every((n, i) => n === x.shape[start + i]))
    return shape.map((_, i) => start + i);
  throw new ShapeError({
    where,
    what: 'the input does not end in the shape that is normalised',
    got: `input ${show(x.shape)}, normalizedShape ${show(shape)}`,
    expected: `[..., ${shape.join(', ')}]`,
  });
}

function checkLike(tensors: readonly (NDArray | null | undefined)[], x: Tensor, shape: Shape, where: string): void {
  for (const t of tensors) {
    if (!t) continue;
    if (t.shape.join() !== shape.join())
      throw new ShapeError({
        where,
        what: 'weight or bias has another shape than what is normalised',
        got: show(t.shape),
        expected: show(shape),
      });
    checkDType(x, t, where);
  }
}

/**
 * Normalises over the last axes: `x` `[..., ...normalizedShape]` (PyTorch's `F.layer_norm`; Ba et al. 2016).
 *
 * @throws ShapeError or DTypeError where shapes and dtypes do not fit.
 * @example
 * import { tensor } from '@isograd/autograd';
 * layerNorm(tensor([[1, 3]], { dtype: 'float32' }), [2], { eps: 0 }).tolist() // => [ [ -1, 1 ] ]
 */
export function layerNorm(x: Tensor, normalizedShape: Shape, options: AffineOptions = {}): Tensor {
  const { weight, bias, eps = 1e-5 } = options;
  const axes = lastAxes(x, normalizedShape, 'layerNorm');
  checkLike([weight, bias], x, normalizedShape, 'layerNorm');
  if (weight && bias) return standardizeAffine(x, asTensor(weight), asTensor(bias), axes, eps);
  return affine(standardize(x, axes, eps), { weight, bias }, (v) => v);
}

/**
 * Normalises groups of channels of each example: `x` `[batch, channels, ...]` (PyTorch's `F.group_norm`; Wu & He 2018).
 *
 * @throws ShapeError or DTypeError where shapes and dtypes do not fit; ArgumentError when the channels cannot be divided.
 */
export function groupNorm(x: Tensor, numGroups: number, options: AffineOptions = {}): Tensor {
  const { weight, bias, eps = 1e-5 } = options;
  checkChannels(x, [weight, bias], 'groupNorm');
  const channels = x.shape[1]!;
  if (!(Number.isInteger(numGroups) && numGroups > 0 && channels % numGroups === 0))
    throw new ArgumentError({
      where: 'groupNorm',
      what: 'the channels cannot be divided into such groups',
      got: `${channels} channels, ${numGroups} groups`,
      expected: 'a divisor of the number of channels',
    });
  const grouped = x.reshape([x.shape[0]!, numGroups, channels / numGroups, ...x.shape.slice(2)]);
  const axes = Array.from({ length: grouped.ndim - 2 }, (_, i) => i + 2);
  if (!weight || !bias)
    return affine(standardize(grouped, axes, eps).reshape(x.shape), { weight, bias }, (v) => perChannel(v, x.ndim));
  const byGroup = (v: NDArray): Tensor =>
    asTensor(v).reshape([numGroups, channels / numGroups, ...new Array<number>(x.ndim - 2).fill(1)]);
  return standardizeAffine(grouped, byGroup(weight), byGroup(bias), axes, eps).reshape(x.shape);
}

/** Options of {@link rmsNorm}. */
export interface RMSNormOptions {
  readonly weight?: NDArray | null | undefined;
  /** Added to the mean square; default the machine epsilon of the dtype. */
  readonly eps?: number | undefined;
}

/**
 * Divides by the root of the mean square over the last axes: `x` `[..., ...normalizedShape]` (PyTorch's `F.rms_norm`; Zhang & Sennrich 2019).
 *
 * @throws ShapeError or DTypeError where shapes and dtypes do not fit.
 */
export function rmsNorm(x: Tensor, normalizedShape: Shape, options: RMSNormOptions = {}): Tensor {
  const axes = lastAxes(x, normalizedShape, 'rmsNorm');
  checkLike([options.weight], x, normalizedShape, 'rmsNorm');
  const eps = options.eps ?? (x.dtype === 'float32' ? 2 ** -23 : Number.EPSILON);
  return options.weight ? rmsStandardizeScaled(x, asTensor(options.weight), axes, eps) : rmsStandardize(x, axes, eps);
}

/** Options of {@link localResponseNorm}. */
export interface ResponseNormOptions {
  /** Factor of the mean square; default 1e-4. */
  readonly alpha?: number;
  /** Exponent; default 0.75. */
  readonly beta?: number;
  /** Added to the mean square; default 1. */
  readonly k?: number;
}

/**
 * Divides by `(k + alpha m)^beta`, where m is the mean square of `size` neighbouring channels, zeros beyond the ends: `x` `[batch, channels, ...]`
 * (PyTorch's `F.local_response_norm`; Krizhevsky et al. 2012).
 *
 * @throws ShapeError without channels; ArgumentError when `size` is not a whole number from 1.
 */
export function localResponseNorm(x: Tensor, size: number, options: ResponseNormOptions = {}): Tensor {
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  if (x.ndim < 3)
    throw new ShapeError({
      where: 'localResponseNorm',
      what: 'the input has too few axes',
      got: show(x.shape),
      expected: '[batch, channels, ...], three or more',
    });
  if (!(Number.isInteger(size) && size >= 1))
    throw new ArgumentError({
      where: 'localResponseNorm',
      what: 'size is not a number of channels',
      got: String(size),
      expected: 'a whole number from 1',
    });
  const channels = x.shape[1]!;
  const before = Math.floor(size / 2);
  const outputs = Array.from({ length: channels }, (_, c) => {
    const [first, last] = [Math.max(c - before, 0), Math.min(c - before + size, channels)];
    const at = Array.from({ length: last - first }, (__, i) => first + i);
    return { at, weights: at.map(() => 1 / size) };
  });
  const mean = axisMap(x.square(), tapsOf(channels, outputs), 1);
  return x.div(mean.mul(alpha).add(k).pow(beta));
}

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** Exponent of the norm; default 2. */
  readonly p?: number;
  /** Axis that the norm is taken along; default 1. */
  readonly dim?: number;
  /** Smallest norm to divide by; default 1e-12. */
  readonly eps?: number;
}

/** The p-norm along an axis, which stays with length 1; where it is 0 its gradient is 0. */
export function vectorNorm(x: Tensor, p: number, dim: number): Tensor {
  const kept = { keepdims: true };
  if (p === 1) return x.abs().sum(dim, kept);
  if (p === Infinity) return x.abs().max(dim, kept);
  const powers = (p === 2 ? x.square() : x.abs().pow(p)).sum(dim, kept);
  // The root has an infinite slope at 0: it is taken of 1 there, and the norm is 0.
  const none = powers.detach().equal(0);
  const safe = powers.add(none.to(x.dtype));
  return (p === 2 ? safe.sqrt() : safe.pow(1 / p)).sub(none.to(x.dtype));
}

/**
 * Divides by the p-norm along an axis, or by `eps` where that is larger (PyTorch's `F.normalize`).
 *
 * @throws AxisError when the axis is not there.
 * @example
 * import { tensor } from '@isograd/autograd';
 * normalize(tensor([[3, 4]], { dtype: 'float64' })).tolist() // => [ [ 0.6, 0.8 ] ]
 */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  return x.div(vectorNorm(x, p, dim).clip(eps, null));
}
