const SPLIT = 2 ** 27 + 1;
const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

/**
 * Fused multiply-add, `a * b + c` rounded once, as the processor's instruction gives it.
 *
 * JavaScript has no such operation, and C libraries compiled with it round differently from those without.
 * Source: Boldo & Melquiond 2008, "Emulation of FMA and correctly rounded sums", algorithm Fma with a sum rounded to odd.
 * Exact for finite values while no product or split leaves the normal range (magnitudes between about 2^-480 and 2^480).
 *
 * @example
 * fma(2, 3, 4) // => 10
 * fma(1 + 2 ** -52, 1 - 2 ** -52, -1) === -(2 ** -104) // => true
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  let t = SPLIT * a;
  const aHigh = t - (t - a);
  const aLow = a - aHigh;
  t = SPLIT * b;
  const bHigh = t - (t - b);
  const bLow = b - bHigh;
  const productLow = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);

  let sum = c + productLow;
  let virtual = sum - c;
  const sumLow = c - (sum - virtual) + (productLow - virtual);
  const high = product + sum;
  virtual = high - product;
  const low = product - (high - virtual) + (sum - virtual);

  sum = low + sumLow;
  virtual = sum - low;
  const error = low - (sum - virtual) + (sumLow - virtual);
  return error === 0 ? high + sum : high + toOdd(sum, error);
}

/** The neighbour of `sum` with an odd last bit on the side of `error`, or `sum` when it is odd. */
function toOdd(sum: number, error: number): number {
  cell[0] = sum;
  const low = words[0]!;
  if ((low & 1) === 0) {
    if (error > 0 === sum > 0) words[0] = low + 1;
    else {
      words[0] = low - 1;
      if (low === 0) words[1] = words[1]! - 1;
    }
  }
  return cell[0];
}
