import { ArgumentError, type DType, DTYPES } from '@isograd/device';
import { NDArray } from '../array.ts';
import { type Scalar, elementWriter } from '../elements.ts';
import { Storage } from '../storage.ts';

/** Elements in C order as an array. */
export function arrayOf(values: readonly Scalar[], dtype: DType, shape: readonly number[], where: string): NDArray {
  const memory = new DTYPES[dtype].Array(values.length * DTYPES[dtype].lanes);
  const write = elementWriter(dtype, where);
  values.forEach((value, i) => write(memory, i, value));
  return new NDArray(new Storage(memory), dtype, [...shape]);
}

/** Fewest axes of what is read from text. */
export type MinAxes = 0 | 1 | 2;

/** Drops axes of length 1 as far as `ndmin` allows, as NumPy's text readers do, and turns columns into rows for `unpack`. */
export function arrange(x: NDArray, ndmin: MinAxes, unpack: boolean): NDArray {
  let y = x;
  if (y.ndim > ndmin) y = y.reshape(y.shape.filter((n) => n !== 1));
  if (y.ndim < ndmin) y = ndmin === 1 ? y.reshape(-1) : y.reshape(1, -1).T;
  return unpack ? y.T : y;
}

/** Refuses what is no count of axes. */
export function checkMinAxes(ndmin: number, where: string): MinAxes {
  if (ndmin === 0 || ndmin === 1 || ndmin === 2) return ndmin;
  const expected = '0, 1 or 2';
  throw new ArgumentError({
    where,
    what: `Illegal value of ndmin keyword: ${ndmin}`,
    got: String(ndmin),
    expected,
    hint: 'reshape afterwards',
  });
}

/** Refuses what is no count. */
export function checkCount(value: number | undefined, name: string, least: number, where: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw new ArgumentError({
    where,
    what: least === 0 ? `${name} must be nonnegative` : `${name} must be at least ${least}`,
    got: String(value),
    expected: `an integer, at least ${least}`,
    hint: 'leave it out for the default',
  });
}
