import { ShapeError } from '@isograd/device';
import { type ArrayLike, type Index, type NDArray, type NestedList, operand, where } from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { axisFrom, placesOf, placeWriter, positionsAlong, scatterPlaces, slicePlaces } from './places.ts';

/** Positions along an axis: whole numbers from 0, as an array or a list. */
export type Positions = NDArray | NestedList;

/** Options of {@link indexPut}. */
export interface IndexPutOptions {
  /** Whether values are added, those of equal places adding up, instead of written; default false. */
  readonly accumulate?: boolean;
}

/** Options of {@link indexAdd}. */
export interface IndexAddOptions {
  /** What the source is multiplied with; default 1. */
  readonly alpha?: number;
}

const write = {
  indexPut: placeWriter('indexPut', 'put'),
  accumulate: placeWriter('indexPut', 'add'),
  indexAdd: placeWriter('indexAdd', 'add'),
  indexCopy: placeWriter('indexCopy', 'put'),
  indexFill: placeWriter('indexFill', 'put'),
  scatter: placeWriter('scatter', 'put'),
  scatterAdd: placeWriter('scatterAdd', 'add'),
  maskedScatter: placeWriter('maskedScatter', 'put'),
} as const;

const read = (x: NDArray): Tensor => asTensor(x);

/**
 * `x` with a value written where an index points, as `x[index] = value` in Python (PyTorch's `index_put`, for every kind of index).
 *
 * @throws IndexError for a wrong index, ShapeError for a value that does not stretch to the part.
 * @example
 * indexPut(tensor([1, 2, 3]), [[0, 2]], tensor([10, 30])).tolist() // => [ 10, 2, 30 ]
 * indexPut(tensor([1, 2, 3]), [[0, 0]], 10, { accumulate: true }).tolist() // => [ 21, 2, 3 ]
 */
export function indexPut(
  x: NDArray,
  index: readonly Index[],
  value: ArrayLike,
  { accumulate = false }: IndexPutOptions = {},
): Tensor {
  const places = placesOf(x.shape, index);
  return read((accumulate ? write.accumulate : write.indexPut)(read(x), places, value));
}

/** One position for each slice of the source. */
function checkSource(source: NDArray, count: number, axis: number, name: string): void {
  if (source.ndim === 0 || source.shape[axis] === count) return;
  throw new ShapeError({
    where: name,
    what: 'the source must have one slice for each position',
    got: `${count} positions, source [${source.shape.join(', ')}]`,
    expected: `a source of length ${count} along axis ${axis}`,
  });
}

/**
 * `x` with slices of a source added at positions along an axis (PyTorch's `index_add`).
 *
 * @throws IndexError for positions outside the axis; ShapeError for a source of another shape.
 * @example
 * indexAdd(tensor([1, 2, 3]), 0, [0, 2, 0], tensor([10, 20, 30])).tolist() // => [ 41, 2, 23 ]
 */
export function indexAdd(
  ...[x, dim, index, source, { alpha = 1 } = {}]: [
    x: NDArray,
    dim: number,
    index: Positions,
    source: ArrayLike,
    options?: IndexAddOptions,
  ]
): Tensor {
  const axis = axisFrom(dim, x.ndim, 'indexAdd');
  const positions = positionsAlong(index, axis, x.shape[axis]!, 'indexAdd');
  const from = operand(source, 'indexAdd');
  checkSource(from, positions.size, axis, 'indexAdd');
  return read(write.indexAdd(read(x), slicePlaces(x, axis, positions), alpha === 1 ? from : from.mul(alpha)));
}

/**
 * `x` with slices at positions along an axis replaced by those of a source (PyTorch's `index_copy`).
 *
 * @throws IndexError for positions outside the axis; ShapeError for a source of another shape.
 * @example
 * indexCopy(tensor([1, 2, 3]), 0, [2, 0], tensor([10, 20])).tolist() // => [ 20, 2, 10 ]
 */
export function indexCopy(x: NDArray, dim: number, index: Positions, source: ArrayLike): Tensor {
  const axis = axisFrom(dim, x.ndim, 'indexCopy');
  const positions = positionsAlong(index, axis, x.shape[axis]!, 'indexCopy');
  const from = operand(source, 'indexCopy');
  checkSource(from, positions.size, axis, 'indexCopy');
  return read(write.indexCopy(read(x), slicePlaces(x, axis, positions), from));
}

