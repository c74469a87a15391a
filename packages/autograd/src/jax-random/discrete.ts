import { ArgumentError, type DType, DTYPES, DTypeError, isBig, isInteger, ShapeError, sizeOf } from '@isograd/device';
import { broadcastShapes, checkShape, type NDArray, sameShape, type Shape } from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { gumbel } from './continuous.ts';
import { splitWords, wordsOf } from './keys.ts';
import { elementary, tensorOf, uniforms, words32, words64 } from './uniform.ts';

/** Options of {@link randint}. */
export interface RandintOptions {
  /** Least value. */
  readonly minval: number | bigint;
  /** What values are below. */
  readonly maxval: number | bigint;
  /** An integer dtype; default `int32`, JAX's where `jax_enable_x64` is off. */
  readonly dtype?: DType;
}

/** The integers of a dtype, first and last. */
function limitsOf(dtype: DType): readonly [bigint, bigint] {
  const { kind, itemsize } = DTYPES[dtype];
  const bits = BigInt(8 * itemsize);
  return kind === 'u' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}

const clipped = (x: bigint, low: bigint, high: bigint): bigint => (x < low ? low : x > high ? high : x);

function checkBound(bound: number | bigint): bigint {
  if (typeof bound === 'bigint' || Number.isSafeInteger(bound)) return BigInt(bound);
  throw new ArgumentError({
    where: 'randint',
    what: 'a bound is not an integer',
    got: String(bound),
    expected: 'integers; above 2^53 as bigint',
  });
}

/** How many integers there are to choose from, 1 where there are none; 0 stands for all of 2^bits. */
function spanOf(low: bigint, high: bigint, dtype: DType): { readonly first: bigint; readonly span: bigint } {
  const [least, most] = limitsOf(dtype);
  const first = clipped(low, least, most);
  const end = high > most ? most + 1n : clipped(high, least, most);
  return { first, span: end > first ? BigInt.asUintN(8 * DTYPES[dtype].itemsize, end - first) : 1n };
}

/**
 * Integers in [minval, maxval); `minval` everywhere when there are none.
 *
 * Bounds outside the dtype are moved to its ends. Source: JAX documentation, `jax.random.randint`.
 *
 * @throws DTypeError for a dtype that is not an integer one; ArgumentError for bounds that are no integers.
 * @example
 * import { key } from '@isograd/autograd/jax-random';
 * randint(key(0), [3], { minval: 0, maxval: 10 }).tolist() // => [ 9, 0, 2 ]
 */
export function randint(key: NDArray, shape: Shape, { minval, maxval, dtype = 'int32' }: RandintOptions): Tensor {
  if (!isInteger(dtype))
    throw new DTypeError({ where: 'randint', what: 'not an integer dtype', got: dtype, expected: 'int8 to uint64' });
  const count = sizeOf(checkShape(shape, 'randint'));
  const [low, high] = [checkBound(minval), checkBound(maxval)];
  const [first, second] = splitWords(wordsOf(key, 'randint'), 2) as [
    readonly [number, number],
    readonly [number, number],
  ];
  if (isBig(dtype)) {
    const range = spanOf(low, high, dtype);
    return tensorOf(offsets64(words64(first, count), words64(second, count), range, dtype), dtype, shape);
  }
  // Narrow dtypes are drawn in 32 bits, from bounds that are clipped to them.
  const [least, most] = limitsOf(dtype);
  const isNarrow = DTYPES[dtype].itemsize < 4;
  const range = isNarrow
    ? spanOf(clipped(low, least, most), clipped(high, least, most + 1n), 'int32')
    : spanOf(low, high, dtype);
  const memory = new DTYPES[dtype].Array(count) as Int32Array;
  offsets32(words32(first, count), words32(second, count), range).forEach((value, i) => (memory[i] = value));
  return tensorOf(memory, dtype, shape);
}

interface Span {
  readonly first: bigint;
  readonly span: bigint;
}

function offsets32(higher: Uint32Array, lower: Uint32Array, { first, span }: Span): Float64Array {
  const n = Number(span);
  const base = Number(first);
  const remainder = (x: number): number => (n === 0 ? x : x % n);
  const half = remainder(2 ** 16);
  const multiplier = remainder(Math.imul(half, half) >>> 0);
  return Float64Array.from(higher, (word, i) => {
    const product = Math.imul(remainder(word), multiplier) >>> 0;
    return base + remainder((product + remainder(lower[i]!)) >>> 0);
  });
}

function offsets64(
  higher: BigUint64Array,
  lower: BigUint64Array,
  { first, span }: Span,
  dtype: DType,
): BigInt64Array | BigUint64Array {
  const remainder = (x: bigint): bigint => (span === 0n ? x : x % span);
  const wrapped = (x: bigint): bigint => BigInt.asUintN(64, x);
  const half = remainder(2n ** 32n);
  const multiplier = remainder(wrapped(half * half));
  const values = higher.map((word, i) =>
    wrapped(first + remainder(wrapped(remainder(word) * multiplier + remainder(lower[i]!)))),
  );
  return dtype === 'int64' ? new BigInt64Array(values.buffer) : values;
}

