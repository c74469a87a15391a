import { ArgumentError } from '@isograd/device';
import { BitGenerator, checkKind, type Seed } from './bit-generator.ts';
import { Mt19937, type Mt19937State } from './mt19937.ts';

/** State of an {@link MT19937}, as NumPy's dictionary. */
export interface MT19937State {
  /** Always `MT19937`. */
  readonly bitGenerator: 'MT19937';
  /** The words and how many of them were used. */
  readonly state: Mt19937State;
}

function checkSeed(seed: number | bigint): number {
  const number = Number(seed);
  if (Number.isInteger(number) && number >= 0 && number <= 0xffffffff) return number;
  throw new ArgumentError({
    where: 'random.seed',
    what: 'Seed must be between 0 and 2**32 - 1',
    got: String(seed),
    expected: 'an integer from 0 to 4294967295, or an array of them',
    hint: 'leave it out for an unpredictable start',
  });
}

/**
 * The Mersenne Twister as a bit generator: what `RandomState` stands on; `new Generator(new MT19937(42))` does too.
 *
 * The words are NumPy's, bit for bit. Source: Matsumoto & Nishimura 1998, doi:10.1145/272991.272995.
 *
 * @example
 * new MT19937(42).state.state.pos // => 623
 */
export class MT19937 extends BitGenerator {
  readonly #engine: Mt19937 = new Mt19937(0);

  /** @param seed Integers, a {@link SeedSequence}, or nothing for an unpredictable start. */
  constructor(seed?: Seed | null) {
    super(seed);
    const key = this.seedSeq.words(624);
    key[0] = 0x80000000;
    this.#engine.setState({ key, pos: 623 });
  }

  /** Draws 64 bits into `high` and `low`, the upper word first. */
  override next64(): void {
    this.high = this.#engine.nextUint32() | 0;
    this.low = this.#engine.nextUint32() | 0;
  }

  /** The next 32 bits, an integer from 0 to 2^32 - 1. */
  override nextUint32(): number {
    return this.#engine.nextUint32();
  }

  /** The next double in [0, 1), of 27 and 26 bits of two words. */
  override nextDouble(): number {
    return this.#engine.nextDouble();
  }

  /** The next 32 bits, as the engine makes them. */
  override nextRaw(): bigint {
    return BigInt(this.#engine.nextUint32());
  }

  /**
   * Starts again as `RandomState` does: from the seed itself, not from a sequence made of it.
   *
   * @throws ArgumentError when a seed is no integer from 0 to 2^32 - 1, or the array is empty.
   */
  legacySeeding(seed: number | bigint | ArrayLike<number> | ArrayLike<bigint>): void {
    if (typeof seed === 'number' || typeof seed === 'bigint') this.#engine.seed(checkSeed(seed));
    else this.#engine.seedArray(Array.from<number | bigint, number>(seed, checkSeed));
  }

  /** Everything that decides the next words. @throws ArgumentError when a state of another kind is set. */
  override get state(): MT19937State {
    return { bitGenerator: 'MT19937', state: this.#engine.getState() };
  }

  override set state(value: MT19937State) {
    checkKind(value, 'MT19937');
    this.#engine.setState(value.state);
  }
}
