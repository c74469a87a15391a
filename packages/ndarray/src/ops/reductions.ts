import { ArgumentError, type DType } from '@isograd/device';
import { type Like, type NDArray } from '../array.ts';
import type { Axis } from '../axes.ts';
import { type ArrayLike, composed, defineOp, dispatch, operand } from '../dispatch.ts';
import type { Composed, Op, Sample } from '../op.ts';
import {
  AXIS_ERRORS,
  EMPTY_ERROR,
  EMPTY_SAMPLE,
  isReduceOptions,
  parseReduce,
  type ReduceForward,
  type ReduceOptions,
  reducer,
  type Reduction,
  reduction,
  REDUCTION_SAMPLES,
  type ReductionOp,
  reductionSpec,
  sumType,
} from '../reduction.ts';
import { prodGrad } from '../product-gradient.ts';

const plain = (spec: Reduction): ReduceForward => {
  const run = reducer(spec);
  return (x, attrs, rule) => run([x], attrs, rule);
};
const same = (x: DType): DType => x;

/**
 * Sum over axes, pairwise as NumPy sums; bools and integers are summed as int64. `x` `[...axes]` → the other axes.
 *
 * @example
 * sum(array([[1, 2], [3, 4]]), 0).tolist() // => [ 4, 6 ]
 */
export const sum: ReductionOp = reduction('sum', {
  forward: plain({ name: 'sum', op: 'sum', dtype: sumType }),
  monoid: { identity: 0, combine: 'add' },
  vjp: (g, x) => g.broadcastTo(x.shape),
  linear: true,
  samples: [...REDUCTION_SAMPLES, EMPTY_SAMPLE],
  parity: {
    numpy: 'np.sum(x1, axis=axis, keepdims=keepdims)',
    torch: 'torch.sum(x1, dim=axis, keepdim=keepdims)',
    jax: 'jnp.sum(x1, axis=axis, keepdims=keepdims)',
    tfjs: 'tf.sum(x1, axis, keepdims)',
  },
});

const ONE_AXIS_IN_TORCH = { torch: 'prod reduces one axis or all' };

/**
 * Product over axes; bools and integers are multiplied as int64.
 *
 * @example
 * prod(array([2, 3, 4])).item() // => 24
 */
export const prod: ReductionOp = reduction('prod', {
  forward: plain({ name: 'prod', op: 'prod', dtype: sumType }),
  monoid: { identity: 1, combine: 'multiply' },
  vjp: (g, x, y, { axes }) => prodGrad(g, x, y, axes),
  samples: [
    ...REDUCTION_SAMPLES.map((s): Sample => (Array.isArray(s.attrs?.axis) ? { ...s, without: ONE_AXIS_IN_TORCH } : s)),
    EMPTY_SAMPLE,
    { inputs: [{ shape: [3], values: [0, 2, 3] }], attrs: { axis: null, keepdims: false } },
    { inputs: [{ shape: [2, 3], values: [0, 2, 0, 0, 5, 7] }], args: [1], attrs: { axis: 1, keepdims: false } },
  ],
  parity: {
    numpy: 'np.prod(x1, axis=axis, keepdims=keepdims)',
    torch: 'torch.prod(x1) if axis is None else torch.prod(x1, dim=axis, keepdim=keepdims)',
    jax: 'jnp.prod(x1, axis=axis, keepdims=keepdims)',
    tfjs: 'tf.prod(x1, axis, keepdims)',
  },
});

const extremeGrad = (g: NDArray, x: NDArray, y: NDArray, axes: readonly number[]): NDArray => {
  const mask = x.equal(y).astype(g.dtype);
  return g.mul(mask).div(mask.sum(axes, { keepdims: true }));
};

/**
 * Largest element over axes; NaN when there is one. Equal largest elements share the gradient, as in PyTorch's `amax`.
 *
 * @example
 * max(array([[1, 5], [7, 3]]), 1).tolist() // => [ 5, 7 ]
 */
export const max: ReductionOp = reduction('max', {
  forward: plain({ name: 'max', op: 'max', dtype: same }),
  monoid: { combine: 'maximum' },
  vjp: (g, x, y, { axes }) => extremeGrad(g, x, y, axes),
  errors: [...AXIS_ERRORS, EMPTY_ERROR],
  parity: {
    numpy: 'np.max(x1, axis=axis, keepdims=keepdims)',
    torch: 'torch.amax(x1, dim=axis, keepdim=keepdims)',
    jax: 'jnp.max(x1, axis=axis, keepdims=keepdims)',
    tfjs: 'tf.max(x1, axis, keepdims)',
  },
});

/**
 * Smallest element over axes; NaN when there is one. Equal smallest elements share the gradient, as in PyTorch's `amin`.
 *
 * @example
 * min(array([3, 1, 2])).item() // => 1
 */
export const min: ReductionOp = reduction('min', {
  forward: plain({ name: 'min', op: 'min', dtype: same }),
  monoid: { combine: 'minimum' },
  vjp: (g, x, y, { axes }) => extremeGrad(g, x, y, axes),
  errors: [...AXIS_ERRORS, EMPTY_ERROR],
  parity: {
    numpy: 'np.min(x1, axis=axis, keepdims=keepdims)',
    torch: 'torch.amin(x1, dim=axis, keepdim=keepdims)',
    jax: 'jnp.min(x1, axis=axis, keepdims=keepdims)',
    tfjs: 'tf.min(x1, axis, keepdims)',
  },
});

const toBool = (): DType => 'bool';
const TRUTH_SAMPLES: readonly Sample[] = [
  ...REDUCTION_SAMPLES,
  EMPTY_SAMPLE,
  { inputs: [{ shape: [2, 3], dtype: 'bool' }], args: [1], attrs: { axis: 1, keepdims: false } },
  { inputs: [{ shape: [3], values: [0, 0, 0], differentiable: false }], attrs: { axis: null, keepdims: false } },
];

