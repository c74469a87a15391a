import { ArgumentError, AxisError, type DType, DTYPES, DTypeError, ShapeError } from '@isograd/device';
import type { NDArray, Shape } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { sameShape, show } from '../broadcast.ts';

/** Which direction is divided by the number of points: the inverse one (`backward`, the default), the forward one, or each by its root (`ortho`). */
export type Norm = 'backward' | 'ortho' | 'forward';

/** Options of every transform. */
export interface TransformOptions {
  /** Default `backward`. */
  readonly norm?: Norm | null;
  /** Array to write the result into; it is what the function returns. */
  readonly out?: NDArray;
}

/** Options of a transform along one axis. */
export interface FftOptions extends TransformOptions {
  /** Points of the transform: the input is cut or followed by zeros; default its length. */
  readonly n?: number | null;
  /** Default the last axis. */
  readonly axis?: number;
}

/** Options of a transform along several axes. */
export interface FftnOptions extends TransformOptions {
  /** Points along each of the axes, -1 for all that are there; default all. */
  readonly s?: readonly number[] | null;
  /** Default all axes, or the last ones, as many as `s` has entries. */
  readonly axes?: readonly number[] | null;
}

const OPPOSITE = { backward: 'forward', forward: 'backward', ortho: 'ortho' } as const;

/** The norm by its name. @throws ArgumentError for an unknown one. */
export function checkNorm(norm: Norm | null | undefined, where: string): Norm {
  const name = norm ?? 'backward';
  if (Object.hasOwn(OPPOSITE, name)) return name;
  throw new ArgumentError({
    where,
    what: `Invalid norm value ${String(norm)}; should be "backward", "ortho" or "forward"`,
    got: String(norm),
    expected: 'backward, ortho or forward',
    hint: 'leave it out for backward',
  });
}

/** The norm that divides in the other direction. */
export function oppositeNorm(norm: Norm): Norm {
  return OPPOSITE[norm];
}

/** The number of points. @throws ArgumentError for one below 1. */
export function checkPoints(n: number, where: string): number {
  if (Number.isInteger(n) && n >= 1) return n;
  throw new ArgumentError({
    where,
    what: Number.isInteger(n)
      ? `Invalid number of FFT data points (${n}) specified`
      : 'the number of points is not an integer',
    got: String(n),
    expected: 'a whole number from 1',
    hint: 'zero-size axes have no transform; n gives them zeros',
  });
}

/** The axes of a transform and the points along each, where a number of points was given. */
export interface Extents {
  readonly axes: readonly number[];
  readonly s: readonly (number | undefined)[];
}

/** Reads `s` and `axes`. @throws ShapeError when they differ in length; AxisError for an axis that is missing. */
export function extentsOf(x: NDArray, { s, axes }: FftnOptions, where: string): Extents {
  const named = axes ?? Array.from({ length: s?.length ?? x.ndim }, (_, i) => i - (s?.length ?? x.ndim));
  if (s != null && s.length !== named.length)
    throw new ShapeError({
      where,
      what: 'Shape and axes have different lengths',
      got: `s ${show(s)}, axes ${show(named)}`,
      expected: 'one number of points for each axis',
      hint: 'leave s out to transform all that is there',
    });
  return {
    axes: named.map((axis) => normalizeAxis(axis, x.ndim, where)),
    s: named.map((_, i) => (s == null || s[i] === -1 ? undefined : s[i])),
  };
}

/** Refuses a transform over no axis. @throws AxisError */
export function checkSomeAxis(axes: readonly number[], where: string): void {
  if (axes.length > 0) return;
  throw new AxisError({
    where,
    what: 'list index out of range',
    got: 'no axis',
    expected: 'at least one axis, the last one is that of the real numbers',
    hint: 'name axes, or give an array that has some',
  });
}

/** Refuses an output that does not take a result. @throws ShapeError, DTypeError */
export function checkOut(out: NDArray | undefined, shape: Shape, dtype: DType, where: string): void {
  if (out === undefined) return;
  out.checkWritable(where);
  if (!sameShape(out.shape, shape))
    throw new ShapeError({
      where,
      what: 'output array has wrong shape',
      got: `out ${show(out.shape)}`,
      expected: show(shape),
      hint: 'leave it out to get a new array',
    });
  if (KINDS.indexOf(DTYPES[out.dtype].kind) >= KINDS.indexOf(DTYPES[dtype].kind)) return;
  throw new DTypeError({
    where,
    what: `Cannot cast ufunc '${where}' output from dtype('${dtype}') to dtype('${out.dtype}') with casting rule 'same_kind'`,
    got: `out ${out.dtype}`,
    expected: dtype,
    hint: 'leave it out to get a new array',
  });
}

// From the lowest kind of dtype to the highest.
const KINDS = 'buifc';
