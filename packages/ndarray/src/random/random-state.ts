import { ArgumentError, type DType, DTypeError, ShapeError, sizeOf } from '@isograd/device';
import { NDArray, type Shape } from '../array.ts';
import { array, type ArraySource } from '../creation.ts';
import { checkShape } from '../shape-check.ts';
import { allocate } from '../storage.ts';
import { type ChoiceOptions, chooseIndices } from './choice.ts';
import { type IntegerArray, type LegacyState, LegacyStream } from './legacy-stream.ts';

/** Number of values, or the shape of the array that holds them. */
export type Size = number | Shape;

/** Options of {@link RandomState.randint}. */
export interface RandintOptions {
  /** Element type, which decides the stream too; default `int64`. */
  readonly dtype?: DType;
}

const INTEGER_RANGES: Partial<Record<DType, readonly [bigint, bigint]>> = {
  bool: [0n, 1n],
  uint8: [0n, 255n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

function shapeOfSize(size: Size, where: string): Shape {
  return checkShape(typeof size === 'number' ? [size] : size, where);
}

function checkFinite(where: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isFinite(value)) continue;
    throw new ArgumentError({
      where,
      what: `${name} is not finite`,
      got: String(value),
      expected: 'a finite number',
      hint: 'scale afterwards?',
    });
  }
}

/**
 * NumPy's legacy random generator: the same numbers as `numpy.random.RandomState`, bit for bit.
 *
 * Floats are float64, integers int64 unless said otherwise. Source: NumPy reference, "Legacy random generation".
 *
 * @example
 * const state = new RandomState(0);
 * state.rand(3).tolist() // => [ 0.5488135039273248, 0.7151893663724195, 0.6027633760716439 ]
 * new RandomState(0).permutation(10).tolist() // => [ 2, 8, 4, 9, 1, 6, 7, 3, 0, 5 ]
 */
export class RandomState {
  readonly #stream: LegacyStream;

  /**
   * @param seed An integer from 0 to 2^32 - 1, an array of them, or nothing for an unpredictable start.
   * @throws ArgumentError when it is none of these.
   */
  constructor(seed?: number | readonly number[]) {
    this.#stream = new LegacyStream(seed);
  }

  /**
   * Starts again.
   *
   * @param seed As in the constructor.
   * @throws ArgumentError when it is no seed.
   */
  seed(seed?: number | readonly number[]): void {
    this.#stream.seed(seed);
  }

  /** A copy of the state, from which {@link setState} goes on. */
  getState(): LegacyState {
    return this.#stream.getState();
  }

  /**
   * Takes over a state.
   *
   * @throws ArgumentError when it is none.
   */
  setState(state: LegacyState): void {
    this.#stream.setState(state);
  }

  /** One uniform value in [0, 1), or with lengths of axes an array of them. */
  rand(): number;
  rand(...shape: number[]): NDArray;
  rand(...shape: number[]): NDArray | number {
    return shape.length === 0
      ? this.#stream.nextDouble()
      : this.#floats(shape, 'random.rand', (out) => this.#stream.fillUniform(out, 0, 1));
  }

  /** One standard normal value, or with lengths of axes an array of them. */
  randn(): number;
  randn(...shape: number[]): NDArray;
  randn(...shape: number[]): NDArray | number {
    return shape.length === 0
      ? this.#stream.nextGauss()
      : this.#floats(shape, 'random.randn', (out) => this.#stream.fillNormal(out, 0, 1));
  }

  /** Uniform values in [0, 1); one without `size`. */
  randomSample(): number;
  randomSample(size: Size): NDArray;
  randomSample(size?: Size): NDArray | number {
    return size === undefined ? this.rand() : this.uniform(0, 1, size);
  }

  /** Standard normal values; one without `size`. */
  standardNormal(): number;
  standardNormal(size: Size): NDArray;
  standardNormal(size?: Size): NDArray | number {
    return size === undefined ? this.randn() : this.normal(0, 1, size);
  }

