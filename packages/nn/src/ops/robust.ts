import { expr as e } from '@isograd/device';
import { binary, type BinaryOp, where } from '@isograd/ndarray';
import { pointwise, type Pointwise } from './pointwise.ts';

const PART_OF = (name: string): { readonly numpy: null; readonly torch: null; readonly why: string } => ({
  numpy: null,
  torch: null,
  why: `its samples are those of ${name}`,
});

/** Half the square of a distance within `[-bound, bound]`, over `scale`; a line of the same slope beyond, so that the slope of an infinity is finite. */
export const robust: Pointwise<[bound: number, scale: number]> = pointwise('robust', {
  defaults: [1, 1],
  expr: (d, bound, scale) => {
    const line = (distance: typeof d): typeof d => e.mul(e.sub(distance, bound / 2), bound / scale);
    return e.where(e.gt(d, bound), line(d), e.where(e.lt(d, -bound), line(e.neg(d)), e.mul(e.mul(d, d), 0.5 / scale)));
  },
  parity: PART_OF('smoothL1Loss and huberLoss'),
});

/** `x` above 0, else `w x`; what is not chosen has no part in the gradient. */
export const sloped: BinaryOp = binary('sloped', {
  typing: 'float',
  expr: (x, w) => e.where(e.gt(x, 0), x, e.mul(x, w)),
  vjp: [(g, x, w) => where(x.greater(0), g, g.mul(w)), (g, x) => where(x.greater(0), 0, g.mul(x))],
  parity: PART_OF('prelu'),
});
