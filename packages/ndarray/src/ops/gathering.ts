import { DTypeError, IndexError, isInteger, ShapeError, sizeOf, type View } from '@isograd/device';
import { type As, NDArray, type NestedList, type Shape } from '../array.ts';
import { axisAndOptions, axisOf, type Named, normalizeAxis } from '../axes.ts';
import { commonShape, sameShape, show } from '../broadcast.ts';
import { filled, readArray } from '../creation.ts';
import { canCast } from '../dtype-functions.ts';
import { int64Array, numbersOf } from '../functions/int64.ts';
import { alongAxis } from '../functions/along-axis.ts';
import { resolveMode, type TakeMode } from '../functions/take-mode.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import { resolvePositions } from '../indexing/parse.ts';
import { writeInto } from '../indexing/write.ts';
import { kernelTable } from '../kernels.ts';
import type { Op, OpSpec } from '../op.ts';
import { NUMPY } from '../promotion.ts';
import { allocate } from '../storage.ts';

/** Positions along an axis: an array of an integer dtype, nested lists or a number. */
export type Positions = NDArray | NestedList;

interface AxisAttrs {
  readonly axis: number;
}

interface IntoAttrs extends AxisAttrs {
  /** Shape of the array that is written into. */
  readonly shape: Shape;
}

const gather = kernelTable((dtype) => ({ kind: 'gather', dtype }));
const scatterInto = kernelTable((dtype) => ({ kind: 'scatterAdd', dtype }));

/** The array without gaps. */
export const dense = (x: NDArray): NDArray => (x.contiguous ? x : x.copy());

/** Positions along an axis as int64 from 0. @throws IndexError for those outside. */
export function positionsOf(indices: Positions, axis: number, length: number, where: string): NDArray {
  const empty = Array.isArray(indices) && indices.length === 0;
  const given =
    indices instanceof NDArray ? indices : readArray(indices, empty ? { dtype: 'int64' } : {}, NUMPY, where);
  return dense(resolvePositions(given, axis, length, where));
}

/** An array as three axes: those before an axis, `n` along it, those behind. */
function threeAxes(x: NDArray, n: number, inner: number): View {
  return { memory: x.memory, offset: x.offset, strides: [n * inner, inner, 1], contiguous: true };
}

function between(shape: Shape, from: number, to: number): number {
  let size = 1;
  for (let d = from; d < to; d++) size *= shape[d]!;
  return size;
}
const before = (shape: Shape, axis: number): number => between(shape, 0, axis);
const behind = (shape: Shape, axis: number): number => between(shape, axis + 1, shape.length);

/** The shape of what is picked along an axis. */
const pickedShape = (shape: Shape, picked: Shape, axis: number): Shape => [
  ...shape.slice(0, axis),
  ...picked,
  ...shape.slice(axis + 1),
];

/** Refuses an array of another shape. */
function checkFit(x: NDArray, shape: Shape, where: string, what = 'the arrays do not fit'): void {
  if (sameShape(x.shape, shape)) return;
  throw new ShapeError({
    where,
    what,
    got: show(x.shape),
    expected: show(shape),
    hint: 'make it with zeros(shape), or call without out',
  });
}

const takeSpec: OpSpec<AxisAttrs> = {
  name: 'take',
  byParts: true,
  family: 'indexed',
  forward: ([x, indices], { axis }) => {
    const [n, inner] = [x!.shape[axis]!, behind(x!.shape, axis)];
    const count = indices!.size;
    const shape = pickedShape(x!.shape, indices!.shape, axis);
    const out = new NDArray(allocate(x!.dtype, sizeOf(shape)), x!.dtype, shape);
    const index: View = { memory: indices!.memory, offset: indices!.offset, strides: [0, 1, 0], contiguous: false };
    gather(x!.dtype).run(
      [threeAxes(out, count, inner), threeAxes(dense(x!), n, inner), index],
      [before(x!.shape, axis), count, inner, n],
      [],
    );
    return out;
  },
  vjp: (g, { inputs: [x, indices], attrs: { axis } }) => [
    dispatch(takeGradSpec, [g, indices!], { shape: x!.shape, axis }),
    undefined,
  ],
  linear: 'each',
  batch: 'take',
  domain: [-2, 2],
  samples: [
    { inputs: [[5], { shape: [3], dtype: 'int64', values: [4, 0, 0] }], args: [0], attrs: { axis: 0 } },
    { inputs: [[2, 3], { shape: [2, 2], dtype: 'int64', values: [2, 0, -1, 1] }], args: [1], attrs: { axis: 1 } },
    { inputs: [[3, 2], { shape: [4], dtype: 'int64', values: [0, 2, 2, 1] }], args: [0], attrs: { axis: 0 } },
    { inputs: [[2, 3], { shape: [2], dtype: 'int64', values: [5, 0] }], attrs: { axis: null } },
    { inputs: [[3], { shape: [], dtype: 'int64', values: [1] }], args: [0], attrs: { axis: 0 } },
    { inputs: [[3], { shape: [0], dtype: 'int64', values: [] }], args: [0], attrs: { axis: 0 } },
  ],
  errors: [
    {
      inputs: [[3], { shape: [1], dtype: 'int64', values: [3] }],
      args: [0],
      throws: 'index 3 is out of bounds for axis 0 with size 3',
    },
    { inputs: [[3], [1]], args: [0], throws: 'must be of integer' },
    { inputs: [[3], { shape: [1], dtype: 'int64', values: [0] }], args: [1], throws: 'axis 1 is out of bounds' },
  ],
  parity: {
    numpy: 'np.take(x1, x2, axis=axis)',
    torch: 'torch.take(x1, x2) if axis is None else x1[(slice(None),) * axis + (x2,)]',
    jax: 'jnp.take(x1, x2, axis=axis)',
    tfjs: "tf.gather(axis === null ? tf.reshape(x1, [-1]) : x1, tf.cast(x2, 'int32'), axis ?? 0)",
  },
};

