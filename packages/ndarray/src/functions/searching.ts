import { ArgumentError, DTypeError, isComplex, isInteger, ShapeError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { show } from '../broadcast.ts';
import { type ArraySource, filled } from '../creation.ts';
import { composed } from '../dispatch.ts';
import { canCast } from '../dtype-functions.ts';
import type { Composed } from '../op.ts';
import { NUMPY } from '../promotion.ts';
import { adoptPlain, arrayFrom, positionsFrom } from './array-from.ts';
import { int64Array, numbersOf } from './int64.ts';
import { type Keys, keysOf } from './keys.ts';
import { eachElementBatch } from './reading-batches.ts';

const NO_GRADIENT = { nonDifferentiable: 'the result is positions' };

/** On which side of equal elements a value goes. */
export type Side = 'left' | 'right';

/** Whether a key goes before another one; NaN goes behind all. */
function before(a: number | bigint, b: number | bigint): boolean {
  return a < b || (b !== b && a === a);
}

/** For each key the first place of sorted keys at which it keeps them sorted, or the last one. */
function places(sorted: Keys, keys: Keys, side: Side): Int32Array {
  const out = new Int32Array(keys.length);
  const right = side === 'right';
  let low = 0;
  for (let i = 0; i < out.length; i++) {
    const key = keys[i]!;
    // A larger key than the last one cannot go before it.
    if (i === 0 || !before(keys[i - 1]!, key)) low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const goesOn = right ? !before(key, sorted[middle]!) : before(sorted[middle]!, key);
      if (goesOn) low = middle + 1;
      else high = middle;
    }
    out[i] = low;
  }
  return out;
}

/** Options of {@link searchsorted}. */
export interface SearchOptions {
  /** Whether a value goes before (`left`, the default) or behind (`right`) elements that are equal to it. */
  readonly side?: Side;
  /** Positions that sort the array, as `argsort` gives them. */
  readonly sorter?: NDArray | readonly number[];
}

function checkVector(x: NDArray, name: string): void {
  if (x.ndim === 1) return;
  throw new ShapeError({
    where: name,
    what: x.ndim > 1 ? 'object too deep for desired array' : 'object of too small depth for desired array',
    got: `shape ${show(x.shape)}`,
    expected: '[n]',
    hint: 'flatten it with ravel',
  });
}

function sortedBy(x: NDArray, sorter: NDArray | readonly number[]): NDArray {
  const order = positionsFrom(sorter, 'searchsorted').plain();
  if (!isInteger(order.dtype))
    throw new DTypeError({
      where: 'searchsorted',
      what: 'sorter must only contain integers',
      got: order.dtype,
      expected: 'an integer dtype',
      hint: 'argsort(x) gives them',
    });
  checkVector(order, 'searchsorted');
  if (order.size !== x.size)
    throw new ShapeError({
      where: 'searchsorted',
      what: 'sorter.size must equal a.size',
      got: `${order.size} positions, ${x.size} elements`,
      expected: `${x.size} positions`,
      hint: 'argsort(x) gives them',
    });
  return x.take(order, 0);
}

/**
 * The places at which values must go into a sorted vector to keep it sorted; int64, in the shape of the values.
 *
 * @throws ShapeError for an array of more than one axis; ArgumentError for an unknown side.
 * @example
 * searchsorted(array([1, 2, 2, 3]), [2, 9]).tolist() // => [ 1, 4 ]
 * searchsorted(array([1, 2, 2, 3]), 2, { side: 'right' }).item() // => 3
 */
export const searchsorted: Composed<(x: ArraySource, values: ArraySource, options?: SearchOptions) => NDArray> =
  composed(
    {
      name: 'searchsorted',
      batchReading: eachElementBatch([0]),
      oneByOne: 'only where examples have arrays of their own to be searched',
      ...NO_GRADIENT,
      domain: [-2, 2],
      samples: [
        { inputs: [{ shape: [4], values: [-1, 0, 0, 1] }, [2, 3]], attrs: { side: 'left' } },
        {
          inputs: [
            { shape: [5], dtype: 'int64', values: [1, 2, 2, 3, 5] },
            { shape: [4], dtype: 'int64', values: [2, 9, 0, 3] },
          ],
          args: [{ side: 'right' }],
          attrs: { side: 'right' },
        },
        {
          inputs: [
            { shape: [3], values: [1, 2, NaN] },
            { shape: [2], values: [NaN, Infinity] },
          ],
          attrs: { side: 'left' },
        },
        { inputs: [[0], []], attrs: { side: 'left' } },
      ],
      errors: [
        { inputs: [[2, 2], []], throws: 'object too deep' },
        { inputs: [[2], []], args: [{ side: 'top' }], throws: "search side must be 'left' or 'right'" },
        { inputs: [[2], []], args: [{ sorter: [0] }], throws: 'sorter.size must equal a.size' },
      ],
      parity: {
        numpy: 'np.searchsorted(x1, x2, side=side)',
        torch: 'torch.searchsorted(x1, x2, side=side)',
        jax: 'jnp.searchsorted(x1, x2, side=side)',
        tfjs: null,
        why: 'tf.searchSorted searches rows of matrices',
      },
    },
    (x: ArraySource, values: ArraySource, options: SearchOptions = {}): NDArray => {
      const { side = 'left', sorter } = options;
      if (side !== 'left' && side !== 'right')
        throw new ArgumentError({
          where: 'searchsorted',
          what: `search side must be 'left' or 'right' (got '${String(side)}')`,
          got: String(side),
          expected: 'left or right',
          hint: 'leave it out for left',
        });
      const [array, wanted] = [arrayFrom(x, 'searchsorted'), arrayFrom(values, 'searchsorted')];
      checkVector(array, 'searchsorted');
      const dtype = NUMPY.promote(array.dtype, wanted.dtype);
      const ordered = sorter === undefined ? array.plain() : sortedBy(array.plain(), sorter);
      const [sorted, keys] = keysOf([ordered.astype(dtype), wanted.plain().astype(dtype)]);
      return adoptPlain('searchsorted', [array, wanted], [int64Array(places(sorted!, keys!, side), wanted.shape)])[0]!;
    },
  );

