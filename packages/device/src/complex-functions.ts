import { acos, acosh, asin, asinh, atan, atanh } from './complex-inverse.ts';
import { cosh, exp, expm1, log, log1p, pow, sin, sinh, sqrt, tanh } from './complex-elementary.ts';
import { add, choose, div, isNaN, mul, neg, overI, type Pair, scale, sub, timesI } from './complex-pairs.ts';
import * as e from './expr.ts';
import type { Expr } from './expr.ts';

export { type Pair, pairOf } from './complex-pairs.ts';

const isNaNPart = (x: Pair): Expr => e.or(isNaN(x.re), isNaN(x.im));

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
  expm1: one(expm1),
  log: one(log),
  log1p: one(log1p),
  log2: one((x) => scale(log(x), Math.LOG2E)),
  log10: one((x) => scale(log(x), Math.LOG10E)),
  sinh: one(sinh),
  cosh: one(cosh),
  tanh: one(tanh),
  sin: one(sin),
  cos: one((x) => cosh(timesI(x))),
  tan: one((x) => overI(tanh(timesI(x)))),
  asin: one(asin),
  acos: one(acos),
  acosh: one(acosh),
  atanh: one(atanh),
  asinh: one(asinh),
  atan: one(atan),
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
