import { expr as e } from '@isograd/device';
import { binary, type BinaryOp, unary, type UnaryOp } from '../families.ts';
import type { Sample, SampleInput } from '../op.ts';

const INTEGERS = { nonDifferentiable: 'it takes integers' } as const;

const ints = (
  shape: readonly number[],
  values: readonly number[],
  dtype: 'int32' | 'int64' = 'int64',
): SampleInput => ({
  shape,
  dtype,
  values,
});
const PAIRS: readonly Sample[] = [
  { inputs: [ints([], [6]), ints([], [3])] },
  { inputs: [ints([4], [12, 0, -7, 255], 'int32'), ints([4], [10, 5, 3, 1], 'int32')] },
  { inputs: [ints([2, 1], [9, -4]), ints([3], [1, 2, 3])] },
  { inputs: [ints([0, 3], []), ints([1], [2])] },
];
const SINGLES: readonly Sample[] = [
  { inputs: [ints([], [6])] },
  { inputs: [ints([5], [0, 1, -1, 255, -128])] },
  { inputs: [ints([0, 3], [])] },
];
const BROADCAST = {
  inputs: [ints([2], [1, 2]), ints([3], [1, 2, 3])],
  throws: 'could not be broadcast together',
};
const FLOATS = { inputs: [[2], [2]], throws: 'not defined for this dtype' };

/**
 * Bitwise and of integers, logical and of bools.
 *
 * @example
 * bitwiseAnd(array([12]), 10).tolist() // => [ 8 ]
 */
export const bitwiseAnd: BinaryOp = binary('bitwiseAnd', {
  kinds: 'bui',
  identity: -1,
  expr: (x1, x2) => e.and(x1, x2),
  vjp: INTEGERS,
  samples: PAIRS,
  errors: [BROADCAST, FLOATS],
  parity: {
    numpy: 'np.bitwise_and(x1, x2)',
    torch: 'torch.bitwise_and(x1, x2)',
    jax: 'jnp.bitwise_and(x1, x2)',
    tfjs: null,
    why: 'tfjs has bitwise_and for 32 bits only',
  },
});

/**
 * Bitwise or of integers, logical or of bools.
 *
 * @example
 * bitwiseOr(array([12]), 10).tolist() // => [ 14 ]
 */
export const bitwiseOr: BinaryOp = binary('bitwiseOr', {
  kinds: 'bui',
  identity: 0,
  expr: (x1, x2) => e.or(x1, x2),
  vjp: INTEGERS,
  samples: PAIRS,
  errors: [BROADCAST, FLOATS],
  parity: {
    numpy: 'np.bitwise_or(x1, x2)',
    torch: 'torch.bitwise_or(x1, x2)',
    jax: 'jnp.bitwise_or(x1, x2)',
    tfjs: null,
    why: 'tfjs has no bitwise or',
  },
});

/**
 * Bitwise exclusive or of integers, logical exclusive or of bools.
 *
 * @example
 * bitwiseXor(array([12]), 10).tolist() // => [ 6 ]
 */
export const bitwiseXor: BinaryOp = binary('bitwiseXor', {
  kinds: 'bui',
  identity: 0,
  expr: (x1, x2) => e.xor(x1, x2),
  vjp: INTEGERS,
  samples: PAIRS,
  errors: [BROADCAST, FLOATS],
  parity: {
    numpy: 'np.bitwise_xor(x1, x2)',
    torch: 'torch.bitwise_xor(x1, x2)',
    jax: 'jnp.bitwise_xor(x1, x2)',
    tfjs: null,
    why: 'tfjs has no bitwise xor',
  },
});

/**
 * Every bit inverted, of bools the negation.
 *
 * @example
 * invert(array([0, 5])).tolist() // => [ -1, -6 ]
 */
export const invert: UnaryOp = unary('invert', {
  typing: 'same',
  kinds: 'bui',
  expr: (x) => e.not(x),
  vjp: INTEGERS,
  samples: SINGLES,
  errors: [{ inputs: [[2]], throws: 'not defined for this dtype' }],
  parity: {
    numpy: 'np.invert(x1)',
    torch: 'torch.bitwise_not(x1)',
    jax: 'jnp.invert(x1)',
    tfjs: null,
    why: 'tfjs has no bitwise complement',
  },
});

