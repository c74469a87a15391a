import {
  choose,
  div,
  inDouble,
  isFinite,
  isInfinite,
  isNaN,
  isZero,
  mul,
  overI,
  type Pair,
  type PairFunction,
  pairOf,
  signed,
  timesI,
} from './complex-pairs.ts';
import * as e from './expr.ts';
import type { Expr } from './expr.ts';

// Values at infinities, NaN and signed zeros are those of C (ISO C 9899, annex G), which NumPy takes from its library.

// Beyond this an exponential overflows, but not always its product with a sine or cosine.
const STEEP = 709;

/** `exp(|x|)` as a product whose first factor is finite where the result is. */
function exponential(x: Expr): readonly [factor: Expr, rest: Expr] {
  const steep = e.gt(x, STEEP);
  return [e.exp(e.where(steep, e.sub(x, STEEP), x)), e.where(steep, Math.exp(STEEP), e.constant(1, x.dtype))];
}

/** The exponential function. */
export const exp: PairFunction = inDouble((x) => {
  const [r, k] = exponential(x.re);
  const endless = e.not(isFinite(x.im));
  const re = e.mul(r, e.mul(e.cos(x.im), k));
  const im = e.mul(r, e.mul(e.sin(x.im), k));
  const vanished = e.and(endless, e.eq(x.re, -Infinity));
  return {
    re: e.where(e.and(endless, isInfinite(x.re)), e.max(x.re, 0), re),
    im: e.where(e.eq(x.im, 0), x.im, e.where(vanished, signed(0, x.im), im)),
  };
});

/** `exp(x) - 1` by NumPy's formula; of complex64 the difference is taken in float64, for its terms cancel. */
export function expm1(x: Pair): Pair {
  const wide = (y: Expr): Expr => e.cast(y, 'float64');
  const narrow = (y: Expr): Expr => e.cast(y, x.re.dtype);
  const im = wide(x.im);
  const half = narrow(e.sin(e.mul(im, 0.5)));
  const bend = e.mul(e.mul(2, half), half);
  return {
    re: narrow(e.sub(e.mul(wide(e.expm1(x.re)), e.cos(im)), wide(bend))),
    im: e.mul(e.exp(x.re), e.sin(x.im)),
  };
}

const [LARGE, SMALL] = [2 ** 1000, 2 ** -900];

/** `log |x|`; squares neither overflow nor vanish on the way. */
export function logOfLength({ re, im }: Pair): Expr {
  const a = e.max(e.abs(re), e.abs(im));
  const one = e.constant(1, re.dtype);
  const [large, small] = [e.gt(a, LARGE), e.lt(a, SMALL)];
  const k = e.where(large, 2 ** -100, e.where(small, 2 ** 100, one));
  const back = e.where(large, 100 * Math.LN2, e.where(small, -100 * Math.LN2, e.constant(0, re.dtype)));
  return e.add(e.log(e.hypot(e.mul(re, k), e.mul(im, k))), back);
}

/** The natural logarithm. */
export const log: PairFunction = inDouble((x) => {
  const [a, b] = [e.max(e.abs(x.re), e.abs(x.im)), e.min(e.abs(x.re), e.abs(x.im))];
  const h = e.hypot(x.re, x.im);
  // Near the unit circle the logarithm of the length would cancel.
  const near = e.mul(e.log1p(e.add(e.mul(e.sub(a, 1), e.add(a, 1)), e.mul(b, b))), 0.5);
  const circle = e.and(e.gt(h, 0.5), e.lt(h, 2));
  return { re: e.where(circle, near, logOfLength(x)), im: e.atan2(x.im, x.re) };
});

/** `log(1 + x)`, as NumPy computes it: from the rounded length. */
export function log1p(x: Pair): Pair {
  const shifted = e.add(x.re, 1);
  return { re: e.log(e.hypot(shifted, x.im)), im: e.atan2(x.im, shifted) };
}

/** The square root in the right half plane. */
export function rootOf(x: Pair): Pair {
  const a = e.max(e.abs(x.re), e.abs(x.im));
  const one = e.constant(1, x.re.dtype);
  const [large, small] = [e.gt(a, LARGE), e.lt(a, SMALL)];
  const k = e.where(large, 0.25, e.where(small, 2 ** 100, one));
  const back = e.where(large, 2, e.where(small, 2 ** -50, one));
  const [re, im] = [e.mul(x.re, k), e.mul(x.im, k)];
  const t = e.sqrt(e.add(e.mul(e.abs(re), 0.5), e.mul(e.hypot(re, im), 0.5)));
  const other = e.mul(e.div(e.abs(im), e.mul(t, 2)), back);
  const main = e.mul(t, back);
  const right = e.ge(x.re, 0);
  const infinite = isInfinite(x.im);
  const zero = isZero(x);
  return {
    re: e.where(zero, 0, e.where(infinite, Infinity, e.where(right, main, other))),
    im: e.where(zero, x.im, e.where(infinite, x.im, e.copysign(e.where(right, other, main), x.im))),
  };
}

/** The square root. */
export const sqrt: PairFunction = inDouble(rootOf);

