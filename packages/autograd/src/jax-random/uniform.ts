import { type DType, DTypeError, DTYPES, sizeOf } from '@isograd/device';
import { checkShape, type NDArray, type Shape, Storage } from '@isograd/ndarray';
import { Tensor } from '../tensor.ts';
import type { Elementary } from './elementary.ts';
import { FLOAT32 } from './float32.ts';
import { FLOAT64 } from './float64.ts';
import { wordsOf } from './keys.ts';
import { threefry } from './threefry.ts';

/** The words of a key. */
export type KeyWords = readonly [number, number];

/** Option of draws of floating-point numbers. */
export interface FloatOption {
  /** `float32` (default) or `float64`, which JAX gives with `jax_enable_x64`. */
  readonly dtype?: DType | undefined;
}

/** Options of {@link uniform}. */
export interface UniformOptions extends FloatOption {
  /** Least value; default 0. */
  readonly minval?: number;
  /** What values are below; default 1. */
  readonly maxval?: number;
}

/** The functions of a dtype. @throws DTypeError for another than float32 and float64. */
export function elementary(dtype: DType, where: string): Elementary {
  if (dtype === 'float32') return FLOAT32;
  if (dtype === 'float64') return FLOAT64;
  throw new DTypeError({
    where,
    what: 'draws no values of this dtype',
    got: dtype,
    expected: 'float32 or float64',
    hint: 'draw float32 and convert',
  });
}

/** A tensor of a shape over memory. */
export function tensorOf(memory: ConstructorParameters<typeof Storage>[0], dtype: DType, shape: Shape): Tensor {
  return new Tensor(new Storage(memory), dtype, shape);
}

/** Random words of 32 bits. */
export function words32(key: KeyWords, count: number): Uint32Array {
  const { first, second } = threefry(key, count);
  for (let i = 0; i < count; i++) first[i] = first[i]! ^ second[i]!;
  return first;
}

/** Random words of 64 bits. */
export function words64(key: KeyWords, count: number): BigUint64Array {
  const { first, second } = threefry(key, count);
  return BigUint64Array.from(first, (high, i) => (BigInt(high) << 32n) | BigInt(second[i]!));
}

/**
 * Random bits: unsigned integers of which every value is as likely.
 *
 * Source: JAX documentation, `jax.random.bits`.
 *
 * @param options `dtype`: `uint8`, `uint16`, `uint32` (default) or `uint64`.
 * @throws DTypeError for another dtype; ShapeError when the shape is none.
 * @example
 * import { key } from '@isograd/autograd/jax-random';
 * bits(key(0), [2]).tolist() // => [ 4070199207, 4202968722 ]
 */
export function bits(key: NDArray, shape: Shape = [], { dtype = 'uint32' }: { readonly dtype?: DType } = {}): Tensor {
  const from = wordsOf(key, 'bits');
  const count = sizeOf(checkShape(shape, 'bits'));
  if (dtype === 'uint64') return tensorOf(words64(from, count), dtype, shape);
  if (DTYPES[dtype].kind !== 'u')
    throw new DTypeError({ where: 'bits', what: 'not an unsigned dtype', got: dtype, expected: 'uint8 to uint64' });
  const drawn = words32(from, count);
  return tensorOf(dtype === 'uint32' ? drawn : new DTYPES[dtype].Array(drawn as never), dtype, shape);
}

/** The interval of uniform values. */
export interface Interval {
  readonly minval: number;
  readonly maxval: number;
}

/** Uniform values in [minval, maxval): 23 random bits each in float32, 52 in float64. */
export function uniforms(
  key: KeyWords,
  count: number,
  { round, fma, dtype }: Elementary,
  { minval, maxval }: Interval = { minval: 0, maxval: 1 },
): Float32Array | Float64Array {
  const low = round(minval);
  const range = round(round(maxval) - low);
  const scaled = (unit: number): number => Math.max(low, fma(unit, range, low));
  if (dtype === 'float32') return Float32Array.from(words32(key, count), (word) => scaled((word >>> 9) * 2 ** -23));
  const { first, second } = threefry(key, count);
  return Float64Array.from(first, (word, i) => scaled((word * 2 ** 20 + (second[i]! >>> 12)) * 2 ** -52));
}

/**
 * Uniform values in [minval, maxval), by default [0, 1).
 *
 * Source: JAX documentation, `jax.random.uniform`.
 *
 * @throws DTypeError for a dtype other than float32 and float64; ShapeError when the shape is none.
 * @example
 * import { key } from '@isograd/autograd/jax-random';
 * uniform(key(0), [2]).tolist() // => [ 0.9476670026779175, 0.9785798788070679 ]
 */
export function uniform(key: NDArray, shape: Shape = [], options: UniformOptions = {}): Tensor {
  const { dtype = 'float32', minval = 0, maxval = 1 } = options;
  const functions = elementary(dtype, 'uniform');
  const count = sizeOf(checkShape(shape, 'uniform'));
  return tensorOf(uniforms(wordsOf(key, 'uniform'), count, functions, { minval, maxval }), dtype, shape);
}
