import { ArgumentError, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { checkShape } from '../shape-check.ts';
import { allocate } from '../storage.ts';
import { type Entropy, SeedSequence } from './seed-sequence.ts';

/** What a bit generator starts from: integers, or a sequence made of them. */
export type Seed = Entropy | SeedSequence;

/** Number of values, or the shape of the array that holds them. */
export type Size = number | Shape;

/** The shape that a size asks for. @throws ShapeError for lengths that are none. */
export function shapeOfSize(size: Size, where: string): Shape {
  return checkShape(typeof size === 'number' ? [size] : size, where);
}

/**
 * What all bit generators have in common: random words of 32 and 64 bits, a state, children.
 *
 * A generator of numbers stands on one: `new Generator(new PCG64(42))`.
 */
export abstract class BitGenerator {
  /** The upper 32 bits that {@link next64} drew. */
  high = 0;
  /** The lower 32 bits that {@link next64} drew. */
  low = 0;
  readonly #seedSeq: SeedSequence;

  /**
   * @param seed Integers, a {@link SeedSequence}, or nothing for an unpredictable start.
   * @throws ArgumentError when it is none of these.
   */
  constructor(seed?: Seed | null) {
    this.#seedSeq = seed instanceof SeedSequence ? seed : new SeedSequence(seed);
  }

  /** The sequence that it was started from. */
  get seedSeq(): SeedSequence {
    return this.#seedSeq;
  }

  /** Draws 64 bits into `high` and `low`. */
  abstract next64(): void;

  /** The next 32 bits, an integer from 0 to 2^32 - 1. */
  abstract nextUint32(): number;

  /** Everything that decides the next words; a copy, and what setting it takes. */
  abstract get state(): object;

  /** The next 64 bits. */
  nextUint64(): bigint {
    this.next64();
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
  }

  /** The next double in [0, 1), of 53 random bits. */
  nextDouble(): number {
    this.next64();
    return ((this.high >>> 0) * 2097152 + (this.low >>> 11)) / 9007199254740992;
  }

  /** The next number in [0, 1) of 24 random bits. */
  nextFloat(): number {
    return (this.nextUint32() >>> 8) / 16777216;
  }

  /** The next word as the engine makes it. */
  nextRaw(): bigint {
    return this.nextUint64();
  }

  /**
   * Words as the engine makes them, as uint64; one without `size`.
   *
   * @throws ShapeError for lengths that are none.
   */
  randomRaw(): bigint;
  randomRaw(size: Size): NDArray;
  randomRaw(size?: Size): NDArray | bigint {
    if (size === undefined) return this.nextRaw();
    const shape = shapeOfSize(size, 'randomRaw');
    const storage = allocate('uint64', sizeOf(shape));
    const memory = storage.memory as BigUint64Array;
    for (let i = 0; i < memory.length; i++) memory[i] = this.nextRaw();
    return new NDArray(storage, 'uint64', shape);
  }

  /** Bit generators of the same kind on the next children of the seed sequence. */
  spawn(nChildren: number): this[] {
    const Kind = this.constructor as new (seed: Seed) => this;
    return this.seedSeq.spawn(nChildren).map((child) => new Kind(child));
  }
}

/** State of a {@link WideBitGenerator} apart from its engine's. */
export interface HalfState {
  /** 1 when half of a 64-bit word is kept for the next call of 32 bits. */
  readonly hasUint32: number;
  /** That half. */
  readonly uinteger: number;
}

/** A bit generator whose engine makes 64 bits at a time; 32 bits are half of a word, the other half is kept. */
export abstract class WideBitGenerator extends BitGenerator {
  #kept = 0;
  #hasKept = false;

  /** The next 32 bits: the lower half of a word, then its upper half. */
  override nextUint32(): number {
    if (this.#hasKept) {
      this.#hasKept = false;
      return this.#kept;
    }
    this.next64();
    this.#hasKept = true;
    this.#kept = this.high >>> 0;
    return this.low >>> 0;
  }

  /** The kept half of a word. */
  protected get half(): HalfState {
    return { hasUint32: Number(this.#hasKept), uinteger: this.#kept };
  }

  protected set half({ hasUint32, uinteger }: HalfState) {
    this.#hasKept = hasUint32 !== 0;
    this.#kept = uinteger;
  }
}

/** Refuses the state of another kind of bit generator. @throws ArgumentError */
export function checkKind(state: { readonly bitGenerator: string }, kind: string): void {
  if (state.bitGenerator === kind) return;
  throw new ArgumentError({
    where: `${kind}.state`,
    what: `state must be for a ${kind} RNG`,
    got: String(state.bitGenerator),
    expected: `bitGenerator: '${kind}'`,
    hint: 'set what the state of such a generator gave',
  });
}
