import type { Local } from '../asm/function-builder.ts';
import type { Vec } from '../asm/value.ts';
import type { FloatLanes } from '../lanes.ts';
import { ERF_FAR32, ERF_FAR64, ERF_NEAR32, ERF_NEAR64, EXP32, EXP64, TANH32, TANH64 } from './coefficients.ts';

type Bits = 32 | 64;

interface Table {
  /** Bits of the stored fraction. */
  readonly fraction: number;
  readonly bias: number;
  /** 1.5 times 2^fraction: adding it leaves the nearest integer in the low bits of the sum. */
  readonly magic: number;
  /** log(2) with so few bits that its products with exponents are exact, and the rest. */
  readonly ln2: readonly [high: number, low: number];
  /** Beyond these exp is infinite or 0. */
  readonly range: readonly [low: number, high: number];
  /** Below this expm1 is -1. */
  readonly expm1Low: number;
  /** Fit of (exp(r) - 1 - r) / r^2. */
  readonly exp: readonly number[];
}

const TABLES: { readonly [B in Bits]: Table } = {
  32: {
    fraction: 23,
    bias: 127,
    magic: 12582912,
    ln2: [0.693145751953125, 1.428606765330187e-6],
    range: [-104, 89],
    expm1Low: -20,
    exp: EXP32,
  },
  64: {
    fraction: 52,
    bias: 1023,
    magic: 6755399441055744,
    ln2: [0.6931471803691238, 1.9082149292705877e-10],
    range: [-746, 710],
    expm1Low: -40,
    exp: EXP64,
  },
};

/** `x = n log(2) + r`: the sum whose low bits are `n + shift`, and the two parts of `r = high - low`. */
interface Reduced {
  readonly sum: Local<'v128'>;
  readonly high: Local<'v128'>;
  readonly low: Vec;
}

function reduce(v: FloatLanes, x: Vec, shift: number): Reduced {
  const { magic, ln2 } = TABLES[v.bits];
  const offset = v.number(magic + shift);
  const sum = v.let(v.madd(x, v.number(Math.LOG2E), offset));
  const n = v.let(v.float.sub(sum, offset));
  return { sum, high: v.let(v.madd(n, v.number(-ln2[0]), x)), low: v.float.mul(n, v.number(ln2[1])) };
}

/** Holds a value in a range; NaN passes. */
function clamp(v: FloatLanes, x: Vec, low: number, high: number): Local<'v128'> {
  return v.let(v.float.pmax(v.float.pmin(x, v.number(high)), v.number(low)));
}

/** `exp(r) - 1` on the reduced range. */
function expm1Reduced(v: FloatLanes, r: Local<'v128'>): Vec {
  return v.madd(v.polynomial(r, TABLES[v.bits].exp), v.float.mul(r, r), r);
}

/** `exp(x)` for `x` whose result is a normal number. */
export function expOfModerate(v: FloatLanes, x: Vec): Vec {
  const { fraction, bias } = TABLES[v.bits];
  const { sum, high, low } = reduce(v, x, bias);
  const p = v.float.add(expm1Reduced(v, v.let(v.float.sub(high, low))), v.number(1));
  return v.float.mul(p, v.int.shl(sum, fraction));
}

/** `p * 2^n` in two factors, each a normal number, so that results overflow and underflow gradually; `sum` has `n` and twice the bias. */
function scale(v: FloatLanes, p: Vec, sum: Local<'v128'>): Vec {
  const { fraction } = TABLES[v.bits];
  const first = v.let(v.int.shrU(sum, 1));
  const second = v.int.sub(sum, first);
  return v.float.mul(v.float.mul(p, v.int.shl(first, fraction)), v.int.shl(second, fraction));
}

/** What {@link exp} takes besides its argument. */
interface ExpOptions {
  /** Added to the argument; below its precision. */
  readonly remainder?: Vec;
  /** Whether half of the result is meant, which overflows later. */
  readonly halved?: boolean;
}

