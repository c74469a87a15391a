import { ArgumentError, type DType, sizeOf, isBig } from '@isograd/device';
import { checkShape, DTYPES, NDArray, type Shape, Storage } from '@isograd/ndarray';
import { leaf, type TensorOptions } from '../creation.ts';
import type { Tensor } from '../tensor.ts';
import { defaultGenerator } from './default.ts';
import { checkDrawable, checkFloatDType, checkProbability, checkStd, type Draw, integerRange } from './fill.ts';
import type { FloatArray, NumberArray } from './generator.ts';

/** Options of functions that make random tensors. */
export interface RandomOptions extends TensorOptions, Draw {}

/** A maker of random tensors: the shape as a list with options, or as numbers. */
export interface RandomMaker {
  (shape: Shape, options?: RandomOptions): Tensor;
  (...shape: number[]): Tensor;
}

/** A new leaf of a dtype and shape, filled by `fill`. */
function made(shape: Shape, dtype: DType, options: RandomOptions, fill: (out: NumberArray) => void): Tensor {
  checkDrawable(dtype, 'random');
  const memory = new DTYPES[dtype].Array(sizeOf(shape));
  fill(memory);
  return leaf(new NDArray(new Storage(memory), dtype, shape), options);
}

function floatMaker(where: string, fill: (out: FloatArray, options: RandomOptions) => void): RandomMaker {
  return (...args: [Shape, (RandomOptions | undefined)?] | number[]): Tensor => {
    const [first, second] = args;
    const [shape, options] =
      typeof first === 'object' ? [first, (second as RandomOptions | undefined) ?? {}] : [args as number[], {}];
    const { dtype = 'float32' } = options;
    checkShape(shape, where);
    checkFloatDType(dtype, where);
    return made(shape, dtype, options, (out) => fill(out as FloatArray, options));
  };
}

/**
 * Uniform values in [0, 1), float32 by default.
 *
 * Source: PyTorch documentation, `torch.rand`.
 *
 * @throws ShapeError when the shape is none; DTypeError for an integer dtype.
 * @example
 * manualSeed(0);
 * rand(2).tolist() // => [ 0.49625658988952637, 0.7682217955589294 ]
 * rand([2, 3], { dtype: 'float64' }).shape // => [ 2, 3 ]
 */
export const rand: RandomMaker = floatMaker('rand', (out, { generator = defaultGenerator }) =>
  generator.fillUniform(out),
);

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
export const randn: RandomMaker = floatMaker('randn', (out, { generator = defaultGenerator }) =>
  generator.fillNormal(out),
);

/**
 * Uniform values in [0, 1) in the shape and dtype of another tensor.
 *
 * @throws DTypeError when the dtype is not floating-point.
 * @example
 * randLike(zeros([2, 3])).shape // => [ 2, 3 ]
 */
export function randLike(x: Tensor, options: RandomOptions = {}): Tensor {
  return rand(x.shape, { dtype: x.dtype, ...options });
}

/**
 * Standard normal values in the shape and dtype of another tensor.
 *
 * @throws DTypeError when the dtype is not floating-point.
 * @example
 * randnLike(zeros([2], { dtype: 'float64' })).dtype // => float64
 */
export function randnLike(x: Tensor, options: RandomOptions = {}): Tensor {
  return randn(x.shape, { dtype: x.dtype, ...options });
}

/**
 * Normal values with one mean and one standard deviation, float32 by default.
 *
 * Source: PyTorch documentation, `torch.normal`.
 *
 * @param std Standard deviation, at least 0.
 * @throws ArgumentError when `std` is negative; ShapeError and DTypeError as {@link randn}.
 * @example
 * manualSeed(0);
 * normal(10, 2, [1]).item() // => 13.081992149353027
 */
export function normal(mean: number, std: number, shape: Shape, options: RandomOptions = {}): Tensor {
  checkStd(std, 'normal');
  const { dtype = 'float32', generator = defaultGenerator } = options;
  checkShape(shape, 'normal');
  checkFloatDType(dtype, 'normal');
  return made(shape, dtype, options, (out) => generator.fillNormal(out as FloatArray, mean, std));
}

/**
 * Integers in [low, high), int64 by default.
 *
 * Source: PyTorch documentation, `torch.randint`.
 *
 * @throws ArgumentError when there are none between the bounds; ShapeError when the shape is none.
 * @example
 * manualSeed(0);
 * randint(0, 10, [5]).tolist() // => [ 4, 9, 3, 0, 3 ]
 */
export function randint(
  low: number | bigint,
  high: number | bigint,
  shape: Shape,
  options: RandomOptions = {},
): Tensor {
  const { dtype = 'int64', generator = defaultGenerator } = options;
  const [first, range] = integerRange(low, high, 'randint');
  return made(checkShape(shape, 'randint'), dtype, options, (out) => generator.fillIntegers(out, first, range));
}

/**
 * The integers 0 to n - 1 in random order, int64 by default.
 *
 * Source: PyTorch documentation, `torch.randperm`.
 *
 * @throws ArgumentError when `n` is no integer from 0 to 2^32 / 20.
 * @example
 * manualSeed(0);
 * randperm(10).tolist() // => [ 4, 1, 7, 5, 3, 9, 0, 8, 6, 2 ]
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  if (!(Number.isInteger(n) && n >= 0 && n < 2 ** 32 / 20)) {
    throw new ArgumentError({
      where: 'randperm',
      what: 'not a number of items',
      got: String(n),
      expected: 'an integer from 0 to 214748364',
      hint: 'use randint for indices with replacement',
    });
  }
  const { dtype = 'int64', generator = defaultGenerator } = options;
  const order = generator.permutation(n);
  return made([n], dtype, options, (out) => {
    const memory = out as { [i: number]: number | bigint };
    const big = isBig(dtype);
    for (let i = 0; i < n; i++) memory[i] = big ? BigInt(order[i]!) : order[i]!;
  });
}

/**
 * Ones and zeros in the shape and dtype of `p`: one where a uniform value is below the probability at that place.
 *
 * @param p Probabilities, floating-point.
 * @throws DTypeError when `p` is not floating-point; ArgumentError when one is outside [0, 1].
 * @example
 * bernoulli(tensor([0.0, 1.0], { dtype: 'float32' })).tolist() // => [ 0, 1 ]
 */
export function bernoulli(p: Tensor, options: Draw = {}): Tensor {
  checkFloatDType(p.dtype, 'bernoulli');
  const probabilities = p.data as FloatArray;
  probabilities.forEach((value) => checkProbability(value, 'bernoulli'));
  const { generator = defaultGenerator } = options;
  return made(p.shape, p.dtype, {}, (out) => generator.fillBernoulli(out, probabilities));
}
