import * as e from './expr.ts';
import type { Expr, ExprLike } from './expr.ts';

/** Real and imaginary part of a complex expression. */
export interface Pair {
  readonly re: Expr;
  readonly im: Expr;
}

/** A real expression as a complex one. */
export function pairOf(re: Expr): Pair {
  return { re, im: e.constant(0, re.dtype) };
}

const add = (x: Pair, y: Pair): Pair => ({ re: e.add(x.re, y.re), im: e.add(x.im, y.im) });
const sub = (x: Pair, y: Pair): Pair => ({ re: e.sub(x.re, y.re), im: e.sub(x.im, y.im) });
const neg = (x: Pair): Pair => ({ re: e.neg(x.re), im: e.neg(x.im) });
const scale = (x: Pair, k: ExprLike): Pair => ({ re: e.mul(x.re, k), im: e.mul(x.im, k) });
const conj = (x: Pair): Pair => ({ re: x.re, im: e.neg(x.im) });
const timesI = (x: Pair): Pair => ({ re: e.neg(x.im), im: x.re });
const overI = (x: Pair): Pair => ({ re: x.im, im: e.neg(x.re) });
const plusReal = (x: Pair, k: ExprLike): Pair => ({ re: e.add(x.re, k), im: x.im });
const isNaNPart = (x: Pair): Expr => e.or(e.ne(x.re, x.re), e.ne(x.im, x.im));
const choose = (c: Expr, x: Pair, y: Pair): Pair => ({ re: e.where(c, x.re, y.re), im: e.where(c, x.im, y.im) });

function mul(x: Pair, y: Pair): Pair {
  return {
    re: e.sub(e.mul(x.re, y.re), e.mul(x.im, y.im)),
    im: e.add(e.mul(x.re, y.im), e.mul(x.im, y.re)),
  };
}

