import { ShapeError } from '@isograd/device';
import { type Draw, noGrad, randn, type Tensor } from '@isograd/autograd';
import { linalg, type NDArray } from '@isograd/ndarray';

/** Options of {@link orthogonal_}. */
export interface OrthogonalOptions extends Draw {
  /** Factor of the whole; default 1. */
  readonly gain?: number;
}

/** Q of a tall matrix, with the signs that make the diagonal of R positive (Mezzadri 2007). */
function orthogonalFactor(x: NDArray): NDArray {
  const { Q, R } = linalg.qr(x);
  return Q.mul(R.diagonal().sign());
}

/**
 * Fills with an orthogonal matrix, or with orthonormal rows or columns of one (Saxe et al. 2014); returns the tensor `[out, ...]`, whose last axes count as one.
 *
 * The factorization is computed in float64 and rounded: it is within four units in the last place of 1 of PyTorch's, which LAPACK rounds at every step.
 *
 * @throws ShapeError with fewer than two axes.
 * @example
 * import { zeros } from '@isograd/autograd';
 * import { allclose, eye } from '@isograd/ndarray';
 * const x = orthogonal_(zeros([3, 3]));
 * allclose(x.mm(x.t()), eye(3), { atol: 1e-6 }) // => true
 */
export function orthogonal_(x: Tensor, { gain = 1, ...draw }: OrthogonalOptions = {}): Tensor {
  if (x.ndim < 2)
    throw new ShapeError({
      where: 'orthogonal_',
      what: 'a tensor with fewer than two axes',
      got: `[${x.shape.join(', ')}]`,
      expected: '[out, ...]',
      hint: 'use normal_',
    });
  if (x.size === 0) return x;
  const [rows = 0] = x.shape;
  const columns = x.size / rows;
  const normals = randn([rows, columns], { dtype: x.dtype, ...draw })
    .plain()
    .astype('float64');
  const q = rows < columns ? orthogonalFactor(normals.T).T : orthogonalFactor(normals);
  noGrad(() => x.copy_(q.astype(x.dtype).reshape(x.shape)).mul_(gain));
  return x;
}
