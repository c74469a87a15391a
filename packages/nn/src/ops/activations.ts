import { ArgumentError, expr as e, type Expr } from '@isograd/device';
import type { Parity } from '@isograd/ndarray';
import { pointwise, type Pointwise } from './pointwise.ts';
import { flat, sigmoid, softplus as softplusOf } from './scalar-derivative.ts';

const NO_NUMPY = { numpy: null, why: 'NumPy has no activations' } as const;
const torchAndJax = (torch: string, jax?: string, tfjs: string | null = null): Parity => ({
  ...NO_NUMPY,
  torch: `F.${torch}`,
  ...(jax === undefined ? {} : { jax: `jax.nn.${jax}` }),
  ...(tfjs === null ? {} : { tfjs }),
});

/** `x` between two bounds; at the bounds the derivative is that of the bound, 0. */
const between = (x: Expr, low: number, high: number): Expr =>
  e.where(e.le(x, low), low, e.where(e.ge(x, high), high, x));

/**
 * `min(max(x, 0), 6)`, element-wise (PyTorch's `F.relu6`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * relu6(tensor([-1.5, 2, 7])).tolist() // => [ 0, 2, 6 ]
 */
export const relu6: Pointwise<[]> = pointwise('relu6', {
  defaults: [],
  expr: (x) => between(x, 0, 6),
  parity: torchAndJax('relu6(x1)', 'relu6(x1)'),
});

/**
 * `x` limited to [minVal, maxVal], by default [-1, 1] (PyTorch's `F.hardtanh`).
 *
 * @throws ArgumentError when the bounds are out of order.
 * @example
 * import { tensor } from '@isograd/autograd';
 * hardtanh(tensor([-1.5, 0.5, 7])).tolist() // => [ -1, 0.5, 1 ]
 */
export const hardtanh: Pointwise<[minVal: number, maxVal: number]> = pointwise('hardtanh', {
  defaults: [-1, 1],
  names: ['min_val', 'max_val'],
  also: [[-0.5, 1.5]],
  check: (low, high) => {
    if (!(low <= high))
      throw new ArgumentError({
        where: 'hardtanh',
        what: 'the bounds are out of order',
        got: `minVal ${low}, maxVal ${high}`,
        expected: 'minVal <= maxVal',
        hint: 'exchange them?',
      });
  },
  errors: [{ inputs: [[2]], args: [1, -1], throws: 'the bounds are out of order' }],
  expr: (x, low, high) => between(x, low, high),
  parity: torchAndJax('hardtanh(x1, min_val, max_val)'),
});

/**
 * `x` where it is above 0, else `negativeSlope x` (default 0.01); at 0 the derivative is the slope, as in PyTorch (`F.leaky_relu`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * leakyRelu(tensor([-2, 1.5]), 0.25).tolist() // => [ -0.5, 1.5 ]
 */
export const leakyRelu: Pointwise<[negativeSlope: number]> = pointwise('leakyRelu', {
  defaults: [0.01],
  names: ['slope'],
  also: [[0.3]],
  expr: (x, slope) => e.where(e.gt(x, 0), x, e.mul(x, slope)),
  parity: torchAndJax('leaky_relu(x1, slope)', 'leaky_relu(x1, slope)', 'tf.leakyRelu(x1, slope)'),
});

/**
 * `x` where it is above 0, else `alpha (exp(x) - 1)`; default `alpha` 1 (PyTorch's `F.elu`; Clevert et al. 2015).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * elu(tensor([0, 1.5])).tolist() // => [ 0, 1.5 ]
 */
export const elu: Pointwise<[alpha: number]> = pointwise('elu', {
  defaults: [1],
  names: ['alpha'],
  also: [[0.5]],
  expr: (x, alpha) => e.where(e.gt(x, 0), x, e.mul(alpha, e.expm1(x))),
  parity: torchAndJax('elu(x1, alpha)', 'elu(x1, alpha)'),
});

/**
 * `x` where it is above 0, else `alpha (exp(x / alpha) - 1)`; default `alpha` 1 (PyTorch's `F.celu`; Barron 2017).
 *
 * @throws ArgumentError when `alpha` is 0.
 */
