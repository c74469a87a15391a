import { callValue, type FunctionRef, type Local } from '../asm/function-builder.ts';
import { f64x2, i64x2, v128 } from '../asm/simd.ts';
import { type Value, type Vec } from '../asm/value.ts';
import type { FloatLanes } from '../lanes.ts';
import { COS, COS_SHORT, SIN, SIN_SHORT } from './coefficients.ts';

/** pi/2 in parts of 33 bits, so that products with integers below 2^20 are exact, and the rest. */
const HALF_PI = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21] as const;
/** Above this the reduction would lose digits; a call of the engine's own function takes over. */
const LIMIT = 1e6;
/** 1.5 times 2^52: adding it leaves the nearest integer in the low bits of the sum. */
const MAGIC = 6755399441055744;

/** What the angle needs: quadrants for cosine start one later. */
export interface Trigonometric {
  readonly quadrant: 0 | 1;
  /** The function of the engine for one large angle. */
  readonly slow: FunctionRef;
  /** Whether the result will be rounded to float32. */
  readonly short: boolean;
}

/** Quadrant of the angle and its distance from a multiple of pi/2, in two parts. */
function reduce(
  v: FloatLanes,
  x: Vec,
  short: boolean,
): { readonly sum: Local<'v128'>; readonly r: Local<'v128'>; readonly low: Local<'v128'> | undefined } {
  const sum = v.let(f64x2.add(f64x2.mul(x, v.number(2 / Math.PI)), v.number(MAGIC)));
  const n = v.let(f64x2.sub(sum, v.number(MAGIC)));
  const part = (i: 0 | 1 | 2): Vec => f64x2.mul(n, v.number(HALF_PI[i]));
  const a = v.let(f64x2.sub(x, part(0)));
  const b = v.let(part(1));
  const d = v.let(f64x2.sub(a, b));
  if (short) return { sum, r: d, low: undefined };
  // Knuth's two-difference: d + rest is a - b exactly, also where a has cancelled to less than b.
  const back = v.let(f64x2.sub(d, a));
  const rest = v.let(f64x2.sub(f64x2.sub(f64x2.sub(a, f64x2.sub(d, back)), f64x2.add(b, back)), part(2)));
  const r = v.let(f64x2.add(d, rest));
  return { sum, r, low: v.let(f64x2.add(f64x2.sub(d, r), rest)) };
}

function sine(v: FloatLanes, r: Local<'v128'>, z: Local<'v128'>, low: Local<'v128'> | undefined): Vec {
  if (!low) return v.madd(f64x2.mul(r, z), v.polynomial(z, SIN_SHORT), r);
  const cubic = v.let(f64x2.mul(z, r));
  const rest = v.madd(cubic, v.polynomial(z, SIN.slice(1)), f64x2.mul(low, v.number(-0.5)));
  return f64x2.add(r, v.madd(cubic, v.number(SIN[0]!), v.madd(z, rest, low)));
}

function cosine(v: FloatLanes, r: Local<'v128'>, z: Local<'v128'>, low: Local<'v128'> | undefined): Vec {
  const half = v.let(f64x2.mul(z, v.number(0.5)));
  const near = v.let(f64x2.sub(v.number(1), half));
  if (!low) return v.madd(f64x2.mul(z, z), v.polynomial(z, COS_SHORT), near);
  const lost = f64x2.sub(f64x2.sub(v.number(1), near), half);
  return f64x2.add(near, f64x2.add(lost, v.madd(f64x2.mul(z, z), v.polynomial(z, COS), f64x2.mul(f64x2.neg(r), low))));
}

/** Sine or cosine of two float64 angles. */
export function sinCos(v: FloatLanes, x: Local<'v128'>, { quadrant, slow, short }: Trigonometric): Vec {
  const { sum, r, low } = reduce(v, x, short);
  const z = v.let(f64x2.mul(r, r));
  const q = v.let(quadrant ? i64x2.add(sum, v.integer(1n)) : sum);
  const odd = i64x2.neg(v128.and(q, v.integer(1n)));
  const magnitude = v.select(odd, cosine(v, r, z, low), sine(v, r, z, low));
  const flip = i64x2.shl(v128.and(q, v.integer(2n)), 62);
  const result = v.let(v128.xor(magnitude, flip));
  // A zero keeps its sign, which the reduction loses.
  if (quadrant === 0) v.f.set(result, v.select(f64x2.eq(x, v.number(0)), x, result));
  replaceLarge(v, x, slow, result);
  return result;
}

/** Tangent of two float64 angles. */
export function tan(v: FloatLanes, x: Local<'v128'>, { slow, short }: Omit<Trigonometric, 'quadrant'>): Vec {
  const { sum, r, low } = reduce(v, x, short);
  const z = v.let(f64x2.mul(r, r));
  const odd = v.let(i64x2.neg(v128.and(sum, v.integer(1n))));
  const [s, c] = [v.let(sine(v, r, z, low)), v.let(cosine(v, r, z, low))];
  const quotient = f64x2.div(v.select(odd, c, s), v.select(odd, s, c));
  const result = v.let(v128.xor(quotient, v128.and(odd, v.number(-0))));
  v.f.set(result, v.select(f64x2.eq(x, v.number(0)), x, result));
  replaceLarge(v, x, slow, result);
  return result;
}

/** Puts in what the reduction does not reach, if any lane needs it. */
function replaceLarge(v: FloatLanes, x: Local<'v128'>, slow: FunctionRef, result: Local<'v128'>): void {
  const large = v.let(v128.not(f64x2.lt(f64x2.abs(x), v.number(LIMIT))));
  const exact = (lane: number): Value<'f64'> => callValue(slow, 'f64', [f64x2.extract(x, lane)]);
  v.f.if(v128.anyTrue(large), () => {
    const both = v.let(f64x2.splat(exact(0)));
    v.f.set(result, v128.bitselect(f64x2.replace(both, 1, exact(1)), result, large));
  });
}
