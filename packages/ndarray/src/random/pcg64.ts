import { checkKind, type HalfState, type Seed, WideBitGenerator } from './bit-generator.ts';
import { timesHigh } from './words.ts';

/** State of a {@link PCG64} or {@link PCG64DXSM}, as NumPy's dictionary. */
export interface Pcg64State extends HalfState {
  /** Which of the two. */
  readonly bitGenerator: 'PCG64' | 'PCG64DXSM';
  /** Position in the stream, and which stream it is; 128 bits each. */
  readonly state: { readonly state: bigint; readonly inc: bigint };
}

const MASK = (1n << 128n) - 1n;
const JUMP = 0x9e3779b97f4a7c15f39cc0605cedc835n;
const DEFAULT = 0x2360ed051fc65da44385df649fccf645n;
const CHEAP = 0xda942042e4dd58b5n;

function limb(value: bigint, place: number): number {
  return Number((value >> BigInt(32 * place)) & 0xffffffffn);
}

/** The 128-bit linear congruential generator under both, its numbers in four words from the lowest. */
abstract class Congruential extends WideBitGenerator {
  protected s0 = 0;
  protected s1 = 0;
  protected s2 = 0;
  protected s3 = 0;
  readonly #factor: bigint;
  // words of the factor and of the increment, from the lowest
  readonly #m0: number;
  readonly #m1: number;
  readonly #m2: number;
  readonly #m3: number;
  #i0 = 1;
  #i1 = 0;
  #i2 = 0;
  #i3 = 0;
  #inc = 1n;

  constructor(factor: bigint, seed?: Seed | null) {
    super(seed);
    this.#factor = factor;
    this.#m0 = limb(factor, 0);
    this.#m1 = limb(factor, 1);
    this.#m2 = limb(factor, 2);
    this.#m3 = limb(factor, 3);
    const [high = 0n, low = 0n, incHigh = 0n, incLow = 0n] = new BigUint64Array(this.seedSeq.words(8).buffer);
    this.inc = (((incHigh << 64n) | incLow) << 1n) | 1n;
    // NumPy starts both with the dear factor
    this.position = (this.inc + ((high << 64n) | low)) * DEFAULT + this.inc;
  }

