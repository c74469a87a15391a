import type { NDArray } from '../array.ts';
import type { ArraySource } from '../creation.ts';
import type { BitGenerator, Size } from './bit-generator.ts';
import {
  draw,
  type Distribution,
  type DrawOptions,
  type ExponentialOptions,
  type FloatDrawOptions,
} from './drawing.ts';
import { setSource, sourceOf } from './source.ts';

/** Calls with all parameters: numbers alone give a number, the last argument is the size or an object of options. */
interface FullDraw<P extends readonly unknown[], O extends DrawOptions> {
  (...parameters: { [K in keyof P]: number }): number;
  (...parameters: [...P, size?: Size | null | O]): NDArray;
}

/**
 * A call that draws: parameters, then the size or an object of options, which may also come in place of parameters that have
 * defaults. Numbers alone give a number; arrays among the parameters broadcast, and one value is drawn for each element.
 */
export type Draw<P extends readonly unknown[], O extends DrawOptions = DrawOptions> = FullDraw<P, O> &
  (0 extends P['length'] ? (options: O) => NDArray : unknown) &
  (1 extends P['length'] ? (first: P[0], options: O) => NDArray : unknown);

/** The distributions that `Generator` and `RandomState` share; their parameters are numbers or arrays that broadcast. */
export interface DistributionMethods {
  /** Uniform values in [low, high), by default [0, 1). @throws ArgumentError when the range is not finite. */
  readonly uniform: Draw<[low?: ArraySource, high?: ArraySource]>;
  /** Normal values with mean `loc` (0) and standard deviation `scale` (1). @throws ArgumentError for scale < 0. */
  readonly normal: Draw<[loc?: ArraySource, scale?: ArraySource]>;
  /** Values whose logarithm is normal with `mean` (0) and `sigma` (1). @throws ArgumentError for sigma < 0. */
  readonly lognormal: Draw<[mean?: ArraySource, sigma?: ArraySource]>;
  /** Exponential values with mean `scale` (1). @throws ArgumentError for scale < 0. */
  readonly exponential: Draw<[scale?: ArraySource]>;
  /** Gamma values with mean `shape * scale`; `scale` is 1 by default. @throws ArgumentError for shape < 0 or scale < 0. */
  readonly gamma: Draw<[shape: ArraySource, scale?: ArraySource]>;
  /** Beta values in [0, 1] with mean `a / (a + b)`. @throws ArgumentError for a <= 0 or b <= 0. */
  readonly beta: Draw<[a: ArraySource, b: ArraySource]>;
  /** Sums of `df` squares of standard normal values. @throws ArgumentError for df <= 0. */
  readonly chisquare: Draw<[df: ArraySource]>;
  /** As `chisquare`, of normal values whose squared means sum to `nonc`. @throws ArgumentError for df <= 0 or nonc < 0. */
  readonly noncentralChisquare: Draw<[df: ArraySource, nonc: ArraySource]>;
  /** Fisher's F: the ratio of two chi-squares, each over its degrees of freedom. @throws ArgumentError for degrees <= 0. */
  readonly f: Draw<[dfnum: ArraySource, dfden: ArraySource]>;
  /** As `f` with a noncentral numerator. @throws ArgumentError for degrees <= 0 or nonc < 0. */
  readonly noncentralF: Draw<[dfnum: ArraySource, dfden: ArraySource, nonc: ArraySource]>;
  /** Ratios of two standard normal values. */
  readonly standardCauchy: Draw<[]>;
  /** Student's t with `df` degrees of freedom. @throws ArgumentError for df <= 0. */
  readonly standardT: Draw<[df: ArraySource]>;
  /**
   * Angles in [-pi, pi] around `mu`, the more concentrated the greater `kappa`. Values lie within 1e-15 of
   * NumPy's, for its arc cosine rounds otherwise; the stream is the same. @throws ArgumentError for kappa < 0.
   */
  readonly vonmises: Draw<[mu: ArraySource, kappa: ArraySource]>;
  /** Lomax values: Pareto values of minimum 1, less 1. @throws ArgumentError for a <= 0. */
  readonly pareto: Draw<[a: ArraySource]>;
  /** Weibull values of scale 1 and shape `a`. @throws ArgumentError for a < 0. */
  readonly weibull: Draw<[a: ArraySource]>;
  /** Values in [0, 1] of density `a x^(a - 1)`. @throws ArgumentError for a <= 0. */
  readonly power: Draw<[a: ArraySource]>;
  /** Laplace values around `loc` (0) with mean distance `scale` (1). @throws ArgumentError for scale < 0. */
  readonly laplace: Draw<[loc?: ArraySource, scale?: ArraySource]>;
  /** Gumbel values with mode `loc` (0). @throws ArgumentError for scale < 0. */
  readonly gumbel: Draw<[loc?: ArraySource, scale?: ArraySource]>;
  /** Logistic values with mean `loc` (0). @throws ArgumentError for scale < 0. */
  readonly logistic: Draw<[loc?: ArraySource, scale?: ArraySource]>;
  /** Lengths of vectors of two normal parts with standard deviation `scale` (1). @throws ArgumentError for scale < 0. */
  readonly rayleigh: Draw<[scale?: ArraySource]>;
  /** Inverse Gaussian values. @throws ArgumentError for mean <= 0 or scale <= 0. */
  readonly wald: Draw<[mean: ArraySource, scale: ArraySource]>;
  /** Values in [left, right] of triangular density. @throws ArgumentError unless left <= mode <= right and left < right. */
  readonly triangular: Draw<[left: ArraySource, mode: ArraySource, right: ArraySource]>;
  /** Successes in `n` tries of probability `p`; int64. @throws ArgumentError for n < 0 or p outside [0, 1]. */
  readonly binomial: Draw<[n: ArraySource, p: ArraySource]>;
  /** Failures before the `n`-th success; int64. @throws ArgumentError for n <= 0 or p that is no probability. */
  readonly negativeBinomial: Draw<[n: ArraySource, p: ArraySource]>;
  /** Counts of mean `lam` (1); int64. @throws ArgumentError for lam < 0 or NaN, or too large for int64. */
  readonly poisson: Draw<[lam?: ArraySource]>;
  /** Zipf values: k with probability in proportion to k^-a; int64. @throws ArgumentError for a <= 1. */
  readonly zipf: Draw<[a: ArraySource]>;
  /** Tries until the first success; int64. @throws ArgumentError for p outside (0, 1]. */
  readonly geometric: Draw<[p: ArraySource]>;
  /** Good ones among `nsample` drawn without replacement; int64. @throws ArgumentError when there are fewer than `nsample`. */
  readonly hypergeometric: Draw<[ngood: ArraySource, nbad: ArraySource, nsample: ArraySource]>;
  /** Values of the logarithmic series; int64. @throws ArgumentError for p outside [0, 1). */
  readonly logseries: Draw<[p: ArraySource]>;
}

