import { Mt19937, RandomState } from '@isograd/ndarray';

let state: RandomState = new RandomState();
/** Python's `random`, from which Keras draws the seeds of what is given none. */
const seeds = new Mt19937(crypto.getRandomValues(new Uint32Array(1))[0]);
const counts = new Map<string, number>();

/**
 * Seeds everything that Keras draws from here on and is given no seed of its own: initial weights, dropout masks, the order of samples
 * (`keras.utils.set_random_seed`). Initial weights are those of Keras on its JAX backend, the rest is drawn from NumPy's `RandomState`.
 *
 * @throws ArgumentError when the seed is no integer from 0 to 2^32 - 1.
 * @example
 * setRandomSeed(1);
 * const a = new layers.Dense(1);
 * a.build([null, 2]);
 * setRandomSeed(1);
 * const b = new layers.Dense(1);
 * b.build([null, 2]);
 * a.kernel.tolist().join() === b.kernel.tolist().join() // => true
 */
export function setRandomSeed(seed: number): void {
  state = new RandomState(seed);
  seeds.seedArray([seed]);
}

const SEEDS = 1e9;

/** A seed for what is given none, from 1 to 10^9: Keras's `make_default_seed`, which is Python's `random.randint`. */
export function defaultSeed(): number {
  for (;;) {
    const drawn = seeds.nextUint32() >>> 2;
    if (drawn < SEEDS) return drawn + 1;
  }
}

/** A generator of its own for a seed, or the shared one. */
export function randomState(seed?: number): RandomState {
  return seed === undefined ? state : new RandomState(seed);
}

/** Forgets the names given so far, so that the next `Dense` is called `dense` again (`keras.utils.clear_session`). */
export function clearSession(): void {
  counts.clear();
}

/** `ReLU` as `re_lu`, `InputLayer` as `input_layer`: Keras's names of layers. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** The next free name of a kind: `dense`, `dense_1`, ... */
export function autoName(kind: string): string {
  return numbered(snakeCase(kind), counts);
}

/** A name, with a number from the second time on that these counts see it. */
export function numbered(name: string, seen: Map<string, number>): string {
  const n = seen.get(name) ?? 0;
  seen.set(name, n + 1);
  return n === 0 ? name : `${name}_${n}`;
}
