import type { NDArray } from '../array.ts';
import type { ArraySource } from '../creation.ts';
import type { BitGenerator, Seed, Size } from './bit-generator.ts';
import { boundedIntegers, type Bound, type IntegersOptions } from './bounded.ts';
import { choose, type GeneratorChoiceOptions, picker } from './choice.ts';
import {
  type DistributionMethods,
  drawing,
  type DrawingClass,
  type FloatMethods,
  SHARED,
} from './distribution-methods.ts';
import { distributions } from './distributions.ts';
import { type DrawOptions, splitOptions } from './drawing.ts';
import {
  dirichlet,
  multinomial,
  multivariateHypergeometric,
  type MultivariateHypergeometricOptions,
  multivariateNormal,
  type MultivariateNormalOptions,
} from './multivariate.ts';
import { PCG64 } from './pcg64.ts';
import { permutation, permuted, type PermutedOptions, shuffle } from './permuting.ts';
import { ZIGGURAT } from './samplers/ziggurat.ts';
import { sourceOf } from './source.ts';

const Base: DrawingClass<DistributionMethods & FloatMethods> = /* @__PURE__ */ drawing(
  [...SHARED, 'random', 'standardNormal', 'standardExponential', 'standardGamma'],
  distributions,
);

/**
 * NumPy's random generator: the same numbers as `numpy.random.Generator` on the same bit generator.
 *
 * Each distribution takes its parameters, then the size; instead of the size an object of options, which may also follow fewer
 * arguments: `rng.normal(0, 1, [2, 3])`, `rng.normal({ size: [2, 3] })`, `rng.standardNormal({ dtype: 'float32', size: 5 })`.
 * Numbers equal NumPy 2.4 on x86-64 Linux bit for bit, but for what the notes of a method say.
 * Source: NumPy reference, "Random Generator".
 *
 * @example
 * const rng = new Generator(new PCG64(42));
 * rng.random() // => 0.7739560485559633
 * rng.normal(0, 1, 3).shape // => [ 3 ]
 * rng.poisson([1, 10, 100]).shape // => [ 3 ]
 */
export class Generator extends Base {
  readonly #bits: BitGenerator;

  /** @param bitGenerator Where the bits come from. */
  constructor(bitGenerator: BitGenerator) {
    super(bitGenerator);
    this.#bits = bitGenerator;
  }

  /** Where the bits come from. */
  get bitGenerator(): BitGenerator {
    return this.#bits;
  }

  /** Generators on the next children of the seed sequence, whose streams do not overlap. */
  spawn(nChildren: number): Generator[] {
    return this.#bits.spawn(nChildren).map((bits) => new Generator(bits));
  }

