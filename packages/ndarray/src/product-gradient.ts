import { sizeOf } from '@isograd/device';
import type { NDArray } from './array.ts';
import { eye } from './ranges.ts';
import { where } from './ops/selection.ts';

/** Rows with one of the elements of the last axis replaced by 1, one row for each of them: `x` [..., n] → [..., n, n]. */
export function eachLeftOut(x: NDArray): NDArray {
  const n = x.shape.at(-1)!;
  return where(eye(n, { dtype: 'bool' }), 1, x.reshape([...x.shape.slice(0, -1), 1, n]));
}

/** Whether no element is 0; `false` also where the elements cannot be read, so that a rule takes the way that is always right. */
export const isNowhereZero = (x: NDArray): boolean => x.readable && x.plain().all().item() === true;

/** Cotangent of a product over axes; with zeros among the elements each gets the product of the others. */
export function prodGrad(g: NDArray, x: NDArray, y: NDArray, axes: readonly number[]): NDArray {
  if (isNowhereZero(x)) return g.mul(y).div(x);
  const kept = x.shape.flatMap((_, d) => (axes.includes(d) ? [] : [d]));
  const order = [...kept, ...axes];
  const moved = x.transpose(order);
  const rows = moved.reshape([...kept.map((d) => x.shape[d]!), sizeOf(axes.map((d) => x.shape[d]!))]);
  const others = eachLeftOut(rows).prod(-1).reshape(moved.shape);
  return g.mul(others.transpose(order.map((_, d) => order.indexOf(d))));
}