/** Options of {@link take}. */
export interface TakeOptions {
  /** Array to write into; it is what the function returns. */
  readonly out?: NDArray;
  /** What positions outside the axis do; default `raise`. */
  readonly mode?: TakeMode;
}

/** Positions of a user for `take`, which counts bools as integers. */
function takePositions(indices: Positions, axis: number, length: number, mode: TakeMode): NDArray {
  const empty = Array.isArray(indices) && indices.length === 0;
  const read =
    indices instanceof NDArray ? indices : readArray(indices, empty ? { dtype: 'int64' } : {}, NUMPY, 'take');
  const given = read.dtype === 'bool' ? read.plain().astype('int64') : read;
  if (mode === 'raise' || !isInteger(given.dtype)) return positionsOf(given, axis, length, 'take');
  const numbers = numbersOf(given.plain());
  resolveMode(numbers, length, mode);
  return int64Array(numbers, given.shape);
}

function checkTakeOut(x: NDArray, out: NDArray, shape: Shape): void {
  out.checkWritable('take');
  checkFit(out, shape, 'take', 'output array does not match result of ndarray.take');
  if (!canCast(out.dtype, x.dtype))
    throw new DTypeError({
      where: 'take',
      what: `Cannot cast array data from dtype('${out.dtype}') to dtype('${x.dtype}') according to the rule 'safe'`,
      got: `array ${x.dtype}, out ${out.dtype}`,
      expected: `out of dtype ${x.dtype}`,
      hint: 'take without out, then cast',
    });
}

/**
 * The elements at positions along an axis, or in the flattened array; negative positions count from the end.
 *
 * @throws IndexError for positions outside the axis and for dtypes that are not integers.
 * @example
 * take(array([10, 20, 30]), [2, 0, -1], 0).tolist() // => [ 30, 10, 30 ]
 * take(array([10, 20, 30]), [4, -1], 0, { mode: 'wrap' }).tolist() // => [ 20, 30 ]
 */
export const take: Op<
  <T extends ArrayLike>(
    x: T,
    indices: Positions,
    axis?: Named<number | null, TakeOptions>,
    options?: TakeOptions,
  ) => As<T>
> = defineOp(
  takeSpec,
  (x: ArrayLike, indices: Positions, place?: Named<number | null, TakeOptions>, last?: TakeOptions) => {
    const array = operand(x, 'take');
    const [axis, options] = axisAndOptions<number | null, TakeOptions>(place, last, null);
    const [source, d] = alongAxis(array, axis, 'take');
    const length = source.shape[d]!;
    const { out, mode = 'raise' } = options ?? {};
    const positions = takePositions(indices, d, length, mode);
    const rest = before(source.shape, d) * behind(source.shape, d);
    if (length === 0 && positions.size * rest > 0) refuseEmpty(source);
    if (out === undefined) return dispatch(takeSpec, [source, positions], { axis: d });
    checkTakeOut(source, out, pickedShape(source.shape, positions.shape, d));
    writeInto(out.plain(), dispatch(takeSpec, [source, positions], { axis: d }));
    return out;
  },
);

function refuseEmpty(x: NDArray): never {
  throw new IndexError({
    where: 'take',
    what: 'cannot do a non-empty take from an empty axes',
    got: `shape ${show(x.shape)}`,
    expected: 'no positions',
    hint: 'check x.size first',
  });
}

