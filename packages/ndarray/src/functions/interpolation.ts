import { ArgumentError, DTypeError, isComplex, isInteger, ShapeError, sizeOf } from '@isograd/device';
import { type Like, NDArray, type Scalar } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { Complex } from '../complex.ts';
import { withExamples } from '../batching.ts';
import { type ArrayLike, composed, defineOp, dispatch, dispatchSeveral, operand } from '../dispatch.ts';
import { resultType } from '../dtype-functions.ts';
import type { Index } from '../indexing/parse.ts';
import type { BatchCall, Composed, Op, OpSpec, SeveralSpec } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { where } from '../ops/selection.ts';
import { imagView, joinParts, realView } from '../parts.ts';
import { Storage } from '../storage.ts';
import { diff } from './differences.ts';
import { int64Array } from './int64.ts';
import { interpGradient, type Layout } from './interpolation-gradient.ts';

/** Options of {@link interp}. */
export interface InterpOptions {
  /** Value left of the first point; default that of the first point. */
  readonly left?: Scalar | null;
  /** Value right of the last point; default that of the last point. */
  readonly right?: Scalar | null;
  /** Length after which everything repeats; `left` and `right` are not looked at then. */
  readonly period?: number | null;
}

/** Points of a curve: places in ascending order, and values. */
interface Curve {
  readonly xp: Float64Array;
  readonly fp: Float64Array;
  readonly left: number;
  readonly right: number;
  /** Value at NaN: of a complex value the imaginary part is 0. */
  readonly nowhere: number;
}

/** The last point at or before a place; -1 before the first one. */
function pointBefore(x: number, xp: Float64Array): number {
  if (x > xp[xp.length - 1]!) return xp.length;
  let low = -1;
  let high = xp.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (x >= xp[middle]!) low = middle;
    else high = middle;
  }
  return low;
}

function valueAt(x: number, { xp, fp, left, right, nowhere }: Curve): number {
  if (Number.isNaN(x)) return nowhere;
  const n = xp.length;
  if (n === 1) return x < xp[0]! ? left : x > xp[0]! ? right : fp[0]!;
  const j = pointBefore(x, xp);
  if (j === -1) return left;
  if (j === n) return right;
  // The value of a point itself, not the end of a line that may not be finite.
  if (j === n - 1 || xp[j] === x) return fp[j]!;
  const slope = (fp[j + 1]! - fp[j]!) / (xp[j + 1]! - xp[j]!);
  let y = slope * (x - xp[j]!) + fp[j]!;
  // A slope that is not finite may still give a value from the other side.
  if (Number.isNaN(y)) y = slope * (x - xp[j + 1]!) + fp[j + 1]!;
  if (Number.isNaN(y) && fp[j] === fp[j + 1]) y = fp[j]!;
  return y;
}

function float64s(x: NDArray): Float64Array {
  if (isComplex(x.dtype))
    throw new DTypeError({
      where: 'interp',
      what: `Cannot cast array data from dtype('${x.dtype}') to dtype('float64') according to the rule 'safe'`,
      got: x.dtype,
      expected: 'real places',
      hint: 'only the values of the points may be complex',
    });
  return x.astype('float64').data as Float64Array;
}

function checkPoints(xp: NDArray, fp: NDArray, period: number | null): void {
  const shapes = `xp [${xp.shape.join(', ')}], fp [${fp.shape.join(', ')}]`;
  const refuse = (what: string): never => {
    throw new ShapeError({
      where: 'interp',
      what,
      got: shapes,
      expected: 'two vectors of one length',
      hint: 'x.ravel()',
    });
  };
  if (xp.ndim !== 1 || fp.ndim !== 1) refuse('Data points must be 1-D sequences');
  if (xp.size !== fp.size) refuse('fp and xp are not of the same length');
  if (xp.size === 0) refuse('array of sample points is empty');
  if (period === 0)
    throw new ArgumentError({
      where: 'interp',
      what: 'period must be a non-zero value',
      got: '0',
      expected: 'a length',
      hint: 'leave it out for a curve that does not repeat',
    });
}

