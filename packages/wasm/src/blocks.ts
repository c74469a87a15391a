import type { View } from '@isograd/device';
import { copyBlock, copyRun } from './staging.ts';

/** Whether the elements of a view lie in C order without gaps. */
export function isRun({ strides }: View, shape: readonly number[]): boolean {
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] !== 1 && strides[d] !== expected) return false;
    expected *= shape[d]!;
  }
  return true;
}

/** Blocks that follow each other in a packed array: those from `first` on along an axis of a view. */
export interface Blocks {
  readonly view: View;
  /** Where the blocks begin in the view's memory. */
  readonly start: number;
  /** Number of blocks, then the shape of one. */
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly run: boolean;
}

/** Copies blocks into packed memory, or out of it. */
export function copyBlocks(
  direction: 'in' | 'out',
  { view, start, shape, strides, run }: Blocks,
  [lanes, at]: readonly [View['memory'], number],
): void {
  const size = shape.reduce((a, n) => a * n, 1);
  const inside = direction === 'in';
  if (run) {
    if (inside) copyRun(lanes, at, view.memory, start, size);
    else copyRun(view.memory, start, lanes, at, size);
    return;
  }
  const packed = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) packed[d] = packed[d + 1]! * shape[d + 1]!;
  const there = { array: view.memory, start, strides };
  const here = { array: lanes, start: at, strides: packed };
  if (inside) copyBlock(here, there, shape);
  else copyBlock(there, here, shape);
}
