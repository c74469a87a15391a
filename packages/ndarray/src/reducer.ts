import {
  type DType,
  deviceGeneration,
  DTYPES,
  expr as e,
  type Expr,
  isComplex,
  isFloat,
  type Kernel,
  kernelFor,
  lowerComplex,
  reducedDType,
  type ReduceOp,
  ShapeError,
  sizeOf,
  type View,
} from '@isograd/device';
import { NDArray, type Shape } from './array.ts';
import { broadcastStrides, sameShape, show } from './broadcast.ts';
import { foldComplex } from './complex-folds.ts';
import { bufferedSum, hasLongRows } from './buffered-sums.ts';
import { dtypeCode } from './dtype-code.ts';
import { endsInOneRun, memoryOrder, packed } from './memory-order.ts';
import { imagView, realView } from './parts.ts';
import { NUMPY, type Promotion } from './promotion.ts';
import { type ReduceAttrs, reducedCount, reducedShape } from './reduce-attrs.ts';
import { interleavedSums, sumsInterleaved } from './short-sums.ts';
import { allocate } from './storage.ts';

/** How one reduction runs. */
export interface Reduction {
  readonly name: string;
  readonly op: ReduceOp;
  /** What becomes of each element first, from it and from operands that broadcast to its array; default nothing. */
  readonly pre?: ((x: Expr, ...rest: Expr[]) => Expr) | undefined;
  /** Dtype in which it computes. */
  readonly dtype: (x: DType, rule: Promotion) => DType;
}

/** NumPy's rule for sums: bools and integers are summed as int64, unsigned ones as uint64 (as int64 in PyTorch). */
export const sumType = (x: DType, rule: Promotion = NUMPY): DType =>
  isFloat(x) || isComplex(x) ? x : DTYPES[x].kind === 'u' && rule === NUMPY ? 'uint64' : 'int64';

/** Floats stay, float16 as float32, all else becomes the default float: what averages are computed in. */
export const averageType = (x: DType, rule: Promotion): DType =>
  x === 'float16' ? 'float32' : isFloat(x) || isComplex(x) ? x : rule.defaultFloat;

/** Runs a reduction: the array to reduce, then what `pre` takes beside it. */
export type ReduceRun = (inputs: readonly NDArray[], attrs: ReduceAttrs, rule: Promotion) => NDArray;

interface Compiled {
  /** One kernel, or one for each part of a complex result. */
  readonly kernels: readonly Kernel[];
  readonly dtype: DType;
  /** Whether complex operands are given as their parts. */
  readonly byParts: boolean;
}

/** What is asked of one reduction. */
interface Reducing {
  readonly axes: readonly number[];
  readonly dtype: DType;
  /** The axes that remain. */
  readonly kept: Shape;
  readonly rule: Promotion;
}

function compileReduction(spec: Reduction, inputs: readonly NDArray[], dtype: DType): Compiled {
  const dtypes = inputs.map((x) => x.dtype);
  const [x, ...rest] = dtypes.map((d, i) =>
    e.cast(e.input(i, d), isComplex(d) && !isComplex(dtype) && dtype !== 'bool' ? d : dtype),
  );
  const body = spec.pre ? spec.pre(x!, ...rest) : x!;
  const byParts = isComplex(body.dtype) || dtypes.some(isComplex);
  const { inputs: operands, outputs } = byParts ? lowerComplex(dtypes, [body]) : { inputs: dtypes, outputs: [body] };
  const kernels = outputs.map((pre) => kernelFor({ kind: 'reduce', inputs: operands, scalars: [], pre, op: spec.op }));
  return { kernels, dtype: reducedDType(spec.op, body.dtype), byParts };
}

/** Finds the kernel of a reduction; kernels are kept by dtype until the device changes. */
function kernelFinder(spec: Reduction): (inputs: readonly NDArray[], dtype: DType) => Compiled {
  const cache = new Map<number, Compiled>();
  let generation = -1;
  return (inputs, dtype) => {
    if (generation !== deviceGeneration()) {
      cache.clear();
      generation = deviceGeneration();
    }
    let key = dtypeCode(dtype);
    for (let i = 0; i < inputs.length; i++) key = key * 16 + dtypeCode(inputs[i]!.dtype);
    let entry = cache.get(key);
    if (entry === undefined) {
      entry = compileReduction(spec, inputs, dtype);
      generation = deviceGeneration();
      cache.set(key, entry);
    }
    return entry;
  };
}

