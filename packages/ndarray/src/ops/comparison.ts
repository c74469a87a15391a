import { expr as e, isComplex, isFloat } from '@isograd/device';
import { type BinaryOp, compare, logical, unary, type UnaryOp } from '../families.ts';

/**
 * `x1 == x2`, element-wise with broadcasting; method `eq`.
 *
 * @example
 * equal(array([1, 2]), 2).tolist() // => [ false, true ]
 */
export const equal: BinaryOp = compare('equal', (x1, x2) => e.eq(x1, x2), {
  numpy: 'np.equal(x1, x2)',
  torch: 'torch.eq(x1, x2)',
  jax: 'jnp.equal(x1, x2)',
  tfjs: 'tf.equal(x1, x2)',
});

/**
 * `x1 != x2`, element-wise with broadcasting, true for NaN; method `ne`.
 *
 * @example
 * notEqual(array([1, 2]), 2).tolist() // => [ true, false ]
 */
export const notEqual: BinaryOp = compare('notEqual', (x1, x2) => e.ne(x1, x2), {
  numpy: 'np.not_equal(x1, x2)',
  torch: 'torch.ne(x1, x2)',
  jax: 'jnp.not_equal(x1, x2)',
  tfjs: 'tf.notEqual(x1, x2)',
});

/**
 * `x1 < x2`, element-wise with broadcasting; method `lt`.
 *
 * @example
 * less(array([1, 2]), 2).tolist() // => [ true, false ]
 */
export const less: BinaryOp = compare('less', (x1, x2) => e.lt(x1, x2), {
  numpy: 'np.less(x1, x2)',
  torch: 'torch.lt(x1, x2)',
  jax: 'jnp.less(x1, x2)',
  tfjs: 'tf.less(x1, x2)',
});

/**
 * `x1 <= x2`, element-wise with broadcasting; method `le`.
 *
 * @example
 * lessEqual(array([1, 2, 3]), 2).tolist() // => [ true, true, false ]
 */
export const lessEqual: BinaryOp = compare('lessEqual', (x1, x2) => e.le(x1, x2), {
  numpy: 'np.less_equal(x1, x2)',
  torch: 'torch.le(x1, x2)',
  jax: 'jnp.less_equal(x1, x2)',
  tfjs: 'tf.lessEqual(x1, x2)',
});

/**
 * `x1 > x2`, element-wise with broadcasting; method `gt`.
 *
 * @example
 * greater(array([1, 2, 3]), 2).tolist() // => [ false, false, true ]
 */
export const greater: BinaryOp = compare('greater', (x1, x2) => e.gt(x1, x2), {
  numpy: 'np.greater(x1, x2)',
  torch: 'torch.gt(x1, x2)',
  jax: 'jnp.greater(x1, x2)',
  tfjs: 'tf.greater(x1, x2)',
});

/**
 * `x1 >= x2`, element-wise with broadcasting; method `ge`.
 *
 * @example
 * greaterEqual(array([1, 2, 3]), 2).tolist() // => [ false, true, true ]
 */
export const greaterEqual: BinaryOp = compare('greaterEqual', (x1, x2) => e.ge(x1, x2), {
  numpy: 'np.greater_equal(x1, x2)',
  torch: 'torch.ge(x1, x2)',
  jax: 'jnp.greater_equal(x1, x2)',
  tfjs: 'tf.greaterEqual(x1, x2)',
});

/**
 * Whether both are true (not 0), element-wise with broadcasting.
 *
 * @example
 * logicalAnd(array([true, true]), array([true, false])).tolist() // => [ true, false ]
 */
export const logicalAnd: BinaryOp = logical('logicalAnd', (x1, x2) => e.and(x1, x2), {
  reducesWith: 'all',
  parity: {
    numpy: 'np.logical_and(x1, x2)',
    torch: 'torch.logical_and(x1, x2)',
    jax: 'jnp.logical_and(x1, x2)',
    tfjs: "tf.logicalAnd(tf.cast(x1, 'bool'), tf.cast(x2, 'bool'))",
  },
});

/**
 * Whether one or both are true (not 0), element-wise with broadcasting.
 *
 * @example
 * logicalOr(array([0, 2]), array([0, 0])).tolist() // => [ false, true ]
 */
