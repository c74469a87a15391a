import { expr as e } from '@isograd/device';
import { binary, type BinaryOp, unary, type UnaryOp } from '../families.ts';

const NOT_IN_TFJS = (name: string): { readonly tfjs: null; readonly why: string } => ({
  tfjs: null,
  why: `tfjs has no ${name}`,
});

/**
 * 2 to the power `x`, element-wise.
 *
 * @example
 * exp2(array([0, 3, -1])).tolist() // => [ 1, 8, 0.5 ]
 */
export const exp2: UnaryOp = unary('exp2', {
  expr: (x) => e.exp2(x),
  vjp: (g, _x, y) => g.mul(y).mul(Math.LN2),
  parity: { numpy: 'np.exp2(x1)', torch: 'torch.exp2(x1)', jax: 'jnp.exp2(x1)', tfjs: 'tf.pow(2, x1)' },
});

/**
 * Logarithm to base 2, element-wise.
 *
 * @example
 * log2(array([1, 8])).tolist() // => [ 0, 3 ]
 */
export const log2: UnaryOp = unary('log2', {
  domain: [0.5, 3],
  expr: (x) => e.log2(x),
  vjp: (g, x) => g.div(x.mul(Math.LN2)),
  parity: { numpy: 'np.log2(x1)', torch: 'torch.log2(x1)', jax: 'jnp.log2(x1)', ...NOT_IN_TFJS('log2') },
});

/**
 * Logarithm to base 10, element-wise.
 *
 * @example
 * log10(array([1, 1000])).tolist() // => [ 0, 3 ]
 */
export const log10: UnaryOp = unary('log10', {
  domain: [0.5, 3],
  expr: (x) => e.log10(x),
  vjp: (g, x) => g.div(x.mul(Math.LN10)),
  parity: { numpy: 'np.log10(x1)', torch: 'torch.log10(x1)', jax: 'jnp.log10(x1)', ...NOT_IN_TFJS('log10') },
});

/**
 * Cube root, element-wise, of negative numbers too.
 *
 * @example
 * cbrt(array([27, -8])).tolist() // => [ 3, -2 ]
 */
export const cbrt: UnaryOp = unary('cbrt', {
  domain: [0.5, 3],
  expr: (x) => e.cbrt(x),
  vjp: (g, _x, y) => g.div(y.square().mul(3)),
  parity: {
    numpy: 'np.cbrt(x1)',
    torch: null,
    jax: 'jnp.cbrt(x1)',
    tfjs: null,
    why: 'PyTorch and tfjs have no cbrt',
  },
});

/**
 * `log(exp(x1) + exp(x2))` without overflow.
 *
 * @example
 * logaddexp(array([1000]), 1000).tolist() // => [ 1000.6931471805599 ]
 */
export const logaddexp: BinaryOp = binary('logaddexp', {
  typing: 'float',
  kinds: 'buif',
  identity: -Infinity,
  expr: (x1, x2) =>
    // Equal infinities have no difference.
    e.where(e.eq(x1, x2), e.add(x1, Math.LN2), e.add(e.max(x1, x2), e.log1p(e.exp(e.neg(e.abs(e.sub(x1, x2))))))),
  vjp: [(g, x1, x2) => g.mul(x1.sub(x2).sigmoid()), (g, x1, x2) => g.mul(x2.sub(x1).sigmoid())],
  parity: {
    numpy: 'np.logaddexp(x1, x2)',
    torch: 'torch.logaddexp(x1, x2)',
    jax: 'jnp.logaddexp(x1, x2)',
    ...NOT_IN_TFJS('logaddexp'),
  },
});

/**
 * `log2(2 ** x1 + 2 ** x2)` without overflow.
 *
 * @example
 * logaddexp2(array([3]), 3).tolist() // => [ 4 ]
 */
export const logaddexp2: BinaryOp = binary('logaddexp2', {
  typing: 'float',
  kinds: 'buif',
  identity: -Infinity,
  expr: (x1, x2) =>
    e.where(
      e.eq(x1, x2),
      e.add(x1, 1),
      e.add(e.max(x1, x2), e.mul(Math.LOG2E, e.log1p(e.exp2(e.neg(e.abs(e.sub(x1, x2))))))),
    ),
  vjp: [
    (g, x1, x2) => g.mul(x1.sub(x2).mul(Math.LN2).sigmoid()),
    (g, x1, x2) => g.mul(x2.sub(x1).mul(Math.LN2).sigmoid()),
  ],
  parity: {
    numpy: 'np.logaddexp2(x1, x2)',
    torch: 'torch.logaddexp2(x1, x2)',
    jax: 'jnp.logaddexp2(x1, x2)',
    ...NOT_IN_TFJS('logaddexp2'),
  },
});
