import { allocate, dispatch, NDArray, operand, type OpSpec, type RecordedCall } from '@isograd/ndarray';
import type { Tensor } from './tensor.ts';

/** How a tensor looks at the memory of another: the last of the view ops that lead there from its base. */
export interface ViewOf {
  /** The tensor to which the memory belongs. */
  readonly base: Tensor;
  /** The view that it was taken from; `undefined` when that was the base. */
  readonly of: ViewOf | undefined;
  readonly op: RecordedCall['op'];
  readonly attrs: never;
  /** Whether history was recorded when it was taken; only then may it be written while recording. */
  readonly recorded: boolean;
}

/** The same view of another array of the base's shape. */
export function replay(view: ViewOf, base: NDArray): NDArray {
  const steps: ViewOf[] = [];
  for (let v: ViewOf | undefined = view; v; v = v.of) steps.push(v);
  return steps.reduceRight((x, { op, attrs }) => dispatch(op as OpSpec, [x], attrs), base);
}

/** A copy with the strides of another array of its shape, so that what is a view of the one is a view of the copy. */
function copyLike(x: NDArray, { shape, strides }: NDArray | Tensor): NDArray {
  let [below, above] = [0, 0];
  shape.forEach((n, d) => {
    const reach = (n - 1) * strides[d]!;
    if (reach < 0) below -= reach;
    else above += reach;
  });
  const out = new NDArray(allocate(x.dtype, below + above + 1), x.dtype, { shape, strides, offset: below });
  return out.set(['...'], x);
}

/** The base of a view after something was written into the view; what PyTorch calls `CopySlices`. */
export const copySlices: OpSpec<{ readonly view: ViewOf }> = {
  name: 'copySlices',
  family: 'view',
  forward: ([base, value], { view }) => {
    const out = copyLike(base!, view.base);
    replay(view, out).set(['...'], value!);
    return out;
  },
  vjp: (g, { attrs: { view }, needs }) => [
    needs(0) ? dispatch(copySlices, [g, operand(0, 'copySlices')], { view }) : undefined,
    needs(1) ? replay(view, g) : undefined,
  ],
  domain: [-2, 2],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null, why: 'it is no function: in-place methods of views record it' },
};
