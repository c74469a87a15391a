import { type DType, DTYPES, type TypedArray } from './dtype.ts';
import { type Expr, linearize } from './expr.ts';

/** An operand: element `i, j, ...` is `memory[offset + i * strides[0] + j * strides[1] + ...]`. Strides count elements. */
export interface View {
  readonly memory: TypedArray;
  readonly offset: number;
  readonly strides: readonly number[];
  /** Whether the strides are those of a C-ordered array of the call's shape, so that the view is one run of memory. */
  readonly contiguous: boolean;
}

/** How a reduction combines two elements; `argmax` and `argmin` give the position of the first extreme. */
export type ReduceOp = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all' | 'argmax' | 'argmin';

/** Which of the three arrays of a convolution is computed from the other two. */
export type ConvRole = 'output' | 'input' | 'weight';

/** How a stage of a `rows` kernel comes to the number of a row: by combining an expression along it, or from other numbers of the row. */
export type RowFold = 'sum' | 'max' | 'value';

/**
 * What a kernel computes, as data. The geometry comes with each call, see {@link Kernel.run}.
 *
 * - `map`: element-wise; `outputs` are expressions over `inputs` (array operands) and `scalars` (run-time numbers).
 *   Views: outputs, then inputs. Shape: that of the iteration; broadcast operands have stride 0. Outputs may alias inputs only exactly.
 * - `reduce`: `pre` is combined over the trailing axes. Views: out, then inputs. Shape: kept axes, then reduced axes; `out` has strides for the
 *   kept axes only. Sums are pairwise as NumPy's along the reduced axis of smallest stride: blocks of 128 with 8 running sums.
 *   `any` and `all` take and give bool, `argmax` and `argmin` give int64.
 * - `gemm`: matrix products, `out = a @ b`. Views: out, a, b. Shape: batch axes, then m, n, k; `out` [...batch, m, n], `a` [...batch, m, k], `b` [...batch, k, n].
 * - `gather`: `out[o, j, i] = source[o, index[o, j, i], i]`. Views: out, source, index. Shape: o, j, i, then the length of the source's middle axis. Indices are int64, in range.
 * - `scatterAdd`: `out[o, index[o, j, i], i] += source[o, j, i]`, in the order of `j`. Views, shape as `gather`; the middle axis is that of `out`.
 * - `scatter`: as `scatterAdd`, written instead of added: of equal indices the last one stays.
 * - `scan`: running `sum` or `prod` along the last axis. Views: out, in. Shape: that of both.
 * - `sort`: stable ascending sort along the last axis, NaN last; with `indices` it writes the order (int64) instead of the values. Views: out, in.
 * - `conv`: `output[g, n, o, y] += input[g, n, c, y * stride + k * dilation - pad] * weight[g, o, c, k]` over three spatial axes, where input outside
 *   its shape is 0; `role` says which of the three is computed by it from the other two, which makes the gradients. Views: the one that is computed, then the
 *   other two in this order, then with `bias` what its channels start from, `[groups, channels]`. Shape: groups, batch, channels of a group's output and input, then
 *   the spatial axes of output, input and weight. Scalars: stride, dilation and pad (before, may be negative) of each axis. Output `[g, n, o, ...]`, input `[g, n, c, ...]`, weight `[g, o, c, ...]`.
 * - `rows`: stages give one number for each row, which later expressions read as further inputs, numbered behind the `inputs`; then come element-wise
 *   outputs. `outputs` are the expressions of the stages (one for each of `folds`), then those of the elements, all of one float dtype. A row are all elements
 *   along the trailing axes; a `value` reads only what is the same along its row. Sums are as of exact sums that are rounded: devices differ within
 *   the bound of any order. Views: the stages that are `written` (strides of the kept axes only), the element-wise outputs, the inputs.
 *   Shape: kept axes, then those of a row. Scalars: those of the expressions, then the number of kept axes.
 * - `maxPool`: the first largest element of each window over three spatial axes, and its place in the flattened plane (int64); NaN counts as the largest,
 *   the last one of them. Windows without elements give -Infinity. Views: values, places, input, bounds. Shape: batch, channels, the spatial axes of the
 *   output, those of the input. Scalars: steps between elements of a window along each axis. Bounds (int32): for each axis the first elements of its windows,
 *   then where they end. Strides are those of batch, channels and the spatial axes.
 * - `taps`: a sparse matrix along the middle of three axes, `out[o, r, i] = Σ weights[t] in[o, at[t], i]` over t from `starts[r]` to `starts[r + 1]`, summed in
 *   that order in float64 and rounded once. Views: out, in, starts (int32), at (int32), weights (float64). Shape: o, r, i, then the length of the middle axis of `in`.
 *   Starts, positions and weights are runs.
 */
