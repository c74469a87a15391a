import { ShapeError } from '@isograd/device';
import { type As, NDArray } from '../array.ts';
import { type Axis, axisOf, type Named, normalizeAxes, normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import type { Composed, OpSpec } from '../op.ts';
import type { ViewOp } from './views.ts';

type ComposedView<Args extends unknown[]> = Composed<<T extends ArrayLike>(x: T, ...args: Args) => As<T>>;

/**
 * The elements in C order as one axis; a view where the layout allows, else a copy.
 *
 * @example
 * ravel(array([[1, 2], [3, 4]])).tolist() // => [ 1, 2, 3, 4 ]
 */
export const ravel: ComposedView<[]> = composed(
  {
    name: 'ravel',
    domain: [-2, 2],
    samples: [{ inputs: [[2, 3]] }, { inputs: [[]] }, { inputs: [[0, 2]] }],
    errors: [],
    parity: { numpy: 'np.ravel(x1)', torch: 'torch.ravel(x1)', jax: 'jnp.ravel(x1)', tfjs: 'tf.reshape(x1, [-1])' },
  },
  <T extends NDArray>(x: T): T => {
    const array = operand(x, 'ravel');
    return array.reshape([array.size]) as T;
  },
);

/**
 * A copy of the elements in C order as one axis; `ravel` copies only where it must.
 *
 * @example
 * flatten(array([[1, 2], [3, 4]])).tolist() // => [ 1, 2, 3, 4 ]
 */
export const flatten: ComposedView<[]> = composed(
  {
    name: 'flatten',
    domain: [-2, 2],
    samples: [{ inputs: [[2, 3]] }, { inputs: [[]] }, { inputs: [[0, 2]] }],
    errors: [],
    parity: {
      numpy: 'x1.flatten()',
      torch: 'torch.flatten(x1)',
      jax: 'x1.flatten()',
      tfjs: 'tf.reshape(x1, [-1])',
    },
  },
  <T extends NDArray>(x: T): T => {
    const array = operand(x, 'flatten');
    return array.copy().reshape([array.size]) as T;
  },
);

/**
 * New axes of length 1 at the given places of the result; a view.
 *
 * @example
 * expandDims(array([1, 2]), 0).shape // => [ 1, 2 ]
 */
export const expandDims: ComposedView<[axis: Named<number | readonly number[]>]> = composed(
  {
    name: 'expandDims',
    domain: [-2, 2],
    samples: [
      { inputs: [[3]], args: [0], attrs: { axis: 0 } },
      { inputs: [[2, 3]], args: [-1], attrs: { axis: -1 } },
      { inputs: [[]], args: [0], attrs: { axis: 0 } },
      {
        inputs: [[2, 3]],
        args: [[0, 2]],
        attrs: { axis: [0, 2] },
        without: { torch: 'unsqueeze adds one axis', tfjs: 'expandDims adds one axis' },
      },
    ],
    errors: [{ inputs: [[2]], args: [3], throws: 'out of bounds' }],
    parity: {
      numpy: 'np.expand_dims(x1, axis)',
      torch: 'torch.unsqueeze(x1, axis)',
      jax: 'jnp.expand_dims(x1, axis)',
      tfjs: 'tf.expandDims(x1, axis)',
    },
  },
  <T extends NDArray>(x: T, place: Named<number | readonly number[]>): T => {
    const array = operand(x, 'expandDims');
    const axis = axisOf(place, [], 'expandDims');
    const added = typeof axis === 'number' ? 1 : axis.length;
    const places = normalizeAxes(axis, array.ndim + added, 'expandDims');
    let next = 0;
    const shape = Array.from({ length: array.ndim + added }, (_, d) => (places.includes(d) ? 1 : array.shape[next++]!));
    return array.reshape(shape) as T;
  },
);

/**
 * Drops axes of length 1, all of them or the given ones; a view.
 *
 * @throws ShapeError for a given axis of another length.
 * @example
 * squeeze(zeros([1, 3, 1])).shape // => [ 3 ]
 */
export const squeeze: ComposedView<[axis?: Named<Axis>]> = composed(
  {
    name: 'squeeze',
    domain: [-2, 2],
    samples: [
      { inputs: [[1, 3, 1]], attrs: { axis: null } },
      { inputs: [[1, 3, 1]], args: [0], attrs: { axis: 0 } },
      { inputs: [[1, 3, 1]], args: [[0, -1]], attrs: { axis: [0, -1] } },
      { inputs: [[2, 3]], attrs: { axis: null } },
    ],
    errors: [
      { inputs: [[2, 3]], args: [0], throws: 'cannot select an axis to squeeze out which has size not equal to one' },
      { inputs: [[2, 3]], args: [2], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.squeeze(x1, axis=axis)',
      torch: 'torch.squeeze(x1) if axis is None else torch.squeeze(x1, dim=axis)',
      jax: 'jnp.squeeze(x1, axis=axis)',
      tfjs: 'tf.squeeze(x1, axis === null ? undefined : [axis].flat().map((a) => (a + x1.rank) % x1.rank))',
    },
  },
  <T extends NDArray>(x: T, given?: Named<Axis>): T => {
    const array = operand(x, 'squeeze');
    const axis = axisOf(given, null, 'squeeze');
    const axes = normalizeAxes(axis, array.ndim, 'squeeze');
    const wrong = axis === null ? undefined : axes.find((d) => array.shape[d] !== 1);
    if (wrong === undefined) return array.reshape(array.shape.filter((n, d) => n !== 1 || !axes.includes(d))) as T;
    throw new ShapeError({
      where: 'squeeze',
      what: 'cannot select an axis to squeeze out which has size not equal to one',
      got: `axis ${wrong} of ${show(array.shape)}`,
      expected: 'axes of length 1',
      hint: 'leave the axis out to drop all axes of length 1',
    });
  },
);

/**
 * Two axes exchanged; a view.
 *
 * @example
 * swapaxes(zeros([2, 3, 4]), 0, 2).shape // => [ 4, 3, 2 ]
 */
export const swapaxes: ComposedView<[axis1: number, axis2: number]> = composed(
  {
    name: 'swapaxes',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3]], args: [0, 1], attrs: { axis1: 0, axis2: 1 } },
      { inputs: [[2, 3, 4]], args: [0, -1], attrs: { axis1: 0, axis2: -1 } },
    ],
    errors: [{ inputs: [[2]], args: [0, 1], throws: 'out of bounds' }],
    parity: {
      numpy: 'np.swapaxes(x1, axis1, axis2)',
      torch: 'torch.swapaxes(x1, axis1, axis2)',
      jax: 'jnp.swapaxes(x1, axis1, axis2)',
      tfjs: null,
      why: 'tfjs has transpose only',
    },
  },
  <T extends NDArray>(x: T, axis1: number, axis2: number): T => {
    const array = operand(x, 'swapaxes');
    const [a, b] = [axis1, axis2].map((d) => normalizeAxis(d, array.ndim, 'swapaxes')) as [number, number];
    return array.transpose(array.shape.map((_, d) => (d === a ? b : d === b ? a : d))) as T;
  },
);