const takeGradSpec: OpSpec<IntoAttrs> = {
  name: 'takeGrad',
  byParts: true,
  family: 'indexed',
  forward: ([g, indices], { shape, axis }) => {
    const [n, inner] = [shape[axis]!, behind(shape, axis)];
    const out = filled(shape, 0, g!.dtype, 'takeGrad');
    const index: View = { memory: indices!.memory, offset: indices!.offset, strides: [0, 1, 0], contiguous: false };
    scatterInto(g!.dtype).run(
      [threeAxes(out, n, inner), threeAxes(dense(g!), indices!.size, inner), index],
      [before(shape, axis), indices!.size, inner, n],
      [],
    );
    return out;
  },
  vjp: (h, { inputs: [, indices], attrs: { axis } }) => [dispatch(takeSpec, [h, indices!], { axis }), undefined],
  linear: 'each',
  batch: 'takeGrad',
  domain: [-2, 2],
  samples: [
    {
      inputs: [[3], { shape: [3], dtype: 'int64', values: [4, 0, 0] }],
      args: [[5], 0],
      attrs: { shape: [5], axis: 0 },
    },
    {
      inputs: [[2, 4], { shape: [4], dtype: 'int64', values: [1, 0, 2, 1] }],
      args: [[2, 3], 1],
      attrs: { shape: [2, 3], axis: 1 },
    },
  ],
  errors: [{ inputs: [[2], { shape: [3], dtype: 'int64', values: [4, 0, 0] }], args: [[5], 0], throws: 'do not fit' }],
  parity: {
    numpy: null,
    torch: 'torch.zeros(shape, dtype=x1.dtype).index_add(axis, x2, x1)',
    why: 'it is the gradient of take',
  },
};

type TakeGrad = <T extends ArrayLike>(g: T, indices: Positions, shape: Shape, axis: number) => As<T>;

/** Both gradients as functions, which check what rules know: the shapes of the cotangent and the positions. */
function gradientOp(spec: OpSpec<IntoAttrs>, fitting: (positions: Shape, shape: Shape, axis: number) => Shape[]) {
  return defineOp(spec, (g: ArrayLike, indices: Positions, shape: Shape, place: number) => {
    const axis = normalizeAxis(place, shape.length, spec.name);
    const inputs = [operand(g, spec.name), positionsOf(indices, axis, shape[axis]!, spec.name)] as const;
    fitting(inputs[1].shape, shape, axis).forEach((wanted, i) => checkFit(inputs[i]!, wanted, spec.name));
    return dispatch(spec, inputs, { shape, axis });
  }) as Op<TakeGrad>;
}

/** Zeros of a shape with `g` added at positions along an axis: the cotangent of `take`. @throws ShapeError where they do not fit. */
export const takeGrad: Op<TakeGrad> = gradientOp(takeGradSpec, (positions, shape, axis) => [
  pickedShape(shape, positions, axis),
]);

const alongSpec: OpSpec<AxisAttrs> = {
  name: 'takeAlongAxis',
  byParts: true,
  family: 'indexed',
  forward: ([x, indices], { axis }) => {
    const [n, count, inner] = [x!.shape[axis]!, indices!.shape[axis]!, behind(x!.shape, axis)];
    const out = new NDArray(allocate(x!.dtype, indices!.size), x!.dtype, indices!.shape);
    gather(x!.dtype).run(
      [threeAxes(out, count, inner), threeAxes(dense(x!), n, inner), threeAxes(indices!, count, inner)],
      [before(x!.shape, axis), count, inner, n],
      [],
    );
    return out;
  },
  vjp: (g, { inputs: [x, indices], attrs: { axis } }) => [
    dispatch(alongGradSpec, [g, indices!], { shape: x!.shape, axis }),
    undefined,
  ],
  linear: 'each',
  batch: 'alongLines',
  domain: [-2, 2],
  samples: [
    { inputs: [[5], { shape: [3], dtype: 'int64', values: [4, 0, 0] }], args: [0], attrs: { axis: 0 } },
    { inputs: [[2, 3], { shape: [2, 1], dtype: 'int64', values: [2, 0] }], args: [1], attrs: { axis: 1 } },
    { inputs: [[3, 2, 2], { shape: [1, 2, 2], dtype: 'int64', values: [0, 2, 1, 1] }], args: [0], attrs: { axis: 0 } },
    {
      inputs: [[2, 3], { shape: [1, 2], dtype: 'int64', values: [-1, 0] }],
      attrs: { axis: -1 },
      without: { torch: 'gather takes no negative positions' },
    },
  ],
  errors: [
    {
      inputs: [[2, 3], { shape: [2, 1], dtype: 'int64', values: [3, 0] }],
      args: [1],
      throws: 'index 3 is out of bounds for axis 1 with size 3',
    },
    {
      inputs: [[2, 3], { shape: [2], dtype: 'int64', values: [1, 0] }],
      args: [1],
      throws: 'same number of dimensions',
    },
    {
      inputs: [[2, 3], { shape: [3, 1], dtype: 'int64', values: [1, 0, 0] }],
      args: [1],
      throws: 'could not be broadcast',
    },
  ],
  parity: {
    numpy: 'np.take_along_axis(x1, x2, axis=axis)',
    torch: 'torch.take_along_dim(x1, x2, dim=axis)',
    jax: 'jnp.take_along_axis(x1, x2, axis=axis)',
    tfjs: null,
    why: 'tfjs gathers whole slices only',
  },
};

