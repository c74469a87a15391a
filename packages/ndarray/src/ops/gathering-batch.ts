import type { NDArray, Shape } from '../array.ts';
import { alongAxesBatch, behindExamples, withExamples } from '../batching.ts';
import { dispatch } from '../dispatch.ts';
import { int64Array } from '../functions/int64.ts';
import type { BatchRule } from '../op.ts';

interface AxisAttrs {
  readonly axis: number;
}

interface IntoAttrs extends AxisAttrs {
  readonly shape: Shape;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, d) => from + d);
const withoutGaps = (x: NDArray): NDArray => (x.contiguous ? x : x.copy());

/** Positions of each example in the axes of all examples laid end to end, each of length `n`. */
function endToEnd(indices: NDArray, n: number): NDArray {
  const size = indices.shape[0]!;
  const starts = int64Array(
    range(0, size).map((i) => i * n),
    [size, ...new Array<number>(indices.ndim - 1).fill(1)],
  );
  return withoutGaps(indices.add(starts));
}

/** Batching of `take`: examples with positions of their own are laid end to end along the axis. */
export const takeBatch: BatchRule<AxisAttrs> = ([x, indices], { op, attrs, shapes, batched }) => {
  const { axis } = attrs;
  if (!batched(1)) return dispatch(op, [x!, indices!], { axis: axis + 1 } as never);
  const picked = shapes[1]!.length;
  if (!batched(0)) {
    const y = dispatch(op, [x!, withoutGaps(indices!)], attrs as never);
    return y.transpose([axis, ...range(0, axis), ...range(axis + 1, y.ndim)]);
  }
  const lines = x!.moveaxis(axis + 1, 1);
  const [size, n, ...rest] = lines.shape as readonly [number, number, ...number[]];
  const y = dispatch(op, [lines.reshape([size * n, ...rest]), endToEnd(indices!, n)], { axis: 0 } as never);
  const behind = 1 + picked;
  return y.transpose([0, ...range(behind, behind + axis), ...range(1, behind), ...range(behind + axis, y.ndim)]);
};

/** Batching of the cotangent of `take`, as that of {@link takeBatch}. */
export const takeGradBatch: BatchRule<IntoAttrs> = (inputs, call) => {
  const { op, attrs, shapes, size, batched } = call;
  const { axis, shape } = attrs;
  const g = withExamples(inputs[0]!, 0, call);
  if (!batched(1)) return dispatch(op, [g, inputs[1]!], behindExamples(attrs, size) as never);
  const picked = shapes[1]!.length;
  const lines = g.transpose([
    0,
    ...range(1 + axis, 1 + axis + picked),
    ...range(1, 1 + axis),
    ...range(1 + axis + picked, g.ndim),
  ]);
  const n = shape[axis]!;
  const rest = shape.filter((_, d) => d !== axis);
  const y = dispatch(op, [lines, endToEnd(inputs[1]!, n)], { axis: 0, shape: [size * n, ...rest] } as never);
  return y.reshape([size, n, ...rest]).moveaxis(1, axis + 1);
};

/** Batching of gathers along lines, which every example does in lines of its own. */
export const alongLinesBatch: BatchRule<AxisAttrs> = (inputs, call) =>
  alongAxesBatch(
    inputs.map((x, i) => (i === 1 ? withoutGaps(withExamples(x, i, call)) : withExamples(x, i, call))),
    { ...call, batched: () => true },
  );
