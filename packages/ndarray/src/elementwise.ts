import {
  type DType,
  DTypeError,
  DTYPES,
  deviceGeneration,
  expr as e,
  type Expr,
  halfToNumber,
  isComplex,
  isFloat,
  isInteger,
  type Kernel,
  kernelFor,
  lowerComplex,
  numberToHalf,
  partOf,
  ShapeError,
  sizeOf,
  type View,
} from '@isograd/device';
import { NDArray, type Scalar, type Shape } from './array.ts';
import { commonShape, sameShape, show, viewIn } from './broadcast.ts';
import { type Casting, checkCast } from './casting.ts';
import { dtypeCode } from './dtype-code.ts';
import { holds, integerRange } from './elements.ts';
import { imagView, realView } from './parts.ts';
import { NUMPY, type Promotion } from './promotion.ts';
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
  readonly typing: Typing | ((rule: Promotion) => Typing);
  /** Builds the expression from one symbol an operand. */
  readonly expr: (...symbols: Expr[]) => Expr;
  /** Kinds of dtype it takes, as NumPy letters; default all. Without `b` NumPy's arrays of bools are taken as int8. */
  readonly kinds?: string | undefined;
  /** Why bools are refused instead, in NumPy's words. */
  readonly refusesBool?: string | undefined;
  /** Number of operands that keep their own dtype, in front (the condition of `where`). */
  readonly untyped?: number | undefined;
  /** Whether float16 is computed in itself, for the few that ask for the neighbours of a float. */
  readonly exactHalf?: boolean | undefined;
}

/** Where and how one call stores its result. */
export interface ElementwiseCall {
  /** Array to write into instead of a new one. */
  readonly out?: NDArray | undefined;
  /** Dtype to store in, whatever is lost. */
  readonly storeAs?: DType | undefined;
  /** Dtype to compute in instead of the common one. */
  readonly dtype?: DType | undefined;
  /** What conversions may lose; default `same_kind`. */
  readonly casting?: Casting | undefined;
  /** Elements to compute, as bools that broadcast; the others keep what `out` holds, or are 0. */
  readonly where?: NDArray | undefined;
}

/** Runs an element-wise computation. */
export type ElementwiseRun = (inputs: readonly NDArray[], rule: Promotion, call?: ElementwiseCall) => NDArray;

interface Compiled {
  readonly kernel: Kernel;
  readonly dtype: DType;
  /** Dtype of the run-time scalars. */
  readonly common: DType;
  /** Whether the kernel runs over the parts of complex operands. */
  readonly byParts: boolean;
}

const NO_SCALARS: readonly number[] = [];

/** A number that is different for calls that need different kernels, apart from their operands. */
function callCode(rule: Promotion, call: ElementwiseCall | undefined): number {
  if (call === undefined) return rule.code;
  const target = call.storeAs ?? call.out?.dtype;
  let code = target === undefined ? 0 : dtypeCode(target) + 1;
  if (call.dtype !== undefined) code += 32 * (dtypeCode(call.dtype) + 1);
  if (call.casting !== undefined) code += 1024 * (1 + CASTINGS.indexOf(call.casting));
  return rule.code + 2 * code;
}

const CASTINGS: readonly Casting[] = ['no', 'equiv', 'safe', 'same_kind', 'unsafe'];

/** Finds the kernel for a call; kernels are kept by the dtypes of the operands until the device changes. */
function kernelFinder(
  spec: Elementwise,
): (inputs: readonly NDArray[], rule: Promotion, call: ElementwiseCall | undefined) => Compiled {
  const cache = new Map<number, Compiled>();
  let generation = -1;
  let lastKey = -1;
  let last: Compiled | undefined;
  return (inputs, rule, call) => {
    if (generation !== deviceGeneration()) {
      cache.clear();
      last = undefined;
      generation = deviceGeneration();
    }
    let key = callCode(rule, call);
    for (let i = 0; i < inputs.length; i++) key = key * 64 + operandCode(inputs[i]!, rule);
    if (key === lastKey && last !== undefined) return last;
    let entry = cache.get(key);
    if (entry === undefined) {
      entry = compile(spec, inputs, rule, call);
      generation = deviceGeneration();
      cache.set(key, entry);
    }
    lastKey = key;
    last = entry;
    return entry;
  };
}

