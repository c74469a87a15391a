import { ArgumentError, type DType, DTypeError, ShapeError, sizeOf } from '@isograd/device';
import { type As, NDArray, type NestedList } from '../array.ts';
import { axisAndOptions, axisOf, type Named, normalizeAxis } from '../axes.ts';
import { sameShape, show } from '../broadcast.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import { canCast, type Casting } from '../dtype-functions.ts';
import { elementwise } from '../elementwise.ts';
import { arrayFrom } from '../functions/array-from.ts';
import { sliceAxis } from '../indexing/axis-slice.ts';
import type { Composed, Op, OpSpec } from '../op.ts';
import type { Promotion } from '../promotion.ts';
import { resultType } from '../result-type.ts';
import { allocate } from '../storage.ts';

const write = elementwise({ name: 'concatenate', typing: 'same', expr: (x) => x! });

function joinedShape(inputs: readonly NDArray[], axis: number): number[] {
  const first = inputs[0]!;
  const shape = [...first.shape];
  inputs.forEach((x, i) => {
    const fits = x.ndim === first.ndim && x.shape.every((n, d) => d === axis || n === first.shape[d]);
    if (!fits) {
      throw new ShapeError({
        where: 'concatenate',
        what: 'all the input array dimensions except for the concatenation axis must match exactly',
        got: `x1 ${show(first.shape)}, x${i + 1} ${show(x.shape)}, axis ${axis}`,
        expected: 'equal lengths along all other axes',
        hint: 'stack joins along a new axis; reshape or expandDims make shapes fit',
      });
    }
    if (i > 0) shape[axis]! += x.shape[axis]!;
  });
  return shape;
}

/** How joined arrays are cast. */
export interface CastOptions {
  /** Dtype of the result; default the one in which the arrays meet. */
  readonly dtype?: DType;
  /** What the conversion to it may lose; default `same_kind`. */
  readonly casting?: Casting;
}

/** Options of {@link concatenate} and {@link stack}. */
export interface JoinOptions extends CastOptions {
  /** Array to write into, of the joined shape; it is what the function returns. */
  readonly out?: NDArray;
}

interface JoinAttrs extends JoinOptions {
  readonly axis: number;
}

/** The array to write a join into, after everything that may be wrong was refused. */
function target(inputs: readonly NDArray[], shape: readonly number[], attrs: JoinAttrs, rule: Promotion): NDArray {
  const { out, dtype = out?.dtype ?? resultType(inputs, rule), casting = 'same_kind' } = attrs;
  const refused = inputs.find((x) => !canCast(x.dtype, dtype, casting));
  if (refused)
    throw new DTypeError({
      where: 'concatenate',
      what: `Cannot cast array data from dtype('${refused.dtype}') to dtype('${dtype}') according to the rule '${casting}'`,
      got: refused.dtype,
      expected: `a dtype that becomes ${dtype} by this rule`,
      hint: "{ casting: 'unsafe' } allows any loss",
    });
  if (out === undefined) return new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);
  if (!sameShape(out.shape, shape))
    throw new ShapeError({
      where: 'concatenate',
      what: 'Output array is the wrong shape',
      got: show(out.shape),
      expected: show(shape),
      hint: 'make it with zeros(shape), or call without out',
    });
  out.checkWritable('concatenate');
  return out;
}