/** Makes the function that reduces plain arrays. */
export function reducer(spec: Reduction): ReduceRun {
  const kernelOf = kernelFinder(spec);
  const compute = (operands: readonly NDArray[], { axes, dtype, kept, rule }: Reducing): NDArray => {
    const x = operands[0]!;
    // Which of several complex numbers with NaN is the extreme one depends on the order, too.
    const extreme = isComplex(dtype) && (spec.op === 'max' || spec.op === 'min');
    const inOrder = extreme || rounds(spec.op, dtype) ? axesInOrder(x, axes) : axes;
    if (isComplex(dtype) && foldsComplex(spec, x, axes)) return foldComplex(spec.op, x, inOrder, dtype);
    const { kernels, dtype: outType, byParts } = kernelOf(operands, dtype);
    const out = new NDArray(allocate(outType, sizeOf(kept)), outType, kept);
    const count = reducedCount(x.shape, axes);
    const rows = spec.op === 'sum' && spec.pre === undefined && axes[0] === kept.length;
    if (rows && sumsInterleaved(x, count, rule)) interleavedSums(x, count, out.memory as Float32Array);
    else if (byParts) runParts(kernels, out, operands, inOrder);
    else runReduce(kernels[0]!, out, operands, inOrder);
    return out;
  };
  const throughBuffer = (x: NDArray, { axes, keepdims }: ReduceAttrs, dtype: DType): NDArray | undefined => {
    if (spec.op !== 'sum' || axes.length < x.ndim || !needsBuffer(x, dtype)) return undefined;
    const rowSums = (rows: NDArray): NDArray =>
      compute([rows], { axes: [rows.ndim - 1], dtype, kept: rows.shape.slice(0, -1), rule: NUMPY });
    const sum = bufferedSum(x, dtype, rowSums);
    if (sum === undefined) return undefined;
    const storage = allocate(dtype, 1);
    (storage.memory as Float64Array)[0] = sum;
    return new NDArray(storage, dtype, keepdims ? x.shape.map(() => 1) : NO_AXES);
  };
  return (inputs, attrs, rule) => {
    const { axes } = attrs;
    const dtype = attrs.dtype ?? spec.dtype(inputs[0]!.dtype, rule);
    if (isAtOnce(spec, inputs[0]!, rule) && isOneRun(inputs[0]!, attrs, dtype))
      return oneRun(spec.op, kernelOf(inputs, dtype), inputs[0]!);
    const buffered = rule === NUMPY && spec.pre === undefined ? throughBuffer(inputs[0]!, attrs, dtype) : undefined;
    if (buffered !== undefined) return buffered;
    const operands = spec.pre === undefined ? [converted(spec.op, inputs[0]!, axes, dtype)] : inputs;
    const x = operands[0]!;
    checkNotEmpty(spec, x, axes);
    const kept = axes.length === x.ndim ? NO_AXES : reducedShape(x.shape, { axes, keepdims: false });
    const out = compute(operands, { axes, dtype, kept, rule });
    if (spec.op === 'sum' && rounds('sum', out.dtype)) startFromZero(out);
    return attrs.keepdims ? new NDArray(out.storage, out.dtype, reducedShape(x.shape, attrs)) : out;
  };
}

/** Whether all elements are reduced to one as they lie in memory: what most calls are, which need nothing else to be looked at. */
export function isOneRun(x: NDArray, { axes, keepdims }: ReduceAttrs, dtype: DType): boolean {
  if (!x.contiguous || keepdims || x.dtype !== dtype || x.size === 0 || axes.length < x.shape.length) return false;
  return dtype !== 'float16' && !isComplex(dtype);
}

const isAtOnce = ({ op, pre }: Reduction, x: NDArray, rule: Promotion): boolean =>
  pre === undefined && !(op === 'sum' && sumsInterleaved(x, x.size, rule));

function oneRun(op: ReduceOp, { kernels, dtype }: Compiled, x: NDArray): NDArray {
  const out = new NDArray(allocate(dtype, 1), dtype, NO_AXES);
  kernels[0]!.run([out, x], x.shape, NO_SCALARS);
  if (op === 'sum' && isFloat(dtype)) startFromZero(out);
  return out;
}

/** Whether the order of the elements shows in the result. */
const rounds = (op: ReduceOp, dtype: DType): boolean =>
  (op === 'sum' || op === 'prod') && (isFloat(dtype) || isComplex(dtype));

/** An array as it is to be reduced: complex exactly where the result is, and as NumPy walks it. */
function converted(op: ReduceOp, x: NDArray, axes: readonly number[], dtype: DType): NDArray {
  if (isComplex(x.dtype) !== isComplex(dtype) && dtype !== 'bool') return packed(x, dtype);
  return rounds(op, dtype) ? walked(x, axes, dtype) : x;
}

