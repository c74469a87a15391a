import { type DType, DTypeError, DTYPES, deviceGeneration, expr as e, type Expr, isFloat, type Kernel, kernelFor, ShapeError, sizeOf, type View } from '@isograd/device';
import { NDArray, type Shape } from './array.ts';
import { commonShape, sameShape, show, viewIn } from './broadcast.ts';
import { WeakScalar } from './dispatch.ts';
import type { Promotion } from './promotion.ts';
import { resultType } from './result-type.ts';
import { allocate } from './storage.ts';

/** Which dtypes an element-wise op takes and gives. `same`: the common one; `float`: a float; `compare`: bool out; `logic`: bool in and out. */
export type Typing = 'same' | 'float' | 'compare' | 'logic';

/** What an element-wise computation is: a scalar expression and how dtypes go through it. */
export interface Elementwise {
  readonly name: string;
  readonly typing: Typing;
  /** Builds the expression from one symbol an operand, then one a run-time scalar. */
  readonly expr: (...symbols: Expr[]) => Expr;
  /** Kinds of dtype it takes, as NumPy letters; default all. */
  readonly kinds?: string;
  /** Number of operands that keep their own dtype, in front (the condition of `where`). */
  readonly untyped?: number;
  /** Whether it may store into an output of a lower kind (`astype`). */
  readonly unsafe?: boolean;
}

/** How one call runs: an output to write into instead of a new array, run-time scalars. */
export interface ElementwiseCall {
  readonly out?: NDArray | undefined;
  readonly scalars?: readonly number[] | undefined;
}

interface Compiled {
  readonly kernel: Kernel;
  readonly dtype: DType;
}

const NO_SCALARS: readonly number[] = [];

/** Makes the function that runs an element-wise computation on plain arrays; kernels are cached by dtypes. */
export function elementwise(spec: Elementwise): (inputs: readonly NDArray[], rule: Promotion, call?: ElementwiseCall) => NDArray {
  let cache = new Map<string, Compiled>();
  let generation = deviceGeneration();
  const compiled = (inputs: readonly NDArray[], rule: Promotion, out: NDArray | undefined, scalars: number): Compiled => {
    if (generation !== deviceGeneration()) {
      cache = new Map();
      generation = deviceGeneration();
    }
    const free = spec.untyped ?? 0;
    const common = computeType(spec, resultType(inputs.slice(free), rule), rule);
    let key: string = common;
    for (let i = 0; i < inputs.length; i++) key += i >= free && isUniform(inputs[i]!) ? 'w' : DTYPES[inputs[i]!.dtype].tag;
    if (out) key += `>${out.dtype}`;
    let entry = cache.get(key);
    if (!entry) {
      const arrays = inputs.filter((x, i) => i < free || !isUniform(x));
      let [array, uniform] = [0, scalars];
      const symbols = inputs.map((x, i) => {
        if (i >= free && isUniform(x)) return e.scalar(uniform++, common);
        const symbol = e.input(array++, x.dtype);
        return i < free ? symbol : e.cast(symbol, common);
      });
      const body = spec.expr(...symbols, ...Array.from({ length: scalars }, (_, i) => e.scalar(i, common)));
      if (out && !spec.unsafe) checkCast(spec.name, body.dtype, out.dtype);
      const output = out ? e.cast(body, out.dtype) : body;
      entry = { kernel: kernelFor({ kind: 'map', inputs: arrays.map((x) => x.dtype), scalars: new Array<DType>(uniform).fill(common), outputs: [output] }), dtype: output.dtype };
      cache.set(key, entry);
    }
    return entry;
  };
  return (inputs, rule, call) => {
    const shape = shapeOf(spec.name, inputs, call?.out);
    const scalars = call?.scalars ?? NO_SCALARS;
    const { kernel, dtype } = compiled(inputs, rule, call?.out, scalars.length);
    const out = call?.out ?? new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);
    const views: View[] = [out];
    let numbers = scalars;
    const free = spec.untyped ?? 0;
    for (let i = 0; i < inputs.length; i++) {
      const x = inputs[i]!;
      if (i >= free && isUniform(x)) numbers = [...numbers, Number(x.value)];
      else views.push(viewIn(safe(x, call?.out), shape));
    }
    kernel.run(views, shape, numbers);
    return out;
  };
}

/** Whether an operand travels as a run-time scalar: a bare number that float64 holds exactly. */
function isUniform(x: NDArray): x is WeakScalar {
  return x instanceof WeakScalar && typeof x.value !== 'bigint';
}

function shapeOf(where: string, inputs: readonly NDArray[], out: NDArray | undefined): Shape {
  const first = inputs[0]!.shape;
  const shape = inputs.every((x) => sameShape(x.shape, first)) ? first : commonShape(where, inputs.map((x) => x.shape));
  if (out === undefined) return shape;
  out.checkWritable(where);
  if (!sameShape(commonShape(where, [shape, out.shape]), out.shape)) throw new ShapeError({ where, what: 'the output is too small for the result', got: `out ${show(out.shape)}`, expected: show(shape) });
  return out.shape;
}

// An input that overlaps the output in another layout would be read after it was written.
function safe(x: NDArray, out: NDArray | undefined): NDArray {
  if (out === undefined || x.storage !== out.storage) return x;
  return x.offset === out.offset && sameShape(x.shape, out.shape) && sameShape(x.strides, out.strides) ? x : x.copy();
}

function computeType(spec: Elementwise, common: DType, rule: Promotion): DType {
  const { kind } = DTYPES[common];
  if (spec.kinds !== undefined && !spec.kinds.includes(kind)) {
    const expected = Object.values(DTYPES).filter((d) => spec.kinds!.includes(d.kind));
    throw new DTypeError({ where: spec.name, what: 'not defined for this dtype', got: common, expected: `one of ${expected.map((d) => d.name).join(', ')}`, hint: 'convert with x.astype(...)' });
  }
  if (spec.typing === 'logic') return 'bool';
  return spec.typing === 'float' && !isFloat(common) ? rule.floatOf(common) : common;
}

/** Refuses to store a result in an array of a lower kind, as NumPy's same-kind casting. */
function checkCast(where: string, from: DType, to: DType): void {
  const order = 'buif';
  if (order.indexOf(DTYPES[from].kind) > order.indexOf(DTYPES[to].kind)) throw new DTypeError({ where, what: 'the result cannot be stored in this dtype without losing its kind', got: `result ${from}, out ${to}`, hint: `make the output ${from}, or cast the result with astype` });
}
