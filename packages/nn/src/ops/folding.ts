import { ShapeError } from '@isograd/device';
import {
  type ArrayLike,
  type BatchRule,
  defineOp,
  dispatch,
  type NDArray,
  type Op,
  operand,
  type OpSpec,
  type Sample,
  type Shape,
  type Slice,
  slice,
  zeros,
} from '@isograd/ndarray';
import { perAxis, show } from './conv-geometry.ts';

/** Options of {@link unfold}: numbers for all axes or for each. */
export interface UnfoldOptions {
  /** Distance of neighbouring blocks; default 1. */
  readonly stride?: number | readonly number[];
  /** Zeros on both sides; default 0. */
  readonly padding?: number | readonly number[];
  /** Distance of neighbouring elements of a block; default 1. */
  readonly dilation?: number | readonly number[];
}

interface Attrs {
  readonly where: string;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  /** Spatial lengths of what is folded together. */
  readonly size: Shape;
}

/** Number of blocks along each axis. */
function blocks({ where, kernel, stride, padding, dilation, size }: Attrs): readonly number[] {
  const counts = size.map(
    (n, d) => Math.floor((n + 2 * padding[d]! - dilation[d]! * (kernel[d]! - 1) - 1) / stride[d]!) + 1,
  );
  if (counts.every((n) => n > 0)) return counts;
  throw new ShapeError({
    where,
    what: 'a block is larger than the padded array',
    got: `array [${size.join(', ')}], kernelSize [${kernel.join(', ')}]`,
    expected: 'a padded array of at least dilation * (kernelSize - 1) + 1',
  });
}

/** Visits the elements of a block: its index, and where it lies in the padded array for all blocks. */
function forEachElement(
  attrs: Attrs,
  counts: readonly number[],
  visit: (at: readonly number[], places: readonly Slice[]) => void,
): void {
  const { kernel, stride, dilation } = attrs;
  const total = kernel.reduce((a, b) => a * b, 1);
  for (let i = 0; i < total; i++) {
    let rest = i;
    const at = kernel.map(() => 0);
    for (let d = kernel.length - 1; d >= 0; d--) {
      at[d] = rest % kernel[d]!;
      rest = Math.floor(rest / kernel[d]!);
    }
    const places = at.map((k, d) => {
      const start = k * dilation[d]!;
      return slice(start, start + (counts[d]! - 1) * stride[d]! + 1, stride[d]!);
    });
    visit(at, places);
  }
}

/** The array with its zeros around it. */
function padded(x: NDArray, { padding }: Attrs): NDArray {
  if (padding.every((p) => p === 0)) return x;
  return x.pad([[0, 0], [0, 0], ...padding.map((p) => [p, p] as const)] as never);
}

function takeBlocks(x: NDArray, attrs: Attrs): NDArray {
  const counts = blocks(attrs);
  const [batch, channels] = x.shape as [number, number];
  const source = padded(x, attrs);
  const out = zeros([batch, channels, ...attrs.kernel, ...counts], { dtype: x.dtype });
  forEachElement(attrs, counts, (at, places) => out.set([':', ':', ...at], source.at(':', ':', ...places)));
  return out.reshape([batch, channels * attrs.kernel.reduce((a, b) => a * b, 1), counts.reduce((a, b) => a * b, 1)]);
}

function addBlocks(x: NDArray, attrs: Attrs): NDArray {
  const counts = blocks(attrs);
  const { kernel, padding, size, where } = attrs;
  const elements = kernel.reduce((a, b) => a * b, 1);
  const total = counts.reduce((a, b) => a * b, 1);
  const [batch, rows] = x.shape as [number, number];
  if (rows % elements !== 0 || x.shape[2] !== total)
    throw new ShapeError({
      where,
      what: 'the blocks do not fit the result',
      got: `x ${show(x)}`,
      expected: `[batch, a multiple of ${elements}, ${total}]`,
      hint: 'are outputSize and the options those of unfold?',
    });
  const parts = x.reshape([batch, rows / elements, ...kernel, ...counts]);
  const sums = zeros([batch, rows / elements, ...size.map((n, d) => n + 2 * padding[d]!)], { dtype: x.dtype });
  forEachElement(attrs, counts, (at, places) => {
    const index = [':', ':', ...places] as const;
    sums.set([...index], sums.at(...index).add(parts.at(':', ':', ...at)));
  });
  return sums.at(':', ':', ...size.map((n, d) => slice(padding[d]!, padding[d]! + n))).copy();
}

function checkAxes(x: NDArray, ndim: number, where: string): void {
  if (x.ndim === ndim) return;
  throw new ShapeError({
    where,
    what: 'wrong number of axes',
    got: show(x),
    expected: ndim === 3 ? '[batch, channels * block, blocks]' : '[batch, channels, height, width]',
  });
}

const UNFOLD_SAMPLES: readonly Sample[] = [
  [[2, 2, 4, 5], [2, 3], {}] as const,
  [[1, 3, 5, 4], [3, 2], { stride: [2, 1], padding: [1, 0], dilation: [1, 2] }] as const,
  [[2, 1, 3, 3], [1, 1], { padding: [1, 1] }] as const,
].map(([shape, kernelSize, options]) => ({
  inputs: [shape],
  args: [kernelSize, options],
  attrs: { kernelSize, stride: [1, 1], padding: [0, 0], dilation: [1, 1], ...options },
}));

