import { DTypeError, DTYPES } from '@isograd/device';
import { type Like, type NDArray } from './array.ts';
import type { Axis } from './axes.ts';
import { type ArrayLike, defineOp, dispatch, operand } from './dispatch.ts';
import { extended, isExtended, type Monoid, writeOut } from './extended-reduction.ts';
import { type Masked, refuseInitial } from './masked-statistics.ts';
import type { ErrorSample, NonDifferentiable, Op, OpCall, OpSpec, Parity, Sample } from './op.ts';
import { type Promotion, TORCH } from './promotion.ts';
import { expandReduced, isReduceOptions, parseReduce, type ReduceAttrs, type ReduceOptions } from './reduce-attrs.ts';

export * from './reduce-attrs.ts';
export { averageType, isOneRun, type ReduceRun, type Reduction, reducer, sumType } from './reducer.ts';

/** Function that reduces axes: `sum(x)`, `sum(x, 0)`, `sum(x, { axis: 0, keepdims: true })`, `sum(x, 0, { keepdims: true })`. */
export type ReductionOp<O extends ReduceOptions = ReduceOptions> = Op<
  <T extends ArrayLike>(x: T, axis?: Axis | O, options?: O) => Like<T>
>;

/** Computes a reduction of a plain array. */
export type ReduceForward<A extends ReduceAttrs = ReduceAttrs> = (x: NDArray, attrs: A, rule: Promotion) => NDArray;

/** Row of a reduction. */
export interface ReductionRow<A extends ReduceAttrs = ReduceAttrs> {
  readonly forward: ReduceForward<A>;
  /** Cotangent of `x`; `g` and `y` come with their reduced axes as length 1. */
  readonly vjp: ((g: NDArray, x: NDArray, y: NDArray, attrs: A) => NDArray) | NonDifferentiable;
  /** Whether it is linear, so that its tangent is that of the tangent. */
  readonly linear?: true;
  /** What `initial` and `where` mean: the element that changes nothing, where there is one, and how two results are combined. */
  readonly monoid?: Monoid;
  /** The same with `where`, for what is no monoid. */
  readonly masked?: (x: NDArray, masked: Masked) => NDArray;
  /** Kinds of dtype that PyTorch takes, as NumPy letters; default all. NumPy takes all. */
  readonly torchKinds?: string;
  /** As of `OpSpec`: whether the rule conjugates by itself. */
  readonly conjugates?: boolean;
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
    ...(row.conjugates && { conjugates: true }),
    forward: (inputs, attrs, rule) => {
      const x = inputs[0]!;
      if (torchKinds !== undefined && rule === TORCH && !torchKinds.includes(DTYPES[x.dtype].kind)) {
        throw new DTypeError({
          where: name,
          what: 'not defined for this dtype',
          got: x.dtype,
          expected: 'a floating-point or complex tensor',
          hint: 'convert with x.float()',
        });
      }
      return row.forward(x, attrs, rule);
    },
    vjp:
      typeof vjp === 'function'
        ? (g: NDArray, { inputs, output, attrs }: OpCall<A>) => {
            const x = inputs[0]!;
            return [vjp(expandReduced(g, x.shape, attrs), x, expandReduced(output, x.shape, attrs), attrs)];
          }
        : vjp,
    ...(row.linear ? { linear: 'each' } : typeof vjp === 'function' ? { jvp: summedTangent(vjp) } : {}),
    batch: 'alongAxes',
    domain: row.domain ?? [-2, 2],
    samples: row.samples ?? REDUCTION_SAMPLES,
    errors: row.errors ?? AXIS_ERRORS,
    parity: row.parity,
  };
}

/** Every output depends on its own elements alone, so the rule of the cotangent weighs tangents too, which are then summed. */
function summedTangent<A extends ReduceAttrs>(
  vjp: Exclude<ReductionRow<A>['vjp'], NonDifferentiable>,
): NonNullable<OpSpec<A>['jvp']> {
  return ([t], { inputs, output, attrs }) => {
    const x = inputs[0]!;
    const weighed = vjp(t!.astype(output.dtype), x, expandReduced(output, x.shape, attrs), attrs);
    return weighed.sum(attrs.axes, { keepdims: attrs.keepdims });
  };
}

/** A reduction as an op. */
export function reduction(name: string, row: ReductionRow): ReductionOp {
  const spec = reductionSpec(name, row);
  const plainly = (
    array: NDArray,
    axis: Axis | ReduceOptions | undefined,
    options: ReduceOptions | undefined,
  ): NDArray => dispatch(spec, [array], parseReduce(array, axis, options, name));
  return defineOp(spec, (x: ArrayLike, axis?: Axis | ReduceOptions, options?: ReduceOptions) => {
    const array = operand(x, name);
    const given = isReduceOptions(axis) ? axis : options;
    if (given === undefined || !isExtended(given)) return plainly(array, axis, options);
    const run = (part: NDArray): NDArray => plainly(part, axis, options);
    const along = isReduceOptions(axis) ? axis.axis : (axis ?? options?.axis);
    if (row.masked === undefined)
      return extended({ name, monoid: row.monoid, array, given: { ...given, axis: along ?? null } }, run);
    return maskedOrPlain({ name, array, given, attrs: parseReduce(array, axis, options, name) }, run, row.masked);
  });
}

/** A reduction with `where` or `out` that is no monoid. */
interface MaskedCall {
  readonly name: string;
  readonly array: NDArray;
  readonly given: ReduceOptions;
  readonly attrs: ReduceAttrs;
}

/** Computes with `where` in one way and without in another, and writes into `out` where it is given. */
export function maskedOrPlain(
  { name, array, given, attrs }: MaskedCall,
  run: (x: NDArray) => NDArray,
  masked: (x: NDArray, masked: Masked) => NDArray,
): NDArray {
  refuseInitial(given, name);
  const y = given.where === undefined ? run(array) : masked(array, { ...attrs, mask: given.where });
  return given.out === undefined ? y : writeOut(y, given.out, name);
}
