import { ArgumentError, isComplex, isInteger } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { filled, type ArraySource } from '../creation.ts';
import { composed } from '../dispatch.ts';
import type { Composed, Sample } from '../op.ts';
import { concatenate } from '../ops/joins.ts';
import { NUMPY } from '../promotion.ts';
import { adoptPlain, arrayFrom } from './array-from.ts';
import { int64Array } from './int64.ts';
import { identityKeys, type Keys, keysOf, tableRange } from './keys.ts';
import { truePlaces } from './truth.ts';
import { stableOrder, uniqueParts } from './unique.ts';
import { eachElementBatch } from './reading-batches.ts';

const NO_GRADIENT = { nonDifferentiable: 'which elements are equal jumps' };
const NO_SETS = { torch: null, tfjs: null, why: 'PyTorch and tfjs have no sets' };

/** Options of functions that treat arrays as sets. */
export interface SetOptions {
  /** Whether both arrays are known to have no element twice, which saves looking for them; default false. */
  readonly assumeUnique?: boolean;
}

const flat = (x: ArraySource, name: string): NDArray => {
  const array = arrayFrom(x, name);
  return array.reshape([array.size]);
};

/** Keys of two arrays by which their elements can be compared; integers that meet as floats stay exact. */
function keysTogether(a: NDArray, b: NDArray): readonly [Keys, Keys] {
  const dtype = NUMPY.promote(a.dtype, b.dtype);
  if (isInteger(a.dtype) && isInteger(b.dtype) && dtype === 'float64') return [wholeKeys(a), wholeKeys(b)];
  const [keys, among] = identityKeys([a.plain().astype(dtype), b.plain().astype(dtype)]);
  return [keys!, among!];
}

const wholeKeys = (x: NDArray): Keys =>
  x.plain().astype(x.dtype === 'uint64' ? 'uint64' : 'int64').data as BigInt64Array;

/** For each key whether it is among others; NaN never is. */
function membership(keys: Keys, among: Keys): Uint8Array {
  const out = new Uint8Array(keys.length);
  const range = among instanceof Float64Array ? tableRange(among, keys.length) : undefined;
  if (range !== undefined && keys instanceof Float64Array) {
    const [low, high] = range;
    const table = new Uint8Array(high - low + 1);
    for (const key of among as Float64Array) table[key - low] = 1;
    // A fraction less the least key may round to a whole number.
    keys.forEach((key, i) => (out[i] = Number.isInteger(key) ? (table[key - low] ?? 0) : 0));
    return out;
  }
  const set = new Set<number | bigint>(among as Iterable<number | bigint>);
  set.delete(NaN);
  for (let i = 0; i < out.length; i++) out[i] = Number(set.has(keys[i]!));
  return out;
}

/** Options of {@link isin}. */
export interface IsinOptions extends SetOptions {
  /** Whether to say which elements are not among the others; default false. */
  readonly invert?: boolean;
  /** How NumPy looks elements up; all ways give the same. */
  readonly kind?: 'sort' | 'table' | null;
}

const IN_SAMPLES: readonly Sample[] = [
  {
    inputs: [
      { shape: [4], dtype: 'int64', values: [1, 2, 3, 1] },
      { shape: [2], dtype: 'int64', values: [1, 9] },
    ],
    attrs: { invert: false },
  },
  {
    inputs: [
      { shape: [2, 2], values: [0.5, NaN, -0, 2] },
      { shape: [3], values: [NaN, 0, 0.5] },
    ],
    attrs: { invert: false },
  },
  {
    inputs: [
      { shape: [], values: [3] },
      { shape: [2, 1], values: [3, 4] },
    ],
    args: [{ invert: true }],
    attrs: { invert: true },
  },
  { inputs: [[3], [0]], attrs: { invert: false } },
];

/**
 * For each element whether it is among others; NaN never is.
 *
 * @example
 * isin(array([[1, 2], [3, 4]]), [2, 4]).tolist() // => [ [ false, true ], [ false, true ] ]
 */
export const isin: Composed<
  <T extends NDArray = NDArray>(x: T | ArraySource, testElements: ArraySource, options?: IsinOptions) => Like<T>
