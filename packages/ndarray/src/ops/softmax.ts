import { expr as e } from '@isograd/device';
import { type Like, type NDArray } from '../array.ts';
import { axisOf, type Named, normalizeAxis } from '../axes.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import { elementwise } from '../elementwise.ts';
import type { ErrorSample, Op, OpSpec, Parity, Sample } from '../op.ts';
import type { Promotion } from '../promotion.ts';
import { shiftedSums } from '../shifted-sums.ts';

interface AxisAttrs {
  readonly axis: number;
}

/** Function along one axis, the last by default. */
export type AxisOp = Op<<T extends ArrayLike>(x: T, axis?: Named<number>) => Like<T>>;

const SAMPLES: readonly Sample[] = [
  { inputs: [[5]], attrs: { axis: -1 } },
  { inputs: [[2, 3]], attrs: { axis: -1 } },
  { inputs: [[3, 4]], args: [0], attrs: { axis: 0 } },
  { inputs: [[2, 3, 4]], args: [1], attrs: { axis: 1 } },
  { inputs: [[0, 3]], attrs: { axis: -1 } },
  { inputs: [{ shape: [2, 2], values: [1000, 1001, -1000, -1002], differentiable: false }], attrs: { axis: -1 } },
];
const ERRORS: readonly ErrorSample[] = [
  { inputs: [[2, 3]], args: [2], throws: 'out of bounds' },
  { inputs: [[]], throws: 'out of bounds' },
];

interface SoftmaxRow {
  readonly forward: (x: NDArray, axis: number, rule: Promotion) => NDArray;
  readonly vjp: (g: NDArray, y: NDArray, axis: number) => NDArray;
  /** The tangent; default the cotangent's rule, where the Jacobian is symmetric. */
  readonly jvp?: (t: NDArray, y: NDArray, axis: number) => NDArray;
  readonly parity: Parity;
}

function alongAxis(name: string, row: SoftmaxRow): AxisOp {
  const spec: OpSpec<AxisAttrs> = {
    name,
    family: 'neural',
    readsLayout: true,
    forward: ([x], { axis }, rule) => row.forward(x!, axis, rule),
    vjp: (g, { output, attrs }) => [row.vjp(g, output, attrs.axis)],
    ...(row.jvp ? { jvp: ([t], { output, attrs }) => row.jvp!(t!, output, attrs.axis) } : { symmetric: true }),
    batch: 'alongAxes',
    domain: [-2, 2],
    samples: SAMPLES,
    errors: ERRORS,
    parity: row.parity,
  };
  return defineOp(spec, (x: ArrayLike, axis?: Named<number>) => {
    const array = operand(x, name);
    return dispatch(spec, [array], { axis: normalizeAxis(axisOf(axis, -1, name), array.ndim, name) });
  });
}

const quotient = elementwise({
  name: 'softmax',
  typing: 'quotient',
  expr: (x, m, s) => e.div(e.exp(e.sub(x!, m!)), s!),
});
const difference = elementwise({
  name: 'logSoftmax',
  typing: 'quotient',
  expr: (x, m, s) => e.sub(e.sub(x!, m!), e.log(s!)),
});

/**
 * `exp(x) / sum(exp(x))` along an axis, the last by default; the largest element is taken out first, so nothing overflows.
 *
 * @example
 * softmax(array([1000, 1000])).tolist() // => [ 0.5, 0.5 ]
 */
export const softmax: AxisOp = alongAxis('softmax', {
  forward: (x, axis, rule) => {
    const { m, s } = shiftedSums(x, axis, rule);
    return quotient([x, m, s], rule);
  },
  vjp: (g, y, axis) => y.mul(g.sub(g.mul(y).sum(axis, { keepdims: true }))),
  parity: {
    numpy:
      'np.exp(x1 - np.max(x1, axis=axis, keepdims=True)) / np.sum(np.exp(x1 - np.max(x1, axis=axis, keepdims=True)), axis=axis, keepdims=True)',
    torch: 'torch.softmax(x1, dim=axis)',
    jax: 'jax.nn.softmax(x1, axis=axis)',
    tfjs: 'tf.softmax(x1, axis)',
  },
});

/**
 * Logarithm of the softmax along an axis, the last by default, `x - max - log(sum(exp(x - max)))`: exact where the softmax itself underflows.
 *
 * @example
 * logSoftmax(array([0, -1000])).tolist() // => [ 0, -1000 ]
 */
export const logSoftmax: AxisOp = alongAxis('logSoftmax', {
  forward: (x, axis, rule) => {
    const { m, s } = shiftedSums(x, axis, rule);
    return difference([x, m, s], rule);
  },
  vjp: (g, y, axis) => g.sub(y.exp().mul(g.sum(axis, { keepdims: true }))),
  jvp: (t, y, axis) => t.sub(y.exp().mul(t).sum(axis, { keepdims: true })),
  parity: {
    numpy:
      'x1 - np.max(x1, axis=axis, keepdims=True) - np.log(np.sum(np.exp(x1 - np.max(x1, axis=axis, keepdims=True)), axis=axis, keepdims=True))',
    torch: 'torch.log_softmax(x1, dim=axis)',
    jax: 'jax.nn.log_softmax(x1, axis=axis)',
    tfjs: 'tf.logSoftmax(x1, axis)',
  },
});
