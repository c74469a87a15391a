import { expr as e } from '@isograd/device';
import { binary, type BinaryOp, unary, type UnaryOp } from '../families.ts';

/** `x1 + x2`, element-wise with broadcasting; method `add`. */
export const add: BinaryOp = binary('add', {
  expr: (x1, x2) => e.add(x1, x2),
  vjp: [(g) => g, (g) => g],
  parity: { numpy: 'np.add(x1, x2)', torch: 'torch.add(x1, x2)', jax: 'jnp.add(x1, x2)', tfjs: 'tf.add(x1, x2)' },
});

/** `x1 - x2`, element-wise with broadcasting; method `sub`. */
export const subtract: BinaryOp = binary('subtract', {
  kinds: 'uif',
  expr: (x1, x2) => e.sub(x1, x2),
  vjp: [(g) => g, (g) => g.neg()],
  parity: { numpy: 'np.subtract(x1, x2)', torch: 'torch.subtract(x1, x2)', jax: 'jnp.subtract(x1, x2)', tfjs: 'tf.sub(x1, x2)' },
});

/** `x1 * x2`, element-wise with broadcasting; method `mul`. */
export const multiply: BinaryOp = binary('multiply', {
  expr: (x1, x2) => e.mul(x1, x2),
  vjp: [(g, _x1, x2) => g.mul(x2), (g, x1) => g.mul(x1)],
  parity: { numpy: 'np.multiply(x1, x2)', torch: 'torch.multiply(x1, x2)', jax: 'jnp.multiply(x1, x2)', tfjs: 'tf.mul(x1, x2)' },
});

/** `x1 / x2` as floats, element-wise with broadcasting; method `div`. */
export const divide: BinaryOp = binary('divide', {
  typing: 'float',
  domain: [0.5, 3],
  expr: (x1, x2) => e.div(x1, x2),
  vjp: [(g, _x1, x2) => g.div(x2), (g, _x1, x2, y) => g.mul(y).div(x2).neg()],
  parity: { numpy: 'np.divide(x1, x2)', torch: 'torch.divide(x1, x2)', jax: 'jnp.divide(x1, x2)', tfjs: 'tf.div(x1, x2)' },
});

/** `-x`, element-wise; method `neg`. */
export const negative: UnaryOp = unary('negative', {
  typing: 'same',
  kinds: 'uif',
  expr: (x) => e.neg(x),
  vjp: (g) => g.neg(),
  parity: { numpy: 'np.negative(x1)', torch: 'torch.negative(x1)', jax: 'jnp.negative(x1)', tfjs: 'tf.neg(x1)' },
});

/** `e` to the power `x`, element-wise. */
export const exp: UnaryOp = unary('exp', {
  expr: (x) => e.exp(x),
  vjp: (g, _x, y) => g.mul(y),
  parity: { numpy: 'np.exp(x1)', torch: 'torch.exp(x1)', jax: 'jnp.exp(x1)', tfjs: 'tf.exp(x1)' },
});

/** Logistic sigmoid, `1 / (1 + exp(-x))`, element-wise. */
export const sigmoid: UnaryOp = unary('sigmoid', {
  expr: (x) => e.div(1, e.add(1, e.exp(e.neg(x)))),
  vjp: (g, _x, y) => g.mul(y).mul(y.rsub(1)),
  parity: { numpy: '1 / (1 + np.exp(-x1))', torch: 'torch.sigmoid(x1)', jax: 'jax.nn.sigmoid(x1)', tfjs: 'tf.sigmoid(x1)' },
});
