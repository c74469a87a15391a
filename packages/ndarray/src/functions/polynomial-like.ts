import { NDArray } from '../array.ts';
import { array } from '../creation.ts';
import { type ArrayLike, composed, operand } from '../dispatch.ts';
import { isScalar, type Scalar } from '../elements.ts';
import type { ComposedSpec } from '../op.ts';

/** What functions take as a polynomial besides its coefficients: see `poly1d`. */
export interface Polynomial {
  readonly coeffs: NDArray;
  /** A polynomial of its kind with other coefficients. */
  of(coeffs: NDArray): Polynomial;
  mul(other: PolyLike): Polynomial;
  add(other: PolyLike): Polynomial;
}

/** Coefficients from the highest power down: an array, a list, a number; or a polynomial. */
export type PolyLike = ArrayLike | readonly Scalar[] | Polynomial;

/** A polynomial where one was given, else an array. */
export type PolyResult<P> = P extends Polynomial ? P : NDArray;

/** Whether something is a polynomial, not coefficients. */
export function isPolynomial(x: unknown): x is Polynomial {
  return typeof x === 'object' && x !== null && !(x instanceof NDArray) && 'coeffs' in x;
}

/** Coefficients as an array of one axis at least. */
export function coefficientsOf(p: PolyLike, where: string): NDArray {
  if (isPolynomial(p)) return p.coeffs;
  if (isScalar(p)) return array([p]);
  const x = Array.isArray(p) ? array(p as readonly Scalar[]) : operand(p as NDArray, where);
  return x.ndim === 0 ? x.reshape([1]) : x;
}

/** A result in the kind of the first operand that is a polynomial. */
export function likeOperands(y: NDArray, operands: readonly unknown[]): NDArray | Polynomial {
  const kind = operands.find(isPolynomial);
  return kind === undefined ? y : kind.of(y);
}

/** A function with its record that gives arrays for arrays, polynomials for polynomials. */
export function polynomialOp<F>(
  spec: Omit<ComposedSpec, 'family' | 'domain'>,
  call: (...args: never[]) => NDArray | Polynomial | readonly (NDArray | Polynomial)[],
): F & { readonly spec: ComposedSpec } {
  return composed({ ...spec, domain: [-2, 2] }, call as never) as unknown as F & { readonly spec: ComposedSpec };
}