const concatenateSpec: OpSpec<JoinAttrs> = {
  name: 'concatenate',
  family: 'join',
  takesList: true,
  forward: (inputs, attrs, rule) => {
    const { axis } = attrs;
    const shape = joinedShape(inputs, axis);
    const out = target(inputs, shape, attrs, rule);
    // What is written must not be read afterwards.
    const sources =
      attrs.out === undefined ? inputs : inputs.map((x) => (x.storage === out.storage ? x.plain().copy() : x));
    let start = 0;
    for (const x of sources) {
      const stop = start + x.shape[axis]!;
      if (x.size > 0) write([x], rule, { out: sliceAxis(out, axis, start, stop), storeAs: out.dtype });
      start = stop;
    }
    return out;
  },
  readsLayout: true,
  vjp: (g, { inputs, attrs: { axis }, needs }) => {
    let stop = 0;
    return inputs.map((x, i) => {
      const start = stop;
      stop += x.shape[axis]!;
      return needs(i) ? g.at(...Array.from({ length: axis }, () => ':' as const), `${start}:${stop}`) : undefined;
    });
  },
  linear: 'together',
  batch: 'alongAxes',
  domain: [-2, 2],
  samples: [
    { inputs: [[2], [3]], attrs: { axis: 0 } },
    {
      inputs: [
        [2, 3],
        [1, 3],
        [2, 3],
      ],
      args: [0],
      attrs: { axis: 0 },
    },
    {
      inputs: [
        [2, 3],
        [2, 1],
      ],
      args: [-1],
      attrs: { axis: -1 },
    },
    {
      inputs: [
        [2, 0],
        [2, 3],
      ],
      args: [1],
      attrs: { axis: 1 },
    },
    { inputs: [[2, 2]], args: [1], attrs: { axis: 1 } },
    {
      inputs: [[2, 2], [], [3]],
      args: [null],
      attrs: { axis: null },
      without: { torch: 'it wants an axis', tfjs: 'it wants an axis' },
    },
  ],
  errors: [
    {
      inputs: [
        [2, 3],
        [2, 4],
      ],
      args: [0],
      throws: 'must match exactly',
    },
    { inputs: [[2]], args: [0, { dtype: 'int32' }], throws: 'Cannot cast array data' },
    { inputs: [[2], [2, 2]], throws: 'must match exactly' },
    { inputs: [[], []], throws: 'out of bounds' },
    { inputs: [], throws: 'need at least one array' },
  ],
  parity: {
    numpy: 'np.concatenate(xs, axis=axis)',
    torch: 'torch.cat(xs, dim=axis)',
    jax: 'jnp.concatenate(xs, axis=axis)',
    tfjs: 'tf.concat(xs, axis)',
  },
};

function arraysOf(arrays: readonly (NDArray | NestedList)[], where: string): NDArray[] {
  if (Array.isArray(arrays) && arrays.length > 0) return arrays.map((x) => arrayFrom(x as NDArray | NestedList, where));
  throw new ArgumentError({
    where,
    what: 'need at least one array',
    got: JSON.stringify(arrays) ?? String(arrays),
    expected: 'a list of arrays',
    hint: 'concatenate([x1, x2], axis)',
  });
}

function checkOptions(options: JoinOptions, where: string): JoinOptions {
  if (options.out === undefined || options.dtype === undefined) return options;
  throw new ArgumentError({
    where,
    what: `${where}() only takes \`out\` or \`dtype\` as an argument, but both were provided`,
    got: `out ${options.out.dtype}, dtype ${options.dtype}`,
    expected: 'one of them',
    hint: 'the dtype of the result is that of out',
  });
}

/** Function that joins arrays along an axis. */
type Joining<Axis> = <T extends NDArray = NDArray>(
  arrays: readonly (T | NestedList)[],
  axis?: Named<Axis, JoinOptions>,
  options?: JoinOptions,
) => T;

/**
 * Arrays joined along an axis that they have, 0 by default, or all of them flattened for `null`; they agree in all other axes.
 *
 * @throws ShapeError for arrays that do not fit; DTypeError for a dtype that they may not be cast to.
 * @example
 * concatenate([array([1, 2]), array([3])]).tolist() // => [ 1, 2, 3 ]
 * concatenate([array([[1, 2]]), array([3])], null).tolist() // => [ 1, 2, 3 ]
 */
export const concatenate: Op<Joining<number | null>> = defineOp(
  concatenateSpec,
  (arrays: readonly (NDArray | NestedList)[], place?: Named<number | null, JoinOptions>, last?: JoinOptions) => {
    const [axis, options = {}] = axisAndOptions<number | null, JoinOptions>(place, last, 0);
    const given = arraysOf(arrays, 'concatenate');
    const list = axis === null ? given.map((x) => x.reshape([x.size])) : given;
    const d = normalizeAxis(axis ?? 0, list[0]!.ndim, 'concatenate');
    return dispatch(concatenateSpec, list, { ...checkOptions(options, 'concatenate'), axis: d });
  },
);

/**
 * Arrays of one shape joined along a new axis.
 *
 * @example
 * stack([array([1, 2]), array([3, 4])], 1).tolist() // => [ [ 1, 3 ], [ 2, 4 ] ]
 */
