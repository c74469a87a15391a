import { ArgumentError } from '@isograd/device';

const N = 624;
const M = 397;
// signed, as all words here: V8 keeps signed 32-bit integers in registers, unsigned ones go through doubles
const MATRIX_A = 0x9908b0df | 0;
const UPPER = 0x80000000 | 0;
const LOWER = 0x7fffffff;

/** Everything that decides the next words of a {@link Mt19937}: 624 words and how many of them were used. */
export interface Mt19937State {
  /** The 624 state words, untempered, as NumPy and PyTorch keep them. */
  readonly key: Uint32Array;
  /** Words of `key` already used, 0 to 624. */
  readonly pos: number;
}

/**
 * The Mersenne Twister MT19937: 32 random bits at a time, period 2^19937 - 1.
 *
 * NumPy's legacy `RandomState` and PyTorch's CPU generator both draw from it; they differ in what they make of the words.
 * Source: Matsumoto & Nishimura 1998, doi:10.1145/272991.272995, with the 2002 initialisation.
 *
 * @example
 * const engine = new Mt19937(5489);
 * engine.nextUint32() // => 3499211612
 * engine.nextUint32() // => 581869302
 */
export class Mt19937 {
  readonly #key: Int32Array = new Int32Array(N);
  readonly #block: Int32Array = new Int32Array(N);
  #pos: number = N;

  /** Starts from `seed`, an integer of which the low 32 bits count. */
  constructor(seed: number = 5489) {
    this.seed(seed);
  }

  /** Starts again from an integer (`init_genrand`), of which the low 32 bits count. */
  seed(seed: number): void {
    const key = this.#key;
    let previous = seed | 0;
    key[0] = previous;
    for (let i = 1; i < N; i++) {
      previous = (Math.imul(1812433253, previous ^ (previous >>> 30)) + i) | 0;
      key[i] = previous;
    }
    this.#pos = N;
  }

  /**
   * Starts again from several 32-bit words (`init_by_array`), as NumPy does for an array seed.
   *
   * @throws ArgumentError when there is no word.
   */
  seedArray(seeds: ArrayLike<number>): void {
    if (seeds.length === 0) {
      throw new ArgumentError({
        where: 'Mt19937.seedArray',
        what: 'no seed words',
        got: 'length 0',
        expected: 'at least one 32-bit word',
        hint: 'use seed(0)?',
      });
    }
    this.seed(19650218);
    const key = this.#key;
    let i = 1;
    const wrap = (): void => {
      if (i >= N) {
        key[0] = key[N - 1]!;
        i = 1;
      }
    };
    const folded = (factor: number): number => {
      const before = key[i - 1]!;
      return key[i]! ^ Math.imul(before ^ (before >>> 30), factor);
    };
    for (let k = Math.max(N, seeds.length), j = 0; k > 0; k--, j = (j + 1) % seeds.length) {
      key[i] = folded(1664525) + seeds[j]! + j;
      i++;
      wrap();
    }
    for (let k = N - 1; k > 0; k--) {
      key[i] = folded(1566083941) - i;
      i++;
      wrap();
    }
    key[0] = UPPER;
    this.#pos = N;
  }

  /** The next 32 bits, an integer from 0 to 2^32 - 1. */
  nextUint32(): number {
    return this.#next() >>> 0;
  }

  /** The next double in [0, 1) with 53 random bits, from two words, as NumPy makes it. */
  nextDouble(): number {
    const high = this.#next() >>> 5;
    return (high * 67108864 + (this.#next() >>> 6)) / 9007199254740992;
  }

  /** A copy of the state, from which {@link setState} goes on. */
  getState(): Mt19937State {
    return { key: Uint32Array.from(this.#key), pos: this.#pos };
  }

  /**
   * Takes over a state that {@link getState}, NumPy or PyTorch gave.
   *
   * @throws ArgumentError when it is not 624 words and a position from 0 to 624.
   */
  setState(state: Mt19937State): void {
    const { key, pos } = state;
    if (key.length !== N || !Number.isInteger(pos) || pos < 0 || pos > N) {
      throw new ArgumentError({
        where: 'Mt19937.setState',
        what: 'not a state of this engine',
        got: `${key.length} words, position ${pos}`,
        expected: '624 words, position 0 to 624',
        hint: 'pass what getState returned',
      });
    }
    this.#key.set(key);
    this.#pos = pos;
    temper(this.#key, this.#block);
  }

  #next(): number {
    if (this.#pos >= N) this.#refill();
    return this.#block[this.#pos++]!;
  }

  #refill(): void {
    twist(this.#key);
    temper(this.#key, this.#block);
    this.#pos = 0;
  }
}

/** One word of the next block from two words of the present one. */
function mixed(word: number, next: number): number {
  const y = (word & UPPER) | (next & LOWER);
  return (y >>> 1) ^ (-(y & 1) & MATRIX_A);
}

function twist(key: Int32Array): void {
  for (let i = 0; i < N - M; i++) key[i] = key[i + M]! ^ mixed(key[i]!, key[i + 1]!);
  for (let i = N - M; i < N - 1; i++) key[i] = key[i + M - N]! ^ mixed(key[i]!, key[i + 1]!);
  key[N - 1] = key[M - 1]! ^ mixed(key[N - 1]!, key[0]!);
}

function temper(key: Int32Array, block: Int32Array): void {
  for (let i = 0; i < N; i++) {
    let y = key[i]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    block[i] = y ^ (y >>> 18);
  }
}
