import { ArgumentError, AxisError, ShapeError } from '@isograd/device';
import type { As, NDArray } from '../array.ts';
import { type Axis, axisOf, type Named, normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Index } from '../indexing/parse.ts';
import type { Composed } from '../op.ts';
import { flip } from '../ops/axis-order.ts';
import { concatenate } from '../ops/joins.ts';

/** How far to roll along each axis; an axis that is named twice rolls by the sum. */
function shiftsOf(
  shift: number | readonly number[],
  axis: number | readonly number[],
  ndim: number,
): Map<number, number> {
  const [shifts, axes] = [[shift].flat(), [axis].flat()];
  if (shifts.length !== axes.length && shifts.length !== 1 && axes.length !== 1)
    throw new ArgumentError({
      where: 'roll',
      what: "'shift' and 'axis' do not go together",
      got: `${shifts.length} shifts, ${axes.length} axes`,
      expected: 'equally many of both, or one of either',
      hint: 'roll(x, [1, 2], [0, 1])',
    });
  const bad = shifts.find((n) => !Number.isInteger(n));
  if (bad !== undefined)
    throw new ArgumentError({
      where: 'roll',
      what: 'a shift is not a whole number',
      got: String(bad),
      expected: 'whole numbers',
      hint: 'round it first',
    });
  const sums = new Map<number, number>();
  for (let i = 0; i < Math.max(shifts.length, axes.length); i++) {
    const d = normalizeAxis(axes.length === 1 ? axes[0]! : axes[i]!, ndim, 'roll');
    sums.set(d, (sums.get(d) ?? 0) + (shifts.length === 1 ? shifts[0]! : shifts[i]!));
  }
  return sums;
}

/** The part of an array between two places of an axis. */
function part(x: NDArray, axis: number, bounds: Index): NDArray {
  return x.at(...Array.from({ length: axis }, () => ':' as const), bounds);
}

/**
 * The elements moved along axes, those that fall off the end come in at the start; without an axis in the flattened array.
 *
 * @throws ArgumentError for unequal numbers of shifts and axes.
 * @example
 * roll(arange(5), 2).tolist() // => [ 3, 4, 0, 1, 2 ]
 * roll(array([[1, 2], [3, 4]]), 1, 1).tolist() // => [ [ 2, 1 ], [ 4, 3 ] ]
 */
export const roll: Composed<
  <T extends ArrayLike>(x: T, shift: number | readonly number[], axis?: Named<Axis>) => As<T>
> = composed(
  {
    name: 'roll',
    domain: [-2, 2],
    samples: [
      { inputs: [[5]], args: [2], attrs: { shift: 2, axis: null } },
      { inputs: [[2, 3]], args: [-4], attrs: { shift: -4, axis: null } },
      { inputs: [[2, 3]], args: [1, 1], attrs: { shift: 1, axis: 1 } },
      {
        inputs: [[2, 3]],
        args: [
          [1, -1],
          [0, -1],
        ],
        attrs: { shift: [1, -1], axis: [0, -1] },
      },
      { inputs: [[]], args: [1], attrs: { shift: 1, axis: null } },
      { inputs: [[0, 3]], args: [1, 0], attrs: { shift: 1, axis: 0 } },
    ],
    errors: [
      { inputs: [[2, 3]], args: [1, 2], throws: 'out of bounds' },
      {
        inputs: [[2, 3]],
        args: [
          [1, 2, 3],
          [0, 1],
        ],
        throws: 'do not go together',
      },
      { inputs: [[3]], args: [0.5], throws: 'not a whole number' },
    ],
    parity: {
      numpy: 'np.roll(x1, shift, axis=axis)',
      torch: 'torch.roll(x1, shift) if axis is None else torch.roll(x1, shift, axis)',
      jax: 'jnp.roll(x1, shift, axis=axis)',
      tfjs: null,
      why: 'tfjs has no roll',
    },
  },
  <T extends NDArray>(x: T, shift: number | readonly number[], place?: Named<Axis>): T => {
    const array = operand(x, 'roll');
    const axis = axisOf(place, null, 'roll');
    if (axis === null) return roll(array.reshape([array.size]), shift, 0).reshape(array.shape) as T;
    let y = array;
    for (const [d, by] of shiftsOf(shift, axis, array.ndim)) {
      const n = array.shape[d]!;
      const cut = n === 0 ? 0 : ((-by % n) + n) % n;
      if (cut !== 0) y = concatenate([part(y, d, `${cut}:`), part(y, d, `:${cut}`)], d);
    }
    return (y === array ? array.copy() : y) as T;
  },
);

/**
 * A matrix turned by `k` quarters, from the first of two axes towards the second; a view.
 *
 * @throws AxisError unless two different axes are named.
 * @example
 * rot90(array([[1, 2], [3, 4]])).tolist() // => [ [ 2, 4 ], [ 1, 3 ] ]
 */