/** The batches of all examples as one. */
const inLargerBatch: BatchRule<Attrs> = ([x], { op, attrs, size }) => {
  const [, batch, ...rest] = x!.shape;
  const y = dispatch(op, [x!.reshape([size * batch!, ...rest])], attrs as never);
  return y.reshape([size, batch!, ...y.shape.slice(1)]);
};

const unfoldSpec: OpSpec<Attrs> = {
  name: 'unfold',
  family: 'neural',
  domain: [-2, 2],
  forward: ([x], attrs) => takeBlocks(x!, attrs),
  vjp: (g, { attrs }) => [dispatch(foldSpec, [g], attrs)],
  linear: 'each',
  batch: inLargerBatch,
  samples: UNFOLD_SAMPLES,
  errors: [
    { inputs: [[1, 2, 2, 5]], args: [3], throws: 'a block is larger' },
    { inputs: [[2, 4, 5]], args: [2], throws: 'wrong number of axes' },
    { inputs: [[1, 2, 4, 5]], args: [[2, 0]], throws: 'kernelSize does not fit' },
  ],
  parity: {
    numpy: null,
    torch: 'F.unfold(x1, kernelSize, dilation, padding, stride)',
    why: 'NumPy has windows without padding, strides and channels',
  },
};

const foldSpec: OpSpec<Attrs> = {
  name: 'fold',
  family: 'neural',
  domain: [-2, 2],
  forward: ([x], attrs) => addBlocks(x!, attrs),
  vjp: (g, { attrs }) => [dispatch(unfoldSpec, [g], attrs)],
  linear: 'each',
  batch: inLargerBatch,
  samples: [
    [[2, 12, 9], [4, 5], [2, 3], {}] as const,
    [[1, 12, 9], [5, 4], [3, 2], { stride: [2, 1], padding: [1, 0], dilation: [1, 1] }] as const,
  ].map(([shape, outputSize, kernelSize, options]) => ({
    inputs: [shape],
    args: [outputSize, kernelSize, options],
    attrs: { outputSize, kernelSize, stride: [1, 1], padding: [0, 0], dilation: [1, 1], ...options },
  })),
  errors: [
    { inputs: [[1, 7, 9]], args: [[4, 5], 2], throws: 'the blocks do not fit' },
    {
      inputs: [[1, 12, 8]],
      args: [
        [4, 5],
        [2, 3],
      ],
      throws: 'the blocks do not fit',
    },
    { inputs: [[1, 1, 4, 5]], args: [[4, 5], 2], throws: 'wrong number of axes' },
  ],
  parity: {
    numpy: null,
    torch: 'F.fold(x1, outputSize, kernelSize, dilation, padding, stride)',
    why: 'NumPy has nothing like it',
  },
};

type Lengths = number | readonly number[];

function attrsOf(where: string, size: Shape, kernelSize: Lengths, options: UnfoldOptions): Attrs {
  const read = (name: string, value: Lengths, least: number): readonly number[] =>
    perAxis(value, size.length, { where, name, least });
  return {
    where,
    size,
    kernel: read('kernelSize', kernelSize, 1),
    stride: read('stride', options.stride ?? 1, 1),
    padding: read('padding', options.padding ?? 0, 0),
    dilation: read('dilation', options.dilation ?? 1, 1),
  };
}

/**
 * Blocks of images, one a column (PyTorch's `F.unfold`, im2col): `x` `[batch, channels, height, width]` → `[batch, channels * block, blocks]`.
 *
 * @throws ShapeError when the blocks do not fit; ArgumentError for options out of range.
 * @example
 * import { tensor } from '@isograd/autograd';
 * unfold(tensor([[[[1, 2, 3], [4, 5, 6]]]]), 2).tolist() // => [ [ [ 1, 2 ], [ 2, 3 ], [ 4, 5 ], [ 5, 6 ] ] ]
 */
export const unfold: Op<<T extends NDArray>(x: T, kernelSize: Lengths, options?: UnfoldOptions) => T> = defineOp(
  unfoldSpec,
  (x: ArrayLike, kernelSize: Lengths, options: UnfoldOptions = {}) => {
    const images = operand(x, 'unfold');
    checkAxes(images, 4, 'unfold');
    return dispatch(unfoldSpec, [images], attrsOf('unfold', images.shape.slice(2), kernelSize, options));
  },
);

/**
 * Images from blocks, which are added where they overlap (PyTorch's `F.fold`, col2im): `x` `[batch, channels * block, blocks]` → `[batch, channels, height, width]`.
 *
 * @param outputSize - Height and width of the result.
 * @throws ShapeError when the blocks do not fit; ArgumentError for options out of range.
 * @example
 * import { ones } from '@isograd/autograd';
 * fold(ones([1, 4, 2]), [2, 3], 2).tolist() // => [ [ [ [ 1, 2, 1 ], [ 1, 2, 1 ] ] ] ]
 */
export const fold: Op<
  <T extends NDArray>(x: T, outputSize: Lengths, kernelSize: Lengths, options?: UnfoldOptions) => T
> = defineOp(foldSpec, (x: ArrayLike, outputSize: Lengths, kernelSize: Lengths, options: UnfoldOptions = {}) => {
  const columns = operand(x, 'fold');
  checkAxes(columns, 3, 'fold');
  const size = perAxis(outputSize, 2, { where: 'fold', name: 'outputSize', least: 1 });
  return dispatch(foldSpec, [columns], attrsOf('fold', size, kernelSize, options));
});
