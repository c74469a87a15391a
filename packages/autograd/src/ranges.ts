import { ArgumentError } from '@isograd/device';
import { eye as arrayEye, filled, type NDArray, arange as range } from '@isograd/ndarray';
import { leaf, tensor, type TensorOptions } from './creation.ts';
import type { Tensor } from './tensor.ts';

type Like = (x: NDArray, options?: TensorOptions) => Tensor;

const constantLike =
  (name: string, value: number): Like =>
  (x, options = {}) =>
    leaf(filled(x.shape, value, options.dtype ?? x.dtype, name), options);

/**
 * Zeros in the shape and dtype of another array.
 *
 * Source: PyTorch documentation, `torch.zeros_like`.
 *
 * @example
 * zerosLike(tensor([1.5, 2])).tolist() // => [ 0, 0 ]
 */
export const zerosLike: Like = constantLike('zerosLike', 0);

/**
 * Ones in the shape and dtype of another array.
 *
 * Source: PyTorch documentation, `torch.ones_like`.
 *
 * @example
 * onesLike(tensor([5, 6])).dtype // => int64
 */
export const onesLike: Like = constantLike('onesLike', 1);

/**
 * One value in the shape and dtype of another array.
 *
 * Source: PyTorch documentation, `torch.full_like`.
 *
 * @example
 * fullLike(tensor([1, 2]), 7).tolist() // => [ 7, 7 ]
 */
export function fullLike(x: NDArray, value: number, options: TensorOptions = {}): Tensor {
  return constantLike('fullLike', value)(x, options);
}

/**
 * Evenly spaced numbers from `start` up to but not including `end`; one argument is the `end`, `start` is 0.
 *
 * Whole numbers give int64, fractions float32. Each is rounded once; PyTorch rounds some of the fractions to the neighbour.
 *
 * Source: PyTorch documentation, `torch.arange`.
 *
 * @throws ArgumentError for a step of 0 or one that leads away from the end, and for numbers that are not finite; DTypeError for numbers that the dtype does not hold.
 * @example
 * arange(3).tolist() // => [ 0, 1, 2 ]
 * arange(1, 2, 0.25).dtype // => float32
 * arange(2, { dtype: 'float32', requiresGrad: true }).requiresGrad // => true
 */
export function arange(end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end?: number, options?: TensorOptions): Tensor;
export function arange(start: number, end?: number, step?: number, options?: TensorOptions): Tensor;
export function arange(start: number, ...more: readonly (number | TensorOptions | undefined)[]): Tensor {
  const options = more.find((x) => typeof x === 'object') ?? {};
  const [end, step] = more.filter((x) => typeof x === 'number');
  const made = range(start, end, step);
  const [from, to] = end === undefined ? [0, start] : [start, end];
  if (made.size === 0 && from !== to)
    throw new ArgumentError({
      where: 'arange',
      what: 'the step leads away from the end',
      got: `from ${from} to ${to} in steps of ${step ?? 1}`,
      expected: from < to ? 'a step above 0' : 'a step below 0',
      hint: 'the step is the third argument, 1 by default',
    });
  const dtype = options.dtype ?? (made.dtype === 'int64' ? 'int64' : 'float32');
  return leaf(made.astype(dtype), options);
}

/**
 * So many evenly spaced numbers from `start` to `end`, both included; float32 by default.
 *
 * Source: PyTorch documentation, `torch.linspace`; both ends are exact, and float32 has the bits of PyTorch on processors with fused multiply-add.
 *
 * @param steps Number of elements; 1 gives `start`.
 * @throws ArgumentError when `steps` is no whole number from 0.
 * @example
 * linspace(0, 1, 5).tolist() // => [ 0, 0.25, 0.5, 0.75, 1 ]
 */
export function linspace(start: number, end: number, steps: number, options: TensorOptions = {}): Tensor {
  if (!Number.isInteger(steps) || steps < 0)
    throw new ArgumentError({
      where: 'linspace',
      what: 'the number of elements is not a whole number from 0',
      got: String(steps),
      expected: '0, 1, 2, ...',
      hint: 'arange takes a step instead',
    });
  const { dtype = 'float32' } = options;
  const round = dtype === 'float32' ? Math.fround : (x: number): number => x;
  const [from, to] = [round(start), round(end)];
  const step = steps > 1 ? round((to - from) / (steps - 1)) : 0;
  const values = Float64Array.from({ length: steps }, (_, i) =>
    i === 0 || i < steps >> 1 ? from + step * i : to - step * (steps - 1 - i),
  );
  return tensor(values, { ...options, dtype });
}

/**
 * Ones on the diagonal of a matrix of zeros; float32 by default.
 *
 * Source: PyTorch documentation, `torch.eye`.
 *
 * @param m Number of columns; default that of the rows.
 * @throws ShapeError when a length is none.
 * @example
 * eye(2).tolist() // => [ [ 1, 0 ], [ 0, 1 ] ]
 * eye(2, 3).shape // => [ 2, 3 ]
 */
export function eye(n: number, m: number = n, options: TensorOptions = {}): Tensor {
  return leaf(arrayEye(n, { M: m, dtype: options.dtype ?? 'float32' }), options);
}
