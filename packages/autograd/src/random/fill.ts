import { ArgumentError, type DType, DTypeError, isFloat } from '@isograd/device';
import { memoryOrder, type NDArray } from '@isograd/ndarray';
import type { Tensor } from '../tensor.ts';
import { checkFloatDType, checkInterval, checkPositive, checkReal, checkStd } from './checks.ts';
import { defaultGenerator } from './default.ts';
import { cauchy, type Drawer, exponential, geometric, logNormal } from './distributions.ts';
import type { FloatArray, Generator } from './generator.ts';
import { type Bound, drawIntegers, integerRange, type IntegerRange, wholeRange } from './integers.ts';
import { bernoulliFill, checkProbabilities } from './bernoulli.ts';
import { type Fill, inFloats, normalFill, overwrite, reordered, uniformFill } from './memory.ts';
import { bernoulli } from './makers.ts';
import { multinomial, type MultinomialOptions } from './sampling.ts';

/** Options of everything that draws. */
export interface Draw {
  /** Where the numbers come from; default the shared generator. */
  readonly generator?: Generator | undefined;
}

/** In-place methods that fill a tensor with random values; each returns the tensor itself. */
export interface RandomMethods<Self> {
  /** Uniform values in [low, high), by default [0, 1). @throws DTypeError for an integer tensor; ArgumentError when low is above high. */
  uniform_(low?: number, high?: number, options?: Draw): Self;
  /** Normal values, by default with mean 0 and standard deviation 1. @throws DTypeError for an integer tensor; ArgumentError when `std` is negative. */
  normal_(mean?: number, std?: number, options?: Draw): Self;
  /** Exponential values of rate `lambd`, above 0, by default 1. @throws DTypeError for an integer tensor; ArgumentError for a rate that is not above 0. */
  exponential_(lambd?: number, options?: Draw): Self;
  /** Cauchy values, by default with median 0 and scale 1. @throws DTypeError for an integer tensor; ArgumentError for a scale that is not above 0. */
  cauchy_(median?: number, sigma?: number, options?: Draw): Self;
  /** Exponentials of normal values, by default with mean 1 and standard deviation 2. @throws DTypeError for an integer tensor; ArgumentError when `std` is not above 0. */
  logNormal_(mean?: number, std?: number, options?: Draw): Self;
  /** Tries until the first success, whose probability is `p`. @throws DTypeError for bools; ArgumentError unless `p` is in (0, 1). */
  geometric_(p: number, options?: Draw): Self;
  /** Ones with probability `p`, by default 0.5, and zeros; a tensor has a probability for each element. @throws ArgumentError when `p` is outside [0, 1]; ShapeError when it does not broadcast. */
  bernoulli_(p?: number | NDArray, options?: Draw): Self;
  /** Integers from 0 to the largest of the dtype, for floats to where whole numbers get gaps. */
  random_(options?: Draw): Self;
  /** Integers in [0, high). @throws ArgumentError when there are none, or the dtype cannot hold them. */
  random_(high: Bound, options?: Draw): Self;
  /** Integers in [low, high), with `null` all from `low` on. @throws ArgumentError when there are none, or the dtype cannot hold them. */
  random_(low: Bound, high: Bound | null, options?: Draw): Self;
  /** A new tensor of ones and zeros: one with the probability that stands at that place, or with `p` everywhere. See the function `bernoulli`. */
  bernoulli(p?: number, options?: Draw): Self;
  /** Places drawn with the weights of this tensor, see the function `multinomial`. */
  multinomial(numSamples: number, options?: MultinomialOptions): Self;
}

/** Fills memory of any real dtype with values that are drawn in double precision. */
function drawn(dtype: DType, generator: Generator, draw: Drawer): Fill {
  const fill: Fill = (out) => generator.fillEach(out, () => draw(generator));
  return isFloat(dtype) ? inFloats(dtype, fill) : fill;
}

/** Probabilities in the order in which the memory of their target is filled. */
function inOrderOf(target: Tensor, p: NDArray): FloatArray {
  checkFloatDType(p.dtype, 'bernoulli_');
  const spread = p.plain().broadcastTo(target.shape);
  const ordered = spread.viewAs(reordered(spread, memoryOrder(target)));
  return (p.dtype === 'float16' ? ordered.astype('float32') : ordered).data as FloatArray;
}