/** Shapes of an array and of positions along one of its axes, broadcast against each other in all other axes. */
export function alongShapes(
  x: NDArray,
  indices: NDArray,
  axis: number,
  where: string,
): readonly [x: Shape, indices: Shape] {
  if (x.ndim !== indices.ndim) {
    throw new ShapeError({
      where,
      what: '`indices` and the array must have the same number of dimensions',
      got: `x ${show(x.shape)}, indices ${show(indices.shape)}`,
      expected: 'equally many axes',
      hint: 'add axes to the indices with expandDims; take picks whole slices',
    });
  }
  const whole = (shape: Shape, n: number): Shape => shape.map((m, d) => (d === axis ? n : m));
  const common = commonShape(where, [whole(x.shape, 1), whole(indices.shape, 1)]);
  return [whole(common, x.shape[axis]!), whole(common, indices.shape[axis]!)];
}

/** The array broadcast to a shape. */
export const stretch = (x: NDArray, shape: Shape): NDArray => (sameShape(x.shape, shape) ? x : x.broadcastTo(shape));

/**
 * One element for each position along an axis, in the line where the position stands; other axes broadcast.
 *
 * @throws IndexError for positions outside the axis, ShapeError where the other axes do not fit.
 * @example
 * takeAlongAxis(array([[10, 20], [30, 40]]), [[1], [0]], 1).tolist() // => [ [ 20 ], [ 30 ] ]
 */
export const takeAlongAxis: Op<<T extends ArrayLike>(x: T, indices: Positions, axis?: Named<number>) => As<T>> =
  defineOp(alongSpec, (x: ArrayLike, indices: Positions, axis?: Named<number>) => {
    const array = operand(x, 'takeAlongAxis');
    const d = normalizeAxis(axisOf(axis, -1, 'takeAlongAxis'), array.ndim, 'takeAlongAxis');
    const positions = positionsOf(indices, d, array.shape[d]!, 'takeAlongAxis');
    const [whole, picked] = alongShapes(array, positions, d, 'takeAlongAxis');
    return dispatch(alongSpec, [stretch(array, whole), dense(stretch(positions, picked))], { axis: d });
  });

/** Elements added at positions along an axis to zeros. */
export const alongGradSpec: OpSpec<IntoAttrs> = {
  name: 'takeAlongAxisGrad',
  byParts: true,
  family: 'indexed',
  forward: ([g, indices], { shape, axis }) => {
    const [n, count, inner] = [shape[axis]!, indices!.shape[axis]!, behind(shape, axis)];
    const out = filled(shape, 0, g!.dtype, 'takeAlongAxisGrad');
    scatterInto(g!.dtype).run(
      [threeAxes(out, n, inner), threeAxes(dense(g!), count, inner), threeAxes(indices!, count, inner)],
      [before(shape, axis), count, inner, n],
      [],
    );
    return out;
  },
  vjp: (h, { inputs: [, indices], attrs: { axis } }) => [dispatch(alongSpec, [h, indices!], { axis }), undefined],
  linear: 'each',
  batch: 'alongLines',
  domain: [-2, 2],
  samples: [
    {
      inputs: [[3], { shape: [3], dtype: 'int64', values: [4, 0, 0] }],
      args: [[5], 0],
      attrs: { shape: [5], axis: 0 },
    },
    {
      inputs: [[2, 1], { shape: [2, 1], dtype: 'int64', values: [2, 0] }],
      args: [[2, 3], 1],
      attrs: { shape: [2, 3], axis: 1 },
    },
  ],
  errors: [
    { inputs: [[2, 1], { shape: [2, 1], dtype: 'int64', values: [2, 0] }], args: [[3, 3], 1], throws: 'do not fit' },
  ],
  parity: {
    numpy: null,
    torch: 'torch.zeros(shape, dtype=x1.dtype).scatter_add(axis, x2, x1)',
    why: 'it is the gradient of take_along_axis',
  },
};

/** Zeros of a shape with `g` added at positions along an axis, each in its line: the cotangent of `takeAlongAxis`. @throws ShapeError where they do not fit. */
export const takeAlongAxisGrad: Op<TakeGrad> = gradientOp(alongGradSpec, (positions, shape, axis) => [
  positions,
  pickedShape(shape, [positions[axis] ?? 0], axis),
]);
