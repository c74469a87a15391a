import { ArgumentError, type DType } from '@isograd/device';
import { broadcastShapes, checkShape, type NDArray, type Shape } from '@isograd/ndarray';
import { emptyLike, type TensorOptions, zeros } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import { bernoulliFill, checkProbabilities } from './bernoulli.ts';
import { checkFloatDType, checkReal, checkStd } from './checks.ts';
import { defaultGenerator } from './default.ts';
import type { Draw } from './fill.ts';
import type { FloatArray, Generator } from './generator.ts';
import { type Bound, drawIntegers, integerRange, integerWriter, wholeLimit } from './integers.ts';
import { draws } from './levels.ts';
import { made } from './made.ts';
import { type Fill, type Moments, normalFill, uniformFill } from './memory.ts';

const STANDARD = { mean: 0, std: 1 };

/** Options of functions that make random tensors. */
export interface RandomOptions extends TensorOptions, Draw {}

/** A maker of random tensors: the shape as a list with options, or as numbers. */
export interface RandomMaker {
  (shape: Shape, options?: RandomOptions): Tensor;
  (...shape: number[]): Tensor;
}

function floatMaker(where: string, fillOf: (generator: Generator, dtype: DType) => Fill): RandomMaker {
  return (...args: [Shape, (RandomOptions | undefined)?] | number[]): Tensor => {
    const [first, second] = args;
    const [shape, options] =
      typeof first === 'object' ? [first, (second as RandomOptions | undefined) ?? {}] : [args as number[], {}];
    const { dtype = 'float32', generator = defaultGenerator } = options;
    checkShape(shape, where);
    checkFloatDType(dtype, where, true);
    return draws(where, [], (_, lead) => made([...lead, ...shape], dtype, options, fillOf(generator, dtype)));
  };
}

/**
 * Uniform values in [0, 1), float32 by default; of complex dtypes both parts.
 *
 * Source: PyTorch documentation, `torch.rand`.
 *
 * @throws ShapeError when the shape is none; DTypeError for an integer dtype.
 * @example
 * manualSeed(0);
 * rand(2).tolist() // => [ 0.49625658988952637, 0.7682217955589294 ]
 * rand([2, 3], { dtype: 'float64' }).shape // => [ 2, 3 ]
 */
export const rand: RandomMaker = floatMaker('rand', (generator, dtype) => uniformFill(generator, dtype, 0, 1));

/**
 * Standard normal values, float32 by default. Fewer than 16 values come from another stream than 16 and more.
 *
 * Source: PyTorch documentation, `torch.randn`.
 *
 * @throws ShapeError when the shape is none; DTypeError for an integer dtype.
 * @example
 * manualSeed(0);
 * randn(3).tolist() // => [ 1.5409960746765137, -0.293428897857666, -2.1787893772125244 ]
 */
export const randn: RandomMaker = floatMaker('randn', (generator, dtype) =>
  normalFill(generator, dtype, STANDARD, true),
);

/** What functions take that draw values like those of another tensor. */
function drawnLike(where: string, x: NDArray, options: RandomOptions, draw: (out: Tensor) => Tensor): Tensor {
  return draws(where, [], (_, lead) => {
    const like = lead.length === 0 ? x : zeros([...lead, ...x.shape], { dtype: x.dtype });
    return draw(emptyLike(like, { dtype: options.dtype })).requiresGrad_(options.requiresGrad ?? false);
  });
}

/**
 * A new tensor that a function fills with random numbers in place: inside `vmap` for all examples at once, or for each as its `randomness` says.
 *
 * @param where Name of the function that draws, for messages.
 * @param draw Is given zeros of the shape, with an axis of examples in front where each draws for itself.
 * @throws GradientError inside a `vmap` that refuses randomness.
 * @example
 * manualSeed(0);
 * drawInto('noise', [2], 'float32', (out) => out.uniform_()).tolist() // => [ 0.49625658988952637, 0.7682217955589294 ]
 */
export function drawInto(where: string, shape: Shape, dtype: DType, draw: (out: Tensor) => Tensor): Tensor {
  return draws(where, [], (_, lead) => draw(zeros([...lead, ...shape], { dtype })));
}

