import { expr as e, type Expr, isFloat } from '@isograd/device';
import { unary, type UnaryOp } from '../families.ts';
import { zerosOf } from '../zeros-of.ts';

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

/**
 * The nearest whole number, ties to even, element-wise.
 *
 * @example
 * round(array([0.5, 1.5, 2.5])).tolist() // => [ 0, 2, 2 ]
 */
export const round: UnaryOp = unary('round', {
  typing: 'same',
  kinds: 'uif',
  expr: floatsOnly(e.round),
  vjp: (_g, x) => zerosOf(x),
  parity: { numpy: 'np.round(x1)', torch: 'torch.round(x1)', jax: 'jnp.round(x1)', tfjs: 'tf.round(x1)' },
});
