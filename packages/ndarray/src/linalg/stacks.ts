import { type DType, DTypeError, DTYPES, isComplex, isFloat, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { show } from '../broadcast.ts';
import { type Promotion, TORCH } from '../promotion.ts';
import { Storage } from '../storage.ts';
import { LinAlgError } from './linalg-error.ts';

/** A dtype in which matrices are factored; 32-bit ones are worked on in 64 bits and rounded at the end. */
export type FactorType = 'float32' | 'float64' | 'complex64' | 'complex128';

const isFactorType = (dtype: DType): dtype is FactorType => (isFloat(dtype) || isComplex(dtype)) && dtype !== 'float16';

/** The dtype of what is computed from an array: its own, or the default float of integers. @throws DTypeError for float16, and for integer tensors. */
export function factorType(dtype: DType, rule: Promotion, where: string): FactorType {
  if (isFactorType(dtype)) return dtype;
  if (dtype === 'float16')
    throw new DTypeError({
      where,
      what: 'array type float16 is unsupported in linalg',
      got: dtype,
      expected: 'float32, float64, complex64 or complex128',
      hint: "convert with x.astype('float32')",
    });
  if (rule !== TORCH) return rule.defaultFloat;
  throw new DTypeError({
    where,
    what: 'expected a floating-point tensor',
    got: dtype,
    expected: 'float32 or float64',
    hint: 'convert with x.float()',
  });
}

/** The dtype in which two matrices meet. */
export function commonType(a: FactorType, b: FactorType): FactorType {
  const wide = [a, b].some((d) => d === 'float64' || d === 'complex128');
  if (isComplex(a) || isComplex(b)) return wide ? 'complex128' : 'complex64';
  return wide ? 'float64' : 'float32';
}

/** The dtype of lengths and other real results. */
export function realType(dtype: FactorType): 'float32' | 'float64' {
  return dtype === 'float32' || dtype === 'complex64' ? 'float32' : 'float64';
}

/** The complex dtype of a width. */
export function complexType(dtype: FactorType): 'complex64' | 'complex128' {
  return realType(dtype) === 'float32' ? 'complex64' : 'complex128';
}

/** Refuses what is no matrix or stack of matrices. @throws LinAlgError */
export function checkMatrix(x: NDArray, where: string): void {
  if (x.ndim >= 2) return;
  throw new LinAlgError({
    where,
    what: `${x.ndim}-dimensional array given. Array must be at least two-dimensional`,
    got: show(x.shape),
    expected: '[..., m, n]',
    hint: 'x.reshape(1, -1) makes a row, x.reshape(-1, 1) a column',
  });
}

/** The side of square matrices. @throws LinAlgError for anything else. */
export function checkSquare(x: NDArray, where: string): number {
  checkMatrix(x, where);
  const n = x.shape.at(-1)!;
  if (n === x.shape.at(-2)) return n;
  throw new LinAlgError({
    where,
    what: 'Last 2 dimensions of the array must be square',
    got: show(x.shape),
    expected: '[..., n, n]',
    hint: 'stacks of matrices have them in their last two axes',
  });
}

/** Matrices in a row, each given out as memory of its own in 64 bits; complex numbers interleaved. */
export interface Stack {
  readonly batch: Shape;
  readonly m: number;
  readonly n: number;
  readonly count: number;
  readonly lanes: 1 | 2;
  readonly dtype: FactorType;
  matrix(i: number): Float64Array;
}

/** The matrices in the last two axes of a plain array. */
export function stackOf(x: NDArray, dtype: FactorType): Stack {
  const batch = x.shape.slice(0, -2);
  const [m, n] = [x.shape.at(-2)!, x.shape.at(-1)!];
  const lanes = isComplex(dtype) ? 2 : 1;
  const data = x.astype(lanes === 2 ? 'complex128' : 'float64').data as Float64Array;
  const size = m * n * lanes;
  return { batch, m, n, lanes, dtype, count: sizeOf(batch), matrix: (i) => data.slice(i * size, (i + 1) * size) };
}

/** An array that is filled block by block, in order. */
export interface Filling {
  readonly array: NDArray;
  put(i: number, block: ArrayLike<number>): void;
}

/** Memory of a dtype for an array whose blocks are put in one by one; what is left out is 0. */
export function filling(dtype: FactorType | 'int64', shape: Shape): Filling {
  const { Array: Memory, lanes } = DTYPES[dtype];
  const memory = new Memory(sizeOf(shape) * lanes) as Float64Array;
  return {
    array: new NDArray(new Storage(memory), dtype, shape),
    put: (i, block) => memory.set(block, i * block.length),
  };
}

/** Refuses to go on with a matrix that is not invertible. */
export function singular(where: string, i: number, count: number): LinAlgError {
  return new LinAlgError({
    where,
    what: 'Singular matrix',
    got: count > 1 ? `matrix ${i} of ${count} has no inverse` : 'a matrix of determinant 0',
    expected: 'matrices of full rank',
    hint: 'add a small multiple of identity(n), or use pinv or lstsq',
  });
}

/** What is said where an iteration ends without a result. */
export function notConverged(where: string, what: string): LinAlgError {
  return new LinAlgError({
    where,
    what,
    got: 'a matrix with NaN or infinity, or one on which the iteration stands still',
    expected: 'finite elements',
    hint: 'look for NaN with isnan(x).any()',
  });
}
