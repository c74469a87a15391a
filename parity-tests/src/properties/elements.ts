import { type DType, DTYPES, numberToHalf, type TypedArray } from '@isograd/device';
import fc from 'fast-check';

/** What an element is made of, whatever its dtype: shrinks to 0. */
export interface RawElement {
  readonly kind: number;
  readonly n: number;
  readonly m: number;
}

/** Draws elements. */
export const rawElement: fc.Arbitrary<RawElement> = fc.record({
  kind: fc.nat(15),
  n: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  m: fc.nat(2 ** 31 - 1),
});

const FLOAT_EDGES: { readonly [D in DType]?: readonly number[] } = {
  float16: [65504, 6e-8, 6.1e-5, 0.333251953125, 1.0009765625],
  float32: [3.4028234663852886e38, 1.401298464324817e-45, 1.1754943508222875e-38, 16777216, 1.0000001192092896],
  float64: [Number.MAX_VALUE, Number.MIN_VALUE, 2.2250738585072014e-308, 2 ** 53, 1.0000000000000002],
};
const SPECIAL = [NaN, Infinity, -Infinity, -0, 0, 1, -1];
const EXPONENTS: { readonly [D in DType]?: number } = { float16: 12, float32: 60, float64: 500 };

/** Magnitudes of elements: all that a dtype has; such that sums and products of some stay far from its ends; or below 200. */
export type Magnitudes = 'all' | 'tame' | 'small';
const TAME_EXPONENTS: { readonly [D in DType]?: number } = { float16: 2, float32: 12, float64: 60 };

function tameOf({ n, m }: RawElement, dtype: DType): number {
  return (n < 0 ? -1 : 1) * (1 + m / 2 ** 31) * 2 ** (n % TAME_EXPONENTS[dtype]!);
}

function floatOf(raw: RawElement, dtype: DType, magnitudes: Magnitudes): number {
  const { kind, n, m } = raw;
  if (magnitudes === 'small') return (n % 1600) / 8;
  if (magnitudes === 'tame' && kind > 8 && kind < 12) return tameOf(raw, dtype);
  if (kind < 5) return n % 10;
  if (kind < 9) return (n % 64) / 8;
  if (kind === 9) return (n < 0 ? -1 : 1) * FLOAT_EDGES[dtype]![m % 5]!;
  if (kind === 10) return SPECIAL[m % SPECIAL.length]!;
  if (kind === 11) return (n < 0 ? -1 : 1) * (1 + m / 2 ** 31) * 2 ** (n % EXPONENTS[dtype]!);
  return (n / 2 ** 31 + m / 2 ** 62) * (kind % 2 === 0 ? 1 : 10);
}

function integerOf({ kind, n, m }: RawElement, dtype: DType, magnitudes: Magnitudes): bigint {
  const bits = 8 * DTYPES[dtype].itemsize;
  const signed = DTYPES[dtype].kind === 'i';
  const fit = signed ? (v: bigint): bigint => BigInt.asIntN(bits, v) : (v: bigint): bigint => BigInt.asUintN(bits, v);
  if (kind < 10 || magnitudes === 'small') return signed ? BigInt(n % 10) : BigInt(Math.abs(n % 10));
  if (kind === 10) return fit((1n << BigInt(signed ? bits - 1 : bits)) - BigInt(m % 3) - 1n);
  if (kind === 11) return fit((1n << BigInt(bits - 1)) + BigInt(m % 3));
  return kind === 12 ? fit(BigInt(n) * BigInt(m)) : fit(BigInt(n % 200));
}

/** Memory of `size` elements, which repeat those that were drawn in a scattered order. */
export function memoryOf(
  pool: readonly RawElement[],
  dtype: DType,
  size: number,
  magnitudes: Magnitudes = 'all',
): TypedArray {
  const { Array, kind, lanes } = DTYPES[dtype];
  const memory = new Array(size * lanes) as { [i: number]: number | bigint };
  const part: DType = dtype === 'complex64' ? 'float32' : dtype === 'complex128' ? 'float64' : dtype;
  for (let i = 0; i < size * lanes; i++) {
    const raw = pool[(i * 7 + Math.floor(i / pool.length)) % pool.length]!;
    if (kind === 'b') memory[i] = raw.n & 1;
    else if (kind === 'f' || kind === 'c')
      memory[i] = part === 'float16' ? numberToHalf(floatOf(raw, part, magnitudes)) : floatOf(raw, part, magnitudes);
    else
      memory[i] =
        DTYPES[dtype].itemsize === 8 ? integerOf(raw, dtype, magnitudes) : Number(integerOf(raw, dtype, magnitudes));
  }
  return memory as TypedArray;
}
