import { isComplex, isFloat } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { sameShape } from '../broadcast.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import type { Composed } from '../op.ts';

/** How far apart numbers may be: `|x1 - x2| <= atol + rtol * |x2|`. */
export interface CloseOptions {
  /** Default 1e-5. */
  readonly rtol?: number;
  /** Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN; default false. */
  readonly equalNan?: boolean;
}

/**
 * Whether elements are equal up to a tolerance, `|x1 - x2| <= atol + rtol * |x2|`; infinities are close to themselves only.
 *
 * @example
 * isclose(array([1, NaN]), array([1 + 1e-7, NaN])).tolist() // => [ true, false ]
 */
export const isclose: Composed<(x1: ArrayLike, x2: ArrayLike, options?: CloseOptions) => NDArray> = composed(
  {
    name: 'isclose',
    nonDifferentiable: 'the result is a bool',
    domain: [-2, 2],
    samples: [
      { inputs: [[3], [3]], attrs: { rtol: 1e-5, atol: 1e-8, equalNan: false } },
      {
        inputs: [
          { shape: [6], values: [1, 1, NaN, Infinity, Infinity, 0], differentiable: false },
          { shape: [6], values: [1.000001, 1.1, NaN, Infinity, -Infinity, 1e-9], differentiable: false },
        ],
        attrs: { rtol: 1e-5, atol: 1e-8, equalNan: false },
      },
      {
        inputs: [[2, 1], [3]],
        args: [{ rtol: 0.5, atol: 0.5, equalNan: true }],
        attrs: { rtol: 0.5, atol: 0.5, equalNan: true },
      },
      {
        inputs: [
          { shape: [2], dtype: 'uint8', values: [1, 2] },
          { shape: [2], dtype: 'uint8', values: [2, 2] },
        ],
        attrs: { rtol: 1e-5, atol: 1e-8, equalNan: false },
      },
    ],
    errors: [{ inputs: [[2], [3]], throws: 'could not be broadcast' }],
    parity: {
      numpy: 'np.isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equalNan)',
      torch: 'torch.isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equalNan)',
      jax: 'jnp.isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equalNan)',
      tfjs: null,
      why: 'tfjs has it in its tests only',
    },
  },
  (x1: ArrayLike, x2: ArrayLike, options: CloseOptions = {}): NDArray => {
    const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
    const [a, given] = [operand(x1, 'isclose'), operand(x2, 'isclose')];
    const b = isFloat(given.dtype) || isComplex(given.dtype) ? given : given.astype(given.promotion.defaultFloat);
    const near = a.sub(b).abs().le(b.abs().mul(rtol).add(atol)).logicalAnd(b.isfinite());
    const close = near.logicalOr(a.eq(b));
    return equalNan ? close.logicalOr(a.isnan().logicalAnd(b.isnan())) : close;
  },
);

/**
 * Whether all elements are equal up to a tolerance, see {@link isclose}.
 *
 * @example
 * allclose(array([1, 2]), array([1, 2 + 1e-9])) // => true
 */
export function allclose(x1: ArrayLike, x2: ArrayLike, options: CloseOptions = {}): boolean {
  return isclose(x1, x2, options).all().item() === true;
}

/**
 * Whether two arrays have one shape and equal elements.
 *
 * @example
 * arrayEqual(array([1, 2]), array([1, 2])) // => true
 */
export function arrayEqual(x1: ArrayLike, x2: ArrayLike): boolean {
  const [a, b] = [operand(x1, 'arrayEqual'), operand(x2, 'arrayEqual')];
  return sameShape(a.shape, b.shape) && a.eq(b).all().item() === true;
}
