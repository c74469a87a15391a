import { IndexError, ShapeError } from '@isograd/device';
import {
  type ArrayLike,
  type Composed,
  composed,
  type Index,
  type NDArray,
  type NestedList,
  operand,
  where,
} from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { alongAxisWriter } from './along-axis.ts';
import { axisFrom, placesOf, placeWriter, positionsAlong, scatterPlaces } from './places.ts';

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

const INDEX = { shape: [3], dtype: 'int64', values: [2, 0, 2] } as const;
const DISTINCT = { shape: [3], dtype: 'int64', values: [2, 0, 3] } as const;

const write = {
  indexPut: placeWriter('indexPut', 'put'),
  accumulate: placeWriter('indexPut', 'add'),
  scatter: placeWriter('scatter', 'put'),
  scatterAdd: placeWriter('scatterAdd', 'add'),
  maskedScatter: placeWriter('maskedScatter', 'put'),
} as const;

const along = {
  indexAdd: alongAxisWriter('indexAdd', 'add'),
  indexCopy: alongAxisWriter('indexCopy', 'put'),
  indexFill: alongAxisWriter('indexFill', 'put'),
  scatter: alongAxisWriter('scatter', 'put'),
  scatterAdd: alongAxisWriter('scatterAdd', 'add'),
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
export const indexPut: Composed<
  (x: NDArray, index: readonly Index[], value: ArrayLike, options?: IndexPutOptions) => Tensor
> = composed(
  {
    name: 'indexPut',
    domain: [-2, 2],
    argumentsSecond: 1,
    samples: [
      { inputs: [[2, 3], [3]], args: [[1]], attrs: { index: [1], accumulate: false } },
      {
        inputs: [[4], [3]],
        args: [[[0, 2, 0]], { accumulate: true }],
        attrs: { index: [[0, 2, 0]], accumulate: true },
      },
      {
        inputs: [[3, 2], []],
        args: [
          [
            [0, -1],
            [1, 0],
          ],
        ],
        attrs: {
          index: [
            [0, -1],
            [1, 0],
          ],
          accumulate: false,
        },
      },
    ],
    errors: [{ inputs: [[2, 3], [2]], args: [[1]], throws: 'do not have the shape of the places' }],
    parity: {
      numpy: null,
      torch: 'torch.index_put(x1, tuple(torch.tensor(i) for i in index), x2, accumulate=accumulate)',
      why: 'NumPy writes in place',
    },
  },
  (x: NDArray, index: readonly Index[], value: ArrayLike, { accumulate = false }: IndexPutOptions = {}): Tensor => {
    const places = placesOf(x.shape, index);
    return read((accumulate ? write.accumulate : write.indexPut)(read(x), places, value));
  },
);

/** Positions as one list. @throws IndexError for those with more axes. */
function vectorOf(positions: NDArray, where: string): NDArray {
  if (positions.ndim < 2) return positions.reshape(-1);
  throw new IndexError({
    where,
    what: 'the index is supposed to be a vector',
    got: `shape [${positions.shape.join(', ')}]`,
    expected: 'one axis',
    hint: 'index.reshape(-1)',
  });
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
export const indexAdd: Composed<
  (...given: [x: NDArray, dim: number, index: Positions, source: ArrayLike, options?: IndexAddOptions]) => Tensor
> = composed(
  {
    name: 'indexAdd',
    domain: [-2, 2],
    argumentsSecond: 1,
    samples: [
      { inputs: [[3], INDEX, [3]], args: [0], attrs: { dim: 0, alpha: 1 } },
      { inputs: [[2, 3], INDEX, [2, 3]], args: [-1, { alpha: 2.5 }], attrs: { dim: -1, alpha: 2.5 } },
      { inputs: [[0, 3], INDEX, [0, 3]], args: [1], attrs: { dim: 1, alpha: 1 } },
    ],
    errors: [
      { inputs: [[2], INDEX, [3]], args: [0], throws: 'index 2 is out of bounds' },
      { inputs: [[3], INDEX, [2]], args: [0], throws: 'one slice for each position' },
      {
        inputs: [[3], { shape: [1, 1], dtype: 'int64', values: [0] }, [1]],
        args: [0],
        throws: 'supposed to be a vector',
      },
    ],
    parity: {
      numpy: null,
      torch: 'torch.index_add(x1, dim, x2, x3, alpha=alpha)',
      why: "NumPy's np.add.at works in place",
    },
  },
  (
    ...[x, dim, index, source, { alpha = 1 } = {}]: [
      x: NDArray,
      dim: number,
      index: Positions,
      source: ArrayLike,
      options?: IndexAddOptions,
    ]
  ): Tensor => {
    const axis = axisFrom(dim, x.ndim, 'indexAdd');
    const positions = vectorOf(positionsAlong(index, axis, x.shape[axis]!, 'indexAdd'), 'indexAdd');
    const from = operand(source, 'indexAdd');
    checkSource(from, positions.size, axis, 'indexAdd');
    return read(along.indexAdd(read(x), axis, positions, alpha === 1 ? from : from.mul(alpha)));
  },
);

/**
 * `x` with slices at positions along an axis replaced by those of a source (PyTorch's `index_copy`).
 *
 * @throws IndexError for positions outside the axis; ShapeError for a source of another shape.
 * @example
 * indexCopy(tensor([1, 2, 3]), 0, [2, 0], tensor([10, 20])).tolist() // => [ 20, 2, 10 ]
 */
export const indexCopy: Composed<(x: NDArray, dim: number, index: Positions, source: ArrayLike) => Tensor> = composed(
  {
    name: 'indexCopy',
    domain: [-2, 2],
    argumentsSecond: 1,
    samples: [
      { inputs: [[4], DISTINCT, [3]], args: [0], attrs: { dim: 0 } },
      { inputs: [[2, 4], DISTINCT, [2, 3]], args: [-1], attrs: { dim: -1 } },
    ],
    errors: [{ inputs: [[2], DISTINCT, [3]], args: [0], throws: 'out of bounds' }],
    parity: { numpy: null, torch: 'torch.index_copy(x1, dim, x2, x3)', why: 'NumPy writes in place' },
  },
  (x: NDArray, dim: number, index: Positions, source: ArrayLike): Tensor => {
    const axis = axisFrom(dim, x.ndim, 'indexCopy');
    const positions = vectorOf(positionsAlong(index, axis, x.shape[axis]!, 'indexCopy'), 'indexCopy');
    const from = operand(source, 'indexCopy');
    checkSource(from, positions.size, axis, 'indexCopy');
    return read(along.indexCopy(read(x), axis, positions, from));
  },
);

/**
 * `x` with one value in all slices at positions along an axis (PyTorch's `index_fill`).
 *
 * @throws IndexError for positions outside the axis.
 * @example
 * indexFill(tensor([[1, 2], [3, 4]]), 1, [0], -1).tolist() // => [ [ -1, 2 ], [ -1, 4 ] ]
 */
export const indexFill: Composed<(x: NDArray, dim: number, index: Positions, value: ArrayLike) => Tensor> = composed(
  {
    name: 'indexFill',
    domain: [-2, 2],
    argumentsSecond: 1,
    samples: [
      { inputs: [[4], DISTINCT, []], args: [0], attrs: { dim: 0 } },
      { inputs: [[2, 4], DISTINCT, []], args: [-1], attrs: { dim: -1 } },
    ],
    errors: [{ inputs: [[2], DISTINCT, []], args: [0], throws: 'out of bounds' }],
    parity: { numpy: null, torch: 'torch.index_fill(x1, dim, x2, x3)', why: 'NumPy writes in place' },
  },
  (x: NDArray, dim: number, index: Positions, value: ArrayLike): Tensor => {
    const axis = axisFrom(dim, x.ndim, 'indexFill');
    const positions = vectorOf(positionsAlong(index, axis, x.shape[axis]!, 'indexFill'), 'indexFill');
    return read(along.indexFill(read(x), axis, positions, operand(value, 'indexFill')));
  },
);

interface Scattered {
  readonly axis: number;
  readonly positions: NDArray;
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
  return { axis, positions, source: part };
}

/** Writes elements by lines where the index reaches to the ends of all other axes, else place by place. */
function writeElements(
  name: 'scatter' | 'scatterAdd',
  x: Tensor,
  positions: NDArray,
  [axis, source]: readonly [number, NDArray],
): NDArray {
  const whole = positions.shape.every((n, d) => d === axis || n === x.shape[d]);
  if (whole) return along[name](x, axis, positions, source);
  return write[name](x, scatterPlaces(x, axis, positions), source);
}

/**
 * `x` with elements of a source, or one number, written to positions along an axis: `x[index[i, j], j] = source[i, j]` for axis 0 (PyTorch's `scatter`).
 *
 * @throws IndexError for positions outside the axis; ShapeError for an index that reaches beyond the array or the source.
 * @example
 * scatter(tensor([[1, 2, 3]]), 1, [[2, 0]], tensor([[10, 20]])).tolist() // => [ [ 20, 2, 10 ] ]
 */
export const scatter: Composed<(x: NDArray, dim: number, index: Positions, source: ArrayLike) => Tensor> = composed(
  {
    name: 'scatter',
    domain: [-2, 2],
    argumentsSecond: 1,
    samples: [
      { inputs: [[4], DISTINCT, [3]], args: [0], attrs: { dim: 0 } },
      {
        inputs: [[2, 3], { shape: [1, 2], dtype: 'int64', values: [2, 0] }, [2, 2]],
        args: [-1],
        attrs: { dim: -1 },
        without: { torch: 'it has a gradient for sources of the shape of the index only' },
      },
      { inputs: [[3, 2], { shape: [1, 2], dtype: 'int64', values: [2, 0] }, [1, 2]], args: [0], attrs: { dim: 0 } },
    ],
    errors: [{ inputs: [[4], DISTINCT, [2]], args: [0], throws: 'reaches beyond' }],
    parity: { numpy: null, torch: 'torch.scatter(x1, dim, x2, x3)', why: 'np.put_along_axis works in place' },
  },
  (x: NDArray, dim: number, index: Positions, source: ArrayLike): Tensor => {
    const { axis, positions, source: from } = scattered(x, dim, index, [source, 'scatter']);
    return read(writeElements('scatter', read(x), positions, [axis, from]));
  },
);

/** As {@link scatter}, added instead of written; the arguments in PyTorch's order. */
export function scatterAddAlong(x: NDArray, dim: number, index: Positions, source: ArrayLike): Tensor {
  const { axis, positions, source: from } = scattered(x, dim, index, [source, 'scatterAdd']);
  return read(writeElements('scatterAdd', read(x), positions, [axis, from]));
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
export const maskedFill: Composed<(x: NDArray, mask: NDArray, value: ArrayLike) => Tensor> = composed(
  {
    name: 'maskedFill',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3], { shape: [3], dtype: 'bool', values: [1, 0, 1] }, []] },
      { inputs: [[3], { shape: [3], dtype: 'bool', values: [0, 0, 0] }, []] },
      { inputs: [[], { shape: [], dtype: 'bool', values: [1] }, []] },
    ],
    errors: [{ inputs: [[2], { shape: [2], dtype: 'bool', values: [1, 0] }, [2]], throws: 'takes one value' }],
    parity: { numpy: null, torch: 'torch.masked_fill(x1, x2, x3)', why: 'NumPy writes in place' },
  },
  (x: NDArray, mask: NDArray, value: ArrayLike): Tensor => {
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
  },
);