> = composed(
  {
    name: 'isin',
    batchReading: eachElementBatch([1]),
    oneByOne: 'only where examples have arrays of their own to be searched',
    nonDifferentiable: 'the result is a bool',
    domain: [-2, 2],
    samples: IN_SAMPLES,
    errors: [],
    parity: {
      numpy: 'np.isin(x1, x2, invert=invert)',
      torch: 'torch.isin(x1, x2, invert=invert)',
      jax: 'jnp.isin(x1, x2, invert=invert)',
      tfjs: null,
      why: 'tfjs has none',
    },
  },
  <T extends NDArray>(x: T | ArraySource, testElements: ArraySource, options: IsinOptions = {}): T => {
    const { invert = false, kind = null } = options;
    if (kind !== null && kind !== 'sort' && kind !== 'table')
      throw new ArgumentError({
        where: 'isin',
        what: `Invalid kind: '${String(kind)}'. Please use None, 'sort' or 'table'`,
        got: String(kind),
        expected: 'sort, table or null',
        hint: 'leave it out',
      });
    const given = arrayFrom(x, 'isin');
    const found = membership(...keysTogether(given, arrayFrom(testElements, 'isin')));
    if (invert) for (let i = 0; i < found.length; i++) found[i]! ^= 1;
    const out = filled(given.shape, false, 'bool', 'isin');
    (out.memory as Uint8Array).set(found);
    return adoptPlain('isin', [given], [out])[0] as T;
  },
);

/** Options of {@link intersect1d}. */
export interface IntersectOptions extends SetOptions {
  /** Whether to give the first positions of the common values in both arrays too; default false. */
  readonly returnIndices?: boolean;
}

/** The values of a flat array and their first positions; all positions where nothing stands twice. */
function distinct(x: NDArray, assumeUnique: boolean, name: string): readonly [NDArray, NDArray] {
  if (assumeUnique) return [x, int64Array(Int32Array.from({ length: x.size }, (_, i) => i))];
  const [values, index] = uniqueParts(x, { returnIndex: true }, name);
  return [values!, index!];
}

/** Both arrays behind each other, sorted, and which places of that equal the next one. */
function neighbours(
  a: NDArray,
  b: NDArray,
): { both: NDArray; order: ArrayLike<number>; sameAsNext: (k: number) => boolean } {
  const both = concatenate([a.plain(), b.plain()]);
  const [keys] = identityKeys([both]);
  // Complex numbers with NaN in a part have an order, though they equal none.
  const order = stableOrder(isComplex(both.dtype) ? keysOf([both])[0]! : keys!);
  return { both, order, sameAsNext: (k) => keys![order[k]!] === keys![order[k + 1]!] };
}

interface Intersect {
  (x1: ArraySource, x2: ArraySource, options?: IntersectOptions & { returnIndices?: false }): NDArray;
  (x1: ArraySource, x2: ArraySource, options: IntersectOptions): NDArray[];
}

/**
 * The values that two arrays have in common, in ascending order; with `returnIndices` also where they stand first in both.
 *
 * @example
 * intersect1d(array([1, 3, 4, 3]), array([3, 1, 2, 1])).tolist() // => [ 1, 3 ]
 */
export const intersect1d: Composed<Intersect> = composed(
  {
    name: 'intersect1d',
    oneByOne: 'the shape depends on the values',
    ...NO_GRADIENT,
    domain: [-2, 2],
    samples: [
      {
        inputs: [
          { shape: [4], dtype: 'int64', values: [1, 3, 4, 3] },
          { shape: [3], dtype: 'int64', values: [3, 1, 2] },
        ],
        attrs: { return_indices: false },
      },
      {
        inputs: [
          { shape: [4], values: [1, 3, NaN, 3] },
          { shape: [3], values: [3, 1, NaN] },
        ],
        args: [{ returnIndices: true }],
        attrs: { return_indices: true },
      },
      { inputs: [[2, 2], [0]], attrs: { return_indices: false } },
    ],
    errors: [],
    parity: {
      numpy: 'np.intersect1d(x1, x2, return_indices=return_indices)',
      jax: 'jnp.intersect1d(x1, x2, return_indices=return_indices)',
      ...NO_SETS,
    },
  },
  ((x1: ArraySource, x2: ArraySource, options: IntersectOptions = {}) => {
    const { assumeUnique = false, returnIndices = false } = options;
    const [a, b] = [flat(x1, 'intersect1d'), flat(x2, 'intersect1d')];
    const [[left, leftAt], [right, rightAt]] = [a, b].map((x) => distinct(x, assumeUnique, 'intersect1d')) as [
      readonly [NDArray, NDArray],
      readonly [NDArray, NDArray],
    ];
    const { both, order, sameAsNext } = neighbours(left, right);
    const pairs: number[] = [];
    for (let k = 0; k + 1 < order.length; k++) if (sameAsNext(k)) pairs.push(k);
    const common = both.take(int64Array(pairs.map((k) => order[k]!)), 0);
    if (!returnIndices) return adoptPlain('intersect1d', [a, b], [common])[0]!;
    const inLeft = leftAt.take(int64Array(pairs.map((k) => order[k]!)), 0);
    const inRight = rightAt.take(int64Array(pairs.map((k) => order[k + 1]! - left.size)), 0);
    return adoptPlain('intersect1d', [a, b], [common, inLeft, inRight]);
  }) as never,
);