/**
 * `x` with one value in all slices at positions along an axis (PyTorch's `index_fill`).
 *
 * @throws IndexError for positions outside the axis.
 * @example
 * indexFill(tensor([[1, 2], [3, 4]]), 1, [0], -1).tolist() // => [ [ -1, 2 ], [ -1, 4 ] ]
 */
export function indexFill(x: NDArray, dim: number, index: Positions, value: ArrayLike): Tensor {
  const axis = axisFrom(dim, x.ndim, 'indexFill');
  const positions = positionsAlong(index, axis, x.shape[axis]!, 'indexFill');
  return read(write.indexFill(read(x), slicePlaces(x, axis, positions), value));
}

interface Scattered {
  readonly places: NDArray;
  readonly source: NDArray;
}

/** Where the elements of a source go, and the part of the source that goes anywhere. */
function scattered(x: NDArray, dim: number, index: Positions, [source, name]: readonly [ArrayLike, string]): Scattered {
  const axis = axisFrom(dim, x.ndim, name);
  const positions = positionsAlong(index, axis, x.shape[axis]!, name);
  const from = operand(source, name);
  const fits =
    positions.ndim === x.ndim &&
    positions.shape.every((n, d) => (d === axis || n <= x.shape[d]!) && (from.ndim === 0 || n <= from.shape[d]!));
  if (!fits)
    throw new ShapeError({
      where: name,
      what: 'the index reaches beyond the array or the source',
      got: `x [${x.shape.join(', ')}], index [${positions.shape.join(', ')}], source [${from.shape.join(', ')}]`,
      expected: 'an index with as many axes, not longer than the source, nor than the array but along the axis',
    });
  const part = from.ndim === 0 ? from : from.at(...positions.shape.map((n): Index => `0:${n}`));
  return { places: scatterPlaces(x, axis, positions), source: part };
}

/**
 * `x` with elements of a source, or one number, written to positions along an axis: `x[index[i, j], j] = source[i, j]` for axis 0 (PyTorch's `scatter`).
 *
 * @throws IndexError for positions outside the axis; ShapeError for an index that reaches beyond the array or the source.
 * @example
 * scatter(tensor([[1, 2, 3]]), 1, [[2, 0]], tensor([[10, 20]])).tolist() // => [ [ 20, 2, 10 ] ]
 */
export function scatter(x: NDArray, dim: number, index: Positions, source: ArrayLike): Tensor {
  const { places, source: from } = scattered(x, dim, index, [source, 'scatter']);
  return read(write.scatter(read(x), places, from));
}

/** As {@link scatter}, added instead of written; the arguments in PyTorch's order. */
export function scatterAddAlong(x: NDArray, dim: number, index: Positions, source: ArrayLike): Tensor {
  const { places, source: from } = scattered(x, dim, index, [source, 'scatterAdd']);
  return read(write.scatterAdd(read(x), places, from));
}

/**
 * `x` with one value wherever a mask holds (PyTorch's `masked_fill`).
 *
 * @param mask Bools that stretch to the shape of `x`.
 * @throws ShapeError for a value of more than one element, or a mask that does not fit.
 * @example
 * const x = tensor([1, -2, 3]);
 * maskedFill(x, x.lt(0), 0).tolist() // => [ 1, 0, 3 ]
 */
export function maskedFill(x: NDArray, mask: NDArray, value: ArrayLike): Tensor {
  const fill = operand(value, 'maskedFill');
  if (fill.ndim > 0)
    throw new ShapeError({
      where: 'maskedFill',
      what: 'takes one value',
      got: `shape [${fill.shape.join(', ')}]`,
      expected: 'a number, or a tensor without axes',
      hint: 'use where(mask, values, x)',
    });
  return read(where(mask, fill, read(x)).astype(x.dtype));
}

/**
 * `x` with the elements of a source, in their order, wherever a mask holds (PyTorch's `masked_scatter`).
 *
 * @throws ShapeError for a source with fewer elements than places.
 * @example
 * const x = tensor([1, -2, 3, -4]);
 * maskedScatter(x, x.lt(0), tensor([10, 20])).tolist() // => [ 1, 10, 3, 20 ]
 */
export function maskedScatter(x: NDArray, mask: NDArray, source: NDArray): Tensor {
  const places = placesOf(x.shape, [mask.plain().broadcastTo(x.shape)]);
  if (source.size < places.size)
    throw new ShapeError({
      where: 'maskedScatter',
      what: 'the source has fewer elements than there are places',
      got: `${source.size} elements, ${places.size} places`,
      expected: `at least ${places.size} elements`,
    });
  return read(write.maskedScatter(read(x), places, source.reshape(-1).at(`0:${places.size}`)));
}