/** `exp(x)`. */
export function exp(v: FloatLanes, x: Vec, { remainder, halved = false }: ExpOptions = {}): Vec {
  const { bias, range } = TABLES[v.bits];
  const [least, most] = range;
  const { sum, high, low } = reduce(v, clamp(v, x, least, most + Number(halved)), 2 * bias - Number(halved));
  const r = v.let(v.float.sub(high, remainder ? v.float.sub(low, remainder) : low));
  return scale(v, v.float.add(expm1Reduced(v, r), v.number(1)), sum);
}

/** `2^x`. */
export function exp2(v: FloatLanes, x: Vec): Vec {
  const { bias, magic, range } = TABLES[v.bits];
  const held = clamp(v, x, Math.floor(range[0] * Math.LOG2E), Math.ceil(range[1] * Math.LOG2E));
  const offset = v.number(magic + 2 * bias);
  const sum = v.let(v.float.add(held, offset));
  const r = v.let(v.float.mul(v.float.sub(held, v.float.sub(sum, offset)), v.number(Math.LN2)));
  return scale(v, v.float.add(expm1Reduced(v, r), v.number(1)), sum);
}

/** `exp(x) - 1`. */
export function expm1(v: FloatLanes, x: Local<'v128'>): Vec {
  const { fraction, bias, range, expm1Low } = TABLES[v.bits];
  const { sum, high, low } = reduce(v, clamp(v, x, expm1Low, range[1]), bias - 1);
  const small = v.let(low);
  const r = v.let(v.float.sub(high, small));
  const lost = v.float.sub(v.float.sub(high, r), small);
  const tail = v.float.mul(v.polynomial(r, TABLES[v.bits].exp), v.float.mul(r, r));
  const p = v.let(v.float.add(v.float.add(tail, lost), r));
  // Half of the result: 2^n itself would overflow just below the largest result.
  const half = v.let(v.int.shl(sum, fraction));
  const h = v.let(v.float.add(v.float.mul(p, half), v.float.sub(half, v.number(0.5))));
  return v.withSign(v.float.add(h, h), x);
}

const TANH: { readonly [B in Bits]: readonly number[] } = { 32: TANH32, 64: TANH64 };

/** `tanh(x)`: a polynomial below 0.625, `1 - 2 / (exp(2|x|) + 1)` above. */
export function tanh(v: FloatLanes, x: Local<'v128'>): Vec {
  const { float } = v;
  const a = v.let(float.abs(x));
  const z = v.let(float.mul(a, a));
  const near = v.let(v.madd(float.mul(v.polynomial(z, TANH[v.bits]), z), a, a));
  // From 20 on the result rounds to 1.
  const e = expOfModerate(v, v.let(float.pmin(float.add(a, a), v.number(40))));
  const far = float.sub(v.number(1), float.div(v.number(2), float.add(e, v.number(1))));
  return v.withSign(v.select(float.lt(a, v.number(0.625)), near, far), x);
}

interface ErfTable {
  /** Where the two fits meet, and from where the result is 1. */
  readonly seam: number;
  readonly end: number;
  /** Fit of erf(x) / x - 1 in x^2 below the seam. */
  readonly near: readonly number[];
  /** Fit of log(erfc(x)) above the seam. */
  readonly far: readonly number[];
}

const ERF: { readonly [B in Bits]: ErfTable } = {
  32: { seam: 0.92, end: 4, near: ERF_NEAR32, far: ERF_FAR32 },
  64: { seam: 1, end: 6, near: ERF_NEAR64, far: ERF_FAR64 },
};

/** `erf(x)`: a polynomial near 0, `1 - exp(p(|x|))` farther out, where p is a polynomial that approximates `log(erfc)`. */
export function erf(v: FloatLanes, x: Local<'v128'>): Vec {
  const { float } = v;
  const { seam, end, near, far } = ERF[v.bits];
  const a = v.let(float.abs(x));
  const z = v.let(float.mul(a, a));
  const inner = v.let(v.madd(v.polynomial(z, near), a, a));
  const held = v.let(float.pmin(a, v.number(end)));
  const outer = float.sub(v.number(1), expOfModerate(v, v.let(v.polynomial(held, far))));
  return v.withSign(v.select(float.lt(a, v.number(seam)), inner, outer), x);
}
