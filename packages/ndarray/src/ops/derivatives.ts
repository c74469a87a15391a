import { expr as e } from '@isograd/device';
import { binary, type BinaryOp, ternary, type TernaryOp } from '../families.ts';
import { zerosOf } from '../zeros-of.ts';

/** Cotangent of `square`, `g * 2x`, in one pass. */
export const squareGrad: BinaryOp = binary('squareGrad', {
  kinds: 'uifc',
  expr: (g, x) => e.mul(g, e.mul(2, x)),
  vjp: [(h, _g, x) => squareGrad(h, x), (h, g) => squareGrad(h, g)],
  parity: { numpy: 'x1 * (2 * x2)', torch: 'x1 * (2 * x2)', jax: 'x1 * (2 * x2)', tfjs: 'tf.mul(x1, tf.mul(2, x2))' },
});

/** Cotangent of `absolute`: `g` with the sign of `x`, 0 at 0 and NaN as in PyTorch. */
export const absGrad: BinaryOp = binary('absGrad', {
  kinds: 'uif',
  expr: (g, x) => e.where(e.gt(x, 0), g, e.where(e.lt(x, 0), e.neg(g), 0)),
  vjp: [(h, _g, x) => absGrad(h, x), (_h, _g, x) => zerosOf(x)],
  parity: {
    numpy: 'x1 * np.sign(x2)',
    torch: 'x1 * torch.sign(x2)',
    jax: 'x1 * jnp.sign(x2)',
    tfjs: 'tf.mul(x1, tf.sign(x2))',
  },
});

/** Cotangent of `relu`: `g` where `x` is not 0 or less. */
export const reluGrad: BinaryOp = binary('reluGrad', {
  kinds: 'uif',
  expr: (g, x) => e.where(e.le(x, 0), 0, g),
  vjp: [(h, _g, x) => reluGrad(h, x), (_h, _g, x) => zerosOf(x)],
  parity: {
    numpy: 'np.where(x2 <= 0, 0, x1)',
    torch: 'torch.where(x2 <= 0, 0, x1)',
    jax: 'jnp.where(x2 <= 0, 0, x1)',
    tfjs: 'tf.where(tf.lessEqual(x2, 0), tf.zerosLike(x1), x1)',
  },
});

/** Cotangent of `sigmoid` from its output, `g * (1 - y) * y`, in one pass. */
export const sigmoidGrad: BinaryOp = binary('sigmoidGrad', {
  kinds: 'uifc',
  expr: (g, y) => e.mul(e.mul(g, e.sub(1, y)), y),
  vjp: [(h, _g, y) => sigmoidGrad(h, y), (h, g, y) => h.mul(g).mul(y.mul(-2).add(1))],
  parity: {
    numpy: 'x1 * (1 - x2) * x2',
    torch: 'x1 * (1 - x2) * x2',
    jax: 'x1 * (1 - x2) * x2',
    tfjs: 'tf.mul(tf.mul(x1, tf.sub(1, x2)), x2)',
  },
});

/** Cotangent of `tanh` from its output, `g * (1 - y * y)`, in one pass. */
export const tanhGrad: BinaryOp = binary('tanhGrad', {
  kinds: 'uifc',
  expr: (g, y) => e.mul(g, e.sub(1, e.mul(y, y))),
  vjp: [(h, _g, y) => tanhGrad(h, y), (h, g, y) => h.mul(g).mul(y.mul(-2))],
  parity: {
    numpy: 'x1 * (1 - x2 * x2)',
    torch: 'x1 * (1 - x2 * x2)',
    jax: 'x1 * (1 - x2 * x2)',
    tfjs: 'tf.mul(x1, tf.sub(1, tf.mul(x2, x2)))',
  },
});

const TIE_SAMPLES = [
  {
    inputs: [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
  },
  { inputs: [[2, 3], [2, 3], [3]] },
  {
    inputs: [
      [3],
      { shape: [3], values: [1, 2, 3], differentiable: false },
      { shape: [3], values: [2, 2, 2], differentiable: false },
    ],
  },
];

/** Cotangent of the first operand of `maximum`: `g` where it is the larger one, half of it where both are equal. */
export const maximumGrad: TernaryOp = ternary('maximumGrad', {
  kinds: 'fc',
  expr: (g, x1, x2) => e.where(e.lt(x1, x2), 0, e.where(e.eq(x1, x2), e.mul(g, 0.5), g)),
  vjp: [(h, [, x1, x2]) => maximumGrad(h, x1, x2), (_h, [, x1]) => zerosOf(x1), (_h, [, , x2]) => zerosOf(x2)],
  samples: TIE_SAMPLES,
  parity: {
    numpy: 'np.where(x2 > x3, x1, np.where(x2 == x3, x1 / 2, 0))',
    torch: 'torch.where(x2 > x3, x1, torch.where(x2 == x3, x1 / 2, 0))',
    jax: 'jnp.where(x2 > x3, x1, jnp.where(x2 == x3, x1 / 2, 0))',
    tfjs: null,
    why: 'tfjs gives the whole cotangent to both operands where they are equal',
  },
});

/** Cotangent of the first operand of `minimum`: `g` where it is the smaller one, half of it where both are equal. */
export const minimumGrad: TernaryOp = ternary('minimumGrad', {
  kinds: 'fc',
  expr: (g, x1, x2) => e.where(e.gt(x1, x2), 0, e.where(e.eq(x1, x2), e.mul(g, 0.5), g)),
  vjp: [(h, [, x1, x2]) => minimumGrad(h, x1, x2), (_h, [, x1]) => zerosOf(x1), (_h, [, , x2]) => zerosOf(x2)],
  samples: TIE_SAMPLES,
  parity: {
    numpy: 'np.where(x2 < x3, x1, np.where(x2 == x3, x1 / 2, 0))',
    torch: 'torch.where(x2 < x3, x1, torch.where(x2 == x3, x1 / 2, 0))',
    jax: 'jnp.where(x2 < x3, x1, jnp.where(x2 == x3, x1 / 2, 0))',
    tfjs: null,
    why: 'tfjs gives the whole cotangent to both operands where they are equal',
  },
});
