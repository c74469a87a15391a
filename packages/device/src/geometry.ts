import type { View } from './kernel.ts';

/** An iteration space with as few axes as its operands allow; `strides[v]` belongs to operand `v`. */
export interface Loops {
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (let d = 0; d < shape.length; d++) size *= shape[d]!;
  return size;
}

/**
 * Merges neighbouring axes that every operand walks as one, and drops axes of length 1.
 *
 * Only axes on the same side of `split` merge (kept and reduced axes of a reduction). At least one axis remains on the last side.
 *
 * @returns The merged loops and the number of axes that stand before the split.
 */
export function collapse(
  shape: readonly number[],
  views: readonly Pick<View, 'strides'>[],
  split = 0,
): Loops & { readonly split: number } {
  const outShape: number[] = [];
  const outStrides: number[][] = views.map(() => []);
  let outSplit = 0;
  let last = -1;
  const strideOf = (v: number, d: number): number => views[v]!.strides[d] ?? 0;
  for (let d = 0; d < shape.length; d++) {
    if (d === split) last = -1;
    const size = shape[d]!;
    if (size === 1) continue;
    const top = outShape.length - 1;
    if (last >= 0 && views.every((_, v) => outStrides[v]![top] === strideOf(v, d) * size)) {
      outShape[top]! *= size;
      views.forEach((_, v) => (outStrides[v]![top] = strideOf(v, d)));
    } else {
      outShape.push(size);
      views.forEach((_, v) => outStrides[v]!.push(strideOf(v, d)));
      if (d < split) outSplit++;
    }
    last = d;
  }
  if (outShape.length === outSplit) {
    outShape.push(1);
    outStrides.forEach((s) => s.push(0));
  }
  return { shape: outShape, strides: outStrides, split: outSplit };
}
