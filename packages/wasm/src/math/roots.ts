import type { Local } from '../asm/function-builder.ts';
import { f64x2, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { FloatLanes } from '../lanes.ts';
import { powerOfTwo } from './bits.ts';
import { CBRT } from './coefficients.ts';
import { split } from './logarithm.ts';

const { abs, add, div, eq, gt, lt, mul, ne, sub } = f64x2;

/** A step of Halley towards the cube root of `x`. */
function halley(v: FloatLanes, y: Local<'v128'>, x: Local<'v128'>): Vec {
  const ratio = v.let(div(x, mul(y, y)));
  return v.madd(y, div(sub(ratio, y), add(add(y, y), ratio)), y);
}

/** `cbrt(x)`: a polynomial on the mantissa and two steps of Halley, before the last of which squares are made exact. */
export function cbrt(v: FloatLanes, x: Local<'v128'>): Vec {
  const a = v.let(abs(x));
  const small = v.let(lt(a, v.number(2 ** -1022)));
  const lifted = v.select(small, mul(a, v.number(2 ** 54)), a);
  const { k, f } = split(v, lifted, v128.and(small, v.number(54)));
  const third = v.let(f64x2.nearest(mul(k, v.number(1 / 3))));
  const left = v.let(sub(k, mul(third, v.number(3))));
  const [above, below] = [v.let(gt(left, v.number(0))), v.let(lt(left, v.number(0)))];
  const scale = (up: number): Vec => v.select(above, v.number(up), v.select(below, v.number(1 / up), v.number(1)));
  const mantissa = v.let(mul(add(f, v.number(1)), scale(2)));
  const first = v.let(mul(v.polynomial(f, CBRT), scale(Math.cbrt(2))));
  const near = v.let(v128.and(halley(v, first, mantissa), v.integer(-(1n << 27n))));
  const root = v.withSign(mul(halley(v, near, mantissa), powerOfTwo(v, third)), x);
  return v.select(v128.andnot(lt(a, v.number(Infinity)), eq(a, v.number(0))), root, x);
}

/** A square and its rounding error (Veltkamp, Dekker). */
function exactSquare(v: FloatLanes, x: Local<'v128'>): readonly [Local<'v128'>, Local<'v128'>] {
  const shifted = v.let(mul(v.number(134217729), x));
  const high = v.let(sub(shifted, sub(shifted, x)));
  const low = v.let(sub(x, high));
  const square = v.let(mul(x, x));
  const cross = mul(mul(v.number(2), high), low);
  return [square, v.let(add(add(sub(mul(high, high), square), cross), mul(low, low)))];
}

/** `sqrt(x^2 + y^2)`: scaled, then a step of Newton with the errors of the squares, as the js device does it; short ones need neither. */
export function hypot(v: FloatLanes, x: Local<'v128'>, y: Local<'v128'>, short: boolean): Vec {
  const [a, b] = [v.let(abs(x)), v.let(abs(y))];
  const infinity = v.number(Infinity);
  const unbounded = v128.or(eq(a, infinity), eq(b, infinity));
  if (short) return v.select(unbounded, infinity, f64x2.sqrt(add(mul(a, a), mul(b, b))));
  const [large, small] = [v.let(f64x2.pmax(a, b)), v.let(f64x2.pmin(a, b))];
  const far = v128.or(eq(small, v.number(0)), gt(div(large, small), v.number(2 ** 54)));
  const [up, down] = [v.let(gt(large, v.number(2 ** 500))), v.let(lt(small, v.number(2 ** -460)))];
  const scale = (bits: number): Vec =>
    v.select(up, v.number(2 ** bits), v.select(down, v.number(2 ** -bits), v.number(1)));
  const inverse = v.let(scale(-600));
  const [p, q] = [v.let(mul(large, inverse)), v.let(mul(small, inverse))];
  const h = v.let(f64x2.sqrt(add(mul(p, p), mul(q, q))));
  const [[hh, he], [pp, pe], [qq, qe]] = [exactSquare(v, h), exactSquare(v, p), exactSquare(v, q)];
  const excess = add(sub(sub(hh, pp), qq), sub(sub(he, pe), qe));
  const root = mul(scale(600), sub(h, div(excess, mul(v.number(2), h))));
  const finite = v128.or(v.select(far, add(large, small), root), v128.or(ne(a, a), ne(b, b)));
  return v.select(unbounded, infinity, finite);
}
