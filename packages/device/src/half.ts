const f32 = new Float32Array(1);
const u32 = new Uint32Array(f32.buffer);

/**
 * The number that the bits of a float16 stand for (IEEE 754 binary16).
 *
 * @example
 * halfToNumber(0x3c00) // => 1
 */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const power = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (power === 31) return fraction === 0 ? sign * Infinity : NaN;
  return power === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (power - 25);
}

/**
 * The bits of the float16 nearest to a number, ties to even.
 *
 * @example
 * numberToHalf(1) // => 15360
 */
export function numberToHalf(x: number): number {
  if (x !== x) return 0x7e00;
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const a = Math.abs(x);
  if (a >= 65520) return sign | 0x7c00;
  if (a < 2 ** -14) return sign | roundToEven(a * 2 ** 24);
  // The exponent of the float64 is that of the float32 rounded towards zero; 11 bits of the mantissa are kept.
  f32[0] = a;
  let power = (u32[0]! >>> 23) - 127;
  if (2 ** power > a) power--;
  const kept = roundToEven(a * 2 ** (10 - power));
  return kept === 2048 ? sign | ((power + 16) << 10) : sign | ((power + 15) << 10) | (kept - 1024);
}

/** A number rounded to float16 precision. */
export function roundHalf(x: number): number {
  return halfToNumber(numberToHalf(x));
}

function roundToEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