export const celu: Pointwise<[alpha: number]> = pointwise('celu', {
  defaults: [1],
  names: ['alpha'],
  also: [[0.5]],
  check: (alpha) => {
    if (alpha === 0)
      throw new ArgumentError({
        where: 'celu',
        what: 'alpha is a divisor',
        got: '0',
        expected: 'another number',
        hint: 'use relu',
      });
  },
  errors: [{ inputs: [[2]], args: [0], throws: 'alpha is a divisor' }],
  expr: (x, alpha) => e.where(e.gt(x, 0), x, e.mul(alpha, e.expm1(e.div(x, alpha)))),
  parity: torchAndJax('celu(x1, alpha)', 'celu(x1, alpha)'),
});

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** `scale x` where `x` is above 0, else `scale alpha (exp(x) - 1)` with the constants of Klambauer et al. 2017 (PyTorch's `F.selu`). */
export const selu: Pointwise<[]> = pointwise('selu', {
  defaults: [],
  expr: (x) => e.where(e.gt(x, 0), e.mul(SELU_SCALE, x), e.mul(SELU_SCALE * SELU_ALPHA, e.expm1(x))),
  parity: torchAndJax('selu(x1)', 'selu(x1)', 'tf.selu(x1)'),
});

/** How {@link gelu} is computed: exactly, or by the formula with `tanh`. */
export type GELUApproximation = 'none' | 'tanh';

/**
 * `x Φ(x)` with the normal distribution function Φ; `tanh` takes its approximation (PyTorch's `F.gelu`; Hendrycks & Gimpel 2016).
 *
 * @throws ArgumentError for another approximation.
 * @example
 * import { tensor } from '@isograd/autograd';
 * gelu(tensor([1], { dtype: 'float64' })).item().toFixed(12) // => 0.841344746069
 */
export const gelu: Pointwise<[approximate: GELUApproximation]> = pointwise('gelu', {
  defaults: ['none' as GELUApproximation],
  names: ['approximate'],
  also: [['tanh']],
  check: (approximate) => {
    if (approximate !== 'none' && approximate !== 'tanh')
      throw new ArgumentError({
        where: 'gelu',
        what: 'unknown approximation',
        got: String(approximate),
        expected: "'none' or 'tanh'",
      });
  },
  errors: [{ inputs: [[2]], args: ['sigmoid'], throws: 'unknown approximation' }],
  expr: (x, approximate) => {
    if (approximate === 'none') return e.mul(e.mul(0.5, x), e.add(1, e.erf(e.mul(x, Math.SQRT1_2))));
    const cubic = e.mul(Math.sqrt(2 / Math.PI), e.add(x, e.mul(0.044715, e.mul(x, e.mul(x, x)))));
    return e.mul(e.mul(0.5, x), e.add(1, e.tanh(cubic)));
  },
  parity: torchAndJax('gelu(x1, approximate=approximate)', "gelu(x1, approximate=approximate == 'tanh')"),
});

/** `x sigmoid(x)`, also called swish (PyTorch's `F.silu`). */
export const silu: Pointwise<[]> = pointwise('silu', {
  defaults: [],
  expr: (x) => e.mul(x, sigmoid(x)),
  parity: torchAndJax('silu(x1)', 'silu(x1)'),
});

/** `x tanh(softplus(x))` (PyTorch's `F.mish`; Misra 2019). */
export const mish: Pointwise<[]> = pointwise('mish', {
  defaults: [],
  expr: (x) => e.mul(x, e.tanh(softplusOf(x))),
  parity: torchAndJax('mish(x1)', 'mish(x1)'),
});

/** `relu6(x + 3) / 6`, a sigmoid of straight lines (PyTorch's `F.hardsigmoid`). */
export const hardsigmoid: Pointwise<[]> = pointwise('hardsigmoid', {
  defaults: [],
  // The minimum is 1 or NaN, and flat at both.
  expr: (x) => e.where(e.le(x, -3), 0, e.where(e.lt(x, 3), e.div(e.add(x, 3), 6), flat(e.min(x, 1), x))),
  parity: torchAndJax('hardsigmoid(x1)', 'hard_sigmoid(x1)'),
});

/** `x hardsigmoid(x)` (PyTorch's `F.hardswish`; Howard et al. 2019). */
export const hardswish: Pointwise<[]> = pointwise('hardswish', {
  defaults: [],
  expr: (x) => e.where(e.le(x, -3), 0, e.where(e.ge(x, 3), x, e.div(e.mul(x, e.add(x, 3)), 6))),
  parity: torchAndJax('hardswish(x1)', 'hard_swish(x1)'),
});

/** `x` outside [-lambd, lambd], 0 inside; default 0.5 (PyTorch's `F.hardshrink`). */
export const hardshrink: Pointwise<[lambd: number]> = pointwise('hardshrink', {
  defaults: [0.5],
  names: ['lambd'],
  also: [[0.25]],
  expr: (x, lambd) => e.where(e.and(e.ge(x, -lambd), e.le(x, lambd)), 0, x),
  parity: torchAndJax('hardshrink(x1, lambd)'),
});

/**
 * `x` moved towards 0 by `lambd`, 0 inside [-lambd, lambd]; default 0.5 (PyTorch's `F.softshrink`).
 *
 * @throws ArgumentError when `lambd` is below 0.
 */
export const softshrink: Pointwise<[lambd: number]> = pointwise('softshrink', {
  defaults: [0.5],
  names: ['lambd'],
  also: [[0.25]],
  check: (lambd) => {
    if (!(lambd >= 0))
      throw new ArgumentError({
        where: 'softshrink',
        what: 'lambd is below 0',
        got: String(lambd),
        expected: 'a number from 0',
      });
  },
  errors: [{ inputs: [[2]], args: [-1], throws: 'lambd is below 0' }],
  expr: (x, lambd) => e.where(e.gt(x, lambd), e.sub(x, lambd), e.where(e.ge(x, -lambd), e.mul(x, 0), e.add(x, lambd))),
  parity: torchAndJax('softshrink(x1, lambd)'),
});

/** `x - tanh(x)` (PyTorch's `F.tanhshrink`). */
export const tanhshrink: Pointwise<[]> = pointwise('tanhshrink', {
  defaults: [],
  expr: (x) => e.sub(x, e.tanh(x)),
  parity: torchAndJax('tanhshrink(x1)'),
});

/** `x / (1 + |x|)` (PyTorch's `F.softsign`). */
export const softsign: Pointwise<[]> = pointwise('softsign', {
  defaults: [],
  expr: (x) => e.where(e.ge(x, 0), e.div(x, e.add(1, x)), e.div(x, e.sub(1, x))),
  parity: torchAndJax('softsign(x1)', 'soft_sign(x1)'),
});

/** `log(sigmoid(x))` without overflow (PyTorch's `F.logsigmoid`). */
export const logsigmoid: Pointwise<[]> = pointwise('logsigmoid', {
  defaults: [],
  expr: (x) => e.neg(softplusOf(e.neg(x))),
  parity: torchAndJax('logsigmoid(x1)', 'log_sigmoid(x1)', 'tf.logSigmoid(x1)'),
});

/**
 * `log(1 + exp(beta x)) / beta`, and `x` itself where `beta x` is above `threshold`; defaults 1 and 20 (PyTorch's `F.softplus`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * betaSoftplus(tensor([30.5])).tolist() // => [ 30.5 ]
 */
export const betaSoftplus: Pointwise<[beta: number, threshold: number]> = pointwise('betaSoftplus', {
  defaults: [1, 20],
  names: ['beta', 'threshold'],
  also: [
    [2, 3],
    [0.5, 1],
  ],
  expr: (x, beta, threshold) => e.where(e.gt(e.mul(x, beta), threshold), x, e.div(softplusOf(e.mul(x, beta)), beta)),
  parity: torchAndJax('softplus(x1, beta, threshold)'),
});

/** `x` where it is above `threshold`, else `value`; defaults 0 and 0 (PyTorch's `F.threshold`, which has none). */
export const threshold: Pointwise<[threshold: number, value: number]> = pointwise('threshold', {
  defaults: [0, 0],
  names: ['threshold', 'value'],
  also: [[0.5, -2]],
  expr: (x, limit, value) => e.where(e.le(x, limit), value, x),
  parity: torchAndJax('threshold(x1, threshold, value)'),
});
