import { type TypedArray, ArgumentError } from '@isograd/device';
import { cosExact, fma, log1pExact, logExact, Mt19937, type NDArray, sinExact, Storage } from '@isograd/ndarray';
import { Tensor } from '../tensor.ts';
import { boxMuller32, fma32 } from './float32.ts';
import { packState, unpackState } from './state.ts';

/** Memory of floating-point values that a random fill can write. */
export type FloatArray = Float32Array | Float64Array;

/** Memory of any dtype that a random fill can write. */
export type NumberArray = TypedArray;

type BigArray = BigInt64Array | BigUint64Array;
const isBigArray = (x: NumberArray): x is BigArray => x instanceof BigInt64Array || x instanceof BigUint64Array;

const TWO_PI = 2 * Math.PI;
const LIMIT_64 = 2n ** 64n;
const DEFAULT_SEED = 67280421310721n;

/**
 * PyTorch's random generator for the CPU: seeds, states and streams equal to `torch.Generator`, bit for bit.
 *
 * The reference is PyTorch 2.15 on x86-64 Linux (AVX2 and FMA); other builds of PyTorch round their normal values differently.
 * Source: PyTorch documentation, `torch.Generator`.
 *
 * @example
 * const generator = new Generator().manualSeed(0);
 * const values = new Float32Array(3);
 * generator.fillUniform(values);
 * [...values] // => [0.49625658988952637, 0.7682217955589294, 0.08847743272781372]
 */
export class Generator {
  readonly #engine: Mt19937 = new Mt19937();
  #seed = DEFAULT_SEED;
  #normal: number | null = null;

  /** Starts from PyTorch's default seed, 67280421310721. */
  constructor() {
    this.manualSeed(DEFAULT_SEED);
  }

  /**
   * Starts again from a seed and returns the generator.
   *
   * @param seed An integer from -2^63 to 2^64 - 1; negative ones count from 2^64 down, the low 32 bits decide the stream.
   * @throws ArgumentError when it is no such integer.
   */
  manualSeed(seed: number | bigint): this {
    const integer = typeof seed === 'bigint' ? seed : Number.isSafeInteger(seed) ? BigInt(seed) : null;
    if (integer === null || integer < -(2n ** 63n) || integer >= LIMIT_64) {
      throw new ArgumentError({
        where: 'Generator.manualSeed',
        what: 'not a seed',
        got: String(seed),
        expected: 'an integer from -2^63 to 2^64 - 1',
        hint: 'above 2^53 pass a bigint',
      });
    }
    this.#seed = BigInt.asUintN(64, integer);
    this.#engine.seed(Number(BigInt.asUintN(32, integer)));
    this.#normal = null;
    return this;
  }

  /** Starts again from an unpredictable seed and returns it. */
  seed(): bigint {
    const words = crypto.getRandomValues(new Uint32Array(2));
    // 53 bits, so that the seed can be written down as a number
    this.manualSeed((BigInt(words[0]! & 0x1fffff) << 32n) | BigInt(words[1]!));
    return this.#seed;
  }

  /** The seed that the stream started from. */
  initialSeed(): bigint {
    return this.#seed;
  }

