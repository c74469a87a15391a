import { ArgumentError, type DType, DTypeError, isComplex, isFloat } from '@isograd/device';
import { NDArray } from '@isograd/ndarray';
import { noteWriter } from '../node.ts';
import type { Tensor } from '../tensor.ts';
import { defaultGenerator } from './default.ts';
import type { FloatArray, Generator, NumberArray } from './generator.ts';

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
  /** Ones with probability `p`, by default 0.5, and zeros. @throws ArgumentError when `p` is outside [0, 1]. */
  bernoulli_(p?: number, options?: Draw): Self;
  /** Integers in [low, high). @throws ArgumentError when there are none. */
  random_(low: number | bigint, high: number | bigint, options?: Draw): Self;
}

/** Refuses integer dtypes. */
export function checkFloatDType(dtype: DType, where: string): void {
  if (isFloat(dtype)) return;
  throw new DTypeError({
    where,
    what: 'takes floating-point dtypes only',
    got: dtype,
    expected: 'float32 or float64',
    hint: 'randint makes integers',
  });
}

/** Refuses dtypes whose streams are not known. */
export function checkDrawable(dtype: DType, where: string): void {
  if (dtype !== 'float16' && !isComplex(dtype)) return;
  throw new DTypeError({
    where,
    what: 'draws no values of this dtype',
    got: dtype,
    expected: 'float32, float64, integers or bools',
    hint: `draw float32 and convert with astype('${dtype}')`,
  });
}

/** Refuses a standard deviation below zero. */
export function checkStd(std: number, where: string): void {
  if (std >= 0) return;
  throw new ArgumentError({
    where,
    what: 'the standard deviation is negative',
    got: String(std),
    expected: 'std >= 0',
    hint: 'pass the standard deviation, not a shift',
  });
}

/** Refuses what is no probability. */
export function checkProbability(p: number, where: string): void {
  if (p >= 0 && p <= 1) return;
  throw new ArgumentError({
    where,
    what: 'not a probability',
    got: String(p),
    expected: '0 <= p <= 1',
    hint: 'pass logits through sigmoid first?',
  });
}

/** The first integer and the number of integers in [low, high). */
export function integerRange(low: number | bigint, high: number | bigint, where: string): [bigint, bigint] {
  for (const bound of [low, high]) {
    if (typeof bound === 'bigint' || Number.isSafeInteger(bound)) continue;
    throw new ArgumentError({
      where,
      what: 'a bound is not an integer',
      got: String(bound),
      expected: 'integers; above 2^53 as bigint',
      hint: 'round it first?',
    });
  }
  const first = BigInt(low);
  const range = BigInt(high) - first;
  if (range > 0n) return [first, range];
  throw new ArgumentError({
    where,
    what: 'no integer lies between the bounds',
    got: `low ${low}, high ${high}`,
    expected: 'low < high',
    hint: 'high is not included',
  });
}

/**
 * Fills a tensor in the order in which its elements lie in memory, as PyTorch does: for a transposed one that is not the order of its indices.
 *
 * @param fill Writes values into the memory it is given.
 */
function overwrite(x: Tensor, where: string, fill: (out: NumberArray) => void): Tensor {
  x.checkWritable(where);
  checkDrawable(x.dtype, where);
  if (x.contiguous) fill(x.data);
  else {
    const axes = x.shape.map((_, axis) => axis).sort((a, b) => Math.abs(x.strides[b]!) - Math.abs(x.strides[a]!));
    const layout = {
      shape: axes.map((axis) => x.shape[axis]!),
      strides: axes.map((axis) => x.strides[axis]!),
      offset: x.offset,
    };
    const ordered = new NDArray(x.storage, x.dtype, layout);
    const out = ordered.data.slice();
    fill(out);
    const memory = x.memory as { [place: number]: number | bigint };
    let i = 0;
    ordered.forEachPlace((place) => (memory[place] = out[i++]!));
  }
  x.touch();
  noteWriter(x.storage, where);
  return x;
}

const methods: RandomMethods<Tensor> & ThisType<Tensor> = {
  uniform_(low = 0, high = 1, { generator = defaultGenerator } = {}) {
    checkFloatDType(this.dtype, 'uniform_');
    if (!(low <= high))
      throw new ArgumentError({
        where: 'uniform_',
        what: 'the bounds are out of order',
        got: `low ${low}, high ${high}`,
        expected: 'low <= high',
        hint: 'exchange them?',
      });
    return overwrite(this, 'uniform_', (out) => generator.fillUniform(out as FloatArray, low, high));
  },
  normal_(mean = 0, std = 1, { generator = defaultGenerator } = {}) {
    checkFloatDType(this.dtype, 'normal_');
    checkStd(std, 'normal_');
    return overwrite(this, 'normal_', (out) => generator.fillNormal(out as FloatArray, mean, std, this.contiguous));
  },
  bernoulli_(p = 0.5, { generator = defaultGenerator } = {}) {
    checkProbability(p, 'bernoulli_');
    return overwrite(this, 'bernoulli_', (out) => generator.fillBernoulli(out, p));
  },
  random_(low, high, { generator = defaultGenerator } = {}) {
    const [first, range] = integerRange(low, high, 'random_');
    return overwrite(this, 'random_', (out) => generator.fillIntegers(out, first, range));
  },
};

/** Puts the random in-place methods on the class; called once when the package is loaded. */
export function attachRandom(prototype: Tensor): void {
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}
