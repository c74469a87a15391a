import { ArgumentError } from '@isograd/device';
import { type ArrayLike, type As, type Composed, type NDArray, type Sample, where } from '@isograd/ndarray';
import { axisMap, type Tap, type Taps, tapsOf } from './axis-map.ts';
import type { AdaptivePool } from './max-pool.ts';
import { ADAPTIVE_SAMPLES, adaptiveErrors, poolErrors, poolSample, WINDOW_SAMPLES } from './pool-samples.ts';
import { type Place, type Rank, type Size, spatialOp } from './spatial.ts';
import {
  type AdaptiveSize,
  adaptiveCounts,
  type AxisWindows,
  parts,
  type WindowOptions,
  windowsOf,
} from './windows.ts';

/** Options of average pools. */
export interface AveragePoolOptions extends Omit<WindowOptions, 'dilation'> {
  /** Whether the zeros of the padding count as elements; default true. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by instead of the number of elements; two and three axes only. */
  readonly divisorOverride?: number | undefined;
}

/** The mean of each window. */
export type AveragePool = Composed<
  <T extends ArrayLike>(x: T, kernelSize: Size, options?: AveragePoolOptions) => As<T>
>;

const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, i) => start + i);

/** Means of the windows along one axis; the mean over several axes is that of the means. */
function meanTaps(windows: AxisWindows, countPadding: boolean, divisor: number | undefined): Taps {
  const { length, count, size, stride, padding } = windows;
  const outputs = range(0, count).map((o): Tap => {
    const start = o * stride - padding;
    const end = Math.min(start + size, length + padding);
    const at = range(Math.max(start, 0), Math.min(end, length));
    return { at, weights: at.map(() => 1 / (divisor ?? (countPadding ? end - start : at.length))) };
  });
  return tapsOf(length, outputs);
}

function averagePool(x: NDArray, place: Place, kernelSize: Size, options: AveragePoolOptions = {}): NDArray {
  const { countIncludePad = true, divisorOverride } = options;
  const windows = windowsOf(x, kernelSize, options, place);
  if (divisorOverride === 0)
    throw new ArgumentError({
      where: place.where,
      what: 'divisorOverride is zero',
      got: '0',
      expected: 'another number, or undefined for the number of elements',
    });
  return windows.reduce((y, axis, i) => {
    const divisor = divisorOverride === undefined ? undefined : i === 0 ? divisorOverride : 1;
    return axisMap(y, meanTaps(axis, countIncludePad, divisor), x.ndim - place.rank + i);
  }, x);
}

function adaptiveAveragePool(x: NDArray, place: Place, outputSize: AdaptiveSize): NDArray {
  return adaptiveCounts(x, outputSize, place).reduce((y, count, i) => {
    const axis = x.ndim - place.rank + i;
    const bounds = parts(x.shape[axis]!, count);
    const outputs = bounds.map(([start, end]): Tap => {
      const at = range(start, end);
      return { at, weights: at.map(() => 1 / at.length) };
    });
    return axisMap(y, tapsOf(x.shape[axis]!, outputs), axis);
  }, x);
}

const averageSamples = (rank: Rank): readonly Sample[] => {
  const shape = [2, 7, 6, 5].slice(0, rank + 1);
  const [includes, without] = [{ include: true }, { include: false }];
  return [
    ...WINDOW_SAMPLES[rank].map((sample) => ({ ...sample, attrs: { ...sample.attrs, ...includes, divisor: null } })),
    poolSample([shape, 3, { stride: 2, padding: 1, countIncludePad: false } as WindowOptions], {
      ...without,
      divisor: null,
    }),
    ...(rank > 1 ? [poolSample([shape, 2, { divisorOverride: 3 } as WindowOptions], { ...includes, divisor: 3 })] : []),
  ];
};

const avgPool = (rank: Rank): AveragePool =>
  spatialOp(`avgPool${rank}d`, rank, {
    samples: averageSamples(rank),
    errors: [
      ...poolErrors(rank),
      { inputs: [[2, 4, 4, 4].slice(0, rank + 1)], args: [2, { divisorOverride: 0 }], throws: 'is zero' },
    ],
    torch:
      rank === 1
        ? 'F.avg_pool1d(x1, kernel, stride, padding, ceil, include)'
        : `F.avg_pool${rank}d(x1, kernel, stride, padding, ceil, include, divisor)`,
    call: averagePool,
  });

