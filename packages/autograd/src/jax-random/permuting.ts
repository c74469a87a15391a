import { ArgumentError, AxisError, type DType, sizeOf } from '@isograd/device';
import { arange, checkShape, type NDArray, type Shape } from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { gumbel } from './continuous.ts';
import { randint } from './discrete.ts';
import { splitWords, words, wordsOf } from './keys.ts';
import { elementary, type KeyWords, tensorOf, uniforms, words32 } from './uniform.ts';

/** Options of {@link permutation}. */
export interface PermutationOptions {
  /** The axis whose items change places; default 0. */
  readonly axis?: number;
  /** Whether each lane along the axis is permuted on its own; default false. */
  readonly independent?: boolean;
}

/** Sorts by random words until ties cannot matter. */
function shuffled(x: Tensor, axis: number, key: KeyWords): Tensor {
  const rounds = Math.ceil((3 * Math.log(Math.max(1, x.size))) / Math.log(2 ** 32 - 1));
  let [out, from] = [x, key];
  for (let round = 0; round < rounds; round++) {
    const [next, used] = splitWords(from, 2) as [KeyWords, KeyWords];
    const order = words(words32(used, x.size), x.shape).argsort(axis);
    out = out.takeAlongAxis(order, axis);
    from = next;
  }
  return out;
}

function axisOf(axis: number, ndim: number, where: string): number {
  if (Number.isInteger(axis) && axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
  throw new AxisError({ where, what: 'no such axis', got: String(axis), expected: `-${ndim} to ${ndim - 1}` });
}

/** The integers from 0, as JAX makes them: int32. */
function integersTo(n: number): Tensor {
  return asTensor(arange(n, { dtype: 'int32' }));
}

/**
 * The items of an array in random order along an axis; of a number `n` the integers 0 to n - 1, int32.
 *
 * Source: JAX documentation, `jax.random.permutation`.
 *
 * @throws ArgumentError for a number that is not whole; AxisError for an axis that the array has not.
 * @example
 * import { key } from '@isograd/autograd/jax-random';
 * permutation(key(0), 5).tolist() // => [ 0, 1, 4, 3, 2 ]
 */
export function permutation(key: NDArray, x: number | NDArray, options: PermutationOptions = {}): Tensor {
  const { axis = 0, independent = false } = options;
  const from = wordsOf(key, 'permutation');
  if (typeof x === 'number') {
    if (!Number.isInteger(x) || x < 0)
      throw new ArgumentError({
        where: 'permutation',
        what: 'not a number of items',
        got: String(x),
        expected: 'a whole number from 0',
      });
    return shuffled(integersTo(x), 0, from);
  }
  const along = axisOf(axis, x.ndim, 'permutation');
  if (independent || x.ndim === 1) return shuffled(asTensor(x), along, from);
  return asTensor(x).take(shuffled(integersTo(x.shape[along]!), 0, from), along);
}

/** Options of {@link choice}. */
export interface ChoiceOptions {
  /** Shape of the draws; default `[]`, one item. */
  readonly shape?: Shape;
  /** Whether an item may be drawn again; default true. */
  readonly replace?: boolean;
  /** Probabilities of the items, float32 or float64 `[n]`; default the same for all. */
  readonly p?: NDArray;
  /** The axis of an array along which its items lie; default 0. */
  readonly axis?: number;
}

/** Sums up to each place, added in the order in which JAX adds them: pairs first. */
function pairwiseSums(values: ArrayLike<number>, round: (x: number) => number): number[] {
  const n = values.length;
  if (n < 2) return Array.from(values);
  const pairs = Array.from({ length: n >> 1 }, (_, i) => round(values[2 * i]! + values[2 * i + 1]!));
  const odd = pairwiseSums(pairs, round);
  return Array.from({ length: n }, (_, i) =>
    i === 0 ? values[0]! : i & 1 ? odd[i >> 1]! : round(odd[(i >> 1) - 1]! + values[i]!),
  );
}

/** Places drawn with probabilities. */
function weighted(from: KeyWords, p: NDArray, count: number, replace: boolean): Int32Array {
  const functions = elementary(p.dtype, 'choice');
  const { round, log } = functions;
  const weights = p.data as Float64Array;
  if (!replace) {
    const noise = gumbel(words(Uint32Array.from(from), [2]), p.shape, { dtype: p.dtype }).data as Float64Array;
    const keys = Float64Array.from(weights, (weight, i) => round(noise[i]! + log(weight)));
    return Int32Array.from(keys.keys())
      .sort((a, b) => keys[b]! - keys[a]! || a - b)
      .slice(0, count);
  }
  const sums = pairwiseSums(weights, round);
  const total = sums.at(-1)!;
  return Int32Array.from(uniforms(from, count, functions), (u) => {
    const value = round(total * round(1 - u));
    const place = sums.findIndex((sum) => sum >= value);
    return place < 0 ? sums.length : place;
  });
}

function checkChoice(n: number, count: number, { replace = true, p }: ChoiceOptions): void {
  const [what, got] =
    n <= 0
      ? ['there is nothing to choose from', `${n} items`]
      : !replace && count > n
        ? ['more draws without replacement than items', `${count} of ${n}`]
        : p && (p.ndim !== 1 || p.size !== n)
          ? ['p has not one probability for each item', `[${p.shape.join(', ')}] for ${n} items`]
          : [];
  if (what) throw new ArgumentError({ where: 'choice', what, got: got!, expected: 'items, and draws that they allow' });
}

/**
 * Items drawn from an array, or from the integers 0 to n - 1 (int32).
 *
 * Source: JAX documentation, `jax.random.choice`.
 *
 * @throws ArgumentError for nothing to choose from, too many draws, or probabilities of another number; AxisError for an axis that the array has not.
 * @example
 * import { key } from '@isograd/autograd/jax-random';
 * choice(key(0), 5, { shape: [3], replace: false }).tolist() // => [ 0, 1, 4 ]
 */
export function choice(key: NDArray, a: number | NDArray, options: ChoiceOptions = {}): Tensor {
  const { shape = [], replace = true, p, axis = 0 } = options;
  const from = wordsOf(key, 'choice');
  const count = sizeOf(checkShape(shape, 'choice'));
  const along = typeof a === 'number' ? 0 : axisOf(axis, a.ndim, 'choice');
  const n = typeof a === 'number' ? a : a.shape[along]!;
  if (count > 0) checkChoice(n, count, options);
  const places = (dtype: DType): Tensor => {
    if (p) return tensorOf(weighted(from, p, count, replace), dtype, [count]);
    return replace ? randint(key, [count], { minval: 0, maxval: n }) : permutation(key, n).at(`:${count}`);
  };
  if (typeof a === 'number') return places('int32').reshape([...shape]);
  const taken =
    p || replace
      ? asTensor(a).take(places('int32'), along)
      : permutation(key, a, { axis: along }).take(integersTo(count), along);
  return taken.reshape([...a.shape.slice(0, along), ...shape, ...a.shape.slice(along + 1)]);
}