/** Options of {@link bernoulli}. */
export interface BernoulliOptions {
  /** Shape of the result; default that of `p`. */
  readonly shape?: Shape;
}

/**
 * Bools that are true with probability `p`.
 *
 * Source: JAX documentation, `jax.random.bernoulli`.
 *
 * @param p One probability, by default 0.5, or an array of floating-point ones, which broadcasts to the shape.
 * @throws DTypeError for integer probabilities; ShapeError when they do not broadcast to the shape.
 * @example
 * import { key } from '@isograd/autograd/jax-random';
 * bernoulli(key(0), 0.5, { shape: [3] }).tolist() // => [ false, false, true ]
 */
export function bernoulli(key: NDArray, p: number | NDArray = 0.5, options: BernoulliOptions = {}): Tensor {
  const { shape = typeof p === 'number' ? [] : p.shape } = options;
  const functions = elementary(typeof p === 'number' ? 'float32' : p.dtype, 'bernoulli');
  const values = uniforms(wordsOf(key, 'bernoulli'), sizeOf(checkShape(shape, 'bernoulli')), functions);
  const u = tensorOf(values, functions.dtype, shape);
  return u.less(typeof p === 'number' ? functions.round(p) : asTensor(p).broadcastTo(shape));
}

/** Options of {@link rademacher}. */
export interface RademacherOptions {
  /** Default `int32`. */
  readonly dtype?: DType;
}

/** Ones and minus ones, as likely each. Source: JAX documentation, `jax.random.rademacher`. */
export function rademacher(key: NDArray, shape: Shape = [], { dtype = 'int32' }: RademacherOptions = {}): Tensor {
  return bernoulli(key, 0.5, { shape }).astype('int32').mul(2).sub(1).astype(dtype);
}

/** Options of {@link categorical}. */
export interface CategoricalOptions {
  /** The axis of the categories; default the last. */
  readonly axis?: number;
  /** Shape of the result: that of the logits without the axis, after axes of repeated draws. Default without repetition. */
  readonly shape?: Shape;
  /** Whether repeated draws may give a category again; default true. */
  readonly replace?: boolean;
}

/**
 * Categories drawn with the probabilities `softmax(logits)`: int32.
 *
 * Source: JAX documentation, `jax.random.categorical`: the largest of the logits with Gumbel values added.
 *
 * @param logits Logarithms of weights, float32 or float64.
 * @throws ShapeError when the shape does not fit the logits; ArgumentError for more draws without replacement than categories.
 * @example
 * import { key } from '@isograd/autograd/jax-random';
 * import { tensor } from '@isograd/autograd';
 * categorical(key(0), tensor([-1.5, 3, 0])).tolist() // => 1
 */
export function categorical(key: NDArray, logits: NDArray, options: CategoricalOptions = {}): Tensor {
  const { axis = -1, replace = true } = options;
  const x = asTensor(logits);
  const at = axis < 0 ? axis + x.ndim : axis;
  const batch = x.shape.filter((_, d) => d !== at);
  const { shape = batch } = options;
  const prefix = checkCategorical(x, shape, batch);
  if (!replace) {
    checkEnough(sizeOf(prefix), x.shape[at]!);
    const order = gumbel(key, x.shape, { dtype: x.dtype }).add(x).negative().moveaxis(at, -1).argsort(-1);
    const places = order.at('...', `:${sizeOf(prefix)}`).moveaxis(-1, 0);
    return places.reshape([...prefix, ...batch]).astype('int32');
  }
  const drawn = [...prefix, ...insertedAt(shape.slice(prefix.length), at, x.shape[at]!)];
  return gumbel(key, drawn, { dtype: x.dtype })
    .add(x)
    .argmax(at - x.ndim)
    .astype('int32');
}

function insertedAt(shape: Shape, at: number, length: number): number[] {
  return [...shape.slice(0, at), length, ...shape.slice(at)];
}

/** The axes of repeated draws. */
function checkCategorical(x: Tensor, shape: Shape, batch: Shape): Shape {
  elementary(x.dtype, 'categorical');
  const rest = shape.slice(shape.length - batch.length);
  if (shape.length >= batch.length && sameShape(broadcastShapes(rest, batch), rest))
    return shape.slice(0, shape.length - batch.length);
  throw new ShapeError({
    where: 'categorical',
    what: 'the shape does not end in that of the logits without their axis',
    got: `[${shape.join(', ')}]`,
    expected: `[..., ${batch.join(', ')}]`,
  });
}

function checkEnough(count: number, categories: number): void {
  if (count > categories)
    throw new ArgumentError({
      where: 'categorical',
      what: 'more draws than categories',
      got: `${count} of ${categories}`,
      expected: 'no more without replacement',
    });
}
