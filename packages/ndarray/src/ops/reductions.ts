import { reduction, type ReductionOp, EMPTY_SAMPLE, REDUCTION_SAMPLES, sumType } from '../reduction.ts';

/** Sum over axes, pairwise as NumPy sums; bools and integers are summed as int64. `x` `[...axes]` → the other axes. */
export const sum: ReductionOp = reduction('sum', {
  op: 'sum',
  dtype: sumType,
  vjp: (g, x) => g.broadcastTo(x.shape),
  samples: [...REDUCTION_SAMPLES, EMPTY_SAMPLE],
  parity: { numpy: 'np.sum(x1, axis=axis, keepdims=keepdims)', torch: 'torch.sum(x1, dim=axis, keepdim=keepdims)', jax: 'jnp.sum(x1, axis=axis, keepdims=keepdims)', tfjs: 'tf.sum(x1, axis, keepdims)' },
});

/** Largest element over axes; NaN when there is one. Equal largest elements share the gradient, as in PyTorch's `amax`. */
export const max: ReductionOp = reduction('max', {
  op: 'max',
  dtype: (x) => x,
  vjp: (g, x, y, { axes }) => {
    const mask = x.equal(y).astype(g.dtype);
    return g.mul(mask).div(mask.sum(axes, { keepdims: true }));
  },
  parity: { numpy: 'np.max(x1, axis=axis, keepdims=keepdims)', torch: 'torch.amax(x1, dim=axis, keepdim=keepdims)', jax: 'jnp.max(x1, axis=axis, keepdims=keepdims)', tfjs: 'tf.max(x1, axis, keepdims)' },
});
