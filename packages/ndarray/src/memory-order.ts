import type { DType } from '@isograd/device';
import type { Layout, NDArray } from './array.ts';

/**
 * Axes from the one with the longest steps to the one with the shortest, as NumPy's iterator walks an array; axes whose
 * steps say nothing stay where they are.
 */
export function memoryOrder({ shape, strides }: Pick<Layout, 'shape' | 'strides'>): number[] {
  const stepOf = (d: number): number => (shape[d] === 1 ? 0 : Math.abs(strides[d]!));
  const inner = shape.map((_, d) => shape.length - 1 - d);
  for (let i = 1; i < inner.length; i++) {
    const axis = inner[i]!;
    const step = stepOf(axis);
    let to = i;
    for (let j = i - 1; j >= 0; j--) {
      const other = stepOf(inner[j]!);
      if (step === 0 || other === 0) continue;
      if (other <= step) break;
      to = j;
    }
    inner.splice(i, 1);
    inner.splice(to, 0, axis);
  }
  return inner.reverse();
}

/** Whether the axes along which an array is reduced last, those of the shortest steps, can be walked as one. */
export function endsInOneRun(x: NDArray, axes: readonly number[]): boolean {
  const long = memoryOrder(x).filter((d) => x.shape[d] !== 1);
  for (let i = long.length - 1; i > 0; i--) {
    const [outer, inner] = [long[i - 1]!, long[i]!];
    if (!axes.includes(outer) || !axes.includes(inner)) return true;
    if (x.strides[outer] !== x.strides[inner]! * x.shape[inner]!) return false;
  }
  return true;
}

/** The axes of `order` in the places that they are to go back to. */
function inverseOrder(order: readonly number[]): number[] {
  const back = new Array<number>(order.length);
  order.forEach((axis, at) => (back[axis] = at));
  return back;
}

/** The array itself where its elements lie without gaps, in whatever order of axes and of its dtype; else a copy in which they do, in the same order. */
export function packed(x: NDArray, dtype: DType = x.dtype): NDArray {
  if (x.contiguous) return x.dtype === dtype ? x : x.astype(dtype);
  const order = memoryOrder(x);
  const turned = x.transpose(order);
  if (turned.contiguous && x.dtype === dtype) return x;
  return (x.dtype === dtype ? turned.copy() : turned.astype(dtype)).transpose(inverseOrder(order));
}

/** Applies an element-wise function so that its result has the axes in the same order in memory. */
export function inMemoryOrder(x: NDArray, f: (turned: NDArray, turn: (y: NDArray) => NDArray) => NDArray): NDArray {
  if (x.contiguous || x.ndim < 2) return f(x, (y) => y);
  const order = memoryOrder(x);
  const turn = (y: NDArray): NDArray => y.transpose(order);
  return f(turn(x), turn).transpose(inverseOrder(order));
}