/**
 * `x` with the elements of a source, in their order, wherever a mask holds (PyTorch's `masked_scatter`).
 *
 * @throws ShapeError for a source with fewer elements than places.
 * @example
 * const x = tensor([1, -2, 3, -4]);
 * maskedScatter(x, x.lt(0), tensor([10, 20])).tolist() // => [ 1, 10, 3, 20 ]
 */
export const maskedScatter: Composed<(x: NDArray, mask: NDArray, source: NDArray) => Tensor> = composed(
  {
    name: 'maskedScatter',
    oneByOne: 'how many elements of the source are used, and whether they are enough, depends on the values',
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3], { shape: [2, 3], dtype: 'bool', values: [1, 0, 1, 0, 0, 1] }, [6]] },
      { inputs: [[2, 2], { shape: [2], dtype: 'bool', values: [0, 1] }, [2, 2]] },
    ],
    errors: [
      {
        inputs: [[2], { shape: [2], dtype: 'bool', values: [1, 1] }, [1]],
        throws: 'fewer elements than there are places',
      },
    ],
    parity: { numpy: null, torch: 'torch.masked_scatter(x1, x2, x3)', why: 'np.place works in place' },
  },
  (x: NDArray, mask: NDArray, source: NDArray): Tensor => {
    const places = placesOf(x.shape, [mask.plain().broadcastTo(x.shape)]);
    if (source.size < places.size)
      throw new ShapeError({
        where: 'maskedScatter',
        what: 'the source has fewer elements than there are places',
        got: `${source.size} elements, ${places.size} places`,
        expected: `at least ${places.size} elements`,
      });
    return read(write.maskedScatter(read(x), places, source.reshape(-1).at(`0:${places.size}`)));
  },
);
