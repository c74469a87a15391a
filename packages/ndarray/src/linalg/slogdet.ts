import type { NDArray } from '../array.ts';
import { isComplex } from '@isograd/device';
import { complex } from '../complex.ts';
import { type ArrayLike, defineOp, dispatchSeveral, operand } from '../dispatch.ts';
import type { Op, SeveralSpec } from '../op.ts';
import { signsAndLogarithms } from './determinants.ts';
import { adjointOf } from './hermitian.ts';
import { type NamedTuple, namedTuple } from './tuple.ts';
import { stackedBatchSeveral } from '../batching.ts';

/** Sign and logarithm of a determinant: `const { sign, logabsdet } = slogdet(x)`, or as a list of two. */
export type SlogdetResult<T> = NamedTuple<
  readonly [sign: T, logabsdet: T],
  { readonly sign: T; readonly logabsdet: T }
>;

const MATRIX = { shape: [3, 3], values: [3, 0.5, -1, 0.2, 2, 0.7, -0.4, 1, 2.5] };

const spec: SeveralSpec<undefined> = {
  name: 'slogdet',
  family: 'linalg',
  batch: stackedBatchSeveral,
  several: ([x], _attrs, rule) => signsAndLogarithms(x!, rule),
  conjugates: true,
  jvp: 'slogdet',
  vjp: ([gs, gl], { inputs: [x], outputs: [sign] }) => {
    const inverse = adjointOf(x!.inv());
    const scale = isComplex(x!.dtype) ? complexScale(gs, gl, sign!) : gl;
    return [scale ? inverse.mul(scale.reshape([...scale.shape, 1, 1])) : undefined];
  },
  domain: [-2, 2],
  samples: [
    { inputs: [MATRIX] },
    { inputs: [{ shape: [2, 2, 2], values: [0, 1, 2, 0, 4, 1, 1, 3] }] },
    { inputs: [{ shape: [2, 2], values: [1, 2, 2, 4], differentiable: false }] },
    { inputs: [{ shape: [0, 0], differentiable: false }] },
    { inputs: [[0, 2, 2]] },
  ],
  errors: [{ inputs: [[2, 3]], throws: 'must be square' }],
  parity: {
    numpy: 'np.linalg.slogdet(x1)',
    torch: 'torch.linalg.slogdet(x1)',
    jax: 'jnp.linalg.slogdet(x1)',
    tfjs: null,
    why: 'tfjs has no determinant',
  },
};

/** The logarithm of a determinant is that of its size and, as the imaginary part, the angle of its sign: the cotangent of both. */
function complexScale(gs: NDArray | undefined, gl: NDArray | undefined, sign: NDArray): NDArray {
  const angle = gs?.mul(sign.conj()).imag.mul(complex(0, 1));
  return gl && angle ? gl.add(angle) : (gl ?? angle!);
}

/**
 * Sign and natural logarithm of the absolute value of determinants, [..., n, n] → two of [...]; 0 and -inf for singular matrices.
 *
 * Where the determinant itself would leave the range of floats this does not. The logarithm has a gradient, and the sign where it is complex.
 *
 * @throws LinAlgError unless the last two axes are equal.
 * @example
 * linalg.slogdet(array([[0, 1], [1, 0]])).sign.item() // => -1
 */
export const slogdet: Op<<T extends NDArray>(x: T) => SlogdetResult<T>> = defineOp(spec, ((x: ArrayLike) => {
  const [sign, logabsdet] = dispatchSeveral(spec, [operand(x, 'slogdet')], undefined) as [NDArray, NDArray];
  return namedTuple(['sign', 'logabsdet'], [sign, logabsdet] as const);
}) as never);