/** Folds places into one period and puts a point of the neighbouring ones at either end. */
function periodic(xp: Float64Array, fp: Float64Array, period: number): { xp: Float64Array; fp: Float64Array } {
  const folded = xp.map((v) => fold(v, period));
  const order = Array.from(folded.keys()).sort((a, b) => folded[a]! - folded[b]!);
  const last = order.at(-1)!;
  return {
    xp: Float64Array.of(folded[last]! - period, ...order.map((i) => folded[i]!), folded[order[0]!]! + period),
    fp: Float64Array.of(fp[last]!, ...order.map((i) => fp[i]!), fp[order[0]!]!),
  };
}

/** The rest of a division with the sign of the divisor, which is positive. */
function fold(x: number, period: number): number {
  const rest = x % period;
  return rest < 0 ? rest + period : Object.is(rest, -0) ? 0 : rest;
}

function partOfScalar(value: Scalar | null | undefined, part: 're' | 'im'): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Complex) return value[part];
  return part === 're' ? Number(value) : 0;
}

/** One part of the values of a curve at places. */
function interpolate(x: Float64Array, xp: Float64Array, fp: Float64Array, ends: Ends): Float64Array {
  const { left, right, period, nowhere } = ends;
  if (period !== null) {
    const curve = { ...periodic(xp, fp, period), left: NaN, right: NaN, nowhere };
    return x.map((v) => valueAt(fold(v, period), curve));
  }
  const curve = { xp, fp, left: left ?? fp[0]!, right: right ?? fp[fp.length - 1]!, nowhere };
  return x.map((v) => valueAt(v, curve));
}

interface Ends {
  readonly left: number | undefined;
  readonly right: number | undefined;
  readonly period: number | null;
  readonly nowhere: number;
}

interface InterpAttrs {
  readonly left: Scalar | null;
  readonly right: Scalar | null;
  readonly period: number | null;
}

/** Numbers of one curve after the other from places and points: one curve, or as many as `xp` has along its leading axes. */
function curveByCurve(xp: NDArray, arrays: readonly Float64Array[], one: (...parts: Float64Array[]) => void): void {
  const curves = sizeOf(xp.shape.slice(0, -1));
  for (let i = 0; i < curves; i++)
    one(...arrays.map((x) => x.subarray((i * x.length) / curves, ((i + 1) * x.length) / curves)));
}

function interpForward([at, places, values]: readonly NDArray[], { left, right, period }: InterpAttrs): NDArray {
  const [xs, ps] = [float64s(at!), float64s(places!)];
  const one = (part: NDArray, name: 're' | 'im'): NDArray => {
    const ends = {
      left: partOfScalar(left, name),
      right: partOfScalar(right, name),
      period,
      nowhere: name === 're' ? NaN : 0,
    };
    const ys = new Float64Array(xs.length);
    curveByCurve(places!, [xs, ps, float64s(part), ys], (x, xp, fp, y) => y!.set(interpolate(x!, xp!, fp!, ends)));
    return new NDArray(new Storage(ys), 'float64', at!.shape);
  };
  return isComplex(values!.dtype)
    ? joinParts(one(realView(values!), 're'), one(imagView(values!), 'im'))
    : one(values!, 're');
}

/** Writes for each place of a curve what {@link Layout} says. */
function layOut([xs, ps, ...layout]: readonly Float64Array[], { left, right, period }: InterpAttrs): void {
  const n = ps!.length;
  const folded = period === null ? ps! : ps!.map((v) => fold(v, period));
  const order = Array.from(folded.keys());
  if (period !== null) order.sort((a, b) => folded[a]! - folded[b]!);
  const turns = (v: number): number => (period === null ? 0 : Math.round((fold(v, period) - v) / period));
  // Points by their place in the order, those beyond either end being of the neighbouring periods.
  const point = (j: number): number => order[(j + n) % n]!;
  const shift = (j: number): number => (turns(ps![point(j)]!) + Math.floor(j / n)) * (period ?? 0);
  const sorted = Float64Array.from(order, (i) => folded[i]!);
  xs!.forEach((v, i) => {
    const x = period === null ? v : fold(v, period);
    const beyond = x > sorted[n - 1]!;
    const j = beyond ? n - 1 : pointBefore(x, sorted);
    const isLine = period !== null || (j >= 0 && j < n - 1);
    const isFree = Number.isNaN(x) || (period === null && ((j < 0 && left !== null) || (beyond && right !== null)));
    const [from, to] = isLine ? [j, j + 1] : [Math.max(j, 0), Math.max(j, 0)];
    const [a, b] = isFree ? [0, 0] : [point(from), point(to)];
    const first = shift(from);
    const found = [a, b, turns(v) * (period ?? 0) - first, shift(to) - first, Number(!isFree)];
    found.forEach((value, k) => (layout[k]![i] = value));
  });
}