/** Draws of `Generator` that know single precision too. */
export interface FloatMethods {
  /** Uniform values in [0, 1). @throws DTypeError for a dtype other than float64 and float32. */
  readonly random: Draw<[], FloatDrawOptions>;
  /** Standard normal values, by the ziggurat method. @throws DTypeError for a dtype other than float64 and float32. */
  readonly standardNormal: Draw<[], FloatDrawOptions>;
  /** Exponential values of mean 1, by the ziggurat method or the inverse (`method: 'inv'`). @throws DTypeError as `random`. */
  readonly standardExponential: Draw<[], ExponentialOptions>;
  /**
   * Gamma values of scale 1. In single precision a value with `shape < 1` may differ from NumPy's in its last bit.
   *
   * @throws ArgumentError for shape < 0; DTypeError as `random`.
   */
  readonly standardGamma: Draw<[shape: ArraySource], FloatDrawOptions>;
}

/** Draws of `RandomState` that are in double precision only. */
export interface DoubleMethods {
  /** Uniform values in [0, 1); the same as `randomSample`. */
  readonly random: Draw<[]>;
  /** Uniform values in [0, 1). */
  readonly randomSample: Draw<[]>;
  /** Standard normal values, by the polar method. */
  readonly standardNormal: Draw<[]>;
  /** Exponential values of mean 1, by the logarithm. */
  readonly standardExponential: Draw<[]>;
  /** Gamma values of scale 1. @throws ArgumentError for shape < 0. */
  readonly standardGamma: Draw<[shape: ArraySource]>;
}

/** A class of generators with methods `M`, made on bits or on what gives them at the first draw. */
export type DrawingClass<M> = abstract new (bits: BitGenerator | (() => BitGenerator)) => M;

/** A class with one method for each distribution of a table; the table is read at the first call. */
export function drawing<M extends object>(
  names: readonly (keyof M & string)[],
  table: () => ReadonlyMap<string, Distribution>,
): DrawingClass<M> {
  class Drawing {
    constructor(bits: BitGenerator | (() => BitGenerator)) {
      setSource(this, bits);
    }
  }
  for (const name of names)
    Object.defineProperty(Drawing.prototype, name, {
      configurable: true,
      writable: true,
      value(this: object, ...args: readonly unknown[]) {
        return draw(sourceOf(this), table().get(name)!, args);
      },
    });
  return Drawing as unknown as DrawingClass<M>;
}

/** Names of the distributions that both generators have. */
export const SHARED: readonly (keyof DistributionMethods)[] = [
  'uniform',
  'normal',
  'lognormal',
  'exponential',
  'gamma',
  'beta',
  'chisquare',
  'noncentralChisquare',
  'f',
  'noncentralF',
  'standardCauchy',
  'standardT',
  'vonmises',
  'pareto',
  'weibull',
  'power',
  'laplace',
  'gumbel',
  'logistic',
  'rayleigh',
  'wald',
  'triangular',
  'binomial',
  'negativeBinomial',
  'poisson',
  'zipf',
  'geometric',
  'hypergeometric',
  'logseries',
];
