import { ArgumentError, sizeOf } from '@isograd/device';
import { checkShape, type NDArray, type Shape } from '@isograd/ndarray';
import type { Tensor } from '../tensor.ts';
import type { Elementary } from './elementary.ts';
import { wordsOf } from './keys.ts';
import { elementary, type FloatOption, type Interval, tensorOf, uniforms } from './uniform.ts';

/** How a distribution is made of uniform values. */
interface Transformation {
  readonly interval?: (functions: Elementary) => Interval;
  readonly value: (u: number, functions: Elementary) => number;
}

/** A draw of floating-point numbers: a key, a shape (default `[]`, one number) and the dtype. */
export type FloatDraw = (key: NDArray, shape?: Shape, options?: FloatOption) => Tensor;

function transformed(where: string, { interval, value }: Transformation): FloatDraw {
  return (key, shape = [], { dtype = 'float32' } = {}) => {
    const functions = elementary(dtype, where);
    const count = sizeOf(checkShape(shape, where));
    const values = uniforms(wordsOf(key, where), count, functions, interval?.(functions));
    for (let i = 0; i < count; i++) values[i] = value(values[i]!, functions);
    return tensorOf(values, dtype, shape);
  };
}

const fromTiny = ({ tiny }: Elementary): Interval => ({ minval: tiny, maxval: 1 });
const SYMMETRIC = ({ epsilon }: Elementary): Interval => ({ minval: -1 + epsilon / 2, maxval: 1 });

/**
 * Standard normal values, by the inverse of the error function.
 *
 * Source: JAX documentation, `jax.random.normal`.
 *
 * @throws DTypeError for a dtype other than float32 and float64; ShapeError when the shape is none.
 * @example
 * import { key } from '@isograd/autograd/jax-random';
 * normal(key(0), [2]).tolist() // => [ 1.622642159461975, 2.0252647399902344 ]
 */
export const normal: FloatDraw = transformed('normal', {
  interval: SYMMETRIC,
  value: (u, { erfInv, round }) => round(round(Math.SQRT2) * erfInv(u)),
});

/** Gumbel values, `-log(-log(u))`, as JAX's default mode `low` draws them. Source: JAX documentation, `jax.random.gumbel`. */
export const gumbel: FloatDraw = transformed('gumbel', {
  interval: fromTiny,
  value: (u, { log }) => -log(-log(u)),
});

/** Exponential values of rate 1. Source: JAX documentation, `jax.random.exponential`. */
export const exponential: FloatDraw = transformed('exponential', { value: (u, { log1p }) => -log1p(-u) });

/** Laplace values of scale 1. Source: JAX documentation, `jax.random.laplace`. */
export const laplace: FloatDraw = transformed('laplace', {
  interval: SYMMETRIC,
  value: (u, { log1p }) => Math.sign(u) * log1p(-Math.abs(u)),
});

/** Logistic values. Source: JAX documentation, `jax.random.logistic`. */
export const logistic: FloatDraw = transformed('logistic', {
  interval: fromTiny,
  value: (u, { log, log1p, round }) => round(log(u) - log1p(-u)),
});

/** The next number of a dtype from `x` towards an infinity. */
function nextAfter(x: number, direction: 1 | -1, { round, epsilon, tiny }: Elementary): number {
  if (x === 0) return direction * tiny * epsilon;
  const step = Math.max(tiny * epsilon, 2 ** (Math.floor(Math.log2(Math.abs(x))) + Math.log2(epsilon)));
  const isInwards = Math.sign(x) !== direction;
  const half = round(x + (direction * step) / 2);
  return isInwards && half !== x ? half : round(x + direction * step);
}

/** Options of {@link truncatedNormal}. */
export interface TruncatedOptions extends FloatOption {
  /** Shape of the result; default `[]`, one number. */
  readonly shape?: Shape;
}

/**
 * Standard normal values between `lower` and `upper`.
 *
 * In float64 the bounds pass through the error function, whose last bit may differ from JAX's for some bounds.
 * Source: JAX documentation, `jax.random.truncated_normal`.
 *
 * @throws ArgumentError when `lower` is not below `upper`; DTypeError for a dtype other than float32 and float64.
 * @example
 * import { key } from '@isograd/autograd/jax-random';
 * Math.abs(truncatedNormal(key(0), -2, 2).item()) < 2 // => true
 */
export function truncatedNormal(key: NDArray, lower: number, upper: number, options: TruncatedOptions = {}): Tensor {
  const { dtype = 'float32', shape = [] } = options;
  if (!(lower < upper))
    throw new ArgumentError({
      where: 'truncatedNormal',
      what: 'the bounds are out of order',
      got: `lower ${lower}, upper ${upper}`,
      expected: 'lower < upper',
    });
  const functions = elementary(dtype, 'truncatedNormal');
  const { round, erf, erfInv } = functions;
  const root = round(Math.SQRT2);
  const [low, high] = [round(lower), round(upper)];
  const interval = { minval: erf(round(low / root)), maxval: erf(round(high / root)) };
  const count = sizeOf(checkShape(shape, 'truncatedNormal'));
  const values = uniforms(wordsOf(key, 'truncatedNormal'), count, functions, interval);
  const [least, most] = [nextAfter(low, 1, functions), nextAfter(high, -1, functions)];
  for (let i = 0; i < count; i++) values[i] = Math.min(Math.max(round(root * erfInv(values[i]!)), least), most);
  return tensorOf(values, dtype, shape);
}
