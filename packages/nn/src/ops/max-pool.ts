import type { View } from '@isograd/device';
import { addPooling as addToJs } from '@isograd/device/pool';
import { addPooling as addToWasm } from '@isograd/wasm/pool';
import {
  type ArrayLike,
  type As,
  type Composed,
  dispatchSeveral,
  kernelTable,
  type NDArray,
  type SeveralSpec,
} from '@isograd/ndarray';
import { pickPlaces } from './place.ts';
import { emptyPlanes } from './planes.ts';
import { ADAPTIVE_SAMPLES, adaptiveErrors, POOL_SAMPLES, poolErrors } from './pool-samples.ts';
import { type Place, type Rank, type Size, spatialOp } from './spatial.ts';
import {
  type AdaptiveSize,
  adaptiveCounts,
  type AxisWindows,
  parts,
  type WindowOptions,
  windowsOf,
} from './windows.ts';

/** Positions along one axis that each window looks at: from `starts[o]` in steps to before `ends[o]`. */
interface AxisRuns {
  readonly length: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly step: number;
}

function runsOf({ length, count, size, stride, padding, dilation }: AxisWindows): AxisRuns {
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  for (let o = 0; o < count; o++) {
    let first = o * stride - padding;
    ends[o] = Math.min(first + (size - 1) * dilation + 1, length);
    while (first < 0) first += dilation;
    starts[o] = first;
  }
  return { length, starts, ends, step: dilation };
}

const partRuns = (length: number, count: number): AxisRuns => {
  const bounds = parts(length, count);
  return {
    length,
    starts: Int32Array.from(bounds, ([start]) => start),
    ends: Int32Array.from(bounds, ([, end]) => end),
    step: 1,
  };
};

// One and two axes are three of which the first have one element and one window.
const WHOLE: AxisRuns = { length: 1, starts: Int32Array.of(0), ends: Int32Array.of(1), step: 1 };

/** Asked for when the first pooling runs: arrays alone have no use for these kernels, and bundles of them do without. */
const kernels = kernelTable((dtype) => {
  addToJs();
  addToWasm();
  return { kind: 'maxPool', dtype };
});

/** An array as the kernel walks it: batch, channels, three spatial axes. */
function asVolumes({ memory, offset, strides }: NDArray, lead: number): View {
  const [batch, channel] = lead > 1 ? [strides[0]!, strides[1]!] : [0, strides[0]!];
  const rest = strides.slice(lead);
  return {
    memory,
    offset,
    strides: [batch, channel, ...Array<number>(3 - rest.length).fill(0), ...rest],
    contiguous: false,
  };
}

/** The first largest element of each window, NaN counting as the largest, and its position in the plane. */
function largest(x: NDArray, runs: readonly AxisRuns[], lead: number): readonly [values: NDArray, positions: NDArray] {
  const shape = [...x.shape.slice(0, lead), ...runs.map(({ starts }) => starts.length)];
  const [values, positions] = [
    emptyPlanes(x, shape, { planes: lead }),
    emptyPlanes(x, shape, { planes: lead, dtype: 'int64' }),
  ];
  const axes = [...Array<AxisRuns>(3 - runs.length).fill(WHOLE), ...runs];
  const bounds = Int32Array.from(axes.flatMap(({ starts, ends }) => [...starts, ...ends]));
  kernels(x.dtype).run(
    [
      ...[values, positions, x].map((array) => asVolumes(array, lead)),
      { memory: bounds, offset: 0, strides: [1], contiguous: true },
    ],
    [
      lead > 1 ? shape[0]! : 1,
      shape[lead - 1]!,
      ...axes.map(({ starts }) => starts.length),
      ...axes.map(({ length }) => length),
    ],
    axes.map(({ step }) => step),
  );
  return [values, positions];
}

interface LargestAttrs {
  readonly runs: readonly AxisRuns[];
  readonly lead: number;
}

