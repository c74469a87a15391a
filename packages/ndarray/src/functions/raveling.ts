import { ArgumentError, DTypeError, IndexError, isInteger } from '@isograd/device';
import type { NDArray, Shape } from '../array.ts';
import { broadcastShapes } from '../broadcast.ts';
import type { ArraySource } from '../creation.ts';
import { composed } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { resolveMode, type TakeMode } from './take-mode.ts';
import { checkShape } from '../shape-check.ts';
import { adoptPlain, arrayFrom } from './array-from.ts';
import { int64Array, numbersOf } from './int64.ts';
import { eachElementBatch } from './reading-batches.ts';

const NO_GRADIENT = { nonDifferentiable: 'the result is positions' };

/** Which axis runs fastest when positions are counted: the last (`C`) or the first (`F`). */
export type Order = 'C' | 'F';

function checkIntegers(x: NDArray, name: string): NDArray {
  if (isInteger(x.dtype)) return x.plain();
  throw new DTypeError({
    where: name,
    what: 'only int indices permitted',
    got: x.dtype,
    expected: 'an integer dtype',
    hint: "x.astype('int64')",
  });
}

function checkOrder(order: string, name: string): void {
  if (order === 'C' || order === 'F') return;
  throw new ArgumentError({
    where: name,
    what: 'only C or F order is permitted',
    got: order,
    expected: 'C or F',
    hint: 'leave it out for C',
  });
}

/** Number of places from one position to the next along each axis. */
function stepsOf(shape: Shape, order: Order): number[] {
  const steps = shape.map(() => 1);
  if (order === 'C') for (let d = shape.length - 2; d >= 0; d--) steps[d] = steps[d + 1]! * shape[d + 1]!;
  else for (let d = 1; d < shape.length; d++) steps[d] = steps[d - 1]! * shape[d - 1]!;
  return steps;
}

/** Options of {@link ravelMultiIndex}. */
export interface RavelOptions {
  /** What positions outside an axis do, for all axes or for each; default `raise`. */
  readonly mode?: TakeMode | readonly TakeMode[];
  readonly order?: Order;
}

/**
 * Positions along several axes as positions in the flattened array; int64, broadcast.
 *
 * @throws IndexError for a position outside its axis; ArgumentError for another number of axes.
 * @example
 * ravelMultiIndex([[1, 0], [2, 1]], [2, 3]).tolist() // => [ 5, 1 ]
 */
export const ravelMultiIndex: Composed<
  (multiIndex: NDArray | readonly ArraySource[], dims: Shape, options?: RavelOptions) => NDArray
> = composed(
  {
    name: 'ravelMultiIndex',
    batchReading: eachElementBatch(),
    ...NO_GRADIENT,
    takesList: true,
    domain: [0, 2],
    samples: [
      {
        inputs: [
          { shape: [2], dtype: 'int64' },
          { shape: [2], dtype: 'int64' },
        ],
        args: [[2, 3]],
        attrs: { dims: [2, 3], mode: 'raise', order: 'C' },
      },
      {
        inputs: [
          { shape: [2, 1], dtype: 'int64' },
          { shape: [3], dtype: 'int32' },
        ],
        args: [[2, 3], { order: 'F' }],
        attrs: { dims: [2, 3], mode: 'raise', order: 'F' },
      },
      {
        inputs: [
          { shape: [], dtype: 'int64', values: [3] },
          { shape: [], dtype: 'int64', values: [-4] },
        ],
        args: [[2, 3], { mode: ['clip', 'wrap'] }],
        attrs: { dims: [2, 3], mode: ['clip', 'wrap'], order: 'C' },
      },
    ],
    errors: [
      {
        inputs: [{ shape: [1], dtype: 'int64', values: [2] }],
        args: [[2]],
        throws: 'invalid entry in coordinates array',
      },
      { inputs: [{ shape: [1], dtype: 'int64' }], args: [[2, 3]], throws: 'must be a sequence of length 2' },
      { inputs: [[1]], args: [[2]], throws: 'only int indices permitted' },
    ],
    parity: {
      numpy: 'np.ravel_multi_index(xs, dims, mode=mode, order=order)',
      torch: null,
      jax: null,
      tfjs: null,
      why: 'PyTorch and tfjs have none; JAX counts in int32',
    },
  },
  (
    multiIndex: NDArray | readonly ArraySource[],
    dims: Shape,
    { mode = 'raise', order = 'C' }: RavelOptions = {},
  ): NDArray => {
    const name = 'ravelMultiIndex';
    checkShape(dims, name);
    checkOrder(order, name);
    const given = [...(multiIndex as Iterable<ArraySource>)].map((x) => arrayFrom(x, name));
    if (given.length !== dims.length)
      throw new ArgumentError({
        where: name,
        what: `parameter multi_index must be a sequence of length ${dims.length}`,
        got: `${given.length} arrays`,
        expected: 'positions for each axis',
        hint: 'ravelMultiIndex([rows, columns], [m, n])',
      });
    const plain = given.map((x) => checkIntegers(x, name));
    const shape = broadcastShapes(...plain.map((x) => x.shape));
    const steps = stepsOf(dims, order);
    const flat = new Float64Array(shape.reduce((a, b) => a * b, 1));
    plain.forEach((x, d) => {
      const numbers = numbersOf(x.broadcastTo(shape));
      if (!resolveMode(numbers, dims[d]!, typeof mode === 'string' ? mode : mode[d]!))
        throw new IndexError({
          where: name,
          what: 'invalid entry in coordinates array',
          got: `positions along axis ${d}`,
          expected: `0 to ${dims[d]! - 1}`,
          hint: "{ mode: 'wrap' } and { mode: 'clip' } take any position",
        });
      for (let i = 0; i < flat.length; i++) flat[i]! += numbers[i]! * steps[d]!;
    });
    return adoptPlain(name, given, [int64Array(flat, shape)])[0]!;
  },
);

