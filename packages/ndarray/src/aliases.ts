import {
  absolute,
  arccos,
  arccosh,
  arcsin,
  arcsinh,
  arctan,
  arctan2,
  arctanh,
  concatenate,
  conjugate,
  deg2rad,
  divide,
  invert,
  leftShift,
  max,
  min,
  power,
  rad2deg,
  remainder,
  rightShift,
  transpose,
} from './ops/index.ts';
import { vstack } from './functions/stacking.ts';

/** Another name of {@link absolute}, as in NumPy. */
export const abs: typeof absolute = absolute;
/** Another name of {@link arccos}, as in NumPy. */
export const acos: typeof arccos = arccos;
/** Another name of {@link arccosh}, as in NumPy. */
export const acosh: typeof arccosh = arccosh;
/** Another name of {@link max}, as in NumPy. */
export const amax: typeof max = max;
/** Another name of {@link min}, as in NumPy. */
export const amin: typeof min = min;
/** Another name of {@link arcsin}, as in NumPy. */
export const asin: typeof arcsin = arcsin;
/** Another name of {@link arcsinh}, as in NumPy. */
export const asinh: typeof arcsinh = arcsinh;
/** Another name of {@link arctan}, as in NumPy. */
export const atan: typeof arctan = arctan;
/** Another name of {@link arctan2}, as in NumPy. */
export const atan2: typeof arctan2 = arctan2;
/** Another name of {@link arctanh}, as in NumPy. */
export const atanh: typeof arctanh = arctanh;
/** Another name of {@link invert}, as in NumPy. */
export const bitwiseInvert: typeof invert = invert;
/** Another name of {@link leftShift}, as in NumPy. */
export const bitwiseLeftShift: typeof leftShift = leftShift;
/** Another name of {@link invert}, as in NumPy. */
export const bitwiseNot: typeof invert = invert;
/** Another name of {@link rightShift}, as in NumPy. */
export const bitwiseRightShift: typeof rightShift = rightShift;
/** Another name of {@link concatenate}, as in NumPy. */
export const concat: typeof concatenate = concatenate;
/** Another name of {@link conjugate}, as in NumPy. */
export const conj: typeof conjugate = conjugate;
/** Another name of {@link rad2deg}, as in NumPy. */
export const degrees: typeof rad2deg = rad2deg;
/** Another name of {@link remainder}, as in NumPy. */
export const mod: typeof remainder = remainder;
/** Another name of {@link transpose}, as in NumPy. */
export const permuteDims: typeof transpose = transpose;
/** Another name of {@link power}, as in NumPy. */
export const pow: typeof power = power;
/** Another name of {@link deg2rad}, as in NumPy. */
export const radians: typeof deg2rad = deg2rad;
/** Another name of {@link divide}, as in NumPy. */
export const trueDivide: typeof divide = divide;

/** Another name of {@link vstack}, as in NumPy. */
export const rowStack: typeof vstack = vstack;