  /**
   * A copy of the state, from which {@link setState} goes on: the bytes that PyTorch's `get_state` gives, uint8 `[5056]`.
   *
   * @example
   * const generator = new Generator().manualSeed(3);
   * const state = generator.getState();
   * const first = generator.random();
   * generator.setState(state);
   * generator.random() === first // => true
   */
  getState(): Tensor {
    const bytes = packState({ seed: this.#seed, engine: this.#engine.getState(), normal: this.#normal });
    return new Tensor(new Storage(bytes), 'uint8', [bytes.length]);
  }

  /**
   * Takes over a state that {@link getState} or PyTorch gave, with its seed.
   *
   * @param state uint8 `[5056]`.
   * @throws ArgumentError when it is no such state.
   */
  setState(state: NDArray): void {
    const { seed, engine, normal } = unpackState(state);
    this.#engine.setState(engine);
    this.#seed = seed;
    this.#normal = normal;
  }

  /** The next 32 bits, an integer from 0 to 2^32 - 1. */
  random(): number {
    return this.#engine.nextUint32();
  }

  /** The next 64 bits: two words, the first one high. */
  random64(): bigint {
    const high = BigInt(this.#engine.nextUint32());
    return (high << 32n) | BigInt(this.#engine.nextUint32());
  }

  /** The next double in [0, 1), of 53 random bits. */
  nextDouble(): number {
    const high = this.#engine.nextUint32() & 0x1fffff;
    return (high * 2 ** 32 + this.#engine.nextUint32()) * 2 ** -53;
  }

  /** The next float32 in [0, 1), of 24 random bits. */
  nextFloat(): number {
    return (this.#engine.nextUint32() & 0xffffff) * 2 ** -24;
  }

  /** Fills with values in [low, high): 24 random bits each in a `Float32Array`, 53 in a `Float64Array`. */
  fillUniform(out: FloatArray, low: number = 0, high: number = 1): void {
    if (out instanceof Float32Array) this.#uniform32(out, Math.fround(low), Math.fround(high));
    else this.#uniform64(out, low, high);
  }

  /**
   * Fills with normal values. From 16 values on they come in blocks of 8 radii and 8 angles, and the last 16 are made anew
   * when the length is no multiple of 16; below 16 they come in pairs, the second of which is kept for the next call.
   *
   * @param blocks Whether blocks may be used; PyTorch does not for tensors that are not contiguous.
   */
  fillNormal(out: FloatArray, mean: number = 0, std: number = 1, blocks: boolean = true): void {
    if (out.length < 16 || !blocks) {
      for (let i = 0; i < out.length; i++) out[i] = fma(this.nextNormal(), std, mean);
      return;
    }
    this.fillUniform(out);
    const whole = out.length - (out.length % 16);
    this.#normalBlocks(out.subarray(0, whole) as FloatArray, mean, std);
    if (whole === out.length) return;
    const tail = out.subarray(out.length - 16) as FloatArray;
    this.fillUniform(tail);
    this.#normalBlocks(tail, mean, std);
  }

  /** The next standard normal value by Box-Muller in double precision. */
  nextNormal(): number {
    const kept = this.#normal;
    if (kept !== null) {
      this.#normal = null;
      return kept;
    }
    const u1 = this.nextDouble();
    const u2 = this.nextDouble();
    const radius = Math.sqrt(-2 * log1pExact(-u2));
    this.#normal = radius * sinExact(TWO_PI * u1);
    return radius * cosExact(TWO_PI * u1);
  }

  /** Fills with what `draw` gives for each place, in order. */
  fillEach(out: NumberArray, draw: (i: number) => number | bigint): void {
    if (isBigArray(out)) for (let i = 0; i < out.length; i++) out[i] = BigInt(draw(i));
    else for (let i = 0; i < out.length; i++) out[i] = Number(draw(i));
  }

  /** The integers 0 to n - 1 in random order, as `torch.randperm` gives them; n below 2^32 / 20. */
  permutation(n: number): Int32Array {
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = 0; i < n - 1; i++) {
      const j = i + (this.random() % (n - i));
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }

  #uniform32(out: Float32Array, low: number, high: number): void {
    const engine = this.#engine;
    const range = Math.fround(high - low);
    for (let i = 0; i < out.length; i++) {
      const unit = (engine.nextUint32() & 0xffffff) * 2 ** -24;
      const value = low === 0 ? Math.fround(unit * range) : fma32(unit, range, low);
      out[i] = value === high ? low : value;
    }
  }

  #uniform64(out: Float64Array, low: number, high: number): void {
    const range = high - low;
    for (let i = 0; i < out.length; i++) {
      const unit = this.nextDouble();
      const value = low === 0 ? unit * range : fma(unit, range, low);
      out[i] = value === high ? low : value;
    }
  }

  #normalBlocks(out: FloatArray, mean: number, std: number): void {
    if (out instanceof Float32Array) {
      for (let i = 0; i < out.length; i += 16) boxMuller32(out, i, Math.fround(mean), Math.fround(std));
      return;
    }
    for (let i = 0; i < out.length; i += 16) {
      for (let j = i; j < i + 8; j++) {
        const radius = Math.sqrt(-2 * logExact(1 - out[j]!));
        const angle = TWO_PI * out[j + 8]!;
        out[j] = fma(radius * cosExact(angle), std, mean);
        out[j + 8] = fma(radius * sinExact(angle), std, mean);
      }
    }
  }
}