/** Function that makes one set of two. */
export type SetOp = Composed<(x1: ArraySource, x2: ArraySource, options?: SetOptions) => NDArray>;

const SET_SAMPLES: readonly Sample[] = [
  {
    inputs: [
      { shape: [4], dtype: 'int64', values: [1, 3, 4, 3] },
      { shape: [3], dtype: 'int64', values: [3, 1, 2] },
    ],
  },
  {
    inputs: [
      { shape: [4], values: [1, 3, NaN, 3] },
      { shape: [3], values: [3, 0.5, NaN] },
    ],
  },
  { inputs: [[2, 2], [0]] },
  { inputs: [[0], [0]] },
];

function setRecord(name: string): Omit<Parameters<typeof composed>[0], never> {
  return {
    name,
    ...NO_GRADIENT,
    domain: [-2, 2],
    samples: SET_SAMPLES,
    errors: [],
    parity: { numpy: `np.${name}(x1, x2)`, jax: `jnp.${name}(x1, x2)`, ...NO_SETS },
  };
}

/**
 * The values of `x1` that are not in `x2`, in ascending order, or in their order where they are known to be unique.
 *
 * @example
 * setdiff1d(array([1, 2, 3, 2]), array([3])).tolist() // => [ 1, 2 ]
 */
export const setdiff1d: SetOp = composed(
  setRecord('setdiff1d'),
  (x1: ArraySource, x2: ArraySource, { assumeUnique = false }: SetOptions = {}): NDArray => {
    const [a, b] = [flat(x1, 'setdiff1d'), flat(x2, 'setdiff1d')];
    const values = assumeUnique ? a : uniqueParts(a, {}, 'setdiff1d')[0]!;
    const kept = truePlaces(isin(values, b, { invert: true }));
    return adoptPlain('setdiff1d', [a, b], [values.plain().take(int64Array(kept), 0)])[0]!;
  },
);

/**
 * The values that are in one of two arrays only, in ascending order.
 *
 * @example
 * setxor1d(array([1, 2, 3]), array([3, 4])).tolist() // => [ 1, 2, 4 ]
 */
export const setxor1d: SetOp = composed(
  setRecord('setxor1d'),
  (x1: ArraySource, x2: ArraySource, { assumeUnique = false }: SetOptions = {}): NDArray => {
    const [a, b] = [flat(x1, 'setxor1d'), flat(x2, 'setxor1d')];
    const [left, right] = assumeUnique ? [a, b] : [a, b].map((x) => uniqueParts(x, {}, 'setxor1d')[0]!);
    const { both, order, sameAsNext } = neighbours(left!, right!);
    const single: number[] = [];
    for (let k = 0; k < order.length; k++) {
      const alone = (k === 0 || !sameAsNext(k - 1)) && (k === order.length - 1 || !sameAsNext(k));
      if (alone) single.push(order[k]!);
    }
    return adoptPlain('setxor1d', [a, b], [both.take(int64Array(single), 0)])[0]!;
  },
);

/**
 * The values that are in either of two arrays, in ascending order.
 *
 * @example
 * union1d(array([3, 1]), array([2, 1])).tolist() // => [ 1, 2, 3 ]
 */
export const union1d: Composed<(x1: ArraySource, x2: ArraySource) => NDArray> = composed(
  setRecord('union1d'),
  (x1: ArraySource, x2: ArraySource): NDArray =>
    uniqueParts(concatenate([arrayFrom(x1, 'union1d'), arrayFrom(x2, 'union1d')], null), {}, 'union1d')[0]!,
);
