import { IndexError, ShapeError } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { commonShape } from '../broadcast.ts';
import { type ArraySource } from '../creation.ts';
import type { Scalar } from '../elements.ts';
import type { Writable } from '../indexing/write.ts';
import { checkShape } from '../shape-check.ts';
import { arrayFrom } from './array-from.ts';

/** Moves a position to the next one in C order; false behind the last. */
function advance(index: number[], shape: Shape): boolean {
  for (let d = shape.length - 1; d >= 0; d--) {
    if (++index[d]! < shape[d]!) return true;
    index[d] = 0;
  }
  return false;
}

/**
 * All positions of an array of a shape, in C order; lengths one by one or as a list.
 *
 * @throws ShapeError for what is not a shape.
 * @example
 * [...ndindex(2, 2)] // => [ [ 0, 0 ], [ 0, 1 ], [ 1, 0 ], [ 1, 1 ] ]
 */
export function ndindex(...shape: readonly number[] | readonly [Shape]): Iterable<number[]> {
  const lengths = checkShape(shape.flat() as number[], 'ndindex');
  return {
    *[Symbol.iterator](): Generator<number[]> {
      if (lengths.includes(0)) return;
      const index = lengths.map(() => 0);
      do yield [...index];
      while (advance(index, lengths));
    },
  };
}

/** The elements of an array in C order, read as they are asked for. */
function* elementsOf(x: NDArray): Generator<Scalar> {
  const flat = x.plain();
  for (const index of ndindex(flat.shape)) yield flat.get(...index);
}

/**
 * Position and value of every element, in C order.
 *
 * @example
 * [...ndenumerate(array([[1, 2]]))] // => [ [ [ 0, 0 ], 1 ], [ [ 0, 1 ], 2 ] ]
 */
export function ndenumerate(x: ArraySource): Iterable<[index: number[], value: Scalar]> {
  const array = arrayFrom(x, 'ndenumerate').plain();
  return {
    *[Symbol.iterator](): Generator<[number[], Scalar]> {
      for (const index of ndindex(array.shape)) yield [index, array.get(...index)];
    },
  };
}

/** Arrays that are walked together, see {@link broadcast}. */
export class Broadcast implements Iterable<Scalar[]> {
  /** The shape that the arrays broadcast to. */
  readonly shape: Shape;
  /** Number of axes of that shape. */
  readonly ndim: number;
  /** Number of elements of that shape. */
  readonly size: number;
  /** Number of arrays. */
  readonly numiter: number;
  /** How many elements were given since the start, or since {@link reset}. */
  index = 0;
  readonly #arrays: readonly NDArray[];
  #walk: Iterator<number[]>;

  constructor(arrays: readonly NDArray[]) {
    this.shape = commonShape(
      'broadcast',
      arrays.map((x) => x.shape),
    );
    this.ndim = this.shape.length;
    this.size = this.shape.reduce((a, b) => a * b, 1);
    this.numiter = arrays.length;
    this.#arrays = arrays.map((x) => x.plain().broadcastTo(this.shape));
    this.#walk = ndindex(this.shape)[Symbol.iterator]();
  }

  /** Number of axes, by its other name in NumPy. */
  get nd(): number {
    return this.ndim;
  }

  /** The elements of each array, stretched, one iterator an array. */
  get iters(): Iterable<Scalar>[] {
    return this.#arrays.map((x) => ({ [Symbol.iterator]: () => elementsOf(x) }));
  }

  /** Starts again. */
  reset(): void {
    this.index = 0;
    this.#walk = ndindex(this.shape)[Symbol.iterator]();
  }

  /** Goes on from where the last walk stopped: one element of each array at a time. */
  *[Symbol.iterator](): Generator<Scalar[]> {
    for (let step = this.#walk.next(); !step.done; step = this.#walk.next()) {
      this.index++;
      yield this.#arrays.map((x) => x.get(...(step.value as number[])));
    }
  }
}