/** 1 where keys never fall, -1 where they never rise, 0 otherwise; NumPy's way around NaN. */
function direction(keys: Keys): number {
  const n = keys.length;
  let i = 0;
  while (i + 1 < n && keys[i] === keys[i + 1]) i++;
  if (i + 1 >= n) return 1;
  const rises = keys[i]! < keys[i + 1]!;
  for (; i + 1 < n; i++) if (rises ? keys[i]! > keys[i + 1]! : keys[i]! < keys[i + 1]!) return 0;
  return rises ? 1 : -1;
}

/**
 * The number of the bin that each element falls into: `bins[i - 1] <= x < bins[i]`, or with `right` `bins[i - 1] < x <= bins[i]`.
 * Bins may fall too; int64.
 *
 * @throws ArgumentError for bins that rise and fall; DTypeError for complex numbers.
 * @example
 * digitize(array([0.5, 1, 9]), [0, 1, 2]).tolist() // => [ 1, 2, 3 ]
 */
export const digitize: Composed<
  (x: ArraySource, bins: ArraySource, options?: { readonly right?: boolean }) => NDArray
> = composed(
  {
    name: 'digitize',
    batchReading: eachElementBatch([1]),
    oneByOne: 'only where examples have arrays of their own to be searched',
    ...NO_GRADIENT,
    domain: [-2, 2],
    samples: [
      { inputs: [[2, 3], { shape: [3], values: [-1, 0, 1] }], attrs: { right: false } },
      {
        inputs: [
          { shape: [3], values: [1, 2, NaN] },
          { shape: [3], values: [2, 1, 0] },
        ],
        args: [{ right: true }],
        attrs: { right: true },
      },
      { inputs: [[], { shape: [1], values: [0] }], attrs: { right: false } },
    ],
    errors: [
      {
        inputs: [[2], { shape: [3], values: [1, 3, 2] }],
        throws: 'bins must be monotonically increasing or decreasing',
      },
      { inputs: [[2], { shape: [1, 1], values: [1] }], throws: 'object too deep' },
    ],
    parity: {
      numpy: 'np.digitize(x1, x2, right=right)',
      torch: null,
      jax: 'jnp.digitize(x1, x2, right=right)',
      tfjs: null,
      why: "PyTorch's bucketize wants rising bins, tfjs has none",
    },
  },
  (x: ArraySource, bins: ArraySource, { right = false }: { readonly right?: boolean } = {}): NDArray => {
    const [array, edges] = [arrayFrom(x, 'digitize'), arrayFrom(bins, 'digitize')];
    if (isComplex(array.dtype))
      throw new DTypeError({
        where: 'digitize',
        what: 'x may not be complex',
        got: array.dtype,
        expected: 'real numbers',
        hint: 'take x.real',
      });
    checkVector(edges, 'digitize');
    const way = direction(keysOf([edges])[0]!);
    if (way === 0)
      throw new ArgumentError({
        where: 'digitize',
        what: 'bins must be monotonically increasing or decreasing',
        got: 'bins that rise and fall',
        expected: 'sorted bins',
        hint: 'sort(bins)',
      });
    if (way > 0) return searchsorted(edges, array, { side: right ? 'left' : 'right' });
    const found = numbersOf(searchsorted(edges.flip(), array, { side: right ? 'left' : 'right' }).plain());
    return adoptPlain(
      'digitize',
      [array],
      [
        int64Array(
          found.map((at) => edges.size - at),
          array.shape,
        ),
      ],
    )[0]!;
  },
);

/** Options of {@link bincount}. */
export interface BincountOptions {
  /** What each element counts; default 1. */
  readonly weights?: ArraySource;
  /** Least number of bins; default 0. */
  readonly minlength?: number;
}

