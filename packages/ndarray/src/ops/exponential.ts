import { expr as e } from '@isograd/device';
import { unary, type UnaryOp } from '../families.ts';
import { tanhGrad } from './derivatives.ts';

/**
 * Square root, element-wise.
 *
 * @example
 * sqrt(array([4, 9])).tolist() // => [ 2, 3 ]
 */
export const sqrt: UnaryOp = unary('sqrt', {
  domain: [0.5, 3],
  expr: (x) => e.sqrt(x),
  vjp: (g, _x, y) => g.div(y.mul(2)),
  parity: { numpy: 'np.sqrt(x1)', torch: 'torch.sqrt(x1)', jax: 'jnp.sqrt(x1)', tfjs: 'tf.sqrt(x1)' },
});

/**
 * `e` to the power `x`, element-wise.
 *
 * @example
 * exp(array([0, -Infinity])).tolist() // => [ 1, 0 ]
 */
export const exp: UnaryOp = unary('exp', {
  expr: (x) => e.exp(x),
  vjp: (g, _x, y) => g.mul(y),
  parity: { numpy: 'np.exp(x1)', torch: 'torch.exp(x1)', jax: 'jnp.exp(x1)', tfjs: 'tf.exp(x1)' },
});

/**
 * `exp(x) - 1` without loss of digits near 0, element-wise.
 *
 * @example
 * expm1(array([1e-10])).tolist() // => [ 1.00000000005e-10 ]
 */
export const expm1: UnaryOp = unary('expm1', {
  expr: (x) => e.expm1(x),
  vjp: (g, _x, y) => g.mul(y.add(1)),
  parity: { numpy: 'np.expm1(x1)', torch: 'torch.expm1(x1)', jax: 'jnp.expm1(x1)', tfjs: 'tf.expm1(x1)' },
});

/**
 * Natural logarithm, element-wise.
 *
 * @example
 * log(array([1, 10])).tolist() // => [ 0, 2.302585092994046 ]
 */
export const log: UnaryOp = unary('log', {
  domain: [0.5, 3],
  expr: (x) => e.log(x),
  vjp: (g, x) => g.div(x),
  parity: { numpy: 'np.log(x1)', torch: 'torch.log(x1)', jax: 'jnp.log(x1)', tfjs: 'tf.log(x1)' },
});

/**
 * `log(1 + x)` without loss of digits near 0, element-wise.
 *
 * @example
 * log1p(array([1e-10])).tolist() // => [ 9.999999999500001e-11 ]
 */
export const log1p: UnaryOp = unary('log1p', {
  domain: [-0.5, 2],
  expr: (x) => e.log1p(x),
  vjp: (g, x) => g.div(x.add(1)),
  parity: { numpy: 'np.log1p(x1)', torch: 'torch.log1p(x1)', jax: 'jnp.log1p(x1)', tfjs: 'tf.log1p(x1)' },
});

/**
 * Sine of angles in radians, element-wise.
 *
 * @example
 * sin(array([0])).tolist() // => [ 0 ]
 */
export const sin: UnaryOp = unary('sin', {
  expr: (x) => e.sin(x),
  vjp: (g, x) => g.mul(x.cos()),
  parity: { numpy: 'np.sin(x1)', torch: 'torch.sin(x1)', jax: 'jnp.sin(x1)', tfjs: 'tf.sin(x1)' },
});

/**
 * Cosine of angles in radians, element-wise.
 *
 * @example
 * cos(array([0])).tolist() // => [ 1 ]
 */
export const cos: UnaryOp = unary('cos', {
  expr: (x) => e.cos(x),
  vjp: (g, x) => g.mul(x.sin()).neg(),
  parity: { numpy: 'np.cos(x1)', torch: 'torch.cos(x1)', jax: 'jnp.cos(x1)', tfjs: 'tf.cos(x1)' },
});

/**
 * Hyperbolic tangent, element-wise.
 *
 * @example
 * tanh(array([0, Infinity])).tolist() // => [ 0, 1 ]
 */
export const tanh: UnaryOp = unary('tanh', {
  expr: (x) => e.tanh(x),
  vjp: (g, _x, y) => tanhGrad(g, y),
  parity: { numpy: 'np.tanh(x1)', torch: 'torch.tanh(x1)', jax: 'jnp.tanh(x1)', tfjs: 'tf.tanh(x1)' },
});

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/**
 * Error function, element-wise.
 *
 * @example
 * erf(array([0, Infinity])).tolist() // => [ 0, 1 ]
 */
export const erf: UnaryOp = unary('erf', {
  expr: (x) => e.erf(x),
  vjp: (g, x) => g.mul(x.square().neg().exp().mul(TWO_OVER_SQRT_PI)),
  parity: {
    numpy: null,
    torch: 'torch.erf(x1)',
    jax: 'jax.scipy.special.erf(x1)',
    tfjs: 'tf.erf(x1)',
    why: 'NumPy has no error function, SciPy does',
  },
});