/**
 * Bits moved to the left: `x1 * 2 ** x2`, wrapped around; 0 when all bits are moved out.
 *
 * @example
 * leftShift(array([1, 3]), 2).tolist() // => [ 4, 12 ]
 */
export const leftShift: BinaryOp = binary('leftShift', {
  kinds: 'ui',
  expr: (x1, x2) => e.shl(x1, x2),
  vjp: INTEGERS,
  samples: PAIRS,
  errors: [BROADCAST, FLOATS],
  parity: {
    numpy: 'np.left_shift(x1, x2)',
    torch: 'torch.bitwise_left_shift(x1, x2)',
    jax: 'jnp.left_shift(x1, x2)',
    tfjs: null,
    why: 'tfjs has no shifts',
  },
});

/**
 * Bits moved to the right: `x1 / 2 ** x2` rounded down; only the sign is left when all bits are moved out.
 *
 * @example
 * rightShift(array([12, -12]), 2).tolist() // => [ 3, -3 ]
 */
export const rightShift: BinaryOp = binary('rightShift', {
  kinds: 'ui',
  expr: (x1, x2) => e.shr(x1, x2),
  vjp: INTEGERS,
  samples: PAIRS,
  errors: [BROADCAST, FLOATS],
  parity: {
    numpy: 'np.right_shift(x1, x2)',
    torch: 'torch.bitwise_right_shift(x1, x2)',
    jax: 'jnp.right_shift(x1, x2)',
    tfjs: null,
    why: 'tfjs has no shifts',
  },
});

/**
 * Number of bits set in the absolute value; uint8.
 *
 * @example
 * bitwiseCount(array([7, -8, 0])).tolist() // => [ 3, 1, 0 ]
 */
export const bitwiseCount: UnaryOp = unary('bitwiseCount', {
  typing: 'same',
  kinds: 'ui',
  expr: (x) => e.cast(e.popcount(x), 'uint8'),
  vjp: INTEGERS,
  samples: SINGLES,
  errors: [{ inputs: [[2]], throws: 'not defined for this dtype' }],
  parity: {
    numpy: 'np.bitwise_count(x1)',
    torch: null,
    jax: 'jnp.bitwise_count(x1)',
    tfjs: null,
    why: 'PyTorch and tfjs do not count bits',
  },
});

/**
 * Greatest common divisor, not negative; of two zeros 0.
 *
 * @example
 * gcd(array([12, 0]), 18).tolist() // => [ 6, 18 ]
 */
export const gcd: BinaryOp = binary('gcd', {
  kinds: 'ui',
  refusesBool: "ufunc 'gcd' did not contain a loop with signature matching types bool",
  identity: 0,
  expr: (x1, x2) => e.gcd(x1, x2),
  vjp: INTEGERS,
  samples: PAIRS,
  errors: [BROADCAST, FLOATS],
  parity: {
    numpy: 'np.gcd(x1, x2)',
    torch: 'torch.gcd(x1, x2)',
    jax: 'jnp.gcd(x1, x2)',
    tfjs: null,
    why: 'tfjs has no gcd',
  },
});

/**
 * Least common multiple of the absolute values, which wraps around like any product; 0 where either is 0.
 *
 * @example
 * lcm(array([4, 0]), 6).tolist() // => [ 12, 0 ]
 */
export const lcm: BinaryOp = binary('lcm', {
  kinds: 'ui',
  refusesBool: "ufunc 'lcm' did not contain a loop with signature matching types bool",
  expr: (x1, x2) => {
    const divisor = e.gcd(x1, x2);
    return e.where(e.eq(divisor, 0), 0, e.mul(e.floorDiv(e.abs(x1), divisor), e.abs(x2)));
  },
  vjp: INTEGERS,
  samples: PAIRS,
  errors: [BROADCAST, FLOATS],
  parity: {
    numpy: 'np.lcm(x1, x2)',
    torch: 'torch.lcm(x1, x2)',
    jax: 'jnp.lcm(x1, x2)',
    tfjs: null,
    why: 'tfjs has no lcm',
  },
});
