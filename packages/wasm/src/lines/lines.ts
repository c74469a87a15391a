import { collapse, sizeOf, type View } from '@isograd/device';
import type { Grid } from '../staging.ts';

/** Lines along the last axis as rows of a grid: `columns` elements each, in the result and in the operand. */
export interface Lines {
  readonly to: Grid;
  readonly from: Grid;
  readonly rows: number;
  readonly columns: number;
}

const grid = ({ memory: array }: View, start: number, row: number, column: number): Grid => ({
  array,
  start,
  row,
  column,
});

/** Visits the lines of a call, as many at once as lie evenly spaced in both operands. */
export function forEachGrid(
  [out, source]: readonly [View, View],
  shape: readonly number[],
  visit: (lines: Lines) => void,
): void {
  const columns = shape.at(-1)!;
  const size = sizeOf(shape);
  if (size === 0) return;
  if (out.contiguous && source.contiguous)
    return visit({
      to: grid(out, out.offset, columns, 1),
      from: grid(source, source.offset, columns, 1),
      rows: size / columns,
      columns,
    });
  const { shape: axes, strides, split } = collapse(shape, [out, source], shape.length - 1);
  const rows = split ? axes[split - 1]! : 1;
  const index = axes.slice(0, Math.max(split - 1, 0)).map(() => 0);
  const lines = (view: View, s: readonly number[]): Grid => {
    const start = index.reduce((at, i, d) => at + i * s[d]!, view.offset);
    return grid(view, start, split ? s[split - 1]! : 0, s[split]!);
  };
  for (let left = size / (rows * columns); left > 0; left--) {
    visit({ to: lines(out, strides[0]!), from: lines(source, strides[1]!), rows, columns });
    for (let d = index.length - 1; d >= 0 && ++index[d]! === axes[d]; d--) index[d] = 0;
  }
}

/** A part of the rows of a grid. */
export function rowsFrom({ array, start, row, column }: Grid, first: number): Grid {
  return { array, start: start + first * row, row, column };
}

/** A part of the columns of a grid. */
export function columnsFrom({ array, start, row, column }: Grid, first: number): Grid {
  return { array, start: start + first * column, row, column };
}
