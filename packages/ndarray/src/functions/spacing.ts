import { ArgumentError, checkDType, type DType } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { where } from '../ops/selection.ts';
import { power } from '../ops/arithmetic.ts';
import { type LinspaceOptions, linspace } from '../ranges.ts';
import { NUMPY } from '../promotion.ts';
import { arrayFrom, type Operand, operandFrom } from './array-from.ts';

/** Options of {@link logspace}. */
export interface LogspaceOptions extends Omit<LinspaceOptions, 'retstep'> {
  /** What is raised to the powers; default 10. */
  readonly base?: Operand;
}

/**
 * `num` numbers from `base ** start` to `base ** stop`, evenly spaced on a logarithmic scale; both may be arrays.
 *
 * @throws ArgumentError for a `num` that is not a whole number from 0.
 * @example
 * logspace(0, 2, 3).tolist() // => [ 1, 10, 100 ]
 */
export function logspace(start: Operand, stop: Operand, num = 50, options: LogspaceOptions = {}): NDArray {
  const { base = 10, dtype, ...rest } = options;
  const given = operandFrom(base, 'logspace');
  const ends = [start, stop].map((x) => operandFrom(x, 'logspace'));
  // An array of bases stands beside start and stop, and must not broadcast along the new axis.
  const ndim = given.ndim === 0 ? 0 : Math.max(given.ndim, ...ends.map((x) => x.ndim));
  const wide = (x: NDArray): NDArray =>
    x.ndim < ndim ? x.reshape([...Array.from({ length: ndim - x.ndim }, () => 1), ...x.shape]) : x;
  const exponents = ndim === 0 ? linspace(start, stop, num, rest) : linspace(wide(ends[0]!), wide(ends[1]!), num, rest);
  const y = power(ndim === 0 ? given : wide(given).expandDims(rest.axis ?? 0), exponents);
  return dtype === undefined ? y : y.astype(checkDType(dtype, 'logspace'));
}

/** What start and stop become before they are spaced: one dtype of floats. */
function ends(start: Operand, stop: Operand, dtype: DType | undefined): readonly [NDArray, NDArray] {
  const [a, b] = [arrayFrom(start, 'geomspace'), arrayFrom(stop, 'geomspace')];
  const common = [a.dtype, b.dtype, 'float64' as const, dtype ?? 'float64'].reduce(NUMPY.promote);
  return [a.astype(common), b.astype(common)];
}

/**
 * `num` numbers from `start` to `stop`, each the same multiple of the one before; both may be arrays, none may be 0.
 *
 * @throws ArgumentError for a start or stop of 0.
 * @example
 * geomspace(1, 1000, 4).tolist() // => [ 1, 10, 100, 1000 ]
 */
export function geomspace(
  start: Operand,
  stop: Operand,
  num = 50,
  options: Omit<LinspaceOptions, 'retstep'> = {},
): NDArray {
  const { endpoint = true, axis = 0, dtype } = options;
  const [from, to] = ends(start, stop, dtype);
  if ([from, to].some((x) => x.eq(0).any().item() === true))
    throw new ArgumentError({
      where: 'geomspace',
      what: 'Geometric sequence cannot include zero',
      got: 'a start or stop of 0',
      expected: 'numbers that are not 0',
      hint: 'logspace takes powers',
    });
  const sign = from.sign();
  const [first, last] = [from.div(sign), to.div(sign)];
  const exponents = linspace(first.log10(), last.log10(), num, { endpoint });
  const y = power(10, exponents);
  const at = arrayFrom(
    Array.from({ length: num }, (_, i) => i),
    'geomspace',
  ).reshape([num, ...exponents.shape.slice(1).map(() => 1)]);
  // The ends are exact, whatever the powers are.
  const exact = num === 0 ? y : where(at.eq(0), first, endpoint && num > 1 ? where(at.eq(num - 1), last, y) : y);
  const signed = exact.mul(sign).moveaxis(0, axis);
  return signed.astype(checkDType(dtype ?? signed.dtype, 'geomspace'));
}
