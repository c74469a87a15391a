import {
  type DType,
  DTypeError,
  deviceGeneration,
  DTYPES,
  expr as e,
  type Expr,
  isFloat,
  type Kernel,
  kernelFor,
  reducedDType,
  type ReduceOp,
  ShapeError,
  sizeOf,
  type View,
} from '@isograd/device';
import { NDArray, type Shape } from './array.ts';
import { type Axis, normalizeAxes } from './axes.ts';
import { broadcastStrides, sameShape, show } from './broadcast.ts';
import { type ArrayLike, defineOp, dispatch, operand } from './dispatch.ts';
import { dtypeCode } from './dtype-code.ts';
import type { ErrorSample, NonDifferentiable, Op, OpCall, OpSpec, Parity, Sample } from './op.ts';
import { type Promotion, TORCH } from './promotion.ts';
import { interleavedSums, sumsInterleaved } from './short-sums.ts';
import { allocate } from './storage.ts';

/** Options of a reduction. */
export interface ReduceOptions {
  /** Axis or axes to reduce; default all. */
  readonly axis?: Axis;
  /** Whether reduced axes remain with length 1; default false. */
  readonly keepdims?: boolean;
}

/** Attributes of a reduction after its arguments were read. */
export interface ReduceAttrs {
  readonly axes: readonly number[];
  readonly keepdims: boolean;
}

/** Function that reduces axes: `sum(x)`, `sum(x, 0)`, `sum(x, { axis: 0, keepdims: true })`, `sum(x, 0, { keepdims: true })`. */
export type ReductionOp<O extends ReduceOptions = ReduceOptions> = Op<
  <T extends NDArray>(x: T, axis?: Axis | O, options?: O) => T
>;

/** Whether the place of the axis holds options. */
export function isReduceOptions<O extends object>(axis: Axis | O | undefined): axis is O {
  return typeof axis === 'object' && axis !== null && !Array.isArray(axis);
}

/** Reads the axis and the options of a reduction, which may come in either place. */
export function parseReduce(
  x: NDArray,
  axis: Axis | ReduceOptions | undefined,
  options: ReduceOptions | undefined,
  where: string,
): ReduceAttrs {
  if (isReduceOptions(axis)) return { axes: normalizeAxes(axis.axis, x.ndim, where), keepdims: axis.keepdims ?? false };
  return { axes: normalizeAxes(axis ?? options?.axis, x.ndim, where), keepdims: options?.keepdims ?? false };
}

/** The shape after reducing `axes`. */
export function reducedShape(shape: Shape, { axes, keepdims }: ReduceAttrs): Shape {
  return keepdims ? shape.map((n, d) => (axes.includes(d) ? 1 : n)) : shape.filter((_, d) => !axes.includes(d));
}

/** A reduced array with its axes back as length 1, so that it broadcasts against what was reduced. */
export function expandReduced<T extends NDArray>(y: T, shape: Shape, { axes }: Pick<ReduceAttrs, 'axes'>): T {
  const expanded = shape.map((n, d) => (axes.includes(d) ? 1 : n));
  return sameShape(y.shape, expanded) ? y : (y.reshape(expanded) as T);
}

/** Number of elements that meet in one of a reduction. */
export function reducedCount(shape: Shape, axes: readonly number[]): number {
  let count = 1;
  for (const d of axes) count *= shape[d]!;
  return count;
}

/** How one reduction runs. */
export interface Reduction {
  readonly name: string;
  readonly op: ReduceOp;
  /** What becomes of each element first, from it and from operands that broadcast to its array; default nothing. */
  readonly pre?: ((x: Expr, ...rest: Expr[]) => Expr) | undefined;
  /** Dtype in which it computes. */
  readonly dtype: (x: DType, rule: Promotion) => DType;
}

/** NumPy's rule for sums: bools and small integers are summed as int64. */
export const sumType = (x: DType): DType => (isFloat(x) ? x : 'int64');

/** Floats stay, all else becomes the default float: the rule of averages. */
export const averageType = (x: DType, rule: Promotion): DType => (isFloat(x) ? x : rule.defaultFloat);

/** Runs a reduction: the array to reduce, then what `pre` takes beside it. */
export type ReduceRun = (inputs: readonly NDArray[], attrs: ReduceAttrs, rule: Promotion) => NDArray;

