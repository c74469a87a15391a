import { sizeOf } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { zeros } from '../creation.ts';
import { scatterAdd } from '../ops/scatter.ts';
import { where } from '../ops/selection.ts';
import { int64Array } from './int64.ts';

/** For each place: both points of its line, or twice the point that it has the value of; how far it and the second one are shifted towards the first; 1 where it has a value of points. */
export type Layout = readonly [from: NDArray, to: NDArray, shift: NDArray, endShift: NDArray, counts: NDArray];

/** Cotangents of the places and of both coordinates of the points, from the lines that the places lie on; of stacks of curves. */
export function interpGradient(
  g: NDArray,
  [x, xp, fp]: readonly [NDArray, NDArray, NDArray],
  layout: Layout,
): readonly NDArray[] {
  const n = xp.shape.at(-1)!;
  const curves = sizeOf(xp.shape.slice(0, -1));
  const starts = int64Array(
    Array.from({ length: curves }, (_, i) => i * n),
    [curves, 1],
  );
  const flatten = (y: NDArray): NDArray => y.reshape([-1]);
  const [from, to, shift, endShift, counts] = layout.map((y, k) =>
    flatten(k < 2 ? y.reshape([curves, curves && x.size / curves]).add(starts) : y),
  ) as unknown as Layout;
  const [places, values] = [flatten(xp), flatten(fp)];
  const start = places.take(from);
  // A product with 0 would be NaN where places or values are not finite.
  const isLine = from.notEqual(to);
  const width = where(isLine, places.take(to).sub(start).add(endShift), 1);
  const along = where(isLine, flatten(x).sub(start).add(shift), 0).div(width);
  const slope = where(isLine, values.take(to).sub(values.take(from)), 0).div(width);
  const flat = flatten(g);
  const spread = (like: NDArray, first: NDArray, second: NDArray): NDArray => {
    const empty = zeros([like.size], { dtype: first.dtype });
    return scatterAdd(scatterAdd(empty, from, first, 0), to, second, 0).reshape(like.shape);
  };
  const rising = flat.mul(slope);
  return [
    rising.reshape(x.shape),
    spread(xp, rising.mul(along.sub(1)), rising.mul(along).neg()),
    spread(fp, flat.mul(along.rsub(1)).mul(counts), flat.mul(along).mul(counts)),
  ];
}
