import type { Local } from '../asm/function-builder.ts';
import { f64x2, i64x2, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { FloatLanes } from '../lanes.ts';

/** 1.5 times 2^52: in the low bits of the sum with it stands an integer. */
const MAGIC = 6755399441055744;

/** `2^n` for whole `n` whose power is a normal float64. */
export function powerOfTwo(v: FloatLanes, n: Vec): Vec {
  return i64x2.shl(f64x2.add(n, v.number(MAGIC + 1023)), 52);
}

/** `x` with the sign of `y`; NaN counts as positive. */
export function copysign(v: FloatLanes, x: Local<'v128'>, y: Local<'v128'>): Vec {
  const sign = v128.and(v128.and(y, v.number(-0)), v.float.eq(y, y));
  return v128.or(v.float.abs(x), sign);
}

/** The float beside `x` in the direction of `y`. */
export function nextafter(v: FloatLanes, x: Local<'v128'>, y: Local<'v128'>): Vec {
  const { eq, gt, ne } = v.float;
  const zero = v.number(0);
  // Away from zero the bits count up: 1 where both hold or none, else -1.
  const step = v128.or(v128.xor(gt(y, x), gt(x, zero)), v.integer(1));
  const least = v128.or(v128.and(y, v.number(-0)), v.integer(1));
  const moved = v.select(eq(x, zero), least, v.int.add(x, step));
  return v128.or(v.select(eq(x, y), y, moved), v128.or(ne(x, x), ne(y, y)));
}

/** A float64 as mantissa, between 1/2 and 1, and exponent. */
function parts(
  v: FloatLanes,
  x: Local<'v128'>,
): { readonly mantissa: Vec; readonly exponent: Vec; readonly plain: Vec } {
  const a = v.let(f64x2.abs(x));
  const small = v.let(f64x2.lt(a, v.number(2 ** -1022)));
  const lifted = v.let(v.select(small, f64x2.mul(x, v.number(2 ** 54)), x));
  const biased = v128.and(i64x2.shrU(lifted, 52), v.integer(2047n));
  // In the low bits of 2^52 an integer n is the float 2^52 + n.
  const float = f64x2.sub(v128.or(biased, v.number(2 ** 52)), v.number(2 ** 52 + 1022));
  const fraction = v128.andnot(lifted, v.integer(2047n << 52n));
  return {
    mantissa: v128.or(fraction, v.number(0.5)),
    exponent: f64x2.sub(float, v128.and(small, v.number(54))),
    plain: v128.andnot(f64x2.lt(a, v.number(Infinity)), f64x2.eq(a, v.number(0))),
  };
}

/** The exponent of a float64; 0 for 0, NaN and infinities. */
export function exponent(v: FloatLanes, x: Local<'v128'>): Vec {
  const { exponent: e, plain } = parts(v, x);
  return v128.and(e, plain);
}

/** `x * 2^n` for whole `n`, rounded once: the mantissa takes the first factor exactly. */
export function ldexp(v: FloatLanes, x: Local<'v128'>, n: Local<'v128'>): Vec {
  const clamp = (y: Vec, bound: number): Vec => f64x2.pmax(f64x2.pmin(y, v.number(bound)), v.number(-bound));
  const { mantissa, exponent: e, plain } = parts(v, x);
  const total = v.let(f64x2.add(e, clamp(n, 2200)));
  const first = v.let(clamp(total, 1000));
  const second = clamp(f64x2.sub(total, first), 100);
  const product = f64x2.mul(f64x2.mul(mantissa, powerOfTwo(v, first)), powerOfTwo(v, second));
  return v128.or(v.select(plain, product, x), f64x2.ne(n, n));
}