export const logicalOr: BinaryOp = logical('logicalOr', (x1, x2) => e.or(x1, x2), {
  reducesWith: 'any',
  parity: {
    numpy: 'np.logical_or(x1, x2)',
    torch: 'torch.logical_or(x1, x2)',
    jax: 'jnp.logical_or(x1, x2)',
    tfjs: "tf.logicalOr(tf.cast(x1, 'bool'), tf.cast(x2, 'bool'))",
  },
});

/**
 * Whether exactly one is true (not 0), element-wise with broadcasting.
 *
 * @example
 * logicalXor(array([true, true]), array([true, false])).tolist() // => [ false, true ]
 */
export const logicalXor: BinaryOp = logical('logicalXor', (x1, x2) => e.xor(x1, x2), {
  identity: 0,
  parity: {
    numpy: 'np.logical_xor(x1, x2)',
    torch: 'torch.logical_xor(x1, x2)',
    jax: 'jnp.logical_xor(x1, x2)',
    tfjs: "tf.logicalXor(tf.cast(x1, 'bool'), tf.cast(x2, 'bool'))",
  },
});

const BOOL_OUT = { nonDifferentiable: 'the result is a bool' };
// The values that tests of floats are about, beside ordinary ones.
const SPECIAL_SAMPLES = [
  { inputs: [[2, 3]] },
  { inputs: [{ shape: [5], values: [0, NaN, Infinity, -Infinity, -1.5], differentiable: false }] },
  { inputs: [{ shape: [3], dtype: 'int64' as const }] },
  { inputs: [[0]] },
];

/**
 * Whether elements are false (0).
 *
 * @example
 * logicalNot(array([0, 3])).tolist() // => [ true, false ]
 */
export const logicalNot: UnaryOp = unary('logicalNot', {
  typing: 'logic',
  expr: (x) => e.not(x),
  vjp: BOOL_OUT,
  samples: [{ inputs: [{ shape: [2, 3], dtype: 'bool' }] }, { inputs: [[]] }, ...SPECIAL_SAMPLES],
  parity: {
    numpy: 'np.logical_not(x1)',
    torch: 'torch.logical_not(x1)',
    jax: 'jnp.logical_not(x1)',
    tfjs: "tf.logicalNot(tf.cast(x1, 'bool'))",
  },
});

/**
 * Whether elements are NaN.
 *
 * @example
 * isnan(array([1, NaN])).tolist() // => [ false, true ]
 */
export const isnan: UnaryOp = unary('isnan', {
  typing: 'compare',
  expr: (x) => e.ne(x, x),
  vjp: BOOL_OUT,
  samples: SPECIAL_SAMPLES,
  parity: { numpy: 'np.isnan(x1)', torch: 'torch.isnan(x1)', jax: 'jnp.isnan(x1)', tfjs: 'tf.isNaN(x1)' },
});

/**
 * Whether elements are neither NaN nor infinite.
 *
 * @example
 * isfinite(array([1, NaN, Infinity])).tolist() // => [ true, false, false ]
 */
export const isfinite: UnaryOp = unary('isfinite', {
  typing: 'compare',
  expr: (x) =>
    isComplex(x.dtype)
      ? e.and(e.lt(e.abs(e.real(x)), Infinity), e.lt(e.abs(e.imag(x)), Infinity))
      : isFloat(x.dtype)
        ? e.lt(e.abs(x), Infinity)
        : e.eq(x, x),
  vjp: BOOL_OUT,
  samples: SPECIAL_SAMPLES,
  parity: { numpy: 'np.isfinite(x1)', torch: 'torch.isfinite(x1)', jax: 'jnp.isfinite(x1)', tfjs: 'tf.isFinite(x1)' },
});

/**
 * Whether elements are infinite, of either sign.
 *
 * @example
 * isinf(array([1, NaN, -Infinity])).tolist() // => [ false, false, true ]
 */
export const isinf: UnaryOp = unary('isinf', {
  typing: 'compare',
  expr: (x) =>
    isComplex(x.dtype)
      ? e.or(e.eq(e.abs(e.real(x)), Infinity), e.eq(e.abs(e.imag(x)), Infinity))
      : isFloat(x.dtype)
        ? e.eq(e.abs(x), Infinity)
        : e.ne(x, x),
  vjp: BOOL_OUT,
  samples: SPECIAL_SAMPLES,
  parity: { numpy: 'np.isinf(x1)', torch: 'torch.isinf(x1)', jax: 'jnp.isinf(x1)', tfjs: 'tf.isInf(x1)' },
});
