import { ShapeError } from '@isograd/device';
import { type As, NDArray, type Shape, stridesOf } from '../array.ts';
import { normalizeAxes, normalizeAxis } from '../axes.ts';
import { alignExamples } from '../batching.ts';
import { broadcastStrides, commonShape, sameShape, show } from '../broadcast.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import type { Op, OpSpec } from '../op.ts';
import { checkShape } from '../shape-check.ts';

/** Function that gives the same elements in another layout. */
export type ViewOp<Args extends unknown[]> = Op<<T extends ArrayLike>(x: T, ...args: Args) => As<T>>;

/** Strides of a reshape that needs no copy, or `undefined` where the layout forbids it. */
function reshapeStrides(x: NDArray, shape: Shape): number[] | undefined {
  if (x.contiguous) return stridesOf(shape);
  const strides = new Array<number>(shape.length).fill(0);
  const axes = x.shape.flatMap((n, d) => (n === 1 ? [] : [[n, x.strides[d]!] as const]));
  let at = axes.length - 1;
  let [length, step] = [1, 0];
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] === 1) continue;
    if (length === 1) {
      if (at < 0) return undefined;
      [length, step] = [axes[at]![0], axes[at]![1]];
      for (at--; at >= 0 && axes[at]![1] === step * length && length % shape[d]! !== 0; at--) length *= axes[at]![0];
    }
    if (length % shape[d]! !== 0) return undefined;
    strides[d] = step;
    step *= shape[d]!;
    length /= shape[d]!;
  }
  return strides;
}

function refuseReshape(what: string, size: number, shape: Shape): never {
  throw new ShapeError({
    where: 'reshape',
    what,
    got: `${size} elements into ${show(shape)}`,
    expected: 'lengths whose product is the number of elements; one may be -1',
    hint: 'reshape(-1) flattens',
  });
}

function inferShape(shape: Shape, size: number): Shape {
  let known = 1;
  let unknown = -1;
  for (let d = 0; d < shape.length; d++) {
    const n = shape[d]!;
    if (!Number.isInteger(n) || n < -1) refuseReshape('a length is not a whole number', size, shape);
    if (n !== -1) known *= n;
    else if (unknown === -1) unknown = d;
    else refuseReshape('can only infer one length', size, shape);
  }
  if (unknown === -1)
    return known === size ? shape : refuseReshape('cannot reshape, the number of elements differs', size, shape);
  if (known === 0 || size % known !== 0) refuseReshape('cannot infer the length of an axis', size, shape);
  return shape.map((n) => (n === -1 ? size / known : n));
}

const reshapeSpec: OpSpec<{ readonly shape: Shape }> = {
  name: 'reshape',
  family: 'view',
  forward: ([x], { shape }) => {
    const strides = reshapeStrides(x!, shape);
    return strides
      ? new NDArray(x!.storage, x!.dtype, { shape, strides, offset: x!.offset })
      : new NDArray(x!.plain().copy().storage, x!.dtype, shape);
  },
  readsLayout: true,
  vjp: (g, { inputs }) => [g.reshape(inputs[0]!.shape)],
  linear: 'each',
  batch: 'alongAxes',
  domain: [-2, 2],
  samples: [
    { inputs: [[2, 3]], args: [[3, 2]], attrs: { shape: [3, 2] } },
    { inputs: [[2, 3, 4]], args: [[-1, 4]], attrs: { shape: [-1, 4] } },
    { inputs: [[]], args: [[1, 1]], attrs: { shape: [1, 1] } },
    { inputs: [[0, 3]], args: [[3, 0]], attrs: { shape: [3, 0] } },
  ],
  errors: [
    { inputs: [[2, 3]], args: [[4]], throws: 'number of elements differs' },
    { inputs: [[2, 3]], args: [[-1, 4]], throws: 'cannot infer' },
    { inputs: [[2, 3]], args: [[-1, -1]], throws: 'can only infer one' },
  ],
  parity: {
    numpy: 'np.reshape(x1, shape)',
    torch: 'torch.reshape(x1, shape)',
    jax: 'jnp.reshape(x1, shape)',
    tfjs: 'tf.reshape(x1, shape)',
  },
};

