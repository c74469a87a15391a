/** The upper 32 bits of the product of two words of 32 bits, signed or not; an integer from 0 to 2^32 - 1. */
export function timesHigh(a: number, b: number): number {
  // the product of two doubles is off by less than 2^11, which the rounding takes away
  const low = Math.imul(a, b) >>> 0;
  return (((a >>> 0) * (b >>> 0) - low) / 4294967296 + 0.5) >>> 0;
}

/** Writes a whole number into two words of an int64 memory, clamped to what it holds. */
export function storeInt64(words: Int32Array, place: number, value: number): void {
  const fits = value < 9223372036854775808;
  words[2 * place] = fits ? value : -1;
  words[2 * place + 1] = fits ? Math.floor(value / 4294967296) : 0x7fffffff;
}
