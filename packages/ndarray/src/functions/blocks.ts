import { ArgumentError } from '@isograd/device';
import type { Like, NDArray, Scalar } from '../array.ts';
import { composed } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { arrayFrom } from './array-from.ts';

/** Blocks of a larger array: rows of arrays and numbers, nested as deep as there are axes to join along. */
export type Blocks = NDArray | Scalar | readonly Blocks[];

const isList = (x: Blocks): x is readonly Blocks[] => Array.isArray(x);

/** How deep blocks are nested, everywhere alike. */
function depthOf(blocks: Blocks, path: string): number {
  if (!isList(blocks)) return 0;
  if (blocks.length === 0)
    throw new ArgumentError({
      where: 'block',
      what: `List at ${path} cannot be empty`,
      got: '[]',
      expected: 'arrays or lists of them',
      hint: 'leave the list out',
    });
  const depths = blocks.map((part, i) => depthOf(part, `${path}[${i}]`));
  const other = depths.findIndex((depth) => depth !== depths[0]);
  if (other < 0) return depths[0]! + 1;
  throw new ArgumentError({
    where: 'block',
    what: `List depths are mismatched. First element was at depth ${depths[0]! + 1}, but there is an element at depth ${depths[other]! + 1} (${path}[${other}])`,
    got: `depths ${depths.map((depth) => depth + 1).join(', ')}`,
    expected: 'arrays that are all equally deep',
    hint: 'put brackets around a single array of a row',
  });
}

function leavesOf(blocks: Blocks): NDArray[] {
  return isList(blocks) ? blocks.flatMap(leavesOf) : [arrayFrom(blocks, 'block')];
}

/**
 * An array put together from blocks: the innermost lists are joined along the last axis, those around them along the one before, and so on.
 *
 * @throws ArgumentError for lists that are empty or not equally deep; ShapeError for blocks that do not fit.
 * @example
 * block([[eye(2), zeros([2, 1])], [ones([1, 2]), 9]]).tolist() // => [ [ 1, 0, 0 ], [ 0, 1, 0 ], [ 1, 1, 9 ] ]
 */
export const block: Composed<<T extends NDArray = NDArray>(blocks: Blocks) => Like<T>> = composed(
  {
    name: 'block',
    takesList: true,
    domain: [-2, 2],
    samples: [
      { inputs: [[2], [3]] },
      { inputs: [[], [2]] },
      {
        inputs: [
          [2, 2],
          [2, 1],
        ],
      },
    ],
    errors: [
      { inputs: [], throws: 'cannot be empty' },
      {
        inputs: [
          [2, 2],
          [3, 1],
        ],
        throws: 'must match exactly',
      },
    ],
    parity: {
      numpy: 'np.block(list(xs))',
      torch: null,
      jax: 'jnp.block(list(xs))',
      tfjs: null,
      why: 'PyTorch and tfjs have cat and stack',
    },
  },
  <T extends NDArray>(blocks: Blocks): T => {
    const depth = depthOf(blocks, 'arrays');
    const ndim = Math.max(depth, ...leavesOf(blocks).map((x) => x.ndim));
    const build = (part: Blocks, level: number): NDArray => {
      if (isList(part)) {
        const parts = part.map((p) => build(p, level + 1));
        return concatenate(parts, ndim - (depth - level));
      }
      const x = arrayFrom(part, 'block');
      return x.reshape([...Array.from({ length: ndim - x.ndim }, () => 1), ...x.shape]);
    };
    const whole = build(blocks, 0);
    return (isList(blocks) ? whole : whole.copy()) as T;
  },
);