/**
 * Uniform values in [0, 1) in the shape, dtype and memory order of another tensor.
 *
 * @throws DTypeError when the dtype is not floating-point.
 * @example
 * randLike(zeros([2, 3])).shape // => [ 2, 3 ]
 */
export function randLike(x: Tensor, options: RandomOptions = {}): Tensor {
  return drawnLike('randLike', x, options, (out) => out.uniform_(0, 1, options));
}

/**
 * Standard normal values in the shape, dtype and memory order of another tensor.
 *
 * @throws DTypeError when the dtype is not floating-point.
 * @example
 * randnLike(zeros([2], { dtype: 'float64' })).dtype // => float64
 */
export function randnLike(x: Tensor, options: RandomOptions = {}): Tensor {
  return drawnLike('randnLike', x, options, (out) => out.normal_(0, 1, options));
}

/**
 * Integers in [low, high), or in [0, high), in the shape, dtype and memory order of another tensor.
 *
 * Source: PyTorch documentation, `torch.randint_like`.
 *
 * @throws ArgumentError when there are none between the bounds, or the dtype cannot hold them.
 * @example
 * manualSeed(0);
 * randintLike(zeros([3], { dtype: 'int8' }), 10).tolist() // => [ 4, 9, 3 ]
 */
export function randintLike(x: Tensor, high: Bound, options?: RandomOptions): Tensor;
export function randintLike(x: Tensor, low: Bound, high: Bound, options?: RandomOptions): Tensor;
export function randintLike(x: Tensor, first: Bound, second?: Bound | RandomOptions, third?: RandomOptions): Tensor {
  const isRange = typeof second === 'number' || typeof second === 'bigint';
  const options = (isRange ? third : second) ?? {};
  return drawnLike('randintLike', x, options, (out) =>
    isRange ? out.random_(first, second, options) : out.random_(first, options),
  );
}

/** One mean and one standard deviation, or tensors of them. */
type Moment = number | NDArray;

/**
 * Normal values: of one mean and standard deviation with a shape, float32 by default, or with tensors of them, whose shapes broadcast.
 *
 * Source: PyTorch documentation, `torch.normal`.
 *
 * @param std Standard deviation, at least 0.
 * @throws ArgumentError when `std` is negative; ShapeError and DTypeError as {@link randn}.
 * @example
 * manualSeed(0);
 * normal(10, 2, [1]).item() // => 13.081992149353027
 * normal(tensor([0.5, 100]), 0.5).shape // => [ 2 ]
 */
export function normal(mean: number, std: number, shape: Shape, options?: RandomOptions): Tensor;
export function normal(mean: Tensor, std: number | Tensor, options?: Draw): Tensor;
export function normal(mean: number, std: Tensor, options?: Draw): Tensor;
export function normal(mean: Moment, std: Moment, third?: Shape | Draw, fourth: RandomOptions = {}): Tensor {
  if (typeof mean === 'number' && typeof std === 'number') return normalOfShape({ mean, std }, third as Shape, fourth);
  const { dtype } = typeof mean === 'number' ? (std as NDArray) : mean;
  const { generator = defaultGenerator } = (third as Draw | undefined) ?? {};
  checkFloatDType(dtype, 'normal', true);
  const shape = broadcastShapes(shapeOf(mean), shapeOf(std));
  const given = [mean, std].filter((x) => typeof x !== 'number').map((x) => x.broadcastTo(shape));
  return draws('normal', given, (all) => {
    const [means, stds] = [
      typeof mean === 'number' ? mean : all[0]!.plain(),
      typeof std === 'number' ? std : all.at(-1)!.plain(),
    ];
    checkStds(stds);
    const spread = { mean: 0, std: typeof stds === 'number' ? stds : 1 };
    const out = made(all[0]!.shape, dtype, {}, normalFill(generator, dtype, spread, true));
    if (typeof stds !== 'number') out.mul_(stds);
    return out.add_(means);
  });
}

function checkStds(std: Moment): void {
  if (typeof std === 'number') checkStd(std, 'normal');
  else for (const value of std.plain().astype('float64').data) checkStd(value as number, 'normal');
}

