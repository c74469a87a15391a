import { type DType, DTypeError, IndexError, isFloat, sizeOf } from '@isograd/device';
import type { NDArray, Shape } from '../array.ts';
import { array } from '../creation.ts';
import { isnan } from '../ops/comparison.ts';
import { takeAlongAxis } from '../ops/gathering.ts';
import { sort } from '../ops/ordering.ts';
import { where } from '../ops/selection.ts';
import { TORCH } from '../promotion.ts';
import type { Rounding } from './float-rounding.ts';
import { hasWholeWeights, isElement, type Method, type Place, placeOf } from './quantile-places.ts';
import { holdsNaN, withoutNaN } from './reduced-axes.ts';

/** The quantiles that are asked for, as fractions. */
export interface Asked {
  readonly values: readonly number[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** Whether it was a bare number, which takes the dtype of the array. */
  readonly bare: boolean;
  /** Rounds to their dtype. */
  readonly round: Rounding;
  /** Whether they are integers. */
  readonly whole: boolean;
}

/** The function that is called, and whether it takes no notice of NaN. */
export interface Caller {
  readonly name: string;
  readonly skipNaN: boolean;
}

/** Refuses rows without elements, of which there is no quantile. */
export function checkRows(n: number, name: string): void {
  if (n > 0) return;
  throw new IndexError({
    where: name,
    what: 'index -1 is out of bounds for axis 0 with size 0',
    got: 'no elements along the reduced axes',
    expected: 'at least one element',
    hint: 'check x.size first',
  });
}

/** For each row the places of its quantiles; where all rows have equally many elements, those of one row serve all. */
interface Places {
  readonly places: readonly Place[];
  /** Lengths of the rows before the quantiles, empty where one row serves all. */
  readonly outer: Shape;
}

function placesIn(rows: NDArray, asked: Asked, method: Method, skipNaN: boolean): Places {
  const n = rows.shape.at(-1)!;
  const of = (count: number): Place[] =>
    count === 0
      ? asked.values.map(() => ({ previous: 0, next: 0, weight: 0 }))
      : asked.values.map((q) => placeOf(method, count, q, asked.round));
  const counts = skipNaN && holdsNaN(rows.dtype) ? withoutNaN(rows) : [];
  if (counts.every((count) => count === n)) return { places: of(n), outer: [] };
  const last = (count: number, place: number): number => (place === -1 ? Math.max(count - 1, 0) : place);
  const places = counts.flatMap((count) =>
    of(count).map((p) => ({ ...p, previous: last(count, p.previous), next: last(count, p.next) })),
  );
  return { places, outer: rows.shape.slice(0, -1) };
}

/** Picks elements of sorted rows: axes of the quantiles are the last ones of the result. */
function pick(sorted: NDArray, positions: readonly number[], asked: Asked, outer: Shape): NDArray {
  if (outer.length === 0 && sorted.ndim > 0 && positions.length === sizeOf(asked.shape))
    return sorted.take(array([...positions], { dtype: 'int64', shape: asked.shape }), -1);
  const index = array([...positions], { dtype: 'int64', shape: [...outer, sizeOf(asked.shape)] });
  return takeAlongAxis(sorted, index, -1).reshape([...outer, ...asked.shape]);
}

function checkSubtractable(x: NDArray, name: string): void {
  if (x.dtype !== 'bool') return;
  throw new DTypeError({
    where: name,
    what: 'numpy boolean subtract, the `-` operator, is not supported',
    got: 'an array of bools',
    expected: "a method that picks elements: 'lower', 'higher', 'nearest', 'inverted_cdf', 'closest_observation'",
    hint: "convert with x.astype('int64')",
  });
}

/** The dtype in which weights meet elements; PyTorch wants that of the elements. */
function weightType(x: NDArray, asked: Asked, method: Method): DType {
  if (asked.bare || x.promotion === TORCH) return isFloat(x.dtype) ? x.dtype : 'float64';
  if (hasWholeWeights(method, asked.whole)) return 'int64';
  return asked.whole ? 'float64' : asked.dtype;
}

/** How far each quantile lies from the element before it to the one behind. */
interface Weights {
  readonly values: readonly number[];
  readonly dtype: DType;
  readonly shape: Shape;
  readonly round: Rounding;
}

/** Between two elements, counted from the nearer one as NumPy does, so that the last digits agree. */
function between(a: NDArray, b: NDArray, weights: Weights): NDArray {
  const { dtype, shape, round } = weights;
  const t = dtype === 'int64' ? weights.values.map(Math.trunc) : weights.values;
  const from = (values: readonly number[]): NDArray => array([...values], { dtype, shape });
  const apart = b.sub(a);
  const low = (): NDArray => a.add(apart.mul(from(t)));
  const high = (): NDArray => b.sub(apart.mul(from(t.map((v) => round(1 - v)))));
  if (t.every((v) => v >= 0.5)) return high();
  if (t.every((v) => v < 0.5)) return low();
  const near = array(
    t.map((v) => v >= 0.5),
    { dtype: 'bool', shape },
  );
  return where(near, high(), low());
}

/** NaN for every row that holds one; it stands last in the sorted row. */
export function markNaN(sorted: NDArray, y: NDArray, extra: number): NDArray {
  if (!holdsNaN(sorted.dtype)) return y;
  const last = sorted.take(sorted.shape.at(-1)! - 1, -1);
  const broken = isnan(last.plain());
  if (broken.any().item() !== true) return y;
  const shape = [...last.shape, ...Array.from({ length: extra }, () => 1)];
  return where(broken.reshape(shape), last.reshape(shape), y);
}

/** Quantiles of rows along the last axis; the axes of the quantiles come last. */
export function quantilesOfRows(rows: NDArray, asked: Asked, method: Method, { name, skipNaN }: Caller): NDArray {
  checkRows(rows.shape.at(-1)!, name);
  const element = isElement(method, asked.whole);
  if (!element) checkSubtractable(rows, name);
  const { places, outer } = placesIn(rows, asked, method, skipNaN);
  const sorted = sort(rows, -1);
  const previous = pick(
    sorted,
    places.map((p) => p.previous),
    asked,
    outer,
  );
  let y = previous;
  if (!element) {
    const next = pick(
      sorted,
      places.map((p) => p.next),
      asked,
      outer,
    );
    const weights = {
      values: places.map((p) => p.weight),
      dtype: weightType(rows, asked, method),
      shape: [...outer, ...asked.shape],
      round: asked.round,
    };
    y = between(previous, next, weights);
  }
  return skipNaN ? y : markNaN(sorted, y, asked.shape.length);
}
