import { type DType, DTypeError, deviceGeneration, DTYPES, expr as e, type Expr, isFloat, type Kernel, kernelFor, reducedDType, type ReduceOp, ShapeError, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from './array.ts';
import { type Axis, normalizeAxes } from './axes.ts';
import { show } from './broadcast.ts';
import { type ArrayLike, defineOp, operand } from './dispatch.ts';
import type { ErrorSample, Op, OpCall, OpSpec, Parity, Sample } from './op.ts';
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
export type ReductionOp = Op<<T extends NDArray>(x: T, axis?: Axis | ReduceOptions, options?: ReduceOptions) => T>;

/** Reads the axis and the options of a reduction, which may come in either place. */
export function parseReduce(x: NDArray, axis: Axis | ReduceOptions | undefined, options: ReduceOptions | undefined, where: string): ReduceAttrs {
  const isOptions = typeof axis === 'object' && axis !== null && !Array.isArray(axis);
  const all: ReduceOptions = isOptions ? (axis as ReduceOptions) : { ...options, ...(axis === undefined ? {} : { axis: axis as Axis }) };
  return { axes: normalizeAxes(all.axis, x.ndim, where), keepdims: all.keepdims ?? false };
}

/** The shape after reducing `axes`. */
export function reducedShape(shape: Shape, { axes, keepdims }: ReduceAttrs): Shape {
  return keepdims ? shape.map((n, d) => (axes.includes(d) ? 1 : n)) : shape.filter((_, d) => !axes.includes(d));
}

/** A reduced array with its axes back as length 1, so that it broadcasts against what was reduced. */
export function expandReduced<T extends NDArray>(y: T, shape: Shape, { axes }: Pick<ReduceAttrs, 'axes'>): T {
  return y.reshape(shape.map((n, d) => (axes.includes(d) ? 1 : n))) as T;
}

/** How one reduction runs. */
export interface Reduction {
  readonly name: string;
  readonly op: ReduceOp;
  /** What becomes of each element first; default nothing. */
  readonly pre?: (x: Expr) => Expr;
  /** Dtype in which it computes. */
  readonly dtype: (x: DType, defaultFloat: DType) => DType;
}

/** NumPy's rule for sums: bools and small integers are summed as int64. */
export const sumType = (x: DType): DType => (isFloat(x) ? x : 'int64');

/** Makes the function that reduces a plain array; kernels are cached by dtype. */
export function reducer(spec: Reduction): (x: NDArray, attrs: ReduceAttrs, defaultFloat: DType) => NDArray {
  let cache = new Map<string, Kernel>();
  let generation = deviceGeneration();
  const kernelOf = (from: DType, dtype: DType): Kernel => {
    if (generation !== deviceGeneration()) {
      cache = new Map();
      generation = deviceGeneration();
    }
    const key = `${from}>${dtype}`;
    let kernel = cache.get(key);
    if (!kernel) {
      const symbol = e.cast(e.input(0, from), dtype);
      kernel = kernelFor({ kind: 'reduce', inputs: [from], scalars: [], pre: spec.pre ? spec.pre(symbol) : symbol, op: spec.op });
      cache.set(key, kernel);
    }
    return kernel;
  };
  return (x, attrs, defaultFloat) => {
    const dtype = spec.dtype(x.dtype, defaultFloat);
    const kept: number[] = [];
    for (let d = 0; d < x.ndim; d++) if (!attrs.axes.includes(d)) kept.push(d);
    const keptShape = kept.map((d) => x.shape[d]!);
    const order = [...kept, ...attrs.axes];
    const shape = order.map((d) => x.shape[d]!);
    if (sizeOf(shape) === 0 && sizeOf(keptShape) > 0 && ['max', 'min', 'argmax', 'argmin'].includes(spec.op)) {
      throw new ShapeError({ where: spec.name, what: 'zero-size array has no largest or smallest element', got: show(x.shape), expected: 'at least one element along the reduced axes' });
    }
    const outType = reducedDType(spec.op, dtype);
    const flat = new NDArray(allocate(outType, sizeOf(keptShape)), outType, keptShape);
    const strides = order.map((d) => x.strides[d]!);
    const whole = attrs.axes.length === x.ndim;
    kernelOf(x.dtype, dtype).run([flat, whole || kept.length === 0 ? x : { memory: x.memory, offset: x.offset, strides, contiguous: x.contiguous && kept.every((d, i) => d === i) }], shape, []);
    return attrs.keepdims ? new NDArray(flat.storage, outType, reducedShape(x.shape, attrs)) : flat;
  };
}

/** Row of a reduction. */
export interface ReductionRow extends Omit<Reduction, 'name'> {
  readonly vjp: ((g: NDArray, x: NDArray, y: NDArray, attrs: ReduceAttrs) => NDArray) | { readonly nonDifferentiable: string };
  /** Kinds of dtype it takes, as NumPy letters; default all. */
  readonly kinds?: string;
  readonly domain?: readonly [number, number];
  readonly samples?: readonly Sample[];
  readonly parity: Parity;
}

/** Samples of ops that take an axis: all axes, one, the last, several, kept; scalar and empty. */
export const REDUCTION_SAMPLES: readonly Sample[] = [
  { inputs: [[]], attrs: { axis: null, keepdims: false } },
  { inputs: [[2, 3]], attrs: { axis: null, keepdims: false } },
  { inputs: [[2, 3]], args: [0], attrs: { axis: 0, keepdims: false } },
  { inputs: [[2, 3, 4]], args: [{ axis: [0, 2], keepdims: true }], attrs: { axis: [0, 2], keepdims: true } },
  { inputs: [[3, 5]], args: [-1, { keepdims: true }], attrs: { axis: -1, keepdims: true } },
];
/** A reduction over nothing, for those that have an identity. */
export const EMPTY_SAMPLE: Sample = { inputs: [[2, 0, 3]], args: [1], attrs: { axis: 1, keepdims: false } };
const AXIS_ERRORS: readonly ErrorSample[] = [
  { inputs: [[2, 3]], args: [2], throws: 'no such axis' },
  { inputs: [[2, 3]], args: [[0, -2]], throws: 'named twice' },
];

/** A reduction as an op. */
export function reduction(name: string, row: ReductionRow): ReductionOp {
  const run = reducer({ name, ...row });
  const { vjp, kinds } = row;
  const spec: OpSpec<ReduceAttrs> = {
    name,
    family: 'reduction',
    forward: ([x], attrs, rule) => {
      if (kinds && !kinds.includes(DTYPES[x!.dtype].kind)) throw new DTypeError({ where: name, what: 'not defined for this dtype', got: x!.dtype });
      return run(x!, attrs, rule.defaultFloat);
    },
    vjp: typeof vjp === 'function' ? (g: NDArray, call: OpCall<ReduceAttrs>) => [vjp(expandReduced(g, call.inputs[0]!.shape, call.attrs), call.inputs[0]!, expandReduced(call.output, call.inputs[0]!.shape, call.attrs), call.attrs)] : vjp,
    domain: row.domain ?? [-2, 2],
    samples: row.samples ?? REDUCTION_SAMPLES,
    errors: AXIS_ERRORS,
    parity: row.parity,
  };
  return defineOp(spec, (x: ArrayLike, axis?: Axis | ReduceOptions, options?: ReduceOptions) => {
    const array = operand(x, name);
    return [[array], parseReduce(array, axis, options, name)];
  }) as unknown as ReductionOp;
}
