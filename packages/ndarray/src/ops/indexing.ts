import { IndexError } from '@isograd/device';
import { type As, NDArray, type Shape } from '../array.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import { sameShape } from '../broadcast.ts';
import { filled } from '../creation.ts';
import { pick, planAdvanced } from '../indexing/advanced.ts';
import { viewLayout } from '../indexing/layout.ts';
import { pickMasked } from '../indexing/masked.ts';
import { type BasicItem, type Index, type Item, parseIndex } from '../indexing/parse.ts';
import { writeInto } from '../indexing/write.ts';
import type { Op, OpSpec, Sample } from '../op.ts';
import { checkShape } from '../shape-check.ts';

interface IndexAttrs {
  readonly items: readonly BasicItem[];
}

interface UnsliceAttrs extends IndexAttrs {
  readonly shape: Shape;
}

const allExamples = (count: number): BasicItem => ({ kind: 'slice', start: 0, step: 1, count });

const isBasic = (items: readonly Item[]): items is readonly BasicItem[] => items.every((item) => item.kind !== 'array');

const NO_NEGATIVE_STEP = { torch: 'PyTorch has no negative steps' };
const index = (
  shape: Shape,
  args: readonly Index[],
  spelled: string,
  without: NonNullable<Sample['without']> = {},
): Sample => ({
  inputs: [shape],
  args,
  attrs: { index: spelled },
  without: { tfjs: 'tfjs has no index expressions', ...without },
});

const getitemSpec: OpSpec<IndexAttrs> = {
  name: 'getitem',
  family: 'indexed',
  forward: ([x], { items }) => new NDArray(x!.storage, x!.dtype, viewLayout(x!, items)),
  readsLayout: true,
  vjp: (g, { inputs, attrs }) => [dispatch(unsliceSpec, [g], { shape: inputs[0]!.shape, items: attrs.items })],
  linear: 'each',
  batch: ([x], { size, attrs: { items } }) => dispatch(getitemSpec, [x!], { items: [allExamples(size), ...items] }),
  domain: [-2, 2],
  samples: [
    index([5], [2], '2'),
    index([5], ['1:4'], '1:4'),
    index([5], ['::-2'], '::-2', NO_NEGATIVE_STEP),
    index([3, 4], [-1, '::2'], '-1, ::2'),
    index([3, 4], ['...', null, 1], '..., None, 1'),
    index([2, 3, 4], [':', 1], ':, 1'),
    index([3], ['2:1'], '2:1'),
    index([5], [[0, 3, 3, -1]], '[0, 3, 3, -1]'),
    index(
      [3, 4],
      [
        ':',
        [
          [0, 1],
          [3, 0],
        ],
      ],
      ':, [[0, 1], [3, 0]]',
    ),
    index(
      [3, 4],
      [
        [0, 1, 2],
        [3, 0, 0],
      ],
      '[0, 1, 2], [3, 0, 0]',
    ),
    index([3, 4, 2], [[0, 2], ':', [1, 0]], '[0, 2], :, [1, 0]'),
    index([2, 3, 4], [':', [2, 0], [1, 1]], ':, [2, 0], [1, 1]'),
    index([2, 3, 4], [1, ':', [3, 0]], '1, :, [3, 0]', { torch: 'PyTorch takes positions first, then arrays' }),
    index([3], [[true, false, true]], '[True, False, True]'),
    index(
      [2, 3],
      [
        [
          [true, false, true],
          [false, false, true],
        ],
      ],
      '[[True, False, True], [False, False, True]]',
      { torch: 'PyTorch reads nested lists as several indices' },
    ),
    index([2, 3], [0, [true, false, true]], '0, [True, False, True]'),
    index([3], [[]], '[]'),
  ],
  errors: [
    { inputs: [[3]], args: [5], throws: 'index 5 is out of bounds for axis 0 with size 3' },
    { inputs: [[2, 3]], args: [0, -4], throws: 'index -4 is out of bounds for axis 1 with size 3' },
    {
      inputs: [[2, 3]],
      args: [0, 1, 2],
      throws: 'too many indices for array: array is 2-dimensional, but 3 were indexed',
    },
    { inputs: [[3]], args: ['...', '...'], throws: 'single ellipsis' },
    { inputs: [[3]], args: ['::0'], throws: 'slice step cannot be zero' },
    { inputs: [[3]], args: ['one'], throws: 'a slice cannot be read' },
    { inputs: [[3]], args: [0.5], throws: 'not a valid index' },
    { inputs: [[3]], args: [true], throws: 'not a valid index' },
    { inputs: [[3]], args: [[0.5]], throws: 'must be of integer (or boolean) type' },
    { inputs: [[3]], args: [[3]], throws: 'index 3 is out of bounds for axis 0 with size 3' },
    {
      inputs: [[2, 3]],
      args: [[true, false, true]],
      throws: 'boolean index did not match indexed array along axis 0; size of axis is 2',
    },
    {
      inputs: [[2, 3]],
      args: [
        [0, 1],
        [0, 1, 2],
      ],
      throws: 'indexing arrays could not be broadcast together with shapes (2,) (3,)',
    },
  ],
  parity: {
    numpy: "eval('x1[' + index + ']')",
    torch: "eval('x1[' + index + ']')",
    jax: null,
    tfjs: null,
    why: 'tfjs has no index expressions; JAX wants arrays instead of lists',
  },
};

