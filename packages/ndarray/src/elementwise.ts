import {
  type DType,
  DTypeError,
  DTYPES,
  deviceGeneration,
  expr as e,
  type Expr,
  isFloat,
  type Kernel,
  kernelFor,
  ShapeError,
  sizeOf,
  type View,
} from '@isograd/device';
import { NDArray, type Shape } from './array.ts';
import { commonShape, sameShape, show, viewIn } from './broadcast.ts';
import { dtypeCode } from './dtype-code.ts';
import type { Promotion } from './promotion.ts';
import { resultType } from './result-type.ts';
import { allocate } from './storage.ts';
import { WeakScalar } from './weak-scalar.ts';

/**
 * How dtypes go through an element-wise op. `same`: the common one; `float`: the common one as a float; `quotient`: a float, integers as the
 * default one; `compare`: bool out; `logic`: bool in and out.
 */
export type Typing = 'same' | 'float' | 'quotient' | 'compare' | 'logic';

/** What an element-wise computation is: a scalar expression and how dtypes go through it. */
export interface Elementwise {
  readonly name: string;
  readonly typing: Typing;
  /** Builds the expression from one symbol an operand. */
  readonly expr: (...symbols: Expr[]) => Expr;
  /** Kinds of dtype it takes, as NumPy letters; default all. */
  readonly kinds?: string | undefined;
  /** Number of operands that keep their own dtype, in front (the condition of `where`). */
  readonly untyped?: number | undefined;
}

/** Where and how one call stores its result. */
export interface ElementwiseCall {
  /** Array to write into instead of a new one. */
  readonly out?: NDArray | undefined;
  /** Dtype to store in, whatever is lost. */
  readonly dtype?: DType | undefined;
}

/** Runs an element-wise computation. */
export type ElementwiseRun = (inputs: readonly NDArray[], rule: Promotion, call?: ElementwiseCall) => NDArray;

interface Compiled {
  readonly kernel: Kernel;
  readonly dtype: DType;
  /** Dtype of the run-time scalars. */
  readonly common: DType;
}

const NO_SCALARS: readonly number[] = [];

/** Finds the kernel for a call; kernels are kept by the dtypes of the operands until the device changes. */
function kernelFinder(
  spec: Elementwise,
): (inputs: readonly NDArray[], rule: Promotion, call: ElementwiseCall | undefined) => Compiled {
  const cache = new Map<number, Compiled>();
  let generation = -1;
  return (inputs, rule, call) => {
    if (generation !== deviceGeneration()) {
      cache.clear();
      generation = deviceGeneration();
    }
    const target = call?.dtype ?? call?.out?.dtype;
    let key = target === undefined ? rule.code : rule.code + 2 + 2 * dtypeCode(target);
    for (let i = 0; i < inputs.length; i++) key = key * 32 + operandCode(inputs[i]!, rule);
    let entry = cache.get(key);
    if (entry === undefined) {
      entry = compile(spec, inputs, rule, call);
      generation = deviceGeneration();
      cache.set(key, entry);
    }
    return entry;
  };
}

/** Makes the function that runs an element-wise computation. */
export function elementwise(spec: Elementwise): ElementwiseRun {
  const find = kernelFinder(spec);
  const free = spec.untyped ?? 0;
  const run: ElementwiseRun = (inputs, rule, call) => {
    const out = call?.out;
    const { kernel, dtype, common } = find(inputs, rule, call);
    const shape = shapeOf(spec.name, inputs, out);
    const result = out ?? new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);
    const views: View[] = [result];
    let scalars = NO_SCALARS;
    const bare = allBare(inputs);
    for (let i = 0; i < inputs.length; i++) {
      const x = inputs[i]!;
      if (bare || i < free || !isUniform(x)) {
        views.push(viewIn(out === undefined ? x : safe(x, out), shape));
        continue;
      }
      const value = Number(x.value);
      if (!fits(value, common)) return outOfRange(spec, inputs, common, value) ?? run(inputs.map(strong), rule, call);
      scalars = scalars === NO_SCALARS ? [value] : [...scalars, value];
    }
    kernel.run(views, shape, scalars);
    if (out !== undefined) out.touch();
    return result;
  };
  return run;
}

/** Distinguishes operands by all that decides about the kernel: dtype, bare number or not, and for PyTorch 0-d or not. */
function operandCode(x: NDArray, rule: Promotion): number {
  if (x instanceof WeakScalar) {
    const { value } = x;
    if (typeof value === 'number') return Number.isInteger(value) ? 8 : 9;
    return typeof value === 'bigint' ? 10 : 11;
  }
  return dtypeCode(x.dtype) + (rule.zeroDimIsWeak && x.shape.length === 0 ? 16 : 0);
}

/** Whether an operand travels as a run-time scalar: a bare number that float64 holds exactly. */
function isUniform(x: NDArray): x is WeakScalar {
  return x instanceof WeakScalar && typeof x.value !== 'bigint';
}

