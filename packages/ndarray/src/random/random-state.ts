import { ArgumentError } from '@isograd/device';
import type { NDArray } from '../array.ts';
import type { ArraySource } from '../creation.ts';
import { BitGenerator, type Size } from './bit-generator.ts';
import { type Bound, boundedIntegers, positiveIntegers, type RandintOptions } from './bounded.ts';
import { choose, type ChoiceOptions, legacyPicker } from './choice.ts';
import {
  type DistributionMethods,
  type DoubleMethods,
  drawing,
  type DrawingClass,
  SHARED,
} from './distribution-methods.ts';
import { draw, type DrawOptions, splitOptions } from './drawing.ts';
import { bytesOf, sizeIn, wordsFor } from './generator.ts';
import { legacyDistributions } from './legacy-distributions.ts';
import { MT19937 } from './mt19937-bits.ts';
import type { Mt19937State } from './mt19937.ts';
import { dirichlet, multinomial, multivariateNormal, type MultivariateNormalOptions } from './multivariate.ts';
import { permutation, shuffle } from './permuting.ts';
import { LEGACY, type Source, sourceOf } from './source.ts';

/** State of a {@link RandomState}: the engine's, and the normal value kept for the next call. */
export interface LegacyState extends Mt19937State {
  /** Second value of the last normal pair, or `null` when the next call makes a new pair. */
  readonly gauss: number | null;
}

/** What a {@link RandomState} starts from: an integer below 2^32, several of them, or a bit generator. */
export type LegacySeed = number | bigint | readonly number[] | ArrayLike<number> | ArrayLike<bigint> | BitGenerator;

const Base: DrawingClass<DistributionMethods & DoubleMethods> = /* @__PURE__ */ drawing(
  [...SHARED, 'random', 'randomSample', 'standardNormal', 'standardExponential', 'standardGamma'],
  legacyDistributions,
);

function seeded(seed: Exclude<LegacySeed, BitGenerator>): MT19937 {
  const bits = new MT19937(0);
  bits.legacySeeding(seed);
  return bits;
}

/**
 * NumPy's legacy random generator: the same numbers as `numpy.random.RandomState`, bit for bit.
 *
 * Floats are float64, integers int64 unless said otherwise; calls are as those of {@link Generator}, and their streams never change.
 * Source: NumPy reference, "Legacy random generation".
 *
 * @example
 * const state = new RandomState(0);
 * state.rand(3).tolist() // => [ 0.5488135039273248, 0.7151893663724195, 0.6027633760716439 ]
 * new RandomState(0).permutation(10).tolist() // => [ 2, 8, 4, 9, 1, 6, 7, 3, 0, 5 ]
 * new RandomState(0).gamma(2, [1, 10, 100]).shape // => [ 3 ]
 */
export class RandomState extends Base {
  /**
   * @param seed An integer from 0 to 2^32 - 1, an array of them, a bit generator, or nothing for an unpredictable start.
   * @throws ArgumentError when it is none of these.
   */
  constructor(seed?: LegacySeed | null) {
    if (seed instanceof BitGenerator) super(seed);
    else super(seed === undefined || seed === null ? () => new MT19937() : seeded(seed));
  }

  /** Where the bits come from. */
  get bitGenerator(): BitGenerator {
    return sourceOf(this).bits;
  }

  /**
   * Starts again.
   *
   * @param seed As in the constructor, but no bit generator.
   * @throws ArgumentError when it is no seed, or the bits come from another engine.
   */
  seed(seed?: Exclude<LegacySeed, BitGenerator> | null): void {
    const [source] = this.#twister('random.seed');
    source.bits = seed === undefined || seed === null ? new MT19937() : seeded(seed);
    source.spare = null;
  }

  /** A copy of the state, from which {@link setState} goes on. @throws ArgumentError when the bits come from another engine. */
  getState(): LegacyState {
    const [source, bits] = this.#twister('random.getState');
    return { ...bits.state.state, gauss: source.spare };
  }

  /**
   * Takes over a state.
   *
   * @throws ArgumentError when it is none, or the bits come from another engine.
   */
  setState(state: LegacyState): void {
    const [source, bits] = this.#twister('random.setState');
    bits.state = { bitGenerator: 'MT19937', state };
    source.spare = state.gauss;
  }

