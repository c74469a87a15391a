import type { Local } from '../asm/function-builder.ts';
import { f32x4, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import type { FloatLanes } from '../lanes.ts';
import { LOG32, LOG64 } from './coefficients.ts';

type Bits = 32 | 64;

interface Table {
  readonly fraction: number;
  readonly bias: number;
  readonly ln2: readonly [high: number, low: number];
  /** Bit pattern of sqrt(1/2), where the mantissa is split, and the mask of the fraction bits. */
  readonly root: bigint;
  readonly mask: bigint;
  readonly tiny: number;
  /** Power of two that makes subnormal numbers normal. */
  readonly lift: number;
}

const TABLES: { readonly [B in Bits]: Table } = {
  32: {
    fraction: 23,
    bias: 127,
    ln2: [0.693145751953125, 1.428606765330187e-6],
    root: 0x3f3504f3n,
    mask: 0x7fffffn,
    tiny: 2 ** -126,
    lift: 23,
  },
  64: {
    fraction: 52,
    bias: 1023,
    ln2: [0.6931471803691238, 1.9082149292705877e-10],
    root: 0x3fe6a09e667f3bcdn,
    mask: 0xfffffffffffffn,
    tiny: 2 ** -1022,
    lift: 52,
  },
};

/** A number as `2^k (1 + f)` with `1 + f` between sqrt(1/2) and sqrt(2). */
export interface Split {
  readonly k: Local<'v128'>;
  readonly f: Local<'v128'>;
  /** The biased exponent in its place among the bits. */
  readonly exponent: Local<'v128'>;
}

/** Splits normal positive numbers; `lifted` is subtracted from the exponent. */
export function split(v: FloatLanes, x: Vec, lifted?: Vec): Split {
  const { fraction, bias, root, mask } = TABLES[v.bits];
  const one = BigInt(bias) << BigInt(fraction);
  const moved = v.let(v.int.add(x, v.integer(one - root)));
  const biased = v.int.shrU(moved, fraction);
  // There is no conversion of 64-bit integers: in the low bits of 2^52 they are the float 2^52 + n.
  const base = v.bits === 32 ? bias : 2 ** 52 + bias;
  const float = v.bits === 32 ? f32x4.convertI32(biased) : v128.or(biased, v.number(2 ** 52));
  const k = v.float.sub(float, lifted ? v.float.add(v.number(base), lifted) : v.number(base));
  const mantissa = v.int.add(v128.and(moved, v.integer(mask)), v.integer(root));
  const exponent = v128.and(moved, v.integer(~mask));
  return { k: v.let(k), f: v.let(v.float.sub(mantissa, v.number(1))), exponent: v.let(exponent) };
}

function logOfSplit(v: FloatLanes, k: Local<'v128'>, f: Local<'v128'>): Vec {
  const { float } = v;
  const { ln2 } = TABLES[v.bits];
  const low = float.mul(k, v.number(ln2[1]));
  const high = float.mul(k, v.number(ln2[0]));
  if (v.bits === 32) {
    const z = v.let(float.mul(f, f));
    const cubic = v.madd(float.mul(f, z), v.polynomial(f, LOG32), low);
    return float.add(high, float.add(f, v.madd(z, v.number(-0.5), cubic)));
  }
  const s = v.let(float.div(f, float.add(f, v.number(2))));
  const z = v.let(float.mul(s, s));
  const half = v.let(float.mul(float.mul(f, v.number(0.5)), f));
  const rest = v.madd(s, float.add(half, float.mul(z, v.polynomial(z, LOG64))), low);
  return float.sub(high, float.sub(float.sub(half, rest), f));
}

/** Puts in what the formula does not give: NaN below `zero`, minus infinity at it, infinity and NaN for themselves. */
function withLimits(v: FloatLanes, x: Local<'v128'>, result: Vec, zero: number): Vec {
  const finite = v.select(v.float.lt(x, v.number(Infinity)), result, x);
  const real = v128.or(finite, v.float.lt(x, v.number(zero)));
  return v.select(v.float.eq(x, v.number(zero)), v.number(-Infinity), real);
}

/** Splits positive numbers, subnormal ones too. */
function splitAny(v: FloatLanes, x: Local<'v128'>): Split {
  const { tiny, lift } = TABLES[v.bits];
  const small = v.let(v.float.lt(x, v.number(tiny)));
  return split(v, v.select(small, v.float.mul(x, v.number(2 ** lift)), x), v128.and(small, v.number(lift)));
}

/** `log(x)`. */
export function log(v: FloatLanes, x: Local<'v128'>): Vec {
  const { k, f } = splitAny(v, x);
  return withLimits(v, x, logOfSplit(v, k, f), 0);
}

/** A base: 1 and log(2) as logarithms of e and 2 to it, each in a first part whose products with 21 bits are exact, and the rest. */
interface Base {
  readonly e: readonly [high: number, low: number];
  readonly two: readonly [high: number, low: number];
}

const BASES: { readonly [B in 2 | 10]: Base } = {
  2: { e: [1.4426946640014648, 3.768874985636099e-7], two: [1, 0] },
  10: {
    e: [0.4342944622039795, 1.9699272335463627e-8],
    two: [0.30102992057800293, 7.508597826552624e-8],
  },
};

/** `log2(x)` or `log10(x)` of float64: the logarithm in two parts, so that whole results are exact. */
export function logBase(v: FloatLanes, x: Local<'v128'>, base: 2 | 10): Vec {
  const { add, div, mul, sub } = v.float;
  const { e, two } = BASES[base];
  const { k, f } = splitAny(v, x);
  const s = v.let(div(f, add(f, v.number(2))));
  const z = v.let(mul(s, s));
  const half = v.let(mul(mul(f, v.number(0.5)), f));
  const high = v.let(v128.and(sub(f, half), v.integer(-(1n << 32n))));
  const rest = add(sub(sub(f, high), half), mul(s, add(half, mul(z, v.polynomial(z, LOG64)))));
  const low = v.let(rest);
  const whole = v.let(mul(k, v.number(two[0])));
  const main = v.let(mul(high, v.number(e[0])));
  const minor = add(mul(k, v.number(two[1])), add(mul(add(low, high), v.number(e[1])), mul(low, v.number(e[0]))));
  const sum = v.let(add(whole, main));
  return withLimits(v, x, add(sum, add(minor, add(sub(whole, sum), main))), 0);
}

/** `log(1 + x)`. */
export function log1p(v: FloatLanes, x: Local<'v128'>): Vec {
  const { float } = v;
  const { fraction, bias } = TABLES[v.bits];
  const one = v.number(1);
  const u = v.let(float.add(x, one));
  const { k, f, exponent } = split(v, u);
  // What 1 + x lost in rounding, exactly (Knuth's two-sum), scaled as the mantissa is.
  const back = v.let(float.sub(u, one));
  const lost = float.add(float.sub(one, float.sub(u, back)), float.sub(x, back));
  const scale = v.int.sub(v.integer(BigInt(2 * bias) << BigInt(fraction)), exponent);
  const whole = v.let(float.add(f, v128.and(float.mul(lost, scale), float.lt(x, v.number(2 ** fraction * 4)))));
  return withLimits(v, x, v.withSign(logOfSplit(v, k, whole), x), -1);
}