function countsOf(x: ArraySource): Float64Array {
  const array = positionsFrom(x, 'bincount');
  checkVector(array, 'bincount');
  if (!canCast(array.dtype, 'int64') && array.dtype !== 'uint64')
    throw new DTypeError({
      where: 'bincount',
      what: `Cannot cast array data from dtype('${array.dtype}') to dtype('int64') according to the rule 'safe'`,
      got: array.dtype,
      expected: 'whole numbers from 0',
      hint: "x.astype('int64')",
    });
  const numbers = numbersOf(array.plain());
  let least = 0;
  for (let i = 0; i < numbers.length; i++) least = Math.min(least, numbers[i]!);
  if (least < 0)
    throw new ArgumentError({
      where: 'bincount',
      what: "'list' argument must have no negative elements",
      got: 'a negative element',
      expected: 'whole numbers from 0',
      hint: 'unique(x, { returnCounts: true }) counts any elements',
    });
  return numbers;
}

/**
 * How often each whole number from 0 stands in a vector, int64; with weights their sums, float64.
 *
 * @throws ArgumentError for negative numbers; ShapeError for weights of another length.
 * @example
 * bincount(array([1, 1, 3])).tolist() // => [ 0, 2, 0, 1 ]
 * bincount(array([1, 1]), { weights: [0.5, 2], minlength: 3 }).tolist() // => [ 0, 2.5, 0 ]
 */
export const bincount: Composed<(x: ArraySource, options?: BincountOptions) => NDArray> = composed(
  {
    name: 'bincount',
    oneByOne: 'the length depends on the values',
    ...NO_GRADIENT,
    domain: [0, 4],
    samples: [
      { inputs: [{ shape: [4], dtype: 'int64', values: [1, 0, 3, 1] }], attrs: { weights: null, minlength: 0 } },
      {
        inputs: [{ shape: [2], dtype: 'int64', values: [1, 1] }],
        args: [{ weights: [0.5, 2], minlength: 4 }],
        attrs: { weights: [0.5, 2], minlength: 4 },
      },
      { inputs: [{ shape: [0], dtype: 'int64', values: [] }], attrs: { weights: null, minlength: 0 } },
    ],
    errors: [
      { inputs: [{ shape: [1], dtype: 'int64', values: [-1] }], throws: 'must have no negative elements' },
      {
        inputs: [{ shape: [1], dtype: 'int64', values: [1] }],
        args: [{ weights: [1, 2] }],
        throws: "don't have the same length",
      },
      {
        inputs: [{ shape: [1], dtype: 'int64', values: [1] }],
        args: [{ minlength: -1 }],
        throws: "'minlength' must not be negative",
      },
    ],
    parity: {
      numpy: 'np.bincount(x1, weights=weights, minlength=minlength)',
      torch:
        'torch.bincount(x1, weights=None if weights is None else torch.tensor(weights, dtype=torch.float64), minlength=minlength)',
      jax: 'jnp.bincount(x1, weights=None if weights is None else jnp.asarray(weights), minlength=minlength)',
      tfjs: null,
      why: 'tf.bincount needs a size',
    },
  },
  (x: ArraySource, options: BincountOptions = {}): NDArray => {
    const { weights, minlength = 0 } = options;
    if (!Number.isInteger(minlength) || minlength < 0)
      throw new ArgumentError({
        where: 'bincount',
        what: "'minlength' must not be negative",
        got: String(minlength),
        expected: 'a whole number from 0',
        hint: 'leave it out',
      });
    const owners = typeof x === 'object' && 'dtype' in x ? [x] : [];
    const numbers = countsOf(x);
    let length = minlength;
    for (let i = 0; i < numbers.length; i++) length = Math.max(length, numbers[i]! + 1);
    const sums = new Float64Array(length);
    // NumPy counts nothing as integers, whatever the weights.
    if (weights === undefined || numbers.length === 0) {
      for (let i = 0; i < numbers.length; i++) sums[numbers[i]!]!++;
      return adoptPlain('bincount', owners, [int64Array(sums)])[0]!;
    }
    const given = arrayFrom(weights, 'bincount').plain();
    if (given.size !== numbers.length || given.ndim !== 1)
      throw new ShapeError({
        where: 'bincount',
        what: "The weights and list don't have the same length",
        got: `${numbers.length} elements, weights ${show(given.shape)}`,
        expected: 'a weight for each element',
        hint: 'leave them out to count',
      });
    if (isComplex(given.dtype))
      throw new DTypeError({
        where: 'bincount',
        what: 'weights must be real numbers',
        got: given.dtype,
        expected: 'float64',
        hint: 'count real and imaginary parts apart',
      });
    const each = given.astype('float64').data as Float64Array;
    for (let i = 0; i < numbers.length; i++) sums[numbers[i]!]! += each[i]!;
    const out = filled([sums.length], 0, 'float64', 'bincount');
    (out.memory as Float64Array).set(sums);
    return adoptPlain('bincount', owners, [out])[0]!;
  },
);
