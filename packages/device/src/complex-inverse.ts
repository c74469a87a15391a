import { logOfLength, rootOf } from './complex-elementary.ts';
import {
  conj,
  inDouble,
  isInfinite,
  isNaN,
  mul,
  oneMinus,
  overI,
  type Pair,
  type PairFunction,
  plusReal,
  signed,
  timesI,
} from './complex-pairs.ts';
import * as e from './expr.ts';
import type { Expr } from './expr.ts';

// Kahan's formulas (Branch cuts for complex elementary functions, 1987); far from the origin those of the logarithm.

/** Whether `log(2 |x|)` is the inverse of a hyperbolic function to the last digit; true where a part is infinite. */
const isFar = (x: Pair): Expr => e.gt(e.hypot(x.re, x.im), 2 ** 500);
const logOfDouble = (x: Pair): Expr => e.add(logOfLength(x), Math.LN2);

/** Angle whose sine is `x`. */
export const asin: PairFunction = inDouble((x) => {
  const [minus, plus, far] = [rootOf(oneMinus(x)), rootOf(plusReal(x, 1)), isFar(x)];
  const re = e.atan2(x.re, e.where(far, e.abs(x.im), mul(minus, plus).re));
  const im = e.where(far, e.copysign(logOfDouble(x), x.im), e.asinh(mul(conj(minus), plus).im));
  return { re: e.where(e.eq(x.re, 0), x.re, re), im: e.where(e.eq(x.im, 0), e.copysign(im, x.im), im) };
});

/** Angle whose cosine is `x`. */
export const acos: PairFunction = inDouble((x) => {
  const [minus, plus, far] = [rootOf(oneMinus(x)), rootOf(plusReal(x, 1)), isFar(x)];
  const re = e.where(far, e.atan2(e.abs(x.im), x.re), e.mul(2, e.atan2(minus.re, plus.re)));
  return {
    re: e.where(e.and(e.eq(x.re, 0), isNaN(x.im)), Math.PI / 2, re),
    im: e.where(far, e.neg(e.copysign(logOfDouble(x), x.im)), e.asinh(mul(conj(plus), minus).im)),
  };
});

/** Number whose hyperbolic cosine is `x`. */
export const acosh: PairFunction = inDouble((x) => {
  const [minus, plus, far] = [rootOf(plusReal(x, -1)), rootOf(plusReal(x, 1)), isFar(x)];
  const im = e.where(far, e.atan2(x.im, x.re), e.mul(2, e.atan2(minus.im, plus.re)));
  return {
    re: e.where(far, logOfDouble(x), e.asinh(mul(conj(minus), plus).re)),
    im: e.where(e.and(e.eq(x.re, 0), isNaN(x.im)), Math.PI / 2, im),
  };
});

/** Number whose hyperbolic tangent is `x`. */
export const atanh: PairFunction = inDouble((x) => {
  const [a, b] = [e.abs(x.re), e.abs(x.im)];
  const infinite = e.or(isInfinite(x.re), isInfinite(x.im));
  const far = e.gt(e.max(a, b), 2 ** 60);
  const half = e.hypot(e.mul(a, 0.5), e.mul(b, 0.5));
  const reciprocal = e.mul(e.div(e.div(a, half), half), 0.25);
  // Beside 1 the square of the imaginary part would vanish.
  const beside = e.and(e.eq(a, 1), e.lt(b, 2 ** -104));
  const left = e.sub(1, a);
  const near = e.mul(0.25, e.log1p(e.div(e.mul(4, a), e.add(e.mul(left, left), e.mul(b, b)))));
  const edge = e.mul(0.5, e.sub(Math.LN2, e.log(b)));
  const re = e.where(infinite, 0, e.where(far, reciprocal, e.where(beside, edge, near)));
  const angle = e.mul(0.5, e.atan2(e.mul(2, x.im), e.sub(e.mul(left, e.add(a, 1)), e.mul(b, b))));
  return {
    re: e.where(e.eq(a, 0), x.re, e.copysign(re, x.re)),
    im: e.where(e.or(infinite, far), e.where(isNaN(x.im), x.im, signed(Math.PI / 2, x.im)), angle),
  };
});

/** Number whose hyperbolic sine is `x`. */
export const asinh = (x: Pair): Pair => overI(asin(timesI(x)));
/** Angle whose tangent is `x`. */
export function atan(x: Pair): Pair {
  const { re, im } = overI(atanh(timesI(x)));
  return { re, im: e.where(isNaN(x.im), e.abs(im), im) };
}
