import { expr as e } from '@isograd/device';
import { binary, type BinaryOp } from '@isograd/ndarray';

// 100 is the largest loss of one element: log is clamped where a probability is 0, as in PyTorch.
const LOWEST = -100;
// PyTorch's bound of p (1 - p), a float32 constant in every dtype.
const SMALLEST = Math.fround(1e-12);

/**
 * `-(y log p + (1 - y) log(1 - p))`, element-wise, logarithms not below -100 (PyTorch's `F.binary_cross_entropy`).
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * binaryCrossEntropy(tensor([0, 0.5]), tensor([1, 1], { dtype: 'float32' })).tolist() // => [ 100, 0.6931471824645996 ]
 */
export const binaryCrossEntropy: BinaryOp = binary('binaryCrossEntropy', {
  typing: 'float',
  domain: [0.1, 0.9],
  expr: (p, y) => e.sub(e.mul(e.sub(y, 1), e.max(e.log1p(e.neg(p)), LOWEST)), e.mul(y, e.max(e.log(p), LOWEST))),
  vjp: [
    (g, p, y) => g.mul(p.sub(y)).div(p.rsub(1).mul(p).maximum(SMALLEST)),
    (g, p) => g.mul(p.neg().log1p().sub(p.log())),
  ],
  parity: {
    numpy: '-(x2 * np.log(x1) + (1 - x2) * np.log(1 - x1))',
    torch:
      "torch.nn.functional.binary_cross_entropy(x1.expand(torch.broadcast_shapes(x1.shape, x2.shape)), x2.expand(torch.broadcast_shapes(x1.shape, x2.shape)), reduction='none')",
    jax: '-(x2 * jnp.log(x1) + (1 - x2) * jnp.log(1 - x1))',
    tfjs: null,
    why: 'tfjs clips at 1e-7',
  },
});

/**
 * Binary cross-entropy of `sigmoid(x)`, element-wise and without overflow: `max(x, 0) - x y + log(1 + exp(-|x|))`.
 *
 * @example
 * import { tensor } from '@isograd/autograd';
 * binaryCrossEntropyWithLogits(tensor([-200.5, 0]), tensor([1, 0.5])).tolist() // => [ 200.5, 0.6931471824645996 ]
 */
export const binaryCrossEntropyWithLogits: BinaryOp = binary('binaryCrossEntropyWithLogits', {
  typing: 'float',
  // max(x, 0) - x y as one product: at (inf, inf) the difference would be of infinities.
  expr: (x, y) => e.add(e.mul(x, e.where(e.gt(x, 0), e.sub(1, y), e.neg(y))), e.log1p(e.exp(e.neg(e.abs(x))))),
  vjp: [(g, x, y) => g.mul(x.sigmoid().sub(y)), (g, x) => g.mul(x).neg()],
  parity: {
    numpy: 'np.maximum(x1, 0) - x1 * x2 + np.log1p(np.exp(-np.abs(x1)))',
    torch:
      "torch.nn.functional.binary_cross_entropy_with_logits(x1.expand(torch.broadcast_shapes(x1.shape, x2.shape)), x2.expand(torch.broadcast_shapes(x1.shape, x2.shape)), reduction='none')",
    jax: 'jnp.maximum(x1, 0) - x1 * x2 + jnp.log1p(jnp.exp(-jnp.abs(x1)))',
    tfjs: null,
    why: 'a private function in tfjs',
  },
});
