import { type DType, DTYPES, expr as e, IndexError, ShapeError, sizeOf } from '@isograd/device';
import { NDArray, type NestedList, type Scalar, type Shape } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { commonShape, sameShape } from '../broadcast.ts';
import { readArray } from '../creation.ts';
import { isScalar, readElement } from '../elements.ts';
import { elementwise } from '../elementwise.ts';
import { shapeTuple } from '../print/array-string.ts';
import { NUMPY } from '../promotion.ts';
import { allocate } from '../storage.ts';
import { WeakScalar } from '../weak-scalar.ts';
import { flatPositions, planAdvanced } from './advanced.ts';
import { viewLayout } from './layout.ts';
import { type BasicItem, type Index, parseIndex, resolvePosition } from './parse.ts';

/** What can be written into an array: a number, nested lists, an array; broadcast and cast. */
export type Writable = NDArray | NestedList;

const assign = elementwise({ name: 'set', typing: 'same', expr: (x) => x! });

const assignWhere = elementwise({
  name: 'set',
  typing: 'same',
  untyped: 1,
  expr: (mask, value, x) => e.where(mask!, value!, x!),
});

function refuseShape(from: Shape, into: Shape, cause?: unknown): never {
  throw new ShapeError(
    {
      where: 'set',
      what: `could not broadcast input array from shape ${shapeTuple(from)} into shape ${shapeTuple(into)}`,
      got: shapeTuple(from),
      expected: shapeTuple(into),
    },
    { cause },
  );
}

/** A value without leading axes of length 1 that the target does not have. */
function fitted(value: NDArray, shape: Shape): NDArray {
  let extra = value.ndim - shape.length;
  while (extra > 0 && value.shape[value.ndim - shape.length - extra] === 1) extra--;
  const x =
    value.ndim > shape.length && extra === 0 ? value.reshape(value.shape.slice(value.ndim - shape.length)) : value;
  let common: Shape;
  try {
    common = commonShape('set', [x.shape, shape]);
  } catch (error) {
    return refuseShape(value.shape, shape, error);
  }
  return sameShape(common, shape) ? x : refuseShape(value.shape, shape);
}

/** Writes a value over a whole plain array, broadcast, and cast as NumPy's assignment does. */
export function writeInto(target: NDArray, value: Writable): void {
  const given =
    value instanceof NDArray
      ? value.plain()
      : isScalar(value)
        ? new WeakScalar(value)
        : readArray(value, {}, NUMPY, 'set');
  assign([fitted(given, target.shape)], NUMPY, { out: target, storeAs: target.dtype });
}

/** One element takes a number, or an array without axes; a bool, which has a truth, any array of one element. */
function checkElement(value: Writable, dtype: DType): void {
  if (isScalar(value) || (value instanceof NDArray && (dtype === 'bool' ? value.size === 1 : value.ndim === 0))) return;
  throw new ShapeError({
    where: 'set',
    what: 'setting an array element with a sequence',
    got: value instanceof NDArray ? `an array of shape ${shapeTuple(value.shape)}` : 'a list',
    expected: 'a number, or an array without axes',
    hint: "x.set([i, '...'], value) broadcasts, value.item() gives the number",
  });
}

/**
 * Writes a value into the part of an array that an index names.
 *
 * @throws IndexError for a wrong index, ShapeError for a value that does not broadcast; nothing is written then.
 */
export function setItem(x: NDArray, index: readonly Index[], value: Writable): void {
  x.checkWritable('set');
  const [mask] = index;
  if (
    mask instanceof NDArray &&
    mask.dtype === 'bool' &&
    index.length === 1 &&
    sameShape(mask.shape, x.shape) &&
    isScalar(value)
  ) {
    assignWhere([mask.plain(), new WeakScalar(value), x.plain()], NUMPY, { out: x.plain(), storeAs: x.dtype });
    return;
  }
  const items = parseIndex(index, x.shape, 'set');
  const basic = items.every((item): item is BasicItem => item.kind !== 'array');
  if (items.every(({ kind }) => kind === 'integer') && !index.includes('...')) checkElement(value, x.dtype);
  if (basic) writeInto(new NDArray(x.storage, x.dtype, viewLayout(x, items)), value);
  else writePicked(x, items, value);
}

