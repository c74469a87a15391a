import { deviceGeneration, type DType, type Kernel, type KernelDesc, kernelFor, type View } from '@isograd/device';
import type { NDArray } from './array.ts';

/** Kernels that differ in dtype only, kept until the device changes. */
export function kernelTable(describe: (dtype: DType) => KernelDesc): (dtype: DType) => Kernel {
  const table = new Map<DType, Kernel>();
  let generation = -1;
  return (dtype) => {
    if (generation !== deviceGeneration()) {
      table.clear();
      generation = deviceGeneration();
    }
    let kernel = table.get(dtype);
    if (kernel === undefined) {
      kernel = kernelFor(describe(dtype));
      generation = deviceGeneration();
      table.set(dtype, kernel);
    }
    return kernel;
  };
}

/** An operand with its shape, which kernels that walk one axis need. */
export interface ShapedView extends View {
  readonly shape: readonly number[];
}

/** An array with its axes in another order, as a kernel walks it. */
export function permuted(x: NDArray, order: readonly number[]): ShapedView {
  const ordered = order.every((d, i) => d === i);
  if (ordered) return x;
  const pick = (list: readonly number[]): number[] => order.map((d) => list[d]!);
  return { memory: x.memory, offset: x.offset, shape: pick(x.shape), strides: pick(x.strides), contiguous: false };
}

/** An array with one axis last, as a kernel walks it. */
export function axisLast(x: NDArray, axis: number): ShapedView {
  const order: number[] = [];
  for (let d = 0; d < x.ndim; d++) if (d !== axis) order.push(d);
  order.push(axis);
  return permuted(x, order);
}