  /**
   * Uniform values in [low, high), by default [0, 1); one without `size`.
   *
   * @throws ArgumentError when a bound or their distance is not finite.
   */
  uniform(low?: number, high?: number): number;
  uniform(low: number, high: number, size: Size): NDArray;
  uniform(low = 0, high = 1, size?: Size): NDArray | number {
    checkFinite('random.uniform', { low, high, 'high - low': high - low });
    if (size === undefined) return low + (high - low) * this.#stream.nextDouble();
    return this.#floats(size, 'random.uniform', (out) => this.#stream.fillUniform(out, low, high));
  }

  /**
   * Normal values with mean `loc` and standard deviation `scale`; one without `size`.
   *
   * @throws ArgumentError when `scale` is negative.
   */
  normal(loc?: number, scale?: number): number;
  normal(loc: number, scale: number, size: Size): NDArray;
  normal(loc = 0, scale = 1, size?: Size): NDArray | number {
    if (scale < 0 || Object.is(scale, -0)) {
      throw new ArgumentError({
        where: 'random.normal',
        what: 'the standard deviation is negative',
        got: String(scale),
        expected: 'scale >= 0',
        hint: 'pass the standard deviation, not a shift',
      });
    }
    if (size === undefined) return loc + scale * this.#stream.nextGauss();
    return this.#floats(size, 'random.normal', (out) => this.#stream.fillNormal(out, loc, scale));
  }

  /**
   * Integers in [low, high), or in [0, low) when `high` is missing or `null`; one without `size`.
   *
   * @throws ArgumentError when the interval is empty or reaches beyond the dtype; DTypeError for a floating dtype.
   * @example
   * new RandomState(0).randint(10, null, 5).tolist() // => [ 5, 0, 3, 3, 7 ]
   */
  randint(low: number, high?: number | null): number;
  randint(low: number | bigint, high: number | bigint | null, size: Size, options?: RandintOptions): NDArray;
  randint(
    low: number | bigint,
    high?: number | bigint | null,
    size?: Size,
    options: RandintOptions = {},
  ): NDArray | number {
    const { dtype = 'int64' } = options;
    const [first, last] = integerBounds(low, high ?? null, dtype);
    const shape = size === undefined ? [] : shapeOfSize(size, 'random.randint');
    const storage = allocate(dtype, sizeOf(shape));
    this.#stream.fillIntegers(storage.memory as IntegerArray, first, last - first, dtype === 'bool' ? 1 : undefined);
    return size === undefined ? Number(storage.memory[0]!) : new NDArray(storage, dtype, shape);
  }

  /**
   * The integers 0 to n - 1 in random order, or a copy of an array with its first axis in random order.
   *
   * @throws ShapeError for a 0-d array; ArgumentError when `n` is negative or no integer.
   * @example
   * new RandomState(1).permutation([[1, 2], [3, 4], [5, 6]]).tolist() // => [ [ 1, 2 ], [ 5, 6 ], [ 3, 4 ] ]
   */
  permutation(x: number | ArraySource): NDArray {
    if (typeof x === 'number') {
      const order = this.#stream.permutation(checkCount(x, 'random.permutation'));
      const storage = allocate('int64', order.length);
      const memory = storage.memory as BigInt64Array;
      order.forEach((i, place) => (memory[place] = BigInt(i)));
      return new NDArray(storage, 'int64', [order.length]);
    }
    const copy = array(x);
    this.shuffle(copy);
    return copy;
  }

  /**
   * Puts the first axis of an array, or a list, in random order, in place.
   *
   * @throws ShapeError for a 0-d array or a broadcast view.
   */
  shuffle(x: NDArray | unknown[]): void {
    if (Array.isArray(x)) {
      const before = x.slice();
      this.#stream.permutation(x.length).forEach((from, to) => (x[to] = before[from]));
      return;
    }
    if (x.ndim === 0)
      throw new ShapeError({
        where: 'random.shuffle',
        what: 'a 0-d array has no axis to shuffle',
        got: 'shape []',
        expected: 'at least one axis',
        hint: 'random.permutation(n) takes a number',
      });
    x.checkWritable('random.shuffle');
    const order = this.#stream.permutation(x.shape[0]!);
    const row = x.size / (order.length || 1);
    const before = x.data.slice();
    const memory = x.memory as { [place: number]: number | bigint };
    let i = 0;
    x.forEachPlace((place) => {
      memory[place] = before[order[Math.floor(i / row)]! * row + (i % row)]!;
      i++;
    });
    x.touch();
  }

