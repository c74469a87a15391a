export { relu, sigmoid, softplus } from './activations.ts';
export {
  absolute,
  add,
  divide,
  floorDivide,
  multiply,
  negative,
  power,
  reciprocal,
  remainder,
  sign,
  square,
  subtract,
} from './arithmetic.ts';
export { expandDims, flatten, flip, moveaxis, ravel, squeeze, swapaxes } from './axis-order.ts';
export {
  equal,
  greater,
  greaterEqual,
  isfinite,
  isinf,
  isnan,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
} from './comparison.ts';
export { isclose } from './closeness.ts';
export { astype, copy } from './copying.ts';
export { cos, erf, exp, expm1, log, log1p, sin, sqrt, tanh } from './exponential.ts';
export { take, takeAlongAxis } from './gathering.ts';
export { scatterAdd } from './scatter.ts';
export { getitem } from './indexing.ts';
export { concatenate, split, stack } from './joins.ts';
export { dot, matmul, outer } from './linalg.ts';
export { det, diag, diagonal, inv, trace } from './matrices.ts';
export { argsort, nonzero, sort } from './ordering.ts';
export { all, any, argmax, argmin, countNonzero, max, min, prod, sum } from './reductions.ts';
export { pad, repeat, tile } from './repetition.ts';
export { ceil, floor, round, trunc } from './rounding.ts';
export { cumprod, cumsum } from './scans.ts';
export { clip, maximum, minimum, where } from './selection.ts';
export { logSoftmax, softmax } from './softmax.ts';
export { logsumexp, mean, std, variance as var } from './statistics.ts';
export { broadcastTo, reshape, sumTo, transpose } from './views.ts';
export { bitwiseAnd, bitwiseCount, bitwiseOr, bitwiseXor, gcd, invert, lcm, leftShift, rightShift } from './bitwise.ts';
export {
  conjugate,
  copysign,
  divmod,
  fabs,
  floatPower,
  fmax,
  fmin,
  fmod,
  frexp,
  heaviside,
  ldexp,
  modf,
  nextafter,
  positive,
  rint,
  signbit,
  spacing,
} from './floats.ts';
export { arccosh, arcsinh, arctanh, cosh, sinh } from './hyperbolic.ts';
export { cbrt, exp2, log10, log2, logaddexp, logaddexp2 } from './powers.ts';
export { arccos, arcsin, arctan, arctan2, deg2rad, hypot, rad2deg, tan } from './trigonometric.ts';
