import { ArgumentError, DTypeError, halfToNumber, numberToHalf, ShapeError } from '@isograd/device';
import { broadcastShapes, type NDArray } from '@isograd/ndarray';
import { emptyLike } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import { checkFloatDType } from './checks.ts';
import { defaultGenerator } from './default.ts';
import { binomial as binomialDrawer, type Drawer, poisson as poissonDrawer } from './distributions.ts';
import type { Draw } from './fill.ts';
import type { FloatArray, Generator } from './generator.ts';
import { draws } from './levels.ts';
import { made } from './made.ts';
import { inFloats } from './memory.ts';

/** Options of {@link multinomial}. */
export interface MultinomialOptions extends Draw {
  /** Whether a place may be drawn again; default false. */
  readonly replacement?: boolean | undefined;
}

/** Values of a floating-point array in C order; float16 as float32. */
function valuesOf(x: NDArray): FloatArray {
  const plain = x.plain();
  return (x.dtype === 'float16' ? plain.astype('float32') : plain).data as FloatArray;
}

/**
 * Poisson values, each with the mean that stands at its place, in the shape and dtype of the means.
 *
 * Source: PyTorch documentation, `torch.poisson`.
 *
 * @param rates Means, floating-point, at least 0.
 * @throws DTypeError when the means are not floating-point; ArgumentError when one is negative or NaN.
 * @example
 * manualSeed(0);
 * poisson(tensor([0.5, 30])).tolist() // => [ 2, 39 ]
 */
export function poisson(rates: Tensor, { generator = defaultGenerator }: Draw = {}): Tensor {
  checkFloatDType(rates.dtype, 'poisson');
  return draws('poisson', [rates], ([all]) => poissonOf(all!, generator));
}

function poissonOf(rates: NDArray, generator: Generator): Tensor {
  const means = valuesOf(rates);
  const wrong = means.find((rate) => !(rate >= 0));
  if (wrong !== undefined)
    throw new ArgumentError({
      where: 'poisson',
      what: 'a mean is negative or NaN',
      got: String(wrong),
      expected: 'means >= 0',
    });
  return drawnFrom(rates, generator, (i) => poissonDrawer(means[i]!));
}

/** A tensor in the shape and dtype of another, each value by a drawer of its own. */
function drawnFrom(like: NDArray, generator: Generator, drawerOf: (i: number) => Drawer): Tensor {
  const fill = inFloats(like.dtype, (out) => generator.fillEach(out, (i) => drawerOf(i)(generator)));
  return made(like.shape, like.dtype, {}, fill);
}

/**
 * Numbers of successes among `count` tries of probability `prob`, which broadcast, in their dtype.
 *
 * Source: PyTorch documentation, `torch.binomial`.
 *
 * @param count Numbers of tries, float32 or float64.
 * @param prob Probabilities, of the same dtype.
 * @throws DTypeError when the dtypes are not one and the same of these.
 * @example
 * manualSeed(0);
 * binomial(tensor([10, 100], { dtype: 'float32' }), tensor([0.5])).tolist() // => [ 7, 51 ]
 */
export function binomial(count: Tensor, prob: Tensor, { generator = defaultGenerator }: Draw = {}): Tensor {
  const { dtype } = count;
  if ((dtype !== 'float32' && dtype !== 'float64') || prob.dtype !== dtype)
    throw new DTypeError({
      where: 'binomial',
      what: 'count and prob have one dtype',
      got: `count ${dtype}, prob ${prob.dtype}`,
      expected: 'float32 or float64, both',
      hint: 'convert with x.to(dtype)',
    });
  const shape = broadcastShapes(count.shape, prob.shape);
  return draws('binomial', [count.broadcastTo(shape), prob.broadcastTo(shape)], ([counts, probs]) => {
    const [tries, chances] = [counts!.plain().data as FloatArray, probs!.plain().data as FloatArray];
    return drawnFrom(counts!, generator, (i) => binomialDrawer(tries[i]!, chances[i]!, dtype));
  });
}

function checkMultinomial(x: Tensor, numSamples: number, replacement: boolean): void {
  const where = 'multinomial';
  if (x.ndim !== 1 && x.ndim !== 2)
    throw new ShapeError({
      where,
      what: 'takes one or two axes',
      got: `[${x.shape.join(', ')}]`,
      expected: '[n] or [rows, n]',
    });
  checkFloatDType(x.dtype, where);
  const categories = x.shape.at(-1)!;
  const most = replacement ? Infinity : categories;
  if (!Number.isInteger(numSamples) || numSamples <= 0 || numSamples > most)
    throw new ArgumentError({
      where,
      what: 'not a number of samples',
      got: `${numSamples} of ${categories}`,
      expected: replacement ? 'a whole number above 0' : 'a whole number above 0, no more than there are places',
      hint: 'more samples than places need { replacement: true }',
    });
}

