import type { DType } from '../dtype.ts';
import type { ScalarOp } from '../expr.ts';

/** How far a device may stand from the reference, in units in the last place of the result. */
export interface UlpBound {
  readonly float32: number;
  readonly float64: number;
  /** Why the two may differ at all. */
  readonly why: string;
}

/**
 * The scalar operations that need not be bit-equal on every device, with their bounds; all others are exact.
 *
 * The reference computes float32 in float64 and rounds once, so its own error there is half an ulp; its float64 functions are those of the
 * JavaScript engine, within one ulp of the true value. A bound of 2 in float64 thus leaves a device about one ulp of its own.
 */
export const ULP_BOUNDS: { readonly [O in ScalarOp]?: UlpBound } = {
  exp: { float32: 2, float64: 2, why: 'a polynomial on a reduced argument, in the precision of the result' },
  expm1: {
    float32: 2,
    float64: 2,
    why: 'as exp; the subtraction of 1 is exact only away from the seams of the reduction',
  },
  log: { float32: 2, float64: 2, why: 'a polynomial on the mantissa plus a multiple of log(2)' },
  log1p: { float32: 2, float64: 2, why: 'as log; 1 + x is corrected by its rounding error' },
  sin: { float32: 2, float64: 2, why: 'a polynomial after subtracting a multiple of pi/2' },
  cos: { float32: 2, float64: 2, why: 'a polynomial after subtracting a multiple of pi/2' },
  tanh: { float32: 4, float64: 3, why: 'a quotient: the errors of both parts and of the division add up' },
  erf: { float32: 4, float64: 3, why: 'polynomials by interval; the reference itself is within 2 ulp in float64' },
  exp2: { float32: 2, float64: 2, why: 'as exp' },
  log2: { float32: 2, float64: 3, why: 'as log, times a constant' },
  log10: { float32: 2, float64: 3, why: 'as log, times a constant' },
  cbrt: { float32: 2, float64: 2, why: 'a starting value and steps of Newton' },
  tan: { float32: 3, float64: 3, why: 'a quotient of polynomials after subtracting a multiple of pi/2' },
  asin: { float32: 3, float64: 3, why: 'polynomials by interval; near 1 through a square root' },
  acos: { float32: 3, float64: 3, why: 'polynomials by interval; near 1 through a square root' },
  atan: { float32: 3, float64: 3, why: 'polynomials by interval' },
  atan2: { float32: 3, float64: 3, why: 'as atan, of a quotient that is rounded first' },
  sinh: { float32: 3, float64: 3, why: 'from expm1' },
  cosh: { float32: 3, float64: 3, why: 'from exp' },
  asinh: { float32: 4, float64: 4, why: 'from log1p of a rounded argument' },
  acosh: { float32: 4, float64: 4, why: 'from log1p of a rounded argument' },
  atanh: { float32: 4, float64: 4, why: 'from log1p of a quotient' },
  hypot: { float32: 1, float64: 1, why: 'the root of a sum that was rounded' },
  pow: { float32: 2, float64: 2, why: 'exp of a product with log in extended precision' },
};

/** Bound of an operation on a dtype in ulps; 0 means bit-equal. */
export function ulpBound(op: string, dtype: DType): number {
  const bound = Object.hasOwn(ULP_BOUNDS, op) ? ULP_BOUNDS[op as ScalarOp] : undefined;
  return bound && (dtype === 'float32' || dtype === 'float64') ? bound[dtype] : 0;
}

/**
 * Relative error that a product of `k` terms may have, against the sum of the absolute terms: `(k + 2) * eps`, the classical bound for any
 * order of summation, with or without fused multiply-add (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
 */
export function dotBound(k: number, dtype: DType): number {
  return (k + 2) * (dtype === 'float32' ? 2 ** -23 : 2 ** -52);
}