  #twister(where: string): [Source, MT19937] {
    const source = sourceOf(this);
    if (source.bits instanceof MT19937) return [source, source.bits];
    throw new ArgumentError({
      where,
      what: 'can only be used with a MT19937 BitGenerator',
      got: source.bits.constructor.name,
      expected: 'MT19937',
      hint: 'read and set bitGenerator.state',
    });
  }

  /** One uniform value in [0, 1), or with lengths of axes an array of them. */
  rand(): number;
  rand(...shape: number[]): NDArray;
  rand(...shape: number[]): NDArray | number {
    return this.#plain('random', shape);
  }

  /** One standard normal value, or with lengths of axes an array of them. */
  randn(): number;
  randn(...shape: number[]): NDArray;
  randn(...shape: number[]): NDArray | number {
    return this.#plain('standardNormal', shape);
  }

  #plain(name: string, shape: readonly number[]): NDArray | number {
    return draw(sourceOf(this), legacyDistributions().get(name)!, shape.length === 0 ? [] : [shape]);
  }

  /**
   * Integers in [low, high), or in [0, low) when `high` is missing or `null`; arrays as bounds broadcast.
   *
   * @throws ArgumentError when an interval is empty or reaches beyond the dtype; DTypeError for a dtype of no integers.
   * @example
   * new RandomState(0).randint(10, null, 5).tolist() // => [ 5, 0, 3, 3, 7 ]
   */
  randint(low: number, high?: number | null): number;
  randint(low: bigint, high?: bigint | null): number | bigint;
  randint(low: Bound, high: Bound | null, size: Size | null, options?: RandintOptions): NDArray;
  randint(low: Bound, high?: Bound | null, options?: RandintOptions): NDArray;
  randint(low: Bound, options: RandintOptions): NDArray;
  randint(...args: readonly unknown[]): NDArray | number | bigint {
    const [[low, high, size], options] = splitOptions<RandintOptions>(args);
    return boundedIntegers(this.bitGenerator, {
      where: 'random.randint',
      low: low as Bound,
      high: high as Bound | null | undefined,
      masked: true,
      size: size as Size | null | undefined,
      ...options,
    });
  }

  /**
   * Integers in [low, high], or in [1, low] when `high` is missing or `null`. NumPy asks for `randint` instead.
   *
   * @throws ArgumentError when the interval is empty.
   */
  randomIntegers(low: number, high?: number | null): number;
  randomIntegers(low: number, high: number | null, size: Size | DrawOptions): NDArray;
  randomIntegers(low: number, high?: number | null, size?: Size | DrawOptions): NDArray | number {
    const isOneSided = high === undefined || high === null;
    const bounds = { where: 'random.randomIntegers', low: isOneSided ? 1 : low, high: isOneSided ? low : high };
    return boundedIntegers(this.bitGenerator, { ...bounds, masked: true, endpoint: true, ...sizeIn(size) }) as
      | NDArray
      | number;
  }

  /** Integers from 0 to 2^63 - 1; one without `size`, a bigint where a number is not exact. */
  tomaxint(): number | bigint;
  tomaxint(size: Size | DrawOptions): NDArray;
  tomaxint(size?: Size | DrawOptions): NDArray | number | bigint {
    return positiveIntegers(this.bitGenerator, sizeIn(size).size);
  }

  /** Random bytes. @throws ShapeError when `length` is no length. */
  bytes(length: number): Uint8Array {
    return bytesOf(this.randint(0, 4294967296, wordsFor(length), { dtype: 'uint32' }), length);
  }

  /**
   * The integers 0 to n - 1 in random order, or a copy of an array with its first axis in random order.
   *
   * @throws ShapeError for a 0-d array; ArgumentError when `n` is negative or no integer.
   * @example
   * new RandomState(1).permutation([[1, 2], [3, 4], [5, 6]]).tolist() // => [ [ 1, 2 ], [ 5, 6 ], [ 3, 4 ] ]
   */
  permutation(x: number | ArraySource): NDArray {
    return permutation(this.bitGenerator, x, 0, 'random.permutation');
  }

  /**
   * Puts the first axis of an array, or a list, in random order, in place.
   *
   * @throws ShapeError for a 0-d array or a broadcast view.
   */
  shuffle(x: NDArray | unknown[]): void {
    shuffle(this.bitGenerator, x, 0, 'random.shuffle');
  }

  /**
   * Picks from the integers 0 to `a` - 1 or from the items of a 1-d array, with replacement unless said otherwise.
   *
   * @throws ArgumentError when there are too few items, or `p` is no distribution over them; ShapeError when `a` is not 1-d.
   * @example
   * new RandomState(0).choice(5, { size: 3, replace: false }).tolist() // => [ 2, 0, 1 ]
   */
  choice(a: number | ArraySource, size?: Size | null | ChoiceOptions, options?: ChoiceOptions): NDArray;
  choice(a: number | ArraySource, ...rest: readonly unknown[]): NDArray {
    const [[size], { replace, p, ...named }] = splitOptions<ChoiceOptions>(rest);
    const picks = { size: size as Size | null, ...named, ...(replace === undefined ? {} : { replace }), p };
    return choose(legacyPicker(this.bitGenerator), a, picks);
  }

  /**
   * Counts of the outcomes of `n` experiments with probabilities `pvals`; int64.
   *
   * @throws ArgumentError when `n` is negative or the probabilities are none.
   */
  multinomial(n: number, pvals: ArraySource, size?: Size | null | DrawOptions): NDArray {
    return multinomial(sourceOf(this), { n, pvals, ...sizeIn(size) });
  }

  /** Vectors of nonnegative values that sum to 1, with concentrations `alpha`. @throws ArgumentError for alpha <= 0. */
  dirichlet(alpha: ArraySource, size?: Size | null | DrawOptions): NDArray {
    return dirichlet(sourceOf(this), LEGACY, { alpha, isLegacy: true, ...sizeIn(size) });
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
    size?: Size | null | Omit<MultivariateNormalOptions, 'method'>,
    options: Omit<MultivariateNormalOptions, 'method'> = {},
  ): NDArray {
    return multivariateNormal((shape) => this.standardNormal(shape), mean, cov, {
      ...options,
      ...sizeIn(size),
      isLegacy: true,
    });
  }
}