/**
 * The mean of each window along length: `[batch, channels, length]`, the batch may be missing (PyTorch's `F.avg_pool1d`).
 *
 * @throws ShapeError where the windows do not fit; ArgumentError for numbers out of range; DTypeError for integers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * avgPool1d(tensor([[1, 3, 2, 5]], { dtype: 'float32' }), 2).tolist() // => [ [ 2, 3.5 ] ]
 */
export const avgPool1d: AveragePool = avgPool(1);
/** The mean of each window along height and width, see {@link avgPool1d} (PyTorch's `F.avg_pool2d`). */
export const avgPool2d: AveragePool = avgPool(2);
/** The mean of each window along depth, height and width, see {@link avgPool1d} (PyTorch's `F.avg_pool3d`). */
export const avgPool3d: AveragePool = avgPool(3);

const adaptiveAvgPool = (rank: Rank): AdaptivePool =>
  spatialOp(`adaptiveAvgPool${rank}d`, rank, {
    samples: ADAPTIVE_SAMPLES[rank],
    errors: adaptiveErrors(rank),
    torch: `F.adaptive_avg_pool${rank}d(x1, size)`,
    call: adaptiveAveragePool,
  });

/** The mean of each of `outputSize` parts along length (PyTorch's `F.adaptive_avg_pool1d`). */
export const adaptiveAvgPool1d: AdaptivePool = adaptiveAvgPool(1);
/** The mean of each of `outputSize` parts along height and width (PyTorch's `F.adaptive_avg_pool2d`). */
export const adaptiveAvgPool2d: AdaptivePool = adaptiveAvgPool(2);
/** The mean of each of `outputSize` parts along depth, height and width (PyTorch's `F.adaptive_avg_pool3d`). */
export const adaptiveAvgPool3d: AdaptivePool = adaptiveAvgPool(3);

/** Options of power-average pools. */
export interface PowerPoolOptions {
  /** Step from window to window; default the length of the window. */
  readonly stride?: Size | undefined;
  /** Whether a last window may reach beyond the end; default false. */
  readonly ceilMode?: boolean;
}

/** `(Σ xᵖ)^(1/p)` over each window. */
export type PowerPool = Composed<
  <T extends ArrayLike>(x: T, normType: number, kernelSize: Size, options?: PowerPoolOptions) => As<T>
>;

const lpPool = (rank: Rank): PowerPool =>
  spatialOp(`lpPool${rank}d`, rank, {
    samples: WINDOW_SAMPLES[rank]
      .filter(({ attrs }) => attrs!.padding === 0)
      .map((sample, i) => {
        const p = [2, 3][i % 2]!;
        const [shape] = sample.inputs as [readonly number[]];
        return {
          ...sample,
          inputs: [{ shape, domain: [0.5, 2] }],
          args: [p, ...sample.args!],
          attrs: { ...sample.attrs, p },
        };
      }),
    errors: [{ inputs: [[3]], args: [2, 2], throws: 'another number of axes' }],
    torch: `F.lp_pool${rank}d(x1, p, kernel, stride, ceil)`,
    call: (x, place, p: number, ...[kernelSize, options = {}]: readonly [Size, PowerPoolOptions?]) => {
      const mean = averagePool(x.pow(p), place, kernelSize, options);
      const elements = typeof kernelSize === 'number' ? kernelSize ** rank : kernelSize.reduce((a, b) => a * b, 1);
      // A root has no slope at 0, where PyTorch gives 0.
      return where(mean.equal(0), 0, mean)
        .mul(elements)
        .pow(1 / p);
    },
  });

/** `(Σ xᵖ)^(1/p)` over each window along length, `p` the norm type (PyTorch's `F.lp_pool1d`). */
export const lpPool1d: PowerPool = lpPool(1);
/** `(Σ xᵖ)^(1/p)` over each window along height and width (PyTorch's `F.lp_pool2d`). */
export const lpPool2d: PowerPool = lpPool(2);
/** `(Σ xᵖ)^(1/p)` over each window along depth, height and width (PyTorch's `F.lp_pool3d`). */
export const lpPool3d: PowerPool = lpPool(3);