/**
 * The same elements in another shape; a view where the layout allows, else a copy. One length may be -1; without lengths one element loses its axes.
 *
 * @example
 * reshape(arange(6), [2, -1]).tolist() // => [ [ 0, 1, 2 ], [ 3, 4, 5 ] ]
 */
export const reshape: ViewOp<[shape?: Shape | number, ...rest: number[]]> = defineOp(
  reshapeSpec,
  (x: ArrayLike, shape: Shape | number = [], ...rest: number[]) => {
    const array = operand(x, 'reshape');
    return dispatch(reshapeSpec, [array], {
      shape: inferShape(typeof shape === 'number' ? [shape, ...rest] : shape, array.size),
    });
  },
);

const transposeSpec: OpSpec<{ readonly axes: readonly number[] }> = {
  name: 'transpose',
  family: 'view',
  forward: ([x], { axes }) =>
    new NDArray(x!.storage, x!.dtype, {
      shape: axes.map((d) => x!.shape[d]!),
      strides: axes.map((d) => x!.strides[d]!),
      offset: x!.offset,
    }),
  readsLayout: true,
  vjp: (g, { attrs: { axes } }) => [g.transpose(axes.map((_, d) => axes.indexOf(d)))],
  linear: 'each',
  batch: ([x], { attrs: { axes } }) => x!.transpose([0, ...axes.map((d) => d + 1)]),
  domain: [-2, 2],
  samples: [
    { inputs: [[2, 3]], attrs: { axes: [1, 0] } },
    { inputs: [[2, 3, 4]], args: [[1, 2, 0]], attrs: { axes: [1, 2, 0] } },
    { inputs: [[5]], attrs: { axes: [0] } },
    { inputs: [[0, 3]], attrs: { axes: [1, 0] } },
  ],
  errors: [
    { inputs: [[2, 3]], args: [[0, 0]], throws: 'named twice' },
    { inputs: [[2, 3]], args: [[0]], throws: 'axes' },
  ],
  parity: {
    numpy: 'np.transpose(x1, axes)',
    torch: 'torch.permute(x1, axes)',
    jax: 'jnp.transpose(x1, axes)',
    tfjs: 'tf.transpose(x1, axes)',
  },
};

const REVERSED: readonly (readonly number[])[] = Array.from({ length: 9 }, (_, n) =>
  Array.from({ length: n }, (_x, d) => n - 1 - d),
);

function permutation(axes: readonly number[] | undefined, ndim: number): readonly number[] {
  if (axes === undefined) return REVERSED[ndim] ?? Array.from({ length: ndim }, (_, d) => ndim - 1 - d);
  normalizeAxes(axes, ndim, 'transpose');
  if (axes.length === ndim) return axes.map((d) => normalizeAxis(d, ndim, 'transpose'));
  throw new ShapeError({
    where: 'transpose',
    what: "axes don't match array",
    got: `${axes.length} axes for ${ndim} dimensions`,
    expected: 'each axis once',
    hint: 'leave the axes out to reverse them, or use swapaxes',
  });
}

/**
 * The axes in another order, reversed by default; a view.
 *
 * @example
 * transpose(array([[1, 2], [3, 4]])).tolist() // => [ [ 1, 3 ], [ 2, 4 ] ]
 */
export const transpose: ViewOp<[axes?: readonly number[] | number, ...rest: number[]]> = defineOp(
  transposeSpec,
  (x: ArrayLike, axes?: readonly number[] | number, ...rest: number[]) => {
    const array = operand(x, 'transpose');
    const order = typeof axes === 'number' ? [axes, ...rest] : axes;
    return dispatch(transposeSpec, [array], { axes: permutation(order, array.ndim) });
  },
);