/**
 * A part of an array, as `x[...]` in Python; the method is `x.at(...)`.
 *
 * Positions, slices (`'1:5'`, `'::-1'`), `'...'` and `null` (a new axis) give a view; integer arrays or lists and masks of bools give a copy.
 *
 * @throws IndexError in NumPy's words for what is out of bounds or cannot be read.
 * @example
 * const x = arange(6).reshape(2, 3);
 * x.at(1, '::-1').tolist() // => [ 5, 4, 3 ]
 * x.at(':', [0, 2]).tolist() // => [ [ 0, 2 ], [ 3, 5 ] ]
 * x.at(x.gt(3)).tolist() // => [ 4, 5 ]
 */
export const getitem: Op<<T extends ArrayLike>(x: T, ...index: Index[]) => As<T>> = defineOp(
  getitemSpec,
  (x: ArrayLike, ...given: Index[]) => {
    const array = operand(x, 'at');
    const [mask] = given;
    if (
      given.length === 1 &&
      mask instanceof NDArray &&
      mask.dtype === 'bool' &&
      !array.differentiable &&
      array.ndim > 0 &&
      sameShape(mask.shape, array.shape)
    )
      return pickMasked(array, mask.plain());
    const items = parseIndex(given, array.shape, 'at');
    if (isBasic(items)) return dispatch(getitemSpec, [array], { items });
    const plan = planAdvanced(items, array, 'at');
    return pick(dispatch(getitemSpec, [array], { items: plan.basic }), plan);
  },
);

const unsliceSpec: OpSpec<UnsliceAttrs> = {
  name: 'unslice',
  family: 'indexed',
  forward: ([g], { shape, items }) => {
    const out = filled(shape, 0, g!.dtype, 'unslice');
    writeInto(new NDArray(out.storage, out.dtype, viewLayout(out, items)), g!);
    return out;
  },
  vjp: (h, { attrs: { items } }) => [dispatch(getitemSpec, [h], { items })],
  linear: 'each',
  batch: ([g], { size, attrs: { shape, items } }) =>
    dispatch(unsliceSpec, [g!], { shape: [size, ...shape], items: [allExamples(size), ...items] }),
  domain: [-2, 2],
  samples: [
    { inputs: [[2]], args: [[5], '1:3'], attrs: { shape: [5], index: '1:3' } },
    { inputs: [[3]], args: [[2, 3], 1, '::-1'], attrs: { shape: [2, 3], index: '1, ::-1' } },
    { inputs: [[]], args: [[3], -1], attrs: { shape: [3], index: '-1' } },
  ],
  errors: [
    { inputs: [[2]], args: [[3], ':'], throws: 'could not broadcast' },
    { inputs: [[2]], args: [[3], [0, 1]], throws: 'takes basic indices' },
  ],
  parity: { numpy: null, torch: null, why: 'it is the gradient of an index expression' },
};

/** Zeros of a shape with `g` written where a basic index points: the cotangent of `getitem`. */
export const unslice: Op<<T extends ArrayLike>(g: T, shape: Shape, ...index: Index[]) => As<T>> = defineOp(
  unsliceSpec,
  (g: ArrayLike, shape: Shape, ...given: Index[]) => {
    const items = parseIndex(given, checkShape(shape, 'unslice'), 'unslice');
    if (!isBasic(items))
      throw new IndexError({
        where: 'unslice',
        what: 'takes basic indices only',
        got: 'an index array',
        expected: 'positions, slices, null',
        hint: 'use scatterAdd',
      });
    return dispatch(unsliceSpec, [operand(g, 'unslice')], { shape, items });
  },
);
