import { DTYPES } from '@isograd/device';
import type { NDArray, Shape } from './array.ts';
import { dispatch, dispatchSeveral } from './dispatch.ts';
import type { BatchCall, BatchRule, SeveralSpec } from './op.ts';
import { resultType } from './result-type.ts';
import { WeakScalar } from './weak-scalar.ts';

/** An input with its examples along axis 0, all the same where it has none of its own. */
export function withExamples(x: NDArray, i: number, call: Pick<BatchCall<unknown>, 'size' | 'batched'>): NDArray {
  return call.batched(i) ? x : x.broadcastTo([call.size, ...x.shape]);
}

/** The examples with axes of length 1 in front of their own, so that they broadcast as each would alone. */
export function alignExamples(x: NDArray, ndim: number): NDArray {
  const missing = ndim - (x.ndim - 1);
  if (missing <= 0) return x;
  return x.reshape([x.shape[0]!, ...new Array<number>(missing).fill(1), ...x.shape.slice(1)]);
}

// Kinds of dtype from the weakest; signs of integers do not matter.
const RANK: { readonly [kind: string]: number } = { b: 0, u: 1, i: 1, f: 2, c: 3 };
const rankOf = (x: NDArray): number => RANK[DTYPES[x.dtype].kind]!;

/**
 * Examples without axes become vectors, which would raise the dtype where a 0-d tensor alone does not (PyTorch's rule);
 * so they are cast to the dtype that one example alone meets in.
 */
function keepWeak(inputs: readonly NDArray[], { shapes, batched }: BatchCall<unknown>): readonly NDArray[] {
  const flat = (i: number): boolean => shapes[i]!.length === 0;
  if (!inputs.some((x, i) => batched(i) && flat(i) && x.promotion.zeroDimIsWeak)) return inputs;
  const { promotion } = inputs.find((_, i) => batched(i))!;
  const wide = inputs.filter((_, i) => !flat(i));
  const strong = wide.length > 0 ? wide : inputs.filter((x) => !(x instanceof WeakScalar));
  const dtype = wide.length > 0 ? resultType(wide, promotion) : strong.map((x) => x.dtype).reduce(promotion.promote);
  const highest = Math.max(...strong.map(rankOf));
  return inputs.map((x, i) =>
    batched(i) && flat(i) && x.dtype !== dtype && x.dtype !== 'bool' && rankOf(x) <= highest ? x.astype(dtype) : x,
  );
}

/** Batching of element-wise ops: the examples broadcast against what they share. */
export const elementwiseBatch: BatchRule<unknown> = (inputs, call) => {
  const ndim = Math.max(...call.shapes.map((shape) => shape.length));
  const aligned = keepWeak(inputs, call).map((x, i) => (call.batched(i) ? alignExamples(x, ndim) : x));
  return dispatch(call.op, aligned, call.attrs as never);
};

/** Attributes that name axes of an input, or the shape of the result. */
export interface PlaceAttrs {
  readonly axis?: number;
  readonly axes?: readonly number[];
  readonly shape?: Shape;
}

/** The attributes of a call for arrays with so many examples along one more axis in front. */
export function behindExamples<A extends PlaceAttrs>(attrs: A, size: number): A {
  return {
    ...attrs,
    ...(attrs.axis === undefined ? {} : { axis: attrs.axis + 1 }),
    ...(attrs.axes === undefined ? {} : { axes: attrs.axes.map((d) => d + 1) }),
    ...(attrs.shape === undefined ? {} : { shape: [size, ...attrs.shape] }),
  };
}

/** Batching of ops whose attributes `axis`, `axes` and `shape` say where they work: the examples are one more axis in front. */
export const alongAxesBatch: BatchRule<PlaceAttrs> = (inputs, call) =>
  dispatch(
    call.op,
    inputs.map((x, i) => withExamples(x, i, call)),
    behindExamples(call.attrs, call.size) as never,
  );

/** Batching of ops that take stacks of what they work on: matrices, rows. */
export const stackedBatch: BatchRule<unknown> = (inputs, call) => {
  const ndim = Math.max(...call.shapes.map((shape) => shape.length));
  return dispatch(
    call.op,
    inputs.map((x, i) => alignExamples(withExamples(x, i, call), ndim)),
    call.attrs as never,
  );
};

/** As {@link stackedBatch}, for ops of several results. */
export const stackedBatchSeveral: NonNullable<SeveralSpec<unknown>['batch']> = (inputs, call) =>
  dispatchSeveral(
    call.op,
    inputs.map((x, i) => withExamples(x, i, call)),
    call.attrs as never,
  );
