import type { Local } from '../asm/function-builder.ts';
import { f64x2, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { FloatLanes } from '../lanes.ts';
import { SINH } from './coefficients.ts';
import { exp } from './exponential.ts';
import { log1p } from './logarithm.ts';

const { abs, add, div, gt, lt, mul, sqrt, sub } = f64x2;
/** From here on 1 beside `x` is below the precision. */
const LARGE = 2 ** 60;

/** Half of `exp(|x|)` and half of its inverse. */
function halves(v: FloatLanes, a: Local<'v128'>): readonly [Vec, Vec] {
  const e = v.let(exp(v, a, { halved: true }));
  return [e, div(v.number(0.25), e)];
}

/** `sinh(x)`: a polynomial below 1. */
export function sinh(v: FloatLanes, x: Local<'v128'>): Vec {
  const a = v.let(abs(x));
  const z = v.let(mul(a, a));
  const near = v.madd(mul(a, z), v.polynomial(z, SINH), a);
  const [large, small] = halves(v, a);
  return v.withSign(v.select(lt(a, v.number(1)), near, sub(large, small)), x);
}

/** `cosh(x)`. */
export function cosh(v: FloatLanes, x: Local<'v128'>): Vec {
  return add(...halves(v, v.let(abs(x))));
}

/** `log(1 + near)`, or log(2 a) where `a` is large. */
function logOf(v: FloatLanes, a: Local<'v128'>, near: Vec): Vec {
  const large = v.let(gt(a, v.number(LARGE)));
  return add(log1p(v, v.let(v.select(large, a, near))), v128.and(large, v.number(Math.LN2)));
}

/** `asinh(x)`. */
export function asinh(v: FloatLanes, x: Local<'v128'>): Vec {
  const a = v.let(abs(x));
  const z = v.let(mul(a, a));
  const one = v.number(1);
  return v.withSign(logOf(v, a, add(a, div(z, add(one, sqrt(add(one, z)))))), x);
}

/** `acosh(x)`. */
export function acosh(v: FloatLanes, x: Local<'v128'>): Vec {
  const t = v.let(sub(x, v.number(1)));
  const result = logOf(v, x, add(t, sqrt(mul(t, add(t, v.number(2))))));
  return v128.or(result, lt(x, v.number(1)));
}

/** `atanh(x)`. */
export function atanh(v: FloatLanes, x: Local<'v128'>): Vec {
  const a = v.let(abs(x));
  const ratio = v.let(div(add(a, a), sub(v.number(1), a)));
  return v.withSign(mul(log1p(v, ratio), v.number(0.5)), x);
}