function normalOfShape(moments: Moments, shape: Shape, options: RandomOptions): Tensor {
  const { dtype = 'float32', generator = defaultGenerator } = options;
  checkStds(moments.std);
  checkFloatDType(dtype, 'normal', true);
  checkShape(shape, 'normal');
  return draws('normal', [], (_, lead) =>
    made([...lead, ...shape], dtype, options, normalFill(generator, dtype, moments, true)),
  );
}

const shapeOf = (x: Moment): Shape => (typeof x === 'number' ? [] : x.shape);

/**
 * Integers in [low, high), or in [0, high); int64 by default.
 *
 * Source: PyTorch documentation, `torch.randint`.
 *
 * @throws ArgumentError when there are none between the bounds, or the dtype cannot hold them; ShapeError when the shape is none.
 * @example
 * manualSeed(0);
 * randint(0, 10, [5]).tolist() // => [ 4, 9, 3, 0, 3 ]
 */
export function randint(high: Bound, shape: Shape, options?: RandomOptions): Tensor;
export function randint(low: Bound, high: Bound, shape: Shape, options?: RandomOptions): Tensor;
export function randint(...args: readonly unknown[]): Tensor {
  const all = typeof args[1] === 'object' ? [0, ...args] : args;
  const [low, high, shape, options = {}] = all as [Bound, Bound, Shape, RandomOptions?];
  const { dtype = 'int64', generator = defaultGenerator } = options;
  checkReal(dtype, 'randint');
  const range = integerRange(low, high, dtype, 'randint');
  checkShape(shape, 'randint');
  return draws('randint', [], (_, lead) =>
    made([...lead, ...shape], dtype, options, (out) => drawIntegers(out, range, { dtype, generator })),
  );
}

/**
 * The integers 0 to n - 1 in random order, int64 by default.
 *
 * Source: PyTorch documentation, `torch.randperm`.
 *
 * @throws ArgumentError when `n` is no integer from 0 to 2^32 / 20, or the dtype cannot hold the integers up to it.
 * @example
 * manualSeed(0);
 * randperm(10).tolist() // => [ 4, 1, 7, 5, 3, 9, 0, 8, 6, 2 ]
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const { dtype = 'int64', generator = defaultGenerator } = options;
  checkReal(dtype, 'randperm');
  const most = Math.min(2 ** 32 / 20, Number(wholeLimit(dtype)));
  if (!(Number.isInteger(n) && n >= 0 && n <= most)) {
    throw new ArgumentError({
      where: 'randperm',
      what: 'not a number of items',
      got: String(n),
      expected: `an integer from 0 to ${Math.floor(most)}`,
      hint: 'use randint for indices with replacement',
    });
  }
  return draws('randperm', [], (_, lead) =>
    made([...lead, n], dtype, options, (out) => {
      const write = integerWriter(out, dtype);
      for (let start = 0; start < out.length; start += n)
        generator.permutation(n).forEach((item, i) => write(start + i, BigInt(item)));
    }),
  );
}

/**
 * Ones and zeros in the shape and dtype of a tensor: one with the probability that stands at that place, or with `p` everywhere.
 *
 * Source: PyTorch documentation, `torch.bernoulli`.
 *
 * @param x Probabilities, floating-point; with `p` only its shape and dtype count.
 * @throws DTypeError when the probabilities are not floating-point; ArgumentError when one is outside [0, 1].
 * @example
 * bernoulli(tensor([0, 1], { dtype: 'float32' })).tolist() // => [ 0, 1 ]
 */
export function bernoulli(x: Tensor, options?: Draw): Tensor;
export function bernoulli(x: Tensor, p: number, options?: Draw): Tensor;
export function bernoulli(x: Tensor, second?: number | Draw, third?: Draw): Tensor {
  const isOne = typeof second === 'number';
  const { generator = defaultGenerator } = (isOne ? third : second) ?? {};
  if (!isOne) checkFloatDType(x.dtype, 'bernoulli');
  checkReal(x.dtype, 'bernoulli');
  return draws('bernoulli', isOne ? [] : [x], ([given], lead) => {
    const p = given
      ? ((x.dtype === 'float16' ? given.astype('float32') : given).data as FloatArray)
      : (second as number);
    checkProbabilities(p, 'bernoulli');
    return made([...lead, ...x.shape], x.dtype, {}, bernoulliFill(generator, x.dtype, p));
  });
}
