import { ArgumentError, GradientError, IndexError, ShapeError, sizeOf } from '@isograd/device';
import { type Like, NDArray } from './array.ts';
import { type Axis, normalizeAxes, normalizeAxis } from './axes.ts';
import { commonShape } from './broadcast.ts';
import { type ArrayLike, operand } from './dispatch.ts';
import { sliceAxis } from './indexing/axis-slice.ts';
import type { Index } from './indexing/parse.ts';
import { writeInto } from './indexing/write.ts';
import type { ReduceOptions } from './reduce-attrs.ts';
import { allocate, Storage } from './storage.ts';

/** What a binary op says about its methods. */
export interface UfuncRow {
  /** The reduction that combines elements with this op. */
  readonly reducesWith?: 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all';
  /** The scan that combines elements with this op. */
  readonly accumulatesWith?: 'cumsum' | 'cumprod';
  /** The element that changes nothing: what a reduction over nothing gives. */
  readonly identity?: number;
}

/** The methods of NumPy's ufuncs of two operands. */
export interface UfuncMethods {
  /** Combines the elements along an axis (the first by default, `null` for all) from the first to the last. */
  reduce<T extends ArrayLike>(x: T, axis?: Axis, options?: ReduceOptions): Like<T>;
  /** All the partial results of `reduce` along an axis, the first by default. */
  accumulate<T extends ArrayLike>(x: T, axis?: number): Like<T>;
  /** Every element of the one with every element of the other. */
  outer(x1: ArrayLike, x2: ArrayLike): NDArray;
  /** Combines elements at an index with values, in place and one after the other, so that repeated positions count each time. */
  at(x: NDArray, index: readonly Index[], x2: ArrayLike): void;
  /** `reduce` over slices between neighbouring positions along an axis, the first by default. */
  reduceat(x: NDArray, indices: readonly number[], axis?: number): NDArray;
}

type Binary = ((x1: ArrayLike, x2: ArrayLike) => NDArray) & { readonly spec: { readonly name: string } };

/** The methods of a binary op. */
export function ufuncMethods(op: Binary, row: UfuncRow): UfuncMethods {
  const { name } = op.spec;
  const fold = (x: NDArray, axis: number, start?: NDArray): NDArray => {
    const n = x.shape[axis]!;
    let y = start;
    for (let i = 0; i < n; i++) {
      const part = x.at(...x.shape.map((_, d): Index => (d === axis ? i : ':')));
      y = y === undefined ? part : op(y, part);
    }
    return y ?? identityOf(name, row, x, axis);
  };
  return {
    reduce: <T extends ArrayLike>(x: T, axis: Axis = 0, options: ReduceOptions = {}): Like<T> => {
      const array = operand(x, `${name}.reduce`);
      if (row.reducesWith !== undefined) return array[row.reducesWith](axis, options) as Like<T>;
      return generalReduce(name, array, { axis, options, fold }) as Like<T>;
    },
    accumulate: <T extends ArrayLike>(x: T, axis = 0): Like<T> => {
      const array = operand(x, `${name}.accumulate`);
      if (row.accumulatesWith !== undefined) return array[row.accumulatesWith](axis) as Like<T>;
      return accumulate(op, plainOf(array, `${name}.accumulate`), axis) as Like<T>;
    },
    outer: (x1, x2) => {
      const [a, b] = [operand(x1, `${name}.outer`), operand(x2, `${name}.outer`)];
      return op(a.reshape([...a.shape, ...b.shape.map(() => 1)]), b);
    },
    at: (x, index, x2) => combineAt(op, x, index, operand(x2, `${name}.at`)),
    reduceat: (x, indices, axis = 0) =>
      reduceSlices(name, plainOf(operand(x, `${name}.reduceat`), name), { indices, axis, fold }),
  };
}

type Fold = (x: NDArray, axis: number, start?: NDArray) => NDArray;

/** The array without history; refused where a gradient would get lost. */
function plainOf(x: NDArray, where: string): NDArray {
  if (!(x as { requiresGrad?: boolean }).requiresGrad) return x.plain();
  throw new GradientError({
    where,
    what: 'this method of a ufunc has no gradient',
    got: 'a tensor that requires a gradient',
    expected: 'a plain array, or x.detach()',
    hint: 'cumsum and cumprod have gradients',
  });
}

function identityOf(name: string, row: UfuncRow, x: NDArray, axis: number): NDArray {
  const shape = x.shape.filter((_, d) => d !== axis);
  if (row.identity !== undefined || sizeOf(shape) === 0)
    return new NDArray(allocate(x.dtype, sizeOf(shape)), x.dtype, shape).fill(row.identity ?? 0);
  throw new ShapeError({
    where: `${name}.reduce`,
    what: `zero-size array to reduction operation ${name} which has no identity`,
    got: `shape [${x.shape.join(', ')}], axis ${axis}`,
    expected: 'at least one element along the axis',
    hint: 'give initial',
  });
}

