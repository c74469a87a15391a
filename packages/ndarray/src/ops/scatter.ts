import { ShapeError } from '@isograd/device';
import type { As, NDArray } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { sameShape, show } from '../broadcast.ts';
import { type ArrayLike, composed, dispatch, operand } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { alongGradSpec, alongShapes, dense, type Positions, positionsOf, stretch } from './gathering.ts';

/**
 * The array with `source` added at positions along an axis, equal positions adding up (PyTorch's `scatter_add`).
 *
 * @throws IndexError for positions outside the axis, ShapeError where the other axes do not fit.
 * @example
 * scatterAdd(zeros([3]), [2, 0, 2], array([1, 2, 3]), 0).tolist() // => [ 2, 0, 4 ]
 */
export const scatterAdd: Composed<
  <T extends ArrayLike>(x: T, indices: Positions, source: ArrayLike, axis?: number) => As<T>
> = composed(
  {
    name: 'scatterAdd',
    domain: [-2, 2],
    samples: [
      { inputs: [[3], { shape: [4], dtype: 'int64', values: [2, 0, 2, 1] }, [4]], args: [0], attrs: { axis: 0 } },
      { inputs: [[2, 3], { shape: [2, 1], dtype: 'int64', values: [1, 0] }, [2, 1]], args: [1], attrs: { axis: 1 } },
    ],
    errors: [
      {
        inputs: [[3], { shape: [1], dtype: 'int64', values: [3] }, [1]],
        args: [0],
        throws: 'index 3 is out of bounds',
      },
      {
        inputs: [[3], { shape: [2], dtype: 'int64', values: [1, 0] }, [3]],
        args: [0],
        throws: 'could not be broadcast',
      },
      {
        inputs: [[1, 3], { shape: [2, 1], dtype: 'int64', values: [1, 0] }, [2, 1]],
        args: [1],
        throws: 'longer axes',
      },
    ],
    parity: { numpy: null, torch: 'torch.scatter_add(x1, axis, x2, x3)', why: "NumPy's np.add.at works in place" },
  },
  <T extends NDArray>(x: T, indices: Positions, source: NDArray, axis = -1): T => {
    const array = operand(x, 'scatterAdd');
    const d = normalizeAxis(axis, array.ndim, 'scatterAdd');
    const positions = positionsOf(indices, d, array.shape[d]!, 'scatterAdd');
    const [whole, picked] = alongShapes(array, positions, d, 'scatterAdd');
    if (!sameShape(whole, array.shape)) {
      throw new ShapeError({
        where: 'scatterAdd',
        what: 'the positions have longer axes than the array',
        got: `x ${show(array.shape)}, indices ${show(positions.shape)}`,
        expected: 'axes that broadcast to those of the array',
        hint: 'broadcast the array to its full shape first',
      });
    }
    const added = stretch(operand(source, 'scatterAdd'), picked);
    return array.add(
      dispatch(alongGradSpec, [added, dense(stretch(positions, picked))], { shape: array.shape, axis: d }),
    ) as T;
  },
);