/** Makes the function that reduces plain arrays; kernels are cached by dtype. */
export function reducer(spec: Reduction): ReduceRun {
  const cache = new Map<number, Kernel>();
  let generation = -1;
  const kernelOf = (inputs: readonly NDArray[], dtype: DType): Kernel => {
    if (generation !== deviceGeneration()) {
      cache.clear();
      generation = deviceGeneration();
    }
    let key = dtypeCode(dtype);
    for (let i = 0; i < inputs.length; i++) key = key * 8 + dtypeCode(inputs[i]!.dtype);
    let kernel = cache.get(key);
    if (kernel === undefined) {
      const dtypes = inputs.map((x) => x.dtype);
      const [x, ...rest] = dtypes.map((d, i) => e.cast(e.input(i, d), dtype));
      kernel = kernelFor({
        kind: 'reduce',
        inputs: dtypes,
        scalars: [],
        pre: spec.pre ? spec.pre(x!, ...rest) : x!,
        op: spec.op,
      });
      generation = deviceGeneration();
      cache.set(key, kernel);
    }
    return kernel;
  };
  return (inputs, attrs, rule) => {
    const x = inputs[0]!;
    const dtype = spec.dtype(x.dtype, rule);
    const kept = attrs.axes.length === x.ndim ? NO_AXES : reducedShape(x.shape, { axes: attrs.axes, keepdims: false });
    checkNotEmpty(spec, x, kept);
    const outType = reducedDType(spec.op, dtype);
    const out = new NDArray(allocate(outType, sizeOf(kept)), outType, kept);
    const count = reducedCount(x.shape, attrs.axes);
    const rows = spec.op === 'sum' && spec.pre === undefined && attrs.axes[0] === kept.length;
    if (rows && sumsInterleaved(x, count, rule)) interleavedSums(x, count, out.memory as Float32Array);
    else runReduce(kernelOf(inputs, dtype), out, inputs, attrs.axes);
    return attrs.keepdims ? new NDArray(out.storage, outType, reducedShape(x.shape, attrs)) : out;
  };
}

const NO_AXES: readonly number[] = [];

function checkNotEmpty({ name, op }: Reduction, x: NDArray, kept: Shape): void {
  if (x.size > 0 || sizeOf(kept) === 0 || !(op === 'max' || op === 'min' || op === 'argmax' || op === 'argmin')) return;
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
  if (axes.length === 0 || axes[0] === kept) {
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

/** Computes a reduction of a plain array. */
export type ReduceForward<A extends ReduceAttrs = ReduceAttrs> = (x: NDArray, attrs: A, rule: Promotion) => NDArray;

/** Row of a reduction. */
export interface ReductionRow<A extends ReduceAttrs = ReduceAttrs> {
  readonly forward: ReduceForward<A>;
  /** Cotangent of `x`; `g` and `y` come with their reduced axes as length 1. */
  readonly vjp: ((g: NDArray, x: NDArray, y: NDArray, attrs: A) => NDArray) | NonDifferentiable;
  /** Kinds of dtype that PyTorch takes, as NumPy letters; default all. NumPy takes all. */
  readonly torchKinds?: string;
  readonly domain?: readonly [number, number];
  readonly samples?: readonly Sample[];
  readonly errors?: readonly ErrorSample[];
  readonly parity: Parity;
}

/** Samples of ops that take an axis: all axes, one, the last, several, kept; scalar. */
export const REDUCTION_SAMPLES: readonly Sample[] = [
  { inputs: [[]], attrs: { axis: null, keepdims: false } },
  { inputs: [[2, 3]], attrs: { axis: null, keepdims: false } },
  { inputs: [[2, 3]], args: [0], attrs: { axis: 0, keepdims: false } },
  { inputs: [[2, 3, 4]], args: [{ axis: [0, 2], keepdims: true }], attrs: { axis: [0, 2], keepdims: true } },
  { inputs: [[2, 3, 4]], args: [1], attrs: { axis: 1, keepdims: false } },
  { inputs: [[3, 5]], args: [-1, { keepdims: true }], attrs: { axis: -1, keepdims: true } },
];
/** A reduction over nothing, for those that have an identity. */
export const EMPTY_SAMPLE: Sample = { inputs: [[2, 0, 3]], args: [1], attrs: { axis: 1, keepdims: false } };
/** Axes that are refused. */
export const AXIS_ERRORS: readonly ErrorSample[] = [
  { inputs: [[2, 3]], args: [2], throws: 'out of bounds' },
  { inputs: [[2, 3]], args: [[0, -2]], throws: 'named twice' },
];
/** A reduction over nothing that is refused. */
export const EMPTY_ERROR: ErrorSample = { inputs: [[2, 0, 3]], args: [1], throws: 'no identity' };

/** The record of a reduction. */
export function reductionSpec<A extends ReduceAttrs>(name: string, row: ReductionRow<A>): OpSpec<A> {
  const { vjp, torchKinds } = row;
  return {
    name,
    family: 'reduction',
    readsLayout: true,
    forward: ([x], attrs, rule) => {
      if (torchKinds !== undefined && rule === TORCH && !torchKinds.includes(DTYPES[x!.dtype].kind)) {
        throw new DTypeError({
          where: name,
          what: 'not defined for this dtype',
          got: x!.dtype,
          expected: 'a floating-point tensor',
          hint: 'convert with x.float()',
        });
      }
      return row.forward(x!, attrs, rule);
    },
    vjp:
      typeof vjp === 'function'
        ? (g: NDArray, { inputs, output, attrs }: OpCall<A>) => {
            const x = inputs[0]!;
            return [vjp(expandReduced(g, x.shape, attrs), x, expandReduced(output, x.shape, attrs), attrs)];
          }
        : vjp,
    domain: row.domain ?? [-2, 2],
    samples: row.samples ?? REDUCTION_SAMPLES,
    errors: row.errors ?? AXIS_ERRORS,
    parity: row.parity,
  };
}

/** A reduction as an op. */
export function reduction(name: string, row: ReductionRow): ReductionOp {
  const spec = reductionSpec(name, row);
  return defineOp(spec, (x: ArrayLike, axis?: Axis | ReduceOptions, options?: ReduceOptions) => {
    const array = operand(x, name);
    return dispatch(spec, [array], parseReduce(array, axis, options, name));
  });
}