  /**
   * Picks from the integers 0 to `a` - 1 or from the items of a 1-d array, with replacement unless said otherwise.
   *
   * @throws ArgumentError when there are too few items, or `p` is no distribution over them; ShapeError when `a` is not 1-d.
   * @example
   * new RandomState(0).choice(5, { size: 3, replace: false }).tolist() // => [ 2, 0, 1 ]
   */
  choice(a: number | ArraySource, options: ChoiceOptions = {}): NDArray {
    const from = typeof a === 'number' ? undefined : array(a);
    if (from && from.ndim !== 1)
      throw new ShapeError({
        where: 'random.choice',
        what: 'takes a number or a 1-d array',
        got: `[${from.shape.join(', ')}]`,
        expected: '[n]',
        hint: 'choose indices and use x.at(indices)',
      });
    const shape = options.size === undefined ? [] : shapeOfSize(options.size, 'random.choice');
    const n = typeof a === 'number' ? checkCount(a, 'random.choice') : from!.size;
    const indices = chooseIndices(this.#stream, n, sizeOf(shape), options);
    const dtype = from?.dtype ?? 'int64';
    const items = from?.data;
    const storage = allocate(dtype, indices.length);
    const memory = storage.memory as { [place: number]: number | bigint };
    for (let i = 0; i < indices.length; i++) memory[i] = items ? items[indices[i]!]! : BigInt(indices[i]!);
    return new NDArray(storage, dtype, shape);
  }

  #floats(size: Size, where: string, fill: (out: Float64Array) => void): NDArray {
    const shape = shapeOfSize(size, where);
    const storage = allocate('float64', sizeOf(shape));
    fill(storage.memory as Float64Array);
    return new NDArray(storage, 'float64', shape);
  }
}

function checkCount(n: number, where: string): number {
  if (Number.isSafeInteger(n) && n >= 0) return n;
  throw new ArgumentError({
    where,
    what: 'not a number of items',
    got: String(n),
    expected: 'an integer, at least 0',
    hint: 'pass an array to take its items',
  });
}

/** First and last integer that `randint` may give. */
function integerBounds(low: number | bigint, high: number | bigint | null, dtype: DType): [bigint, bigint] {
  const where = 'random.randint';
  const range = INTEGER_RANGES[dtype];
  if (!range)
    throw new DTypeError({
      where,
      what: 'takes integer dtypes only',
      got: dtype,
      expected: Object.keys(INTEGER_RANGES).join(', '),
      hint: 'convert with astype',
    });
  for (const bound of [low, high ?? 0]) {
    if (typeof bound === 'bigint' || Number.isSafeInteger(bound)) continue;
    throw new ArgumentError({
      where,
      what: 'a bound is not an integer',
      got: String(bound),
      expected: 'integers; above 2^53 as bigint',
      hint: 'round it first?',
    });
  }
  const first = high === null ? 0n : BigInt(low);
  const last = BigInt(high ?? low) - 1n;
  if (first > last || first < range[0] || last > range[1]) {
    throw new ArgumentError({
      where,
      what: first > last ? 'no integer lies between the bounds' : `a bound is outside ${dtype}`,
      got: `low ${first}, high ${last + 1n}`,
      expected: `${range[0]} <= low < high <= ${range[1] + 1n}`,
      hint: 'high is not included',
    });
  }
  return [first, last];
}

/**
 * The random generator that all share when they ask for none of their own; unpredictable until `random.seed(n)`.
 *
 * @example
 * random.seed(0);
 * random.rand() // => 0.5488135039273248
 * random.randn(2, 3).shape // => [ 2, 3 ]
 */
export const random: RandomState = new RandomState();