  /**
   * Integers in [low, high), or in [0, low) when `high` is missing or `null`; arrays as bounds broadcast.
   *
   * @throws ArgumentError when an interval is empty or reaches beyond the dtype; DTypeError for a dtype of no integers.
   * @example
   * defaultRng(42).integers(0, 10, 5).tolist() // => [ 0, 7, 6, 4, 4 ]
   * defaultRng(42).integers(1, 6, { size: 3, endpoint: true, dtype: 'uint8' }).tolist() // => [ 4, 1, 6 ]
   */
  integers(low: number, high?: number | null): number;
  integers(low: bigint, high?: bigint | null): number | bigint;
  integers(low: Bound, high: Bound | null, size: Size | null, options?: IntegersOptions): NDArray;
  integers(low: Bound, high?: Bound | null, options?: IntegersOptions): NDArray;
  integers(low: Bound, options: IntegersOptions): NDArray;
  integers(...args: readonly unknown[]): NDArray | number | bigint {
    const [[low, high, size], options] = splitOptions<IntegersOptions>(args);
    return boundedIntegers(this.#bits, {
      where: 'random.integers',
      low: low as Bound,
      high: high as Bound | null | undefined,
      masked: false,
      size: size as Size | null | undefined,
      ...options,
    });
  }

  /** Random bytes. @throws ArgumentError when `length` is no number of items. */
  bytes(length: number): Uint8Array {
    return bytesOf(this.integers(0, 4294967296, wordsFor(length), { dtype: 'uint32' }), length);
  }

  /**
   * Picks from the integers 0 to `a` - 1 or from the items of an array, with replacement unless said otherwise.
   *
   * @throws ArgumentError when there are too few items, or `p` is no distribution over them; AxisError for an axis it lacks.
   * @example
   * defaultRng(42).choice(5, { size: 3, replace: false }).tolist() // => [ 4, 0, 3 ]
   */
  choice(
    a: number | ArraySource,
    size?: Size | null | GeneratorChoiceOptions,
    options?: GeneratorChoiceOptions,
  ): NDArray;
  choice(a: number | ArraySource, ...rest: readonly unknown[]): NDArray {
    const [[size], options] = splitOptions<GeneratorChoiceOptions>(rest);
    return choose(picker(this.#bits, options.shuffle ?? true), a, { size: size as Size | null, ...options });
  }

  /**
   * Puts one axis of an array, or a list, in random order, in place.
   *
   * @throws ShapeError for a 0-d array or a broadcast view; AxisError for an axis it lacks.
   */
  shuffle(x: NDArray | unknown[], axis: number = 0): void {
    shuffle(this.#bits, x, axis, 'random.shuffle');
  }

  /**
   * The integers 0 to n - 1 in random order, or a copy of an array with one axis in random order.
   *
   * @throws ShapeError for a 0-d array; ArgumentError when `n` is negative or no integer.
   * @example
   * defaultRng(42).permutation(5).tolist() // => [ 4, 2, 3, 1, 0 ]
   */
  permutation(x: number | ArraySource, axis: number = 0): NDArray {
    return permutation(this.#bits, x, axis, 'random.permutation');
  }

  /**
   * A copy whose elements are shuffled: all of them, or those of each line of an axis on their own.
   *
   * @throws ShapeError for a 0-d array or an `out` of another shape; AxisError for an axis it lacks.
   */
  permuted(x: ArraySource, options: PermutedOptions = {}): NDArray {
    return permuted(this.#bits, x, options);
  }

  /**
   * Counts of the outcomes of `n` experiments whose probabilities are the last axis of `pvals`; int64.
   *
   * @throws ArgumentError when `n` is negative or the probabilities are none; ShapeError when `size` does not fit them.
   */
  multinomial(n: ArraySource, pvals: ArraySource, size?: Size | null | DrawOptions): NDArray {
    return multinomial(sourceOf(this), { n, pvals, ...sizeIn(size) });
  }

  /**
   * How many balls of each colour are among `nsample` drawn without replacement; int64.
   *
   * @throws ArgumentError when there are fewer than `nsample`.
   */
  multivariateHypergeometric(
    colors: ArraySource,
    nsample: number,
    size?: Size | null | MultivariateHypergeometricOptions,
    options: MultivariateHypergeometricOptions = {},
  ): NDArray {
    return multivariateHypergeometric(sourceOf(this), colors, nsample, { ...options, ...sizeIn(size) });
  }

  /** Vectors of nonnegative values that sum to 1, with concentrations `alpha`. @throws ArgumentError for alpha < 0. */
  dirichlet(alpha: ArraySource, size?: Size | null | DrawOptions): NDArray {
    return dirichlet(sourceOf(this), ZIGGURAT, { alpha, isLegacy: false, ...sizeIn(size) });
  }

  /**
   * Vectors of normal values with mean `mean` [n] and covariance `cov` [n, n].
   *
   * The standard normal values are NumPy's; how the root of the covariance turns them has a sign for each axis that is free.
   *
   * @throws ShapeError when mean and covariance do not fit; ArgumentError with `checkValid: 'raise'`.
   */
  multivariateNormal(
    mean: ArraySource,
    cov: ArraySource,
    size?: Size | null | MultivariateNormalOptions,
    options: MultivariateNormalOptions = {},
  ): NDArray {
    return multivariateNormal((shape) => this.standardNormal(shape), mean, cov, { ...options, ...sizeIn(size) });
  }
}

/** The size, given as such or within options, as options. */
export function sizeIn<O extends DrawOptions>(size: Size | null | undefined | O): O | DrawOptions {
  return typeof size === 'object' && size !== null && !isShape(size) ? size : { size };
}

function isShape(x: object): x is readonly number[] {
  return Array.isArray(x);
}

/** How many words of 32 bits hold so many bytes. */
export function wordsFor(length: number): number {
  return Math.ceil(length / 4);
}

/** The first bytes of words. */
export function bytesOf(words: NDArray, length: number): Uint8Array {
  const { buffer, byteOffset } = words.data;
  return new Uint8Array(buffer, byteOffset, length).slice();
}

/**
 * A new `Generator` on PCG64; a generator or bit generator as argument is taken as it is.
 *
 * @param seed Integers, a {@link SeedSequence}, or nothing for an unpredictable start.
 * @throws ArgumentError when it is none of these.
 * @example
 * defaultRng(42).random(2).tolist() // => [ 0.7739560485559633, 0.4388784397520523 ]
 */
export function defaultRng(seed?: Seed | BitGenerator | Generator | null): Generator {
  if (seed instanceof Generator) return seed;
  return new Generator(isBitGenerator(seed) ? seed : new PCG64(seed));
}

function isBitGenerator(x: unknown): x is BitGenerator {
  return typeof x === 'object' && x !== null && 'next64' in x;
}
