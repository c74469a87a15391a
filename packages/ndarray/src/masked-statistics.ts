import { ArgumentError, type DType, DTYPES, isComplex } from '@isograd/device';
import type { NDArray } from './array.ts';
import { where as choose } from './ops/selection.ts';
import type { ReduceOptions } from './reduce-attrs.ts';

/** Which elements of an array take part, and how they are put together. */
export interface Masked {
  readonly mask: NDArray;
  readonly axes: readonly number[];
  readonly keepdims: boolean;
  readonly dtype?: DType | undefined;
}

/** Means and deviations start from nothing that could be given. */
export function refuseInitial({ initial }: ReduceOptions, where: string): void {
  if (initial === undefined) return;
  throw new ArgumentError({
    where,
    what: `got an unexpected keyword argument 'initial'`,
    got: String(initial),
    expected: 'axis, keepdims, dtype, out, where',
    hint: 'only sums, products and extremes have an initial value',
  });
}

/** An array divided by counts; the quotient is taken in double precision and rounded once. */
export function dividedBy(x: NDArray, count: NDArray): NDArray {
  if (DTYPES[x.dtype].itemsize / DTYPES[x.dtype].lanes === 8) return x.div(count);
  const wide: DType = DTYPES[x.dtype].lanes === 2 ? 'complex128' : 'float64';
  return x.astype(wide).div(count).astype(x.dtype);
}

function countOf(x: NDArray, { mask, axes, keepdims }: Masked): NDArray {
  return mask.plain().astype('bool').broadcastTo(x.shape).sum(axes, { keepdims });
}

/** Integers are averaged as floats, float16 as float32. */
function summedAs({ dtype, promotion }: NDArray): DType {
  return dtype === 'float16' ? 'float32' : 'fc'.includes(DTYPES[dtype].kind) ? dtype : promotion.defaultFloat;
}

/** Mean of the elements that take part. */
export function maskedMean(x: NDArray, masked: Masked): NDArray {
  const { mask, axes, keepdims, dtype = summedAs(x) } = masked;
  const y = dividedBy(x.sum(axes, { keepdims, dtype, where: mask }), countOf(x, masked));
  return masked.dtype === undefined && x.dtype === 'float16' ? y.astype('float16') : y;
}

/** Mean squared deviation of the elements that take part. */
export function maskedVariance(x: NDArray, masked: Masked, ddof: number): NDArray {
  const { mask, axes, keepdims } = masked;
  const dtype = masked.dtype ?? (x.dtype === 'float16' ? 'float16' : summedAs(x));
  const center = dividedBy(
    x.sum(axes, { keepdims: true, dtype, where: mask }),
    countOf(x, { ...masked, keepdims: true }),
  );
  const apart = x.sub(center);
  const squares = isComplex(apart.dtype) ? apart.real.square().add(apart.imag.square()) : apart.mul(apart);
  const part = isComplex(dtype) ? squares.dtype : dtype;
  const freedom = countOf(x, masked).sub(ddof);
  return dividedBy(squares.sum(axes, { keepdims, dtype: part, where: mask }), choose(freedom.less(0), 0, freedom));
}
