import { expr as e } from '@isograd/device';
import { unary, type UnaryOp } from '../families.ts';

const BOOL = { nonDifferentiable: 'the result is a bool' } as const;
const SAMPLES = [
  { inputs: [{ shape: [4], values: [1, NaN, Infinity, -Infinity], differentiable: false }] },
  { inputs: [[]] },
];

/**
 * Whether elements are positive infinity.
 *
 * @example
 * isposinf(array([1, Infinity, -Infinity])).tolist() // => [ false, true, false ]
 */
export const isposinf: UnaryOp = unary('isposinf', {
  kinds: 'buif',
  expr: (x) => e.eq(x, Infinity),
  vjp: BOOL,
  samples: SAMPLES,
  parity: {
    numpy: 'np.isposinf(x1)',
    torch: 'torch.isposinf(x1)',
    jax: 'jnp.isposinf(x1)',
    tfjs: null,
    why: 'tfjs has isInf only',
  },
});

/**
 * Whether elements are negative infinity.
 *
 * @example
 * isneginf(array([1, Infinity, -Infinity])).tolist() // => [ false, false, true ]
 */
export const isneginf: UnaryOp = unary('isneginf', {
  kinds: 'buif',
  expr: (x) => e.eq(x, -Infinity),
  vjp: BOOL,
  samples: SAMPLES,
  parity: {
    numpy: 'np.isneginf(x1)',
    torch: 'torch.isneginf(x1)',
    jax: 'jnp.isneginf(x1)',
    tfjs: null,
    why: 'tfjs has isInf only',
  },
});
