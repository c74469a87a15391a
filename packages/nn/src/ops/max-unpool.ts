import { ArgumentError, ShapeError } from '@isograd/device';
import { type ArrayLike, type As, type Composed, type NDArray, type Sample, type Shape } from '@isograd/ndarray';
import { placeElements } from './place.ts';
import { type Place, type Rank, type Size, sizes, spatialOp, spatialStart } from './spatial.ts';

/** Options of {@link maxUnpool2d} and its relatives. */
export interface UnpoolOptions {
  /** Step between the windows that were pooled; default the length of the window. */
  readonly stride?: Size | undefined;
  /** Padding with which was pooled; default 0. */
  readonly padding?: Size;
  /** Lengths of the result, or its whole shape; default the smallest that pools to the input. */
  readonly outputSize?: Shape | undefined;
}

/** Puts elements back where they were the largest of their windows. */
export type MaxUnpool = Composed<
  <T extends ArrayLike>(x: T, indices: NDArray, kernelSize: Size, options?: UnpoolOptions) => As<T>
>;

function outputLengths(x: NDArray, kernelSize: Size, options: UnpoolOptions, place: Place): readonly number[] {
  const start = x.ndim - place.rank;
  const kernel = sizes(kernelSize, 'kernelSize', 1, place);
  const stride = options.stride === undefined ? kernel : sizes(options.stride, 'stride', 1, place);
  const padding = sizes(options.padding ?? 0, 'padding', 0, place);
  const least = kernel.map((k, i) => (x.shape[start + i]! - 1) * stride[i]! + k - 2 * padding[i]!);
  if (options.outputSize === undefined) return least;
  const given = options.outputSize.slice(-place.rank);
  const fits = given.every((n, i) => n > least[i]! - stride[i]! && n < least[i]! + stride[i]!);
  if (given.length === place.rank && fits) return given;
  throw new ArgumentError({
    where: place.where,
    what: 'outputSize is not one that pools to the input',
    got: JSON.stringify(options.outputSize),
    expected: least.map((n, i) => `${n - stride[i]! + 1} to ${n + stride[i]! - 1}`).join(', '),
  });
}

type UnpoolArguments = readonly [indices: NDArray, kernelSize: Size, options?: UnpoolOptions];

function unpool(x: NDArray, place: Place, ...[indices, kernelSize, options = {}]: UnpoolArguments): NDArray {
  const start = spatialStart(x, place);
  if (indices.shape.join() !== x.shape.join())
    throw new ShapeError({
      where: place.where,
      what: 'there is not one position for each element',
      got: `x [${x.shape.join(', ')}], indices [${indices.shape.join(', ')}]`,
      expected: 'equal shapes',
    });
  const lengths = outputLengths(x, kernelSize, options, place);
  return placeElements(x, indices.plain().astype('int64'), {
    shape: [...x.shape.slice(0, start), ...lengths],
    planes: start,
    overwrite: place.where,
  });
}

const POSITIONS = [5, 1, 11, 2, 9, 3] as const;
const SAMPLES: { readonly [R in Rank]: readonly (readonly [Shape, Size, UnpoolOptions?])[] } = {
  1: [
    [[1, 2, 3], 4],
    [[2, 3], 4, { outputSize: [13] }],
  ],
  2: [
    [[1, 1, 2, 3], 2],
    [[1, 2, 3], [3, 2], { stride: 2, outputSize: [6, 6] }],
  ],
  3: [[[1, 1, 1, 2, 3], 2]],
};

const sampleOf = ([shape, kernel, options]: readonly [Shape, Size, UnpoolOptions?]): Sample => ({
  inputs: [shape, { shape, dtype: 'int64', values: POSITIONS }],
  args: options ? [kernel, options] : [kernel],
  attrs: { kernel, stride: options?.stride ?? null, size: options?.outputSize ?? null },
});

const maxUnpool = (rank: Rank): MaxUnpool =>
  spatialOp(`maxUnpool${rank}d`, rank, {
    samples: SAMPLES[rank].map(sampleOf),
    errors: [
      {
        inputs: [new Array<number>(rank + 2).fill(2), { shape: [2], dtype: 'int64' }],
        args: [2],
        throws: 'one position',
      },
      {
        inputs: [
          new Array<number>(rank + 1).fill(1),
          { shape: new Array<number>(rank + 1).fill(1), dtype: 'int64', values: [99] },
        ],
        args: [2],
        throws: 'outside the plane',
      },
      {
        inputs: [
          new Array<number>(rank + 1).fill(1),
          { shape: new Array<number>(rank + 1).fill(1), dtype: 'int64', values: [0] },
        ],
        args: [2, { outputSize: new Array<number>(rank).fill(9) }],
        throws: 'outputSize is not one',
      },
    ],
    torch: `F.max_unpool${rank}d(x1, x2, kernel, stride, 0, size)`,
    call: unpool,
  });

/**
 * Zeros with the elements of `x` at the positions that {@link maxPool1dWithIndices} gave (PyTorch's `F.max_unpool1d`).
 *
 * @throws ShapeError or ArgumentError where sizes do not fit; IndexError for a position outside the plane.
 */
export const maxUnpool1d: MaxUnpool = maxUnpool(1);
/** As {@link maxUnpool1d}, of planes (PyTorch's `F.max_unpool2d`). */
export const maxUnpool2d: MaxUnpool = maxUnpool(2);
/** As {@link maxUnpool1d}, of volumes (PyTorch's `F.max_unpool3d`). */
export const maxUnpool3d: MaxUnpool = maxUnpool(3);