/** Whether there is no array among the operands; then the numbers are read as arrays. */
function allBare(inputs: readonly NDArray[]): boolean {
  for (let i = 0; i < inputs.length; i++) if (!(inputs[i] instanceof WeakScalar)) return false;
  return true;
}

const INTEGER_RANGE: { readonly [D in DType]?: readonly [number, number] } = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63 - 1024],
};

function fits(value: number, dtype: DType): boolean {
  if (isFloat(dtype)) return true;
  const range = INTEGER_RANGE[dtype];
  return range === undefined || (value >= range[0] && value <= range[1]);
}

/** A bare number as an array of its own dtype. */
function strong(x: NDArray): NDArray {
  return x instanceof WeakScalar ? new NDArray(x.storage, x.dtype, x) : x;
}

/** Refuses a number that the dtype of the arrays does not hold; comparisons take it (as NumPy), in a wider dtype. */
function outOfRange(
  { name, typing }: Elementwise,
  inputs: readonly NDArray[],
  common: DType,
  value: number,
): undefined {
  if (typing === 'compare') return;
  const [low, high] = INTEGER_RANGE[common]!;
  throw new DTypeError({
    where: name,
    what: `integer ${value} out of bounds for ${common}`,
    got: `${inputs.map((x) => (x instanceof WeakScalar ? String(x.value) : x.dtype)).join(', ')}`,
    expected: `${low} to ${high}`,
    hint: 'convert the array to a wider dtype with astype',
  });
}

function compile(
  spec: Elementwise,
  inputs: readonly NDArray[],
  rule: Promotion,
  call: ElementwiseCall | undefined,
): Compiled {
  const free = spec.untyped ?? 0;
  const common = computeType(spec, resultType(free === 0 ? inputs : inputs.slice(free), rule), rule);
  const arrays: DType[] = [];
  const bare = allBare(inputs);
  let uniforms = 0;
  const symbols = inputs.map((x, i) => {
    if (i >= free && !bare && isUniform(x)) return e.scalar(uniforms++, common);
    const symbol = e.input(arrays.push(x.dtype) - 1, x.dtype);
    return i < free ? symbol : e.cast(symbol, common);
  });
  const body = spec.expr(...symbols);
  if (call?.out && call.dtype === undefined) checkCast(spec.name, body.dtype, call.out.dtype);
  const output = e.cast(body, call?.dtype ?? call?.out?.dtype ?? body.dtype);
  const scalars = new Array<DType>(uniforms).fill(common);
  return {
    kernel: kernelFor({ kind: 'map', inputs: arrays, scalars, outputs: [output] }),
    dtype: output.dtype,
    common,
  };
}

function shapeOf(where: string, inputs: readonly NDArray[], out: NDArray | undefined): Shape {
  let shape = inputs[0]!.shape;
  for (let i = 1; i < inputs.length; i++) {
    const other = inputs[i]!.shape;
    if (other.length === 0 || sameShape(shape, other)) continue;
    shape = commonShape(
      where,
      inputs.map((x) => x.shape),
    );
    break;
  }
  if (out === undefined) return shape;
  out.checkWritable(where);
  if (!sameShape(commonShape(where, [shape, out.shape]), out.shape)) {
    throw new ShapeError({
      where,
      what: 'the output is too small for the result',
      got: `out ${show(out.shape)}`,
      expected: show(shape),
      hint: 'make it with zeros(shape), or call without out',
    });
  }
  return out.shape;
}

// An input that overlaps the output in another layout would be read after it was written.
function safe(x: NDArray, out: NDArray): NDArray {
  if (x.storage !== out.storage) return x;
  const same = x.offset === out.offset && sameShape(x.shape, out.shape) && sameShape(x.strides, out.strides);
  return same ? x : new NDArray(x.storage, x.dtype, x).copy();
}

function computeType(spec: Elementwise, common: DType, rule: Promotion): DType {
  const { kinds, typing } = spec;
  if (kinds !== undefined && !kinds.includes(DTYPES[common].kind)) {
    const expected = Object.values(DTYPES).filter((d) => kinds.includes(d.kind));
    throw new DTypeError({
      where: spec.name,
      what: 'not defined for this dtype',
      got: common,
      expected: `one of ${expected.map((d) => d.name).join(', ')}`,
      hint: 'convert with x.astype(...)',
    });
  }
  if (typing === 'logic') return 'bool';
  if (isFloat(common)) return common;
  return typing === 'float' ? rule.floatOf(common) : typing === 'quotient' ? rule.defaultFloat : common;
}

/** Refuses to store a result in an array of a lower kind, as NumPy's same-kind casting. */
function checkCast(where: string, from: DType, to: DType): void {
  const order = 'buif';
  if (order.indexOf(DTYPES[from].kind) <= order.indexOf(DTYPES[to].kind)) return;
  throw new DTypeError({
    where,
    what: 'the result cannot be stored in this dtype without losing its kind',
    got: `result ${from}, out ${to}`,
    expected: `an output of dtype ${from}`,
    hint: `make the output ${from}, or cast the result with astype`,
  });
}