/** Curves of their own are stacked; places of any shape lie on one that all share. */
function stackCurves(inputs: readonly NDArray[], call: Omit<BatchCall, 'op' | 'attrs'>): readonly NDArray[] {
  const shared = call.shapes[1]!.length === 1 && inputs.every((_, i) => i === 0 || !call.batched(i));
  return shared ? inputs : inputs.map((x, i) => withExamples(x, i, call));
}

const layoutSpec: SeveralSpec<InterpAttrs> = {
  name: 'interpLayout',
  family: 'composed',
  several: ([x, xp], attrs) => {
    const layout = Array.from({ length: 5 }, () => new Float64Array(x!.size));
    curveByCurve(xp!, [float64s(x!), float64s(xp!), ...layout], (...parts) => layOut(parts, attrs));
    return layout.map((y, k) =>
      k < 2 ? int64Array(Array.from(y), x!.shape) : new NDArray(new Storage(y), 'float64', x!.shape),
    );
  },
  vjp: { nonDifferentiable: 'it jumps' },
  batch: (inputs, call) => dispatchSeveral(call.op, stackCurves(inputs, call), call.attrs as never),
  domain: [-2, 2],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null },
};

const interpSpec: OpSpec<InterpAttrs> = {
  name: 'interp',
  family: 'composed',
  forward: interpForward,
  vjp: (g, { inputs, attrs }) => {
    const given = inputs as readonly [NDArray, NDArray, NDArray];
    const layout = dispatchSeveral(layoutSpec, [given[0].plain(), given[1].plain()], attrs);
    return interpGradient(g, given, layout as unknown as Layout);
  },
  batch: (inputs, call) => dispatch(call.op, stackCurves(inputs, call), call.attrs as never),
  domain: [-2, 2],
  samples: [
    {
      inputs: [[5], { shape: [4], values: [-1, 0, 0.5, 2] }, [4]],
      attrs: { left: null, right: null, period: null },
    },
    {
      inputs: [[2, 3], { shape: [3], values: [-1, 0, 1] }, [3]],
      args: [{ left: -9, right: 9 }],
      attrs: { left: -9, right: 9, period: null },
    },
    { inputs: [[6], [4], [4]], args: [{ period: 1.5 }], attrs: { left: null, right: null, period: 1.5 } },
    { inputs: [[], { shape: [1], values: [0] }, [1]], attrs: { left: null, right: null, period: null } },
    { inputs: [[0], { shape: [2], values: [0, 1] }, [2]], attrs: { left: null, right: null, period: null } },
  ],
  errors: [
    { inputs: [[2], [3], [4]], throws: 'fp and xp are not of the same length' },
    { inputs: [[2], [0], [0]], throws: 'array of sample points is empty' },
    { inputs: [[2], [2, 2], [4]], throws: 'Data points must be 1-D sequences' },
    { inputs: [[2], [3], [3]], args: [{ period: 0 }], throws: 'period must be a non-zero value' },
  ],
  parity: {
    numpy: 'np.interp(x1, x2, x3, left=left, right=right, period=period)',
    torch: null,
    jax: 'jnp.interp(x1, x2, x3, left=left, right=right, period=period)',
    tfjs: null,
    why: 'PyTorch and tfjs interpolate images only',
  },
};

/**
 * Values at `x` of the curve through the points (`xp`, `fp`) by straight lines; float64, or complex128 for complex values.
 *
 * `xp` is in ascending order, which is not checked; with a `period` it need not be. At a point the gradient is that of the line to its right.
 *
 * @throws ShapeError for points that are no vectors, empty or of unequal number; ArgumentError for a period of 0.
 * @example
 * interp(array([0, 1, 1.5, 4]), array([1, 2, 3]), array([3, 2, 0])).tolist() // => [ 3, 3, 2.5, 0 ]
 * interp(array([370]), array([0, 90, 180]), array([0, 9, 0]), { period: 360 }).tolist() // => [ 1 ]
 */
