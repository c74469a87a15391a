import { ArgumentError, ShapeError } from '@isograd/device';
import { NDArray, type NestedList, type Shape } from '../array.ts';
import { sameShape, show } from '../broadcast.ts';
import { readArray } from '../creation.ts';
import { NUMPY } from '../promotion.ts';

/** Numbers beside an array, as an array or as nested lists. */
export type Numbers = NDArray | NestedList;

/** Numbers as an array, by NumPy's rules for lists. */
export function numbersOf(x: Numbers, where: string): NDArray {
  return x instanceof NDArray ? x : readArray(x, {}, NUMPY, where);
}

/**
 * Weights in the shape of an array, or with length 1 where they do not vary: they have its shape, or that of the axes in the order they are named.
 *
 * @throws ArgumentError where the shapes differ and no axis is named; ShapeError for any other shape.
 */
export function weightsAlong(
  weights: Numbers,
  x: NDArray,
  axes: readonly number[] | undefined,
  where: string,
): NDArray {
  const given = numbersOf(weights, where);
  if (sameShape(given.shape, x.shape)) return given;
  if (axes === undefined) {
    throw new ArgumentError({
      where,
      what: 'Axis must be specified when shapes of a and weights differ',
      got: `x ${show(x.shape)}, weights ${show(given.shape)}`,
      expected: `weights ${show(x.shape)}, or an axis`,
      hint: 'weights of one axis need that axis: axis 0 for the rows',
    });
  }
  const expected: Shape = axes.map((d) => x.shape[d]!);
  if (!sameShape(given.shape, expected)) {
    throw new ShapeError({
      where,
      what: 'Shape of weights must be consistent with shape of a along specified axis',
      got: `weights ${show(given.shape)}`,
      expected: `${show(expected)} or ${show(x.shape)}`,
      hint: 'one weight for each element along the axis',
    });
  }
  const order = axes.map((_, i) => i).sort((i, j) => axes[i]! - axes[j]!);
  return given.transpose(order).reshape(x.shape.map((n, d) => (axes.includes(d) ? n : 1)));
}
