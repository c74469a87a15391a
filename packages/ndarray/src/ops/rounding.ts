import { ArgumentError, expr as e, type Expr, isComplex, isFloat, isInteger } from '@isograd/device';
import type { Like, NDArray } from '../array.ts';
import { type ArrayLike, defineOp, operand } from '../dispatch.ts';
import { type OutAttrs, type OutOptions, unary, type UnaryOp } from '../families.ts';
import type { Op, OpSpec } from '../op.ts';
import { zerosOf } from '../zeros-of.ts';
import { divide, multiply } from './arithmetic.ts';

// Integers and bools are whole already.
const floatsOnly =
  (round: (x: Expr) => Expr) =>
  (x: Expr): Expr =>
    isFloat(x.dtype) ? round(x) : x;

/**
 * The largest whole number not above `x`, element-wise.
 *
 * @example
 * floor(array([1.7, -1.2])).tolist() // => [ 1, -2 ]
 */
export const floor: UnaryOp = unary('floor', {
  typing: 'same',
  kinds: 'buif',
  expr: floatsOnly(e.floor),
  vjp: (_g, x) => zerosOf(x),
  parity: { numpy: 'np.floor(x1)', torch: 'torch.floor(x1)', jax: 'jnp.floor(x1)', tfjs: 'tf.floor(x1)' },
});

/**
 * The smallest whole number not below `x`, element-wise.
 *
 * @example
 * ceil(array([1.2, -1.7])).tolist() // => [ 2, -1 ]
 */
export const ceil: UnaryOp = unary('ceil', {
  typing: 'same',
  kinds: 'buif',
  expr: floatsOnly(e.ceil),
  vjp: (_g, x) => zerosOf(x),
  parity: { numpy: 'np.ceil(x1)', torch: 'torch.ceil(x1)', jax: 'jnp.ceil(x1)', tfjs: 'tf.ceil(x1)' },
});

/**
 * The whole part of `x`, element-wise.
 *
 * @example
 * trunc(array([1.7, -1.7])).tolist() // => [ 1, -1 ]
 */
export const trunc: UnaryOp = unary('trunc', {
  typing: 'same',
  kinds: 'buif',
  expr: floatsOnly(e.trunc),
  vjp: (_g, x) => zerosOf(x),
  parity: {
    numpy: 'np.trunc(x1)',
    torch: 'torch.trunc(x1)',
    jax: 'jnp.trunc(x1)',
    tfjs: null,
    why: 'tfjs has no trunc',
  },
});

const roundWhole = unary('round', {
  typing: 'same',
  kinds: 'uifc',
  expr: (x) => (isFloat(x.dtype) || isComplex(x.dtype) ? e.round(x) : x),
  vjp: (_g, x) => zerosOf(x),
  parity: { numpy: 'np.round(x1)', torch: 'torch.round(x1)', jax: 'jnp.round(x1)', tfjs: 'tf.round(x1)' },
});

/**
 * The nearest number with so many decimals, 0 by default, ties to even, element-wise; `decimals` may be negative.
 *
 * As in NumPy the number is scaled, rounded and scaled back, so that `round(x, 1)` of 0.05 may be 0 or 0.1 as the scaled number falls.
 *
 * @throws ArgumentError for decimals that are not a whole number.
 * @example
 * round(array([0.5, 1.5, 2.5])).tolist() // => [ 0, 2, 2 ]
 * round(array([1.234, 56.78]), 1).tolist() // => [ 1.2, 56.8 ]
 * round(array([1234, 5678]), -2).tolist() // => [ 1200, 5700 ]
 */
export const round: Op<<T extends ArrayLike>(x: T, decimals?: number | OutOptions, options?: OutOptions) => Like<T>> =
  defineOp(
    roundWhole.spec as OpSpec<OutAttrs>,
    (x: ArrayLike, decimals: number | OutOptions = 0, options?: OutOptions): NDArray => {
      const given = typeof decimals === 'number' ? options : decimals;
      const digits = typeof decimals === 'number' ? decimals : 0;
      const array = operand(x, 'round');
      if (!Number.isInteger(digits))
        throw new ArgumentError({
          where: 'round',
          what: 'the number of decimals is not a whole number',
          got: String(digits),
          expected: 'a whole number, negative ones round to tens, hundreds, ...',
          hint: 'options come behind it: round(x, 2, { out })',
        });
      if (array.dtype === 'bool' && !array.differentiable) return roundWhole(array.astype('float16'), given);
      if (digits === 0 || (isInteger(array.dtype) && digits > 0)) return roundWhole(array, given);
      const scale = 10 ** Math.abs(digits);
      if (isInteger(array.dtype)) return roundWhole(array.div(scale)).mul(scale).astype(array.dtype);
      return digits > 0
        ? divide(roundWhole(array.mul(scale)), scale, given)
        : multiply(roundWhole(array.div(scale)), scale, given);
    },
  );
