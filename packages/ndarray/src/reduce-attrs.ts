import { ArgumentError, checkDType, type DType } from '@isograd/device';
import type { NDArray, Scalar, Shape } from './array.ts';
import { type Axis, normalizeAxes } from './axes.ts';
import { sameShape } from './broadcast.ts';

/** Options of a reduction. */
export interface ReduceOptions {
  /** Axis or axes to reduce; default all. */
  readonly axis?: Axis;
  /** Whether reduced axes remain with length 1; default false. */
  readonly keepdims?: boolean;
  /** Dtype to compute in, which is that of the result; default by NumPy's rules for the function. */
  readonly dtype?: DType;
  /** Array to write the result into; it is what the function returns. */
  readonly out?: NDArray;
  /** Value to start from, and the result over nothing. */
  readonly initial?: Scalar;
  /** Elements that take part, as bools that broadcast to the array. */
  readonly where?: NDArray;
}

/** Attributes of a reduction after its arguments were read. */
export interface ReduceAttrs {
  readonly axes: readonly number[];
  readonly keepdims: boolean;
  readonly dtype?: DType | undefined;
}

/** Whether the place of the axis holds options. */
export function isReduceOptions<O extends object>(axis: Axis | O | undefined): axis is O {
  return typeof axis === 'object' && axis !== null && !Array.isArray(axis);
}

const NAMES = new Set([
  'axis',
  'keepdims',
  'dtype',
  'out',
  'initial',
  'where',
  'ddof',
  'correction',
  'method',
  'weights',
  'returned',
]);

/** Refuses a name that no reduction has: what is misspelt would be ignored. */
function checkNames(options: object, where: string): void {
  for (const name of Object.keys(options))
    if (!NAMES.has(name))
      throw new ArgumentError({
        where,
        what: 'got an unexpected keyword argument',
        got: `'${name}'`,
        expected: 'axis, keepdims, dtype, out, initial, where',
        hint: 'the names are those of NumPy, camel-cased at underscores only',
      });
}

/** Reads the axis and the options of a reduction, which may come in either place. */
export function parseReduce(
  x: NDArray,
  axis: Axis | ReduceOptions | undefined,
  options: ReduceOptions | undefined,
  where: string,
): ReduceAttrs {
  if (axis === undefined && options === undefined) return wholeAttrs(x.ndim);
  const given = isReduceOptions(axis) ? axis : options;
  if (given !== undefined) checkNames(given, where);
  const axes = normalizeAxes(isReduceOptions(axis) ? axis.axis : (axis ?? options?.axis), x.ndim, where);
  const keepdims = given?.keepdims ?? false;
  return given?.dtype === undefined ? { axes, keepdims } : { axes, keepdims, dtype: checkDType(given.dtype, where) };
}

const WHOLE: ReduceAttrs[] = [];

/** Attributes of a reduction over all axes of an array, without options. */
export function wholeAttrs(ndim: number): ReduceAttrs {
  return (WHOLE[ndim] ??= { axes: normalizeAxes(null, ndim, ''), keepdims: false });
}

/** The shape after reducing `axes`. */
export function reducedShape(shape: Shape, { axes, keepdims }: ReduceAttrs): Shape {
  return keepdims ? shape.map((n, d) => (axes.includes(d) ? 1 : n)) : shape.filter((_, d) => !axes.includes(d));
}

/** A reduced array with its axes back as length 1, so that it broadcasts against what was reduced. */
export function expandReduced<T extends NDArray>(y: T, shape: Shape, { axes }: Pick<ReduceAttrs, 'axes'>): T {
  const expanded = shape.map((n, d) => (axes.includes(d) ? 1 : n));
  return sameShape(y.shape, expanded) ? y : (y.reshape(expanded) as T);
}

/** Number of elements that meet in one of a reduction. */
export function reducedCount(shape: Shape, axes: readonly number[]): number {
  let count = 1;
  for (const d of axes) count *= shape[d]!;
  return count;
}
