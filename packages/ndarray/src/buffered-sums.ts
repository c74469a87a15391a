import { collapse, type DType, sizeOf } from '@isograd/device';
import { type Layout, NDArray } from './array.ts';
import { memoryOrder } from './memory-order.ts';

/** Elements that NumPy converts or gathers at a time. */
const BUFFER = 8192;

/** Sums along the last axis. */
type RowSums = (rows: NDArray) => NDArray;

/** Lengths of the axes of an array as NumPy walks them: in the order of the memory, joined where they can be. */
function walkOf(x: NDArray): readonly number[] {
  const turned = x.transpose(memoryOrder(x));
  return collapse(turned.shape, [turned]).shape;
}

/** Whether rows are longer than the buffer: those are walked where they are. */
export function hasLongRows(x: NDArray): boolean {
  return x.size > BUFFER && walkOf(x).at(-1)! > BUFFER;
}

/** Runs of elements that are summed part by part. */
interface Runs {
  readonly count: number;
  readonly length: number;
  /** Elements of a part; the last one of a run may have fewer. */
  readonly part: number;
}

/** How NumPy fills its buffer with an array that has gaps: with as many whole rows as it holds. `undefined` where it needs none, or one. */
function gatheredRuns(shape: readonly number[]): Runs | undefined {
  let [inner, axis] = [1, shape.length];
  while (axis > 0 && inner * shape[axis - 1]! <= BUFFER) inner *= shape[--axis]!;
  if (axis === shape.length || axis === 0) return undefined;
  const length = shape[axis - 1]! * inner;
  return { count: sizeOf(shape.slice(0, axis - 1)), length, part: Math.floor(BUFFER / inner) * inner };
}

/** Sum of runs of a contiguous array, part by part. */
function sumOfRuns(x: NDArray, { count, length, part }: Runs, rowSums: RowSums, dtype: DType): number {
  const whole = Math.floor(length / part);
  const rest = length - whole * part;
  const sums = (layout: Layout): Float64Array => rowSums(new NDArray(x.storage, x.dtype, layout)).data as Float64Array;
  const heads = sums({ shape: [count, whole, part], strides: [length, part, 1], offset: x.offset });
  const tails = sums({ shape: [count, rest], strides: [length, 1], offset: x.offset + whole * part });
  const round = dtype === 'float32' ? Math.fround : (v: number): number => v;
  let total = 0;
  for (let run = 0; run < count; run++) {
    for (let i = 0; i < whole; i++) total = round(total + heads[run * whole + i]!);
    if (rest > 0) total = round(total + tails[run]!);
  }
  return total;
}

/**
 * Sum of all elements in float32 or float64 where NumPy takes it through its buffer: what is converted in runs of 8192
 * elements, what has gaps in as many whole rows as the buffer holds. `undefined` where it needs none.
 */
export function bufferedSum(x: NDArray, dtype: DType, rowSums: RowSums): number | undefined {
  if (x.size <= BUFFER) return undefined;
  const shape = walkOf(x);
  const runs = shape.length > 1 ? gatheredRuns(shape) : { count: 1, length: x.size, part: BUFFER };
  if (runs === undefined || (shape.length === 1 && x.dtype === dtype)) return undefined;
  const turned = x.transpose(memoryOrder(x));
  return sumOfRuns(turned.contiguous ? turned : turned.copy(), runs, rowSums, dtype);
}
