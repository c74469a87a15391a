import type { NDArray } from '../array.ts';
import { array, zeros } from '../creation.ts';
import { scatterAdd } from '../ops/scatter.ts';

/** Where the value at a place comes from. */
export interface Piece {
  /** The points of the line that the place lies on, or twice the point whose value it has; `undefined` where it is no point's. */
  readonly points: readonly [from: number, to: number] | undefined;
  /** How many periods away the place and the two points lie. */
  readonly turns: readonly [place: number, from: number, to: number];
}

/** What is known of all places: which points, and what is to be added to them and to the places to bring them beside each other. */
interface Layout {
  readonly from: NDArray;
  readonly to: NDArray;
  readonly shifts: readonly [place: NDArray, from: NDArray, to: NDArray];
  /** 1 where the place lies on a line, else 0. */
  readonly onLine: NDArray;
  /** 1 where it has the value of a point or of a line. */
  readonly counts: NDArray;
}

function layoutOf(pieces: readonly Piece[], period: number): Layout {
  const integers = (pick: (p: Piece) => number): NDArray => array(BigInt64Array.from(pieces, (p) => BigInt(pick(p))));
  const floats = (pick: (p: Piece) => number): NDArray => array(Float64Array.from(pieces, pick));
  const shift = (i: 0 | 1 | 2): NDArray => floats(({ turns }) => turns[i] * period);
  return {
    from: integers(({ points }) => points?.[0] ?? 0),
    to: integers(({ points }) => points?.[1] ?? 0),
    shifts: [shift(0), shift(1), shift(2)],
    onLine: floats(({ points }) => (points && points[0] !== points[1] ? 1 : 0)),
    counts: floats(({ points }) => (points ? 1 : 0)),
  };
}

/** Cotangents of the places and of both coordinates of the points, from the pieces that the places lie on. */
export function interpGradient(
  g: NDArray,
  [x, xp, fp]: readonly [NDArray, NDArray, NDArray],
  pieces: readonly Piece[],
  period: number,
): readonly NDArray[] {
  const { from, to, shifts, onLine, counts } = layoutOf(pieces, period);
  const at = (shift: NDArray, values: NDArray): NDArray => values.add(shift);
  const [start, end] = [at(shifts[1], xp.take(from)), at(shifts[2], xp.take(to))];
  // Where there is no line the width is 1, and everything of it is multiplied with 0.
  const width = end.sub(start).mul(onLine).add(onLine.rsub(1));
  const along = at(shifts[0], x.reshape([-1]))
    .sub(start)
    .mul(onLine)
    .div(width);
  const slope = fp.take(to).sub(fp.take(from)).mul(onLine).div(width);
  const flat = g.reshape([-1]);
  const spread = (like: NDArray, first: NDArray, second: NDArray): NDArray =>
    scatterAdd(scatterAdd(zeros(like.shape, { dtype: first.dtype }), from, first, 0), to, second, 0);
  const rising = flat.mul(slope);
  return [
    rising.reshape(x.shape),
    spread(xp, rising.mul(along.sub(1)), rising.mul(along).neg()),
    spread(fp, flat.mul(along.rsub(1)).mul(counts), flat.mul(along).mul(counts)),
  ];
}