/** Smith's division, step by step as NumPy takes it. */
function div(x: Pair, y: Pair): Pair {
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

function exp(x: Pair): Pair {
  const r = e.exp(x.re);
  // An infinite r times the sine of 0 would be NaN.
  return {
    re: e.where(e.eq(x.im, 0), r, e.mul(r, e.cos(x.im))),
    im: e.where(e.eq(x.im, 0), x.im, e.mul(r, e.sin(x.im))),
  };
}

function log(x: Pair): Pair {
  const [a, b] = [e.max(e.abs(x.re), e.abs(x.im)), e.min(e.abs(x.re), e.abs(x.im))];
  const h = e.hypot(x.re, x.im);
  // Near the unit circle the logarithm of the length would cancel.
  const near = e.mul(e.log1p(e.add(e.mul(e.sub(a, 1), e.add(a, 1)), e.mul(b, b))), 0.5);
  const circle = e.and(e.gt(h, 0.5), e.lt(h, 2));
  return { re: e.where(circle, near, e.log(h)), im: e.atan2(x.im, x.re) };
}

function sqrt(x: Pair): Pair {
  const t = e.sqrt(e.add(e.mul(e.abs(x.re), 0.5), e.mul(e.hypot(x.re, x.im), 0.5)));
  const zero = e.and(e.eq(x.re, 0), e.eq(x.im, 0));
  const other = e.div(e.abs(x.im), e.mul(t, 2));
  const right = e.ge(x.re, 0);
  const infinite = e.eq(e.abs(x.im), Infinity);
  return {
    re: e.where(zero, 0, e.where(infinite, Infinity, e.where(right, t, other))),
    im: e.where(zero, x.im, e.where(infinite, x.im, e.copysign(e.where(right, other, t), x.im))),
  };
}

function sinh(x: Pair): Pair {
  return {
    re: e.where(e.eq(x.re, 0), x.re, e.mul(e.sinh(x.re), e.cos(x.im))),
    im: e.where(e.eq(x.im, 0), x.im, e.mul(e.cosh(x.re), e.sin(x.im))),
  };
}

function cosh(x: Pair): Pair {
  const product = e.mul(e.sinh(x.re), e.sin(x.im));
  const flat = e.eq(x.im, 0);
  return {
    re: e.where(e.eq(x.im, 0), e.cosh(x.re), e.mul(e.cosh(x.re), e.cos(x.im))),
    im: e.where(flat, e.mul(e.copysign(e.constant(1, x.re.dtype), x.re), x.im), product),
  };
}

/** Kahan's formula (Branch cuts for complex elementary functions, 1987), which does not overflow. */
function tanh(x: Pair): Pair {
  const [t, s] = [e.tan(x.im), e.sinh(x.re)];
  const beta = e.add(e.mul(t, t), 1);
  const rho = e.sqrt(e.add(e.mul(s, s), 1));
  const denominator = e.add(e.mul(beta, e.mul(s, s)), 1);
  const large = e.gt(e.abs(x.re), 22);
  const tail = e.mul(e.mul(e.sin(x.im), e.cos(x.im)), e.mul(4, e.exp(e.mul(-2, e.abs(x.re)))));
  return {
    re: e.where(large, e.copysign(e.constant(1, x.re.dtype), x.re), e.div(e.mul(beta, e.mul(rho, s)), denominator)),
    im: e.where(large, tail, e.div(t, denominator)),
  };
}

const oneMinus = (x: Pair): Pair => ({ re: e.sub(1, x.re), im: e.neg(x.im) });

function asin(x: Pair): Pair {
  const [minus, plus] = [sqrt(oneMinus(x)), sqrt(plusReal(x, 1))];
  return { re: e.atan2(x.re, mul(minus, plus).re), im: e.asinh(mul(conj(minus), plus).im) };
}

function acos(x: Pair): Pair {
  const [minus, plus] = [sqrt(oneMinus(x)), sqrt(plusReal(x, 1))];
  return { re: e.mul(2, e.atan2(minus.re, plus.re)), im: e.asinh(mul(conj(plus), minus).im) };
}

function acosh(x: Pair): Pair {
  const [minus, plus] = [sqrt(plusReal(x, -1)), sqrt(plusReal(x, 1))];
  return { re: e.asinh(mul(conj(minus), plus).re), im: e.mul(2, e.atan2(minus.im, plus.re)) };
}

function atanh(x: Pair): Pair {
  const y2 = e.mul(x.im, x.im);
  const left = e.sub(1, x.re);
  return {
    re: e.mul(0.25, e.log1p(e.div(e.mul(4, x.re), e.add(e.mul(left, left), y2)))),
    im: e.mul(0.5, e.atan2(e.mul(2, x.im), e.sub(e.mul(left, e.add(x.re, 1)), y2))),
  };
}

/** `exp(y log(x))`; small whole powers are products, as in NumPy. */
function pow(x: Pair, y: Pair): Pair {
  const square = mul(x, x);
  const is = (n: number): Expr => e.and(e.eq(y.re, n), e.eq(y.im, 0));
  const one = pairOf(e.constant(1, x.re.dtype));
  const zero = pairOf(e.constant(0, x.re.dtype));
  const nothing = e.and(e.eq(x.re, 0), e.eq(x.im, 0));
  const general = choose(e.and(nothing, e.gt(y.re, 0)), zero, exp(mul(y, log(x))));
  return choose(
    is(0),
    one,
    choose(is(1), x, choose(is(2), square, choose(is(3), mul(x, square), choose(is(-1), div(one, x), general)))),
  );
}

const whole =
  (f: (x: Expr) => Expr) =>
  (x: Pair): Pair => ({ re: f(x.re), im: f(x.im) });

/** Whether `x` comes before `y`: by real part, then by imaginary part, as NumPy orders complex numbers. */
function before(x: Pair, y: Pair, strict: boolean): Expr {
  const known = e.and(e.eq(x.im, x.im), e.eq(y.im, y.im));
  const first = e.and(e.lt(x.re, y.re), known);
  return e.or(first, e.and(e.eq(x.re, y.re), strict ? e.lt(x.im, y.im) : e.le(x.im, y.im)));
}

type Rule = (...args: readonly Pair[]) => Pair | Expr;
const one = (f: (x: Pair) => Pair | Expr): Rule => f as Rule;
const two = (f: (x: Pair, y: Pair) => Pair | Expr): Rule => f as Rule;

/** What each scalar operation means for complex numbers; those that are missing have no meaning. */
export const PAIR_OPS: { readonly [op: string]: Rule | undefined } = {
  add: two(add),
  sub: two(sub),
  mul: two(mul),
  div: two(div),
  pow: two(pow),
  neg: one(neg),
  abs: one((x) => e.hypot(x.re, x.im)),
  sqrt: one(sqrt),
  exp: one(exp),
  exp2: one((x) => exp(scale(x, Math.LN2))),
  expm1: one((x) => ({ re: e.sub(exp(x).re, 1), im: exp(x).im })),
  log: one(log),
  log1p: one((x) => log(plusReal(x, 1))),
  log2: one((x) => scale(log(x), Math.LOG2E)),
  log10: one((x) => scale(log(x), Math.LOG10E)),
  sinh: one(sinh),
  cosh: one(cosh),
  tanh: one(tanh),
  sin: one((x) => overI(sinh(timesI(x)))),
  cos: one((x) => cosh(timesI(x))),
  tan: one((x) => overI(tanh(timesI(x)))),
  asin: one(asin),
  acos: one(acos),
  acosh: one(acosh),
  atanh: one(atanh),
  asinh: one((x) => overI(asin(timesI(x)))),
  atan: one((x) => overI(atanh(timesI(x)))),
  round: one(whole(e.round)),
  eq: two((x, y) => e.and(e.eq(x.re, y.re), e.eq(x.im, y.im))),
  ne: two((x, y) => e.or(e.ne(x.re, y.re), e.ne(x.im, y.im))),
  lt: two((x, y) => before(x, y, true)),
  le: two((x, y) => before(x, y, false)),
  gt: two((x, y) => before(y, x, true)),
  ge: two((x, y) => before(y, x, false)),
  max: two((x, y) => choose(e.or(isNaNPart(x), before(y, x, false)), x, y)),
  min: two((x, y) => choose(e.or(isNaNPart(x), before(x, y, false)), x, y)),
};