/** The largest elements and their positions as an op of its own; the elements have their gradients by {@link pickPlaces}. */
const largestSpec: SeveralSpec<LargestAttrs> = {
  name: 'maxPoolPlaces',
  family: 'neural',
  several: ([x], { runs, lead }) => largest(x!, runs, lead),
  vjp: { nonDifferentiable: 'the results are positions, and elements that are picked again' },
  // Planes are pooled one by one: those of all examples are one larger batch.
  batch: ([x], { op, attrs: { runs, lead }, size, shapes: [shape] }) => {
    const planes = x!.reshape([size * (lead > 1 ? shape![0]! : 1), ...shape!.slice(lead - 1)]);
    return dispatchSeveral(op, [planes], { runs, lead: 2 } as never).map((y) =>
      y.reshape([size, ...shape!.slice(0, lead), ...y.shape.slice(2)]),
    );
  },
  domain: [-2, 2],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null, why: 'a part of pooling' },
};

function pool(x: NDArray, runs: readonly AxisRuns[]): readonly [values: NDArray, indices: () => NDArray] {
  const lead = x.ndim - runs.length;
  const plain = x.plain();
  const [values, positions] = dispatchSeveral(largestSpec, [plain], { runs, lead }) as [NDArray, NDArray];
  const indices = (): NDArray => x.adopt(positions, { op: pickPlaces.spec, inputs: [], attrs: {} as never });
  return [pickPlaces(x, positions, { planes: lead, picked: { of: plain, values } }), indices];
}

/** The largest element of each window. */
export type MaxPool = Composed<<T extends ArrayLike>(x: T, kernelSize: Size, options?: WindowOptions) => As<T>>;
/** The largest element of each window, and its position in the plane that it comes from. */
export type MaxPoolWithIndices = Composed<
  <T extends ArrayLike>(x: T, kernelSize: Size, options?: WindowOptions) => readonly [values: As<T>, indices: As<T>]
>;
/** One number for each of given numbers of parts. */
export type AdaptivePool = Composed<<T extends ArrayLike>(x: T, outputSize: AdaptiveSize) => As<T>>;
/** As {@link AdaptivePool}, with positions. */
export type AdaptivePoolWithIndices = Composed<
  <T extends ArrayLike>(x: T, outputSize: AdaptiveSize) => readonly [values: As<T>, indices: As<T>]
>;

const overWindows = (x: NDArray, place: Place, kernelSize: Size, options: WindowOptions = {}) =>
  pool(x, windowsOf(x, kernelSize, options, place).map(runsOf));

const overParts = (x: NDArray, place: Place, outputSize: AdaptiveSize) =>
  pool(
    x,
    adaptiveCounts(x, outputSize, place).map((count, i) => partRuns(x.shape[x.ndim - place.rank + i]!, count)),
  );

const maxPool = (rank: Rank): MaxPool =>
  spatialOp(`maxPool${rank}d`, rank, {
    samples: POOL_SAMPLES[rank],
    errors: poolErrors(rank),
    torch: `F.max_pool${rank}d(x1, kernel, stride, padding, dilation, ceil)`,
    call: (x, place, kernelSize: Size, options?: WindowOptions) => overWindows(x, place, kernelSize, options)[0],
  });

const maxPoolWithIndices = (rank: Rank): MaxPoolWithIndices =>
  spatialOp(`maxPool${rank}dWithIndices`, rank, {
    samples: POOL_SAMPLES[rank],
    errors: poolErrors(rank),
    torch: `F.max_pool${rank}d_with_indices(x1, kernel, stride, padding, dilation, ceil)`,
    call: (x, place, kernelSize: Size, options?: WindowOptions) => {
      const [values, indices] = overWindows(x, place, kernelSize, options);
      return [values, indices()];
    },
  });

const adaptiveMaxPool = (rank: Rank): AdaptivePool =>
  spatialOp(`adaptiveMaxPool${rank}d`, rank, {
    samples: ADAPTIVE_SAMPLES[rank],
    errors: adaptiveErrors(rank),
    torch: `F.adaptive_max_pool${rank}d(x1, size)`,
    call: (x, place, size: AdaptiveSize) => overParts(x, place, size)[0],
  });

