import { ArgumentError, checkDType, DataError, DTYPES, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { asarray, type ArrayOptions, type ArraySource, readArray } from '../creation.ts';
import { composed } from '../dispatch.ts';
import type { Composed } from '../op.ts';
import { NUMPY } from '../promotion.ts';
import { checkShape } from '../shape-check.ts';
import { allocate } from '../storage.ts';
import { arrayFrom } from './array-from.ts';
import { oneAxis } from './shapes.ts';

/**
 * The array itself, whatever kind of array it is, or an array made of anything else; the same as {@link asarray} here.
 *
 * @example
 * asanyarray([1, 2]).tolist() // => [ 1, 2 ]
 */
export function asanyarray(source: ArraySource, options: ArrayOptions = {}): NDArray {
  return asarray(source, options);
}

/**
 * What {@link asarray} gives, when it has neither NaN nor infinities.
 *
 * @throws DataError when it has.
 * @example
 * asarrayChkfinite([1, 2]).tolist() // => [ 1, 2 ]
 */
export function asarrayChkfinite(source: ArraySource, options: ArrayOptions = {}): NDArray {
  const x = asarray(source, options);
  if (x.plain().isfinite().all().item() === true) return x;
  throw new DataError({
    where: 'asarrayChkfinite',
    what: 'array must not contain infs or NaNs',
    got: 'an element that is not finite',
    expected: 'finite numbers',
    hint: 'x.isfinite() says where they are',
  });
}

/**
 * The array in C order with at least one axis: itself where it is that already, else a copy.
 *
 * @example
 * ascontiguousarray(array([[1, 2], [3, 4]]).T).contiguous // => true
 */
export const ascontiguousarray: Composed<
  <T extends NDArray = NDArray>(x: T | ArraySource, options?: ArrayOptions) => T
> = composed(
  {
    name: 'ascontiguousarray',
    domain: [-2, 2],
    samples: [{ inputs: [[2, 3]] }, { inputs: [[]] }, { inputs: [[0]] }],
    errors: [{ inputs: [[2]], args: [{ dtype: 'float128' }], throws: 'unknown dtype' }],
    parity: {
      numpy: 'np.ascontiguousarray(x1)',
      torch: 'torch.atleast_1d(x1.contiguous())',
      jax: null,
      tfjs: null,
      why: 'JAX and tfjs have no layouts',
    },
  },
  <T extends NDArray>(x: T | ArraySource, options: ArrayOptions = {}): T => {
    const given = arrayFrom(x, 'ascontiguousarray');
    const array = options.dtype === undefined ? given : given.astype(checkDType(options.dtype, 'ascontiguousarray'));
    return oneAxis(array.contiguous ? array : array.copy()) as T;
  },
);

/**
 * The array with its first axis running fastest in memory: itself where it does already, else a copy.
 *
 * @example
 * asfortranarray(zeros([2, 3])).strides // => [ 1, 2 ]
 */
export const asfortranarray: Composed<<T extends NDArray = NDArray>(x: T | ArraySource, options?: ArrayOptions) => T> =
  composed(
    {
      name: 'asfortranarray',
      domain: [-2, 2],
      samples: [{ inputs: [[2, 3]] }, { inputs: [[3]] }, { inputs: [[2, 1, 2]] }],
      errors: [{ inputs: [[2]], args: [{ dtype: 'float128' }], throws: 'unknown dtype' }],
      parity: { numpy: 'np.asfortranarray(x1)', torch: null, jax: null, tfjs: null, why: 'the others have no order' },
    },
    <T extends NDArray>(x: T | ArraySource, options: ArrayOptions = {}): T => {
      const given = arrayFrom(x, 'asfortranarray');
      const array = options.dtype === undefined ? given : given.astype(checkDType(options.dtype, 'asfortranarray'));
      const turned = array.transpose();
      return (turned.contiguous ? array : turned.copy().transpose()) as T;
    },
  );

/** What {@link require} may ask of an array: C or Fortran order, a memory of its own, one that may be written. */
export type Requirement = 'C' | 'F' | 'A' | 'W' | 'O' | 'E';

/** Options of {@link require}. */
export interface RequireOptions extends ArrayOptions {
  readonly requirements?: Requirement | readonly Requirement[];
}

function checkRequirements(asked: readonly Requirement[]): void {
  const bad = asked.find((r) => !'CFAWOE'.includes(r));
  if (bad === undefined && !(asked.includes('C') && asked.includes('F'))) return;
  throw new ArgumentError({
    where: 'require',
    what: bad === undefined ? 'Cannot specify both "C" and "F" order' : 'unknown requirement',
    got: asked.join(', '),
    expected: 'C, F, A, W, O or E',
    hint: 'C and F exclude each other',
  });
}

const repeatsElements = (x: NDArray): boolean => x.strides.some((s, d) => s === 0 && x.shape[d]! > 1);
const borrowsMemory = (x: NDArray): boolean => x.size * DTYPES[x.dtype].lanes !== x.memory.length;

/**
 * An array that meets requirements: `C` or `F` order, `O` a memory of its own, `W` to be written, `A` aligned and `E` a plain array, which all are.
 *
 * @throws ArgumentError for an unknown requirement, or for both orders.
 * @example
 * require(array([1, 2]).at('::-1'), { requirements: 'C' }).contiguous // => true
 */
export function require(source: ArraySource, options: RequireOptions = {}): NDArray {
  const asked = [options.requirements ?? []].flat();
  checkRequirements(asked);
  const x = asarray(source, options.dtype === undefined ? {} : { dtype: options.dtype });
  const ordered = asked.includes('F') ? asfortranarray(x) : asked.includes('C') && !x.contiguous ? x.copy() : x;
  const own = (asked.includes('W') && repeatsElements(ordered)) || (asked.includes('O') && borrowsMemory(ordered));
  return own ? ordered.copy() : ordered;
}

/**
 * An array in the shape and dtype of another one whose elements are whatever the memory held.
 *
 * @example
 * emptyLike(array([1, 2])).shape // => [ 2 ]
 */
export function emptyLike(x: NDArray, options: ArrayOptions & { readonly shape?: Shape } = {}): NDArray {
  const shape = checkShape(options.shape ?? x.shape, 'emptyLike');
  const dtype = checkDType(options.dtype ?? x.dtype, 'emptyLike');
  return new NDArray(allocate(dtype, sizeOf(shape)), dtype, shape);
}

/**
 * A vector of the values that an iterable gives, of the first `count` where that is named.
 *
 * @throws DataError when there are fewer.
 * @example
 * fromiter(new Set([3, 1, 3])).tolist() // => [ 3, 1 ]
 */
export function fromiter(
  values: Iterable<number | bigint | boolean>,
  options: ArrayOptions & { readonly count?: number } = {},
): NDArray {
  const { count = -1, ...rest } = options;
  const list: (number | bigint | boolean)[] = [];
  if (count !== 0)
    for (const value of values) {
      list.push(value);
      if (list.length === count) break;
    }
  if (list.length >= count) return readArray(list, rest, NUMPY, 'fromiter');
  throw new DataError({
    where: 'fromiter',
    what: `iterator too short: Expected ${count} but iterator had only ${list.length} items`,
    got: `${list.length} values`,
    expected: `${count} values`,
    hint: 'leave the count out to take all',
  });
}
