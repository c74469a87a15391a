import { expr as e } from '@isograd/device';
import { unary, type UnaryOp } from '../families.ts';
import { reluGrad, sigmoidGrad } from './derivatives.ts';

/**
 * Logistic sigmoid, `1 / (1 + exp(-x))`, element-wise.
 *
 * @example
 * sigmoid(array([0])).tolist() // => [ 0.5 ]
 */
export const sigmoid: UnaryOp = unary('sigmoid', {
  expr: (x) => e.div(1, e.add(1, e.exp(e.neg(x)))),
  vjp: (g, _x, y) => sigmoidGrad(g, y),
  parity: {
    numpy: '1 / (1 + 1 / np.exp(x1))',
    torch: 'torch.sigmoid(x1)',
    jax: 'jax.nn.sigmoid(x1)',
    tfjs: 'tf.sigmoid(x1)',
  },
});

/**
 * `max(x, 0)`, element-wise; NaN stays, the gradient at 0 is 0.
 *
 * @example
 * relu(array([-1, 2])).tolist() // => [ 0, 2 ]
 */
export const relu: UnaryOp = unary('relu', {
  typing: 'same',
  kinds: 'uif',
  refusesBool: 'not defined for this dtype',
  expr: (x) => e.max(x, 0),
  // The result, as it is kept anyway by what uses it, and as PyTorch lets the argument be overwritten.
  vjp: (g, _x, y) => reluGrad(g, y),
  parity: { numpy: 'np.maximum(x1, 0)', torch: 'torch.relu(x1)', jax: 'jax.nn.relu(x1)', tfjs: 'tf.relu(x1)' },
});

/**
 * `log(1 + exp(x))` without overflow, element-wise.
 *
 * @example
 * softplus(array([0])).tolist() // => [ 0.6931471805599453 ]
 */
export const softplus: UnaryOp = unary('softplus', {
  expr: (x) => e.add(e.max(x, 0), e.log1p(e.exp(e.neg(e.abs(x))))),
  vjp: (g, x) => g.mul(x.sigmoid()),
  parity: {
    numpy: 'np.logaddexp(x1, 0)',
    torch: 'torch.nn.functional.softplus(x1)',
    jax: 'jax.nn.softplus(x1)',
    tfjs: 'tf.softplus(x1)',
  },
});