export const stack: Composed<Joining<number>> = composed(
  {
    name: 'stack',
    takesList: true,
    domain: [-2, 2],
    samples: [
      { inputs: [[], []], attrs: { axis: 0 } },
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        args: [1],
        attrs: { axis: 1 },
      },
      { inputs: [[3], [3], [3]], args: [-1], attrs: { axis: -1 } },
    ],
    errors: [
      { inputs: [[2], [3]], throws: 'must have the same shape' },
      { inputs: [[2], [2]], args: [2], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.stack(xs, axis=axis)',
      torch: 'torch.stack(xs, dim=axis)',
      jax: 'jnp.stack(xs, axis=axis)',
      tfjs: 'tf.stack(xs, axis)',
    },
  },
  <T extends NDArray>(
    arrays: readonly (T | NestedList)[],
    place?: Named<number, JoinOptions>,
    last?: JoinOptions,
  ): T => {
    const [axis, options = {}] = axisAndOptions<number, JoinOptions>(place, last, 0);
    const list = arraysOf(arrays, 'stack');
    const d = normalizeAxis(axis, list[0]!.ndim + 1, 'stack');
    const other = list.find((x) => !sameShape(x.shape, list[0]!.shape));
    if (other) {
      throw new ShapeError({
        where: 'stack',
        what: 'all input arrays must have the same shape',
        got: `${show(list[0]!.shape)} and ${show(other.shape)}`,
        expected: 'equal shapes',
        hint: 'concatenate joins along an axis that exists',
      });
    }
    return concatenate(
      list.map((x) => x.expandDims(d)),
      d,
      options,
    ) as T;
  },
);

function boundaries(sections: number | readonly number[], length: number): [start: number, stop: number][] {
  if (typeof sections !== 'number') {
    const cuts = sections.map((cut) => Math.min(Math.max(cut < 0 ? cut + length : cut, 0), length));
    return [...cuts, length].map((stop, i) => [i === 0 ? 0 : cuts[i - 1]!, Math.max(stop, i === 0 ? 0 : cuts[i - 1]!)]);
  }
  if (!Number.isInteger(sections) || sections < 1 || length % sections !== 0) {
    throw new ShapeError({
      where: 'split',
      what: 'array split does not result in an equal division',
      got: `${length} elements in ${sections} parts`,
      expected: 'a number that divides the length',
      hint: 'pass the places to cut at: [2, 5]',
    });
  }
  const size = length / sections;
  return Array.from({ length: sections }, (_, i) => [i * size, (i + 1) * size]);
}

/**
 * Parts of an array along an axis: equal ones by their number, or cut at given places; views.
 *
 * @example
 * split(arange(5), [2, 3]).map((part) => part.tolist()) // => [ [ 0, 1 ], [ 2 ], [ 3, 4 ] ]
 */
export const split: Composed<
  <T extends ArrayLike>(x: T, sections: number | readonly number[], axis?: Named<number>) => As<T>[]
> = composed(
  {
    name: 'split',
    domain: [-2, 2],
    samples: [
      { inputs: [[6]], args: [3], attrs: { sections: 3, axis: 0 } },
      { inputs: [[2, 5]], args: [[1, 3], 1], attrs: { sections: [1, 3], axis: 1 } },
      { inputs: [[4, 2]], args: [2, 0], attrs: { sections: 2, axis: 0 } },
    ],
    errors: [
      { inputs: [[7]], args: [3], throws: 'equal division' },
      { inputs: [[6]], args: [2, 1], throws: 'out of bounds' },
    ],
    parity: {
      numpy: 'np.split(x1, sections, axis=axis)',
      torch: 'torch.tensor_split(x1, sections, dim=axis)',
      jax: 'jnp.split(x1, sections, axis=axis)',
      tfjs: null,
      why: 'tf.split takes lengths, not places',
    },
  },
  <T extends NDArray>(x: T, sections: number | readonly number[], axis?: Named<number>): T[] => {
    const array = operand(x, 'split');
    const d = normalizeAxis(axisOf(axis, 0, 'split'), array.ndim, 'split');
    const lead = Array.from({ length: d }, () => ':' as const);
    return boundaries(sections, array.shape[d]!).map(([start, stop]) => array.at(...lead, `${start}:${stop}`) as T);
  },
);
