import { ArgumentError, ShapeError } from '@isograd/device';
import { type NDArray, type Shape } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { show } from '../broadcast.ts';
import { filled } from '../creation.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import { sliceAxis } from '../indexing/axis-slice.ts';
import { writeInto } from '../indexing/write.ts';
import type { Composed, Op, OpSpec } from '../op.ts';

/**
 * The array repeated along axes, as tiles on a floor.
 *
 * @example
 * tile(array([1, 2]), [2, 2]).tolist() // => [ [ 1, 2, 1, 2 ], [ 1, 2, 1, 2 ] ]
 */
export const tile: Composed<<T extends NDArray>(x: T, reps: number | readonly number[]) => T> = composed(
  {
    name: 'tile',
    domain: [-2, 2],
    samples: [
      { inputs: [[2]], args: [[3]], attrs: { reps: [3] } },
      { inputs: [[2, 3]], args: [[2, 1]], attrs: { reps: [2, 1] } },
      { inputs: [[3]], args: [[2, 2]], attrs: { reps: [2, 2] }, without: { tfjs: 'needs one number for each axis' } },
      { inputs: [[2, 3]], args: [[2]], attrs: { reps: [2] }, without: { tfjs: 'needs one number for each axis' } },
    ],
    errors: [{ inputs: [[2]], args: [[-1]], throws: 'not a shape' }],
    parity: {
      numpy: 'np.tile(x1, reps)',
      torch: 'torch.tile(x1, reps)',
      jax: 'jnp.tile(x1, reps)',
      tfjs: 'tf.tile(x1, reps)',
    },
  },
  <T extends NDArray>(x: T, reps: number | readonly number[]): T => {
    const array = operand(x, 'tile');
    const given = typeof reps === 'number' ? [reps] : reps;
    const ndim = Math.max(array.ndim, given.length);
    const shape = Array.from({ length: ndim }, (_, d) => array.shape[d - ndim + array.ndim] ?? 1);
    const counts = Array.from({ length: ndim }, (_, d) => given[d - ndim + given.length] ?? 1);
    const repeated = array.reshape(shape.flatMap((n) => [1, n])).broadcastTo(shape.flatMap((n, d) => [counts[d]!, n]));
    return repeated.reshape(shape.map((n, d) => n * counts[d]!)) as T;
  },
);

function checkCounts(repeats: readonly number[], length: number): void {
  const bad = repeats.find((n) => !Number.isInteger(n) || n < 0);
  if (bad !== undefined) {
    throw new ArgumentError({
      where: 'repeat',
      what: 'repeats may not contain negative values or fractions',
      got: String(bad),
      expected: 'whole numbers from 0',
      hint: '0 leaves an element out',
    });
  }
  if (repeats.length === length) return;
  throw new ShapeError({
    where: 'repeat',
    what: 'repeats and the axis have different lengths',
    got: `${repeats.length} repeats for ${length} elements`,
    expected: 'one number for all, or one for each element',
    hint: 'name the axis, or repeat the flattened array',
  });
}

/**
 * Each element repeated in its place, along an axis or in the flattened array.
 *
 * @throws ArgumentError for negative repeats; ShapeError when their number is not that of the elements.
 * @example
 * repeat(array([1, 2]), 2).tolist() // => [ 1, 1, 2, 2 ]
 * repeat(array([1, 2]), [0, 3]).tolist() // => [ 2, 2, 2 ]
 */
export const repeat: Composed<
  <T extends NDArray>(x: T, repeats: number | readonly number[], axis?: number | null) => T