function writePicked(x: NDArray, items: ReturnType<typeof parseIndex>, value: Writable): void {
  const plan = planAdvanced(items, x, 'set');
  const view = viewLayout(x, plan.basic);
  const rest = view.shape.flatMap((_, d) => (plan.axes.includes(d) ? [] : [d]));
  const restShape = rest.map((d) => view.shape[d]!);
  const shape = [...restShape.slice(0, plan.place), ...plan.shape, ...restShape.slice(plan.place)];
  // Cast and broadcast first, so that nothing is written when the value does not fit.
  const cast = new NDArray(allocate(x.dtype, sizeOf(shape)), x.dtype, shape);
  writeInto(cast, value);
  const source = cast.memory;
  const picks = flatPositions(
    plan,
    plan.axes.map((d) => view.strides[d]!),
  );
  const places: number[] = [];
  new NDArray(x.storage, x.dtype, {
    shape: restShape,
    strides: rest.map((d) => view.strides[d]!),
    offset: view.offset,
  }).forEachPlace((place) => places.push(place));
  const inner = sizeOf(restShape.slice(plan.place));
  const memory = x.memory as { [i: number]: number | bigint };
  const { lanes } = DTYPES[x.dtype];
  let i = 0;
  for (let outer = 0; outer < places.length; outer += inner) {
    for (const at of picks)
      for (let q = 0; q < inner; q++)
        for (let lane = 0; lane < lanes; lane++) memory[lanes * (places[outer + q]! + at) + lane] = source[i++]!;
  }
  x.touch();
}

/** One element by its position. @throws IndexError unless there is one position in range for each axis. */
export function getItem(x: NDArray, index: readonly number[]): Scalar {
  const { shape, strides } = x;
  if (index.length !== shape.length) {
    throw new IndexError({
      where: 'get',
      what: `one position for each axis is needed: array is ${shape.length}-dimensional, but ${index.length} were given`,
      got: `get(${index.join(', ')})`,
      expected: `${shape.length} positions`,
      hint: 'x.at(...) gives a part of an array',
    });
  }
  let place = x.offset;
  for (let d = 0; d < index.length; d++) place += resolvePosition(index[d]!, d, shape[d]!, 'get') * strides[d]!;
  return readElement(x.memory, place, x.dtype);
}

/**
 * Writes values to positions along an axis, one for each position, in place; other axes broadcast (NumPy's `put_along_axis`).
 *
 * @throws IndexError for positions outside the axis; ShapeError for values that do not broadcast to the positions. Nothing is written then.
 * @example
 * const x = array([[3, 1], [2, 4]]);
 * putAlongAxis(x, [[0], [1]], 9, 1);
 * x.tolist() // => [ [ 9, 1 ], [ 2, 9 ] ]
 */
export function putAlongAxis(x: NDArray, indices: NDArray | NestedList, values: Writable, axis = -1): void {
  const d = normalizeAxis(axis, x.ndim, 'putAlongAxis');
  const given = indices instanceof NDArray ? indices.plain() : readArray(indices, {}, NUMPY, 'putAlongAxis');
  if (given.ndim !== x.ndim) {
    throw new ShapeError({
      where: 'putAlongAxis',
      what: '`indices` and the array must have the same number of dimensions',
      got: `x ${shapeTuple(x.shape)}, indices ${shapeTuple(given.shape)}`,
      expected: 'equally many axes',
      hint: 'add axes to the indices with expandDims; take picks whole slices',
    });
  }
  // Every other axis is indexed by its own positions, along that axis.
  const index = x.shape.map((n, k): Index => {
    if (k === d) return given;
    const all = readArray(
      BigInt64Array.from({ length: n }, (_, i) => BigInt(i)),
      {},
      NUMPY,
      'putAlongAxis',
    );
    return all.reshape(x.shape.map((_, j) => (j === k ? n : 1)));
  });
  setItem(x, index, values);
}
