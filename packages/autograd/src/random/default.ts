import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '../tensor.ts';
import { Generator } from './generator.ts';

/** The generator that everything draws from when it is given none; unpredictable until `manualSeed`. */
export const defaultGenerator: Generator = new Generator();
defaultGenerator.seed();

/**
 * Seeds the shared generator and returns it. Source: PyTorch documentation, `torch.manual_seed`.
 *
 * @throws ArgumentError when the seed is no integer from -2^63 to 2^64 - 1.
 * @example
 * manualSeed(0);
 * randn(2, 3).tolist()[0][0] // => 1.5409960746765137
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** Gives the shared generator an unpredictable seed and returns it. Source: PyTorch documentation, `torch.seed`. */
export function seed(): bigint {
  return defaultGenerator.seed();
}

/**
 * The seed that the shared generator started from.
 *
 * @example
 * manualSeed(7);
 * initialSeed() // => 7n
 */
export function initialSeed(): bigint {
  return defaultGenerator.initialSeed();
}

/** The state of the shared generator, uint8 `[5056]`, as `torch.get_rng_state` gives it. */
export function getRngState(): Tensor {
  return defaultGenerator.getState();
}

/**
 * Gives the shared generator a state that {@link getRngState} or PyTorch gave.
 *
 * @throws ArgumentError when it is no such state.
 * @example
 * const state = getRngState();
 * const first = rand(1).item();
 * setRngState(state);
 * rand(1).item() === first // => true
 */
export function setRngState(state: NDArray): void {
  defaultGenerator.setState(state);
}

/**
 * Runs `fn`, and puts the shared generator back as it was, whatever happens (PyTorch's `torch.random.fork_rng`).
 *
 * @returns What `fn` returns. A promise is refused by its type: the state is back before it settles.
 * @example
 * manualSeed(0);
 * forkRng(() => rand(100));
 * rand(1).item() // => 0.49625658988952637
 */
export function forkRng<T>(fn: () => T extends Promise<unknown> ? never : T): T {
  const before = getRngState();
  try {
    return fn() as T;
  } finally {
    setRngState(before);
  }
}
