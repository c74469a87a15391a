import { ArgumentError } from '@isograd/device';
import { logExact } from './log.ts';
import { Mt19937, type Mt19937State } from './mt19937.ts';

/** State of a {@link LegacyStream}: the engine's, and the normal value kept for the next call. */
export interface LegacyState extends Mt19937State {
  /** Second value of the last normal pair, or `null` when the next call makes a new pair. */
  readonly gauss: number | null;
}

/** Integer memory that {@link LegacyStream.fillIntegers} writes. */
export type IntegerArray = Uint8Array | Int32Array | BigInt64Array;

/**
 * What NumPy's legacy `RandomState` draws, on plain typed arrays.
 *
 * Every value equals NumPy 2.4 on x86-64 Linux, bit for bit. Source: NumPy reference, "Legacy random generation".
 *
 * @example
 * const stream = new LegacyStream(0);
 * stream.nextDouble() // => 0.5488135039273248
 * new LegacyStream(0).nextGauss() // => 1.764052345967664
 */
export class LegacyStream {
  readonly #engine: Mt19937 = new Mt19937(0);
  #gauss: number | null = null;

  /** Starts from a seed; see {@link seed}. */
  constructor(seed?: number | readonly number[]) {
    this.seed(seed);
  }

  /**
   * Starts again.
   *
   * @param seed An integer from 0 to 2^32 - 1, an array of them, or nothing for an unpredictable start.
   * @throws ArgumentError when a seed is no integer in that range, or the array is empty.
   */
  seed(seed?: number | readonly number[]): void {
    if (seed === undefined) this.#engine.seedArray(crypto.getRandomValues(new Uint32Array(8)));
    else if (typeof seed === 'number') this.#engine.seed(checkSeed(seed));
    else this.#engine.seedArray(seed.map(checkSeed));
    this.#gauss = null;
  }

  /** The next double in [0, 1). */
  nextDouble(): number {
    return this.#engine.nextDouble();
  }

  /** The next standard normal value, by Marsaglia's polar method; every second call returns the kept one of a pair. */
  nextGauss(): number {
    const kept = this.#gauss;
    if (kept !== null) {
      this.#gauss = null;
      return kept;
    }
    const engine = this.#engine;
    let x1: number;
    let x2: number;
    let r2: number;
    do {
      x1 = 2 * engine.nextDouble() - 1;
      x2 = 2 * engine.nextDouble() - 1;
      r2 = x1 * x1 + x2 * x2;
    } while (r2 >= 1 || r2 === 0);
    const f = Math.sqrt((-2 * logExact(r2)) / r2);
    this.#gauss = f * x1;
    return f * x2;
  }

  /** The next integer in [0, max], by masking and rejection; `max` below 2^32. */
  nextInterval(max: number): number {
    if (max === 0) return 0;
    const mask = maskFor(max);
    let value: number;
    do {
      value = (this.#engine.nextUint32() & mask) >>> 0;
    } while (value > max);
    return value;
  }

  /** Fills with `low + (high - low) * u`, `u` uniform in [0, 1). */
  fillUniform(out: Float64Array, low: number, high: number): void {
    const engine = this.#engine;
    const range = high - low;
    if (low === 0 && range === 1) for (let i = 0; i < out.length; i++) out[i] = engine.nextDouble();
    else for (let i = 0; i < out.length; i++) out[i] = low + range * engine.nextDouble();
  }

  /** Fills with `loc + scale * z`, `z` standard normal. */
  fillNormal(out: Float64Array, loc: number, scale: number): void {
    if (loc === 0 && scale === 1) for (let i = 0; i < out.length; i++) out[i] = this.nextGauss();
    else for (let i = 0; i < out.length; i++) out[i] = loc + scale * this.nextGauss();
  }

  /**
   * Fills with integers in [low, low + range]. As in NumPy the memory's width decides how many bits each draw takes, so an
   * `Int32Array` and a `Uint8Array` get different streams; with `bits` 1 a `Uint8Array` holds booleans.
   */
  fillIntegers(out: IntegerArray, low: bigint, range: bigint, bits: 1 | 8 | 32 | 64 = widthOf(out)): void {
    if (range > 0xffffffffn) this.#fillWide(out as BigInt64Array, low, range);
    else if (out instanceof BigInt64Array) {
      const max = Number(range);
      for (let i = 0; i < out.length; i++) out[i] = low + BigInt(this.nextInterval(max));
    } else {
      const max = Number(range);
      const base = Number(low);
      const draw = bits === 32 || max === 0 ? () => this.nextInterval(max) : this.#chunks(max, bits as 1 | 8);
      for (let i = 0; i < out.length; i++) out[i] = base + draw();
    }
  }

  /** The indices 0 to n - 1 in the order in which `permutation` and `shuffle` put them. */
  permutation(n: number): Int32Array {
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.nextInterval(i);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }

  /** A copy of the state, from which {@link setState} goes on. */
  getState(): LegacyState {
    return { ...this.#engine.getState(), gauss: this.#gauss };
  }

  /**
   * Takes over a state.
   *
   * @throws ArgumentError when the engine refuses it.
   */
  setState(state: LegacyState): void {
    this.#engine.setState(state);
    this.#gauss = state.gauss;
  }

  #fillWide(out: BigInt64Array, low: bigint, range: bigint): void {
    const mask = (1n << BigInt(range.toString(2).length)) - 1n;
    for (let i = 0; i < out.length; i++) {
      let value: bigint;
      do {
        const high = BigInt(this.#engine.nextUint32());
        value = ((high << 32n) | BigInt(this.#engine.nextUint32())) & mask;
      } while (value > range);
      out[i] = low + value;
    }
  }

  /** Draws `bits` at a time from each word, lowest first; bits left over at the end are dropped, as in NumPy. */
  #chunks(max: number, bits: 1 | 8): () => number {
    const mask = maskFor(max);
    let word = 0;
    let left = 0;
    return () => {
      let value: number;
      do {
        if (left === 0) {
          word = this.#engine.nextUint32();
          left = 32 / bits;
        } else word >>>= bits;
        left--;
        value = word & mask;
      } while (value > max);
      return value;
    };
  }
}

function checkSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return seed;
  throw new ArgumentError({
    where: 'random.seed',
    what: 'not a seed',
    got: String(seed),
    expected: 'an integer from 0 to 4294967295, or an array of them',
    hint: 'leave it out for an unpredictable start',
  });
}

/** The smallest 2^k - 1 that is not below `max`. */
function maskFor(max: number): number {
  return max === 0 ? 0 : 0xffffffff >>> Math.clz32(max);
}

function widthOf(out: IntegerArray): 8 | 32 | 64 {
  return (out.BYTES_PER_ELEMENT * 8) as 8 | 32 | 64;
}
