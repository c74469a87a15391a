import { expr as e } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { binary, type BinaryOp, unary, type UnaryOp } from '../families.ts';

/**
 * Tangent of angles in radians, element-wise.
 *
 * @example
 * tan(array([0, 1])).round(6).tolist() // => [ 0, 1.557408 ]
 */
export const tan: UnaryOp = unary('tan', {
  domain: [-1, 1],
  expr: (x) => e.tan(x),
  vjp: (g, _x, y) => g.mul(y.square().add(1)),
  parity: { numpy: 'np.tan(x1)', torch: 'torch.tan(x1)', jax: 'jnp.tan(x1)', tfjs: 'tf.tan(x1)' },
});

/** 1 at the origin, where the angle has no slope and PyTorch gives 0. */
function squaredDistance(x1: NDArray, x2: NDArray): NDArray {
  const sum = x1.square().add(x2.square());
  return sum.add(sum.equal(0));
}

/**
 * The angle in radians, from -pi/2 to pi/2, whose sine is `x`; NaN outside [-1, 1].
 *
 * @example
 * arcsin(array([0, 1])).tolist() // => [ 0, 1.5707963267948966 ]
 */
export const arcsin: UnaryOp = unary('arcsin', {
  domain: [-0.9, 0.9],
  expr: (x) => e.asin(x),
  vjp: (g, x) => g.div(x.square().neg().add(1).sqrt()),
  parity: { numpy: 'np.arcsin(x1)', torch: 'torch.arcsin(x1)', jax: 'jnp.arcsin(x1)', tfjs: 'tf.asin(x1)' },
});

/**
 * The angle in radians, from 0 to pi, whose cosine is `x`; NaN outside [-1, 1].
 *
 * @example
 * arccos(array([1, -1])).tolist() // => [ 0, 3.141592653589793 ]
 */
export const arccos: UnaryOp = unary('arccos', {
  domain: [-0.9, 0.9],
  expr: (x) => e.acos(x),
  vjp: (g, x) => g.neg().div(x.square().neg().add(1).sqrt()),
  parity: { numpy: 'np.arccos(x1)', torch: 'torch.arccos(x1)', jax: 'jnp.arccos(x1)', tfjs: 'tf.acos(x1)' },
});

/**
 * The angle in radians, from -pi/2 to pi/2, whose tangent is `x`.
 *
 * @example
 * arctan(array([1, Infinity])).tolist() // => [ 0.7853981633974483, 1.5707963267948966 ]
 */
export const arctan: UnaryOp = unary('arctan', {
  expr: (x) => e.atan(x),
  vjp: (g, x) => g.div(x.square().add(1)),
  parity: { numpy: 'np.arctan(x1)', torch: 'torch.arctan(x1)', jax: 'jnp.arctan(x1)', tfjs: 'tf.atan(x1)' },
});

/**
 * The angle in radians, from -pi to pi, of the point with ordinate `x1` and abscissa `x2`.
 *
 * @example
 * arctan2(array([1, -1]), array([-1, -1])).tolist() // => [ 2.356194490192345, -2.356194490192345 ]
 */
export const arctan2: BinaryOp = binary('arctan2', {
  typing: 'float',
  domain: [0.5, 2],
  expr: (x1, x2) => e.atan2(x1, x2),
  vjp: [
    (g, x1, x2) => g.mul(x2).div(squaredDistance(x1, x2)),
    (g, x1, x2) => g.mul(x1.neg()).div(squaredDistance(x1, x2)),
  ],
  parity: {
    numpy: 'np.arctan2(x1, x2)',
    torch: 'torch.arctan2(x1, x2)',
    jax: 'jnp.arctan2(x1, x2)',
    tfjs: 'tf.atan2(x1, x2)',
  },
});

/**
 * Length of the hypotenuse, `sqrt(x1 ** 2 + x2 ** 2)`, without overflow on the way.
 *
 * @example
 * hypot(array([3, 1e200]), array([4, 0])).tolist() // => [ 5, 1e+200 ]
 */
export const hypot: BinaryOp = binary('hypot', {
  typing: 'float',
  domain: [0.5, 2],
  identity: 0,
  expr: (x1, x2) => e.hypot(x1, x2),
  vjp: [(g, x1, _x2, y) => g.mul(x1.div(y)), (g, _x1, x2, y) => g.mul(x2.div(y))],
  parity: {
    numpy: 'np.hypot(x1, x2)',
    torch: 'torch.hypot(x1, x2)',
    jax: 'jnp.hypot(x1, x2)',
    tfjs: null,
    why: 'tfjs has no hypot',
  },
});

/**
 * Radians of angles in degrees, element-wise.
 *
 * @example
 * deg2rad(array([180])).tolist() // => [ 3.141592653589793 ]
 */
export const deg2rad: UnaryOp = unary('deg2rad', {
  kinds: 'buif',
  expr: (x) => e.mul(x, Math.PI / 180),
  vjp: (g) => g.mul(Math.PI / 180),
  parity: {
    numpy: 'np.deg2rad(x1)',
    torch: 'torch.deg2rad(x1)',
    jax: 'jnp.deg2rad(x1)',
    tfjs: null,
    why: 'tfjs has no deg2rad',
  },
});

/**
 * Degrees of angles in radians, element-wise.
 *
 * @example
 * rad2deg(array([Math.PI])).tolist() // => [ 180 ]
 */
export const rad2deg: UnaryOp = unary('rad2deg', {
  kinds: 'buif',
  expr: (x) => e.mul(x, 180 / Math.PI),
  vjp: (g) => g.mul(180 / Math.PI),
  parity: {
    numpy: 'np.rad2deg(x1)',
    torch: 'torch.rad2deg(x1)',
    jax: 'jnp.rad2deg(x1)',
    tfjs: null,
    why: 'tfjs has no rad2deg',
  },
});