  /** Multiplies and adds, modulo 2^128. */
  protected step(): void {
    const { s0, s1, s2, s3 } = this;
    const m0 = this.#m0;
    const m1 = this.#m1;
    const m2 = this.#m2;
    const c0 = (Math.imul(s0, m0) >>> 0) + this.#i0;
    const c1 =
      timesHigh(s0, m0) + (Math.imul(s0, m1) >>> 0) + (Math.imul(s1, m0) >>> 0) + this.#i1 + (c0 > 0xffffffff ? 1 : 0);
    const c2 =
      timesHigh(s0, m1) +
      timesHigh(s1, m0) +
      (Math.imul(s0, m2) >>> 0) +
      (Math.imul(s1, m1) >>> 0) +
      (Math.imul(s2, m0) >>> 0) +
      this.#i2 +
      Math.floor(c1 / 4294967296);
    const c3 =
      timesHigh(s0, m2) +
      timesHigh(s1, m1) +
      timesHigh(s2, m0) +
      this.#i3 +
      Math.floor(c2 / 4294967296) +
      Math.imul(s0, this.#m3) +
      Math.imul(s1, m2) +
      Math.imul(s2, m1) +
      Math.imul(s3, m0);
    this.s0 = c0 | 0;
    this.s1 = c1 | 0;
    this.s2 = c2 | 0;
    this.s3 = c3 | 0;
  }

  protected get position(): bigint {
    const { s0, s1, s2, s3 } = this;
    return [s3, s2, s1, s0].reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  }

  protected set position(value: bigint) {
    this.s0 = limb(value, 0) | 0;
    this.s1 = limb(value, 1) | 0;
    this.s2 = limb(value, 2) | 0;
    this.s3 = limb(value, 3) | 0;
  }

  protected get inc(): bigint {
    return this.#inc;
  }

  protected set inc(value: bigint) {
    this.#inc = value & MASK;
    this.#i0 = limb(value, 0);
    this.#i1 = limb(value, 1);
    this.#i2 = limb(value, 2);
    this.#i3 = limb(value, 3);
  }

  /** Moves as if `delta` words had been drawn; back when it is negative. Returns itself. */
  advance(delta: number | bigint): this {
    let [factor, plus] = [this.#factor, this.#inc];
    let [allFactor, allPlus] = [1n, 0n];
    for (let rest = BigInt.asUintN(128, BigInt(delta)); rest > 0n; rest >>= 1n) {
      if (rest & 1n) {
        allFactor = (allFactor * factor) & MASK;
        allPlus = (allPlus * factor + plus) & MASK;
      }
      plus = ((factor + 1n) * plus) & MASK;
      factor = (factor * factor) & MASK;
    }
    this.position = (allFactor * this.position + allPlus) & MASK;
    this.half = { hasUint32: 0, uinteger: 0 };
    return this;
  }
}

/**
 * PCG64 (XSL-RR): the bit generator of `defaultRng`; 128 bits of state, period 2^128.
 *
 * The words are NumPy's, bit for bit. Source: M. O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient Statistically
 * Good Algorithms for Random Number Generation".
 *
 * @example
 * new PCG64(42).randomRaw(2).tolist() // => [ 14276969152011380360n, 8095878257575067585n ]
 */
export class PCG64 extends Congruential {
  /** @param seed Integers, a {@link SeedSequence}, or nothing for an unpredictable start. */
  constructor(seed?: Seed | null) {
    super(DEFAULT, seed);
  }

  /** Draws 64 bits into `high` and `low`. */
  override next64(): void {
    this.step();
    const rotation = this.s3 >>> 26;
    const low = this.s2 ^ this.s0;
    const high = this.s3 ^ this.s1;
    const a = rotation & 32 ? high : low;
    const b = rotation & 32 ? low : high;
    const shift = rotation & 31;
    this.low = shift === 0 ? a : (a >>> shift) | (b << (32 - shift));
    this.high = shift === 0 ? b : (b >>> shift) | (a << (32 - shift));
  }

  /** Everything that decides the next words. @throws ArgumentError when a state of another kind is set. */
  override get state(): Pcg64State {
    return { bitGenerator: 'PCG64', state: { state: this.position, inc: this.inc }, ...this.half };
  }

  override set state(value: Pcg64State) {
    checkKind(value, 'PCG64');
    this.position = value.state.state;
    this.inc = value.state.inc;
    this.half = value;
  }

  /** Another one, `jumps` times 2^127 golden ratios ahead: streams so far apart that they do not meet. */
  jumped(jumps: number | bigint = 1): PCG64 {
    const other = new PCG64(0);
    other.state = this.state;
    return other.advance(JUMP * BigInt(jumps));
  }
}

/**
 * PCG64DXSM: as {@link PCG64}, with a stronger output function and a cheaper step.
 *
 * The words are NumPy's, bit for bit. Source: NumPy reference, "Upgrading PCG64 with PCG64DXSM".
 *
 * @example
 * new PCG64DXSM(42).state.bitGenerator // => PCG64DXSM
 */
export class PCG64DXSM extends Congruential {
  /** @param seed Integers, a {@link SeedSequence}, or nothing for an unpredictable start. */
  constructor(seed?: Seed | null) {
    super(CHEAP, seed);
  }

  /** Draws 64 bits into `high` and `low`. */
  override next64(): void {
    const m0 = 0xe4dd58b5;
    const m1 = 0xda942042;
    const low = this.s0 | 1;
    const lowTop = this.s1;
    let h0 = this.s2 ^ this.s3;
    let h1 = this.s3;
    const t0 = Math.imul(h0, m0);
    const t1 = (timesHigh(h0, m0) + Math.imul(h0, m1) + Math.imul(h1, m0)) | 0;
    h0 = t0 ^ (t1 >>> 16);
    h1 = t1;
    this.low = Math.imul(h0, low);
    this.high = (timesHigh(h0, low) + Math.imul(h0, lowTop) + Math.imul(h1, low)) | 0;
    this.step();
  }

  /** Everything that decides the next words. @throws ArgumentError when a state of another kind is set. */
  override get state(): Pcg64State {
    return { bitGenerator: 'PCG64DXSM', state: { state: this.position, inc: this.inc }, ...this.half };
  }

  override set state(value: Pcg64State) {
    checkKind(value, 'PCG64DXSM');
    this.position = value.state.state;
    this.inc = value.state.inc;
    this.half = value;
  }

  /** Another one, `jumps` times 2^127 golden ratios ahead: streams so far apart that they do not meet. */
  jumped(jumps: number | bigint = 1): PCG64DXSM {
    const other = new PCG64DXSM(0);
    other.state = this.state;
    return other.advance(JUMP * BigInt(jumps));
  }
}
