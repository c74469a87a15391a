import type { Local } from '../asm/function-builder.ts';
import { f64x2, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { FloatLanes } from '../lanes.ts';
import { ATANH_TAIL } from './coefficients.ts';
import { exp } from './exponential.ts';
import { log, split } from './logarithm.ts';

/** A number as the unevaluated sum of two. */
interface Pair {
  readonly high: Local<'v128'>;
  readonly low: Local<'v128'>;
}

/** log(2), the first part of 33 bits so that its products with exponents are exact. */
const LN2 = [0.6931471803691238, 1.9082149292705877e-10] as const;
const TWO_THIRDS = [0.6666666567325592, 9.934107462565104e-9] as const;
/** The upper 26 bits of the mantissa: products of two such numbers are exact. */
function upper(v: FloatLanes, x: Vec): Local<'v128'> {
  return v.let(v128.and(x, v.integer(-(1n << 27n))));
}

/** `log(x)` to about 64 bits, for positive normal `x`, by the series of atanh in pairs of numbers (Dekker 1971). */
function logPair(v: FloatLanes, x: Vec, lifted: Vec): Pair {
  const { add, sub, mul, div } = f64x2;
  const { k, f } = split(v, x, lifted);
  const two = v.number(2);
  const d = v.let(add(two, f));
  const dHigh = upper(v, d);
  const dLow = add(sub(d, dHigh), sub(f, sub(d, two)));
  const inverse = v.let(div(v.number(1), d));
  const s = v.let(mul(f, inverse));
  const sHigh = upper(v, s);
  const sLow = v.let(mul(sub(sub(f, mul(sHigh, dHigh)), mul(sHigh, dLow)), inverse));
  const square = v.let(mul(sHigh, sHigh));
  const z = v.let(mul(s, s));
  const r = v.let(add(mul(mul(z, z), v.polynomial(z, ATANH_TAIL)), mul(sLow, add(sHigh, s))));
  const w = upper(v, add(add(v.number(3), square), r));
  const wLow = sub(r, sub(sub(w, v.number(3)), square));
  const u = v.let(mul(sHigh, w));
  const rest = v.let(add(mul(sLow, w), mul(wLow, s)));
  const p = upper(v, add(u, rest));
  const pLow = sub(rest, sub(p, u));
  const q = v.let(mul(p, v.number(TWO_THIRDS[0])));
  const qLow = v.let(add(add(mul(p, v.number(TWO_THIRDS[1])), mul(pLow, v.number(2 / 3))), mul(k, v.number(LN2[1]))));
  const whole = v.let(mul(k, v.number(LN2[0])));
  const high = upper(v, add(add(q, qLow), whole));
  return { high, low: v.let(sub(qLow, sub(sub(high, whole), q))) };
}

/** `|x|^y` for finite `y` and for `|x|` neither 0 nor infinite. */
function magnitude(v: FloatLanes, x: Local<'v128'>, y: Local<'v128'>, short: boolean): Vec {
  const { add, sub, mul } = f64x2;
  if (short) return exp(v, v.let(mul(y, log(v, x))));
  const small = v.let(f64x2.lt(x, v.number(2 ** -1022)));
  const { high, low } = logPair(v, v.select(small, mul(x, v.number(2 ** 52)), x), v128.and(small, v.number(52)));
  const yHigh = upper(v, y);
  const product = v.let(mul(yHigh, high));
  const rest = v.let(add(mul(sub(y, yHigh), high), mul(y, low)));
  const sum = v.let(add(product, rest));
  // Where the power overflows or vanishes the remainder means nothing.
  const error = v128.and(sub(rest, sub(sum, product)), f64x2.lt(f64x2.abs(sum), v.number(1000)));
  return exp(v, sum, { remainder: error });
}

/** `x^y` as C and NumPy define it; `short` when the result will be rounded to float32. */
export function pow(v: FloatLanes, x: Local<'v128'>, y: Local<'v128'>, short: boolean): Vec {
  const { eq, ne, lt } = f64x2;
  const { and, or, xor, andnot } = v128;
  const [zero, one, infinity] = [v.number(0), v.number(1), v.number(Infinity)];
  const a = v.let(f64x2.abs(x));
  // At this exponent the power of every number but 1 has overflowed or vanished already.
  const held = v.let(f64x2.pmax(f64x2.pmin(y, v.number(2 ** 80)), v.number(-(2 ** 80))));
  const inner = v.let(magnitude(v, a, held, short));
  const unbounded = v.let(eq(a, infinity));
  const limit = and(infinity, xor(lt(y, zero), unbounded));
  const positive = v.let(v.select(or(eq(a, zero), unbounded), limit, inner));
  const whole = v.let(eq(f64x2.floor(y), y));
  const half = v.let(f64x2.mul(y, v.number(0.5)));
  const odd = and(whole, ne(f64x2.floor(half), half));
  const signed = xor(positive, and(and(x, v.number(-0)), odd));
  const invalid = or(andnot(and(lt(x, zero), ne(a, infinity)), whole), or(ne(x, x), ne(y, y)));
  return v.select(or(eq(y, zero), eq(x, one)), one, or(signed, invalid));
}
