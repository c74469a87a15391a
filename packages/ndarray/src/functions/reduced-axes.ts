import { DTYPES, type DType, sizeOf } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { isnan } from '../ops/comparison.ts';
import type { ReduceOptions } from '../reduction.ts';

/** Which axes are reduced, and whether they stay. */
export type AxesOptions = Pick<ReduceOptions, 'axis' | 'keepdims'>;

/** Tells whether elements of a dtype may be NaN. */
export function holdsNaN(dtype: DType): boolean {
  return DTYPES[dtype].kind === 'f' || DTYPES[dtype].kind === 'c';
}

/** The reduced axes as one, the last; the others keep their order before it. */
export function reducedLast<T extends NDArray>(x: T, axes: readonly number[]): T {
  const kept = x.shape.map((_, d) => d).filter((d) => !axes.includes(d));
  const lengths = kept.map((d) => x.shape[d]!);
  return x.transpose([...kept, ...axes]).reshape([...lengths, sizeOf(axes.map((d) => x.shape[d]!))]) as T;
}

/** Brings axes that a result has behind the kept ones to the front, where NumPy has those of the quantiles. */
export function lastToFront<T extends NDArray>(x: T, count: number): T {
  const order = x.shape.map((_, d) => d);
  return x.transpose([...order.slice(x.ndim - count), ...order.slice(0, x.ndim - count)]) as T;
}

/** For each row along the last axis, in C order, how many of its elements are not NaN. */
export function withoutNaN(rows: NDArray): number[] {
  const plain = rows.plain();
  const shape = plain.shape.slice(0, -1);
  if (!holdsNaN(plain.dtype)) return new Array<number>(sizeOf(shape)).fill(plain.shape.at(-1)!);
  return Array.from(isnan(plain).logicalNot().sum(-1).data as BigInt64Array, Number);
}
