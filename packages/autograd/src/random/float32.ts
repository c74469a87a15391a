// Normal values as PyTorch's x86-64 build makes them sixteen at a time: Box-Muller in float32 with the Cephes polynomials
// of its vector unit, every fused multiply-add where that build has one. Source: Cephes `logf`, `sinf`, `cosf` (Moshier).

const f = Math.fround;
const bits = new Float32Array(1);
const word = new Int32Array(bits.buffer);

const LOG_POLYNOMIAL = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f);
const SQRT_HALF = f(0.7071067811865476);
const LN2_HIGH = f(0.693359375);
const LN2_LOW = f(-2.1219444e-4);
const TWO_PI = f(2 * Math.PI);
const FOUR_OVER_PI = f(1.27323954473516);
const [PI_4A, PI_4B, PI_4C] = [f(-0.78515625), f(-2.4187564849853516e-4), f(-3.774894977445941e-8)] as const;
const [SIN_0, SIN_1, SIN_2] = [f(-1.9515295891e-4), f(8.3321608736e-3), f(-1.6666654611e-1)] as const;
const [COS_0, COS_1, COS_2] = [f(2.443315711809948e-5), f(-1.388731625493765e-3), f(4.166664568298827e-2)] as const;

/**
 * Fused multiply-add of float32 values, `a * b + c` rounded once to float32.
 *
 * @example
 * fma32(2, 3, 4) // => 10
 */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const rounded = f(sum);
  // The product is exact in a double, the sum nearly: only when it lands half-way between two floats does its error decide.
  const other = 2 * sum - rounded;
  if (other === rounded || f(other) !== other) return rounded;
  const virtual = sum - product;
  const error = product - (sum - virtual) + (c - virtual);
  if (error === 0) return rounded;
  return error > 0 ? Math.max(rounded, other) : Math.min(rounded, other);
}

/** Natural logarithm of a float32 in (0, 1], as the vector unit's. */
function log32(x: number): number {
  bits[0] = x;
  let exponent = (word[0]! >>> 23) - 126;
  word[0] = (word[0]! & 0x7fffff) | 0x3f000000;
  const m = bits[0];
  let r = f(m - 1);
  if (m < SQRT_HALF) {
    exponent -= 1;
    r = f(r + m);
  }
  const square = f(r * r);
  let p = LOG_POLYNOMIAL[0]!;
  for (let i = 1; i < 9; i++) p = fma32(p, r, LOG_POLYNOMIAL[i]!);
  p = fma32(f(p * r), square, f(exponent * LN2_LOW));
  p = f(p - square * 0.5);
  return f(exponent * LN2_HIGH + f(r + p));
}

/** Cosine and sine of a float32 angle in [0, 2 pi], the cosine first. */
function cosSin32(x: number): [number, number] {
  const octant = (Math.trunc(f(x * FOUR_OVER_PI)) + 1) & ~1;
  const r = fma32(PI_4C, octant, fma32(PI_4B, octant, fma32(PI_4A, octant, x)));
  const square = f(r * r);
  const half = square * 0.5;
  const c = f(fma32(square, f(square * fma32(fma32(COS_0, square, COS_1), square, COS_2)), -half) + 1);
  const s = fma32(r, f(square * fma32(fma32(SIN_0, square, SIN_1), square, SIN_2)), r);
  const sine = octant & 2 ? c : s;
  const cosine = octant & 2 ? s : c;
  return [(octant - 2) & 4 ? cosine : -cosine, octant & 4 ? -sine : sine];
}

/**
 * Turns sixteen uniform values in [0, 1) into sixteen normal ones in place: eight radii, then eight angles.
 *
 * @param data Float32 memory, 16 values from `offset` on.
 */
export function boxMuller32(data: Float32Array, offset: number, mean: number, std: number): void {
  for (let i = offset; i < offset + 8; i++) {
    const radius = f(Math.sqrt(f(-2 * log32(f(1 - data[i]!)))));
    const [cosine, sine] = cosSin32(f(TWO_PI * data[i + 8]!));
    data[i] = fma32(f(radius * cosine), std, mean);
    data[i + 8] = fma32(f(radius * sine), std, mean);
  }
}