function checkWeights(weights: FloatArray, categories: number): void {
  const where = 'multinomial';
  for (let start = 0; start < weights.length; start += categories) {
    let sum = 0;
    for (let i = start; i < start + categories; i++) {
      const weight = weights[i]!;
      if (!(weight >= 0 && weight < Infinity))
        throw new ArgumentError({
          where,
          what: 'a weight is negative, infinite or NaN',
          got: String(weight),
          expected: 'weights from 0',
        });
      sum += weight;
    }
    if (!(sum > 0))
      throw new ArgumentError({
        where,
        what: 'the weights of a row sum to 0',
        got: String(sum),
        expected: 'a sum above 0',
      });
  }
}

/** The sums of weights up to each place, of 1 in all; added up in the precision of the memory. */
function cumulative(weights: FloatArray): FloatArray {
  const sums = weights.slice();
  for (let i = 1; i < sums.length; i++) sums[i] = sums[i - 1]! + sums[i]!;
  const total = sums.at(-1)!;
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! / total;
  sums[sums.length - 1] = 1;
  return sums;
}

/** The first place whose sum is not below a value. */
function placeOf(value: number, sums: FloatArray): number {
  let left = 0;
  let right = sums.length;
  while (left < right) {
    const middle = (left + right) >> 1;
    if (sums[middle]! < value) left = middle + 1;
    else right = middle;
  }
  return left;
}

/** Weights over exponential values: their largest are a sample without replacement. */
function raced(x: NDArray, weights: FloatArray, generator: Generator): FloatArray {
  const times = valuesOf(emptyLike(x).exponential_(1, { generator }));
  const round = x.dtype === 'float16' ? (v: number): number => halfToNumber(numberToHalf(Math.fround(v))) : Number;
  return times.map((time, i) => round(weights[i]! / time));
}

/**
 * Places drawn with the probabilities that are in proportion to weights: int64 `[numSamples]`, or `[rows, numSamples]` of a matrix of weights.
 *
 * Without replacement places of weight 0 come last, when there is nothing else left; PyTorch has another order of those.
 * Source: PyTorch documentation, `torch.multinomial`.
 *
 * @param x Weights `[n]` or `[rows, n]`, from 0; they need not sum to 1.
 * @throws ShapeError, DTypeError or ArgumentError for what are no weights, or more samples than places without replacement.
 * @example
 * manualSeed(0);
 * multinomial(tensor([0, 10, 3, 0.5]), 2).tolist() // => [ 1, 2 ]
 * multinomial(tensor([0, 10, 3, 0.5]), 4, { replacement: true }).tolist() // => [ 1, 2, 1, 1 ]
 */
export function multinomial(x: Tensor, numSamples: number, options: MultinomialOptions = {}): Tensor {
  const { replacement = false, generator = defaultGenerator } = options;
  checkMultinomial(x, numSamples, replacement);
  return draws('multinomial', [x], ([all], lead) =>
    // What examples share has no order of memory of its own.
    drawPlaces(lead.length > 0 ? all!.copy() : all!, numSamples, { replacement, generator }),
  );
}

function drawPlaces(
  x: NDArray,
  numSamples: number,
  { replacement, generator }: Readonly<{ replacement: boolean; generator: Generator }>,
): Tensor {
  const categories = x.shape.at(-1)!;
  const weights = valuesOf(x);
  checkWeights(weights, categories);
  const isRace = !replacement || numSamples === 1;
  const keys = isRace ? raced(x, weights, generator) : weights;
  return made([...x.shape.slice(0, -1), numSamples], 'int64', {}, (out) => {
    for (let start = 0, at = 0; start < keys.length; start += categories) {
      const row = keys.subarray(start, start + categories) as FloatArray;
      const places = isRace ? largest(row, numSamples) : redrawn(row, numSamples, generator);
      for (const place of places) out[at++] = BigInt(place);
    }
  });
}

function largest(row: FloatArray, count: number): number[] {
  return Array.from(row.keys())
    .sort((a, b) => row[b]! - row[a]!)
    .slice(0, count);
}

function redrawn(row: FloatArray, count: number, generator: Generator): number[] {
  const sums = cumulative(row);
  return Array.from({ length: count }, () => placeOf(generator.nextDouble(), sums));
}