export type KernelDesc =
  | {
      readonly kind: 'map';
      readonly inputs: readonly DType[];
      readonly scalars: readonly DType[];
      readonly outputs: readonly Expr[];
    }
  | {
      readonly kind: 'reduce';
      readonly inputs: readonly DType[];
      readonly scalars: readonly DType[];
      readonly pre: Expr;
      readonly op: ReduceOp;
    }
  | { readonly kind: 'gemm'; readonly dtype: DType }
  | { readonly kind: 'gather' | 'scatterAdd' | 'scatter'; readonly dtype: DType }
  | { readonly kind: 'scan'; readonly dtype: DType; readonly op: 'sum' | 'prod' }
  | { readonly kind: 'sort'; readonly dtype: DType; readonly indices: boolean }
  | { readonly kind: 'conv'; readonly dtype: DType; readonly role: ConvRole; readonly bias: boolean }
  | {
      readonly kind: 'rows';
      readonly inputs: readonly DType[];
      readonly scalars: readonly DType[];
      readonly folds: readonly RowFold[];
      readonly outputs: readonly Expr[];
      /** Numbers of the stages that are written. */
      readonly written: readonly number[];
    }
  | { readonly kind: 'maxPool' | 'taps'; readonly dtype: DType };

/** The variant of {@link KernelDesc} with a given kind. */
export type DescOf<K extends KernelDesc['kind'], D = KernelDesc> = D extends { kind: infer T }
  ? K extends T
    ? D
    : never
  : never;

/** A compiled kernel; it keeps no operand. */
export interface Kernel {
  /** Computes at once. Shapes and dtypes were checked by the caller; sizes may be 0. */
  run(views: readonly View[], shape: readonly number[], scalars: readonly number[]): void;
}

/** One call in a list for {@link Device.runAll}. */
export interface Command {
  readonly kernel: Kernel;
  readonly views: readonly View[];
  readonly shape: readonly number[];
  readonly scalars: readonly number[];
}

/** What computes. Memory of operands is ordinary typed arrays; a device with memory of its own stages them. */
export interface Device {
  readonly name: string;
  /** One line about the variant in use: instruction set, threads. */
  readonly info: string;
  /** Compiles a description, or gives `undefined` when this device has no such kernel. Callers cache, devices need not. */
  compile(desc: KernelDesc): Kernel | undefined;
  /** Runs kernels of this device in order, in as few crossings as it can. */
  runAll(commands: readonly Command[]): void;
}

const outputsOf = (desc: DescOf<'map' | 'reduce' | 'rows'>): readonly Expr[] =>
  'pre' in desc ? [desc.pre] : desc.outputs;

/** A string that is equal for descriptions that compute the same thing. */
export function kernelKey(desc: KernelDesc): string {
  if ('dtype' in desc) return Object.values(desc).join('.');
  const tags = [desc.inputs, desc.scalars].map((dtypes) => dtypes.map((d) => DTYPES[d].tag).join());
  const how = desc.kind === 'reduce' ? [desc.op] : desc.kind === 'rows' ? [desc.folds, desc.written] : [];
  return [[desc.kind, ...how].join('.'), ...tags, linearize(outputsOf(desc)).key].join('|');
}

/** Dtype of what a reduction of `dtype` elements writes. */
export function reducedDType(op: ReduceOp, dtype: DType): DType {
  return op === 'argmax' || op === 'argmin' ? 'int64' : op === 'any' || op === 'all' ? 'bool' : dtype;
}

/** Every dtype that a kernel reads, computes in or writes. */
export function kernelDTypes(desc: KernelDesc): ReadonlySet<DType> {
  if ('dtype' in desc) return new Set([desc.dtype]);
  const { steps } = linearize(outputsOf(desc));
  return new Set([...desc.inputs, ...desc.scalars, ...steps.map((s) => s.dtype)]);
}
