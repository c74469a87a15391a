import * as e from './expr.ts';
import type { Expr, ExprLike } from './expr.ts';

/** Real and imaginary part of a complex expression. */
export interface Pair {
  readonly re: Expr;
  readonly im: Expr;
}

/** A function of one complex number. */
export type PairFunction = (x: Pair) => Pair;

/** A real expression as a complex one. */
export function pairOf(re: Expr): Pair {
  return { re, im: e.constant(0, re.dtype) };
}

/** `x + y`. */
export const add = (x: Pair, y: Pair): Pair => ({ re: e.add(x.re, y.re), im: e.add(x.im, y.im) });
/** `x - y`. */
export const sub = (x: Pair, y: Pair): Pair => ({ re: e.sub(x.re, y.re), im: e.sub(x.im, y.im) });
/** `-x`. */
export const neg = (x: Pair): Pair => ({ re: e.neg(x.re), im: e.neg(x.im) });
/** `k x` for real `k`. */
export const scale = (x: Pair, k: ExprLike): Pair => ({ re: e.mul(x.re, k), im: e.mul(x.im, k) });
/** The complex conjugate. */
export const conj = (x: Pair): Pair => ({ re: x.re, im: e.neg(x.im) });
/** `i x`. */
export const timesI = (x: Pair): Pair => ({ re: e.neg(x.im), im: x.re });
/** `x / i`. */
export const overI = (x: Pair): Pair => ({ re: x.im, im: e.neg(x.re) });
/** `x + k` for real `k`. */
export const plusReal = (x: Pair, k: ExprLike): Pair => ({ re: e.add(x.re, k), im: x.im });
/** `1 - x`. */
export const oneMinus = (x: Pair): Pair => ({ re: e.sub(1, x.re), im: e.neg(x.im) });
/** `x` where the condition holds, else `y`. */
export const choose = (c: Expr, x: Pair, y: Pair): Pair => ({ re: e.where(c, x.re, y.re), im: e.where(c, x.im, y.im) });

/** Whether a real number is finite. */
export const isFinite = (x: Expr): Expr => e.lt(e.abs(x), Infinity);
/** Whether a real number is infinite. */
export const isInfinite = (x: Expr): Expr => e.eq(e.abs(x), Infinity);
/** Whether a real number is NaN. */
export const isNaN = (x: Expr): Expr => e.ne(x, x);
/** Whether both parts are 0. */
export const isZero = (x: Pair): Expr => e.and(e.eq(x.re, 0), e.eq(x.im, 0));
/** A number with the sign of `x`. */
export const signed = (value: number, x: Expr): Expr => e.copysign(e.constant(value, x.dtype), x);

/** `x y`. */
export function mul(x: Pair, y: Pair): Pair {
  return {
    re: e.sub(e.mul(x.re, y.re), e.mul(x.im, y.im)),
    im: e.add(e.mul(x.re, y.im), e.mul(x.im, y.re)),
  };
}

/** Smith's division, step by step as NumPy takes it. */
export function div(x: Pair, y: Pair): Pair {
  const [ar, ai] = [e.abs(y.re), e.abs(y.im)];
  const wide = e.ge(ar, ai);
  const zero = e.and(e.eq(ar, 0), e.eq(ai, 0));
  const [major, minor] = [e.where(wide, y.re, y.im), e.where(wide, y.im, y.re)];
  const ratio = e.div(minor, major);
  const inverse = e.div(1, e.add(major, e.mul(minor, ratio)));
  const re = e.where(wide, e.add(x.re, e.mul(x.im, ratio)), e.add(e.mul(x.re, ratio), x.im));
  const im = e.where(wide, e.sub(x.im, e.mul(x.re, ratio)), e.sub(e.mul(x.im, ratio), x.re));
  return {
    re: e.where(zero, e.div(x.re, ar), e.mul(re, inverse)),
    im: e.where(zero, e.div(x.im, ar), e.mul(im, inverse)),
  };
}

/**
 * A function that computes in float64 and rounds its result: parts in float32 would overflow and cancel on the way.
 */
export const inDouble =
  (f: PairFunction): PairFunction =>
  (x) => {
    const { dtype } = x.re;
    const y = f({ re: e.cast(x.re, 'float64'), im: e.cast(x.im, 'float64') });
    return { re: e.cast(y.re, dtype), im: e.cast(y.im, dtype) };
  };