/** Whether NumPy may take a sum through its buffer: what is converted and not exact, and what has gaps. */
function needsBuffer(x: NDArray, dtype: DType): boolean {
  if (x.dtype === dtype ? x.contiguous : isExactIn(x, dtype)) return false;
  return (dtype === 'float32' || dtype === 'float64') && !isComplex(x.dtype);
}

/** Whether sums of these integers are exact in a dtype, in whatever order. */
const isExactIn = (x: NDArray, dtype: DType): boolean =>
  dtype === 'float64' && !isFloat(x.dtype) && !isComplex(x.dtype) && x.itemsize < 8;

/** An array as NumPy walks it: what it converts on the way, or cannot walk in one run, it first copies into a buffer without gaps. */
function walked(x: NDArray, axes: readonly number[], dtype: DType): NDArray {
  if (x.contiguous) return x;
  const exact = isExactIn(x, dtype);
  if (x.dtype !== dtype && !exact) return packed(x, dtype);
  return axes.length < 2 || exact || endsInOneRun(x, axes) || hasLongRows(x) ? x : packed(x);
}

/** Axes that are reduced in the order in which NumPy walks them, that of the memory. */
function axesInOrder(x: NDArray, axes: readonly number[]): readonly number[] {
  if (x.contiguous || axes.length < 2) return axes;
  return memoryOrder(x).filter((d) => axes.includes(d));
}

/** NumPy's sums start at 0: those of -0 alone are 0. */
function startFromZero(out: NDArray): void {
  if (out.dtype === 'float16') {
    const bits = out.memory as Uint16Array;
    for (let i = 0; i < bits.length; i++) if (bits[i] === 0x8000) bits[i] = 0;
    return;
  }
  const memory = out.memory as Float64Array;
  for (let i = 0; i < memory.length; i++) memory[i]! += 0;
}

/** Orders and products of complex numbers have no kernel; sums along the shortest steps are pairwise, in NumPy's own order. */
function foldsComplex({ op, pre }: Reduction, x: NDArray, axes: readonly number[]): boolean {
  if (pre !== undefined || op === 'any' || op === 'all') return false;
  return op !== 'sum' || x.ndim === 0 || axes.includes(innermostAxis(x));
}

/** The axis along which elements lie closest; of those of length 1 there are none. */
function innermostAxis(x: NDArray): number {
  const long = memoryOrder(x).filter((d) => x.shape[d] !== 1);
  return long.at(-1) ?? 0;
}

function runParts(kernels: readonly Kernel[], out: NDArray, inputs: readonly NDArray[], axes: readonly number[]): void {
  const operands = inputs.flatMap((x) => (isComplex(x.dtype) ? [realView(x), imagView(x)] : [x]));
  const targets = isComplex(out.dtype) ? [realView(out), imagView(out)] : [out];
  kernels.forEach((kernel, i) => runReduce(kernel, targets[i]!, operands, axes));
}

const NO_AXES: readonly number[] = [];
const NO_SCALARS: readonly number[] = [];

function checkNotEmpty({ name, op }: Reduction, x: NDArray, axes: readonly number[]): void {
  const extreme = op === 'max' || op === 'min' || op === 'argmax' || op === 'argmin';
  if (x.size > 0 || !extreme || reducedCount(x.shape, axes) > 0) return;
  throw new ShapeError({
    where: name,
    what: 'zero-size array to a reduction that has no identity',
    got: show(x.shape),
    expected: 'at least one element along the reduced axes',
    hint: 'check x.size first',
  });
}

/** Runs a kernel with the kept axes in front; arrays whose reduced axes are the last ones go as they are. */
function runReduce(kernel: Kernel, out: NDArray, inputs: readonly NDArray[], axes: readonly number[]): void {
  const x = inputs[0]!;
  const kept = x.ndim - axes.length;
  const views: View[] = [out];
  if (axes.every((axis, i) => axis === kept + i)) {
    for (const input of inputs) views.push(sameShape(input.shape, x.shape) ? input : stretched(input, x.shape));
    kernel.run(views, x.shape, []);
    return;
  }
  const order: number[] = [];
  for (let d = 0; d < x.ndim; d++) if (!axes.includes(d)) order.push(d);
  order.push(...axes);
  for (const input of inputs) {
    const { strides } = sameShape(input.shape, x.shape) ? input : stretched(input, x.shape);
    views.push({
      memory: input.memory,
      offset: input.offset,
      strides: order.map((d) => strides[d]!),
      contiguous: false,
    });
  }
  kernel.run(
    views,
    order.map((d) => x.shape[d]!),
    [],
  );
}

function stretched(x: NDArray, shape: Shape): View {
  return { memory: x.memory, offset: x.offset, strides: broadcastStrides(x, shape), contiguous: false };
}