/**
 * Whether any element over axes is true (not 0).
 *
 * @example
 * any(array([[0, 1], [0, 0]]), 1).tolist() // => [ true, false ]
 */
export const any: ReductionOp = reduction('any', {
  forward: plain({ name: 'any', op: 'any', dtype: toBool }),
  monoid: { identity: 0, combine: 'logicalOr' },
  vjp: { nonDifferentiable: 'the result is a bool' },
  samples: TRUTH_SAMPLES,
  parity: {
    numpy: 'np.any(x1, axis=axis, keepdims=keepdims)',
    torch: 'torch.any(x1, dim=axis, keepdim=keepdims)',
    jax: 'jnp.any(x1, axis=axis, keepdims=keepdims)',
    tfjs: "tf.any(tf.cast(x1, 'bool'), axis, keepdims)",
  },
});

/**
 * Whether all elements over axes are true (not 0).
 *
 * @example
 * all(array([1, 2])).item() // => true
 */
export const all: ReductionOp = reduction('all', {
  forward: plain({ name: 'all', op: 'all', dtype: toBool }),
  monoid: { identity: 1, combine: 'logicalAnd' },
  vjp: { nonDifferentiable: 'the result is a bool' },
  samples: TRUTH_SAMPLES,
  parity: {
    numpy: 'np.all(x1, axis=axis, keepdims=keepdims)',
    torch: 'torch.all(x1, dim=axis, keepdim=keepdims)',
    jax: 'jnp.all(x1, axis=axis, keepdims=keepdims)',
    tfjs: "tf.all(tf.cast(x1, 'bool'), axis, keepdims)",
  },
});

/** Options of {@link argmax} and {@link argmin}. */
export interface ArgOptions {
  /** Axis to search along; default the whole array in C order. */
  readonly axis?: number | null;
  /** Whether the axis remains with length 1; default false. */
  readonly keepdims?: boolean;
}

type ArgOp = Op<<T extends ArrayLike>(x: T, axis?: number | null | ArgOptions, options?: ArgOptions) => Like<T>>;

// tfjs takes axis 0 where none is given, and keeps none.
const tfjsPosition = (name: string): string =>
  `keepdims ? tf.expandDims(tf.${name}(x1, axis), axis) : tf.${name}(axis == null ? tf.reshape(x1, [-1]) : x1, axis ?? 0)`;

function positionOf(name: 'argmax' | 'argmin'): ArgOp {
  const spec = reductionSpec(name, {
    forward: plain({ name, op: name, dtype: same }),
    vjp: { nonDifferentiable: 'the result is a position' },
    samples: REDUCTION_SAMPLES.filter((s) => !Array.isArray(s.attrs?.axis)),
    errors: [AXIS_ERRORS[0]!, EMPTY_ERROR, { inputs: [[2, 3]], args: [[0, 1]], throws: 'one axis' }],
    parity: {
      numpy: `np.${name}(x1, axis=axis, keepdims=keepdims)`,
      torch: `torch.${name}(x1, dim=axis, keepdim=keepdims)`,
      jax: `jnp.${name}(x1, axis=axis, keepdims=keepdims)`,
      tfjs: tfjsPosition(name === 'argmax' ? 'argMax' : 'argMin'),
    },
  });
  return defineOp(spec, (x: ArrayLike, axis?: number | null | ArgOptions, options?: ArgOptions) => {
    const array = operand(x, name);
    const chosen = isReduceOptions(axis) ? axis.axis : axis;
    if (Array.isArray(chosen)) {
      throw new ArgumentError({
        where: name,
        what: 'searches along one axis or all',
        got: JSON.stringify(chosen),
        expected: 'a number or null',
        hint: 'reshape the axes into one first',
      });
    }
    return dispatch(spec, [array], parseReduce(array, axis, options, name));
  });
}

/**
 * Position of the first largest element along an axis, or in C order in the whole array; int64. The first NaN counts as largest.
 *
 * @example
 * argmax(array([1, 5, 5])).item() // => 1
 */
export const argmax: ArgOp = positionOf('argmax');

/**
 * Position of the first smallest element along an axis, or in C order in the whole array; int64. The first NaN counts as smallest.
 *
 * @example
 * argmin(array([[3, 1], [2, 4]]), 1).tolist() // => [ 1, 0 ]
 */
export const argmin: ArgOp = positionOf('argmin');

/**
 * Number of elements that are not 0 over axes; int64.
 *
 * @example
 * countNonzero(array([0, 2, 0, 3])).item() // => 2
 */
export const countNonzero: Composed<
  <T extends ArrayLike>(x: T, axis?: Axis | ReduceOptions, options?: ReduceOptions) => Like<T>
> = composed(
  {
    name: 'countNonzero',
    nonDifferentiable: 'the result is a count',
    domain: [-2, 2],
    samples: REDUCTION_SAMPLES,
    errors: AXIS_ERRORS,
    parity: {
      numpy: 'np.count_nonzero(x1, axis=axis, keepdims=keepdims)',
      torch: 'torch.sum(x1 != 0, dim=axis, keepdim=keepdims)',
      jax: 'jnp.count_nonzero(x1, axis=axis, keepdims=keepdims)',
      tfjs: null,
      why: 'tfjs has no count_nonzero',
    },
  },
  <T extends NDArray>(x: T, axis?: Axis | ReduceOptions, options?: ReduceOptions): T =>
    operand(x, 'countNonzero').notEqual(0).sum(axis, options) as T,
);