/**
 * Arrays that are walked together in the shape that they broadcast to, an element of each at a time.
 *
 * @throws ShapeError where the shapes do not fit.
 * @example
 * [...broadcast(array([1, 2]), array([[3]]))] // => [ [ 1, 3 ], [ 2, 3 ] ]
 */
export function broadcast(...arrays: readonly ArraySource[]): Broadcast {
  return new Broadcast(arrays.map((x) => arrayFrom(x, 'broadcast')));
}

/**
 * The elements of an array, or lists of an element of each of several arrays that broadcast; always in C order, where NumPy prefers the order of memory.
 *
 * @throws ShapeError where the shapes do not fit.
 * @example
 * [...nditer(array([[1, 2], [3, 4]]))] // => [ 1, 2, 3, 4 ]
 */
export function nditer(x: NDArray): Iterable<Scalar>;
export function nditer(arrays: readonly ArraySource[]): Iterable<Scalar[]>;
export function nditer(x: NDArray | readonly ArraySource[]): Iterable<Scalar | Scalar[]> {
  if (x instanceof NDArray) return { [Symbol.iterator]: () => elementsOf(x) };
  const arrays = x.map((a) => arrayFrom(a, 'nditer'));
  return { [Symbol.iterator]: () => new Broadcast(arrays)[Symbol.iterator]() };
}

/** The elements of an array as one axis, see {@link flatiter}. */
export class FlatIterator implements Iterable<Scalar> {
  /** The array itself. */
  readonly base: NDArray;
  /** How many elements were given so far. */
  index = 0;

  constructor(base: NDArray) {
    this.base = base;
  }

  /** Number of elements. */
  get length(): number {
    return this.base.size;
  }

  /** Position of the element that comes next, along each axis. */
  get coords(): number[] {
    let rest = this.index;
    return this.base.shape.reduceRight<number[]>((coords, n) => {
      const at = n === 0 ? 0 : rest % n;
      rest = n === 0 ? 0 : Math.floor(rest / n);
      return [at, ...coords];
    }, []);
  }

  /** A copy of the elements as one axis. */
  copy(): NDArray {
    return this.base.flatten();
  }

  #position(at: number): number[] {
    const { size } = this.base;
    if (!Number.isInteger(at) || at < -size || at >= size)
      throw new IndexError({
        where: 'flatiter',
        what: `index ${at} is out of bounds for size ${size}`,
        got: String(at),
        expected: `${-size} to ${size - 1}`,
        hint: 'positions count from 0, negative ones from the end',
      });
    let rest = at < 0 ? at + size : at;
    return this.base.shape.reduceRight<number[]>((coords, n) => {
      const place = rest % n;
      rest = Math.floor(rest / n);
      return [place, ...coords];
    }, []);
  }

  /** The element at a position of the flattened array. @throws IndexError for one outside. */
  get(at: number): Scalar {
    return this.base.plain().get(...this.#position(at));
  }

  /** Writes an element at a position of the flattened array. @throws IndexError for one outside. */
  set(at: number, value: Writable): this {
    this.base.set(this.#position(at), value);
    return this;
  }

  *[Symbol.iterator](): Generator<Scalar> {
    const array = this.base.plain();
    while (this.index < this.length) {
      const coords = this.coords;
      this.index++;
      yield array.get(...coords);
    }
  }
}

/**
 * The elements of an array as one axis without a copy: to walk, and to read and write by position.
 *
 * @throws ShapeError for what is not an array.
 * @example
 * flatiter(array([[1, 2], [3, 4]])).get(2) // => 3
 */
export function flatiter(x: NDArray): FlatIterator {
  if (x instanceof NDArray) return new FlatIterator(x);
  throw new ShapeError({
    where: 'flatiter',
    what: 'not an array',
    got: typeof x,
    expected: 'an NDArray',
    hint: 'make one with array(...)',
  });
}
