import type { ConvRole } from '@isograd/device';
import { type BatchCall, dispatch, type NDArray, withExamples, zeros } from '@isograd/ndarray';
import { channelAxis, type ConvAttrs } from './conv-geometry.ts';

/** The examples side by side in one axis: `[examples, ...]` → `[...]` with that axis so many times as long. */
function merged(x: NDArray, axis: number): NDArray {
  const moved = x.moveaxis(0, axis);
  const shape = [...moved.shape];
  shape.splice(axis, 2, shape[axis]! * shape[axis + 1]!);
  return moved.reshape(shape);
}

/** Undoes {@link merged}. */
function parted(x: NDArray, axis: number, size: number): NDArray {
  const shape = [...x.shape];
  shape.splice(axis, 1, size, shape[axis]! / size);
  return x.reshape(shape).moveaxis(axis, 0);
}

/** The result where there are no examples, whose shape one of zeros tells. */
function noExamples({ op, attrs, shapes }: BatchCall<ConvAttrs>, { dtype }: NDArray): NDArray {
  const one = dispatch(
    op,
    shapes.map((shape) => zeros(shape, { dtype })),
    attrs as never,
  );
  return zeros([0, ...one.shape], { dtype });
}

/**
 * A convolution of many examples at once. Images of a shared weight are one larger batch; where each example has a weight of its own, the examples
 * become groups of channels.
 */
export function batchConvolution(
  role: ConvRole,
  names: readonly ConvRole[],
  inputs: readonly NDArray[],
  call: BatchCall<ConvAttrs>,
): NDArray {
  const { op, attrs, size, batched } = call;
  if (size === 0) return noExamples(call, inputs[0]!);
  const run = (xs: readonly NDArray[], changed: ConvAttrs): NDArray => dispatch(op, xs, changed as never);
  if (role !== 'weight' && inputs.every((_, i) => batched(i) === (i === 0)))
    return parted(run([merged(inputs[0]!, 0), ...inputs.slice(1)], attrs), 0, size);
  const axisOf = (i: number): number =>
    i === 2 ? 0 : channelAxis(names[i]!, inputs[i]!.ndim - Number(batched(i)), attrs);
  const wide = inputs.map((x, i) => merged(withExamples(x, i, call), axisOf(i)));
  const y = run(wide, { ...attrs, groups: attrs.groups * size });
  return parted(y, channelAxis(role, y.ndim, attrs), size);
}