/** Axes as numbers from 0, in the order in which they are named. */
function namedAxes(axes: number | readonly number[], ndim: number): number[] {
  normalizeAxes(axes, ndim, 'moveaxis');
  return [axes].flat().map((d) => normalizeAxis(d, ndim, 'moveaxis'));
}

/**
 * One axis or several moved to other places, the others in order; a view.
 *
 * @throws AxisError for an axis that is missing or named twice; ShapeError for unequal numbers of axes and places.
 * @example
 * moveaxis(zeros([2, 3, 4]), 0, -1).shape // => [ 3, 4, 2 ]
 * moveaxis(zeros([2, 3, 4]), [0, 1], [-1, -2]).shape // => [ 4, 3, 2 ]
 */
export const moveaxis: ComposedView<[source: number | readonly number[], destination: number | readonly number[]]> =
  composed(
    {
      name: 'moveaxis',
      domain: [-2, 2],
      samples: [
        { inputs: [[2, 3, 4]], args: [0, -1], attrs: { source: 0, destination: -1 } },
        { inputs: [[2, 3, 4]], args: [2, 0], attrs: { source: 2, destination: 0 } },
        {
          inputs: [[2, 3, 4]],
          args: [
            [0, 1],
            [-1, 0],
          ],
          attrs: { source: [0, 1], destination: [-1, 0] },
        },
      ],
      errors: [
        { inputs: [[2]], args: [1, 0], throws: 'out of bounds' },
        { inputs: [[2, 3]], args: [[0, 1], 0], throws: 'must have the same number of elements' },
        {
          inputs: [[2, 3]],
          args: [
            [0, 0],
            [0, 1],
          ],
          throws: 'named twice',
        },
      ],
      parity: {
        numpy: 'np.moveaxis(x1, source, destination)',
        torch: 'torch.movedim(x1, source, destination)',
        jax: 'jnp.moveaxis(x1, source, destination)',
        tfjs: null,
        why: 'tfjs has transpose only',
      },
    },
    <T extends NDArray>(x: T, source: number | readonly number[], destination: number | readonly number[]): T => {
      const array = operand(x, 'moveaxis');
      const [from, to] = [namedAxes(source, array.ndim), namedAxes(destination, array.ndim)];
      if (from.length !== to.length)
        throw new ShapeError({
          where: 'moveaxis',
          what: '`source` and `destination` arguments must have the same number of elements',
          got: `${from.length} and ${to.length}`,
          expected: 'equally many axes',
          hint: 'moveaxis(x, [0, 1], [2, 0])',
        });
      const order = array.shape.flatMap((_, d) => (from.includes(d) ? [] : [d]));
      const moves = to.map((place, i) => [place, from[i]!] as const).sort((a, b) => a[0] - b[0]);
      for (const [place, axis] of moves) order.splice(place, 0, axis);
      return array.transpose(order) as T;
    },
  );

