import { ShapeError } from '@isograd/device';
import type { As, NDArray } from '../array.ts';
import { axisOf, type Named } from '../axes.ts';
import { show } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, ErrorSample, OpRecord, Sample } from '../op.ts';
import { split } from '../ops/joins.ts';

/** Function that cuts an array along an axis that its name says. */
export type SplitOp = Composed<<T extends ArrayLike>(x: T, sections: number | readonly number[]) => As<T>[]>;

const WHY = 'it has split with an axis';

/**
 * Parts of an array along an axis, as equal as they can be, or cut at given places; views. The first parts are the longer ones.
 *
 * @throws ShapeError for a number of parts below 1.
 * @example
 * arraySplit(arange(5), 3).map((part) => part.tolist()) // => [ [ 0, 1 ], [ 2, 3 ], [ 4 ] ]
 */
export const arraySplit: Composed<
  <T extends ArrayLike>(x: T, sections: number | readonly number[], axis?: Named<number>) => As<T>[]
> = composed(
  {
    name: 'arraySplit',
    domain: [-2, 2],
    samples: [
      { inputs: [[7]], args: [3], attrs: { sections: 3, axis: 0 } },
      { inputs: [[2, 5]], args: [3, -1], attrs: { sections: 3, axis: -1 } },
      { inputs: [[2]], args: [3], attrs: { sections: 3, axis: 0 } },
      {
        inputs: [[5]],
        args: [[3, 1, -1, 9]],
        attrs: { sections: [3, 1, -1, 9], axis: 0 },
        without: { torch: 'it cuts at other places then', jax: 'it refuses places that go back' },
      },
    ],
    errors: [
      { inputs: [[5]], args: [0], throws: 'number sections must be larger than 0' },
      { inputs: [[5]], args: [2, 1], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.array_split(x1, sections, axis=axis)',
      torch: 'torch.tensor_split(x1, sections, dim=axis)',
      jax: 'jnp.array_split(x1, sections, axis=axis)',
      tfjs: null,
      why: 'tf.split wants equal parts or their lengths',
    },
  },
  <T extends NDArray>(x: T, sections: number | readonly number[], place?: Named<number>): T[] => {
    const array = operand(x, 'arraySplit');
    const axis = axisOf(place, 0, 'arraySplit');
    if (typeof sections !== 'number') return split(array, sections, axis) as T[];
    if (!Number.isInteger(sections) || sections < 1)
      throw new ShapeError({
        where: 'arraySplit',
        what: 'number sections must be larger than 0',
        got: String(sections),
        expected: '1, 2, 3, ...',
        hint: 'pass the places to cut at: [2, 5]',
      });
    const length = array.shape.at(axis) ?? 0;
    const [each, longer] = [Math.floor(length / sections), length % sections];
    const cuts = Array.from({ length: sections - 1 }, (_, i) => (i + 1) * each + Math.min(i + 1, longer));
    return split(array, cuts, axis) as T[];
  },
);

function alongFixed(
  name: string,
  least: number,
  axisOf: (ndim: number) => number,
): <T extends NDArray>(x: T, sections: number | readonly number[]) => T[] {
  return (x, sections) => {
    const array = operand(x, name);
    if (array.ndim >= least) return split(array, sections, axisOf(array.ndim)) as (typeof x)[];
    throw new ShapeError({
      where: name,
      what: `${name} only works on arrays of ${least} or more dimensions`,
      got: `shape ${show(array.shape)}`,
      expected: `at least ${least} axes`,
      hint: 'split takes the axis',
    });
  };
}

function record(name: string, samples: readonly Sample[], errors: readonly ErrorSample[]): Omit<OpRecord, 'family'> {
  return {
    name,
    domain: [-2, 2],
    samples,
    errors,
    parity: {
      numpy: `np.${name}(x1, sections)`,
      torch: `torch.${name}(x1, sections)`,
      jax: `jnp.${name}(x1, sections)`,
      tfjs: null,
      why: WHY,
    },
  };
}

/**
 * Parts of an array along its second axis, of a vector along its only one; views.
 *
 * @throws ShapeError for a 0-d array and where the parts are not equal.
 * @example
 * hsplit(array([[1, 2], [3, 4]]), 2).map((part) => part.tolist()) // => [ [ [ 1 ], [ 3 ] ], [ [ 2 ], [ 4 ] ] ]
 */
export const hsplit: SplitOp = composed(
  record(
    'hsplit',
    [
      { inputs: [[4]], args: [2], attrs: { sections: 2 } },
      { inputs: [[2, 4]], args: [[1, 3]], attrs: { sections: [1, 3] } },
    ],
    [
      { inputs: [[]], args: [1], throws: 'only works on arrays of 1 or more dimensions' },
      { inputs: [[2, 3]], args: [2], throws: 'equal division' },
    ],
  ),
  alongFixed('hsplit', 1, (ndim) => (ndim > 1 ? 1 : 0)),
);

/**
 * Parts of an array along its first axis; views.
 *
 * @throws ShapeError for fewer than two axes and where the parts are not equal.
 * @example
 * vsplit(array([[1, 2], [3, 4]]), 2).map((part) => part.tolist()) // => [ [ [ 1, 2 ] ], [ [ 3, 4 ] ] ]
 */
export const vsplit: SplitOp = composed(
  record(
    'vsplit',
    [
      { inputs: [[4, 2]], args: [2], attrs: { sections: 2 } },
      { inputs: [[4, 2]], args: [[1]], attrs: { sections: [1] } },
    ],
    [
      { inputs: [[4]], args: [2], throws: 'only works on arrays of 2 or more dimensions' },
      { inputs: [[3, 2]], args: [2], throws: 'equal division' },
    ],
  ),
  alongFixed('vsplit', 2, () => 0),
);

/**
 * Parts of an array along its third axis; views.
 *
 * @throws ShapeError for fewer than three axes and where the parts are not equal.
 * @example
 * dsplit(zeros([1, 2, 4]), 2).map((part) => part.shape) // => [ [ 1, 2, 2 ], [ 1, 2, 2 ] ]
 */
export const dsplit: SplitOp = composed(
  record(
    'dsplit',
    [
      { inputs: [[1, 2, 4]], args: [2], attrs: { sections: 2 } },
      { inputs: [[1, 2, 3]], args: [[2]], attrs: { sections: [2] } },
    ],
    [
      { inputs: [[2, 2]], args: [2], throws: 'only works on arrays of 3 or more dimensions' },
      { inputs: [[1, 1, 3]], args: [2], throws: 'equal division' },
    ],
  ),
  alongFixed('dsplit', 3, () => 2),
);