/** The arguments of `random_`: bounds, if any, then the options. */
function readBounds(args: readonly unknown[], dtype: DType): { range: IntegerRange; options: Draw; wide?: boolean } {
  const last = args.at(-1);
  const options = typeof last === 'object' && last !== null ? (last as Draw) : {};
  const bounds = args.filter((arg) => arg !== options && arg !== undefined) as (Bound | null)[];
  const [low, high] = bounds;
  if (low === undefined || low === null)
    return { range: wholeRange(dtype, 'random_'), options, wide: dtype === 'int64' || dtype === 'float64' };
  const range = high === undefined ? integerRange(0, low, dtype, 'random_') : integerRange(low, high, dtype, 'random_');
  return { range, options };
}

const methods: Omit<RandomMethods<Tensor>, 'random_'> & {
  random_(...args: readonly unknown[]): Tensor;
} & ThisType<Tensor> = {
  uniform_(low = 0, high = 1, { generator = defaultGenerator } = {}) {
    checkFloatDType(this.dtype, 'uniform_', true);
    checkInterval(low, high, this.dtype, 'uniform_');
    return overwrite(this, 'uniform_', uniformFill(generator, this.dtype, low, high));
  },
  normal_(mean = 0, std = 1, { generator = defaultGenerator } = {}) {
    checkFloatDType(this.dtype, 'normal_', true);
    checkStd(std, 'normal_');
    return overwrite(this, 'normal_', normalFill(generator, this.dtype, { mean, std }, this.contiguous));
  },
  exponential_(lambd = 1, { generator = defaultGenerator } = {}) {
    checkFloatDType(this.dtype, 'exponential_');
    checkPositive(lambd, 'lambd', 'exponential_');
    return overwrite(this, 'exponential_', drawn(this.dtype, generator, exponential(lambd)));
  },
  cauchy_(median = 0, sigma = 1, { generator = defaultGenerator } = {}) {
    checkFloatDType(this.dtype, 'cauchy_');
    checkPositive(sigma, 'sigma', 'cauchy_');
    return overwrite(this, 'cauchy_', drawn(this.dtype, generator, cauchy(median, sigma)));
  },
  logNormal_(mean = 1, std = 2, { generator = defaultGenerator } = {}) {
    checkFloatDType(this.dtype, 'logNormal_');
    checkPositive(std, 'std', 'logNormal_');
    return overwrite(this, 'logNormal_', drawn(this.dtype, generator, logNormal(mean, std)));
  },
  geometric_(p, { generator = defaultGenerator } = {}) {
    checkReal(this.dtype, 'geometric_');
    if (this.dtype === 'bool')
      throw new DTypeError({
        where: 'geometric_',
        what: 'counts, and bools cannot',
        got: 'bool',
        expected: 'a number dtype',
      });
    if (!(p > 0 && p < 1))
      throw new ArgumentError({
        where: 'geometric_',
        what: 'p is out of range',
        got: String(p),
        expected: '0 < p < 1',
      });
    return overwrite(this, 'geometric_', drawn(this.dtype, generator, geometric(p)));
  },
  bernoulli_(p = 0.5, { generator = defaultGenerator } = {}) {
    checkReal(this.dtype, 'bernoulli_');
    const probabilities = typeof p === 'number' ? p : inOrderOf(this, p);
    checkProbabilities(probabilities, 'bernoulli_');
    return overwrite(this, 'bernoulli_', bernoulliFill(generator, this.dtype, probabilities));
  },
  random_(...args) {
    const { dtype } = this;
    checkReal(dtype, 'random_');
    const { range, options, ...width } = readBounds(args, dtype);
    const { generator = defaultGenerator } = options;
    return overwrite(this, 'random_', (out) => drawIntegers(out, range, { dtype, generator, ...width }));
  },
  bernoulli(p, options) {
    return p === undefined ? bernoulli(this, options) : bernoulli(this, p, options);
  },
  multinomial(numSamples, options) {
    return multinomial(this, numSamples, options);
  },
};

/** Puts the random in-place methods on the class; called once when the package is loaded. */
export function attachRandom(prototype: Tensor): void {
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}