const flipSpec: OpSpec<{ readonly axes: readonly number[] }> = {
  name: 'flip',
  family: 'view',
  forward: ([x], { axes }) => {
    const offset = axes.reduce((at, d) => at + Math.max(x!.shape[d]! - 1, 0) * x!.strides[d]!, x!.offset);
    return new NDArray(x!.storage, x!.dtype, {
      shape: x!.shape,
      strides: x!.strides.map((s, d) => (axes.includes(d) ? -s : s)),
      offset,
    });
  },
  readsLayout: true,
  vjp: (g, { attrs }) => [g.flip(attrs.axes)],
  linear: 'each',
  batch: 'alongAxes',
  domain: [-2, 2],
  samples: [
    { inputs: [[5]], attrs: { axis: null } },
    { inputs: [[2, 3]], attrs: { axis: null } },
    { inputs: [[2, 3]], args: [1], attrs: { axis: 1 } },
    { inputs: [[2, 3, 4]], args: [[0, -1]], attrs: { axis: [0, -1] } },
    { inputs: [[0, 2]], args: [0], attrs: { axis: 0 } },
  ],
  errors: [{ inputs: [[2]], args: [1], throws: 'out of bounds' }],
  parity: {
    numpy: 'np.flip(x1, axis=axis)',
    torch: 'torch.flip(x1, list(range(x1.ndim)) if axis is None else [axis] if isinstance(axis, int) else list(axis))',
    jax: 'jnp.flip(x1, axis=axis)',
    tfjs: 'tf.reverse(x1, axis)',
  },
};

/**
 * The elements in reverse order along axes, all by default; a view.
 *
 * @example
 * flip(array([1, 2, 3])).tolist() // => [ 3, 2, 1 ]
 */
export const flip: ViewOp<[axis?: Named<Axis>]> = defineOp(flipSpec, (x: ArrayLike, axis?: Named<Axis>) => {
  const array = operand(x, 'flip');
  return dispatch(flipSpec, [array], { axes: normalizeAxes(axisOf(axis, null, 'flip'), array.ndim, 'flip') });
});
