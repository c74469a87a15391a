import { ArgumentError, DTypeError, isFloat, ShapeError } from '@isograd/device';
import {
  type ArrayLike,
  type Composed,
  composed,
  type ErrorSample,
  type NDArray,
  operand,
  type Sample,
} from '@isograd/ndarray';

/** A number for every spatial axis, or one for each. */
export type Size = number | readonly number[];

/** How many spatial axes a layer has. */
export type Rank = 1 | 2 | 3;

/** Where a call stands, for errors. */
export interface Place {
  readonly where: string;
  readonly rank: Rank;
}

/** A size spelled out for each spatial axis. @throws ArgumentError unless they are whole numbers from `least`. */
export function sizes(value: Size, name: string, least: number, { where, rank }: Place): number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : [...value];
  if (list.length === rank && list.every((n) => Number.isInteger(n) && n >= least)) return list;
  throw new ArgumentError({
    where,
    what: `${name} does not fit`,
    got: JSON.stringify(value),
    expected: `a whole number from ${least}, or a list of ${rank}`,
  });
}

/** Refuses what has not the axes `[batch, channels, ...spatial]` or `[channels, ...spatial]` of floats; gives the first spatial axis. */
export function spatialStart(x: NDArray, { where, rank }: Place): number {
  if (x.ndim !== rank + 1 && x.ndim !== rank + 2) {
    const axes = ['length', 'height, width', 'depth, height, width'][rank - 1]!;
    throw new ShapeError({
      where,
      what: 'the input has another number of axes',
      got: `[${x.shape.join(', ')}]`,
      expected: `[batch, channels, ${axes}] or [channels, ${axes}]`,
      hint: 'add an axis with x.expandDims(0)?',
    });
  }
  if (!isFloat(x.dtype) || x.dtype === 'float16')
    throw new DTypeError({
      where,
      what: 'takes floats only',
      got: x.dtype,
      expected: 'float32 or float64',
      hint: "convert with x.astype('float32')",
    });
  return x.ndim - rank;
}

/** What the ranks of a function of spatial axes state. */
interface SpatialRow {
  readonly samples: readonly Sample[];
  readonly errors: readonly ErrorSample[];
  /** The call in PyTorch; the others pad and divide in other ways. */
  readonly torch: string;
  readonly call: (x: NDArray, place: Place, ...args: never[]) => NDArray | readonly NDArray[];
}

/** A function of one array with one, two or three spatial axes, composed of ops. */
export function spatialOp<F>(name: string, rank: Rank, row: SpatialRow): Composed<F> {
  const { samples, errors, torch, call } = row;
  return composed(
    {
      name,
      domain: [-2, 2],
      samples,
      errors,
      parity: { numpy: null, torch, why: 'NumPy has no layers; JAX and tfjs have others' },
    },
    (x: ArrayLike, ...args: never[]) => call(operand(x, name), { where: name, rank }, ...args),
  );
}