> = composed(
  {
    name: 'repeat',
    domain: [-2, 2],
    samples: [
      { inputs: [[3]], args: [2], attrs: { repeats: 2, axis: null } },
      { inputs: [[2, 3]], args: [2, 1], attrs: { repeats: 2, axis: 1 } },
      { inputs: [[2, 3]], args: [2], attrs: { repeats: 2, axis: null } },
      { inputs: [[3, 2]], args: [[0, 2, 1], 0], attrs: { repeats: [0, 2, 1], axis: 0 } },
    ],
    errors: [
      { inputs: [[3]], args: [-1], throws: 'negative' },
      { inputs: [[3]], args: [[1, 2]], throws: 'different lengths' },
      { inputs: [[3]], args: [2, 1], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.repeat(x1, repeats, axis=axis)',
      torch: 'torch.repeat_interleave(x1, torch.tensor(repeats), dim=axis)',
      jax: 'jnp.repeat(x1, jnp.asarray(repeats), axis=axis)',
      tfjs: null,
      why: 'tfjs has tile only',
    },
  },
  <T extends NDArray>(x: T, repeats: number | readonly number[], axis: number | null = null): T => {
    const given = operand(x, 'repeat');
    const array = axis === null ? given.reshape([given.size]) : given;
    const d = axis === null ? 0 : normalizeAxis(axis, array.ndim, 'repeat');
    const length = array.shape[d]!;
    const counts = typeof repeats === 'number' ? new Array<number>(length).fill(repeats) : repeats;
    checkCounts(typeof repeats === 'number' ? [repeats] : repeats, typeof repeats === 'number' ? 1 : length);
    return array.take(
      counts.flatMap((n, i) => new Array<number>(n).fill(i)),
      d,
    ) as T;
  },
);

type Widths = readonly (readonly [before: number, after: number])[];

interface PadAttrs {
  readonly widths: Widths;
  readonly value: number;
}

/** The part of a padded array that is not padding. */
function inside(x: NDArray, widths: Widths): NDArray {
  return widths.reduce((part, [before, after], d) => sliceAxis(part, d, before, x.shape[d]! - after), x);
}

const padSpec: OpSpec<PadAttrs> = {
  name: 'pad',
  family: 'indexed',
  forward: ([x], { widths, value }) => {
    const out = filled(
      x!.shape.map((n, d) => n + widths[d]![0] + widths[d]![1]),
      value,
      x!.dtype,
      'pad',
    );
    writeInto(inside(out, widths), x!);
    return out;
  },
  vjp: (g, { inputs, attrs }) => [
    g.at(...attrs.widths.map(([before], d) => `${before}:${before + inputs[0]!.shape[d]!}` as const)),
  ],
  domain: [-2, 2],
  samples: [
    { inputs: [[3]], args: [1], attrs: { padWidth: 1, value: 0 } },
    {
      inputs: [[2, 3]],
      args: [
        [
          [1, 0],
          [2, 1],
        ],
      ],
      attrs: {
        padWidth: [
          [1, 0],
          [2, 1],
        ],
        value: 0,
      },
      without: { torch: 'PyTorch lists the last axis first' },
    },
    {
      inputs: [[2, 3]],
      args: [[1, 2], { constantValues: -1 }],
      attrs: { padWidth: [1, 2], value: -1 },
      without: { torch: 'PyTorch lists the last axis first' },
    },
    { inputs: [[0]], args: [1], attrs: { padWidth: 1, value: 0 } },
  ],
  errors: [
    { inputs: [[2]], args: [-1], throws: 'negative' },
    {
      inputs: [[2, 3]],
      args: [
        [
          [1, 1],
          [1, 1],
          [1, 1],
        ],
      ],
      throws: 'for each axis',
    },
  ],
  parity: {
    numpy: 'np.pad(x1, padWidth, constant_values=value)',
    torch: 'torch.nn.functional.pad(x1, (padWidth, padWidth), value=value)',
    jax: 'jnp.pad(x1, padWidth, constant_values=value)',
    tfjs: null,
    why: 'tf.pad takes a pair for each axis only',
  },
};

/** How far to pad: one number for all sides, a pair for all axes, or a pair for each axis. */
export type PadWidth =
  | number
  | readonly [before: number, after: number]
  | readonly (readonly [before: number, after: number])[];

function widthsOf(width: PadWidth, shape: Shape): Widths {
  const pairs =
    typeof width === 'number'
      ? shape.map(() => [width, width] as const)
      : typeof width[0] === 'number'
        ? shape.map(() => width as readonly [number, number])
        : (width as Widths);
  if (pairs.length !== shape.length) {
    throw new ShapeError({
      where: 'pad',
      what: 'a pair of widths is needed for each axis',
      got: `${pairs.length} pairs, array ${show(shape)}`,
      expected: `${shape.length} pairs, one pair or one number`,
      hint: '[[1, 1], [0, 0]] pads the first of two axes',
    });
  }
  const bad = pairs.flat().find((n) => !Number.isInteger(n) || n < 0);
  if (bad !== undefined)
    throw new ArgumentError({
      where: 'pad',
      what: "widths can't be negative or fractions",
      got: String(bad),
      expected: 'whole numbers from 0',
      hint: 'cut an array with x.at(...)',
    });
  return pairs;
}

/**
 * The array with a margin of one value around it, 0 by default; NumPy's `pad` in its constant mode.
 *
 * @throws ShapeError for another number of pairs than axes; ArgumentError for negative widths.
 * @example
 * pad(array([1, 2]), 1).tolist() // => [ 0, 1, 2, 0 ]
 * pad(array([1, 2]), [0, 2], { constantValues: 9 }).tolist() // => [ 1, 2, 9, 9 ]
 */
export const pad: Op<
  <T extends NDArray>(x: T, padWidth: PadWidth, options?: { readonly constantValues?: number }) => T
> = defineOp(padSpec, (x: ArrayLike, padWidth: PadWidth, options?: { readonly constantValues?: number }) => {
  const array = operand(x, 'pad');
  return dispatch(padSpec, [array], { widths: widthsOf(padWidth, array.shape), value: options?.constantValues ?? 0 });
});
