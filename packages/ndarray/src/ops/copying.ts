import { checkDType, type DType, isInteger } from '@isograd/device';
import type { As } from '../array.ts';
import { type ArrayLike, defineOp, dispatch, operand } from '../dispatch.ts';
import { elementwise } from '../elementwise.ts';
import type { Op, OpSpec } from '../op.ts';

const identity = elementwise({ name: 'copy', typing: 'same', expr: (x) => x! });

const copySpec: OpSpec<undefined> = {
  name: 'copy',
  family: 'unary',
  forward: (inputs, _attrs, rule) => identity(inputs, rule),
  readsLayout: true,
  vjp: (g) => [g],
  linear: 'each',
  domain: [-2, 2],
  samples: [{ inputs: [[]] }, { inputs: [[2, 3]] }, { inputs: [[0]] }],
  errors: [],
  parity: { numpy: 'np.copy(x1)', torch: 'torch.clone(x1)', jax: 'jnp.copy(x1)', tfjs: 'tf.clone(x1)' },
};

/**
 * A copy in C order with memory of its own.
 *
 * @example
 * copy(array([1, 2])).tolist() // => [ 1, 2 ]
 */
export const copy: Op<<T extends ArrayLike>(x: T) => As<T>> = defineOp(copySpec, (x: ArrayLike) =>
  dispatch(copySpec, [operand(x, 'copy')], undefined),
);

const castTo = elementwise({ name: 'astype', typing: 'same', expr: (x) => x! });

const astypeSpec: OpSpec<{ readonly dtype: DType }> = {
  name: 'astype',
  family: 'unary',
  forward: (inputs, attrs, rule) =>
    inputs[0]!.dtype === attrs.dtype ? inputs[0]! : castTo(inputs, rule, { storeAs: attrs.dtype }),
  readsLayout: true,
  vjp: (g, { inputs }) => [
    isInteger(inputs[0]!.dtype) || inputs[0]!.dtype === 'bool' ? undefined : g.astype(inputs[0]!.dtype),
  ],
  linear: 'each',
  domain: [-2, 2],
  samples: [
    { inputs: [[2, 3]], args: ['float64'], attrs: { dtype: 'float64' } },
    { inputs: [[5]], args: ['int32'], attrs: { dtype: 'int32' } },
    { inputs: [[5]], args: ['bool'], attrs: { dtype: 'bool' } },
  ],
  errors: [{ inputs: [[2]], args: ['float128'], throws: 'unknown dtype' }],
  parity: {
    numpy: 'x1.astype(dtype)',
    torch: 'x1.to(getattr(torch, dtype))',
    jax: 'x1.astype(dtype)',
    tfjs: null,
    why: 'tfjs has no float64',
  },
};

/**
 * The elements as another dtype, floats to integers towards zero; the array itself when it has that dtype already.
 *
 * @example
 * astype(array([1.7, -1.7]), 'int32').tolist() // => [ 1, -1 ]
 */
export const astype: Op<<T extends ArrayLike>(x: T, dtype: DType) => As<T>> = defineOp(
  astypeSpec,
  (x: ArrayLike, dtype: DType) => dispatch(astypeSpec, [operand(x, 'astype')], { dtype: checkDType(dtype, 'astype') }),
);
