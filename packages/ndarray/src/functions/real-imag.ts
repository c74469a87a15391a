import type { NDArray } from '../array.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed, Sample } from '../op.ts';

const SAMPLES: readonly Sample[] = [
  { inputs: [[2, 3]] },
  { inputs: [{ shape: [3], dtype: 'complex128' }] },
  { inputs: [{ shape: [0], dtype: 'complex64' }] },
];

function partOf(name: 'real' | 'imag'): Composed<(x: ArrayLike) => NDArray> {
  return composed(
    {
      name,
      domain: [-2, 2],
      samples: SAMPLES,
      errors: [],
      ...(name === 'imag' && { nonDifferentiable: 'it is 0 for real numbers, and complex ones have no gradients' }),
      parity: {
        numpy: `np.${name}(x1)`,
        torch: name === 'real' ? 'torch.real(x1)' : null,
        jax: `jnp.${name}(x1)`,
        tfjs: null,
        why: 'PyTorch has no imaginary part of real numbers; tfjs takes complex numbers only',
      },
    },
    (x: ArrayLike): NDArray => operand(x, name)[name],
  );
}

/**
 * The real parts: a view of a complex array, the array itself when it is real.
 *
 * @example
 * real(array([complex(1, 2)])).tolist() // => [ 1 ]
 */
export const real: Composed<(x: ArrayLike) => NDArray> = partOf('real');

/**
 * The imaginary parts: a view of a complex array, zeros of a real one.
 *
 * @example
 * imag(array([complex(1, 2)])).tolist() // => [ 2 ]
 */
export const imag: Composed<(x: ArrayLike) => NDArray> = partOf('imag');
