import { checkKind, type HalfState, type Seed, WideBitGenerator } from './bit-generator.ts';

/** State of an {@link SFC64}, as NumPy's dictionary. */
export interface Sfc64State extends HalfState {
  /** Always `SFC64`. */
  readonly bitGenerator: 'SFC64';
  /** Three words of the chaotic part and the counter, 64 bits each. */
  readonly state: { readonly state: BigUint64Array };
}

/**
 * SFC64, Chris Doty-Humphrey's small fast chaotic generator: 256 bits of state, period at least 2^64.
 *
 * The words are NumPy's, bit for bit. Source: PractRand 0.94, `sfc64`.
 *
 * @example
 * new SFC64(1).state.bitGenerator // => SFC64
 */
export class SFC64 extends WideBitGenerator {
  // a, b, c and the counter, each as lower and upper word
  #s: Int32Array;

  /** @param seed Integers, a {@link SeedSequence}, or nothing for an unpredictable start. */
  constructor(seed?: Seed | null) {
    super(seed);
    this.#s = Int32Array.from([...this.seedSeq.words(6), 1, 0]);
    for (let i = 0; i < 12; i++) this.next64();
  }

  /** Draws 64 bits into `high` and `low`. */
  override next64(): void {
    const s = this.#s;
    const [a0 = 0, a1 = 0, b0 = 0, b1 = 0, c0 = 0, c1 = 0, d0 = 0, d1 = 0] = s;
    const sum = (a0 >>> 0) + (b0 >>> 0) + (d0 >>> 0);
    const low = sum | 0;
    const high = (a1 + b1 + d1 + Math.floor(sum / 4294967296)) | 0;
    s[6] = d0 + 1;
    if (s[6] === 0) s[7] = d1 + 1;
    s[0] = b0 ^ ((b0 >>> 11) | (b1 << 21));
    s[1] = b1 ^ (b1 >>> 11);
    const nine = (c0 >>> 0) * 9;
    s[2] = nine;
    s[3] = Math.imul(c1, 9) + Math.floor(nine / 4294967296);
    const next = (((c0 << 24) | (c1 >>> 8)) >>> 0) + (low >>> 0);
    s[4] = next;
    s[5] = ((c1 << 24) | (c0 >>> 8)) + high + (next > 0xffffffff ? 1 : 0);
    this.low = low;
    this.high = high;
  }

  /** Everything that decides the next words. @throws ArgumentError when a state of another kind is set. */
  override get state(): Sfc64State {
    return { bitGenerator: 'SFC64', state: { state: new BigUint64Array(this.#s.slice().buffer) }, ...this.half };
  }

  override set state(value: Sfc64State) {
    checkKind(value, 'SFC64');
    this.#s = new Int32Array(value.state.state.slice().buffer);
    this.half = value;
  }
}
