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