export const rot90: Composed<<T extends ArrayLike>(x: T, k?: number, axes?: readonly [number, number]) => As<T>> =
  composed(
    {
      name: 'rot90',
      domain: [-2, 2],
      samples: [
        { inputs: [[2, 3]], attrs: { k: 1, axes: [0, 1] } },
        { inputs: [[2, 3]], args: [2], attrs: { k: 2, axes: [0, 1] } },
        { inputs: [[2, 3]], args: [-1], attrs: { k: -1, axes: [0, 1] } },
        { inputs: [[2, 3]], args: [4], attrs: { k: 4, axes: [0, 1] } },
        { inputs: [[2, 3, 2]], args: [1, [-1, 0]], attrs: { k: 1, axes: [-1, 0] } },
        { inputs: [[0, 2]], args: [3], attrs: { k: 3, axes: [0, 1] } },
      ],
      errors: [
        { inputs: [[2, 2]], args: [1, [0]], throws: 'len(axes) must be 2' },
        { inputs: [[2, 2]], args: [1, [0, -2]], throws: 'Axes must be different' },
        { inputs: [[2]], throws: 'out of bounds' },
      ],
      parity: {
        numpy: 'np.rot90(x1, k, axes)',
        torch: 'torch.rot90(x1, k, axes)',
        jax: 'jnp.rot90(x1, k, axes)',
        tfjs: null,
        why: 'tfjs turns images only',
      },
    },
    <T extends NDArray>(x: T, k = 1, axes: readonly [number, number] = [0, 1]): T => {
      const array = operand(x, 'rot90');
      const [a, b] = axes.map((d) => normalizeAxis(d, array.ndim, 'rot90')) as [number, number];
      if (axes.length !== 2 || a === b)
        throw new AxisError({
          where: 'rot90',
          what: axes.length === 2 ? 'Axes must be different' : 'len(axes) must be 2',
          got: JSON.stringify(axes),
          expected: 'two different axes',
          hint: 'they span the plane to turn in',
        });
      const turns = ((k % 4) + 4) % 4;
      if (turns === 2) return flip(array, [a, b]) as T;
      if (turns === 1) return flip(array, b).swapaxes(a, b) as T;
      return (turns === 3 ? flip(array.swapaxes(a, b), b) : array.at('...')) as T;
    },
  );

function mirror(name: string, axis: number): <T extends NDArray>(x: T) => T {
  return <T extends NDArray>(x: T): T => {
    const array = operand(x, name);
    if (array.ndim > axis) return flip(array, axis) as T;
    throw new ShapeError({
      where: name,
      what: `Input must be >= ${axis + 1}-d`,
      got: `shape ${show(array.shape)}`,
      expected: `at least ${axis + 1} axes`,
      hint: 'flip takes any axes',
    });
  };
}

/**
 * The columns in reverse order; a view.
 *
 * @throws ShapeError for fewer than two axes.
 * @example
 * fliplr(array([[1, 2], [3, 4]])).tolist() // => [ [ 2, 1 ], [ 4, 3 ] ]
 */
export const fliplr: Composed<<T extends ArrayLike>(x: T) => As<T>> = composed(
  {
    name: 'fliplr',
    domain: [-2, 2],
    samples: [{ inputs: [[2, 3]] }, { inputs: [[2, 3, 2]] }, { inputs: [[0, 3]] }],
    errors: [{ inputs: [[3]], throws: 'Input must be >= 2-d' }],
    parity: { numpy: 'np.fliplr(x1)', torch: 'torch.fliplr(x1)', jax: 'jnp.fliplr(x1)', tfjs: 'tf.reverse(x1, 1)' },
  },
  mirror('fliplr', 1),
);

/**
 * The rows in reverse order; a view.
 *
 * @throws ShapeError for a 0-d array.
 * @example
 * flipud(array([1, 2, 3])).tolist() // => [ 3, 2, 1 ]
 */
export const flipud: Composed<<T extends ArrayLike>(x: T) => As<T>> = composed(
  {
    name: 'flipud',
    domain: [-2, 2],
    samples: [{ inputs: [[2, 3]] }, { inputs: [[3]] }, { inputs: [[0, 3]] }],
    errors: [{ inputs: [[]], throws: 'Input must be >= 1-d' }],
    parity: { numpy: 'np.flipud(x1)', torch: 'torch.flipud(x1)', jax: 'jnp.flipud(x1)', tfjs: 'tf.reverse(x1, 0)' },
  },
  mirror('flipud', 0),
);

/**
 * One axis moved before another, the others in order; a view. `moveaxis` says more clearly where an axis goes.
 *
 * @throws AxisError for axes that the array does not have.
 * @example
 * rollaxis(zeros([2, 3, 4]), 2).shape // => [ 4, 2, 3 ]
 */
export const rollaxis: Composed<<T extends ArrayLike>(x: T, axis: number, start?: number) => As<T>> = composed(
  {
    name: 'rollaxis',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3, 4]], args: [2], attrs: { axis: 2, start: 0 } },
      { inputs: [[2, 3, 4]], args: [0, 3], attrs: { axis: 0, start: 3 } },
      { inputs: [[2, 3, 4]], args: [1, -1], attrs: { axis: 1, start: -1 } },
      { inputs: [[2, 3]], args: [1, 1], attrs: { axis: 1, start: 1 } },
    ],
    errors: [
      { inputs: [[2]], args: [1], throws: 'out of bounds' },
      { inputs: [[2, 3]], args: [0, 3], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.rollaxis(x1, axis, start)',
      torch: null,
      jax: 'jnp.rollaxis(x1, axis, start)',
      tfjs: null,
      why: 'PyTorch has movedim, tfjs transpose',
    },
  },
  <T extends NDArray>(x: T, axis: number, start = 0): T => {
    const array = operand(x, 'rollaxis');
    const n = array.ndim;
    const from = normalizeAxis(axis, n, 'rollaxis');
    const to = start < 0 ? start + n : start;
    // The place before which it goes may be behind the last axis.
    if (to !== n) normalizeAxis(start, n, 'rollaxis');
    return array.moveaxis(from, from < to ? to - 1 : to) as T;
  },
);