/** Hyperbolic sine and cosine of a real number as products with a common factor, which are finite where they are. */
function hyperbolic(x: Expr): { readonly sinh: Expr; readonly cosh: Expr; readonly factor: Expr } {
  const a = e.abs(x);
  const steep = e.gt(a, STEEP);
  const half = e.mul(e.exp(e.where(steep, e.sub(a, STEEP), 0)), 0.5);
  return {
    sinh: e.where(steep, e.copysign(half, x), e.sinh(x)),
    cosh: e.where(steep, half, e.cosh(x)),
    factor: e.where(steep, Math.exp(STEEP), e.constant(1, x.dtype)),
  };
}

/** Hyperbolic sine. */
export const sinh: PairFunction = inDouble((x) => {
  const h = hyperbolic(x.re);
  const kept = e.and(e.not(isFinite(x.im)), e.or(e.eq(x.re, 0), isInfinite(x.re)));
  return {
    re: e.where(kept, e.where(e.eq(x.re, 0), x.re, Infinity), e.mul(h.sinh, e.mul(e.cos(x.im), h.factor))),
    im: e.where(e.eq(x.im, 0), x.im, e.mul(h.cosh, e.mul(e.sin(x.im), h.factor))),
  };
});

/** Hyperbolic cosine. */
export const cosh: PairFunction = inDouble((x) => {
  const h = hyperbolic(x.re);
  const endless = e.not(isFinite(x.im));
  const flat = e.where(isNaN(x.re), x.im, e.mul(signed(1, x.re), x.im));
  const im = e.mul(h.sinh, e.mul(e.sin(x.im), h.factor));
  return {
    re: e.where(e.and(endless, isInfinite(x.re)), Infinity, e.mul(h.cosh, e.mul(e.cos(x.im), h.factor))),
    im: e.where(e.eq(x.im, 0), flat, e.where(e.and(endless, e.eq(x.re, 0)), 0, im)),
  };
});

/** The sine. */
export function sin(x: Pair): Pair {
  const { re, im } = overI(sinh(timesI(x)));
  return { re, im: e.where(e.and(isInfinite(x.im), e.not(isFinite(x.re))), Infinity, im) };
}

/** Hyperbolic tangent. */
export const tanh: PairFunction = inDouble((x) => {
  const [a, sine, cosine] = [e.abs(x.re), e.sin(x.im), e.cos(x.im)];
  const far = e.gt(a, 300);
  const near = e.where(far, 0, x.re);
  const [s, c] = [e.sinh(near), e.cosh(near)];
  const length = e.add(e.mul(s, s), e.mul(cosine, cosine));
  const decay = e.exp(e.neg(a));
  const product = e.mul(sine, cosine);
  const tail = e.mul(e.mul(e.mul(4, product), decay), decay);
  const im = e.where(far, tail, e.div(product, length));
  const settled = e.and(far, e.or(isFinite(x.im), isInfinite(x.re)));
  const limit = e.where(isFinite(x.im), e.mul(signed(0, sine), signed(1, cosine)), signed(0, x.im));
  return {
    re: e.where(settled, signed(1, x.re), e.where(e.eq(x.re, 0), x.re, e.div(e.mul(s, c), length))),
    im: e.where(e.eq(x.im, 0), x.im, e.where(isInfinite(x.re), limit, im)),
  };
});

/** A whole power below 128 by squaring; the exponent is not negative. */
function wholePower(x: Pair, exponent: Expr): Pair {
  let [square, result] = [x, pairOf(e.constant(1, x.re.dtype))];
  for (let bit = 1; bit < 128; bit *= 2) {
    const odd = e.ge(e.mod(exponent, 2 * bit), bit);
    result = choose(odd, mul(result, square), result);
    square = mul(square, square);
  }
  return result;
}

const powerOfLog = (x: Pair, y: Pair): Pair => {
  const wide = ({ re, im }: Pair): Pair => ({ re: e.cast(re, 'float64'), im: e.cast(im, 'float64') });
  const { re, im } = exp(mul(wide(y), log(wide(x))));
  return { re: e.cast(re, x.re.dtype), im: e.cast(im, x.re.dtype) };
};

/** `exp(y log(x))`; whole powers below 100 are products, as in NumPy. */
export function pow(x: Pair, y: Pair): Pair {
  const { dtype } = x.re;
  const n = e.abs(y.re);
  const real = e.eq(y.im, 0);
  const is = (k: number): Expr => e.and(real, e.eq(y.re, k));
  const whole = e.and(real, e.and(e.lt(n, 100), e.eq(e.floor(n), n)));
  const [one, zero, nothing] = [1, 0, NaN].map((v) => pairOf(e.constant(v, dtype)));
  const product = wholePower(x, e.where(whole, n, 0));
  const square = mul(x, x);
  const ofProduct = choose(e.lt(y.re, 0), div(one!, product), product);
  const small = choose(is(1), x, choose(is(2), square, choose(is(3), mul(x, square), ofProduct)));
  const ofZero = choose(e.gt(y.re, 0), zero!, { re: nothing!.re, im: nothing!.re });
  return choose(is(0), one!, choose(isZero(x), ofZero, choose(whole, small, powerOfLog(x, y))));
}
