import type { TypedArray } from '../dtype.ts';
import { ParityError } from '../errors.ts';

const f32 = new Float32Array(1);
const i32 = new Int32Array(f32.buffer);
const f64 = new Float64Array(1);
const i64 = new BigInt64Array(f64.buffer);

// Floats in order as integers: the distance of two neighbours is 1, of -0 and 0 too.
const order32 = (x: number): number => ((f32[0] = x), i32[0]! < 0 ? -2147483649 - i32[0]! : i32[0]!);
const order64 = (x: number): bigint => ((f64[0] = x), i64[0]! < 0n ? -9223372036854775809n - i64[0]! : i64[0]!);

/**
 * Distance of two floats of the given width in units in the last place; 0 for two NaN, infinite when only one is NaN.
 *
 * @example
 * ulpDistance(1, 1 + 2 ** -23, 32) // => 1
 * ulpDistance(0, -0, 64) // => 1
 */
export function ulpDistance(a: number, b: number, bits: 32 | 64): number {
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity;
  if (bits === 32) return Math.abs(order32(a) - order32(b));
  const distance = order64(a) - order64(b);
  return Number(distance < 0n ? -distance : distance);
}

/** Distance of two elements: in ulps for floats, 0 or infinite for all others and for zeros of different sign. */
export function elementDistance(a: number | bigint, b: number | bigint, memory: TypedArray): number {
  if (a === 0 && b === 0 && !Object.is(a, b)) return Infinity;
  if (memory instanceof Float32Array) return ulpDistance(a as number, b as number, 32);
  if (memory instanceof Float64Array) return ulpDistance(a as number, b as number, 64);
  return a === b ? 0 : Infinity;
}

/**
 * Compares two memories element by element.
 *
 * @param where - Names the case in the error.
 * @param ulps - Distance allowed for floats; 0 means bit-equal up to the payload of NaN.
 * @returns The number of elements compared.
 * @throws ParityError at the first element that is further away.
 */
export function compareMemory(where: string, got: TypedArray, want: TypedArray, ulps: number): number {
  for (let i = 0; i < want.length; i++) {
    if (Object.is(got[i], want[i])) continue;
    const distance = elementDistance(got[i]!, want[i]!, want);
    if (distance > ulps) {
      throw new ParityError({
        where,
        what: `element ${i} of ${want.length} differs from the reference by ${distance} ulp`,
        got: spell(got[i]!),
        expected: `${spell(want[i]!)} within ${ulps} ulp`,
      });
    }
  }
  return want.length;
}

function spell(x: number | bigint): string {
  return Object.is(x, -0) ? '-0' : String(x);
}
