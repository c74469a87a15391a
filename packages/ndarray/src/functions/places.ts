import { ShapeError } from '@isograd/device';
import type { As, Like, NDArray } from '../array.ts';
import { axisAndOptions, type Named } from '../axes.ts';
import { show } from '../broadcast.ts';
import type { ArraySource } from '../creation.ts';
import { type ArrayLike, composed } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { adoptPlain, arrayFrom } from './array-from.ts';
import { int64Array } from './int64.ts';
import { truePlaces } from './truth.ts';

const NO_GRADIENT = { nonDifferentiable: 'the result is positions' };

/**
 * The positions of the elements that are not 0 in the flattened array; int64.
 *
 * @example
 * flatnonzero(array([[0, 1], [2, 0]])).tolist() // => [ 1, 2 ]
 */
export const flatnonzero: Composed<<T extends NDArray = NDArray>(x: T | ArraySource) => Like<T>> = composed(
  {
    name: 'flatnonzero',
    oneByOne: 'the shape depends on the values',
    ...NO_GRADIENT,
    domain: [-2, 2],
    samples: [
      { inputs: [{ shape: [2, 3], values: [0, 1.5, NaN, -0, 0, -2] }] },
      { inputs: [{ shape: [], values: [3] }] },
      { inputs: [[0]] },
    ],
    errors: [],
    parity: {
      numpy: 'np.flatnonzero(x1)',
      torch: 'torch.nonzero(x1.ravel()).ravel()',
      jax: 'jnp.flatnonzero(x1)',
      tfjs: null,
      why: 'tfjs has whereAsync only',
    },
  },
  <T extends NDArray>(x: T | ArraySource): T => {
    const array = arrayFrom(x, 'flatnonzero');
    return adoptPlain('flatnonzero', [array], [int64Array(truePlaces(array))])[0] as T;
  },
);

/**
 * The positions of the elements that are not 0, a row for each, [count, axes]; int64.
 *
 * @example
 * argwhere(array([[0, 1], [2, 0]])).tolist() // => [ [ 0, 1 ], [ 1, 0 ] ]
 */
export const argwhere: Composed<<T extends NDArray = NDArray>(x: T | ArraySource) => Like<T>> = composed(
  {
    name: 'argwhere',
    oneByOne: 'the shape depends on the values',
    ...NO_GRADIENT,
    domain: [-2, 2],
    samples: [
      { inputs: [{ shape: [2, 3], values: [0, 1.5, NaN, -0, 0, -2] }] },
      { inputs: [{ shape: [], values: [3] }] },
      { inputs: [{ shape: [], values: [0] }] },
      { inputs: [[0, 2]] },
    ],
    errors: [],
    parity: {
      numpy: 'np.argwhere(x1)',
      torch: 'torch.argwhere(x1)',
      jax: 'jnp.argwhere(x1)',
      tfjs: null,
      why: 'tfjs has whereAsync only',
    },
  },
  <T extends NDArray>(x: T | ArraySource): T => {
    const array = arrayFrom(x, 'argwhere');
    const places = truePlaces(array);
    const n = array.ndim;
    const rows = new Int32Array(places.length * n);
    for (let i = 0; i < places.length; i++) {
      let rest = places[i]!;
      for (let d = n - 1; d >= 0; d--) {
        const length = array.shape[d]!;
        rows[i * n + d] = rest % length;
        rest = Math.floor(rest / length);
      }
    }
    return adoptPlain('argwhere', [array], [int64Array(rows, [places.length, n])])[0] as T;
  },
);

/** Options of {@link compress}. */
export interface CompressOptions {
  /** Array to write the result into; it is what the function returns. */
  readonly out?: NDArray;
}

/**
 * The slices of an array along an axis for which a condition holds, of the flattened array without an axis; a copy.
 *
 * @throws ShapeError for a condition that is not one-dimensional; IndexError where it holds behind the end.
 * @example
 * compress([true, false, true], array([1, 2, 3])).tolist() // => [ 1, 3 ]
 */
export const compress: Composed<
  <T extends ArrayLike>(
    condition: ArraySource,
    x: T,
    axis?: Named<number | null, CompressOptions>,
    options?: CompressOptions,
  ) => As<T>
> = composed(
  {
    name: 'compress',
    oneByOne: 'the shape depends on the values',
    domain: [-2, 2],
    samples: [
      { inputs: [{ shape: [3], dtype: 'bool', values: [true, false, true] }, [3]], attrs: { axis: null } },
      { inputs: [{ shape: [2], dtype: 'bool', values: [false, true] }, [2, 3]], args: [0], attrs: { axis: 0 } },
      { inputs: [{ shape: [2], dtype: 'int64', values: [0, 5] }, [2, 3]], args: [-1], attrs: { axis: -1 } },
      { inputs: [{ shape: [3], dtype: 'bool', values: [false, false, false] }, [2, 3]], attrs: { axis: null } },
    ],
    errors: [
      { inputs: [{ shape: [1, 1], dtype: 'bool', values: [true] }, [2]], throws: 'condition must be a 1-d array' },
      { inputs: [{ shape: [3], dtype: 'bool', values: [true, true, true] }, [2]], throws: 'index 2 is out of bounds' },
    ],
    parity: {
      numpy: 'np.compress(x1, x2, axis=axis)',
      torch: null,
      jax: 'jnp.compress(x1, x2, axis=axis)',
      tfjs: null,
      why: 'PyTorch and tfjs want masks of full length',
    },
  },
  <T extends NDArray>(
    condition: ArraySource,
    x: T,
    place?: Named<number | null, CompressOptions>,
    last?: CompressOptions,
  ): T => {
    const [axis, options] = axisAndOptions<number | null, CompressOptions>(place, last, null);
    const [mask, array] = [arrayFrom(condition, 'compress'), arrayFrom(x, 'compress')];
    if (mask.ndim !== 1)
      throw new ShapeError({
        where: 'compress',
        what: 'condition must be a 1-d array',
        got: `shape ${show(mask.shape)}`,
        expected: '[n]',
        hint: 'x.at(mask) takes a mask of the shape of the array',
      });
    return array.take(int64Array(truePlaces(mask)), axis, options) as T;
  },
);

/**
 * The elements for which a condition holds, in C order; both are flattened. A copy.
 *
 * @throws IndexError where the condition holds behind the end of the array.
 * @example
 * extract([[true, false], [false, true]], array([[1, 2], [3, 4]])).tolist() // => [ 1, 4 ]
 */
export const extract: Composed<<T extends NDArray>(condition: ArraySource, x: T | ArraySource) => T> = composed(
  {
    name: 'extract',
    oneByOne: 'the shape depends on the values',
    domain: [-2, 2],
    samples: [
      { inputs: [{ shape: [2, 2], dtype: 'bool', values: [true, false, false, true] }, [2, 2]] },
      { inputs: [{ shape: [2], dtype: 'int64', values: [0, 5] }, [4]] },
      { inputs: [{ shape: [], dtype: 'bool', values: [true] }, []] },
    ],
    errors: [
      { inputs: [{ shape: [3], dtype: 'bool', values: [true, true, true] }, [2]], throws: 'index 2 is out of bounds' },
    ],
    parity: {
      numpy: 'np.extract(x1, x2)',
      torch: null,
      jax: 'jnp.extract(x1, x2)',
      tfjs: null,
      why: 'PyTorch and tfjs want masks of the shape of the array',
    },
  },
  <T extends NDArray>(condition: ArraySource, x: T | ArraySource): T => {
    const places = truePlaces(arrayFrom(condition, 'extract'));
    return arrayFrom(x, 'extract').take(int64Array(places)) as T;
  },
);
