import { ArgumentError, DTypeError, ShapeError, sizeOf } from '@isograd/device';
import { checkShape, NDArray, type Shape, Storage } from '@isograd/ndarray';
import { Tensor } from '../tensor.ts';
import { threefry } from './threefry.ts';

/** Options of {@link key}. */
export interface KeyOptions {
  /** Whether all 64 bits of the seed count, as in JAX with `jax_enable_x64`; default false: the low 32 bits do. */
  readonly x64?: boolean;
}

/** A tensor over memory of unsigned words. */
export function words(memory: Uint32Array, shape: Shape): Tensor {
  return new Tensor(new Storage(memory), 'uint32', shape);
}

/**
 * A random key of a seed: uint32 `[2]`, the words that `jax.random.key_data` shows.
 *
 * Source: JAX documentation, `jax.random.key`.
 *
 * @param seed An integer from -2^63 to 2^63 - 1.
 * @throws ArgumentError when it is no such integer.
 * @example
 * key(42).tolist() // => [ 0, 42 ]
 */
export function key(seed: number | bigint, { x64 = false }: KeyOptions = {}): Tensor {
  const integer = typeof seed === 'bigint' ? seed : Number.isSafeInteger(seed) ? BigInt(seed) : null;
  if (integer === null || BigInt.asIntN(64, integer) !== integer)
    throw new ArgumentError({
      where: 'key',
      what: 'not a seed',
      got: String(seed),
      expected: 'an integer from -2^63 to 2^63 - 1',
      hint: 'above 2^53 pass a bigint',
    });
  const high = x64 ? Number(BigInt.asUintN(32, integer >> 32n)) : 0;
  return words(Uint32Array.of(high, Number(BigInt.asUintN(32, integer))), [2]);
}

/** As {@link key}; JAX's older name. */
export const PRNGKey: typeof key = key;

/** The words of a single key. @throws DTypeError or ShapeError when it is none. */
export function wordsOf(x: NDArray, where: string): readonly [number, number] {
  if (!(x instanceof NDArray) || x.dtype !== 'uint32')
    throw new DTypeError({
      where,
      what: 'the first argument is no random key',
      got: x instanceof NDArray ? x.dtype : typeof x,
      expected: 'uint32 [2]',
      hint: 'make one with key(seed)',
    });
  if (x.ndim !== 1 || x.shape[0] !== 2)
    throw new ShapeError({
      where,
      what: 'takes a single key',
      got: `[${x.shape.join(', ')}]`,
      expected: '[2]',
      hint: 'take one of several with keys.at(i)',
    });
  const [first, second] = x.data as Uint32Array;
  return [first!, second!];
}

/**
 * New keys from one, which is used up by it: uint32 `[num, 2]`, or `[...num, 2]` when `num` is a shape.
 *
 * Source: JAX documentation, `jax.random.split`.
 *
 * @param num How many, default 2.
 * @throws ShapeError or DTypeError when the first argument is no single key.
 * @example
 * const [next, used] = split(key(0));
 * used.tolist() // => [ 928981903, 3453687069 ]
 */
export function split(from: NDArray, num: number | Shape = 2): Tensor {
  const shape = checkShape(num, 'split');
  const { first, second } = threefry(wordsOf(from, 'split'), sizeOf(shape));
  const both = new Uint32Array(2 * first.length);
  for (let i = 0; i < first.length; i++) {
    both[2 * i] = first[i]!;
    both[2 * i + 1] = second[i]!;
  }
  return words(both, [...shape, 2]);
}

/** The words of new keys, as {@link split} makes them. */
export function splitWords(from: readonly [number, number], num: number): (readonly [number, number])[] {
  const { first, second } = threefry(from, num);
  return Array.from({ length: num }, (_, i) => [first[i]!, second[i]!]);
}

/**
 * A new key from a key and a number, such as the index of a step.
 *
 * Source: JAX documentation, `jax.random.fold_in`.
 *
 * @param data An integer of which the low 32 bits count.
 * @throws ShapeError or DTypeError when the first argument is no single key; ArgumentError when `data` is no integer.
 * @example
 * foldIn(key(0), 1).shape // => [ 2 ]
 */
export function foldIn(from: NDArray, data: number): Tensor {
  if (!Number.isSafeInteger(data))
    throw new ArgumentError({ where: 'foldIn', what: 'not an integer', got: String(data), expected: 'a whole number' });
  const { first, second } = threefry(wordsOf(from, 'foldIn'), 1, data >>> 0);
  return words(Uint32Array.of(first[0]!, second[0]!), [2]);
}
