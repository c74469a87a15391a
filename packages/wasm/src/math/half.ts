import { f32x4, i32x4, i64x2, v128 } from '../asm/simd.ts';
import type { Vec } from '../asm/value.ts';
import { demote } from '../lane-pairs.ts';
import type { FloatLanes } from '../lanes.ts';

/** Float16 bits as float32: the fields are moved into place, the product mends the bias of the exponent and subnormal numbers. */
export function halfToFloat(v: FloatLanes, bits: Vec): Vec {
  const half = v.let(bits);
  const fields = v.let(i32x4.shl(v128.and(half, v.integer(0x7fff)), 13));
  const special = v128.and(i32x4.ge(fields, v.integer(0x7c00 << 13)), v.integer(0x7f800000));
  const magnitude = v128.or(f32x4.mul(fields, v.number(2 ** 112)), special);
  return v128.or(magnitude, i32x4.shl(v128.and(half, v.integer(0x8000)), 16));
}

/** The bits of the nearest float16, ties to even. */
export function floatToHalf(v: FloatLanes, x: Vec): Vec {
  const value = v.let(x);
  const a = v.let(f32x4.abs(value));
  // Rounding to 10 bits by adding half of what is cut off, less the last bit that is kept.
  const odd = v128.and(i32x4.shrU(a, 13), v.integer(1));
  const normal = i32x4.shrU(i32x4.add(i32x4.add(a, v.integer(((15 - 127) << 23) + 0xfff)), odd), 13);
  // Beside 0.5 a float32 has the spacing of subnormal float16.
  const subnormal = i32x4.sub(f32x4.add(a, v.number(0.5)), v.number(0.5));
  const finite = v.select(f32x4.lt(a, v.number(2 ** -14)), subnormal, normal);
  const bounded = v.let(v.select(f32x4.ge(a, v.number(65520)), v.integer(0x7c00), finite));
  const signed = v128.or(bounded, v128.and(i32x4.shrU(value, 16), v.integer(0x8000)));
  return v.select(f32x4.eq(value, value), signed, v.integer(0x7e00));
}

/** Float64 as float16, rounded once: on the way to float32 what is cut off leaves a trace in the last bit. */
export function doubleToHalf(
  { narrowLanes, wideLanes: v }: { readonly narrowLanes: FloatLanes; readonly wideLanes: FloatLanes },
  group: readonly Vec[],
): Vec {
  const odd = group.map((half) => {
    const x = v.let(half);
    const lost = v128.and(x, v.integer((1n << 29n) - 1n));
    const trace = v128.and(i64x2.ne(lost, v.integer(0n)), v.integer(1n << 29n));
    return v128.or(v128.and(x, v.integer(-(1n << 29n))), trace);
  });
  return floatToHalf(narrowLanes, demote(odd));
}
