import { ArgumentError, DTypeError, ShapeError } from '@isograd/device';
import { type As, NDArray } from '../array.ts';
import { axisOf, type Named } from '../axes.ts';
import { show } from '../broadcast.ts';
import { filled } from '../creation.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import { canCast } from '../dtype-functions.ts';
import type { Scalar } from '../elements.ts';
import { alongAxis } from '../functions/along-axis.ts';
import { int64Array, numbersOf } from '../functions/int64.ts';
import { padBy } from '../functions/pad-modes.ts';
import {
  checkPadOptions,
  type PadFunction,
  type PadMode,
  type PadOptions,
  type PadWidth,
  pairsOf,
  type Widths,
  widthsOf,
} from '../functions/pad-options.ts';
import { sliceAxis } from '../indexing/axis-slice.ts';
import { writeInto } from '../indexing/write.ts';
import type { Composed, Op, OpSpec } from '../op.ts';

/**
 * The array repeated along axes, as tiles on a floor.
 *
 * @example
 * tile(array([1, 2]), [2, 2]).tolist() // => [ [ 1, 2, 1, 2 ], [ 1, 2, 1, 2 ] ]
 */
export const tile: Composed<<T extends ArrayLike>(x: T, reps: number | readonly number[]) => As<T>> = composed(
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

/** How often each element is repeated, as whole numbers. */
function countsOf(repeats: number | readonly number[] | NDArray): Float64Array {
  const given = repeats instanceof NDArray ? repeats.plain() : undefined;
  if (given !== undefined && (given.ndim > 1 || !canCast(given.dtype, 'int64')))
    throw new DTypeError({
      where: 'repeat',
      what: `Cannot cast array data from dtype('${given.dtype}') to dtype('int64') according to the rule 'safe'`,
      got: `${given.dtype} ${show(given.shape)}`,
      expected: 'a vector of integers',
      hint: "x.astype('int64')",
    });
  return given === undefined ? Float64Array.from([repeats as number | readonly number[]].flat()) : numbersOf(given);
}

function checkCounts(repeats: Float64Array, length: number): void {
  let bad: number | undefined;
  for (let i = 0; i < repeats.length; i++) if (!(repeats[i]! >= 0 && Number.isInteger(repeats[i]))) bad ??= repeats[i];
  if (bad !== undefined) {
    throw new ArgumentError({
      where: 'repeat',
      what: 'repeats may not contain negative values or fractions',
      got: String(bad),
      expected: 'whole numbers from 0',
      hint: '0 leaves an element out',
    });
  }
  if (repeats.length === length || repeats.length === 1) return;
  throw new ShapeError({
    where: 'repeat',
    what: 'repeats and the axis have different lengths',
    got: `${repeats.length} repeats for ${length} elements`,
    expected: 'one number for all, or one for each element',
    hint: 'name the axis, or repeat the flattened array',
  });
}

/** Every slice along an axis as often as all others: a stretched axis behind it. */
function repeatAll(x: NDArray, times: number, axis: number): NDArray {
  const [lead, rest] = [x.shape.slice(0, axis + 1), x.shape.slice(axis + 1)];
  const wide = x.reshape([...lead, 1, ...rest]).broadcastTo([...lead, times, ...rest]);
  const y = wide.reshape(x.shape.map((n, d) => (d === axis ? n * times : n)));
  return y.storage === x.storage ? y.copy() : y;
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
  <T extends ArrayLike>(x: T, repeats: number | readonly number[] | NDArray, axis?: Named<number | null>) => As<T>
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
  <T extends NDArray>(x: T, repeats: number | readonly number[] | NDArray, axis?: Named<number | null>): T => {
    const [array, d] = alongAxis(operand(x, 'repeat'), axisOf(axis, null, 'repeat'), 'repeat');
    const length = array.shape[d]!;
    const counts = countsOf(repeats);
    checkCounts(counts, length);
    if (counts.length === 1) return repeatAll(array, counts[0]!, d) as T;
    let total = 0;
    for (let i = 0; i < length; i++) total += counts[i]!;
    const picks = new Int32Array(total);
    for (let i = 0, at = 0; i < length; i++) for (let k = counts[i]!; k > 0; k--) picks[at++] = i;
    return array.take(int64Array(picks), d) as T;
  },
);

interface PadAttrs {
  readonly widths: Widths;
  /** What stands before and behind along each axis. */
  readonly values: readonly (readonly [before: Scalar, after: Scalar])[];
}

/** The part of a padded array that is not padding, along the axes from one on. */
function inside(x: NDArray, widths: Widths, from = 0): NDArray {
  return widths.reduce(
    (part, [before, after], d) => (d < from ? part : sliceAxis(part, d, before, x.shape[d]! - after)),
    x,
  );
}

function padded(x: NDArray, { widths, values }: PadAttrs): NDArray {
  const shape = x.shape.map((n, d) => n + widths[d]![0] + widths[d]![1]);
  const first = values[0]?.[0] ?? 0;
  const out = filled(shape, first, x.dtype, 'pad');
  writeInto(inside(out, widths), x);
  if (values.every((pair) => pair.every((value) => value === first))) return out;
  // Corners have the value of their last axis.
  widths.forEach(([before, after], d) => {
    const part = inside(out, widths, d + 1);
    const n = shape[d]!;
    writeInto(sliceAxis(part, d, 0, before), values[d]![0]);
    writeInto(sliceAxis(part, d, n - after, n), values[d]![1]);
  });
  return out;
}

const padSpec: OpSpec<PadAttrs> = {
  name: 'pad',
  family: 'indexed',
  forward: ([x], attrs) => padded(x!, attrs),
  vjp: (g, { inputs, attrs }) => [
    g.at(...attrs.widths.map(([before], d) => `${before}:${before + inputs[0]!.shape[d]!}` as const)),
  ],
  jvp: ([t], { attrs }) => dispatch(padSpec, [t!], { ...attrs, values: attrs.values.map(() => [0, 0] as const) }),
  batch: ([x], { attrs: { widths, values } }) =>
    dispatch(padSpec, [x!], { widths: [[0, 0], ...widths], values: [[0, 0], ...values] }),
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

/**
 * The array with a margin around it: of one value by default (0), or by a mode as NumPy's `pad`.
 *
 * `edge` repeats the outermost elements; `reflect` and `symmetric` mirror, without and with them; `wrap` goes on at the other end; `linear_ramp`
 * falls to `endValues`; `maximum`, `minimum`, `mean` and `median` are those of the line or of `statLength` elements; `empty` is undefined.
 * A function gets every line with its margins, which it writes.
 *
 * @throws ShapeError for widths that do not fit the axes; ArgumentError for negative ones, an unknown mode, or an option of another mode.
 * @example
 * pad(array([1, 2]), 1).tolist() // => [ 0, 1, 2, 0 ]
 * pad(array([1, 2]), [0, 2], { constantValues: 9 }).tolist() // => [ 1, 2, 9, 9 ]
 * pad(array([1, 2, 3]), 2, 'reflect').tolist() // => [ 3, 2, 1, 2, 3, 2, 1 ]
 */
export const pad: Op<
  <T extends ArrayLike>(
    x: T,
    padWidth: PadWidth,
    mode?: PadMode | PadFunction | PadOptions,
    options?: PadOptions,
  ) => As<T>
> = defineOp(
  padSpec,
  (x: ArrayLike, padWidth: PadWidth, given: PadMode | PadFunction | PadOptions = {}, more: PadOptions = {}) => {
    const array = operand(x, 'pad');
    const options = typeof given === 'object' ? given : { ...more, mode: given };
    checkPadOptions(options);
    const widths = widthsOf(padWidth, array.shape);
    const { mode = 'constant', constantValues = 0 } = options;
    if (mode !== 'constant') return padBy(array, widths, options);
    return dispatch(padSpec, [array], { widths, values: pairsOf(constantValues, array.ndim) });
  },
);
