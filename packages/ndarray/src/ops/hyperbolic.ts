import { expr as e } from '@isograd/device';
import { unary, type UnaryOp } from '../families.ts';

/**
 * Hyperbolic sine, element-wise.
 *
 * @example
 * sinh(array([0, 1])).round(6).tolist() // => [ 0, 1.175201 ]
 */
export const sinh: UnaryOp = unary('sinh', {
  expr: (x) => e.sinh(x),
  vjp: (g, x) => g.mul(x.cosh()),
  parity: { numpy: 'np.sinh(x1)', torch: 'torch.sinh(x1)', jax: 'jnp.sinh(x1)', tfjs: 'tf.sinh(x1)' },
});

/**
 * Hyperbolic cosine, element-wise.
 *
 * @example
 * cosh(array([0])).tolist() // => [ 1 ]
 */
export const cosh: UnaryOp = unary('cosh', {
  expr: (x) => e.cosh(x),
  vjp: (g, x) => g.mul(x.sinh()),
  parity: { numpy: 'np.cosh(x1)', torch: 'torch.cosh(x1)', jax: 'jnp.cosh(x1)', tfjs: 'tf.cosh(x1)' },
});

/**
 * The number whose hyperbolic sine is `x`, element-wise.
 *
 * @example
 * arcsinh(array([0])).tolist() // => [ 0 ]
 */
export const arcsinh: UnaryOp = unary('arcsinh', {
  expr: (x) => e.asinh(x),
  vjp: (g, x) => g.div(x.square().add(1).sqrt()),
  parity: { numpy: 'np.arcsinh(x1)', torch: 'torch.arcsinh(x1)', jax: 'jnp.arcsinh(x1)', tfjs: 'tf.asinh(x1)' },
});

/**
 * The number from 0 whose hyperbolic cosine is `x`, element-wise; NaN below 1.
 *
 * @example
 * arccosh(array([1])).tolist() // => [ 0 ]
 */
export const arccosh: UnaryOp = unary('arccosh', {
  domain: [1.5, 3],
  expr: (x) => e.acosh(x),
  vjp: (g, x) => g.div(x.square().sub(1).sqrt()),
  parity: { numpy: 'np.arccosh(x1)', torch: 'torch.arccosh(x1)', jax: 'jnp.arccosh(x1)', tfjs: 'tf.acosh(x1)' },
});

/**
 * The number whose hyperbolic tangent is `x`, element-wise; NaN outside [-1, 1].
 *
 * @example
 * arctanh(array([0])).tolist() // => [ 0 ]
 */
export const arctanh: UnaryOp = unary('arctanh', {
  domain: [-0.9, 0.9],
  expr: (x) => e.atanh(x),
  vjp: (g, x) => g.div(x.square().neg().add(1)),
  parity: { numpy: 'np.arctanh(x1)', torch: 'torch.arctanh(x1)', jax: 'jnp.arctanh(x1)', tfjs: 'tf.atanh(x1)' },
});
