import { DTypeError, isComplex, isFloat } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { complex } from '../complex.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import type { Op, OpSpec, Sample } from '../op.ts';
import { imagView, joinParts, realView } from '../parts.ts';
import { zerosOf } from '../zeros-of.ts';

const SAMPLES: readonly Sample[] = [
  { inputs: [[2, 3]] },
  { inputs: [{ shape: [3], dtype: 'complex128' }] },
  { inputs: [{ shape: [0], dtype: 'complex64' }] },
];

const realSpec: OpSpec<undefined> = {
  name: 'real',
  family: 'composed',
  forward: ([x]) => realView(x!),
  conjugates: true,
  linear: 'each',
  batch: 'elementwise',
  vjp: (g, { inputs: [x] }) => [g.astype(x!.dtype)],
  domain: [-2, 2],
  samples: SAMPLES,
  errors: [],
  parity: {
    numpy: 'np.real(x1)',
    torch: 'torch.real(x1)',
    jax: 'jnp.real(x1)',
    tfjs: null,
    why: 'tfjs takes complex numbers only',
  },
};

const imagSpec: OpSpec<undefined> = {
  ...realSpec,
  name: 'imag',
  forward: ([x]) => (isComplex(x!.dtype) ? imagView(x!) : zerosOf(x!)),
  vjp: (g, { inputs: [x] }) => [isComplex(x!.dtype) ? g.mul(complex(0, 1)) : zerosOf(x!)],
  parity: {
    numpy: 'np.imag(x1)',
    torch: 'torch.imag(x1) if x1.is_complex() else torch.zeros_like(x1)',
    jax: 'jnp.imag(x1)',
    tfjs: null,
    why: 'tfjs takes complex numbers only',
  },
};

/**
 * The real parts: a view of a complex array, the array itself when it is real.
 *
 * @example
 * real(array([complex(1, 2)])).tolist() // => [ 1 ]
 */
export const real: Op<(x: ArrayLike) => NDArray> = defineOp(realSpec, (given: ArrayLike) => {
  const x = operand(given, 'real');
  return isComplex(x.dtype) ? dispatch(realSpec, [x], undefined) : x;
});

/**
 * The imaginary parts: a view of a complex array, zeros of a real one.
 *
 * @example
 * imag(array([complex(1, 2)])).tolist() // => [ 2 ]
 */
export const imag: Op<(x: ArrayLike) => NDArray> = defineOp(imagSpec, (x: ArrayLike) =>
  dispatch(imagSpec, [operand(x, 'imag')], undefined),
);

const fromPartsSpec: OpSpec<undefined> = {
  name: 'fromParts',
  family: 'composed',
  forward: ([re, im]) => {
    if (isFloat(re!.dtype) && re!.dtype === im!.dtype) return joinParts(re!, im!);
    throw new DTypeError({
      where: 'fromParts',
      what: 'parts are floats of one dtype',
      got: `${re!.dtype} and ${im!.dtype}`,
      expected: 'float32 or float64',
      hint: "convert with x.astype('float64')",
    });
  },
  conjugates: true,
  linear: 'together',
  batch: 'stacked',
  vjp: (g) => [g.real, g.imag],
  domain: [-2, 2],
  samples: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
    },
    { inputs: [[], []] },
    { inputs: [[0], [0]] },
  ],
  errors: [{ inputs: [[2], { shape: [2], dtype: 'float32' }], throws: 'floats of one dtype' }],
  parity: {
    numpy: null,
    torch: 'torch.complex(x1, x2)',
    jax: 'jax.lax.complex(x1, x2)',
    tfjs: null,
    why: 'NumPy adds the parts; of tfjs only real answers are read',
  },
};

/**
 * Complex numbers of two arrays of one shape and float dtype, their real and imaginary parts, with the gradients of both.
 *
 * @throws DTypeError unless both are float32 or both float64.
 * @example
 * String(fromParts(array([1.5]), array([-2.5])).item()) // => (1.5-2.5j)
 */
export const fromParts: Op<(re: ArrayLike, im: ArrayLike) => NDArray> = defineOp(
  fromPartsSpec,
  (re: ArrayLike, im: ArrayLike) =>
    dispatch(fromPartsSpec, [operand(re, 'fromParts'), operand(im, 'fromParts')], undefined),
);