/**
 * Positions in the flattened array as positions along each axis: one int64 array an axis.
 *
 * @throws IndexError for a position outside the array; DTypeError unless positions are integers.
 * @example
 * unravelIndex(array([0, 5]), [2, 3]).map((at) => at.tolist()) // => [ [ 0, 1 ], [ 0, 2 ] ]
 */
export const unravelIndex: Composed<
  (indices: ArraySource, shape: number | Shape, options?: { readonly order?: Order }) => NDArray[]
> = composed(
  {
    name: 'unravelIndex',
    batchReading: eachElementBatch(),
    ...NO_GRADIENT,
    domain: [0, 6],
    samples: [
      { inputs: [{ shape: [2], dtype: 'int64' }], args: [[2, 3]], attrs: { shape: [2, 3], order: 'C' } },
      {
        inputs: [{ shape: [2, 2], dtype: 'int32' }],
        args: [[2, 3], { order: 'F' }],
        attrs: { shape: [2, 3], order: 'F' },
      },
      { inputs: [{ shape: [], dtype: 'int64' }], args: [6], attrs: { shape: 6, order: 'C' } },
      { inputs: [{ shape: [0], dtype: 'int64' }], args: [[2, 3]], attrs: { shape: [2, 3], order: 'C' } },
    ],
    errors: [
      {
        inputs: [{ shape: [1], dtype: 'int64', values: [6] }],
        args: [[2, 3]],
        throws: 'index 6 is out of bounds for array with size 6',
      },
      {
        inputs: [{ shape: [1], dtype: 'int64', values: [-1] }],
        args: [[2, 3]],
        throws: 'index -1 is out of bounds for array with size 6',
      },
      { inputs: [[1]], args: [[2]], throws: 'only int indices permitted' },
    ],
    parity: {
      numpy: 'np.unravel_index(x1, shape, order=order)',
      torch: null,
      jax: null,
      tfjs: null,
      why: 'PyTorch has no order, JAX counts in int32',
    },
  },
  (indices: ArraySource, shape: number | Shape, { order = 'C' }: { readonly order?: Order } = {}): NDArray[] => {
    const name = 'unravelIndex';
    const dims = checkShape(typeof shape === 'number' ? [shape] : shape, name);
    checkOrder(order, name);
    const given = arrayFrom(indices, name);
    const flat = numbersOf(checkIntegers(given, name));
    const size = dims.reduce((a, b) => a * b, 1);
    const bad = flat.find((at) => at < 0 || at >= size);
    if (bad !== undefined)
      throw new IndexError({
        where: name,
        what: `index ${bad} is out of bounds for array with size ${size}`,
        got: String(bad),
        expected: `0 to ${size - 1}`,
        hint: 'negative positions are not counted from the end here',
      });
    if (dims.length === 0 && given.ndim > 0)
      throw new ArgumentError({
        where: name,
        what: 'multiple indices are not supported for 0d arrays',
        got: `${given.ndim} axes of positions`,
        expected: 'one position',
        hint: 'name the shape of the array',
      });
    const steps = stepsOf(dims, order);
    const along = dims.map((n, d) =>
      int64Array(
        flat.map((at) => Math.floor(at / steps[d]!) % n),
        given.shape,
      ),
    );
    return adoptPlain(name, [given], along);
  },
);