/** Makes the function that runs an element-wise computation. */
export function elementwise(spec: Elementwise): ElementwiseRun {
  const find = kernelFinder(spec);
  const free = spec.untyped ?? 0;
  const run: ElementwiseRun = (inputs, rule, call) => {
    if (call?.where !== undefined) return runMasked(run, spec.name, { inputs, rule, call });
    const out = call?.out;
    const { kernel, dtype, common, byParts } = find(inputs, rule, call);
    const shape = shapeOf(spec.name, inputs, out);
    const result = out ?? new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);
    const views: View[] = [];
    if (byParts) pushParts(views, result, shape);
    else views.push(result);
    let scalars = NO_SCALARS;
    const bare = allBare(inputs);
    for (let i = 0; i < inputs.length; i++) {
      const x = inputs[i]!;
      if (bare || i < free || !(x instanceof WeakScalar)) {
        const operand = out === undefined ? x : safe(x, out);
        if (byParts) pushParts(views, operand, shape);
        else views.push(viewIn(operand, shape));
        continue;
      }
      if (!fits(x.value, common))
        return outOfRange(spec, inputs, common, x.value) ?? run(inputs.map(strong), rule, call);
      if (!isUniform(x)) {
        if (byParts) pushParts(views, x, shape);
        else views.push(viewIn(x, shape));
        continue;
      }
      const value = uniformValue(x, common);
      scalars = scalars === NO_SCALARS ? [value] : [...scalars, value];
    }
    kernel.run(views, shape, scalars);
    if (out !== undefined) out.touch();
    return result;
  };
  return run;
}

/** The operands of a kernel over parts: both parts of a complex array, a real one as it is. */
function pushParts(views: View[], x: NDArray, shape: Shape): void {
  if (isComplex(x.dtype)) views.push(viewIn(realView(x), shape), viewIn(imagView(x), shape));
  else views.push(viewIn(x, shape));
}

function uniformValue(x: WeakScalar, common: DType): number {
  const value = Number(x.value);
  // The number takes the dtype of the arrays before it is computed with, which is done in float32.
  return common === 'float16' ? halfToNumber(numberToHalf(value)) : value;
}

const writeMasked: ElementwiseRun = elementwise({
  name: 'where',
  typing: 'same',
  untyped: 1,
  expr: (mask, value, old) => e.where(e.cast(mask!, 'bool'), value!, old!),
});

interface MaskedCall {
  readonly inputs: readonly NDArray[];
  readonly rule: Promotion;
  readonly call: ElementwiseCall;
}

/** Computes everywhere, then writes where the mask is true. */
function runMasked(run: ElementwiseRun, name: string, { inputs, rule, call }: MaskedCall): NDArray {
  const mask = call.where!;
  if (mask.dtype !== 'bool')
    throw new DTypeError({
      where: name,
      what: `Cannot cast array data from ${mask.dtype} to bool according to the rule 'safe'`,
      got: `where ${mask.dtype}`,
      expected: 'bools',
      hint: 'compare first: x.gt(0)',
    });
  const value = run(inputs, rule, { dtype: call.dtype, casting: call.casting });
  const shape = commonShape(name, [value.shape, mask.shape]);
  let target = call.out;
  if (target === undefined) {
    target = new NDArray(allocate(value.dtype, sizeOf(shape)), value.dtype, shape);
    target.memory.fill(0 as never);
  }
  checkCast(name, 'output', { from: value.dtype, to: target.dtype, casting: call.casting ?? 'same_kind' });
  return writeMasked([mask, value, target], rule, { out: target, storeAs: target.dtype });
}

/** Distinguishes operands by all that decides about the kernel: dtype, bare number or not, and for PyTorch 0-d or not. */
function operandCode(x: NDArray, rule: Promotion): number {
  if (x instanceof WeakScalar) {
    const { value } = x;
    if (typeof value === 'number') return Number.isSafeInteger(value) ? 32 : 33;
    return typeof value === 'bigint' ? (x.dtype === 'int64' ? 34 : 35) : typeof value === 'boolean' ? 36 : 37;
  }
  return dtypeCode(x.dtype) + (rule.zeroDimIsWeak && x.shape.length === 0 ? 16 : 0);
}

/** Whether an operand travels as a run-time scalar: a bare number that float64 holds exactly. */
function isUniform(x: NDArray): x is WeakScalar {
  return x instanceof WeakScalar && (typeof x.value === 'number' || typeof x.value === 'boolean');
}

/** Whether there is no array among the operands; then the numbers are read as arrays. */
function allBare(inputs: readonly NDArray[]): boolean {
  for (let i = 0; i < inputs.length; i++) if (!(inputs[i] instanceof WeakScalar)) return false;
  return true;
}

function fits(value: Scalar, dtype: DType): boolean {
  if (dtype === 'float64' || dtype === 'float32') return true;
  const { kind } = DTYPES[dtype];
  if (kind !== 'i' && kind !== 'u') return true;
  return typeof value === 'number' || typeof value === 'bigint' ? holds(dtype, value) : true;
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
  value: Scalar,
): undefined {
  if (typing === 'compare') return;
  throw new DTypeError({
    where: name,
    what: `integer ${String(value)} out of bounds for ${common}`,
    got: `${inputs.map((x) => (x instanceof WeakScalar ? String(x.value) : x.dtype)).join(', ')}`,
    expected: integerRange(common).join(' to '),
    hint: 'convert the array to a wider dtype with astype',
  });
}

