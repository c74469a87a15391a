import type { BitGenerator } from './bit-generator.ts';
import { timesHigh } from './words.ts';

/** Bits that one draw takes: those of the dtype, 1 for bool. */
export type Width = 1 | 8 | 16 | 32 | 64;

/** The smallest 2^k - 1 that is not below `max`. */
function maskFor(max: number): number {
  return max === 0 ? 0 : 0xffffffff >>> Math.clz32(max);
}

/** An integer in [0, max], by masking and rejection; `max` below 2^53. */
export function randomInterval(bits: BitGenerator, max: number): number {
  if (max === 0) return 0;
  if (max > 0xffffffff) return Number(maskedWide(bits, BigInt(max)));
  const mask = maskFor(max);
  for (;;) {
    const value = (bits.nextUint32() & mask) >>> 0;
    if (value <= max) return value;
  }
}

function maskedWide(bits: BitGenerator, range: bigint): bigint {
  const mask = (1n << BigInt(range.toString(2).length)) - 1n;
  for (;;) {
    const value = bits.nextUint64() & mask;
    if (value <= range) return value;
  }
}

const LIMIT_64 = 1n << 64n;

/** Source: Lemire 2019, "Fast Random Integer Generation in an Interval". */
function lemireWide(bits: BitGenerator, range: bigint): bigint {
  const count = range + 1n;
  let product = bits.nextUint64() * count;
  if (BigInt.asUintN(64, product) < count) {
    const threshold = (LIMIT_64 - count) % count;
    while (BigInt.asUintN(64, product) < threshold) product = bits.nextUint64() * count;
  }
  return product >> 64n;
}

/**
 * Integers in [0, range] from the widths and by the methods that NumPy uses: one for a dtype narrower than 32 bits takes a part
 * of a word, and the rest of the word serves the next ones.
 */
export class BoundedIntegers {
  readonly #bits: BitGenerator;
  readonly #width: Width;
  readonly #masked: boolean;
  /** The largest part of a word, all ones. */
  readonly #full: number;
  #word = 0;
  #left = 0;

  /** @param masked By masking, as `RandomState`; else by multiplication, as `Generator`. */
  constructor(bits: BitGenerator, width: Width, masked: boolean) {
    this.#bits = bits;
    this.#width = width;
    this.#masked = masked;
    this.#full = width < 32 ? (1 << width) - 1 : 0xffffffff;
  }

  /** An integer in [0, range]; `range` below 2^32. */
  next(range: number): number {
    if (range === 0) return 0;
    const width = this.#width;
    if (width >= 32) return this.#next32(range);
    if (width === 1 || range === this.#full) return this.#part();
    return this.#masked ? this.#masking(range) : this.#multiplying(range);
  }

  /** An integer in [0, range]; `range` from 2^32 upwards. */
  nextWide(range: bigint): bigint {
    if (range === LIMIT_64 - 1n) return this.#bits.nextUint64();
    return this.#masked ? maskedWide(this.#bits, range) : lemireWide(this.#bits, range);
  }

  #next32(range: number): number {
    const bits = this.#bits;
    if (range === 0xffffffff) return bits.nextUint32();
    if (this.#masked) return randomInterval(bits, range);
    const count = range + 1;
    let word = bits.nextUint32();
    let leftover = Math.imul(word, count) >>> 0;
    if (leftover < count) {
      const threshold = (0xffffffff - range) % count;
      while (leftover < threshold) {
        word = bits.nextUint32();
        leftover = Math.imul(word, count) >>> 0;
      }
    }
    return timesHigh(word, count);
  }

  /** The next `width` bits, lowest first. */
  #part(): number {
    const width = this.#width;
    if (this.#left === 0) {
      this.#word = this.#bits.nextUint32();
      this.#left = 32 / width;
    } else this.#word >>>= width;
    this.#left--;
    return this.#word & this.#full;
  }

  #masking(range: number): number {
    const mask = maskFor(range);
    for (;;) {
      const value = this.#part() & mask;
      if (value <= range) return value;
    }
  }

  #multiplying(range: number): number {
    const full = this.#full;
    const count = range + 1;
    let product = this.#part() * count;
    if ((product & full) < count) {
      const threshold = (full - range) % count;
      while ((product & full) < threshold) product = this.#part() * count;
    }
    return product >>> this.#width;
  }
}
