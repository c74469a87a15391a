import type { Local } from '../asm/function-builder.ts';
import { f64x2, i64x2, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { FloatLanes } from '../lanes.ts';
import { ASIN, ATAN } from './coefficients.ts';

const { abs, add, div, eq, gt, lt, mul, ne, sub } = f64x2;
/** What pi/2 and pi lack as float64. */
const HALF_PI_LOW = 6.123233995736766e-17;
const PI_LOW = 2 * HALF_PI_LOW;

/** The angle whose tangent is `a`, not negative: a polynomial up to tan(pi/8), beside pi/4 of (a - 1) / (a + 1), beside pi/2 of -1 / a. */
function atanOf(v: FloatLanes, a: Local<'v128'>): Vec {
  const [far, middle] = [v.let(gt(a, v.number(1 + Math.SQRT2))), v.let(gt(a, v.number(Math.SQRT2 - 1)))];
  const pick = (x: Vec, y: Vec, z: Vec): Vec => v.select(far, x, v.select(middle, y, z));
  const [zero, one] = [v.number(0), v.number(1)];
  const t = v.let(div(pick(v.number(-1), sub(a, one), a), pick(a, add(a, one), one)));
  const z = v.let(mul(t, t));
  const rest = v.madd(mul(t, z), v.polynomial(z, ATAN), pick(v.number(HALF_PI_LOW), v.number(HALF_PI_LOW / 2), zero));
  return add(pick(v.number(Math.PI / 2), v.number(Math.PI / 4), zero), add(t, rest));
}

/** `atan(x)`. */
export function atan(v: FloatLanes, x: Local<'v128'>): Vec {
  return v.withSign(atanOf(v, v.let(abs(x))), x);
}

/** The angle of the point (`x`, `y`). */
export function atan2(v: FloatLanes, y: Local<'v128'>, x: Local<'v128'>): Vec {
  const [rise, run] = [v.let(abs(y)), v.let(abs(x))];
  const infinity = v.number(Infinity);
  const diagonal = v128.and(eq(rise, infinity), eq(run, infinity));
  const slope = v.let(v.select(diagonal, v.number(1), v.select(eq(rise, v.number(0)), rise, div(rise, run))));
  const angle = v.let(atanOf(v, slope));
  const turned = sub(v.number(Math.PI), sub(angle, v.number(PI_LOW)));
  const signed = v.withSign(v.select(i64x2.shrS(x, 63), turned, angle), y);
  return v128.or(signed, v128.or(ne(x, x), ne(y, y)));
}

/** What asin and acos share: up to 1/2 a polynomial in `x^2`, above in `(1 - |x|) / 2`, whose root is half of the angle's sine. */
interface Half {
  readonly small: Local<'v128'>;
  readonly a: Local<'v128'>;
  /** `|x|`, or the root; and the root in few bits with what that lacks. */
  readonly s: Local<'v128'>;
  readonly high: Local<'v128'>;
  readonly low: Local<'v128'>;
  /** The relative difference of the angle and its sine. */
  readonly p: Local<'v128'>;
}

function halfAngle(v: FloatLanes, x: Vec): Half {
  const a = v.let(abs(x));
  const small = v.let(lt(a, v.number(0.5)));
  const z = v.let(v.select(small, mul(a, a), mul(sub(v.number(1), a), v.number(0.5))));
  const s = v.let(v.select(small, a, f64x2.sqrt(z)));
  const high = v.let(v128.and(s, v.integer(-(1n << 32n))));
  // The summand keeps 0 / 0 away.
  const low = v.let(div(sub(z, mul(high, high)), add(add(s, high), v.number(1e-300))));
  return { a, small, s, high, low, p: v.let(mul(z, v.polynomial(z, ASIN))) };
}

/** `asin(x)`. */
export function asin(v: FloatLanes, x: Local<'v128'>): Vec {
  const { small, s, high, low, p } = halfAngle(v, x);
  const quarter = v.number(Math.PI / 4);
  const twice = (y: Vec): Vec => mul(y, v.number(2));
  const rest = sub(twice(mul(s, p)), sub(v.number(HALF_PI_LOW), twice(low)));
  const far = sub(quarter, sub(rest, sub(quarter, twice(high))));
  return v.withSign(v.select(small, v.madd(s, p, s), far), x);
}

/** `acos(x)`. */
export function acos(v: FloatLanes, x: Local<'v128'>): Vec {
  const { small, s, high, low, p } = halfAngle(v, x);
  const lost = v.number(HALF_PI_LOW);
  const near = sub(v.number(Math.PI / 2), sub(x, sub(lost, mul(x, p))));
  const twice = (y: Vec): Vec => mul(y, v.number(2));
  const product = v.let(mul(s, p));
  const positive = twice(add(high, add(product, low)));
  const negative = sub(v.number(Math.PI), twice(add(s, sub(product, lost))));
  return v.select(small, near, v.select(i64x2.shrS(x, 63), negative, positive));
}