const adaptiveMaxPoolWithIndices = (rank: Rank): AdaptivePoolWithIndices =>
  spatialOp(`adaptiveMaxPool${rank}dWithIndices`, rank, {
    samples: ADAPTIVE_SAMPLES[rank],
    errors: adaptiveErrors(rank),
    torch: `F.adaptive_max_pool${rank}d_with_indices(x1, size)`,
    call: (x, place, size: AdaptiveSize) => {
      const [values, indices] = overParts(x, place, size);
      return [values, indices()];
    },
  });

/**
 * The largest element of each window of kernelSize along length: `[batch, channels, length]`, the batch may be missing (PyTorch's `F.max_pool1d`).
 *
 * Of equal elements the first one counts and has the gradient; NaN counts as the largest.
 *
 * @throws ShapeError where the windows do not fit; ArgumentError for numbers out of range; DTypeError for integers.
 * @example
 * import { tensor } from '@isograd/autograd';
 * maxPool1d(tensor([[1, 3, 2, 5]], { dtype: 'float32' }), 2).tolist() // => [ [ 3, 5 ] ]
 */
export const maxPool1d: MaxPool = maxPool(1);
/**
 * The largest element of each window of kernelSize along height and width: `[batch, channels, height, width]`, the batch may be missing (PyTorch's `F.max_pool2d`).
 *
 * Of equal elements the first one counts and has the gradient; NaN counts as the largest.
 *
 * @throws ShapeError where the windows do not fit; ArgumentError for numbers out of range; DTypeError for integers.
 */
export const maxPool2d: MaxPool = maxPool(2);
/**
 * The largest element of each window of kernelSize along depth, height and width: `[batch, channels, depth, height, width]`, the batch may be missing (PyTorch's `F.max_pool3d`).
 *
 * Of equal elements the first one counts and has the gradient; NaN counts as the largest.
 *
 * @throws ShapeError where the windows do not fit; ArgumentError for numbers out of range; DTypeError for integers.
 */
export const maxPool3d: MaxPool = maxPool(3);
/** The largest element of each window along length and its position in the plane (PyTorch's `F.max_pool1d_with_indices`). */
export const maxPool1dWithIndices: MaxPoolWithIndices = maxPoolWithIndices(1);
/** The largest element of each window along height and width and its position in the plane (PyTorch's `F.max_pool2d_with_indices`). */
export const maxPool2dWithIndices: MaxPoolWithIndices = maxPoolWithIndices(2);
/** The largest element of each window along depth, height and width and its position in the plane (PyTorch's `F.max_pool3d_with_indices`). */
export const maxPool3dWithIndices: MaxPoolWithIndices = maxPoolWithIndices(3);
/** The largest element of each of `outputSize` parts along length (PyTorch's `F.adaptive_max_pool1d`). */
export const adaptiveMaxPool1d: AdaptivePool = adaptiveMaxPool(1);
/** The largest element of each of `outputSize` parts along height and width (PyTorch's `F.adaptive_max_pool2d`). */
export const adaptiveMaxPool2d: AdaptivePool = adaptiveMaxPool(2);
/** The largest element of each of `outputSize` parts along depth, height and width (PyTorch's `F.adaptive_max_pool3d`). */
export const adaptiveMaxPool3d: AdaptivePool = adaptiveMaxPool(3);
/** As {@link adaptiveMaxPool1d}, with the positions in the plane (PyTorch's `F.adaptive_max_pool1d_with_indices`). */
export const adaptiveMaxPool1dWithIndices: AdaptivePoolWithIndices = adaptiveMaxPoolWithIndices(1);
/** As {@link adaptiveMaxPool2d}, with the positions in the plane (PyTorch's `F.adaptive_max_pool2d_with_indices`). */
export const adaptiveMaxPool2dWithIndices: AdaptivePoolWithIndices = adaptiveMaxPoolWithIndices(2);
/** As {@link adaptiveMaxPool3d}, with the positions in the plane (PyTorch's `F.adaptive_max_pool3d_with_indices`). */
export const adaptiveMaxPool3dWithIndices: AdaptivePoolWithIndices = adaptiveMaxPoolWithIndices(3);