const broadcastSpec: OpSpec<{ readonly shape: Shape }> = {
  name: 'broadcastTo',
  family: 'view',
  forward: ([x], { shape }) => {
    if (!sameShape(commonShape('broadcastTo', [x!.shape, shape]), shape)) {
      throw new ShapeError({
        where: 'broadcastTo',
        what: 'the array has more or longer axes than the shape',
        got: `x ${show(x!.shape)}, shape ${show(shape)}`,
        expected: 'a shape that the array stretches to',
        hint: 'shapes are aligned at the last axis; add axes with expandDims',
      });
    }
    return new NDArray(x!.storage, x!.dtype, { shape, strides: broadcastStrides(x!, shape), offset: x!.offset });
  },
  readsLayout: true,
  vjp: (g, { inputs }) => [g.sumTo(inputs[0]!.shape)],
  linear: 'each',
  batch: ([x], { size, attrs: { shape } }) => alignExamples(x!, shape.length).broadcastTo([size, ...shape]),
  domain: [-2, 2],
  samples: [
    { inputs: [[3]], args: [[2, 3]], attrs: { shape: [2, 3] } },
    { inputs: [[2, 1]], args: [[4, 2, 3]], attrs: { shape: [4, 2, 3] } },
    { inputs: [[]], args: [[2]], attrs: { shape: [2] } },
  ],
  errors: [
    { inputs: [[2, 3]], args: [[3]], throws: 'more or longer axes' },
    { inputs: [[2]], args: [[3]], throws: 'could not be broadcast' },
    { inputs: [[2]], args: [[-3]], throws: 'not a shape' },
  ],
  parity: {
    numpy: 'np.broadcast_to(x1, shape)',
    torch: 'torch.broadcast_to(x1, shape)',
    jax: 'jnp.broadcast_to(x1, shape)',
    tfjs: 'tf.broadcastTo(x1, shape)',
  },
};

/**
 * A read-only view in a larger shape: axes of length 1 repeat.
 *
 * @example
 * broadcastTo(array([1, 2]), [2, 2]).tolist() // => [ [ 1, 2 ], [ 1, 2 ] ]
 */
export const broadcastTo: ViewOp<[shape: Shape]> = defineOp(broadcastSpec, (x: ArrayLike, shape: Shape) =>
  dispatch(broadcastSpec, [operand(x, 'broadcastTo')], { shape: checkShape(shape, 'broadcastTo') }),
);

const sumToSpec: OpSpec<{ readonly shape: Shape }> = {
  name: 'sumTo',
  family: 'reduction',
  forward: ([x], { shape }) => {
    if (sameShape(x!.shape, shape)) return x!;
    if (!sameShape(commonShape('sumTo', [x!.shape, shape]), x!.shape)) {
      throw new ShapeError({
        where: 'sumTo',
        what: 'the shape does not broadcast to the array',
        got: `x ${show(x!.shape)}, shape ${show(shape)}`,
        expected: 'a shape from which the array was stretched',
        hint: 'sum over axes with x.sum(axis)',
      });
    }
    const lead = x!.ndim - shape.length;
    const axes: number[] = [];
    for (let d = 0; d < x!.ndim; d++) if (d < lead || (shape[d - lead] === 1 && x!.shape[d] !== 1)) axes.push(d);
    const y = x!.sum(axes);
    return sameShape(y.shape, shape) ? y : y.reshape(shape);
  },
  vjp: (g, { inputs }) => [g.broadcastTo(inputs[0]!.shape)],
  linear: 'each',
  batch: ([x], { size, attrs: { shape } }) => {
    const stretched = new Array<number>(x!.ndim - 1 - shape.length).fill(1);
    return x!.sumTo([size, ...stretched, ...shape]).reshape([size, ...shape]);
  },
  domain: [-2, 2],
  samples: [
    { inputs: [[2, 3]], args: [[3]], attrs: { shape: [3] } },
    { inputs: [[4, 2, 3]], args: [[2, 1]], attrs: { shape: [2, 1] } },
    { inputs: [[2, 3]], args: [[2, 3]], attrs: { shape: [2, 3] } },
    { inputs: [[2, 3]], args: [[]], attrs: { shape: [] } },
  ],
  errors: [{ inputs: [[3]], args: [[2, 3]], throws: 'does not broadcast' }],
  parity: { numpy: null, torch: 'x1.sum_to_size(shape)', why: 'NumPy and JAX have no inverse of broadcasting' },
};

/**
 * Sums stretched axes back to a smaller shape: the inverse of broadcasting, PyTorch's `sum_to_size`.
 *
 * @example
 * sumTo(array([[1, 2], [3, 4]]), [2]).tolist() // => [ 4, 6 ]
 */
export const sumTo: ViewOp<[shape: Shape]> = defineOp(sumToSpec, (x: ArrayLike, shape: Shape) =>
  dispatch(sumToSpec, [operand(x, 'sumTo')], { shape: checkShape(shape, 'sumTo') }),
);