/** The expression of a call over its operands, and the dtypes of what it reads. */
interface Built {
  readonly body: Expr;
  readonly arrays: readonly DType[];
  /** Dtypes of the run-time scalars. */
  readonly scalars: readonly DType[];
}

function build(spec: Elementwise, inputs: readonly NDArray[], computed: DType): Built {
  const free = spec.untyped ?? 0;
  const bare = allBare(inputs);
  const [arrays, scalars]: [DType[], DType[]] = [[], []];
  const symbols = inputs.map((x, i) => {
    if (i >= free && !bare && isUniform(x))
      return e.cast(e.scalar(scalars.push(partOf(computed)) - 1, partOf(computed)), computed);
    const symbol = e.input(arrays.push(x.dtype) - 1, x.dtype);
    return i < free ? symbol : e.cast(symbol, computed);
  });
  return { body: spec.expr(...symbols), arrays, scalars };
}

/** The dtype that operands are computed in: what the call asks for when they may become it, else where they meet. */
function commonType(spec: Elementwise, inputs: readonly NDArray[], rule: Promotion, call: ElementwiseCall): DType {
  const typed = inputs.slice(spec.untyped ?? 0);
  const common = computeType(spec, call.dtype ?? meet(spec, typed, rule), rule);
  if (call.dtype === undefined) return common;
  const casting = call.casting ?? 'same_kind';
  for (const x of typed)
    if (!(x instanceof WeakScalar)) checkCast(spec.name, 'input', { from: x.dtype, to: common, casting });
  return common;
}

function compile(spec: Elementwise, inputs: readonly NDArray[], rule: Promotion, call: ElementwiseCall = {}): Compiled {
  const common = commonType(spec, inputs, rule, call);
  const inHalf = common === 'float16' && !spec.exactHalf;
  const { body, arrays, scalars } = build(spec, inputs, inHalf ? 'float32' : common);
  const natural = inHalf && body.dtype === 'float32' ? 'float16' : body.dtype;
  const { out, storeAs } = call;
  if (out !== undefined && storeAs === undefined)
    checkCast(spec.name, 'output', { from: natural, to: out.dtype, casting: call.casting ?? 'same_kind' });
  const output = e.cast(body, storeAs ?? out?.dtype ?? natural);
  const byParts = [body.dtype, common, output.dtype, ...arrays].some(isComplex);
  const lowered = byParts ? lowerComplex(arrays, [output]) : { inputs: arrays, outputs: [output] };
  return { kernel: kernelFor({ kind: 'map', scalars, ...lowered }), dtype: output.dtype, common, byParts };
}

/** The dtype in which operands meet; for functions of floats NumPy makes each integer a float first, so that uint16 and int8 meet in float32. */
function meet(spec: Elementwise, inputs: readonly NDArray[], rule: Promotion): DType {
  const common = resultType(inputs, rule);
  if (spec.typing !== 'float' || rule !== NUMPY || inputs.length === 1 || !isInteger(common)) return common;
  const strongOnes = inputs.filter((x) => !(x instanceof WeakScalar));
  return strongOnes.length < 2 ? common : strongOnes.map((x) => rule.floatOf(x.dtype)).reduce(rule.promote);
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

/** Whether NumPy takes bools as int8 here. */
function takesByte({ kinds, refusesBool }: Elementwise, rule: Promotion): boolean {
  return (
    kinds !== undefined && !kinds.includes('b') && kinds.includes('i') && refusesBool === undefined && rule === NUMPY
  );
}

function computeType(spec: Elementwise, common: DType, rule: Promotion): DType {
  const { kinds } = spec;
  const typing = typeof spec.typing === 'function' ? spec.typing(rule) : spec.typing;
  if (typing === 'logic') return 'bool';
  if (common === 'bool' && takesByte(spec, rule)) return computeType(spec, 'int8', rule);
  if (kinds !== undefined && !kinds.includes(DTYPES[common].kind)) {
    const expected = Object.values(DTYPES).filter((d) => kinds.includes(d.kind));
    throw new DTypeError({
      where: spec.name,
      what: (common === 'bool' && spec.refusesBool) || 'not defined for this dtype',
      got: common,
      expected: `one of ${expected.map((d) => d.name).join(', ')}`,
      hint: 'convert with x.astype(...)',
    });
  }
  if (isFloat(common) || isComplex(common)) return common;
  if (typing === 'float') return rule.floatOf(common);
  return typing === 'quotient' ? rule.defaultFloat : common;
}