export const interp: Op<(x: ArrayLike, xp: ArrayLike, fp: ArrayLike, options?: InterpOptions) => NDArray> = defineOp(
  interpSpec,
  (x: ArrayLike, xp: ArrayLike, fp: ArrayLike, { left = null, right = null, period = null }: InterpOptions = {}) => {
    const inputs = [x, xp, fp].map((a) => operand(a, 'interp'));
    checkPoints(inputs[1]!, inputs[2]!, period);
    return dispatch(interpSpec, inputs, { left, right, period: period === null ? null : Math.abs(period) });
  },
);

/** Options of {@link unwrap}. */
export interface UnwrapOptions {
  /** Jumps below it stay; default half a period. */
  readonly discont?: number | null;
  /** Default the last axis. */
  readonly axis?: number;
  /** Default 2π. */
  readonly period?: number;
}

function partAlong(x: NDArray, axis: number, bounds: Index): NDArray {
  return x.at(...Array.from({ length: axis }, () => ':' as const), bounds);
}

/**
 * Angles without jumps: where neighbours differ by more than half a period, whole periods are added from there on.
 *
 * @example
 * unwrap(array([0, 0.5, 6.5]), { period: 6 }).tolist() // => [ 0, 0.5, 0.5 ]
 */
export const unwrap: Composed<<T extends ArrayLike>(x: T, options?: UnwrapOptions) => Like<T>> = composed(
  {
    name: 'unwrap',
    domain: [-9, 9],
    samples: [
      { inputs: [[6]], attrs: { discont: null, axis: -1, period: 2 * Math.PI } },
      { inputs: [[3, 4]], args: [{ axis: 0, period: 4 }], attrs: { discont: null, axis: 0, period: 4 } },
      { inputs: [[6]], args: [{ discont: 5 }], attrs: { discont: 5, axis: -1, period: 2 * Math.PI } },
      {
        inputs: [{ shape: [6], dtype: 'int64' }],
        args: [{ period: 5 }],
        attrs: { discont: null, axis: -1, period: 5 },
        without: { jax: 'it halves odd periods otherwise' },
      },
    ],
    errors: [{ inputs: [[4]], args: [{ axis: 1 }], throws: 'out of bounds' }],
    parity: {
      numpy: 'np.unwrap(x1, discont=discont, axis=axis, period=period)',
      torch: null,
      jax: 'jnp.unwrap(x1, discont=discont, axis=axis, period=period)',
      tfjs: null,
      why: 'the others have no such function',
    },
  },
  <T extends NDArray>(x: T, { discont = null, axis = -1, period = 2 * Math.PI }: UnwrapOptions = {}): T => {
    const given = operand(x, 'unwrap');
    const d = normalizeAxis(axis, given.ndim, 'unwrap');
    const steps = diff(given, 1, d);
    const dtype = resultType(steps, period);
    const whole = isInteger(dtype);
    const high = whole ? Math.floor(period / 2) : period / 2;
    const folded = steps.subtract(-high).remainder(period).add(-high);
    // A jump of exactly half a period keeps its direction.
    const ambiguous = !whole || period % 2 === 0;
    const small = ambiguous ? where(folded.equal(-high).logicalAnd(steps.greater(0)), high, folded) : folded;
    const corrections = where(steps.abs().less(discont ?? period / 2), 0, small.subtract(steps));
    const rest = partAlong(given, d, '1:').add(corrections.cumsum(d));
    return concatenate([partAlong(given, d, ':1').astype(dtype), rest.astype(dtype)], d) as T;
  },
);

/**
 * The sine of πx over πx, 1 at 0, element-wise.
 *
 * @example
 * sinc(array([0, 0.5])).tolist() // => [ 1, 0.6366197723675814 ]
 */
export const sinc: Composed<<T extends ArrayLike>(x: T) => Like<T>> = composed(
  {
    name: 'sinc',
    domain: [-3, 3],
    samples: [{ inputs: [[5]] }, { inputs: [[]] }, { inputs: [[0, 2]] }, { inputs: [{ shape: [2], values: [0, 1] }] }],
    errors: [],
    parity: { numpy: 'np.sinc(x1)', torch: 'torch.sinc(x1)', jax: 'jnp.sinc(x1)', tfjs: null, why: 'tfjs has no sinc' },
  },
  <T extends NDArray>(x: T): T => {
    const scaled = operand(x, 'sinc').mul(Math.PI);
    const zero = scaled.equal(0);
    const y = where(zero, 1, scaled);
    // At 0 the first terms of the series, which have the derivatives of the quotient that is not there.
    return where(zero, scaled.square().div(-6).add(1), y.sin().div(y)) as T;
  },
);
