import { ArgumentError, ShapeError, type DType } from '@isograd/device';
import { type NDArray, type NestedList } from '../array.ts';
import { normalizeAxis } from '../axes.ts';
import { commonShape, sameShape, show } from '../broadcast.ts';
import { type ArraySource, readArray } from '../creation.ts';
import type { Scalar } from '../elements.ts';
import { stack } from '../ops/joins.ts';
import { NUMPY } from '../promotion.ts';
import { arrayFrom } from './array-from.ts';
import { ndindex } from './iteration.ts';

/**
 * A function applied to every line of an array along an axis; what it gives stands where the line was.
 *
 * @throws ShapeError when the array has no lines; AxisError for an axis that it does not have.
 * @example
 * applyAlongAxis((line) => line.max(), 1, array([[1, 5], [7, 2]])).tolist() // => [ 5, 7 ]
 * applyAlongAxis((line) => line.cumsum(), 0, array([[1, 5], [7, 2]])).tolist() // => [ [ 1, 5 ], [ 8, 7 ] ]
 */
export function applyAlongAxis(func1d: (line: NDArray) => NDArray | NestedList, axis: number, x: ArraySource): NDArray {
  const given = arrayFrom(x, 'applyAlongAxis');
  const d = normalizeAxis(axis, given.ndim, 'applyAlongAxis');
  const lines = given.moveaxis(d, -1);
  const rest = lines.shape.slice(0, -1);
  const results = [...ndindex(rest)].map((index) => arrayFrom(func1d(lines.at(...index)), 'applyAlongAxis'));
  if (results.length === 0)
    throw new ShapeError({
      where: 'applyAlongAxis',
      what: 'Cannot apply_along_axis when any iteration dimensions are 0',
      got: `shape ${show(given.shape)}, axis ${d}`,
      expected: 'at least one line',
      hint: 'check x.size first',
    });
  // The dtype is that of the first result, as in NumPy.
  const [first] = results;
  const whole = stack(results.map((y) => y.astype(first!.dtype))).reshape([...rest, ...first!.shape]);
  const n = rest.length;
  const made = first!.shape.map((_, k) => n + k);
  const before = Array.from({ length: d }, (_, k) => k);
  const behind = Array.from({ length: n - d }, (_, k) => d + k);
  return whole.transpose([...before, ...made, ...behind]);
}

/**
 * A function of an array and an axis applied over several axes, one after the other; an axis that it drops comes back with length 1.
 *
 * @throws ShapeError when the function does not keep the axes.
 * @example
 * applyOverAxes((x, axis) => x.sum(axis), arange(8).reshape(2, 2, 2), [0, 2]).tolist() // => [ [ [ 10 ], [ 18 ] ] ]
 */
export function applyOverAxes(
  func: (x: NDArray, axis: number) => NDArray,
  x: ArraySource,
  axes: number | readonly number[],
): NDArray {
  const given = arrayFrom(x, 'applyOverAxes');
  let result = given;
  for (const axis of [axes].flat()) {
    const d = normalizeAxis(axis, given.ndim, 'applyOverAxes');
    const y = func(result, d);
    result = y.ndim === given.ndim ? y : y.expandDims(d);
    if (result.ndim !== given.ndim)
      throw new ShapeError({
        where: 'applyOverAxes',
        what: 'function is not returning an array of the correct shape',
        got: `shape ${show(y.shape)}`,
        expected: `${given.ndim} axes, or one less`,
        hint: 'sum, max and their relatives do',
      });
  }
  return result;
}

/** Options of {@link vectorize}. */
export interface VectorizeOptions {
  /** Dtypes of the results, one for each; default what fits all values. */
  readonly otypes?: readonly DType[];
  /** Numbers of arguments that are handed over as they are. */
  readonly excluded?: readonly number[];
}

/** A function of arrays made of a function of numbers. */
export type Vectorized = (...args: readonly ArraySource[]) => NDArray | NDArray[];

/** The values of a function for every element of arrays that broadcast; one row of values for each of its results. */
function everyValue(
  f: (...args: never[]) => Scalar | readonly Scalar[],
  args: readonly unknown[],
  excluded: readonly number[],
): { readonly shape: readonly number[]; readonly rows: Scalar[][]; readonly several: boolean } {
  const arrays = args.map((x, i) =>
    excluded.includes(i) ? undefined : arrayFrom(x as ArraySource, 'vectorize').plain(),
  );
  const shape = commonShape(
    'vectorize',
    arrays.flatMap((x) => (x === undefined ? [] : [x.shape])),
  );
  const wide = arrays.map((x) => (x === undefined || sameShape(x.shape, shape) ? x : x.broadcastTo(shape)));
  const rows: Scalar[][] = [];
  let several = false;
  for (const index of ndindex(shape)) {
    const values = f(...(wide.map((x, i) => (x === undefined ? args[i] : x.get(...index))) as never[]));
    several = Array.isArray(values);
    const list = several ? (values as readonly Scalar[]) : [values as Scalar];
    list.forEach((value, k) => (rows[k] ??= []).push(value));
  }
  return { shape, rows, several };
}

/**
 * A function of arrays made of a function of numbers: it is called for every element, arrays broadcast. It is as slow as a loop.
 *
 * Several results come as a list. The dtype fits all values; NumPy takes that of the first one, where JavaScript does not tell 1 from 1.0.
 *
 * @throws ArgumentError when called without elements, unless dtypes are given.
 * @example
 * const step = vectorize((x, low) => (x > low ? 1 : 0));
 * step(array([1, 5, 9]), 4).tolist() // => [ 0, 1, 1 ]
 */
export function vectorize(
  f: (...args: never[]) => Scalar | readonly Scalar[],
  options: VectorizeOptions = {},
): Vectorized {
  const { otypes, excluded = [] } = options;
  return (...args) => {
    const { shape, rows, several } = everyValue(f, args, excluded);
    if (rows.length === 0 && otypes === undefined)
      throw new ArgumentError({
        where: 'vectorize',
        what: 'cannot call `vectorize` on size 0 inputs unless `otypes` is set',
        got: `shape ${show(shape)}`,
        expected: 'at least one element',
        hint: "vectorize(f, { otypes: ['float64'] })",
      });
    const count = otypes?.length ?? rows.length;
    const results = Array.from({ length: count }, (_, k) => {
      const values = rows[k] ?? [];
      const y = readArray(values, {}, NUMPY, 'vectorize');
      return y.astype(otypes?.[k] ?? y.dtype).reshape(shape);
    });
    return several || count > 1 ? results : results[0]!;
  };
}

/**
 * A function of arrays made of a function of `nin` numbers with `nout` results. NumPy gives arrays of objects; here they have the dtype that fits all values.
 *
 * @throws ArgumentError for another number of arguments.
 * @example
 * frompyfunc((x, y) => x * 10 + y, 2, 1)(array([1, 2]), 3).tolist() // => [ 13, 23 ]
 */
export function frompyfunc(f: (...args: never[]) => Scalar | readonly Scalar[], nin: number, nout: number): Vectorized {
  return (...args) => {
    if (args.length !== nin)
      throw new ArgumentError({
        where: 'frompyfunc',
        what: `takes ${nin} arguments`,
        got: `${args.length} arguments`,
        expected: `${nin} arrays or numbers`,
        hint: 'say so in frompyfunc(f, nin, nout)',
      });
    const { shape, rows } = everyValue(f, args, []);
    const results = Array.from({ length: nout }, (_, k) =>
      readArray(rows[k] ?? [], {}, NUMPY, 'frompyfunc').reshape(shape),
    );
    return nout === 1 ? results[0]! : results;
  };
}