interface GeneralReduce {
  readonly axis: Axis;
  readonly options: ReduceOptions;
  readonly fold: Fold;
}

function generalReduce(name: string, x: NDArray, { axis, options, fold }: GeneralReduce): NDArray {
  const { keepdims = false, initial, dtype, where, out } = options;
  if (where !== undefined)
    throw new ArgumentError({
      where: `${name}.reduce`,
      what: 'takes no where',
      got: 'where',
      expected: 'axis, keepdims, initial, dtype, out',
      hint: 'pick the elements first',
    });
  const axes = normalizeAxes(axis, x.ndim, `${name}.reduce`);
  let y = dtype === undefined ? x : x.astype(dtype);
  [...axes].reverse().forEach((d, i) => {
    const start = initial !== undefined && i === axes.length - 1 ? operand(initial, name) : undefined;
    y = fold(y, d, start);
  });
  if (keepdims) y = y.reshape(x.shape.map((n, d) => (axes.includes(d) ? 1 : n)));
  return out === undefined ? y : out.set(['...'], y.plain());
}

function accumulate(op: Binary, x: NDArray, axis: number): NDArray {
  const d = normalizeAxis(axis, x.ndim, `${op.spec.name}.accumulate`);
  const n = x.shape[d]!;
  if (n === 0) return x.copy();
  let y = sliceAxis(x, d, 0, 1);
  let out: NDArray | undefined;
  for (let i = 0; i < n; i++) {
    if (i > 0) y = op(y, sliceAxis(x, d, i, i + 1));
    if (i === 1 || n === 1) out = new NDArray(allocate(y.dtype, x.size), y.dtype, x.shape);
    if (i === 1) writeInto(sliceAxis(out!, d, 0, 1), sliceAxis(x, d, 0, 1));
    if (out !== undefined) writeInto(sliceAxis(out, d, i, i + 1), y);
  }
  return out!;
}

interface Slices {
  readonly indices: readonly number[];
  readonly axis: number;
  readonly fold: Fold;
}

function reduceSlices(name: string, x: NDArray, { indices, axis, fold }: Slices): NDArray {
  const d = normalizeAxis(axis, x.ndim, `${name}.reduceat`);
  const n = x.shape[d]!;
  const wrong = indices.find((i) => !Number.isInteger(i) || i < 0 || i >= n);
  if (wrong !== undefined)
    throw new IndexError({
      where: `${name}.reduceat`,
      what: `index ${wrong} out-of-bounds in ${name}.reduceat [0, ${n})`,
      got: String(wrong),
      expected: `0 to ${n - 1}`,
    });
  const parts = indices.map((start, i) => {
    const stop = Math.max(indices[i + 1] ?? n, start + 1);
    return fold(sliceAxis(x, d, start, stop), d);
  });
  const dtype = parts[0]?.dtype ?? x.dtype;
  const shape = x.shape.map((length, k) => (k === d ? indices.length : length));
  const out = new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);
  parts.forEach((part, i) =>
    writeInto(sliceAxis(out, d, i, i + 1), part.reshape(shape.map((length, k) => (k === d ? 1 : length)))),
  );
  return out;
}

/** Repeated positions are taken apart into rounds in which each stands once. */
function combineAt(op: Binary, x: NDArray, index: readonly Index[], x2: NDArray): void {
  const where = `${op.spec.name}.at`;
  x.checkWritable(where);
  const places = new NDArray(allocate('int64', x.size), 'int64', x.shape);
  const numbers = places.memory as BigInt64Array;
  for (let i = 0; i < numbers.length; i++) numbers[i] = BigInt(i);
  const picked = places.at(...index);
  commonShape(where, [picked.shape, x2.shape]);
  const values = x2.plain().broadcastTo(picked.shape).ravel();
  const flat = picked.ravel().data as BigInt64Array;
  const rounds: { at: bigint[]; from: bigint[] }[] = [];
  const seen = new Map<bigint, number>();
  flat.forEach((place, i) => {
    const round = seen.get(place) ?? 0;
    seen.set(place, round + 1);
    (rounds[round] ??= { at: [], from: [] }).at.push(place);
    rounds[round].from.push(BigInt(i));
  });
  const target = x.plain().copy().ravel();
  const positions = (list: readonly bigint[]): NDArray =>
    new NDArray(new Storage(BigInt64Array.from(list)), 'int64', [list.length]);
  for (const { at, from } of rounds) {
    const to = positions(at);
    target.set([to], op(target.at(to), values.at(positions(from))));
  }
  x.set(['...'], target.reshape(x.shape));
}
