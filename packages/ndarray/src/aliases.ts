import { absolute, concatenate, det, divide, inv, matmul, max, min, outer, power, remainder } from './ops/index.ts';

/** Another name of {@link absolute}, as in NumPy. */
export const abs: typeof absolute = absolute;
/** Another name of {@link max}, as in NumPy. */
export const amax: typeof max = max;
/** Another name of {@link min}, as in NumPy. */
export const amin: typeof min = min;
/** Another name of {@link concatenate}, as in NumPy 2. */
export const concat: typeof concatenate = concatenate;
/** Another name of {@link remainder}, as in NumPy. */
export const mod: typeof remainder = remainder;
/** Another name of {@link power}, as in NumPy 2. */
export const pow: typeof power = power;
/** Another name of {@link divide}, as in NumPy. */
export const trueDivide: typeof divide = divide;

/** Functions that NumPy keeps in `numpy.linalg`. */
export interface Linalg {
  readonly det: typeof det;
  readonly inv: typeof inv;
  readonly matmul: typeof matmul;
  readonly outer: typeof outer;
}

/**
 * Linear algebra, as in `numpy.linalg`.
 *
 * @example
 * linalg.inv(array([[2, 0], [0, 4]])).tolist() // => [ [ 0.5, 0 ], [ 0, 0.25 ] ]
 */
export const linalg: Linalg = { det, inv, matmul, outer };
