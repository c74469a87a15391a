import { ArgumentError } from '@isograd/device';
import { NDArray } from '../array.ts';
import { Storage } from '../storage.ts';

/** Integers from which a {@link SeedSequence} starts: one of any size, or several. */
export type Entropy = number | bigint | readonly (number | bigint)[] | ArrayLike<number> | ArrayLike<bigint> | NDArray;

/** Options of {@link SeedSequence}. */
export interface SeedSequenceOptions {
  /** Numbers that set a child apart from its parent; default none. */
  readonly spawnKey?: readonly number[];
  /** Words of 32 bits in the pool, at least the default of 4. */
  readonly poolSize?: number;
  /** Children that were made already; default 0. */
  readonly nChildrenSpawned?: number;
}

const POOL_SIZE = 4;
const INIT_A = 0x43b0d7e5;
const MULT_A = 0x931e8875;
const INIT_B = 0x8b51f9dd;
const MULT_B = 0x58f38ded;
const MIX_LEFT = 0xca01f9dd;
const MIX_RIGHT = 0x4973f715;

function refuse(what: string, got: string, expected: string): never {
  throw new ArgumentError({
    where: 'SeedSequence',
    what,
    got,
    expected,
    hint: 'leave it out for an unpredictable start',
  });
}

/** 32 bits at a time of one integer, lowest first. */
function wordsOf(value: number | bigint, into: number[]): void {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value))
    refuse('seed must be integer', String(value), 'an integer; above 2^53 as bigint');
  if (value < 0) refuse('expected non-negative integer', String(value), 'at least 0');
  let rest = BigInt(value);
  do {
    into.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
}

function entropyWords(entropy: Entropy): number[] {
  const words: number[] = [];
  if (typeof entropy === 'number' || typeof entropy === 'bigint') wordsOf(entropy, words);
  else
    for (const value of Array.from<number | bigint>(entropy instanceof NDArray ? entropy.data : entropy))
      wordsOf(value, words);
  return words;
}

/** A hash whose multiplier changes with every word. */
class Hash {
  #constant: number;
  readonly #factor: number;

  constructor(start: number, factor: number) {
    this.#constant = start;
    this.#factor = factor;
  }

  word(value: number): number {
    const mixed = value ^ this.#constant;
    this.#constant = Math.imul(this.#constant, this.#factor);
    const product = Math.imul(mixed, this.#constant);
    return product ^ (product >>> 16);
  }
}

function mix(x: number, y: number): number {
  const value = (Math.imul(MIX_LEFT, x) - Math.imul(MIX_RIGHT, y)) | 0;
  return value ^ (value >>> 16);
}

function pooled(words: readonly number[], size: number): Uint32Array {
  const hash = new Hash(INIT_A, MULT_A);
  const pool = new Uint32Array(size);
  for (let i = 0; i < size; i++) pool[i] = hash.word(words[i] ?? 0);
  for (let from = 0; from < size; from++)
    for (let to = 0; to < size; to++) if (from !== to) pool[to] = mix(pool[to]!, hash.word(pool[from]!));
  for (const word of words.slice(size)) for (let to = 0; to < size; to++) pool[to] = mix(pool[to]!, hash.word(word));
  return pool;
}

function unpredictable(words: number): bigint {
  return crypto.getRandomValues(new Uint32Array(words)).reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

/**
 * Turns integers of any size and quality into the states of bit generators, and makes independent children.
 *
 * The words are NumPy's, bit for bit. Source: NumPy reference, "Seeding and Entropy"; M. O'Neill 2015, "Developing a seed_seq
 * alternative".
 *
 * @example
 * new SeedSequence(42).generateState(2).tolist() // => [ 3444837047, 2669555309 ]
 * new SeedSequence(42).spawn(2)[1].spawnKey // => [ 1 ]
 */
export class SeedSequence {
  /** What it started from. */
  readonly entropy: Entropy;
  /** Numbers that set this child apart from its parent. */
  readonly spawnKey: readonly number[];
  /** Words of 32 bits in the pool. */
  readonly poolSize: number;
  #nChildrenSpawned: number;
  readonly #pool: Uint32Array;

  /**
   * @param entropy An integer from 0 upwards, several of them, or nothing for an unpredictable start of 128 bits.
   * @throws ArgumentError when it is none of these.
   */
  constructor(entropy?: Entropy | null, options: SeedSequenceOptions = {}) {
    const { spawnKey = [], poolSize = POOL_SIZE, nChildrenSpawned = 0 } = options;
    if (poolSize < POOL_SIZE)
      refuse(
        `The size of the entropy pool should be at least ${POOL_SIZE}`,
        String(poolSize),
        `poolSize >= ${POOL_SIZE}`,
      );
    this.entropy = entropy ?? unpredictable(poolSize);
    this.spawnKey = spawnKey;
    this.poolSize = poolSize;
    this.#nChildrenSpawned = nChildrenSpawned;
    const words = entropyWords(this.entropy);
    // so that a child of a small number differs from the number with the key behind it
    if (spawnKey.length > 0) while (words.length < poolSize) words.push(0);
    this.#pool = pooled([...words, ...entropyWords(spawnKey)], poolSize);
  }

  /** How many children were made. */
  get nChildrenSpawned(): number {
    return this.#nChildrenSpawned;
  }

  /** The mixed entropy, from which every state comes; a copy. */
  get pool(): Uint32Array {
    return this.#pool.slice();
  }

  /** `nWords` words of 32 bits, as plain memory. */
  words(nWords: number): Uint32Array {
    const hash = new Hash(INIT_B, MULT_B);
    return Uint32Array.from({ length: nWords }, (_, i) => hash.word(this.#pool[i % this.poolSize]!));
  }

  /**
   * Words for the state of a bit generator; always the same ones.
   *
   * @param nWords How many.
   * @param dtype `uint32`, or `uint64` for words of 64 bits.
   * @throws ArgumentError for another dtype.
   */
  generateState(nWords: number, dtype: 'uint32' | 'uint64' = 'uint32'): NDArray {
    if (dtype !== 'uint32' && dtype !== 'uint64')
      refuse('only support uint32 or uint64', String(dtype), "'uint32' or 'uint64'");
    if (dtype === 'uint32') return new NDArray(new Storage(this.words(nWords)), 'uint32', [nWords]);
    return new NDArray(new Storage(new BigUint64Array(this.words(2 * nWords).buffer)), 'uint64', [nWords]);
  }

  /** The next `nChildren` children: sequences whose streams do not overlap with this one's or with each other's. */
  spawn(nChildren: number): SeedSequence[] {
    const first = this.#nChildrenSpawned;
    this.#nChildrenSpawned += nChildren;
    return Array.from(
      { length: nChildren },
      (_, i) => new SeedSequence(this.entropy, { spawnKey: [...this.spawnKey, first + i], poolSize: this.poolSize }),
    );
  }
}
