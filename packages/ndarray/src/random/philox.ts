import { ArgumentError } from '@isograd/device';
import { checkKind, type HalfState, type Seed, WideBitGenerator } from './bit-generator.ts';
import { timesHigh } from './words.ts';

/** State of a {@link Philox}, as NumPy's dictionary. */
export interface PhiloxState extends HalfState {
  /** Always `Philox`. */
  readonly bitGenerator: 'Philox';
  /** Four words of the counter and two of the key, 64 bits each, lowest first. */
  readonly state: { readonly counter: BigUint64Array; readonly key: BigUint64Array };
  /** The four words of the last block. */
  readonly buffer: BigUint64Array;
  /** How many of them were used. */
  readonly bufferPos: number;
}

/** Options of {@link Philox}. */
export interface PhiloxOptions {
  /** Where it starts, below 2^256; default 0. */
  readonly counter?: number | bigint;
  /** Which stream it is, below 2^128; instead of a seed. */
  readonly key?: number | bigint;
}

const ROUNDS = 10;

/** Words of 32 bits, lowest first. @throws ArgumentError when the number does not fit. */
function split(value: number | bigint, bits: 128 | 256, name: string): Int32Array {
  const whole = BigInt(value);
  if (whole < 0n || whole >> BigInt(bits))
    throw new ArgumentError({
      where: 'Philox',
      what: `${name} must be positive and less than 2**${bits}.`,
      got: String(value),
      expected: `0 <= ${name} < 2**${bits}`,
      hint: 'take it modulo that power?',
    });
  return Int32Array.from({ length: bits / 32 }, (_, i) => Number((whole >> BigInt(32 * i)) & 0xffffffffn));
}

const wide = (words: Int32Array): BigUint64Array => new BigUint64Array(words.slice().buffer);
const narrow = (words: BigUint64Array): Int32Array => new Int32Array(words.slice().buffer);

/**
 * Philox 4x64 with ten rounds: the block is a function of counter and key, so any place of any stream can be reached at once.
 *
 * The words are NumPy's, bit for bit. Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
 *
 * @example
 * new Philox(null, { key: 7 }).state.state.key // => BigUint64Array(2) [ 7n, 0n ]
 */
export class Philox extends WideBitGenerator {
  #counter: Int32Array;
  #key: Int32Array;
  #block: Int32Array = new Int32Array(8);
  #used = 4;

  /**
   * @param seed Integers, a {@link SeedSequence}, or nothing for an unpredictable start.
   * @throws ArgumentError when there is a key too, or a number does not fit.
   */
  constructor(seed?: Seed | null, options: PhiloxOptions = {}) {
    super(seed);
    const { key, counter = 0 } = options;
    if (key !== undefined && seed !== undefined && seed !== null)
      throw new ArgumentError({
        where: 'Philox',
        what: 'seed and key cannot be both used',
        got: `a seed and key ${key}`,
        expected: 'one of them',
        hint: 'pass null as the seed',
      });
    this.#key = key === undefined ? Int32Array.from(this.seedSeq.words(4)) : split(key, 128, 'key');
    this.#counter = split(counter, 256, 'counter');
  }

  /** Draws 64 bits into `high` and `low`. */
  override next64(): void {
    if (this.#used === 4) this.#refill();
    this.low = this.#block[2 * this.#used]!;
    this.high = this.#block[2 * this.#used + 1]!;
    this.#used++;
  }

  #refill(): void {
    this.#add(1n);
    const block = this.#counter.slice();
    const key = this.#key.slice();
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0) bump(key);
      mixBlock(block, key);
    }
    this.#block = block;
    this.#used = 0;
  }

  #add(delta: bigint): void {
    const counter = [...this.#counter].reduceRight((all, word) => (all << 32n) | BigInt(word >>> 0), 0n);
    this.#counter = split(BigInt.asUintN(256, counter + delta), 256, 'counter');
  }

  /** Everything that decides the next words. @throws ArgumentError when a state of another kind is set. */
  override get state(): PhiloxState {
    return {
      bitGenerator: 'Philox',
      state: { counter: wide(this.#counter), key: wide(this.#key) },
      buffer: wide(this.#block),
      bufferPos: this.#used,
      ...this.half,
    };
  }

  override set state(value: PhiloxState) {
    checkKind(value, 'Philox');
    this.#counter = narrow(value.state.counter);
    this.#key = narrow(value.state.key);
    this.#block = narrow(value.buffer);
    this.#used = value.bufferPos;
    this.half = value;
  }

  /** Moves as if `delta` blocks of four words had been drawn. Returns itself. */
  advance(delta: number | bigint): this {
    this.#add(BigInt(delta));
    this.#block = new Int32Array(8);
    this.#used = 4;
    this.half = { hasUint32: 0, uinteger: 0 };
    return this;
  }

  /** Another one, `jumps` times 2^128 blocks ahead. */
  jumped(jumps: number | bigint = 1): Philox {
    const other = new Philox(0);
    other.state = this.state;
    return other.advance(BigInt(jumps) << 128n);
  }
}

/** The product of a 64-bit word of the block and a constant: its four words of 32 bits, lowest first. */
function product(a0: number, a1: number, b0: number, b1: number): [number, number, number, number] {
  const middle = timesHigh(a0, b0) + (Math.imul(a0, b1) >>> 0) + (Math.imul(a1, b0) >>> 0);
  const upper = timesHigh(a0, b1) + timesHigh(a1, b0) + (Math.imul(a1, b1) >>> 0) + Math.floor(middle / 4294967296);
  return [Math.imul(a0, b0), middle | 0, upper | 0, (timesHigh(a1, b1) + Math.floor(upper / 4294967296)) | 0];
}

function mixBlock(block: Int32Array, key: Int32Array): void {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0, b7 = 0] = block;
  const p = product(b0, b1, 0xe14c6c93, 0xd2e7470e);
  const q = product(b4, b5, 0x95121157, 0xca5a8263);
  block[0] = q[2] ^ b2 ^ key[0]!;
  block[1] = q[3] ^ b3 ^ key[1]!;
  block[2] = q[0];
  block[3] = q[1];
  block[4] = p[2] ^ b6 ^ key[2]!;
  block[5] = p[3] ^ b7 ^ key[3]!;
  block[6] = p[0];
  block[7] = p[1];
}

/** Moves the key on, by the Weyl sequence of each of its words. */
function bump(key: Int32Array): void {
  const low = (key[0]! >>> 0) + 0x7f4a7c15;
  key[0] = low;
  key[1] = key[1]! + 0x9e3779b9 + (low > 0xffffffff ? 1 : 0);
  const second = (key[2]! >>> 0) + 0x84caa73b;
  key[2] = second;
  key[3] = key[3]! + 0xbb67ae85 + (second > 0xffffffff ? 1 : 0);
}
