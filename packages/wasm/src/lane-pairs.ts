import { f32x4, f64x2, i32x4, i64x2 } from './asm/simd.ts';
import type { Vec } from './asm/value.ts';

/** A 32-bit mask as two 64-bit masks. */
export function widenMask(mask: Vec): readonly Vec[] {
  return [i64x2.extendLowS(mask), i64x2.extendHighS(mask)];
}

/** Two 64-bit masks as one 32-bit mask; also the low halves of 64-bit integers. */
export function narrow(low: Vec, high: Vec): Vec {
  return i32x4.shuffle(low, high, [0, 2, 4, 6]);
}

/** The upper two 32-bit lanes as the lower two. */
export const upperHalf = (x: Vec): Vec => i64x2.shuffle(x, x, [1, 0]);
/** The lower halves of two vectors as one. */
export const join = (low: Vec, high: Vec): Vec => i64x2.shuffle(low, high, [0, 2]);

/** Two float64 vectors as one of float32. */
export function demote([x, y]: readonly Vec[]): Vec {
  return join(f32x4.demoteF64Zero(x!), f32x4.demoteF64Zero(y!));
}

/** One float32 vector as two of float64. */
export function promote(x: Vec): readonly Vec[] {
  return [f64x2.promoteLowF32(x), f64x2.promoteLowF32(upperHalf(x))];
}
